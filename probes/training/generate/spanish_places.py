"""Spanish and Latin American streets, towns and forms of address."""

from __future__ import annotations

from probes.training.generate.formats import Country
from probes.training.generate.words import words

STREETS = words(
    "Calle_Mayor Calle_Real Calle_de_Alcalá C/_Colón C/_Serrano C/_Goya Calle_Velázquez Calle_del_Pez Calle_San_Juan "
    "C/_Santa_Ana Calle_de_la_Paz Calle_Nueva C/_Miguel_Hernández Calle_García_Lorca Calle_Rosalía_de_Castro "
    "Avda._de_la_Constitución "
    "Avenida_de_Andalucía Av._Diagonal Avda._Blasco_Ibáñez Avenida_del_Mediterráneo Paseo_de_Gracia "
    "Pº_de_la_Castellana "
    "Paseo_Marítimo Plaza_Mayor Plaza_de_España Pza._del_Pilar Ronda_de_Toledo Camino_Viejo Travesía_del_Carmen "
    "Carrer_de_Balmes "
    "Carrer_d’Aragó Gran_Vía Rúa_do_Vilar Rúa_Nova Calle_Iparraguirre Cuesta_del_Rosario Carretera_de_Cádiz "
    "Urb._Los_Pinos "
    "C/_Doctor_Fleming Calle_Reyes_Católicos C/_Virgen_de_la_Cabeza Callejón_del_Agua Calle_de_los_Olmos Calle_Jazmín"
)
_SPAIN = Country(
    66,
    "España",
    ("{street}, {nr}|{code} {city}",) * 5
    + ("{street} {nr}|{code} {city}",) * 3
    + (
        "{street}, {nr}, {flat}|{code} {city}",
        "{street}, {nr}, {flat}|{code} {city}",
        "{street}, nº {nr}, {flat}|{code}, {city}",
        "{street} n.º {nr} - {flat}|{code} - {city}",
        "{street}, {nr}|{code} {city}|{country}",
        "Apartado de Correos {nr}|{code} {city}",
        "{street} s/n|{code} {city}",
    ),
    STREETS,
    ("^", "^#", "^#", "1##", "^# bis"),
    ("^º @", "^º izq.", "^º dcha.", "bajo @", "piso ^º @", "esc. ^, ^º ^ª", "portal ^, ^º @", "ático", "^º-^ª"),
    words(
        "28###:Madrid 280##:Madrid 080##:Barcelona 41###:Sevilla 46###:Valencia 29###:Málaga 50###:Zaragoza "
        "48###:Bilbao_(Bizkaia) "
        "15###:A_Coruña 33###:Oviedo_(Asturias) 30###:Murcia 18###:Granada 14###:Córdoba 47###:Valladolid "
        "37###:Salamanca 09###:Burgos "
        "31###:Pamplona 20###:Donostia-San_Sebastián 01###:Vitoria-Gasteiz 26###:Logroño_(La_Rioja) "
        "39###:Santander 27###:Lugo 36###:Vigo_(Pontevedra) "
        "32###:Ourense 24###:León 49###:Zamora 10###:Cáceres 06###:Badajoz 21###:Huelva "
        "11###:Jerez_de_la_Frontera_(Cádiz) 23###:Úbeda_(Jaén) "
        "04###:Almería 03###:Elche_(Alicante) 12###:Castellón_de_la_Plana 43###:Reus_(Tarragona) 17###:Girona "
        "25###:Lleida 07###:Palma 35###:Las_Palmas_de_Gran_Canaria "
        "38###:La_Laguna_(Tenerife) 45###:Toledo 13###:Puertollano_(Ciudad_Real) 02###:Albacete 44###:Teruel "
        "42###:Soria 40###:Segovia"
    ),
)
_MEXICO = Country(
    14,
    "México",
    (
        "{street} {nr}, Col. {flat}|{code} {city}",
        "{street} No. {nr}, Col. {flat}, C.P. {code}|{city}",
        "{street} #{nr}, {flat}|C.P. {code}, {city}, {country}",
    ),
    words(
        "Calle_5_de_Mayo Av._Insurgentes_Sur Calle_Hidalgo Av._Juárez Calle_Morelos Privada_de_los_Cedros "
        "Calzada_de_Tlalpan Blvd._Díaz_Ordaz Calle_Allende Av._Universidad"
    ),
    ("^#", "^##", "1###", "^##-@", "^## int. ^"),
    words("Roma_Norte Del_Valle Centro Narvarte Lomas_Verdes La_Paz San_Ángel Americana Jardines_del_Bosque"),
    words(
        "06###:Ciudad_de_México 03###:CDMX 44###:Guadalajara,_Jal. 64###:Monterrey,_N.L. 72###:Puebla,_Pue. "
        "97###:Mérida,_Yuc. 68###:Oaxaca_de_Juárez,_Oax. 76###:Querétaro,_Qro."
    ),
)
_SOUTH = Country(
    20,
    "Argentina",
    ("{street} {nr}|{city}", "{street} {nr}, {flat}|{city}", "{street} Nº {nr}|{city}", "{street} {nr} {flat}|{city}"),
    words(
        "Av._Corrientes Calle_Florida Av._Rivadavia Carrera_7 Calle_72 Jr._de_la_Unión Av._Arequipa "
        "Pasaje_Los_Álamos Av._Providencia Calle_Bolívar Avenida_6_de_Diciembre Av._18_de_Julio Carrera_15 "
        "Diagonal_74 Calle_Sucre"
    ),
    ("^##", "^###", "^#-^#", "# ^#-^#"),
    ("piso ^, depto. @", "Dpto. ^0^", "apto. ^0^", "Of. ^02", "torre ^ apto. ^0^"),
    words(
        "x:Bogotá,_Colombia x:Medellín,_Antioquia x:Cali,_Valle_del_Cauca x:C1043AAZ_Buenos_Aires "
        "x:C1425_CABA,_Argentina x:5000_Córdoba,_Argentina x:1900_La_Plata x:Lima_15046,_Perú "
        "x:Arequipa,_Perú x:Santiago,_Chile x:Valparaíso,_Chile x:7500000_Providencia,_Santiago x:Quito,_Ecuador "
        "x:11200_Montevideo,_Uruguay x:La_Paz,_Bolivia x:Caracas_1010,_Venezuela"
    ),
)

COUNTRIES = (_SPAIN, _MEXICO, _SOUTH)

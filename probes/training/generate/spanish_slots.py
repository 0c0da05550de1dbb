"""Spanish as data: people, addresses, phones, dates, look-alikes, and form fields of Spain and Latin America."""

from __future__ import annotations

import random

from probes.training.generate import european_ids as ids
from probes.training.generate import european_names, spanish, spanish_names, spanish_plain
from probes.training.generate.formats import (
    Calendar,
    address_values,
    contact_values,
    full_name,
    initials,
    look_alikes,
    lower,
    one_of,
    password_value,
    person_maker,
    shaped,
)
from probes.training.generate.language import (
    COMMON_PLAIN,
    COMMON_VALUES,
    LATIN_FORMS,
    Field,
    Language,
    PersonForm,
    Value,
    drawn,
    first,
    last_first,
)
from probes.training.generate.layouts import latin_layouts
from probes.training.generate.lookalikes import ENGLISH as ENGLISH_LOOKALIKES
from probes.training.generate.people import Person
from probes.training.generate.spanish_places import COUNTRIES, STREETS
from probes.training.generate.words import words

_PHONES = words(
    "6## ### ###|6## ## ## ##|6########|7## ### ###|6##-###-###|6##.###.###|91 ### ## ##|93 ^## ## ##|91^######|"
    "95# ### ###|981 ## ## ##|96-^######|(91) ^## ## ##|+34 6## ### ###|+34 6## ## ## ##|+346########|"
    "+34 91 ### ## ##|0034 6## ### ###|(+34) 6## ### ###|900 ### ###|902 ## ## ##|+34-93-^##-##-##|"
    "+52 55 #### ####|55 #### ####|+52 1 33 #### ####|(33) ####-####|+54 9 11 ####-####|011 4###-####|"
    "15-####-####|+57 3## ### ####|3## ### ####|(601) ### ####|+51 9## ### ###|9## ### ###|+56 9 #### ####|"
    "9 #### ####|+593 9# ### ####|+598 9# ### ###|+212 6## ######|+40 7## ### ###",
    "|",
)
_DOMAINS = words(
    "gmail.com gmail.com gmail.com hotmail.com hotmail.es yahoo.es outlook.es telefonica.net movistar.es "
    "terra.es ono.com orange.es ya.com wanadoo.es "
    "live.com.mx prodigy.net.mx yahoo.com.ar hotmail.com.ar une.net.co yahoo.com.mx fibertel.com.ar vtr.net "
    "icloud.com ejemplo.com ejemplo.es correo.ejemplo.org "
    "talleresmartinez.es clinica-sol.es uni-norte.edu.co ayto-valdeflores.es abogados-rivera.com "
    "transportes-lince.com granjalapaz.com.mx ingenieria-sur.cl"
)
_ATS = (
    (" arroba ", " punto "),
    ("(arroba)", "."),
    (" [arroba] ", " [punto] "),
    (" @ ", "."),
    ("(at)", "(punto)"),
    (" ARROBA ", " PUNTO "),
    (" at ", " dot "),
)
CALENDAR = Calendar(
    words("enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre"),
    words("lunes martes miércoles jueves viernes sábado domingo"),
    ("{dd}/{mm}/{y}",) * 6
    + ("{d} de {month} de {y}",) * 6
    + (
        "{dd}-{mm}-{y}",
        "{d}/{m}/{y}",
        "{d}/{m}/{yy}",
        "{dd}.{mm}.{y}",
        "{y}-{mm}-{dd}",
        "{dd}-{mon}-{y}",
        "{d} de {month} del {y}",
        "{d} {mon} {y}",
        "{dd}/{mm}/{yy}",
        "{d} {month} {y}",
    ),
    (
        "{d} de {month}",
        "{dd}/{mm}",
        "{day}",
        "{day} {d} de {month}",
        "{month} de {y}",
        "finales de {month}",
        "{day}, {d} de {month} de {y}",
        "{d}/{m}",
        "{d}-{mon}",
    ),
    ("{h}:{min}", "{h}:{min} h", "{h}.{min}", "{hh}:{min} horas", "{h}h"),
)
_COMPANIES = words(
    "Zara|Mango|Adolfo Domínguez|Loewe|Banco Santander|Telefónica|Repsol|Iberdrola|El Corte Inglés|Mercadona|"
    "Osborne|González Byass|Codorníu|Bimbo|Cemex|"
    "Grupo Carso|Falabella|Avianca|Talleres Martínez e Hijos|Bodegas Rivero S.L.|Farmacia Ortega|"
    "Panadería La Espiga|Construcciones Vega S.A.|Transportes Lince|"
    "Clínica Santa Elena|Hospital Ramón y Cajal|Autoescuela San Cristóbal|Librería Cervantes|Herrero & Asociados|"
    "Garrigues|Mapfre|Iberia|Renfe|Correos|Endesa|Gómez Hermanos S.R.L.",
    "|",
)
_PLACES = words(
    "Madrid|Barcelona|Sevilla|Valencia|Bilbao|Málaga|Santiago de Compostela|San Sebastián|Santa Cruz de Tenerife|"
    "León|Mérida|Córdoba|Toledo|Salamanca|Cartagena|"
    "Guadalajara|Buenos Aires|Bogotá|Lima|Ciudad de México|San José|Santa Marta|San Salvador|Quito|Caracas|"
    "Montevideo|La Habana|París|Londres|Roma|Lisboa|"
    "Villanueva de la Serena|Castro Urdiales|Medina del Campo|Soria|Burgos|Benidorm|el barrio de Salamanca|"
    "Ciudad Juárez",
    "|",
)
_PRODUCTS = words(
    "Alexa|Siri|un SEAT León|Cola Cao|Donettes|la Roomba|iPhone 15|Galaxy S24|Windows 11|Tesla Model 3|"
    "Dulce de leche|Jack Daniel’s|Don Simón|San Miguel|Estrella Damm|"
    "Ron Barceló|Aceite La Española|tarta de Santiago|tequila José Cuervo|vino Marqués de Riscal|galletas María|"
    "un piso piloto|Thermomix|PlayStation 5|Nescafé|la Vuelta|Bizum|Renault Clio|SEAT Ibiza",
    "|",
)
_BANKS = words(
    "BBVA|Banco Santander|CaixaBank|Banco Sabadell|Bankinter|Kutxabank|ING|Banorte|Bancolombia|Banco de Chile|Banco Galicia|BCP",
    "|",
)
_BEFORE = words("Talleres|Bodegas|Hermanos|Grupo|Transportes|Muebles", "|")
_AFTER = words("S.L.|S.A.|e Hijos|S.A. de C.V.", "|")


def _company(rng: random.Random) -> str:
    if rng.random() < 0.7:
        return rng.choice(_COMPANIES)
    family = rng.choice(spanish_names.FAMILY).replace("_", " ")
    return f"{rng.choice(_BEFORE)} {family} {rng.choice(_AFTER)}"


def _two(rng: random.Random, pool: tuple[str, ...]) -> str:
    """Two family names, where the pool is Spanish; often only one is used."""
    if pool is not spanish_names.FAMILY or rng.random() < 0.42:
        return rng.choice(pool).replace("_", " ")
    joint = " y " if rng.random() < 0.03 else " "
    return (rng.choice(pool) + joint + rng.choice(pool)).replace("_", " ")


def _surname(person: Person, _: random.Random) -> str:
    parts = person.last.split(" ")
    return parts[0] if len(parts) == 2 and parts[0][0].isupper() else person.last


FORMS: dict[str, PersonForm] = {
    **LATIN_FORMS,
    "full": full_name,
    "initials": initials,
    "surname": _surname,
    "lower_first": lower(first),
    "lower_full": lower(full_name),
}
VALUES: dict[str, Value] = {
    **COMMON_VALUES,
    **contact_values(_DOMAINS, _ATS, _PHONES),
    **address_values(COUNTRIES),
    "password": password_value(
        words("verano invierno futbol hola clave secreto amor madrid barcelona perro gato playa luna estrella cafe tortilla")
    ),
    "dob": drawn("DATE_OF_BIRTH", CALENDAR.birthday),
    "dni": drawn("NATIONAL_ID", ids.spanish_dni),
    "nie": drawn("NATIONAL_ID", ids.spanish_nie),
    "ssn_es": drawn("NATIONAL_ID", ids.spanish_social),
    "curp": drawn("NATIONAL_ID", ids.mexican_curp),
    "cedula": drawn("NATIONAL_ID", ids.peruvian_or_argentine),
    "passport": drawn("NATIONAL_ID", one_of("@@@######", "@@######", "@########")),
    "account": drawn(
        "BANK_ACCOUNT",
        one_of(
            "#### #### ## ##########",
            "####-####-##-##########",
            "####################",
            "^#########",
            "##################",
            "^##-######-##",
        ),
    ),
    "historic": drawn("PERSON", lambda rng: rng.choice(spanish_names.HISTORIC)),
}
PLAIN_VALUES = {
    **ENGLISH_LOOKALIKES,
    **COMMON_PLAIN,
    **look_alikes(
        {
            "price": ("^#,## €|^# €|^.### €|^## euros|^##,## EUR|$^,###.00|$ ^#.###|^## pesos|^ millones de euros|S/ ^##.##"),
            "order_no": "^#######|PED-####-###|N.º ^#####|###-#######-#######|P2025/####|ES########",
            "invoice": "F-2024/####|FAC######|2025-####|A/####|FV-####",
            "tracking": "PQ####################|############|CX#########ES|6#############",
            "part": "@@-####-@|Ref. ^#####|##.###.##|@@@#####",
            "case_no": ("Autos ^##/202^|Proc. Ordinario ^##/2023|Rollo ^##/2022|EXP-2024-#####|NIG 28079-##-^-202^-#######"),
            "law": (
                "artículo ^# del Código Civil|art. ^##.^ LEC|artículo ^ de la Constitución|"
                "art. ^# del Estatuto de los Trabajadores|art. ^# CP"
            ),
            "vat": "B########|ESB########|A-########|@@@######@@^",
            "plate": "####-@@@|#### @@@|M-####-@@|@@@-##-##",
            "lab": "PCR ^,# mg/l|Hb 1^,# g/dl|glucosa 1## mg/dl|colesterol 2## mg/dl|leucocitos ^.#00",
            "bp": "1^#/^#|1^#/^# mmHg",
            "icd": "J^#.^|I10|M54.^|E11.^|F32.^",
            "percent": "^ %|^# %|^,^ %|^#%",
            "temp": "^ grados|2^ °C|3^ ºC|-^ °C",
            "dist": "^# km|^## kilómetros|^,^ km",
            "measure": "^# kg|^,^ km|^# x ^# cm|^## g|^# m²|^,# litros",
            "room": "la sala ^##|el aula ^.^|Sala ^|el despacho ^##|Puerta @^#|el andén ^",
        }
    ),
    "date": CALENDAR.any_date,
    "time": CALENDAR.time,
    "weekday": lambda rng: rng.choice(CALENDAR.days),
    "month": lambda rng: rng.choice(CALENDAR.months),
    "company": _company,
    "city": lambda rng: rng.choice(_PLACES),
    "product": lambda rng: rng.choice(_PRODUCTS),
    "street_name": lambda rng: (
        rng.choice([name for name in STREETS if name.startswith(("Calle_", "Plaza", "Avenida"))])
        .replace("_", " ")
        .replace("Calle", "calle")
    ),
    "bank": lambda rng: rng.choice(_BANKS),
}
_IDS = (
    (("DNI", "NIF", "DNI/NIF", "documento nacional de identidad", "número de DNI"), ids.spanish_dni),
    (("DNI", "D.N.I.", "N.I.F."), ids.spanish_dni),
    (("NIE", "número de identidad de extranjero", "N.I.E."), ids.spanish_nie),
    (("número de la Seguridad Social", "NSS", "número de afiliación", "NUSS"), ids.spanish_social),
    (("CURP", "clave CURP"), ids.mexican_curp),
    (("cédula", "cédula de ciudadanía", "DNI argentino", "C.I.", "documento de identidad"), ids.peruvian_or_argentine),
    (("pasaporte", "número de pasaporte", "Pasaporte n.º"), one_of("@@@######", "@@######")),
    (("tarjeta sanitaria", "CIP"), lambda rng: shaped(rng, "@@@@##########")),
)
_FIELDS: tuple[Field, ...] = (
    (
        "Nombre y apellidos|Nombre completo|Nombre|Cliente|Paciente|Titular|Solicitante|Asegurado|Persona de contacto|Interesado",
        "full",
    ),
    ("Nombre de pila|nombre|Nombre(s)", "first"),
    ("Apellidos|apellidos|Primer y segundo apellido|Apellido", "last"),
    ("Apellidos, nombre|Apellidos y nombre|Apellido, Nombre", "last_first"),
    ("Correo|Correo electrónico|E-mail|email|Email|Mail", "email"),
    ("Teléfono|Tel.|Móvil|Celular|Tfno.|telefono|Teléfono de contacto", "phone"),
    ("Dirección|Domicilio|Dirección de envío|Dirección postal|direccion|Residencia", "address"),
    ("Calle|Calle y número|Vía", "street"),
    ("Fecha de nacimiento|F. nacimiento|fecha_nacimiento|F. Nac.|Nacido el|FN|Nacimiento", "dob"),
    ("DNI|NIF|DNI/NIF|D.N.I.|dni|Documento", "dni"),
    ("NIE|N.I.E.|Número de extranjero", "nie"),
    ("N.º Seguridad Social|NSS|Seguridad Social|NUSS|Nº afiliación", "ssn_es"),
    ("CURP|Clave CURP|curp", "curp"),
    ("Cédula|C.I.|Cédula de identidad", "cedula"),
    ("Pasaporte|Nº de pasaporte|pasaporte", "passport"),
    ("Tarjeta|Número de tarjeta|Tarjeta de crédito|tarjeta", "card"),
    ("IBAN|iban|Cuenta (IBAN)|Domiciliación", "iban"),
    ("Cuenta|Número de cuenta|Nº cuenta|CCC|CLABE", "account"),
    ("Dirección IP|IP|ip|IP cliente", "ip"),
    ("Usuario|Nombre de usuario|usuario|Login|Alias", "user"),
    ("Contraseña|Clave|clave|contrasena|Clave temporal", "password"),
    ("Clave de API|Token|api_key|Token de acceso", "api_key"),
    ("PIN|pin|Clave de la tarjeta", "pin"),
    ("Código|Código de verificación|Código SMS|OTP", "otp"),
    ("Contacto de emergencia|Cónyuge|Responsable|Tutor legal|Avalista", "full2"),
)
_PLAIN_FIELDS: tuple[Field, ...] = (
    ("Pedido|N.º de pedido|pedido_id|Orden", "order_no"),
    ("Seguimiento|N.º de envío|Localizador", "tracking"),
    ("Versión|Compilación", "version"),
    ("Factura|N.º de factura|Recibo", "invoice"),
    ("Incidencia|Caso|Ticket", "ticket"),
    ("Fecha|Vencimiento|Cita|Fecha de alta|Válido hasta|Fecha de expedición", "date"),
    ("Empresa|Empleador|Proveedor|Razón social", "company"),
    ("Lugar de nacimiento|Sucursal|Localidad|Estación", "city"),
    ("Producto|Artículo|Concepto", "product"),
    ("Importe|Total|Precio|importe", "price"),
    ("Sala|Lugar", "room"),
    ("Cantidad|Edad|Unidades", "n"),
    ("Expediente|Procedimiento|Autos", "case_no"),
    ("CIF|CIF de la empresa|NIF-IVA", "vat"),
    ("Matrícula|Vehículo", "plate"),
    ("Referencia|Nº de serie|Código de artículo", "part"),
    ("Banco|Entidad|Entidad bancaria", "bank"),
    ("BIC|SWIFT", "swift"),
    ("Diagnóstico|CIE-10", "icd"),
    ("Peso|Medidas", "measure"),
    ("N.º de cliente|Socio", "big"),
    ("Web|URL", "url"),
    ("Caducidad|Cad.", "expiry"),
)

SPANISH = Language(
    code="es",
    person=person_maker(
        (
            (76, tuple(name.replace("_", " ") for name in spanish_names.GIVEN), spanish_names.FAMILY),
            (6, *european_names.MAGHREBI),
            (4, *european_names.BALKAN),
            (3, *european_names.PORTUGUESE),
            (2, *european_names.ITALIAN),
            (2, *european_names.WEST_AFRICAN),
            (4, *european_names.of("chinese", "indian", "arabic")),
            (3, *european_names.of("slavic", "nordic", "african")),
        ),
        _two,
    ),
    forms=FORMS,
    mentions=((full_name, 70), (first, 15), (initials, 5), (last_first, 3), (_surname, 7)),
    values=VALUES,
    plain_values=PLAIN_VALUES,
    ids=_IDS,
    id_joins=(": ", " ", " es ", " n.º ", ": "),
    prose=spanish.PROSE,
    chats=spanish.CHATS,
    mails=spanish.MAILS,
    logs=spanish.LOGS,
    plain=spanish_plain.PROSE,
    fields=_FIELDS,
    plain_fields=_PLAIN_FIELDS,
    layouts=latin_layouts("Campo", "Valor", "Datos del cliente:\n\n", "\n\nPor favor, tramítelo esta semana."),
    honorifics={},
)

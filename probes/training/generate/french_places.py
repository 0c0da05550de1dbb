"""French, Belgian, Swiss and Canadian streets, towns and forms of address."""

from __future__ import annotations

from probes.training.generate.formats import Country
from probes.training.generate.words import words

STREETS = words(
    "rue_de_la_République rue_Victor-Hugo avenue_Jean-Jaurès rue_Pasteur place_de_la_Mairie boulevard_Voltaire "
    "rue_des_Lilas rue_du_Moulin "
    "chemin_des_Vignes impasse_du_Pressoir allée_des_Tilleuls avenue_du_Général-Leclerc rue_Jules-Ferry "
    "av._Charles-de-Gaulle bd_Saint-Michel "
    "rue_Émile-Zola quai_de_la_Loire cours_Lafayette rue_Louise-Michel rue_Sainte-Catherine place_Bellecour "
    "route_de_Lyon rue_de_l’Église "
    "rue_du_Faubourg-Saint-Antoine rue_Marcel-Pagnol square_des_Acacias rue_Aristide-Briand bd_Gambetta "
    "rue_Basse montée_des_Carmes "
    "rue_des_Trois-Frères passage_du_Nord lotissement_Les_Pins résidence_Bel-Air rue_Gabriel-Péri rue_d’Alésia "
    "rue_Lepic rue_Monge"
)
_FRANCE = Country(
    76,
    "France",
    ("{nr} {street}|{code} {city}",) * 8
    + ("{nr}, {street}|{code} {city}",) * 3
    + (
        "{nr} {street}, {flat}|{code} {city}",
        "{flat}, {nr} {street}|{code} {city}",
        "{nr} {street}|F-{code} {city}",
        "{nr} {street}|{code} {city}|{country}",
        "{nr} {street}|BP {nr}|{code} {city} CEDEX",
        "{nr} {street}|{code} {city} Cedex 03",
    ),
    STREETS,
    ("^", "^#", "^#", "1##", "^# bis", "^#ter", "^#B"),
    ("apt ^#", "bât. @", "appt. ^0^", "2e étage", "esc. @, 3e étage", "Résidence Les Cèdres", "chez Mme la gardienne"),
    words(
        "7501^:Paris 750^^:Paris 75011:Paris_11e 69003:Lyon 690##:Lyon 130##:Marseille 31###:Toulouse 06###:Nice "
        "44###:Nantes 67###:Strasbourg 34###:Montpellier "
        "33###:Bordeaux 59###:Lille 35###:Rennes 51###:Reims 76###:Le_Havre 42###:Saint-Étienne 38###:Grenoble "
        "21###:Dijon 49###:Angers 30###:Nîmes "
        "63###:Clermont-Ferrand 29###:Brest 37###:Tours 80###:Amiens 87###:Limoges 57###:Metz 54###:Nancy "
        "25###:Besançon 45###:Orléans 68###:Mulhouse "
        "14###:Caen 93###:Saint-Denis 92###:Nanterre 94###:Créteil 78###:Versailles 56###:Vannes 64###:Bayonne "
        "66###:Perpignan 17###:La_Rochelle "
        "2A###:Ajaccio 97###:Fort-de-France 974##:Saint-Pierre 62###:Arras 73###:Chambéry 12###:Rodez "
        "15###:Aurillac 48###:Mende 22###:Guingamp"
    ),
)
_BELGIUM = Country(
    9,
    "Belgique",
    (
        "{street} {nr}|{code} {city}",
        "{street} {nr} {flat}|{code} {city}",
        "{street}, {nr}|B-{code} {city}",
        "{street} {nr}|{code} {city}|{country}",
    ),
    words(
        "Rue_Haute Chaussée_de_Wavre Avenue_Louise Rue_Neuve Rue_des_Guillemins Boulevard_Tirou Rue_de_Fer "
        "Chaussée_de_Charleroi Rue_Saint-Gilles Avenue_des_Tilleuls"
    ),
    ("^", "^#", "^##", "^#A"),
    ("bte ^", "boîte ^#", "b^"),
    words(
        "1000:Bruxelles 10^0:Bruxelles 1050:Ixelles 4000:Liège 5000:Namur 6000:Charleroi 7000:Mons 1300:Wavre "
        "1348:Louvain-la-Neuve 7500:Tournai"
    ),
)
_SWITZERLAND = Country(
    7,
    "Suisse",
    ("{street} {nr}|{code} {city}", "{street} {nr}|CH-{code} {city}", "{street} {nr}|{code} {city}|{country}"),
    words("Rue_du_Rhône Avenue_de_la_Gare Rue_de_Bourg Chemin_des_Crêts Rue_de_Lausanne Grand-Rue Route_de_Chêne Rue_des_Alpes"),
    ("^", "^#", "1##", "^#a"),
    ("",),
    words(
        "120^:Genève 100^:Lausanne 2000:Neuchâtel 1700:Fribourg 1950:Sion 1800:Vevey 1400:Yverdon-les-Bains "
        "2300:La_Chaux-de-Fonds"
    ),
)
_QUEBEC = Country(
    8,
    "Canada",
    (
        "{nr}, {street}|{city} (Québec) {code}",
        "{nr}, {street}, {flat}|{city} (QC) {code}",
        "{nr} {street}|{city} QC {code}|{country}",
    ),
    words(
        "rue_Saint-Denis avenue_du_Mont-Royal boulevard_Laurier rue_Sherbrooke_Est chemin_Sainte-Foy "
        "rang_Saint-Joseph rue_King_Ouest boul._René-Lévesque_Ouest 3e_Avenue rue_Papineau"
    ),
    ("^##", "^###", "1####"),
    ("app. ^", "bureau ^00", "app. ^##"),
    words(
        "H2X_^A#:Montréal H3B_^K#:Montréal G1R_^P#:Québec J1H_^L#:Sherbrooke J8X_^T#:Gatineau "
        "G9A_^B#:Trois-Rivières H7N_^E#:Laval G7H_^C#:Saguenay"
    ),
)

COUNTRIES = (_FRANCE, _BELGIUM, _SWITZERLAND, _QUEBEC)

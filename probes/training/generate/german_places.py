"""German, Austrian and Swiss streets, towns and forms of address."""

from __future__ import annotations

from probes.training.generate.formats import Country
from probes.training.generate.words import words

STREETS = words(
    "Hauptstraße Bahnhofstraße Schulstraße Gartenstraße Dorfstraße Lindenstraße Ringstraße Waldweg Kirchgasse "
    "Mühlweg Am_Markt Marktplatz Goethestraße Schillerstr. Beethovenstr. Mozartweg Lessingstraße Friedrich-Ebert-Straße "
    "Karl-Marx-Allee "
    "Rosa-Luxemburg-Str. Konrad-Adenauer-Ring Geschwister-Scholl-Weg Thomas-Mann-Straße "
    "Clara-Zetkin-Str. Kantstr. Uhlandweg Hohenzollerndamm Kurfürstenstraße Neue_Gasse Alter_Postweg "
    "Unter_den_Eichen Im_Winkel Auf_der_Heide An_der_Alster Zum_Sportplatz Wiesengrund Birkenallee Erlenweg "
    "Ahornstr. Rosenweg Tulpenweg Brunnenstr. Steinweg Burgstraße Schlossallee Hafenstraße Fischmarkt Kapellenberg "
    "Sonnenhang Lerchenfeld Amselweg Finkenstr. Mühlenkamp Deichstraße Kaiserdamm Berliner_Straße Frankfurter_Allee "
    "Münchner_Str. Bremer_Landstraße Leipziger_Platz Industriestr. Gewerbepark Obere_Vorstadt Herzog-Max-Straße "
)
_FLATS = ("", "2. OG", "Wohnung ^", "EG links", "Whg. ^#", "Hinterhaus", "Aufgang @")
_GERMANY = Country(
    80,
    "Deutschland",
    ("{street} {nr}|{code} {city}",) * 10
    + (
        "{street} {nr}|D-{code} {city}",
        "{street} {nr}|{code} {city}|{country}",
        "{street} {nr}, {flat}|{code} {city}",
        "{code} {city}|{street} {nr}",
        "Postfach {code}|{code} {city}",
        "c/o Lindenhof, {street} {nr}|{code} {city}",
    ),
    STREETS,
    ("^", "^", "^#", "^#", "1##", "^@", "^#@", "^#-^#", "^ a", "^#/^"),
    _FLATS[1:],
    words(
        "10###:Berlin 12###:Berlin 13###:Berlin 14###:Potsdam 20###:Hamburg 22###:Hamburg 28###:Bremen "
        "24###:Kiel 18###:Rostock "
        "30###:Hannover 38###:Braunschweig 44###:Dortmund 45###:Essen 40###:Düsseldorf 50###:Köln 53###:Bonn "
        "52###:Aachen "
        "60###:Frankfurt_am_Main 65###:Wiesbaden 55###:Mainz 66###:Saarbrücken 68###:Mannheim 69###:Heidelberg "
        "70###:Stuttgart "
        "72###:Tübingen 76###:Karlsruhe 79###:Freiburg_im_Breisgau 80###:München 81###:München 86###:Augsburg "
        "90###:Nürnberg "
        "93###:Regensburg 94###:Passau 97###:Würzburg 99###:Erfurt 07###:Jena 04###:Leipzig 01###:Dresden "
        "09###:Chemnitz "
        "06###:Halle_(Saale) 39###:Magdeburg 03###:Cottbus 26###:Oldenburg 48###:Münster 33###:Bielefeld "
        "34###:Kassel "
        "25###:Husum 87###:Kempten_(Allgäu) 83###:Bad_Aibling 74###:Künzelsau 59###:Soest 17###:Anklam 02###:Görlitz"
    ),
)
_AUSTRIA = Country(
    11,
    "Österreich",
    (
        "{street} {nr}|{code} {city}",
        "{street} {nr}|A-{code} {city}",
        "{street} {nr}/{flat}|{code} {city}",
        "{street} {nr}|{code} {city}|{country}",
    ),
    words(
        "Mariahilfer_Straße Landstraßer_Hauptstraße Wiedner_Gürtel Linzer_Gasse Herrengasse Getreideweg Innrain "
        "Hütteldorfer_Straße Favoritenstraße Alserbachstraße Grazer_Straße Neubaugasse"
    ),
    ("^", "^#", "1##", "^#@", "^#-^#"),
    ("^", "^#", "^/^#", "Top ^", "Stiege ^/^"),
    words(
        "1010:Wien 10^0:Wien 11^0:Wien 5020:Salzburg 8010:Graz 6020:Innsbruck 4020:Linz 9020:Klagenfurt "
        "6900:Bregenz 3100:St._Pölten 2500:Baden 4600:Wels"
    ),
)
_SWITZERLAND = Country(
    9,
    "Schweiz",
    ("{street} {nr}|{code} {city}", "{street} {nr}|CH-{code} {city}", "{street} {nr}|{code} {city}|{country}"),
    words(
        "Bahnhofstrasse Seestrasse Dorfstrasse Badenerstrasse Langstrasse Hauptgasse Kirchweg Rebgasse "
        "Zürcherstrasse Länggassstrasse Im_Grund Schützenmattstrasse"
    ),
    ("^", "^#", "1##", "^#@"),
    ("",),
    words(
        "80##:Zürich 30##:Bern 40##:Basel 6003:Luzern 9000:St._Gallen 8400:Winterthur 5000:Aarau 7000:Chur "
        "3600:Thun 2502:Biel/Bienne 6300:Zug 8610:Uster"
    ),
)

COUNTRIES = (_GERMANY, _AUSTRIA, _SWITZERLAND)

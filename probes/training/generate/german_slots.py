"""German as data: people, addresses, phones, dates, look-alikes, and form fields of Germany, Austria and Switzerland."""

from __future__ import annotations

import random

from probes.training.generate import european_ids as ids
from probes.training.generate import european_names, german, german_names, german_plain, identifiers
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
from probes.training.generate.german_places import COUNTRIES, STREETS
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
    last,
    last_first,
)
from probes.training.generate.layouts import latin_layouts
from probes.training.generate.lookalikes import ENGLISH as ENGLISH_LOOKALIKES
from probes.training.generate.people import Person
from probes.training.generate.words import words

_PHONES = words(
    "030 #######|030/########|(030) ### ## ##|089 ^### ####|040-^######|0221 / ^## ## ##|0711/^#####-^#|"
    "069 ^#######|0151 ########|0152 ########|0160 #######|0171/#######|0176 ## ## ## ##|0179-#######|"
    "01^#########|(0170) #######|+49 151 ########|+49 30 #######|+49 (0)89 ######|+49 (0) 171 #######|"
    "+49176########|0049 160 #######|+49-40-^######|03641 ^#####|04821/^####|08031 - ^####|07141 ^##-0|"
    "0800 ### ## ##|0180 ^ ######|+43 1 ^######|+43 664 #######|0664/### ## ##|0676 #######|(0512) ^#####|"
    "+43 (0)662 ######|+41 44 ### ## ##|+41 79 ### ## ##|079 ### ## ##|044 ### ## ##|0041 31 ### ## ##|"
    "+90 5## ### ## ##|+48 5## ### ###|+33 6 ## ## ## ##",
    "|",
)
_DOMAINS = words(
    "gmx.de gmx.de web.de web.de t-online.de freenet.de gmx.net gmx.at posteo.de mailbox.org arcor.de outlook.de "
    "gmail.com "
    "googlemail.com aon.at bluewin.ch hispeed.ch kabelmail.de magenta.de example.de beispiel.de "
    "firma-beispiel.de stadt-lindau.example.de "
    "mueller-bau.de praxis-am-markt.de kanzlei-hofberg.de uni-nordstadt.de nordwind-logistik.de "
    "schuelke-tech.com bergbahn-tal.ch alpenhof.at"
)
_ATS = (
    (" at ", " punkt "),
    ("(at)", "."),
    (" [at] ", " [punkt] "),
    ("[ät]", "[punkt]"),
    (" ät ", " punkt "),
    ("(ät)", "(dot)"),
    (" klammeraffe ", " punkt "),
)
CALENDAR = Calendar(
    words("Januar Februar März April Mai Juni Juli August September Oktober November Dezember"),
    words("Montag Dienstag Mittwoch Donnerstag Freitag Samstag Sonntag"),
    ("{dd}.{mm}.{y}",) * 6
    + ("{d}. {month} {y}",) * 5
    + (
        "{d}.{m}.{y}",
        "{dd}.{mm}.{yy}",
        "{d}.{m}.{yy}",
        "{y}-{mm}-{dd}",
        "{dd}/{mm}/{y}",
        "{dd}. {mon} {y}",
        "{dd}-{mm}-{y}",
        "{dd}. {month} {y}",
        "{d} {month} {y}",
    ),
    (
        "{d}. {month}",
        "{dd}.{mm}.",
        "{d}.{m}.",
        "{day}",
        "{day}, {d}. {month}",
        "{month} {y}",
        "Ende {month}",
        "{day}, den {dd}.{mm}.{y}",
        "KW {d}",
        "{mm}/{y}",
    ),
    ("{h}:{min}", "{h}:{min} Uhr", "{h} Uhr", "{hh}.{min} Uhr", "{hh}:{min}"),
)
_COMPANIES = words(
    "Siemens|Bosch|Müller-Milch|Haribo|Hugo Boss|Adidas|Porsche|Daimler Truck|Bahlsen|Miele|Carl Zeiss|"
    "Deutsche Bahn|dm-drogerie markt|"
    "Rossmann|Axel Springer|Bertelsmann|Dr. Oetker|Alfred Ritter|Ernst Klett Verlag|Bäckerei Krause|"
    "Metzgerei Huber|Fahrschule Wagner|"
    "Autohaus Schneider GmbH|Schreinerei Vogt & Sohn|Elektro Lehmann GmbH & Co. KG|Gasthof zum Löwen|"
    "Apotheke am Rathaus|"
    "Nordwind Logistik AG|Lindner Hotels|Kühne + Nagel|Hapag-Lloyd|Sparkasse|Volksbank Weser|Allianz|"
    "Techniker Krankenkasse|"
    "Stadtwerke Rosenau|Berger & Partner mbB|Kanzlei Roth|Julius Meinl|Swarovski|Lindt & Sprüngli|Swisscom|"
    "Johann Maria Farina",
    "|",
)
_PLACES = words(
    "Berlin|Hamburg|München|Köln|Frankfurt|Stuttgart|Leipzig|Dresden|Bremen|Nürnberg|Wien|Graz|Salzburg|Zürich|"
    "Basel|Bern|Luzern|"
    "Karlsruhe|Ludwigshafen|Wilhelmshaven|Friedrichshafen|Bad Homburg|Lutherstadt Wittenberg|Essen|Halle|Marburg|"
    "Weimar|Konstanz|"
    "Paris|London|Prag|Warschau|Istanbul|Rom|Sankt Georgen|Georgsmarienhütte|Annaberg-Buchholz|Oberammergau|"
    "Flensburg|Sylt|der Eifel",
    "|",
)
_PRODUCTS = words(
    "Persil|Mercedes A-Klasse|Tesla Model Y|Thermomix|Alexa|Siri|Fritz!Box 7590|Tempo-Taschentücher|Uhu-Kleber|"
    "Jägermeister|Nutella|"
    "Ritter Sport|Sachertorte|Bahlsen-Kekse|Windows 11|iPhone 15|Galaxy S24|ein Otto-Katalog|Kaiserschmarrn|"
    "Röntgengerät|Dieselmotor|"
    "Wagner-Pizza|Melitta-Filter|Playmobil|LibreOffice|Zeppelin NT|Bunsenbrenner|VW Golf|BahnCard 25|"
    "Deutschlandticket|Kärcher K5|Leica Q3",
    "|",
)
_BANKS = words("Sparkasse|Commerzbank|Deutsche Bank|ING|DKB|Volksbank|Postbank|Raiffeisen|Erste Bank|PostFinance|UBS|N26", "|")
_AFTER = words("GmbH|AG|KG|& Söhne|GmbH & Co. KG|e. K.|Bau GmbH|Logistik", "|")


def _company(rng: random.Random) -> str:
    if rng.random() < 0.7:
        return rng.choice(_COMPANIES)
    family = rng.choice(german_names.FAMILY).replace("_", " ")
    return f"{family} {rng.choice(_AFTER)}"


def genitive(name: str) -> str:
    """`Annas`, `Max’`: the label holds the ending."""
    return name + ("’" if name[-1] in "sßxz" else "s")


def _genitive(person: Person, rng: random.Random) -> str:
    return genitive(person.first if rng.random() < 0.6 else person.full)


def _last_genitive(person: Person, _: random.Random) -> str:
    return genitive(person.last)


def _family(rng: random.Random, pool: tuple[str, ...]) -> str:
    one = rng.choice(pool)
    return f"{one}-{rng.choice(pool)}" if rng.random() < 0.06 and " " not in one and "-" not in one else one


FORMS: dict[str, PersonForm] = {
    **LATIN_FORMS,
    "full": full_name,
    "initials": initials,
    "genitive": _genitive,
    "last_genitive": _last_genitive,
    "lower_first": lower(first),
    "lower_full": lower(full_name),
}
VALUES: dict[str, Value] = {
    **COMMON_VALUES,
    **contact_values(_DOMAINS, _ATS, _PHONES),
    **address_values(COUNTRIES),
    "password": password_value(
        words("sommer winter fussball schatz passwort hallo kaffee berlin bayern sonne katze garten geheim blume schnecke tiger")
    ),
    "dob": drawn("DATE_OF_BIRTH", CALENDAR.birthday),
    "steuer_id": drawn("NATIONAL_ID", identifiers.steuer_id),
    "pension_no": drawn("NATIONAL_ID", ids.german_pension),
    "id_card": drawn("NATIONAL_ID", ids.german_id_card),
    "svnr": drawn("NATIONAL_ID", ids.austrian_svnr),
    "ahv": drawn("NATIONAL_ID", ids.swiss_ahv),
    "account": drawn("BANK_ACCOUNT", one_of("^######", "^#######", "^#########", "^## ### ###")),
    "historic": drawn("PERSON", lambda rng: rng.choice(german_names.HISTORIC)),
}
PLAIN_VALUES = {
    **ENGLISH_LOOKALIKES,
    **COMMON_PLAIN,
    **look_alikes(
        {
            "price": "^#,## €|^# €|^.### €|€ ^##,##|EUR ^##,##|^## Euro|^,^ Mio. Euro|CHF ^#.50|^##,- €|^##,## EUR",
            "order_no": "^#######|B-####-###|A########|###-#######-#######|AB-2024-####|2025/#####|Best.-Nr. ^#####",
            "invoice": "RE-2024-####|RE######|2025-####|R##/####|RG-Nr. ^####",
            "tracking": "00340434############|############|JJD00039##########|RR#########DE",
            "part": "@@-####-@|Art.-Nr. ^#####|##.###.##|@@@#####|^##-###-##",
            "case_no": "^# O ^##/2#|^ C ^##/2#|XII ZR ^##/1#|^# Ks ^# Js ^###/2#|S ^# KR ^##/2#|II ZB ^#/2#",
            "law": (
                "§ ^## BGB|§ ^# Abs. ^ StGB|§§ ^##, ^## ZPO|Art. ^ Abs. ^ GG|§ ^#a EStG|§ ^# Abs. ^ Satz ^ SGB V|Art. ^# DSGVO"
            ),
            "vat": "DE^########|DE ^## ### ###|ATU########|CHE-^##.###.###",
            "register": "HRB ^####|HRB ^#### B|HRA ^###|AG Köln, HRB ^####|FN ^#####g",
            "plate": "B-@@ ^###|HH-@ ^##|M @@ ^###|KÖ-@@ ^#|W-^####@|ZH ^#####",
            "lab": "CRP ^,# mg/l|Hb 1^,# g/dl|Leukozyten ^,^ /nl|HbA1c ^,# %|GFR ^# ml/min|LDL 1^# mg/dl",
            "bp": "1^#/^#|1^#/^# mmHg",
            "icd": "J^#.^|I10.^|M54.^|E11.^|F32.^|Z^#.^",
            "percent": "^ %|^# Prozent|^,^ %|^ Prozent",
            "temp": "^ Grad|1^ °C|2^ Grad|-^ °C",
            "dist": "^# km|^## Kilometer|^,^ km",
            "measure": "^# kg|^,^ km|^# x ^# cm|^## g|^,# Liter|^## kWh|^# m²",
            "blz": "^## ### ##|^#######",
            "room": "Raum ^##|Raum ^.#^|Saal ^|Besprechungsraum ^|Zimmer ^##|Gleis ^#|Haus @, Raum ^#|Hörsaal ^",
        }
    ),
    "date": CALENDAR.any_date,
    "time": CALENDAR.time,
    "weekday": lambda rng: rng.choice(CALENDAR.days),
    "month": lambda rng: rng.choice(CALENDAR.months),
    "company": _company,
    "city": lambda rng: rng.choice(_PLACES),
    "product": lambda rng: rng.choice(_PRODUCTS),
    "street_name": lambda rng: rng.choice(
        [name.replace("_", " ") for name in STREETS if name.endswith(("straße", "Straße", "str.", "Str.", "allee", "Allee"))]
    ),
    "bank": lambda rng: rng.choice(_BANKS),
}
_IDS = (
    (
        ("Steuer-ID", "Steueridentifikationsnummer", "Steuer-IdNr.", "IdNr.", "steuerliche Identifikationsnummer"),
        identifiers.steuer_id,
    ),
    (
        ("Sozialversicherungsnummer", "SV-Nummer", "Rentenversicherungsnummer", "RV-Nr.", "Versicherungsnummer (DRV)"),
        ids.german_pension,
    ),
    (("Personalausweisnummer", "Ausweisnummer", "Perso-Nr.", "Reisepassnummer", "Passnummer"), ids.german_id_card),
    (("SVNR", "österreichische Sozialversicherungsnummer", "SV-Nr. (AT)"), ids.austrian_svnr),
    (("AHV-Nummer", "AHV-Nr.", "Schweizer AHV-Nummer"), ids.swiss_ahv),
    (("Führerscheinnummer", "Führerschein-Nr."), lambda rng: shaped(rng, "@###@@@##@#")),
    (("Krankenversichertennummer", "KVNR", "Versichertennummer"), lambda rng: shaped(rng, "@#########")),
)
_FIELDS: tuple[Field, ...] = (
    (
        "Name|Vor- und Nachname|Vollständiger Name|Kunde|Kundin|Patient|Antragsteller|"
        "Ansprechpartner|Kontoinhaber|Versicherter|Karteninhaber",
        "full",
    ),
    ("Vorname|vorname|Rufname", "first"),
    ("Nachname|Familienname|nachname|Zuname", "last"),
    ("Name, Vorname|Nachname, Vorname|Pat.", "last_first"),
    ("E-Mail|E-Mail-Adresse|Mail|email|Mailadresse", "email"),
    ("Telefon|Tel.|Telefonnummer|Handy|Mobil|Rufnummer|Festnetz|Tel", "phone"),
    ("Adresse|Anschrift|Wohnanschrift|Lieferadresse|Rechnungsadresse|Wohnort|Wohnhaft", "address"),
    ("Straße und Hausnummer|Straße|Str./Nr.|strasse", "street"),
    ("Geburtsdatum|geb.|geb. am|Geb.-Datum|geburtsdatum|Geburtstag|GebDat", "dob"),
    ("Steuer-ID|Steuer-IdNr.|Steueridentifikationsnummer|IdNr.", "steuer_id"),
    ("Sozialversicherungsnummer|SV-Nummer|Rentenversicherungsnr.|RVNR", "pension_no"),
    ("Personalausweis|Ausweisnummer|Personalausweis-Nr.|Reisepass|Pass-Nr.", "id_card"),
    ("AHV-Nr.|AHV-Nummer|AHVN13", "ahv"),
    ("SVNR|Versicherungsnummer", "svnr"),
    ("Kreditkarte|Kartennummer|Kreditkartennummer|Karte|karte_nr", "card"),
    ("IBAN|iban|Bankverbindung|Konto (IBAN)", "iban"),
    ("Kontonummer|Konto-Nr.|Kto.|Konto", "account"),
    ("IP-Adresse|IP|ip|Client-IP", "ip"),
    ("Benutzername|Nutzername|Login|Benutzer|Anmeldename|user", "user"),
    ("Passwort|Kennwort|passwort|Initialpasswort|PW", "password"),
    ("API-Schlüssel|Token|api_key|Zugriffstoken", "api_key"),
    ("PIN|Geheimzahl|pin|Kartenpin", "pin"),
    ("TAN|Einmalcode|Bestätigungscode|Code", "otp"),
    ("Notfallkontakt|Ehepartner|Vorgesetzter|Bürge|Erziehungsberechtigte", "full2"),
)
_PLAIN_FIELDS: tuple[Field, ...] = (
    ("Bestellnummer|Bestellung|Auftragsnr.|Auftrag", "order_no"),
    ("Sendungsnummer|Paketnummer|Sendung", "tracking"),
    ("Version|Softwarestand", "version"),
    ("Rechnung|Rechnungsnummer|Rechnungs-Nr.|Beleg", "invoice"),
    ("Vorgang|Ticket|Vorgangsnummer|Fall", "ticket"),
    ("Datum|Termin|Eingang|Fällig am|Gültig bis|Ausstellungsdatum|Eintrittsdatum", "date"),
    ("Firma|Arbeitgeber|Unternehmen|Lieferant", "company"),
    ("Geburtsort|Ort|Filiale|Standort", "city"),
    ("Artikel|Produkt|Bezeichnung|Ware", "product"),
    ("Betrag|Summe|Gesamt|Preis", "price"),
    ("Raum|Ort der Veranstaltung", "room"),
    ("Menge|Alter|Anzahl|Stück", "n"),
    ("Aktenzeichen|Az.|Geschäftszeichen", "case_no"),
    ("USt-IdNr.|Umsatzsteuer-ID", "vat"),
    ("Kennzeichen|Kfz-Kennzeichen", "plate"),
    ("Artikelnummer|Art.-Nr.|Seriennummer|Teilenummer", "part"),
    ("Bank|Kreditinstitut|Institut", "bank"),
    ("BLZ|Bankleitzahl", "blz"),
    ("BIC|SWIFT", "swift"),
    ("Diagnose|ICD-10", "icd"),
    ("Gewicht|Maße", "measure"),
    ("Kundennummer|Kd.-Nr.|Mitgliedsnr.", "big"),
    ("Handelsregister|HR-Nr.", "register"),
    ("Website|URL", "url"),
)

GERMAN = Language(
    code="de",
    person=person_maker(
        (
            (62, german_names.GIVEN, german_names.FAMILY),
            (9, *european_names.TURKISH),
            (5, *european_names.POLISH),
            (4, *european_names.BALKAN),
            (3, *european_names.ITALIAN),
            (7, *european_names.of("arabic", "slavic")),
            (6, *european_names.of("vietnamese", "chinese", "indian", "korean")),
            (4, *european_names.of("african", "latin", "nordic")),
        ),
        _family,
    ),
    forms=FORMS,
    mentions=((full_name, 70), (first, 14), (initials, 8), (last_first, 3), (last, 5)),
    values=VALUES,
    plain_values=PLAIN_VALUES,
    ids=_IDS,
    id_joins=(": ", " ", " lautet ", " ist ", ": ", " = "),
    prose=german.PROSE,
    chats=german.CHATS,
    mails=german.MAILS,
    logs=german.LOGS,
    plain=german_plain.PROSE,
    fields=_FIELDS,
    plain_fields=_PLAIN_FIELDS,
    layouts=latin_layouts("Feld", "Wert", "Die Kundendaten:\n\n", "\n\nBitte bis Ende der Woche bearbeiten."),
    honorifics={},
)

"""French as data: people, addresses, phones, dates, look-alikes, and form fields of France, Belgium, Switzerland and Québec."""

from __future__ import annotations

import random

from probes.training.generate import european_ids as ids
from probes.training.generate import european_names, french, french_names, french_plain, identifiers
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
)
from probes.training.generate.french_places import COUNTRIES, STREETS
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
from probes.training.generate.words import words

_PHONES = words(
    "06 ## ## ## ##|06 ## ## ## ##|07 ## ## ## ##|06.##.##.##.##|07.##.##.##.##|06########|07########|"
    "06-##-##-##-##|01 ## ## ## ##|01.##.##.##.##|04 ## ## ## ##|05########|02 ## ## ## ##|03-##-##-##-##|"
    "09 ## ## ## ##|+33 6 ## ## ## ##|+33 (0)6 ## ## ## ##|+336########|+33 1 ## ## ## ##|0033 6 ## ## ## ##|"
    "(+33) 7 ## ## ## ##|+33.4.##.##.##.##|0800 ### ###|0 805 ## ## ##|08 92 ## ## ##|3^ ^#|+32 4## ## ## ##|"
    "04##/##.##.##|02 ### ## ##|+32 2 ### ## ##|0032 4## ### ###|+41 79 ### ## ##|079 ### ## ##|022 ### ## ##|"
    "+41 (0)21 ### ## ##|514 ###-####|(418) ###-####|1 800 ###-####|+1 438 ### ####|450-###-####|"
    "+212 6 ## ## ## ##|+221 77 ### ## ##|+213 5## ## ## ##|+225 07 ## ## ## ##",
    "|",
)
_DOMAINS = words(
    "gmail.com gmail.com orange.fr orange.fr wanadoo.fr free.fr sfr.fr laposte.net hotmail.fr outlook.fr "
    "yahoo.fr live.fr bbox.fr numericable.fr neuf.fr "
    "skynet.be proximus.be telenet.be bluewin.ch videotron.ca sympatico.ca icloud.com exemple.fr exemple.org "
    "courriel.exemple.com boulangerie-lepic.fr "
    "cabinet-moreau.fr univ-valmont.fr mairie-saint-loup.fr transports-du-nord.com garage-martin.be "
    "atelier-lumiere.ch clinique-des-pins.fr"
)
_ATS = (
    (" arobase ", " point "),
    ("(arobase)", "."),
    (" [arobase] ", " [point] "),
    (" chez ", " point "),
    ("[at]", "[point]"),
    (" AROBASE ", " POINT "),
    ("(at)", "(dot)"),
)
CALENDAR = Calendar(
    words("janvier février mars avril mai juin juillet août septembre octobre novembre décembre"),
    words("lundi mardi mercredi jeudi vendredi samedi dimanche"),
    ("{dd}/{mm}/{y}",) * 6
    + ("{d} {month} {y}",) * 6
    + (
        "{dd}.{mm}.{y}",
        "{dd}-{mm}-{y}",
        "{d}/{m}/{y}",
        "{dd}/{mm}/{yy}",
        "{y}-{mm}-{dd}",
        "{dd} {month} {y}",
        "{dd}.{mm}.{yy}",
        "{dd} {mm} {y}",
    ),
    ("{d} {month}", "{dd}/{mm}", "{day} {d} {month}", "{day} {d} {month} {y}", "{d}/{m}", "{day}"),
    ("{h}h{min}", "{h} h {min}", "{h} h", "{hh}:{min}", "{h} heures", "{h}:{min}"),
)
_COMPANIES = words(
    "Louis Vuitton|Christian Dior|Yves Rocher|Michelin|Peugeot|Renault|Citroën|E.Leclerc|Carrefour|Auchan|"
    "Dassault Systèmes|Bouygues Telecom|Bolloré|Paul Bocuse|"
    "La Poste|SNCF|Air France|Crédit Agricole|BNP Paribas|Société Générale|Desjardins|Bombardier|Jean Coutu|"
    "Delhaize|Nestlé|Garage Martin|Boulangerie Dupont|"
    "Cabinet Moreau & Associés|Maison Lefèvre SARL|Éditions Gallimard|Hachette|Pharmacie du Marché|"
    "Transports du Nord|Hôpital Saint-Louis|Clinique des Pins|Decathlon|Leroy Merlin",
    "|",
)
_PLACES = words(
    "Paris|Lyon|Marseille|Toulouse|Nice|Nantes|Strasbourg|Bordeaux|Lille|Rennes|Saint-Étienne|Saint-Denis|"
    "Saint-Malo|Sainte-Maxime|La Rochelle|Le Mans|Clermont-Ferrand|"
    "Charleville-Mézières|Villeneuve-d’Ascq|Bruxelles|Liège|Genève|Lausanne|Montréal|Québec|Dakar|Abidjan|Alger|"
    "Tunis|Londres|Berlin|Rome|Madrid|Decazeville|"
    "Bourg-la-Reine|Fontainebleau|Lourdes|Orange|Tours|Nancy",
    "|",
)
_PRODUCTS = words(
    "Alexa|Siri|iPhone 15|Galaxy S24|Renault Clio|Mégane|Tesla Model 3|Nutella|Prince de Lu|Petit Lu|Orangina|"
    "Ricard|Dom Pérignon|Veuve Clicquot|tarte Tatin|"
    "crêpe Suzette|pêche Melba|Opinel n° 8|Laguiole|un Thermomix|Windows 11|PlayStation 5|Livret A|Navigo|"
    "poire Williams|sauce béchamel|Le Creuset|Moulinex|Vache qui rit|Gervais",
    "|",
)
_BANKS = words(
    "BNP Paribas|Crédit Agricole|Société Générale|LCL|La Banque Postale|Caisse d’Épargne|Boursorama|"
    "Crédit Mutuel|Desjardins|Belfius|UBS|BCV",
    "|",
)
_BEFORE = words("Garage|Maison|Établissements|Transports|Groupe|Cabinet", "|")
_AFTER = words("SARL|SA|& Fils|SAS|Frères", "|")


def _company(rng: random.Random) -> str:
    if rng.random() < 0.7:
        return rng.choice(_COMPANIES)
    family = rng.choice(french_names.FAMILY).replace("_", " ")
    return f"{rng.choice(_BEFORE)} {family} {rng.choice(_AFTER)}"


def _family(rng: random.Random, pool: tuple[str, ...]) -> str:
    one = rng.choice(pool).replace("_", " ")
    if rng.random() < 0.06 and " " not in one and "-" not in one:
        return f"{one}-{rng.choice(pool).replace('_', ' ')}"
    return one


FORMS: dict[str, PersonForm] = {
    **LATIN_FORMS,
    "full": full_name,
    "initials": initials,
    "lower_first": lower(first),
    "lower_full": lower(full_name),
}
VALUES: dict[str, Value] = {
    **COMMON_VALUES,
    **contact_values(_DOMAINS, _ATS, _PHONES),
    **address_values(COUNTRIES),
    "password": password_value(
        words(
            "soleil bonjour motdepasse chocolat doudou marseille paris amour vacances fromage "
            "minou lapin printemps hiver azerty loulou"
        )
    ),
    "dob": drawn("DATE_OF_BIRTH", CALENDAR.birthday),
    "nir": drawn("NATIONAL_ID", identifiers.french_nir),
    "cni": drawn("NATIONAL_ID", ids.french_card),
    "belgian": drawn("NATIONAL_ID", ids.belgian_national),
    "ahv": drawn("NATIONAL_ID", ids.swiss_ahv),
    "passport": drawn("NATIONAL_ID", one_of("##@@#####")),
    "rib": drawn("BANK_ACCOUNT", one_of("##### ##### ########### ##", "#######################", "##### ##### ######@#### ##")),
    "account": drawn("BANK_ACCOUNT", one_of("###########", "#######@###", "^#########")),
    "historic": drawn("PERSON", lambda rng: rng.choice(french_names.HISTORIC)),
}
PLAIN_VALUES = {
    **ENGLISH_LOOKALIKES,
    **COMMON_PLAIN,
    **look_alikes(
        {
            "price": "^#,## €|^# €|^ ^## €|^##,## EUR|^## euros|^#,#0 $|^,^ millions d’euros|CHF ^#.50|^##€",
            "order_no": "^#######|CMD-####-###|n° ^#####|###-#######-#######|C2025/####|FR########",
            "invoice": "F2024-####|FAC-######|2025-####|FA/####",
            "tracking": "6A###########|8R###########|############|LB#########FR|XY#########JB",
            "part": "@@-####-@|réf. ^#####|##.###.##|@@@#####",
            "case_no": "2#/0####|RG 2#/#####|n° 2#-1#.^##|2#/^###",
            "law": (
                "article ^## du Code civil|article L. ^##-^# du Code du travail|art. ^## CPC|"
                "article ^ de la loi du 6 juillet 1989|article R^##-^ CSP"
            ),
            "vat": "FR##^########|FR ## ^## ### ###|BE0^########|CHE-^##.###.### TVA",
            "siret": "^## ### ### #####|^#############|^## ### ###",
            "plate": "@@-###-@@|@@ ### @@|1-@@@-###|^### @@ 75",
            "lab": "CRP ^,# mg/L|Hb 1^,# g/dL|glycémie ^,## g/L|HbA1c ^,# %|créatinine ^# µmol/L",
            "bp": "1^/^|1^#/^# mmHg",
            "icd": "J^#.^|I10|M54.^|E11.^|F32.^",
            "percent": "^ %|^# %|^,^ %|^%",
            "temp": "^ degrés|2^ °C|3^ °C|-^ °C",
            "dist": "^# km|^## kilomètres|^,^ km",
            "measure": "^# kg|^,^ km|^# x ^# cm|^## g|^# m²|^,# litres",
            "room": "salle ^##|salle B^#|amphi ^|salle du conseil|porte @^#|bureau ^##",
        }
    ),
    "date": CALENDAR.any_date,
    "time": CALENDAR.time,
    "weekday": lambda rng: rng.choice(CALENDAR.days),
    "month": lambda rng: rng.choice(CALENDAR.months),
    "company": _company,
    "city": lambda rng: rng.choice(_PLACES),
    "product": lambda rng: rng.choice(_PRODUCTS),
    "street_name": lambda rng: rng.choice([name for name in STREETS if name.startswith(("rue_", "place_", "avenue_"))]).replace(
        "_", " "
    ),
    "bank": lambda rng: rng.choice(_BANKS),
}
_IDS = (
    (("numéro de sécurité sociale", "numéro de sécu", "NIR", "n° SS", "n° de sécurité sociale"), identifiers.french_nir),
    (("numéro de sécurité sociale", "NIR", "numéro INSEE"), identifiers.french_nir),
    (("numéro de carte d’identité", "CNI n°", "numéro de CNI", "carte nationale d’identité"), ids.french_card),
    (("numéro de passeport", "passeport", "passeport n°"), one_of("##@@#####")),
    (("numéro de registre national", "NISS", "numéro national"), ids.belgian_national),
    (("numéro AVS", "n° AVS"), ids.swiss_ahv),
    (("NAS", "numéro d’assurance sociale"), identifiers.canadian_sin),
    (("permis de conduire n°", "numéro de permis"), one_of("############", "##@@#####")),
    (("numéro fiscal", "n° fiscal", "SPI"), one_of("3############", "0############", "30 ## ### ### ###")),
)
_FIELDS: tuple[Field, ...] = (
    ("Nom et prénom|Nom complet|Nom|Client|Patient|Titulaire|Demandeur|Assuré|Contact|Bénéficiaire|Nom du client", "full"),
    ("Prénom|prenom|Prénom(s)", "first"),
    ("Nom de famille|nom|Nom d’usage|Nom de naissance", "last"),
    ("Nom, prénom|NOM Prénom|Nom / Prénom", "last_first"),
    ("E-mail|Courriel|Adresse e-mail|Mail|email|Adresse mail", "email"),
    ("Téléphone|Tél.|Portable|Mobile|telephone|Tél|N° de téléphone", "phone"),
    ("Adresse|Adresse postale|Domicile|Adresse de livraison|adresse|Demeurant", "address"),
    ("Rue|N° et rue|Voie", "street"),
    ("Date de naissance|Né(e) le|Né le|date_naissance|Née le|DDN|Naissance", "dob"),
    ("N° de sécurité sociale|NIR|Numéro de sécu|N° SS|nir|Sécurité sociale", "nir"),
    ("Carte d’identité|CNI|N° CNI|Pièce d’identité", "cni"),
    ("Passeport|N° de passeport|passeport", "passport"),
    ("NISS|Registre national|N° national", "belgian"),
    ("N° AVS|AVS", "ahv"),
    ("Carte bancaire|Numéro de carte|CB|carte|N° de carte", "card"),
    ("IBAN|iban|Compte (IBAN)|Coordonnées bancaires", "iban"),
    ("RIB|Relevé d’identité bancaire", "rib"),
    ("Compte|Numéro de compte|N° de compte|compte", "account"),
    ("Adresse IP|IP|ip|IP du client", "ip"),
    ("Identifiant|Nom d’utilisateur|utilisateur|Pseudo|Login", "user"),
    ("Mot de passe|mdp|MDP|mot_de_passe|Mot de passe provisoire", "password"),
    ("Clé d’API|Jeton|api_key|Jeton d’accès", "api_key"),
    ("Code PIN|PIN|Code de la carte", "pin"),
    ("Code|Code de vérification|Code SMS|Code à usage unique", "otp"),
    ("Personne à prévenir|Conjoint|Responsable légal|Garant|Médecin traitant", "full2"),
)
_PLAIN_FIELDS: tuple[Field, ...] = (
    ("Commande|N° de commande|commande_id|Réf. commande", "order_no"),
    ("Suivi|N° de suivi|Colis", "tracking"),
    ("Version|Révision", "version"),
    ("Facture|N° de facture|Reçu", "invoice"),
    ("Dossier|Ticket|N° de dossier", "ticket"),
    ("Date|Échéance|Rendez-vous|Date d’entrée|Valable jusqu’au|Date de délivrance", "date"),
    ("Société|Employeur|Entreprise|Fournisseur|Raison sociale", "company"),
    ("Lieu de naissance|Ville|Agence|Gare", "city"),
    ("Produit|Article|Désignation", "product"),
    ("Montant|Total|Prix|montant", "price"),
    ("Salle|Lieu", "room"),
    ("Quantité|Âge|Qté", "n"),
    ("Affaire|N° RG|Procédure", "case_no"),
    ("SIRET|SIREN|N° SIRET", "siret"),
    ("TVA|N° TVA|TVA intracommunautaire", "vat"),
    ("Immatriculation|Plaque", "plate"),
    ("Référence|N° de série|Réf. article", "part"),
    ("Banque|Établissement", "bank"),
    ("BIC|SWIFT", "swift"),
    ("Diagnostic|CIM-10", "icd"),
    ("Poids|Dimensions", "measure"),
    ("N° client|Adhérent", "big"),
    ("Site web|URL", "url"),
    ("Expiration|Exp.", "expiry"),
)

FRENCH = Language(
    code="fr",
    person=person_maker(
        (
            (64, french_names.GIVEN, french_names.FAMILY),
            (11, *european_names.MAGHREBI),
            (7, *european_names.WEST_AFRICAN),
            (4, *european_names.PORTUGUESE),
            (3, *european_names.ITALIAN),
            (2, *european_names.TURKISH),
            (2, *european_names.POLISH),
            (5, *european_names.of("vietnamese", "chinese", "indian", "arabic")),
            (2, *european_names.of("latin", "slavic", "african")),
        ),
        _family,
    ),
    forms=FORMS,
    mentions=((full_name, 70), (first, 14), (initials, 8), (last_first, 3), (last, 5)),
    values=VALUES,
    plain_values=PLAIN_VALUES,
    ids=_IDS,
    id_joins=(" : ", ": ", " ", " est ", " : "),
    prose=french.PROSE,
    chats=french.CHATS,
    mails=french.MAILS,
    logs=french.LOGS,
    plain=french_plain.PROSE,
    fields=_FIELDS,
    plain_fields=_PLAIN_FIELDS,
    layouts=latin_layouts("Champ", "Valeur", "Fiche client :\n\n", "\n\nMerci de traiter la demande cette semaine."),
    honorifics={},
)

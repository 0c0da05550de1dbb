"""What each known set labels: how its labels map to our classes, and which classes it labels completely.

A set that leaves a class out teaches and punishes nothing about it. Decided by reading the sets.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from probes.entity import ENTITY_TYPES, NONE

ALL = frozenset(ENTITY_TYPES)


def types(names: str) -> frozenset[str]:
    found = frozenset(names.split())
    unknown = found - ALL - {NONE}
    assert not unknown, unknown
    return found


def _labels(*rows: tuple[str, str]) -> dict[str, frozenset[str]]:
    return {label: types(candidates) for candidates, labels in rows for label in labels.split()}


@dataclass(frozen=True, slots=True)
class SetRules:
    """How one set is read.

    A label in neither `labels` nor `by_domain` is dropped: there the text counts as outside, so `NONE` or an unlabelled class.
    """

    labels: Mapping[str, frozenset[str]]
    complete: frozenset[str]
    """Classes of which every one in the text is labelled (a label with several candidates counts as labelled)."""
    absent: frozenset[str] = frozenset()
    """Classes that this kind of text does not hold."""
    by_domain: Mapping[tuple[str, str], frozenset[str]] = field(default_factory=dict)
    """`(domain, label)`, before `labels`, where one label means several things."""
    name_gap: str = ""
    """Regular expression for what may stand between two PERSON labels that are one name; empty: never join."""
    address_gap: str = ""
    """The same for the parts of one address block, of which at least one must be an ADDRESS for sure."""
    handles: tuple[tuple[frozenset[str], frozenset[str]], ...] = ()
    """`(candidates of the label, candidates in their place)` for labels on @handles, which then hold the `@`."""
    unsure: tuple[str, str] = ("", "")
    """Class and regular expression: labels of that class whose whole text matches may also be `NONE`."""
    sure: tuple[str, str] = ("", "")
    """Class and regular expression: labels that allow that class and whose whole text matches are of it."""

    @property
    def unlabelled(self) -> frozenset[str]:
        return ALL - self.complete - self.absent

    def candidates(self, record: Mapping[str, Any], span: Mapping[str, Any]) -> frozenset[str] | None:
        label = str(span["label"])
        return self.by_domain.get((str(record.get("domain")), label)) or self.labels.get(label)


PERSON, USERNAME = types("PERSON"), types("USERNAME")
NUMBERS = types("NATIONAL_ID CREDIT_CARD BANK_ACCOUNT")
CONTACT = types("EMAIL PHONE ADDRESS")
# What news, encyclopaedias and court decisions do not hold; births they do, so DATE_OF_BIRTH is not among them.
NOT_IN_PROSE = NUMBERS | types("EMAIL PHONE IP_ADDRESS USERNAME SECRET")
NOT_IN_TWEETS = NUMBERS | types("EMAIL IP_ADDRESS SECRET DATE_OF_BIRTH")
# A newline parts two turns of a chat, so it joins only where the text has address blocks.
BLOCK_GAP, CHAT_GAP = r"[ .,–-]{0,3}\n?[ ]?", r"[ ,]{1,2}"

_MULTIDOGO_NONE = (
    "company_name claimid policyid booking_confirmation_number item_code order_number flight_number item_name software_name "
    "food_item drink_item ingredient excluded_ingredient quantity size cost price datacategoryvalues service_type car_year "
    "car_model car_brand charge_date charge_time charge_amount transferamount payment_type start_date end_date date "
    "lastuseddate lastusedtime arrival_city departure_city expense_type number_of_passengers seat_type new_seat_number "
    "old_seat_number departure_time arrival_time"
)
_STACKOVERFLOW_NONE = (
    "Application Library Library_Class Library_Function Library_Variable Language Data_Structure Data_Type "
    "User_Interface_Element Operating_System Version File_Type HTML_XML_Tag Class_Name Function_Name Device Algorithm "
    "Error_Name Keyboard_IP Website Organization"
)
_TWITTER = SetRules(
    _labels(("PERSON", "PER"), ("NONE", "ORG LOC")),
    complete=PERSON,
    absent=NOT_IN_TWEETS,
    unsure=("PERSON", r"#\S+"),
    handles=((PERSON, USERNAME), (types("NONE"), types("NONE USERNAME"))),
)
_RESTAURANT = SetRules(
    _labels(
        ("PERSON", "first_name last_name person_name"),
        ("NONE", "people time date company_name amount_of_money rooms adults kids"),
    ),
    complete=PERSON,
    absent=NUMBERS | types("EMAIL IP_ADDRESS USERNAME SECRET DATE_OF_BIRTH"),
    name_gap=r"\s+",
)

SETS: dict[str, SetRules] = {
    "multidogo_conv": SetRules(
        _labels(
            ("PERSON", "name"),
            ("EMAIL", "email_address"),
            ("PHONE", "phonenumber phone_number"),
            ("ADDRESS", "address current_zipcode new_zipcode"),
            ("NONE ADDRESS", "current_city new_city"),
            ("NATIONAL_ID", "ssn"),
            ("CREDIT_CARD", "card_number"),
            ("BANK_ACCOUNT", "target_account_number"),
            ("NONE BANK_ACCOUNT", "account_number account_id"),
            ("SECRET", "password"),
            ("PERSON USERNAME", "username"),
            ("NONE", _MULTIDOGO_NONE),
        ),
        # About 7 % of the customers' names have no label, nor has any agent's; user names are mostly plain names.
        complete=CONTACT | NUMBERS | types("SECRET"),
        absent=types("IP_ADDRESS DATE_OF_BIRTH"),
        by_domain={("finance", "account_number"): types("BANK_ACCOUNT")},
        address_gap=CHAT_GAP,
    ),
    "restaurant8k": _RESTAURANT,
    "nlupp": _RESTAURANT,
    "btc": _TWITTER,
    # Which of the handles a reader would call a person is the annotators' choice, so they are not scored.
    "btc.dev": replace(_TWITTER, handles=((PERSON, types("NONE PERSON USERNAME")), (types("NONE"), types("NONE USERNAME")))),
    "wnut17": SetRules(
        _labels(("PERSON", "person"), ("NONE", "location group corporation product creative-work")),
        complete=PERSON,
        absent=NOT_IN_TWEETS,
        handles=((PERSON, types("NONE PERSON USERNAME")), (types("NONE"), types("NONE USERNAME"))),
    ),
    "wikigold": SetRules(
        _labels(("PERSON", "PER"), ("NONE", "LOC ORG MISC")), complete=PERSON, absent=NOT_IN_PROSE | {"ADDRESS"}
    ),
    # Speech recognition lost half a name, postcode or date here and there, and spelled-out names have no label.
    "evi_spoken": SetRules(
        _labels(("PERSON", "name"), ("ADDRESS", "postcode"), ("DATE_OF_BIRTH", "dob")), complete=frozenset(), absent=NOT_IN_PROSE
    ),
    "presidio": SetRules(
        _labels(
            ("PERSON", "PERSON"),
            ("ADDRESS", "ADDRESS STREET_ADDRESS ZIP_CODE"),
            ("NONE ADDRESS", "LOCATION GPE"),
            ("EMAIL", "EMAIL_ADDRESS"),
            ("PHONE", "PHONE_NUMBER"),
            ("CREDIT_CARD", "CREDIT_CARD"),
            ("BANK_ACCOUNT", "IBAN_CODE"),
            ("NATIONAL_ID", "US_SSN US_DRIVER_LICENSE"),
            ("IP_ADDRESS", "IP_ADDRESS"),
            ("NONE DATE_OF_BIRTH", "DATE_TIME"),
            ("NONE", "ORGANIZATION DOMAIN_NAME TITLE PREFIX AGE NRP"),
        ),
        complete=ALL - types("USERNAME SECRET"),
        absent=types("USERNAME SECRET"),
        address_gap=BLOCK_GAP,
        # "Mr." alone is labelled as a person in some templates and as a title in others.
        unsure=("PERSON", r"(?i:mr|mrs|ms|miss|dr)\.?"),
    ),
    # Silver. Order numbers, course codes and "account ending in 5678" share one label; places and addresses another.
    "lifebench": SetRules(
        _labels(
            ("PERSON", "PERSON"),
            ("PHONE", "PHONE"),
            ("EMAIL", "EMAIL"),
            ("NONE ADDRESS", "LOCATION"),
            ("NONE BANK_ACCOUNT NATIONAL_ID SECRET USERNAME", "ID"),
            ("NONE", "ORG"),
        ),
        complete=types("PERSON PHONE EMAIL"),
        absent=types("IP_ADDRESS CREDIT_CARD NATIONAL_ID"),
    ),
    "meddocan_es": SetRules(
        _labels(
            ("PERSON", "NOMBRE_SUJETO_ASISTENCIA NOMBRE_PERSONAL_SANITARIO"),
            # Mostly "hija", "padres"; now and then with the names.
            ("NONE PERSON", "FAMILIARES_SUJETO_ASISTENCIA"),
            ("EMAIL", "CORREO_ELECTRONICO"),
            ("PHONE", "NUMERO_TELEFONO NUMERO_FAX"),
            ("ADDRESS", "CALLE"),
            ("NONE ADDRESS", "TERRITORIO PAIS"),
            ("NONE DATE_OF_BIRTH", "FECHAS"),
            ("NATIONAL_ID", "ID_ASEGURAMIENTO"),
            ("NONE NATIONAL_ID", "ID_SUJETO_ASISTENCIA ID_TITULACION_PERSONAL_SANITARIO ID_EMPLEO_PERSONAL_SANITARIO"),
            ("NONE", "ID_CONTACTO_ASISTENCIAL EDAD_SUJETO_ASISTENCIA SEXO_SUJETO_ASISTENCIA PROFESION"),
            ("NONE", "HOSPITAL INSTITUCION CENTRO_SALUD"),
        ),
        complete=CONTACT | types("PERSON DATE_OF_BIRTH NATIONAL_ID"),
        absent=types("CREDIT_CARD BANK_ACCOUNT IP_ADDRESS USERNAME SECRET"),
        address_gap=BLOCK_GAP,
        # A place name may be the patient's home or where a disease is common; a postcode is somebody's.
        sure=("ADDRESS", r"\d{4,}"),
    ),
    # Authors in citations and many lawyers have no label; of the persons, many are an initial that replaced the name.
    "german_ler": SetRules(
        _labels(("PERSON", "PER RR AN"), ("NONE ADDRESS", "STR"), ("NONE", "GS GRT VT INN UN EUN ORG LD VS ST VO MRK LDS")),
        complete=frozenset(),
        absent=NOT_IN_PROSE | {"ADDRESS", "DATE_OF_BIRTH"},
        unsure=("PERSON", r"(?:[^\W\d_]{1,2}\b|[\W\d_])+"),
    ),
    "germeval14": SetRules(
        _labels(
            ("PERSON", "PER"),
            ("NONE PERSON", "PERpart PERderiv"),
            ("NONE", "LOC LOCderiv LOCpart ORG ORGpart ORGderiv OTH OTHpart OTHderiv"),
        ),
        complete=PERSON,
        absent=NUMBERS | types("IP_ADDRESS USERNAME SECRET"),
    ),
    # Many persons are left out: emperors ("…天皇"), feudal lords, scholars whose name stands in a term.
    "wac_ja": SetRules(
        _labels(
            ("PERSON", "PERSON"), ("NONE", "LOCATION ORGANIZATION ARTIFACT PERCENT MONEY TIME"), ("NONE DATE_OF_BIRTH", "DATE")
        ),
        complete=types("DATE_OF_BIRTH"),
        absent=NOT_IN_PROSE | {"ADDRESS"},
    ),
    "stockmark_ja": SetRules(
        _labels(("PERSON", "人名"), ("NONE", "法人名 地名 政治的組織名 製品名 施設名 その他の組織名 イベント名")),
        complete=PERSON,
        absent=NOT_IN_PROSE | {"ADDRESS"},
    ),
    "ja_gsd_ne": SetRules(
        _labels(
            ("PERSON", "PERSON"),
            ("NONE DATE_OF_BIRTH", "DATE"),
            ("NONE PERSON", "TITLE_AFFIX"),
            ("NONE", "ORG GPE LOC FAC PRODUCT NORP EVENT WORK_OF_ART LANGUAGE MOVEMENT LAW"),
            ("NONE", "QUANTITY ORDINAL CARDINAL PERCENT MONEY TIME"),
        ),
        complete=types("PERSON DATE_OF_BIRTH"),
        absent=NOT_IN_PROSE | {"ADDRESS"},
    ),
    # Two addresses have a label; others are a LOC, whole or in parts.
    "uner_ewt": SetRules(
        _labels(
            ("PERSON", "PER"),
            ("EMAIL", "EMAIL"),
            ("PHONE", "PHONE"),
            ("ADDRESS", "ADDRESS"),
            ("NONE ADDRESS", "LOC"),
            ("NONE", "ORG URL"),
        ),
        complete=types("PERSON EMAIL PHONE"),
        absent=types("CREDIT_CARD IP_ADDRESS"),
    ),
    "slurp": SetRules(
        _labels(
            ("PERSON", "person"),
            ("EMAIL", "email_address"),
            ("NONE PERSON", "artist_name audiobook_author definition_word news_topic personal_info event_name list_name"),
            ("NONE", "date time timeofday place_name business_name relation"),
        ),
        complete=types("PERSON EMAIL"),
        absent=NUMBERS | types("IP_ADDRESS SECRET ADDRESS"),
    ),
    # Users post in their own names, sign with them, and paste addresses and keys into code: only code words are sure here.
    "stackoverflow_ner": SetRules(
        _labels(("PERSON USERNAME", "User_Name"), ("NONE", _STACKOVERFLOW_NONE)),
        complete=frozenset(),
        absent=NUMBERS | types("PHONE ADDRESS DATE_OF_BIRTH"),
    ),
    # Artists, directors, doctors and therapists are people without a label, or with one that they share with clinics and salons.
    "sgd": SetRules(
        _labels(
            ("PERSON", "recipient_account_name recipient_name"),
            ("NONE PERSON", "doctor_name dentist_name therapist_name artist directed_by director actors starring"),
            ("NONE", "business_phone business_address event_location destination pickup_location venue attraction_name"),
            ("NONE", "city location date time price fare balance account_balance appointment_date appointment_time hotel_name"),
            ("NONE", "place_name"),
        ),
        complete=types("PHONE ADDRESS"),
        absent=NUMBERS | types("EMAIL IP_ADDRESS USERNAME SECRET DATE_OF_BIRTH"),
    ),
    "hardneg": SetRules({}, complete=ALL),
}
"""By whole file name (without suffix), else by what stands before its first dot."""

COMMON: dict[str, frozenset[str]] = _labels(
    ("PERSON", "PERSON"),
    ("EMAIL", "EMAIL"),
    ("PHONE", "PHONE"),
    ("ADDRESS", "ADDRESS"),
    ("DATE_OF_BIRTH", "DOB"),
    ("USERNAME", "USERNAME"),
    ("SECRET", "SECRET"),
    ("NONE ADDRESS", "LOCATION"),
    ("NONE DATE_OF_BIRTH", "DATE"),
    ("NONE NATIONAL_ID", "ID"),
    ("BANK_ACCOUNT CREDIT_CARD", "FINANCIAL"),
    ("NONE IP_ADDRESS", "NET"),
    ("NONE", "ORG AGE DEMOGRAPHIC ORDER_REF"),
)
"""What the common class `pii` means in a set that is not in the table; our own class names mean themselves."""
COMMON.update({name: frozenset({name}) for name in ENTITY_TYPES})


def rules_for(name: str) -> SetRules | None:
    return SETS.get(name) or SETS.get(name.split(".", 1)[0])


def rules_by_common_class(records: Iterable[Mapping[str, Any]]) -> SetRules:
    labels: dict[str, frozenset[str]] = {}
    for record in records:
        for span in record["spans"]:
            candidates = COMMON.get(span.get("pii") or "")
            if candidates is not None:
                # One label name may carry several common classes; then it is as unsure as they are together.
                labels[span["label"]] = labels.get(span["label"], frozenset()) | candidates
    return SetRules(labels, complete=frozenset(name for c in labels.values() if len(c) == 1 for name in c) & ALL)

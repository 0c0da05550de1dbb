"""What each `{slot}` of a template stands for, and the filling of templates."""

from __future__ import annotations

import random
import re
from collections.abc import Callable
from functools import cache

from probes.training.generate import (
    addresses,
    banking,
    contacts,
    identifiers,
    japanese_addresses,
    japanese_lookalikes,
    japanese_names,
    lookalikes,
    names,
    people,
    secrets,
)
from probes.training.generate.people import Person
from probes.training.generate.segments import Piece, Segment
from probes.training.generate.words import words

_CHOICE = re.compile(r"\[([^\[\]\n]*\|[^\[\]\n]*)\]")
_SLOT = re.compile(r"\{([a-z_]+?)(\d?)\}")


class Scene:
    """One document's language, random source and people."""

    def __init__(self, rng: random.Random, language: str) -> None:
        self.rng = rng
        self.language = language
        self._people: dict[str, Person] = {}

    def person(self, which: str) -> Person:
        """The person that slots with this digit speak of."""
        if which not in self._people:
            self._people[which] = (people.japanese_person if self.language == "ja" else people.latin_person)(self.rng)
        return self._people[which]


_PersonForm = Callable[[Person, random.Random], str]


def _last_first(person: Person, rng: random.Random) -> str:
    if person.script != "latin":
        return people.full_name(person, rng)
    tail = f" {person.middle[0]}." if rng.random() < 0.25 else ""
    last = person.last.upper() if rng.random() < 0.2 else person.last
    return f"{last}, {person.first}{tail}"


def _last(person: Person, _: random.Random) -> str:
    return person.last


def _first(person: Person, _: random.Random) -> str:
    return person.first


_PERSON_FORMS: dict[str, _PersonForm] = {
    "full": people.full_name,
    "first": _first,
    "last": _last,
    "last_first": _last_first,
    "initials": people.initials,
    "kana": people.reading,
    "romaji": people.romanised,
}
_MENTIONS: dict[str, tuple[tuple[_PersonForm, ...], tuple[int, ...]]] = {
    "en": ((people.full_name, _first, people.initials, _last_first), (74, 16, 8, 2)),
    "ja": ((people.full_name, _first, people.romanised, _last), (86, 2, 5, 7)),
}
_HONORIFICS = (
    ("さん",) * 8
    + ("様",) * 4
    + ("氏",) * 2
    + words("くん 君 ちゃん 先生 部長 課長 選手 教授 社長 議員 医師 監督 先輩 係長 店長 殿 被告 容疑者")
)

_VALUES: dict[str, tuple[str, Callable[[Scene, str], str]]] = {
    "email": ("EMAIL", lambda s, k: contacts.email(s.rng, s.person(k), s.language)),
    "office_email": ("EMAIL", lambda s, k: contacts.email(s.rng, None, s.language)),
    "odd_email": ("EMAIL", lambda s, k: contacts.obfuscated_email(s.rng, s.person(k), s.language)),
    "phone": ("PHONE", lambda s, k: contacts.phone(s.rng, s.language)),
    "business_phone": ("PHONE", lambda s, k: contacts.phone(s.rng, s.language)),
    "address": (
        "ADDRESS",
        lambda s, k: japanese_addresses.japanese_address(s.rng) if s.language == "ja" else addresses.address(s.rng),
    ),
    "address_lines": (
        "ADDRESS",
        lambda s, k: japanese_addresses.japanese_address(s.rng) if s.language == "ja" else addresses.address(s.rng, lines=True),
    ),
    "street": (
        "ADDRESS",
        lambda s, k: japanese_addresses.japanese_address(s.rng) if s.language == "ja" else addresses.street(s.rng),
    ),
    "dob": ("DATE_OF_BIRTH", lambda s, k: identifiers.birthday(s.rng, s.language)),
    "ssn": ("NATIONAL_ID", lambda s, k: identifiers.ssn(s.rng)),
    "nino": ("NATIONAL_ID", lambda s, k: identifiers.nino(s.rng)),
    "nhs": ("NATIONAL_ID", lambda s, k: identifiers.nhs(s.rng)),
    "aadhaar": ("NATIONAL_ID", lambda s, k: identifiers.aadhaar(s.rng)),
    "pan": ("NATIONAL_ID", lambda s, k: identifiers.pan(s.rng)),
    "passport": (
        "NATIONAL_ID",
        lambda s, k: identifiers.jp_passport(s.rng) if s.language == "ja" else identifiers.passport(s.rng),
    ),
    "licence": (
        "NATIONAL_ID",
        lambda s, k: identifiers.jp_licence(s.rng) if s.language == "ja" else identifiers.driving_licence(s.rng),
    ),
    "my_number": ("NATIONAL_ID", lambda s, k: identifiers.my_number(s.rng)),
    "pension": ("NATIONAL_ID", lambda s, k: identifiers.pension(s.rng)),
    "residence_card": ("NATIONAL_ID", lambda s, k: identifiers.residence_card(s.rng)),
    "card": ("CREDIT_CARD", lambda s, k: banking.card(s.rng)),
    "iban": ("BANK_ACCOUNT", lambda s, k: banking.iban_number(s.rng)),
    "account": ("BANK_ACCOUNT", lambda s, k: identifiers.digits(s.rng, 7) if s.language == "ja" else banking.account(s.rng)),
    "uk_account": ("BANK_ACCOUNT", lambda s, k: identifiers.digits(s.rng, 8)),
    "ip": ("IP_ADDRESS", lambda s, k: contacts.ip_address(s.rng)),
    "user": ("USERNAME", lambda s, k: contacts.username(s.rng, s.person(k))),
    "password": ("SECRET", lambda s, k: secrets.password(s.rng)),
    "api_key": ("SECRET", lambda s, k: secrets.api_key(s.rng)),
    "jwt": ("SECRET", lambda s, k: secrets.jwt(s.rng)),
    "key_block": ("SECRET", lambda s, k: secrets.key_block(s.rng)),
    "pin": ("SECRET", lambda s, k: secrets.pin(s.rng)),
    "otp": ("SECRET", lambda s, k: secrets.otp(s.rng)),
    "historic": ("PERSON", lambda s, k: s.rng.choice(japanese_names.HISTORIC if s.language == "ja" else names.HISTORIC)),
}
_UNLABELLED: dict[str, Callable[[random.Random], str]] = {
    "routing": banking.routing,
    "sort_code": banking.sort_code,
    "swift": banking.swift,
    "expiry": banking.expiry,
    "branch": lambda rng: identifiers.digits(rng, 3),
    "jp_bank": lambda rng: rng.choice(banking.JAPANESE_BANKS),
    "bank": lambda rng: rng.choice(banking.ENGLISH_BANKS),
    "title": people.title,
}


def slot_names(language: str) -> frozenset[str]:
    """Every slot that templates of a language may use."""
    plain = japanese_lookalikes.JAPANESE if language == "ja" else lookalikes.ENGLISH
    return frozenset({*_PERSON_FORMS, *_VALUES, *_UNLABELLED, *plain, "person", "hon", "san", "id_pair"})


def template_slots(template: str) -> frozenset[str]:
    """The slots that a template uses."""
    return frozenset(match[0] for match in _SLOT.findall(template))


def fill_slot(scene: Scene, name: str, which: str = "") -> Piece:
    """One slot's segments."""
    rng = scene.rng
    if name in _PERSON_FORMS:
        return [Segment(_PERSON_FORMS[name](scene.person(which), rng), "PERSON")]
    if name == "person":
        forms, weights = _MENTIONS[scene.language]
        return [Segment(rng.choices(forms, weights)[0](scene.person(which), rng), "PERSON")]
    if name in ("hon", "san"):
        person = scene.person(which)
        name_text = person.last if rng.random() < 0.7 else people.full_name(person, rng)
        return [Segment(name_text, "PERSON"), Segment("さん" if name == "san" else rng.choice(_HONORIFICS))]
    if name == "id_pair":
        words, make = rng.choice(identifiers.JAPANESE_IDS if scene.language == "ja" else identifiers.ENGLISH_IDS)
        sep = rng.choice(("：", ":", "は", " ") if scene.language == "ja" else (": ", " ", " is ", ": ", " = "))
        return [Segment(rng.choice(words) + sep), Segment(make(rng), "NATIONAL_ID")]
    if name in _VALUES:
        entity, draw = _VALUES[name]
        return [Segment(draw(scene, which), entity)]
    plain = japanese_lookalikes.JAPANESE if scene.language == "ja" else lookalikes.ENGLISH
    return [Segment((plain.get(name) or _UNLABELLED[name])(rng))]


def fill(template: str, scene: Scene) -> Piece:
    """A template's segments: `[a|b]` picks one, `{slot2}` speaks of the second person."""
    text = _CHOICE.sub(lambda match: scene.rng.choice(match.group(1).split("|")), template)
    piece: Piece = []
    at = 0
    for match in _SLOT.finditer(text):
        if match.start() > at:
            piece.append(Segment(text[at : match.start()]))
        piece += fill_slot(scene, match.group(1), match.group(2))
        at = match.end()
    if at < len(text):
        piece.append(Segment(text[at:]))
    return piece


@cache
def templates(block: str) -> tuple[str, ...]:
    r"""The templates of a block, one a line, with `\n` for a line break."""
    return tuple(line.strip().replace("\\n", "\n") for line in block.splitlines() if line.strip())

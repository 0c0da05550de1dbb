"""A language as data: how its people are named, what its slots stand for, and its templates and form fields."""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from probes.training.generate import banking, contacts, people, secrets
from probes.training.generate.people import Person
from probes.training.generate.segments import Piece

PersonForm = Callable[[Person, random.Random], str]
Draw = Callable[[random.Random], str]
Value = tuple[str, Callable[["Scene", str], str]]
"""Entity type, and the text for a scene and the digit of the slot."""
Field = tuple[str, str]
"""Spellings of a form field's label, `|` between them, and its slot."""
Layout = Callable[[list[tuple[str, Piece]], random.Random], Piece]


@dataclass(frozen=True, eq=False)
class Language:
    """Everything that the generator knows of one language.

    Args:
        code: ISO 639-1.
        person: draws one invented person.
        forms: slots that name a person, and the form each stands for.
        mentions: the forms of `{person}` with their weights.
        values: labelled slots.
        plain_values: slots that are no PII.
        honorifics: slots that stand for a name and one of these words after it.
        ids: what people call an identifier, and the identifier; `{id_pair}` joins the two by one of `id_joins`.
        prose: templates of sentences with PII, one a line; so for `chats`, `mails` and `logs`.
        plain: templates without PII.
        fields: form fields with PII; the first is the name.
        plain_fields: form fields without.
        layouts: how fields and their values become a text.
        between: what stands between two sentences.
    """

    code: str
    person: Callable[[random.Random], Person]
    forms: Mapping[str, PersonForm]
    mentions: tuple[tuple[PersonForm, int], ...]
    values: Mapping[str, Value]
    plain_values: Mapping[str, Draw]
    ids: tuple[tuple[tuple[str, ...], Draw], ...]
    id_joins: tuple[str, ...]
    prose: str
    chats: str
    mails: str
    logs: str
    plain: str
    fields: tuple[Field, ...]
    plain_fields: tuple[Field, ...]
    layouts: tuple[Layout, ...]
    honorifics: Mapping[str, tuple[str, ...]]
    between: str = " "

    @property
    def slots(self) -> frozenset[str]:
        """Every slot that templates of this language may use."""
        return frozenset({*self.forms, *self.values, *self.plain_values, *self.honorifics, "person", "id_pair"})


class Scene:
    """One document's language, random source and people."""

    def __init__(self, rng: random.Random, language: Language) -> None:
        self.rng = rng
        self.language = language
        self._people: dict[str, Person] = {}

    def person(self, which: str) -> Person:
        """The person that slots with this digit speak of."""
        if which not in self._people:
            self._people[which] = self.language.person(self.rng)
        return self._people[which]


def drawn(entity: str, draw: Draw) -> Value:
    """A value that depends on no person."""
    return entity, lambda scene, _: draw(scene.rng)


def first(person: Person, _: random.Random) -> str:
    """The given name."""
    return person.first


def last(person: Person, _: random.Random) -> str:
    """The family name."""
    return person.last


def last_first(person: Person, rng: random.Random) -> str:
    """`Smith, John A.` or `SMITH, John`; a name of another script as it is."""
    if person.script != "latin":
        return people.full_name(person, rng)
    tail = f" {person.middle[0]}." if rng.random() < 0.25 else ""
    family = person.last.upper() if rng.random() < 0.2 else person.last
    return f"{family}, {person.first}{tail}"


LATIN_FORMS: dict[str, PersonForm] = {
    "full": people.full_name,
    "first": first,
    "last": last,
    "last_first": last_first,
    "initials": people.initials,
}
COMMON_VALUES: dict[str, Value] = {
    "email": ("EMAIL", lambda s, k: contacts.email(s.rng, s.person(k), s.language.code)),
    "office_email": ("EMAIL", lambda s, k: contacts.email(s.rng, None, s.language.code)),
    "odd_email": ("EMAIL", lambda s, k: contacts.obfuscated_email(s.rng, s.person(k), s.language.code)),
    "phone": ("PHONE", lambda s, k: contacts.phone(s.rng, s.language.code)),
    "business_phone": ("PHONE", lambda s, k: contacts.phone(s.rng, s.language.code)),
    "card": drawn("CREDIT_CARD", banking.card),
    "iban": drawn("BANK_ACCOUNT", banking.iban_number),
    "ip": drawn("IP_ADDRESS", contacts.ip_address),
    "user": ("USERNAME", lambda s, k: contacts.username(s.rng, s.person(k))),
    "password": drawn("SECRET", secrets.password),
    "api_key": drawn("SECRET", secrets.api_key),
    "jwt": drawn("SECRET", secrets.jwt),
    "key_block": drawn("SECRET", secrets.key_block),
    "pin": drawn("SECRET", secrets.pin),
    "otp": drawn("SECRET", secrets.otp),
}
"""What means the same in every language."""
COMMON_PLAIN: dict[str, Draw] = {"swift": banking.swift, "expiry": banking.expiry}

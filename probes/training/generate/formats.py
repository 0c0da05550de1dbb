"""Values written after a shape: `#` is a digit, `^` one from 1 to 9, `@` a capital letter, everything else itself."""

from __future__ import annotations

import random
import string
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from probes.training.generate import contacts, people, secrets
from probes.training.generate.language import Draw, PersonForm, Value
from probes.training.generate.people import Person

_SHAPES: dict[str, str] = {"#": string.digits, "^": "123456789", "@": string.ascii_uppercase}
_HOURS, _DAYS = 24, 28


def shaped(rng: random.Random, shape: str) -> str:
    """`shape` with its marks replaced."""
    return "".join(rng.choice(_SHAPES[c]) if c in _SHAPES else c for c in shape)


def one_of(*shapes: str) -> Draw:
    """Draws one of the shapes and fills it."""
    return lambda rng: shaped(rng, rng.choice(shapes))


@dataclass(frozen=True)
class Calendar:
    """How a language writes dates and times.

    Args:
        months: January to December.
        days: Monday to Sunday.
        full: formats of a date with a year, over d, dd, m, mm, y, yy, month, mon.
        loose: formats of other dates, with `day` for the day of the week.
        times: formats of a time, over h, hh and min.
    """

    months: tuple[str, ...]
    days: tuple[str, ...]
    full: tuple[str, ...]
    loose: tuple[str, ...]
    times: tuple[str, ...]

    def date(self, rng: random.Random, first: int, last: int) -> str:
        """A full date of a year from `first` to `last`."""
        return self._written(rng, rng.choice(self.full), rng.randint(first, last))

    def birthday(self, rng: random.Random) -> str:
        """A date of birth."""
        return self.date(rng, 1935, 2016)

    def any_date(self, rng: random.Random) -> str:
        """A date that is nobody's birthday, full or loose."""
        if rng.random() < 0.7:
            return self.date(rng, 1990, 2030)
        return self._written(rng, rng.choice(self.loose), rng.randint(1950, 2030))

    def time(self, rng: random.Random) -> str:
        """A time of day."""
        hour, minute = rng.randrange(_HOURS), rng.choice((0, 15, 30, 45, rng.randrange(60)))
        return rng.choice(self.times).format(h=hour, hh=f"{hour:02d}", min=f"{minute:02d}")

    def _written(self, rng: random.Random, form: str, year: int) -> str:
        day, month = rng.randint(1, _DAYS), rng.randint(1, 12)
        name = self.months[month - 1]
        return form.format(
            d=day,
            dd=f"{day:02d}",
            m=month,
            mm=f"{month:02d}",
            y=year,
            yy=f"{year % 100:02d}",
            month=name,
            mon=name[:3],
            day=rng.choice(self.days),
        )


@dataclass(frozen=True)
class Country:
    """How a country writes addresses.

    Args:
        share: weight among the countries of its language.
        name: as the language has it.
        formats: over street, nr, flat, code, city and country, with `|` between the lines.
        streets: names of streets with their kind.
        numbers: shapes of house numbers.
        flats: shapes of what follows or precedes a house number.
        cities: shape of the postcode, `:` and the town.

    In streets and cities `_` is a blank.
    """

    share: int
    name: str
    formats: tuple[str, ...]
    streets: tuple[str, ...]
    numbers: tuple[str, ...]
    flats: tuple[str, ...]
    cities: tuple[str, ...]

    def lines(self, rng: random.Random) -> list[str]:
        """The lines of an address."""
        code, _, city = rng.choice(self.cities).partition(":")
        return (
            rng.choice(self.formats)
            .format(
                street=rng.choice(self.streets),
                nr=shaped(rng, rng.choice(self.numbers)),
                flat=shaped(rng, rng.choice(self.flats)),
                code=shaped(rng, code),
                city=city,
                country=self.name,
            )
            .replace("_", " ")
            .split("|")
        )


def address_values(countries: tuple[Country, ...]) -> dict[str, Value]:
    """The slots `address`, `address_lines` and `street`."""
    weights = [country.share for country in countries]

    def lines(rng: random.Random) -> list[str]:
        return rng.choices(countries, weights)[0].lines(rng)

    return {
        "address": ("ADDRESS", lambda s, _: ", ".join(lines(s.rng))),
        "address_lines": ("ADDRESS", lambda s, _: "\n".join(lines(s.rng))),
        "street": ("ADDRESS", lambda s, _: lines(s.rng)[0]),
    }


def contact_values(domains: tuple[str, ...], ats: tuple[tuple[str, str], ...], phones: tuple[str, ...]) -> dict[str, Value]:
    """The e-mail and phone slots: local domains, spoken forms of `@` and `.`, shapes of phone numbers."""

    def email(rng: random.Random, person: Person | None) -> str:
        address = contacts.email(rng, person, "en")
        return address if rng.random() < 0.25 else f"{address.split('@')[0]}@{rng.choice(domains)}"

    def odd(rng: random.Random, person: Person) -> str:
        local, domain = email(rng, person).split("@")
        at, dot = rng.choice(ats)
        return (local.replace(".", dot) if rng.random() < 0.4 else local) + at + domain.replace(".", dot)

    number: Value = ("PHONE", lambda s, _: shaped(s.rng, s.rng.choice(phones)))
    return {
        "email": ("EMAIL", lambda s, k: email(s.rng, s.person(k))),
        "office_email": ("EMAIL", lambda s, _: email(s.rng, None)),
        "odd_email": ("EMAIL", lambda s, k: odd(s.rng, s.person(k))),
        "phone": number,
        "business_phone": number,
    }


def password_value(words: tuple[str, ...]) -> Value:
    """Passwords out of the language's own words, among those of machines."""

    def password(rng: random.Random) -> str:
        if rng.random() < 0.6:
            return secrets.password(rng)
        word, number = rng.choice(words), str(rng.randint(1, 2026))
        return rng.choice(
            (
                word.capitalize() + number + rng.choice("!?$#*"),
                word + number,
                f"{word}-{rng.choice(words)}-{number}",
                word.capitalize() + "_" + number,
            )
        )

    return "SECRET", lambda s, _: password(s.rng)


Pool = tuple[int, tuple[str, ...], tuple[str, ...]]
"""Weight, given names and family names."""


def person_maker(
    pools: tuple[Pool, ...], compound: Callable[[random.Random, tuple[str, ...]], str]
) -> Callable[[random.Random], Person]:
    """Draws people; `compound` makes a family name of a pool's. One in eight mixes two pools."""
    weights = [weight for weight, _, _ in pools]

    def make(rng: random.Random) -> Person:
        _, given, family = rng.choices(pools, weights)[0]
        if rng.random() < 0.12:
            family = rng.choices(pools, weights)[0][2]
        return Person(rng.choice(given), compound(rng, family), rng.choice(given), "latin")

    return make


def full_name(person: Person, rng: random.Random) -> str:
    """Given and family name, at times with a second given name or in capitals."""
    draw = rng.random()
    if draw < 0.06:
        return f"{person.first} {person.middle} {person.last}"
    if draw < 0.09:
        return f"{person.first} {person.middle[0]}. {person.last}"
    return f"{person.first} {person.last.upper()}" if draw < 0.12 else person.full


def lower(form: PersonForm) -> PersonForm:
    """The form as a careless writer has it."""
    return lambda person, rng: form(person, rng).lower()


def look_alikes(shapes: Mapping[str, str]) -> dict[str, Draw]:
    """Slots of look-alikes out of a table of shapes, with `|` between those of one slot."""
    return {slot: one_of(*each.split("|")) for slot, each in shapes.items()}


def initials(person: Person, rng: random.Random) -> str:
    """`A. Müller`, `A. B. Müller` or `Anna M.`."""
    return rng.choice(
        (
            f"{person.first[0]}. {person.last}",
            f"{person.first[0]}. {person.last}",
            f"{person.first[0]}. {person.middle[0]}. {person.last}",
            people.initials(person, rng),
        )
    )

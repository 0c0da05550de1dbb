"""Invented people: names of many cultures and the forms in which a text mentions them."""

from __future__ import annotations

import random
import unicodedata
from dataclasses import dataclass
from functools import cache
from importlib import import_module

from probes.training.generate import japanese_names, names
from probes.training.generate.words import words

_LATIN_LOCALES = words(
    "en_US en_US en_US en_GB en_GB en_IE en_IN en_IN en_NG en_PK en_NZ de_DE de_AT fr_FR fr_CA es_ES es_MX es_CO it_IT "
    "pl_PL tr_TR id_ID pt_BR pt_PT nl_NL nl_BE sv_SE da_DK no_NO fi_FI cs_CZ sk_SK hu_HU ro_RO hr_HR et_EE lt_LT zu_ZA "
    "tw_GH yo_NG"
)
_TRANSLIT = str.maketrans(
    {"ł": "l", "Ł": "L", "ø": "o", "Ø": "O", "đ": "d", "Đ": "D", "ß": "ss", "ı": "i", "æ": "ae", "þ": "th", "Þ": "Th", "ð": "d"}
)
_TITLES = words(
    "Mr. Mrs. Ms. Dr. Prof. Mr Mrs Ms Dr Miss Professor Sir Judge Captain Sergeant Rev. Senator Nurse Coach President"
)
_NICKNAMES = words(
    "Buzz Skip Doc Ace Tiny Red Duke Sparky Chip Bunny Moose Lefty Junior Coco Teddy Boots Babe Scout Jonny Bo Tex Dizzy"
)
_KANA = dict(
    zip(
        "あいうえおかきくけこさしすせそたちつてとなにぬねのはひふへほまみむめも"
        "やゆよらりるれろわをん"
        "がぎぐげござじずぜぞだぢづでどばびぶべぼぱぴぷぺぽ",
        words(
            "a i u e o ka ki ku ke ko sa shi su se so ta chi tsu te to na ni nu ne no ha hi fu he ho ma mi mu me mo ya yu yo "
            "ra ri "
            "ru re ro wa o n ga gi gu ge go za ji zu ze zo da ji zu de do ba bi bu be bo pa pi pu pe po"
        ),
        strict=True,
    )
)


@dataclass(frozen=True, slots=True)
class Person:
    """One invented person; kana are empty for a name that has no reading, `script` is "latin", "kanji" or "katakana"."""

    first: str
    last: str
    middle: str
    script: str
    first_kana: str = ""
    last_kana: str = ""

    @property
    def full(self) -> str:
        """The name as its own script writes it."""
        if self.script == "kanji":
            return self.last + self.first
        return f"{self.first}・{self.last}" if self.script == "katakana" else f"{self.first} {self.last}"

    def handle(self, rng: random.Random) -> tuple[str, str]:
        """ASCII lower-case given and family name for e-mail addresses and user names."""
        if self.script == "kanji":
            return romaji(self.first_kana), romaji(self.last_kana)
        if self.script == "katakana":
            return _ascii(rng.choice(latin_pools()[0][0])), _ascii(rng.choice(latin_pools()[0][1]))
        return _ascii(self.first), _ascii(self.last)


def _ascii(name: str) -> str:
    plain = unicodedata.normalize("NFKD", name.translate(_TRANSLIT))
    return "".join(c for c in plain if c.isascii() and c.isalpha()).lower()


def romaji(kana: str) -> str:
    """Hepburn without long vowels, as people write their own names."""
    out = ""
    double = False
    for char in kana:
        if char == "っ":
            double = True
        elif char in "ゃゅょ" and out.endswith("i"):
            stem = out[:-1]
            out = stem + (
                {"ゃ": "a", "ゅ": "u", "ょ": "o"}[char]
                if stem.endswith(("sh", "ch", "j"))
                else {"ゃ": "ya", "ゅ": "yu", "ょ": "yo"}[char]
            )
        else:
            sound = _KANA.get(char, "")
            out += (sound[:1] if double else "") + sound
            double = False
    return out.replace("ou", "o").replace("uu", "u").replace("oo", "o")


def katakana(kana: str) -> str:
    """Hiragana as katakana."""
    return "".join(chr(ord(c) + 0x60) if "ぁ" <= c <= "ゖ" else c for c in kana)


def _provider_names(locale: str, kind: str) -> tuple[str, ...]:
    provider = import_module(f"faker.providers.person.{locale}").Provider
    found: set[str] = set()
    for attribute in dir(provider):
        if attribute.startswith((f"{kind}_name", f"{kind}_names")) and not attribute.endswith("pairs"):
            value = getattr(provider, attribute)
            if isinstance(value, tuple | list | dict):
                found.update(name for name in value if isinstance(name, str) and name[:1].isupper() and len(name) < 24)
    return tuple(sorted(found))


@cache
def latin_pools() -> tuple[tuple[tuple[str, ...], tuple[str, ...]], ...]:
    """(given, family) pools; a pool that stands twice is drawn twice as often."""
    pools = [(_provider_names(locale, "first"), _provider_names(locale, "last")) for locale in _LATIN_LOCALES]
    pools += [(names.GIVEN[culture], names.FAMILY[culture]) for culture in names.GIVEN]
    pools += [(names.GIVEN["english"], names.FAMILY["english"])] * 4
    return tuple((given, family) for given, family in pools if given and family)


def latin_person(rng: random.Random) -> Person:
    """A person whose name is written in Latin letters; one in six mixes two cultures."""
    pools = latin_pools()
    given, family = rng.choice(pools)
    if rng.random() < 0.16:
        family = rng.choice(pools)[1]
    first, last = rng.choice(given), rng.choice(family)
    if rng.random() < 0.05 and "-" not in last and " " not in last:
        last += "-" + rng.choice(family).split(" ")[-1]
    return Person(first, last, rng.choice(given), "latin")


def japanese_person(rng: random.Random) -> Person:
    """A person in a Japanese text: mostly kanji names, some foreign ones in katakana or Latin letters."""
    draw = rng.random()
    if draw < 0.86:
        (last, last_kana), (first, first_kana) = rng.choice(japanese_names.FAMILY), rng.choice(japanese_names.GIVEN)
        return Person(first, last, "", "kanji", first_kana, last_kana)
    if draw < 0.96:
        return Person(rng.choice(japanese_names.KATAKANA_GIVEN), rng.choice(japanese_names.KATAKANA_FAMILY), "", "katakana")
    return latin_person(rng)


def full_name(person: Person, rng: random.Random) -> str:
    """The whole name, at times with a middle name or initial, or a blank between Japanese names."""
    if person.script == "kanji":
        return rng.choices((person.full, f"{person.last} {person.first}", f"{person.last}　{person.first}"), (75, 18, 7))[0]
    if person.script == "katakana" or rng.random() < 0.84:
        return person.full
    middle = rng.choice((person.middle, person.middle[0] + ".", person.middle[0] + "."))
    return f"{person.first} {middle} {person.last}"


def initials(person: Person, rng: random.Random) -> str:
    """`J. R. Smith`, `J. Smith`, `JR Smith`, or `K.T.` forms."""
    if person.script != "latin":
        return full_name(person, rng)
    one, two = person.first[0], person.middle[0]
    return rng.choice(
        (
            f"{one}. {two}. {person.last}",
            f"{one}. {person.last}",
            f"{one}.{two}. {person.last}",
            f"{person.first} {person.last[0]}.",
        )
    )


def lower_full(person: Person, rng: random.Random) -> str:
    """The name as typed in haste: all lower case."""
    return full_name(person, rng).lower()


def lower_first(person: Person, _: random.Random) -> str:
    """The given name in lower case."""
    return person.first.lower()


def lower_last(person: Person, _: random.Random) -> str:
    """The family name in lower case."""
    return person.last.lower()


def upper_full(person: Person, rng: random.Random) -> str:
    """The name in capitals, as forms and records have it."""
    return full_name(person, rng).upper()


def upper_last(person: Person, rng: random.Random) -> str:
    """`Jane SMITH` or `SMITH Jane`."""
    return rng.choice((f"{person.first} {person.last.upper()}", f"{person.last.upper()} {person.first}"))


def nickname(person: Person, rng: random.Random) -> str:
    """The full name with a nickname in quotes or brackets."""
    nick = rng.choice(_NICKNAMES)
    left, right = rng.choice(('""', "''", "()", "“”"))
    return f"{person.first} {left}{nick}{right} {person.last}"


def title(rng: random.Random) -> str:
    """A title that stands before a family name."""
    return rng.choice(_TITLES)


def reading(person: Person, rng: random.Random) -> str:
    """The kana reading of a name, katakana or hiragana."""
    if not person.first_kana:
        return person.full
    blank = rng.choice((" ", "　", ""))
    text = person.last_kana + blank + person.first_kana
    return katakana(text) if rng.random() < 0.7 else text


def romanised(person: Person, rng: random.Random) -> str:
    """A Japanese name in Latin letters."""
    if not person.first_kana:
        return person.full
    first, last = romaji(person.first_kana).capitalize(), romaji(person.last_kana).capitalize()
    return rng.choice(
        (f"{first} {last}", f"{last} {first}", f"{last.upper()} {first}", f"{first} {last.upper()}", f"{last}, {first}")
    )

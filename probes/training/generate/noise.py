"""Noise over finished pieces: what careless writers, chats, scanners and odd systems do to a text, in any language.

A label still covers exactly what has become of its value.
"""

from __future__ import annotations

import random
import re
import unicodedata
from collections.abc import Callable

from probes.training.generate.contacts import full_width
from probes.training.generate.documents import document
from probes.training.generate.language import Scene
from probes.training.generate.material import material
from probes.training.generate.segments import Piece, Segment
from probes.training.generate.slots import LANGUAGES

Noise = Callable[[Piece, random.Random, str], Piece]
"""Piece, random source and language code to the noisy piece."""

# A password in another case is another password; the rest of the classes have no letters worth it.
_CASED = frozenset({"", "PERSON", "ADDRESS", "EMAIL", "USERNAME", "DATE_OF_BIRTH", "NATIONAL_ID", "BANK_ACCOUNT"})
_FULL_WIDTH = frozenset({"", "PHONE", "ADDRESS", "DATE_OF_BIRTH", "NATIONAL_ID", "BANK_ACCOUNT", "CREDIT_CARD"})
_WRITTEN = frozenset({"", "PERSON", "ADDRESS"})

_WORD = re.compile(r"[^\W\d_]{4,}")
_HIRAGANA = re.compile("[ぁ-ん]{3,}")
_KEYBOARDS = {"de": "qwertzuiop asdfghjkl yxcvbnm", "fr": "azertyuiop qsdfghjklm wxcvbn"}
_QWERTY = "qwertyuiop asdfghjkl zxcvbnm"
_PUNCTUATION = re.compile(r"[.,;!?](?=\s|\Z)|[。、！？]")
_TRANSCRIBED = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "Ä": "Ae", "Ö": "Oe", "Ü": "Ue", "ß": "ss"})
_MISREAD = {
    "0": ("O", "o"),
    "O": ("0",),
    "1": ("l", "I"),
    "l": ("1", "I"),
    "I": ("l", "1"),
    "5": ("S",),
    "S": ("5",),
    "8": ("B",),
    "B": ("8",),
    "rn": ("m",),
    "m": ("rn",),
    "cl": ("d",),
    "ー": ("一",),
    "ロ": ("口",),
    "カ": ("力",),
}
_MISREADABLE = re.compile("|".join(sorted(_MISREAD, key=len, reverse=True)))


def lower(piece: Piece, rng: random.Random, language: str) -> Piece:
    return _changed(piece, _CASED, str.lower)


def upper(piece: Piece, rng: random.Random, language: str) -> Piece:
    return _changed(piece, _CASED, str.upper)


def title(piece: Piece, rng: random.Random, language: str) -> Piece:
    return _changed(piece, _CASED, str.title)


def caps_lock(piece: Piece, rng: random.Random, language: str) -> Piece:
    return _changed(piece, _CASED, lambda text: text.title().swapcase())


def random_case(piece: Piece, rng: random.Random, language: str) -> Piece:
    return _changed(piece, _CASED, lambda text: "".join(rng.choice((c.lower(), c.upper())) for c in text))


def typos(piece: Piece, rng: random.Random, language: str) -> Piece:
    """Letters swapped, dropped, doubled or taken from the key beside; now and then in a name or an address, too."""
    pattern = _HIRAGANA if language == "ja" else _WORD

    def mistyped(text: str) -> str:
        return pattern.sub(lambda match: _mistyped(match[0], rng, language) if rng.random() < 0.15 else match[0], text)

    return [Segment(mistyped(s.text), s.entity) if not s.entity or _in_value(s, rng) else s for s in piece]


def missing_spaces(piece: Piece, rng: random.Random, language: str) -> Piece:
    """Blanks lost inside sentences and names, and between a word and a number."""
    out: Piece = []
    for i, (text, entity) in enumerate(piece):
        if not entity or (entity == "PERSON" and rng.random() < 0.3):
            text = re.sub(r"(?<=\S) (?=\S)", lambda _: rng.choice(("", " ", " ")), text)
        following = piece[i + 1].text if i + 1 < len(piece) else ""
        if not entity and re.search(r"[^\W\d_] \Z", text) and following[:1].isdigit() and rng.random() < 0.4:
            text = text[:-1]
        out.append(Segment(text, entity))
    return out


def missing_punctuation(piece: Piece, rng: random.Random, language: str) -> Piece:
    """Sentences without stops and commas, as in chats."""
    return _changed(piece, {""}, lambda text: _PUNCTUATION.sub("", text))


def missing_accents(piece: Piece, rng: random.Random, language: str) -> Piece:
    """Written on a keyboard without accents: `Müller` as `Mueller` or `Muller`."""
    transcribed = language == "de" and rng.random() < 0.6

    def plain(text: str) -> str:
        text = text.translate(_TRANSCRIBED) if transcribed else text.replace("ß", "ss")
        letters = unicodedata.normalize("NFD", text)
        return unicodedata.normalize("NFC", re.sub("(?<=[A-Za-z])[\u0300-\u036f]+", "", letters))

    return _changed(piece, _WRITTEN, plain)


def misread(piece: Piece, rng: random.Random, language: str) -> Piece:
    """As a scanner reads it: letters and digits taken for others, lines broken anywhere."""

    def scanned(text: str) -> str:
        text = _MISREADABLE.sub(lambda m: rng.choice(_MISREAD[m[0]]) if rng.random() < 0.12 else m[0], text)
        return re.sub(r"(?<=\w) (?=\w)", lambda _: "\n" if rng.random() < 0.06 else " ", text)

    return _changed(piece, None, scanned)


def code_switch(piece: Piece, rng: random.Random, language: str) -> Piece:
    """A text of another language before or after."""
    other = LANGUAGES[rng.choice(sorted(LANGUAGES.keys() - {language}))]
    added = document(Scene(rng, other), material(other, False), pii=rng.random() < 0.5)
    first, second = (piece, added) if rng.random() < 0.5 else (added, piece)
    ends = not first[-1].entity and not second[0].entity and first[-1].text[-1:] in "。.！？!?"
    return [*first, Segment(rng.choice((" ", "\n", "\n\n")) if ends else "\n"), *second]


def full_width_digits(piece: Piece, rng: random.Random, language: str) -> Piece:
    return _changed(piece, _FULL_WIDTH, full_width) if language == "ja" else piece


def odd_blanks(piece: Piece, rng: random.Random, language: str) -> Piece:
    """Other line ends, doubled blanks and lines, marks of quotation and lists."""
    draw = rng.random()
    if draw < 0.25:
        return _changed(piece, None, lambda text: text.replace("\n", "\r\n"))
    if draw < 0.5:
        return _changed(piece, {""}, lambda text: text.replace(" ", "  ", 1) if rng.random() < 0.4 else text)
    if draw < 0.65:
        return [*piece, Segment(rng.choice(("\n", " ", "\n\n")))]
    if draw < 0.85:
        return [Segment(rng.choice((" ", "\n", "- ", "> ", "* "))), *piece]
    return _changed(piece, {""}, lambda text: text.replace("\n", "\n\n"))


NOISES: dict[str, Noise] = {
    noise.__name__: noise
    for noise in (
        lower,
        upper,
        title,
        caps_lock,
        random_case,
        typos,
        missing_spaces,
        missing_punctuation,
        missing_accents,
        misread,
        code_switch,
        full_width_digits,
        odd_blanks,
    )
}
"""Every kind of noise by its name."""

# Shares of documents, in percent. Together 40, so that six in ten documents are as their writer meant them; somewhat more in
# Japanese, where many a kind finds nothing to change.
_HEAVY = {
    "lower": 10,
    "upper": 4,
    "title": 2,
    "caps_lock": 1,
    "random_case": 1,
    "typos": 7,
    "missing_spaces": 3,
    "missing_punctuation": 3,
    "misread": 4,
    "code_switch": 5,
}
_OF_LANGUAGE = {
    "ja": {
        "lower": 2,
        "upper": 1,
        "title": 1,
        "typos": 14,
        "misread": 6,
        "code_switch": 7,
        "full_width_digits": 11,
        "missing_punctuation": 10,
    },
    "de": {"lower": 8, "missing_accents": 2},
    "es": {"lower": 7, "missing_accents": 3},
    "fr": {"lower": 7, "missing_accents": 3},
}


def add_noise(piece: Piece, rng: random.Random, language: str) -> Piece:
    """The piece as a careless writer or an odd system would have it: mostly unchanged."""
    shares = _HEAVY | _OF_LANGUAGE.get(language, {})
    kind = rng.choices([*shares, ""], [*shares.values(), 100 - sum(shares.values())])[0]
    if kind:
        piece = NOISES[kind](piece, rng, language)
    if rng.random() < 0.1 and not piece[-1].entity:
        piece = [*piece[:-1], Segment(piece[-1].text.rstrip(".。!！ \n"))]
    return odd_blanks(piece, rng, language) if rng.random() < 0.12 else piece


def _changed(piece: Piece, entities: frozenset[str] | set[str] | None, change: Callable[[str], str]) -> Piece:
    """The piece with the segments of these entities (all if None) changed."""
    out: Piece = []
    for text, entity in piece:
        new = change(text) if entities is None or entity in entities else text
        # Two values with nothing but a blank between them would read as one.
        out.append(Segment(new if new.strip() else text, entity))
    return out


def _in_value(segment: Segment, rng: random.Random) -> bool:
    return segment.entity in _WRITTEN and rng.random() < 0.25


def _mistyped(word: str, rng: random.Random, language: str) -> str:
    at = rng.randrange(1, len(word) - 1)
    head, letter, following, tail = word[:at], word[at], word[at + 1], word[at + 2 :]
    return rng.choice(
        (
            head + following + letter + tail,
            head + following + tail,
            head + letter * 2 + following + tail,
            head + _neighbour(letter, rng, language) + following + tail,
        )
    )


def _neighbour(letter: str, rng: random.Random, language: str) -> str:
    keys = _KEYBOARDS.get(language, _QWERTY)
    at = keys.find(letter.lower())
    if at < 0:
        return letter
    near = [key for key in (keys[at - 1 : at], keys[at + 1 : at + 2]) if key.strip()]
    key = rng.choice(near)
    return key.upper() if letter.isupper() else key

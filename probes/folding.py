"""Text as a reader sees it: invisible characters, full-width and decorated letters and look-alikes undone, with exact offsets.

Someone who hides a name from the detector, and many an odd encoder, writes characters that look right and tokenize wrong. Folding
runs before tokenization. It never changes what a reader would take the text for, and it leaves alone what a script needs: joiners
in Arabic, Indic and emoji sequences, Japanese punctuation, words that are Cyrillic or Greek throughout.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Indices = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Folded:
    """Folded text; its character `i` stands for `[starts[i], ends[i])` of the original.

    `starts`, `ends`: int64 `[len(text)]`, code points, neither ever decreases. Slices are never empty. A removed character
    belongs to the folded character before it; at the start of the text it belongs to none.
    """

    text: str
    starts: Indices
    ends: Indices


# Characters that nobody sees: soft hyphen, joiners, marks and controls of direction, invisible operators, fillers, tags.
_INVISIBLE = (
    "\u00ad\u034f\u061c\u115f\u1160\u180e\u200e\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f\u3164\ufeff\uffa0\ufff9-\ufffb"
    "\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e01ef"
)
# Scripts whose spelling needs joiners, and those that part words with zero-width blanks.
_JOINING = "\u0600-\u08ff\u0900-\u0dff\u0f00-\u109f\u1780-\u18af\u1a20-\u1aaf\u1b00-\u1b7f\ua8e0-\ua8ff\ufb50-\ufdff\ufe70-\ufefc"
_WORD_PARTING = "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u1950-\u1aaf"
_EMOJI = "\u2190-\u2bff\u3030\u303d\u3297\u3299\U0001f000-\U0001faff"
_REMOVED = re.compile(
    f"[{_INVISIBLE}]"
    f"|(?<![{_WORD_PARTING}])\u200b"
    f"|(?<![{_JOINING}])\u200c"
    f"|(?<![{_JOINING}{_EMOJI}\ufe0f])\u200d"
    f"|(?<=[{_EMOJI}\ufe0f])\u200d(?![{_EMOJI}])"
    f"|(?<![{_EMOJI}])[\ufe00-\ufe0f]"
)
# NUL to ETX part fields in some formats, so they are no hiding place that may be closed.
_CONTROLS = "\x04-\x08\x0e-\x1b\x7f-\x84\x86-\x9f"
_CONTROL_IN_WORD = re.compile(rf"(?<=\w)[{_CONTROLS}]+(?=\w)")

# Sequences that are one character to a reader.
_MARKS = "\u0300-\u036f\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20f0\u3099\u309a"
_HALF_WIDTH_KATAKANA = "\uff61-\uff9f"
_LIGATURES = "\ufb00-\ufb06"
_CONJOINING = "\u1100-\u1112"
_SEQUENCE = re.compile(
    rf"(?P<marked>\w[{_MARKS}]+)|[{_HALF_WIDTH_KATAKANA}][\uff9e\uff9f]?|[{_LIGATURES}]|[{_CONJOINING}][\u1161-\u1175][\u11a8-\u11c2]?"
)
_STRUCK_OR_ENCLOSED = re.compile("[\u0334-\u0338\u20d0-\u20f0]")
_MANY_MARKS = re.compile(f"[{_MARKS}]{{3,}}")
# More marks than this on one letter are no language (the limit of Unicode's stream-safe format), and sorting them is slow.
_LONGEST_SEQUENCE = 31

# Raised and circled digits alone number notes and lists; three in a row are a number.
_RAISED_DIGITS = "\u00b2\u00b3\u00b9\u2070\u2074-\u2079\u2080-\u2089\u2460-\u2468\u24ea\u2776-\u277e\u2780-\u2788"
_RAISED_NUMBER = re.compile(f"[{_RAISED_DIGITS}]{{3,}}")

_SIGNS = {"＠": "@", "．": ".", "－": "-", "＿": "_", "＋": "+", "％": "%", "／": "/", "＃": "#", "＆": "&", "＝": "=", "﹫": "@"}
_SIGN = re.compile(
    rf"(?<=[A-Za-z0-9])[{''.join(_SIGNS)}]+|(?<![{''.join(_SIGNS)}])[{''.join(_SIGNS)}]+(?=[A-Za-z0-9])"
    r"|(?<=[A-Za-z0-9])[：\u3000\u2010\u2011\ufe63](?=[A-Za-z0-9])"
    r"|(?<=[0-9])[\u2212ー\uff70─](?=[0-9])"
)
_BETWEEN = {"：": ":", "\u3000": " ", "\u2010": "-", "\u2011": "-", "\ufe63": "-", "\u2212": "-", "ー": "-", "─": "-"}
_SIGN_TABLE = str.maketrans(_SIGNS | _BETWEEN)

LOOKALIKES: dict[str, str] = dict(
    zip(
        "АВСЕНІЈКМОРЅТУҮХԚԜӀасеорхуѕіјһԁԛԝѵкӏүΑΒΕΖΗΙΚΜΝΟΡΤΥΧϹϳονραικυχϲօսոհ",
        "ABCEHIJKMOPSTYYXQWIaceopxysijhdqwvklyABEZHIKMNOPTYXCjovpaikuxcounh",
        strict=True,
    )
)
"""Cyrillic, Greek and Armenian letters, and the Latin one that each looks like."""

_LOOKALIKE_TABLE = str.maketrans(LOOKALIKES)
_LOOKALIKE = re.compile(f"[{''.join(LOOKALIKES)}]")
_LETTERS = re.compile(r"[^\W\d_]+")
_ACCENTED = "\u00c0-\u024f\u1e00-\u1eff"
_LATIN = re.compile(f"[A-Za-z{_ACCENTED}]*")


def _single_characters() -> dict[int, str]:
    """Characters that always stand for one other: full-width, decorated and small-capital letters and digits, odd blanks."""
    table = {0xFEE0 + ord(c): c for c in map(chr, range(0x21, 0x7F)) if c.isalnum()}
    letter_like = (*range(0x2100, 0x2150), *range(0x24B6, 0x24EA), *range(0x1D400, 0x1D800), *range(0x1F130, 0x1F14A))
    for code in letter_like:
        plain = unicodedata.normalize("NFKC", chr(code))
        if len(plain) == 1 and plain != chr(code) and plain.isalnum():
            table[code] = plain
    for first in (0x1F150, 0x1F170):
        table |= {first + i: chr(ord("A") + i) for i in range(26)}
    small_capitals = dict(zip("ᴀʙᴄᴅᴇꜰɢʜɪᴊᴋʟᴍɴᴏᴘʀꜱᴛᴜᴠᴡʏᴢ", "ABCDEFGHIJKLMNOPRSTUVWYZ", strict=True))
    table |= {ord(c): plain for c, plain in small_capitals.items()}
    table |= dict.fromkeys([0xA0, 0x1680, *range(0x2000, 0x200B), 0x202F, 0x205F, 0x2800], " ")
    return table | dict.fromkeys([0x85, 0x2028, 0x2029], "\n")


_SINGLE = _single_characters()

# One look at a text tells whether there is anything to do; nearly always there is not. What lies above the basic plane is given
# as ranges: `re` compares one by one there.
_FOLDABLE = re.compile(
    f"[{_INVISIBLE}\u200b-\u200d\ufe00-\ufe0f{_CONTROLS}{_MARKS}{_HALF_WIDTH_KATAKANA}{_LIGATURES}{_CONJOINING}{_RAISED_DIGITS}"
    f"{''.join(chr(code) for code in _SINGLE if code < 0x10000)}\U0001d400-\U0001d7ff\U0001f130-\U0001f189"
    f"{''.join(_SIGNS)}：\u2010\u2011\ufe63\u2212─]"
)
_FOLDABLE_BESIDE_LATIN = re.compile(f"[\u3000ー{''.join(LOOKALIKES)}](?:(?<=[A-Za-z0-9{_ACCENTED}].)|(?=[A-Za-z0-9{_ACCENTED}]))")


def fold(text: str) -> Folded:
    """The text as a reader takes it. Linear in the length of the text."""
    if not _FOLDABLE.search(text) and (text.isascii() or not _FOLDABLE_BESIDE_LATIN.search(text)):
        whole = np.arange(len(text) + 1, dtype=np.int64)
        return Folded(text, whole[:-1], whole[1:])
    folded = _Rewriting(text)
    folded.rewrite(_REMOVED, lambda _: "")
    folded.rewrite(_CONTROL_IN_WORD, lambda _: "")
    folded.rewrite(_SEQUENCE, _composed)
    folded.replace(folded.text.translate(_SINGLE))
    folded.replace(_RAISED_NUMBER.sub(_plain_number, folded.text))
    folded.replace(_SIGN.sub(lambda match: match[0].translate(_SIGN_TABLE), folded.text))
    if _LOOKALIKE.search(folded.text):
        folded.replace(_LETTERS.sub(_latin_word, folded.text))
    return folded.done()


class _Rewriting:
    def __init__(self, text: str) -> None:
        self.text = text
        self._length = len(text)
        whole = np.arange(len(text) + 1, dtype=np.int64)
        self._starts: Indices = whole[:-1]
        self._ends: Indices = whole[1:]

    def replace(self, text: str) -> None:
        """Take a text whose characters stand for the same ones, one for one."""
        if len(text) != len(self.text):
            raise ValueError("the text has another length")
        self.text = text

    def rewrite(self, pattern: re.Pattern[str], replacement: Callable[[re.Match[str]], str]) -> None:
        """Replace each match; every character of a replacement stands for the whole match."""
        pieces: list[str] = []
        bounds: list[tuple[int, int, int]] = []
        at = 0
        for match in pattern.finditer(self.text):
            new = replacement(match)
            pieces += (self.text[at : match.start()], new)
            bounds.append((match.start(), match.end(), len(new)))
            at = match.end()
        if not bounds:
            return
        first, end, size = np.array(bounds, dtype=np.int64).T
        # How often each old character stands in the new text. A match is carried by its first character.
        times = np.ones(len(self.text), dtype=np.int64)
        inside = np.zeros(len(self.text) + 1, dtype=np.int64)
        np.add.at(inside, first, 1)
        np.add.at(inside, end, -1)
        times[np.cumsum(inside[:-1]) > 0] = 0
        times[first] = size
        lasts = np.arange(len(self.text))
        lasts[first] = end - 1
        self._starts, self._ends = np.repeat(self._starts, times), np.repeat(self._ends[lasts], times)
        self.text = "".join(pieces) + self.text[at:]

    def done(self) -> Folded:
        ends = self._ends.copy()
        if len(ends):
            ends[:-1] = np.maximum(ends[:-1], self._starts[1:])
            ends[-1] = self._length
            # Characters that share a slice share its end, too.
            shared = np.append(self._starts[1:] == self._starts[:-1], False)
            ends = np.minimum.accumulate(np.where(shared, self._length, ends)[::-1])[::-1].copy()
        return Folded(self.text, self._starts, ends)


def _composed(match: re.Match[str]) -> str:
    if match["marked"] is None:
        # The compatibility form of a sound mark that follows nothing is a combining one, which would join the wrong character.
        plain = unicodedata.normalize("NFKC", match[0])
        return plain.replace("\u3099", "゛").replace("\u309a", "゜")
    composed = unicodedata.normalize("NFC", _STRUCK_OR_ENCLOSED.sub("", match[0])[:_LONGEST_SEQUENCE])
    return _MANY_MARKS.sub("", composed)


def _plain_number(match: re.Match[str]) -> str:
    return "".join(str(unicodedata.digit(character)) for character in match[0])


def _latin_word(match: re.Match[str]) -> str:
    """The word in Latin letters if some of it is and the rest could be."""
    word = match[0]
    if not _LOOKALIKE.search(word) or all(c in LOOKALIKES for c in word):
        return word
    latin = word.translate(_LOOKALIKE_TABLE)
    return latin if _LATIN.fullmatch(latin) else word

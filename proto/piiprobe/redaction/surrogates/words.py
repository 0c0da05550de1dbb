"""Invented words for words, each by itself: so a name that comes back alone, in capitals or behind a title is the same again."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from itertools import groupby

from piiprobe.redaction.surrogates.draw import Draw, Drawing
from piiprobe.redaction.surrogates.shape import HAN, HANGUL, HIRAGANA, KATAKANA, shaped


def listed(text: str) -> tuple[str, ...]:
    """The words of a text, for lists that are written as one."""
    return tuple(text.split())


_BEGINNINGS = listed(
    "Al An Ar Bal Bar Bel Ber Bor Bran Cal Car Cor Cyn Dal Dar Del Dor El Er Fal Far Fen Fil Gal Gar Gil Hal Har Hel Il Jar Jor "
    "Kal Kel Kor Lan Lar Lin Lor Mal Mer Mil Nal Nel Nor Or Per Pol Quin Ral Rem Ros Sal Sel Sil Tal Tar Tor Ul Val Var Vel Wal "
    "Wen Yar Zan"
)
_MIDDLES = listed("ab ad al am an ar eb ed el em en er ev ib id il im in ir ob od ol om on or ov ub ud um un ur us")
_ENDINGS = listed("a ack an as by den don e el en es eth i ia is ley lin lo mer nor o on ora os ow ric sen son wen yn")
LATIN_WORDS = len(_BEGINNINGS) * len(_MIDDLES) * len(_ENDINGS)
"""How many there are: two words share one with a probability of 1 in that many."""

# A letter for a letter of the Latin alphabet, near enough in sound.
_CYRILLIC = str.maketrans("abcdefghijklmnopqrstuvwxyz", "абкдефгхийклмнопкрстуввкыз")
_LETTERS = {"HAN": HAN, "KATAKANA": KATAKANA, "HIRAGANA": HIRAGANA, "HANGUL": HANGUL}
_KANA = ("HIRAGANA", "KATAKANA")
_TO_KATAKANA = {at: at + 0x60 for at in range(ord("ぁ"), ord("ゖ") + 1)}


def runs(text: str) -> Iterator[tuple[str, str]]:
    """`text` cut into words of one script and what stands between: kinds `LATIN`, `CYRILLIC`, `HAN`, `HIRAGANA`, `KATAKANA`,
    `HANGUL`, `OTHER` (letters), `DIGITS` and the empty one."""
    kinds: list[str] = []
    for char in text:
        kinds.append(_kind(char, kinds[-1] if kinds else ""))
    at = 0
    for kind, same in groupby(kinds):
        end = at + len(list(same))
        yield kind, text[at:end]
        at = end


def word(kind: str, written: str, drawing: Drawing) -> str:
    """An invented word of the same script and case, never the same word.

    Hiragana and katakana of the same sound agree; so do letters with and without accents.
    """
    folded = _folded(kind, written)
    script = "KANA" if kind in _KANA else kind
    for attempt in range(1000):
        new = _invented(kind, written, drawing("word", script, str(attempt), folded))
        if _folded(kind, new) != folded:
            break
    return new


def _invented(kind: str, written: str, draw: Draw) -> str:
    if kind in _LETTERS:
        return "".join(draw.choice(_LETTERS[kind]) for _ in written)
    if len(written) == 1 and kind != "OTHER":
        return shaped(written, draw)
    latin = draw.choice(_BEGINNINGS).lower() + draw.choice(_MIDDLES) + draw.choice(_ENDINGS)
    return _recased(latin.translate(_CYRILLIC) if kind == "CYRILLIC" else latin, written)


def _recased(new: str, like: str) -> str:
    if like.isupper():
        return new.upper()
    return new if like.islower() else new.capitalize()


def _folded(kind: str, written: str) -> str:
    folded = unicodedata.normalize("NFKC", written).casefold()
    if kind in _KANA:
        return folded.translate(_TO_KATAKANA)
    if kind in ("LATIN", "CYRILLIC"):
        return "".join(char for char in unicodedata.normalize("NFKD", folded) if not unicodedata.combining(char))
    return folded


def _kind(char: str, before: str) -> str:
    category = unicodedata.category(char)
    if category[0] == "M" or char in "ー\u200c\u200d":
        return before
    if char == "々":
        return "HAN"
    if category == "Nd":
        return "DIGITS"
    if category[0] not in "LN":
        return ""
    name = unicodedata.name(char, "")
    for beginning, kind in _SCRIPTS:
        if name.startswith(beginning):
            return kind
    return "OTHER"


_SCRIPTS = (
    ("LATIN", "LATIN"),
    ("FULLWIDTH LATIN", "LATIN"),
    ("CYRILLIC", "CYRILLIC"),
    ("CJK", "HAN"),
    ("HIRAGANA", "HIRAGANA"),
    ("KATAKANA", "KATAKANA"),
    ("HALFWIDTH KATAKANA", "KATAKANA"),
    ("HANGUL", "HANGUL"),
)

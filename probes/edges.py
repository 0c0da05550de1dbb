"""Token spans to code-point offsets: what belongs to a finding of each class, and what only stands around it."""

from __future__ import annotations

import re
from collections.abc import Callable

from probes.tags import TokenSpan
from probes.tokens import Tokens

_EDGE = " \t\r\n\u3000\"'`“”‘’«»「」『』()[]{}<>（）［］【】〈〉《》,;:.!?、。，．：；！？|*_~=-–—・…&/"
# What may stand at the edge of a class although it looks like punctuation.
_KEEP_LEFT = {"PHONE": "(（+", "USERNAME": "_-~.", "ADDRESS": "〒", "IP_ADDRESS": ":[", "EMAIL": "_-+"}
_KEEP_RIGHT = {"USERNAME": "_-~", "IP_ADDRESS": ":]"}
_SECRET_EDGE = " \t\r\n\u3000\"'`「」“”‘’"
# Nobody's name is longer, and a text without blanks must not be read over and over.
_LONGEST_WORD = 64
_PHONE_START = re.compile(r"[+＋(（]?\d")
_AT = re.compile("[@＠]")
_AROUND_ADDRESS = frozenset('<>"(),;:＜＞「」（）、。')

Bounds = tuple[int, int]


def character_span(text: str, tokens: Tokens, span: TokenSpan, entity_type: str, least: int = 0) -> Bounds | None:
    """Code-point offsets of a token span, from `least` on, without blanks and punctuation at the edges; None if none is left."""
    start = max(least, int(tokens.starts[span.start : span.end].min()))
    end = int(tokens.ends[span.start : span.end].max())
    start, end = _stripped(text, start, end, entity_type)
    if start < end and entity_type in _RULES:
        start, end = _RULES[entity_type](text, start, end)
        start, end = _stripped(text, max(least, start), end, entity_type)
    return (start, end) if start < end else None


def _phone(text: str, start: int, end: int) -> Bounds:
    if number := _PHONE_START.search(text, start, end):
        start = number.start()
    # A bracket that opens but does not close is not part of the number.
    if not any(bracket in text[start:end] for bracket in ")）"):
        while start < end and text[start] in "(（":
            start += 1
    return start, end


def _email(text: str, start: int, end: int) -> Bounds:
    """The address around the @; empty where nothing stands before or behind it, as in a handle. Without an @ it is spoken.

    Brackets and colons stand around an address (`"Mira" <mira@example.com>`), not in it.
    """
    if not (found := _AT.search(text, start, end)):
        return start, end
    low, high = found.start(), found.end()
    while low > start and not (text[low - 1].isspace() or text[low - 1] in _AROUND_ADDRESS):
        low -= 1
    while high < end and not (text[high].isspace() or text[high] in _AROUND_ADDRESS):
        high += 1
    return (low, high) if low < found.start() and high > found.end() else (end, end)


def _person(text: str, start: int, end: int) -> Bounds:
    start, end = _whole_words(text, start, end)
    # English: whose it is, not part of the name.
    if end - start > 3 and text[end - 2 : end] in ("'s", "’s", "'S", "’S"):
        end -= 2
    return start, end


def _whole_words(text: str, start: int, end: int) -> Bounds:
    """Move edges that cut a word (letters of an alphabet, or katakana) to its outside if half of the word is in, else inside."""
    low, high = _word_around(text, start)
    if low < start:
        start, end = (low, end) if 2 * (min(end, high) - start) >= high - low else (high, end)
    low, high = _word_around(text, end - 1) if start < end else (end, end)
    if high > end:
        end = high if 2 * (end - max(start, low)) >= high - low else low
    return start, end


def _word_around(text: str, at: int) -> tuple[int, int]:
    kind = _kind(text[at])
    low, high = at, at + 1
    while kind and low > max(0, at - _LONGEST_WORD) and _continues(text, low - 1, kind):
        low -= 1
    while kind and high < min(len(text), at + _LONGEST_WORD) and _continues(text, high, kind):
        high += 1
    return low, high


def _continues(text: str, at: int, kind: str) -> bool:
    """Whether the character belongs to a word of that kind; a middle dot joins katakana on both sides of it."""
    if kind == "katakana" and text[at] in "・＝":
        return {_kind(text[at - 1 : at]), _kind(text[at + 1 : at + 2])} == {"katakana"}
    return _kind(text[at]) == kind


def _kind(character: str) -> str:
    """`katakana`, `letter` (Latin, Greek, Cyrillic, Armenian), or nothing where a word does not show its ends."""
    if "ァ" <= character <= "ヺ" or character == "ー":
        return "katakana"
    return "letter" if character.isalpha() and character < "\u0590" else ""


def _stripped(text: str, start: int, end: int, entity_type: str) -> Bounds:
    left = right = _SECRET_EDGE if entity_type == "SECRET" else _EDGE
    kept_left, kept_right = _KEEP_LEFT.get(entity_type, ""), _KEEP_RIGHT.get(entity_type, "")
    while start < end and (text[start].isspace() or (text[start] in left and text[start] not in kept_left)):
        start += 1
    while end > start and (text[end - 1].isspace() or (text[end - 1] in right and text[end - 1] not in kept_right)):
        end -= 1
    return start, end


_RULES: dict[str, Callable[[str, int, int], Bounds]] = {"PHONE": _phone, "EMAIL": _email, "PERSON": _person}

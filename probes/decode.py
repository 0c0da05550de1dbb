"""Class logits per token to spans: the best label path, then trimmed code-point offsets."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from probes.tokens import Tokens

_EDGE = " \t\r\n\u3000\"'`“”‘’«»「」『』()[]{}<>（）［］【】〈〉《》,;:.!?、。，．：；！？|*_~=-–—・…&/"
# What may stand at the edge of a class although it looks like punctuation.
_KEEP_LEFT = {"PHONE": "(（+", "USERNAME": "_-~.", "ADDRESS": "〒", "IP_ADDRESS": ":[", "EMAIL": "_-+"}
_PARTS_NAMES = re.compile(r"[、，]|(?<=[\u4e00-\u9fff々])・(?=[\u4e00-\u9fff])")
# Nobody's name is longer, and a text without blanks must not be read over and over.
_LONGEST_WORD = 64
_WORD = re.compile("[0-9A-Za-z]{2}")
_PHONE_START = re.compile(r"[+＋(（]?\d")
_AT = re.compile("[@＠]")
_AROUND_ADDRESS = frozenset('<>"(),;:＜＞「」（）、。')
_BLANKS_AND_STOPS = " \t\r\n\u3000.,;:!?<>()\"'"
_HOST_NAME = re.compile(r"[\w-]+(\.[\w-]+)+")
_KEEP_RIGHT = {"USERNAME": "_-~", "IP_ADDRESS": ":]"}


@dataclass(frozen=True, slots=True)
class TokenSpan:
    """Tokens `[start, end)` with class index `label` (never 0, which is `NONE`)."""

    start: int
    end: int
    label: int


def token_spans(
    text: str, tokens: Tokens, logits: np.ndarray, transitions: np.ndarray, none_bias: float, entity_types: Sequence[str]
) -> list[TokenSpan]:
    """Decode the class logits `[n, n_classes]` of one text.

    Args:
        transitions: `[n_classes, n_classes]`, score of going from row to column.
        none_bias: added to the log-probability of `NONE`.
        entity_types: names of classes 1, 2, ….
    """
    log_probs = logits - np.logaddexp.reduce(logits, axis=1, keepdims=True)
    log_probs[:, 0] += none_bias
    spans = joined(text, tokens, log_probs, runs(best_path(log_probs, transitions)))
    return [part for span in spans for part in split(text, tokens, span, entity_types[span.label - 1])]


def joined(text: str, tokens: Tokens, log_probs: np.ndarray, spans: list[TokenSpan]) -> list[TokenSpan]:
    """Join runs of different classes that meet inside a word of ASCII letters and digits: the likelier class takes both.

    Digits are a token each, so the path may change its mind in the middle of a number or a password.
    """
    result: list[TokenSpan] = []
    for span in spans:
        before = result[-1] if result else None
        at = int(tokens.starts[span.start])
        if before and before.end == span.start and tokens.ends[span.start - 1] == at and _WORD.fullmatch(text, at - 1, at + 1):
            both = slice(before.start, span.end)
            label = max(before.label, span.label, key=lambda label: float(log_probs[both, label].sum()))
            result[-1] = TokenSpan(before.start, span.end, label)
        else:
            result.append(span)
    return result


def split(text: str, tokens: Tokens, span: TokenSpan, entity_type: str) -> list[TokenSpan]:
    """Part a run that holds several findings: labels have no beginning, so names or addresses in a list are one run.

    PERSON is parted at Japanese list separators. A middle dot parts names in kanji (田中・鈴木) but joins the parts of a name in
    katakana (ジョン・スミス). EMAIL is parted at blanks if there is an @, and the parts without one go; so does a mere host or
    file name. Without an @ it may be a spoken address, which has blanks.
    """
    if entity_type == "EMAIL":
        return _split_emails(text, tokens, span)
    if entity_type != "PERSON":
        return [span]
    parts, start = [], span.start
    for t in range(span.start, span.end):
        at = int(tokens.starts[t])
        if tokens.ends[t] == at + 1 and _PARTS_NAMES.match(text, at, at + 2):
            parts.append(TokenSpan(start, t, span.label))
            start = t + 1
    parts.append(TokenSpan(start, span.end, span.label))
    return [part for part in parts if part.start < part.end]


def _split_emails(text: str, tokens: Tokens, span: TokenSpan) -> list[TokenSpan]:
    parts, start = [], span.start
    for t in range(span.start + 1, span.end + 1):
        # A blank may stand between two tokens or be a token of its own.
        if t == span.end or tokens.starts[t] > tokens.ends[t - 1] or tokens.starts[t] == tokens.ends[t]:
            parts.append(TokenSpan(start, t, span.label))
            start = t
    written = [text[int(tokens.starts[part.start]) : int(tokens.ends[part.end - 1])].strip(_BLANKS_AND_STOPS) for part in parts]
    if any(_AT.search(piece) for piece in written):
        return [part for part, piece in zip(parts, written, strict=True) if _AT.search(piece)]
    spoken = any(piece.lower() in ("at", "アット") for piece in written)
    return [span] if spoken or not any(_HOST_NAME.fullmatch(piece) for piece in written) else []


def best_path(log_probs: np.ndarray, transitions: np.ndarray) -> np.ndarray:
    """Viterbi: the label path of highest score.

    Args:
        log_probs: `[n, n_classes]`.
        transitions: `[n_classes, n_classes]`, score of going from row to column.

    Returns:
        int `[n]`.
    """
    n, classes = log_probs.shape
    if n == 0:
        return np.zeros(0, dtype=np.int64)
    back = np.zeros((n, classes), dtype=np.int64)
    # Not in fp32: over a long text the sum grows until differences between paths drown in its rounding.
    score = log_probs[0].astype(np.float64)
    columns = np.arange(classes)
    for t in range(1, n):
        candidates = score[:, None] + transitions
        back[t] = candidates.argmax(0)
        score = candidates[back[t], columns] + log_probs[t]
    path = np.zeros(n, dtype=np.int64)
    path[-1] = score.argmax()
    for t in range(n - 1, 0, -1):
        path[t - 1] = back[t, path[t]]
    return path


def runs(path: np.ndarray) -> list[TokenSpan]:
    """Maximal runs of one label other than `NONE`."""
    edges = np.flatnonzero(np.diff(path, prepend=0, append=0))
    return [TokenSpan(int(start), int(end), int(path[start])) for start, end in pairwise(edges) if path[start] != 0]


def character_span(text: str, tokens: Tokens, span: TokenSpan, entity_type: str, least: int = 0) -> tuple[int, int] | None:
    """Code-point offsets of a token span, from `least` on, without blanks and punctuation at the edges; None if none is left."""
    start = max(least, int(tokens.starts[span.start : span.end].min()))
    end = int(tokens.ends[span.start : span.end].max())
    if entity_type == "SECRET":
        left = right = " \t\r\n\u3000\"'`「」“”‘’"
    else:
        left = _without(_EDGE, _KEEP_LEFT.get(entity_type, ""))
        right = _without(_EDGE, _KEEP_RIGHT.get(entity_type, ""))
    start, end = _strip(text, start, end, left, right)
    if entity_type == "PHONE" and (number := _PHONE_START.search(text, start, end)):
        start = number.start()
    # A bracket that opens but does not close is not part of the number.
    if entity_type == "PHONE" and not any(bracket in text[start:end] for bracket in ")）"):
        start, end = _strip(text, start, end, left + "(（", right)
    if entity_type == "EMAIL" and (at := _AT.search(text, start, end)):
        start, end = _strip(text, *_address_around(text, start, at.start(), end), left, right)
    if entity_type == "PERSON" and start < end:
        start, end = _whole_words(text, start, end)
        start, end = _strip(text, max(least, start), end, left, right)
    return (start, end) if start < end else None


def _address_around(text: str, start: int, at: int, end: int) -> tuple[int, int]:
    """The address around the @ at `at`; empty where nothing stands before or behind it, as in a handle.

    Brackets and colons stand around an address (`"Mira" <mira@example.com>`), not in it.
    """
    low, high = at, at + 1
    while low > start and not (text[low - 1].isspace() or text[low - 1] in _AROUND_ADDRESS):
        low -= 1
    while high < end and not (text[high].isspace() or text[high] in _AROUND_ADDRESS):
        high += 1
    return (low, high) if low < at and high > at + 1 else (end, end)


def _whole_words(text: str, start: int, end: int) -> tuple[int, int]:
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


def _strip(text: str, start: int, end: int, left: str, right: str) -> tuple[int, int]:
    while start < end and (text[start] in left or text[start].isspace()):
        start += 1
    while end > start and (text[end - 1] in right or text[end - 1].isspace()):
        end -= 1
    return start, end


def _without(characters: str, kept: str) -> str:
    return "".join(character for character in characters if character not in kept)

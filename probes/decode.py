"""Class logits per token to spans: the best label path, then trimmed code-point offsets."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from probes.tokens import Tokens

_EDGE = " \t\r\n\u3000\"'`“”‘’«»「」『』()[]{}<>（）［］【】〈〉《》,;:.!?、。，．：；！？|*_~=-–—・…&/"
# What may stand at the edge of a class although it looks like punctuation.
_KEEP_LEFT = {"PHONE": "(（+", "USERNAME": "_-~.", "ADDRESS": "〒", "IP_ADDRESS": ":[", "EMAIL": "_-+"}
_KEEP_RIGHT = {"USERNAME": "_-~", "IP_ADDRESS": ":]"}


@dataclass(frozen=True, slots=True)
class TokenSpan:
    """Tokens `[start, end)` with class index `label` (never 0, which is `NONE`)."""

    start: int
    end: int
    label: int


def token_spans(logits: np.ndarray, transitions: np.ndarray, none_bias: float) -> list[TokenSpan]:
    """Decode the class logits `[n, n_classes]` of one text; `none_bias` is added to the log-probability of `NONE`."""
    log_probs = logits - np.logaddexp.reduce(logits, axis=1, keepdims=True)
    log_probs[:, 0] += none_bias
    return runs(best_path(log_probs, transitions))


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
    # A bracket that opens but does not close is not part of the number.
    if entity_type == "PHONE" and not any(bracket in text[start:end] for bracket in ")）"):
        start, end = _strip(text, start, end, left + "(（", right)
    return (start, end) if start < end else None


def _strip(text: str, start: int, end: int, left: str, right: str) -> tuple[int, int]:
    while start < end and (text[start] in left or text[start].isspace()):
        start += 1
    while end > start and (text[end - 1] in right or text[end - 1].isspace()):
        end -= 1
    return start, end


def _without(characters: str, kept: str) -> str:
    return "".join(character for character in characters if character not in kept)

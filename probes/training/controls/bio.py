"""BIO tags over our classes: which ones a token may have, and the spans of the best valid path."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from probes.entity import ENTITY_TYPES, NONE, Span
from probes.training.example import Example

TAGS: tuple[str, ...] = ("O", *(f"{part}-{name}" for name in ENTITY_TYPES for part in "BI"))

_INDEX = {tag: i for i, tag in enumerate(TAGS)}


def _transitions() -> np.ndarray:
    allowed = np.zeros((len(TAGS), len(TAGS)))
    for name in ENTITY_TYPES:
        inside = _INDEX[f"I-{name}"]
        allowed[:, inside] = -np.inf
        allowed[[inside, _INDEX[f"B-{name}"]], inside] = 0.0
    return allowed


TRANSITIONS = _transitions()
"""fp64 `[n_tags, n_tags]`: 0 where the column may follow the row, else minus infinity."""

_START = TRANSITIONS[0]


def allowed_tags(example: Example, starts: np.ndarray, ends: np.ndarray) -> np.ndarray:
    """bool `[n_tokens, n_tags]`; the tokens cover code points `[starts, ends)`.

    Outside labels: `O`, or anything of a class that the source leaves unlabelled. In a label: `B` or `I` of its classes, by
    place, and `O` where it may be nothing.
    """
    allowed = np.zeros((len(starts), len(TAGS)), dtype=bool)
    allowed[:, _tags("BI", example.unlabelled)] = True
    allowed[:, 0] = True
    for label in example.labels:
        inside = np.flatnonzero((starts < label.end) & (ends > label.start))
        allowed[inside] = False
        for row in inside:
            allowed[row, _tags("B" if row == inside[0] else "I", label.candidates)] = True
    return allowed


def _tags(parts: str, names: Iterable[str]) -> list[int]:
    """Indices of the tags of these classes; `NONE` is `O`."""
    return [index for name in names for index in ([0] if name == NONE else [_INDEX[f"{part}-{name}"] for part in parts])]


def spans(log_probs: np.ndarray, starts: np.ndarray, ends: np.ndarray, none_bias: float = 0.0) -> list[Span]:
    """Spans of the best valid path through log-probabilities `[n_tokens, n_tags]`; `none_bias` is added to those of `O`."""
    found: list[Span] = []
    first = -1
    path = best_path(log_probs, none_bias)
    for t, tag in enumerate(path):
        if TAGS[tag].startswith("B"):
            first = t
        last = t + 1 == len(path) or not TAGS[path[t + 1]].startswith("I")
        if tag and last and ends[t] > starts[first]:
            found.append(Span(int(starts[first]), int(ends[t]), TAGS[tag][2:]))
    return found


def best_path(log_probs: np.ndarray, none_bias: float = 0.0) -> np.ndarray:
    """Viterbi over valid paths: int64 `[n_tokens]`."""
    n = len(log_probs)
    path = np.zeros(n, dtype=np.int64)
    if n == 0:
        return path
    scores = log_probs.astype(np.float64)
    scores[:, 0] += none_bias
    back = np.zeros(scores.shape, dtype=np.int64)
    best = scores[0] + _START
    columns = np.arange(len(TAGS))
    for t in range(1, n):
        candidates = best[:, None] + TRANSITIONS
        back[t] = candidates.argmax(0)
        best = candidates[back[t], columns] + scores[t]
    path[-1] = best.argmax()
    for t in range(n - 1, 0, -1):
        path[t - 1] = back[t, path[t]]
    return path

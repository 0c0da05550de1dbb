"""BIOES tags: a path of tags says where the spans of each class begin and end.

Tag 0 is `NONE`; class c (1, 2, …) has four: it begins, goes on, ends, or is a single token (Ratinov and Roth 2009).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np

BEGIN, INSIDE, END, SINGLE = range(4)

IMPOSSIBLE = -1e4
"""Score of a tag or transition that cannot be. Finite: sums of it stay numbers."""


@dataclass(frozen=True, slots=True)
class TokenSpan:
    """Tokens `[start, end)` with class index `label` (never 0, which is `NONE`)."""

    start: int
    end: int
    label: int


def count(n_types: int) -> int:
    """Tags of `n_types` classes."""
    return 1 + 4 * n_types


def tag(label: int, position: int) -> int:
    """Tag of class `label` at `BEGIN`, `INSIDE`, `END` or `SINGLE`."""
    return 1 + 4 * (label - 1) + position


def class_tags(label: int) -> slice:
    """The four tags of class `label`."""
    return slice(tag(label, BEGIN), tag(label, SINGLE) + 1)


def span_tags(label: int, length: int) -> list[int]:
    """Tags of the `length` tokens of one span."""
    if length == 1:
        return [tag(label, SINGLE)]
    return [tag(label, BEGIN), *[tag(label, INSIDE)] * (length - 2), tag(label, END)]


def can_follow(n_types: int) -> np.ndarray:
    """bool `[n_tags, n_tags]`: whether the column's tag may follow the row's."""
    tags = np.arange(count(n_types))
    label, position = (tags + 3) // 4, (tags - 1) % 4
    closed = (label == 0) | (position == END) | (position == SINGLE)
    opens = (label == 0) | (position == BEGIN) | (position == SINGLE)
    allowed: np.ndarray = np.where(closed[:, None], opens[None], (label[:, None] == label[None]) & ~opens[None])
    return allowed


@cache
def can_begin(n_types: int) -> np.ndarray:
    """bool `[n_tags]`: tags that a text may begin with."""
    begins: np.ndarray = can_follow(n_types)[0]
    return begins


@cache
def can_end(n_types: int) -> np.ndarray:
    """bool `[n_tags]`: tags that a text may end with."""
    ends: np.ndarray = can_follow(n_types)[:, 0]
    return ends


def spans(path: np.ndarray) -> list[TokenSpan]:
    """The spans of a path in which every tag may follow the one before."""
    found, start = [], 0
    for t, value in enumerate(path):
        label, position = (int(value) + 3) // 4, (int(value) - 1) % 4
        if label and position in (BEGIN, SINGLE):
            start = t
        if label and position in (END, SINGLE):
            found.append(TokenSpan(start, t + 1, label))
    return found

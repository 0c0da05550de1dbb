"""Tag logits to the best path of tags, and what a span on it is worth."""

from __future__ import annotations

from itertools import pairwise

import numpy as np

from probes.tags import IMPOSSIBLE, can_begin, can_end, span_tags


def best_path(logits: np.ndarray, transitions: np.ndarray) -> np.ndarray:
    """Viterbi: the path of highest score among those that begin and end as a text may.

    Args:
        logits: `[n, n_tags]`.
        transitions: `[n_tags, n_tags]`, score of going from row to column; `IMPOSSIBLE` where that cannot be.

    Returns:
        int `[n]`.
    """
    n, tags = logits.shape
    if n == 0:
        return np.zeros(0, dtype=np.int64)
    types = (tags - 1) // 4
    back = np.zeros((n, tags), dtype=np.int64)
    # Not in fp32: over a long text the sum grows until differences between paths drown in its rounding.
    score = logits[0] + np.where(can_begin(types), 0.0, IMPOSSIBLE)
    into = np.ascontiguousarray(transitions.T, dtype=np.float64)
    rows = np.arange(tags)
    for t in range(1, n):
        candidates = score + into
        back[t] = candidates.argmax(1)
        score = candidates[rows, back[t]] + logits[t]
    path = np.zeros(n, dtype=np.int64)
    path[-1] = (score + np.where(can_end(types), 0.0, IMPOSSIBLE)).argmax()
    for t in range(n - 1, 0, -1):
        path[t - 1] = back[t, path[t]]
    return path


def transition_margin(transitions: np.ndarray, tags: list[int], before: int | None, after: int | None) -> float:
    """What the transitions into, inside and out of `tags` add to a path, less what `NONE` in their place would.

    `before` and `after` are the neighbouring tags, None at an end of the text.
    """
    total = 0.0
    for path, sign in ((tags, 1.0), ([0] * len(tags), -1.0)):
        whole = [*([] if before is None else [before]), *path, *([] if after is None else [after])]
        total += sign * sum(float(transitions[a, b]) for a, b in pairwise(whole))
    return total


def span_margin(logits: np.ndarray, transitions: np.ndarray, start: int, end: int, label: int) -> float:
    """Score of a span of class `label` on tokens `[start, end)` between `NONE`s, less that of `NONE` on all of them."""
    tags = span_tags(label, end - start)
    rows = np.arange(start, end)
    before, after = (0 if start else None), (0 if end < len(logits) else None)
    local = float((logits[rows, tags] - logits[rows, 0]).sum())
    return local + transition_margin(transitions, tags, before, after)

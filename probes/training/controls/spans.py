"""The controls' decoder: log-probabilities of plain classes to spans. Settings are chosen on held-out training text.

One decoder for all heads, so that a difference between them is the head's. It is simpler than the bundle's: no tags, no evidence.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise, product
from typing import TypeVar

import numpy as np

from probes.edges import character_span
from probes.entity import ENTITY_TYPES, Span
from probes.tags import TokenSpan
from probes.tokens import Tokens
from probes.training.example import Example
from probes.training.metrics import Scored, score

Setting = TypeVar("Setting")

LEAST_GOLD = 15
"""A class with fewer labels in the held-out text does not count when settings are chosen."""


@dataclass(frozen=True, slots=True)
class Decoder:
    """`stickiness` is given to every token that keeps the class of the one before; `none_bias` to every `NONE`."""

    stickiness: float = 0.0
    none_bias: float = 0.0

    def spans(self, text: str, tokens: Tokens, log_probs: np.ndarray) -> list[Span]:
        """Spans of one text from log-probabilities `[n_tokens, n_classes]`; class 0 is `NONE`."""
        biased = log_probs.astype(np.float64)
        biased[:, 0] += self.none_bias
        found: list[Span] = []
        reached = 0
        for start, end, label in runs(best_path(biased, self.stickiness)):
            entity_type = ENTITY_TYPES[label - 1]
            bounds = character_span(text, tokens, TokenSpan(start, end, label), entity_type, reached)
            if bounds is not None:
                reached = bounds[1]
                found.append(Span(bounds[0], bounds[1], entity_type))
        return found


NONE_BIASES = (0.0, 1.0, -1.0, 2.0, -2.0, 3.0)
"""Tried in this order, so that of equals the smallest is taken."""

GRID = tuple(Decoder(s, bias) for s, bias in product((0.0, 1.0, 2.0, 4.0), NONE_BIASES))


def best_path(log_probs: np.ndarray, stickiness: float) -> np.ndarray:
    """Viterbi with one transition score: `stickiness` for staying in a class, 0 for leaving it. int64 `[n]`."""
    n, classes = log_probs.shape
    stays = np.ones((n, classes), dtype=bool)
    best = np.zeros(n, dtype=np.int64)
    path = np.zeros(n, dtype=np.int64)
    if n == 0:
        return path
    score_of = log_probs[0].copy()
    for t in range(1, n):
        best[t] = score_of.argmax()
        stays[t] = score_of + stickiness >= score_of[best[t]]
        score_of = np.where(stays[t], score_of + stickiness, score_of[best[t]]) + log_probs[t]
    path[-1] = score_of.argmax()
    for t in range(n - 1, 0, -1):
        path[t - 1] = path[t] if stays[t, path[t]] else best[t]
    return path


def runs(path: np.ndarray) -> list[tuple[int, int, int]]:
    """`(start, end, label)` of the maximal runs of one class other than 0."""
    edges = np.flatnonzero(np.diff(path, prepend=0, append=0))
    return [(int(start), int(end), int(path[start])) for start, end in pairwise(edges) if path[start] != 0]


def choose(
    examples: Sequence[Example], settings: Sequence[Setting], find: Callable[[Setting], Sequence[Sequence[Span]]]
) -> Setting:
    """The setting whose findings in `examples` have the best mean F1 (IoU ≥ 0.5) over classes; the first of equals."""
    return max(settings, key=lambda setting: mean_f1(examples, find(setting)))


def mean_f1(examples: Sequence[Example], findings: Sequence[Sequence[Span]]) -> float:
    """Mean over the classes with `LEAST_GOLD` labels; a class counts in a text only where its source labels it completely."""
    judged = [_judged(example, found) for example, found in zip(examples, findings, strict=True)]
    classes = score(judged, ENTITY_TYPES, resamples=1).classes
    figures = [c.iou.f1.value for c in classes if c.gold >= LEAST_GOLD and c.iou.f1 is not None]
    return float(np.mean(figures)) if figures else 0.0


def _judged(example: Example, findings: Sequence[Span]) -> Scored:
    labels = [label for label in example.labels if not label.candidates <= example.unlabelled]
    return Scored(labels, [found for found in findings if found.entity_type not in example.unlabelled])

"""Turns logits into decisions: decoder scores, calibrated probabilities and thresholds, all chosen on held-out training text."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch

from probes.decode import character_span, token_spans
from probes.entity import ENTITY_TYPES
from probes.tokens import Tokens
from probes.training.example import Example
from probes.training.metrics import iou, matches

_STICKINESS = (0.0, 0.25, 0.5, 1.0)
_NONE_BIAS = (0.0, -0.7, -1.5, -2.5)
_LEAST = 15


@dataclass(frozen=True, slots=True)
class Held:
    """A held-out text: `logits` fp32 `[n_tokens, n_classes]`."""

    example: Example
    tokens: Tokens
    logits: np.ndarray


@dataclass(frozen=True, slots=True)
class Calibration:
    """What the bundle stores.

    `transitions`: `[n_classes, n_classes]`; `platt`: `[n_types, 2]`, slope and offset; `thresholds`: `[n_types]` probabilities.
    `f1` is by class on the text that they were chosen on, so an optimistic figure.
    """

    transitions: np.ndarray
    none_bias: float
    platt: np.ndarray
    thresholds: np.ndarray
    f1: dict[str, float]


@dataclass(frozen=True, slots=True)
class _Candidates:
    """Judged candidates of one class: mean margin, right or wrong; and the number of labels."""

    logits: np.ndarray
    right: np.ndarray
    gold: int


def calibrate(held: Sequence[Held], paths: Sequence[np.ndarray]) -> Calibration:
    """Choose the decoder scores of each class by its best F1, then fit probabilities and thresholds.

    Args:
        held: held-out texts.
        paths: class index of every token of training texts, for the transitions.
    """
    ratio = transition_scores(paths, len(ENTITY_TYPES) + 1)
    tried = {(s, bias): _scores(_judge(held, s * ratio, bias)) for s in _STICKINESS for bias in _NONE_BIAS}
    none_bias = max(_NONE_BIAS, key=lambda bias: float(np.mean(np.max([tried[s, bias] for s in _STICKINESS], axis=0))))
    # Runs of digits gain from sticking to one label, names in a list lose: each class has its own best.
    best = np.argmax([tried[s, none_bias] for s in _STICKINESS], axis=0)
    stickiness = np.array([0.0, *(_STICKINESS[i] for i in best)])
    transitions = ratio * np.maximum(stickiness[:, None], stickiness)
    judged = _judge(held, transitions, none_bias)
    platt = np.array([fit_platt(candidates.logits, candidates.right) for candidates in judged])
    thresholds, f1 = [], {}
    for entity_type, candidates, (slope, offset) in zip(ENTITY_TYPES, judged, platt, strict=True):
        threshold, score = _best_threshold(candidates) if candidates.gold >= _LEAST else (0.0, float("nan"))
        thresholds.append(float(np.clip(1 / (1 + np.exp(-(slope * threshold + offset))), 0.05, 0.95)))
        f1[entity_type] = score
    return Calibration(transitions, none_bias, platt, np.array(thresholds), f1)


def _scores(judged: Sequence[_Candidates]) -> list[float]:
    """Best F1 of each class; 0 where too few labels tell."""
    return [_best_threshold(candidates)[1] if candidates.gold >= _LEAST else 0.0 for candidates in judged]


def transition_scores(paths: Sequence[np.ndarray], classes: int) -> np.ndarray:
    """`log P(next | this) - log P(next)` with one pseudo-count: how much more likely than by chance one class follows another."""
    counts = np.ones((classes, classes))
    for path in paths:
        np.add.at(counts, (path[:-1], path[1:]), 1)
    following = counts / counts.sum(1, keepdims=True)
    scores: np.ndarray = np.log(following) - np.log(counts.sum(0) / counts.sum())
    return scores


def fit_platt(logits: np.ndarray, right: np.ndarray) -> tuple[float, float]:
    """Slope and offset of `P(right) = sigmoid(slope * logit + offset)` (Platt 1999), pulled a little towards 1 and 0."""
    if min(right.sum(), (~right).sum()) < _LEAST:
        return 1.0, 0.0
    x, y = torch.from_numpy(logits), torch.from_numpy(right.astype(np.float64))
    parameters = torch.tensor([1.0, 0.0], dtype=torch.float64, requires_grad=True)
    optimizer = torch.optim.LBFGS([parameters], max_iter=200, line_search_fn="strong_wolfe")

    def closure() -> torch.Tensor:
        optimizer.zero_grad()
        loss = torch.nn.functional.binary_cross_entropy_with_logits(parameters[0] * x + parameters[1], y, reduction="sum")
        loss = loss + ((parameters[0] - 1).square() + parameters[1].square())
        loss.backward()
        return loss

    optimizer.step(closure)
    slope, offset = parameters.detach().tolist()
    return max(slope, 0.05), offset


def _judge(held: Sequence[Held], transitions: np.ndarray, none_bias: float) -> list[_Candidates]:
    logits: list[list[float]] = [[] for _ in ENTITY_TYPES]
    right: list[list[bool]] = [[] for _ in ENTITY_TYPES]
    gold = [0] * len(ENTITY_TYPES)
    for text in held:
        found = _decode(text, transitions, none_bias)
        for index, entity_type in enumerate(ENTITY_TYPES):
            sure = [(label.start, label.end) for label in text.example.labels if label.candidates == {entity_type}]
            gold[index] += len(sure)
            mine = [(span, logit) for label, span, logit in found if label == index + 1]
            matched = matches(sure, [span for span, _ in mine], 0.5)
            for i, (span, logit) in enumerate(mine):
                if i not in matched and not _is_wrong(text.example, entity_type, span):
                    continue
                logits[index].append(logit)
                right[index].append(i in matched)
    return [_Candidates(np.array(x), np.array(r, dtype=bool), g) for x, r, g in zip(logits, right, gold, strict=True)]


def _decode(text: Held, transitions: np.ndarray, none_bias: float) -> list[tuple[int, tuple[int, int], float]]:
    found = []
    for span in token_spans(text.example.text, text.tokens, text.logits, transitions, none_bias, ENTITY_TYPES):
        bounds = character_span(text.example.text, text.tokens, span, ENTITY_TYPES[span.label - 1])
        if bounds is not None:
            rows = text.logits[span.start : span.end]
            found.append((span.label, bounds, float((rows[:, span.label] - rows[:, 0]).mean())))
    return found


def _is_wrong(example: Example, entity_type: str, span: tuple[int, int]) -> bool:
    """Whether an unmatched candidate can be judged: not where the source leaves that class open."""
    touching = [label for label in example.labels if iou((label.start, label.end), span) > 0]
    if any(label.candidates == {entity_type} for label in touching):
        return True
    if any(entity_type in label.candidates for label in touching):
        return False
    return entity_type not in example.unlabelled


def _best_threshold(candidates: _Candidates) -> tuple[float, float]:
    """The margin above which F1 is best, and that F1."""
    if len(candidates.logits) == 0:
        return 0.0, 0.0
    order = np.argsort(-candidates.logits)
    hits = np.cumsum(candidates.right[order])
    f1 = 2 * hits / (np.arange(1, len(order) + 1) + candidates.gold)
    at = int(f1.argmax())
    sorted_logits = candidates.logits[order]
    following = sorted_logits[at + 1] if at + 1 < len(order) else sorted_logits[at] - 1.0
    return float((sorted_logits[at] + following) / 2), float(f1[at])

"""Turns margins into decisions: weights of evidence, calibrated probabilities and operating points, on held-out training text."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch

from probes.candidate import EVIDENCE_KINDS, Candidate, Reading
from probes.entity import ENTITY_TYPES
from probes.operating_point import BALANCED, OperatingPoint
from probes.score import Score
from probes.training.example import Example
from probes.training.metrics import calibration_error, iou, matches

FLOORS = {"recall": 0.5, BALANCED: None, "precision": 0.95}
"""Each point finds the most that this precision allows, on held-out text; the balanced one has the best F1."""

_NONE_BIAS = (-3.0, -2.0, -1.0, -0.5, 0.0, 0.5)
_AS_GOOD = 0.01
_EVEN = 0.5
_LEAST = 15
# What a check adds to the log-odds before the held-out text has its say, in order of EVIDENCE_KINDS, repeated mentions left out.
_PRIOR = (3.0, 1.0, 0.5, -3.0, -2.0)
# A name found with certainty is found at its other mentions: their margins come up to the best one's.
_AGREEMENT = 1.0


@dataclass(frozen=True, slots=True)
class Held:
    """A held-out text, its labels and its weight in every count."""

    example: Example
    reading: Reading
    weight: float = 1.0


@dataclass(frozen=True, slots=True)
class Calibration:
    """What the bundle stores; `f1` (at the balanced point) and `error` (expected calibration error) are by class, on the text
    that they were chosen on, so a little optimistic.
    """

    score: Score
    points: dict[str, OperatingPoint]
    f1: dict[str, float]
    error: dict[str, float]


@dataclass(frozen=True, slots=True)
class _Judged:
    """Judged candidates of one class: margin, amounts of evidence `[n, kinds]`, right or not, weight; and the labels' weight."""

    margins: np.ndarray
    evidence: np.ndarray
    right: np.ndarray
    weights: np.ndarray
    gold: float


def calibrate(held: Sequence[Held]) -> Calibration:
    """Fit probabilities on candidates of a lenient decoder, then choose bias and thresholds of each operating point."""
    first = Score(ENTITY_TYPES, np.tile([1.0, 0.0], (len(ENTITY_TYPES), 1)), np.zeros((len(ENTITY_TYPES), len(EVIDENCE_KINDS))))
    # Which other mentions count depends on the probabilities, so there are two rounds.
    for _ in range(2):
        judged = _judge(held, first, -1.0)
        fitted = [fit_score(each.margins, each.evidence, each.right, each.weights) for each in judged]
        first = Score(ENTITY_TYPES, np.array([f[0] for f in fitted]), np.array([f[1] for f in fitted]))
    score = first
    by_bias = {bias: _judge(held, score, bias) for bias in _NONE_BIAS}
    points, f1 = {}, {}
    for name, floor in FLOORS.items():
        chosen = {bias: [_best_threshold(score, i, each, floor) for i, each in enumerate(by_bias[bias])] for bias in _NONE_BIAS}
        mean = {bias: float(np.mean([value for _, value in chosen[bias]])) for bias in _NONE_BIAS}
        # Held-out text is like the training text. On other text a lenient decoder finds more, so recall takes the most lenient
        # that is as good there; elsewhere the path as it was fitted stands unless another is clearly better.
        as_good = [b for b in _NONE_BIAS if mean[b] >= max(mean.values()) - _AS_GOOD]
        bias = as_good[0] if name == "recall" else min(as_good, key=abs)
        points[name] = OperatingPoint(
            none_bias=bias, thresholds={t: threshold for t, (threshold, _) in zip(ENTITY_TYPES, chosen[bias], strict=True)}
        )
        if name == BALANCED:
            f1 = {t: value for t, (_, value) in zip(ENTITY_TYPES, chosen[bias], strict=True)}
    judged = by_bias[points["recall"].none_bias]
    error = {
        t: calibration_error(_probabilities(score, i, each), each.right)
        for i, (t, each) in enumerate(zip(ENTITY_TYPES, judged, strict=True))
        if len(each.right) >= _LEAST
    }
    return Calibration(score, points, f1, error)


def fit_score(
    margins: np.ndarray, evidence: np.ndarray, right: np.ndarray, weights: np.ndarray
) -> tuple[tuple[float, float], np.ndarray]:
    """Slope and offset (Platt 1999) and what each kind of evidence adds to the margin, by a logistic fit pulled to the priors."""
    # A margin is a sum over tokens, so a long span's is large: the pull keeps the fit where there is little to learn from.
    prior = torch.tensor([0.3, 0.0, *_PRIOR], dtype=torch.float64)
    checks, mentions = evidence[:, :-1], evidence[:, -1]
    columns = [margins + _AGREEMENT * mentions, np.ones(len(margins)), checks]
    x = torch.from_numpy(np.column_stack(columns).astype(np.float64))
    y, w = torch.from_numpy(right.astype(np.float64)), torch.from_numpy(weights)
    parameters = prior.clone().requires_grad_()
    optimizer = torch.optim.LBFGS([parameters], max_iter=300, line_search_fn="strong_wolfe")

    def closure() -> torch.Tensor:
        optimizer.zero_grad()
        loss = torch.nn.functional.binary_cross_entropy_with_logits(x @ parameters, y, weight=w, reduction="sum")
        loss = loss + (parameters - prior).square().sum()
        loss.backward()
        return loss

    optimizer.step(closure)
    slope, offset, *added = parameters.detach().tolist()
    slope = max(slope, 0.02)
    # A check that is passed must not count against a span, nor one that fails for it, whatever a few odd texts say.
    meant = np.sign(_PRIOR)
    weights = meant * np.maximum(0.0, meant * np.array(added)) / slope
    return (slope, offset), np.append(weights, _AGREEMENT)


def _probabilities(score: Score, row: int, judged: _Judged) -> np.ndarray:
    logits = judged.margins + judged.evidence @ score.evidence[row]
    slope, offset = score.platt[row]
    probabilities: np.ndarray = 1 / (1 + np.exp(-np.clip(slope * logits + offset, -60, 60)))
    return probabilities


def _judge(held: Sequence[Held], score: Score, none_bias: float) -> list[_Judged]:
    rows: list[list[tuple[float, list[float], bool, float]]] = [[] for _ in ENTITY_TYPES]
    gold = [0.0] * len(ENTITY_TYPES)
    for text in held:
        found = [scored.candidate for scored in score.read(text.reading, none_bias)]
        for index, entity_type in enumerate(ENTITY_TYPES):
            sure = [(label.start, label.end) for label in text.example.labels if label.candidates == {entity_type}]
            gold[index] += text.weight * len(sure)
            mine = [c for c in found if c.entity_type == entity_type]
            matched = matches(sure, [(c.start, c.end) for c in mine], 0.5)
            for i, candidate in enumerate(mine):
                if i in matched or _is_wrong(text.example, candidate):
                    amounts = [sum(e.amount for e in candidate.evidence if e.kind == kind) for kind in EVIDENCE_KINDS]
                    rows[index].append((candidate.margin, amounts, i in matched, text.weight))
    return [
        _Judged(
            np.array([m for m, *_ in each]),
            np.array([e for _, e, *_ in each]).reshape(-1, len(EVIDENCE_KINDS)),
            np.array([r for _, _, r, _ in each], dtype=bool),
            np.array([w for *_, w in each]),
            total,
        )
        for each, total in zip(rows, gold, strict=True)
    ]


def _is_wrong(example: Example, candidate: Candidate) -> bool:
    """Whether an unmatched candidate can be judged: not where the source leaves that class open."""
    span = (candidate.start, candidate.end)
    touching = [label for label in example.labels if iou((label.start, label.end), span) > 0]
    if any(label.candidates == {candidate.entity_type} for label in touching):
        return True
    if any(candidate.entity_type in label.candidates for label in touching):
        return False
    return candidate.entity_type not in example.unlabelled


def _best_threshold(score: Score, row: int, judged: _Judged, floor: float | None) -> tuple[float, float]:
    """The lowest probability that is reported, and the recall (with a floor for precision) or F1 (without) that it gives.

    0.5 where too few labels tell; the best F1 where nothing reaches the floor.
    """
    if judged.gold < _LEAST or not len(judged.margins):
        return 0.5, 0.0
    probabilities = _probabilities(score, row, judged)
    order = np.argsort(-probabilities)
    hits = np.cumsum((judged.right * judged.weights)[order])
    found = np.cumsum(judged.weights[order])
    f1 = 2 * hits / (found + judged.gold)
    best = at = int(f1.argmax())
    value = f1
    if floor is not None and len(enough := np.flatnonzero(hits >= floor * found)):
        # On whichever side of the best F1 the point is meant to lie: the others' order must hold for every class.
        at = max(int(enough[-1]), best) if floor <= _EVEN else min(int(enough[-1]), best)
        value = hits / judged.gold
    above = probabilities[order][at]
    below = probabilities[order][at + 1] if at + 1 < len(order) else 0.0
    return float(np.clip((above + below) / 2, 0.02, 0.98)), float(value[at])

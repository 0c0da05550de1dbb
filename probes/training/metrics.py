"""Span-level accuracy of findings against labels, with bootstrap intervals over documents.

A label is *gold* for a class when that class is its only candidate, and *PII* when `NONE` is no candidate.
A finding counts against precision unless nobody can say: its class is not labelled completely in the set, or it lies on a label
that allows its class among others.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
import numpy.typing as npt

from probes.entity import ENTITY_TYPES, NONE
from probes.training.example import Label

Array = npt.NDArray[np.float64]

_UNSPACED = re.compile(r"[぀-ヿ㐀-鿿豈-﫿ｦ-ﾟ]")


class SpanLike(Protocol):
    @property
    def entity_type(self) -> str: ...
    @property
    def start(self) -> int: ...
    @property
    def end(self) -> int: ...


@dataclass(frozen=True, slots=True)
class Scored:
    """What is labelled and what was found in one document."""

    labels: Sequence[Label]
    findings: Sequence[SpanLike]
    words: float = 0.0


@dataclass(frozen=True, slots=True)
class Estimate:
    """A value and its bootstrap 95 % interval."""

    value: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Matching:
    """None where there is nothing to divide by, and precision and F1 also where the set labels the class incompletely."""

    precision: Estimate | None
    recall: Estimate | None
    f1: Estimate | None


@dataclass(frozen=True, slots=True)
class ClassScore:
    entity_type: str
    gold: int
    found: int
    """Findings that count: the right ones and the wrong ones, not those that nobody can judge."""
    exact: Matching
    iou: Matching
    """A finding is right when it shares at least half of its union with a label of its class."""


@dataclass(frozen=True, slots=True)
class Scores:
    documents: int
    words: float
    gold: int
    classes: tuple[ClassScore, ...]
    """Those with gold labels, in the order of `ENTITY_TYPES`."""
    any_class_recall: Estimate | None
    """Share of PII labels of which findings of any class cover at least half."""
    leak_rate: Estimate | None
    """Share of the characters of PII labels that no finding covers."""
    false_positives: Estimate | None
    """Findings per 1,000 words, where a set is known to hold no PII."""


def words(text: str) -> float:
    """Words in a text: what blanks part, and two characters a word in Japanese and Chinese, where nothing parts them."""
    unspaced = len(_UNSPACED.findall(text))
    return unspaced / 2 + len(_UNSPACED.sub(" ", text).split())


def iou(a: tuple[int, int], b: tuple[int, int]) -> float:
    shared = min(a[1], b[1]) - max(a[0], b[0])
    if shared <= 0:
        return 0.0
    return shared / (a[1] - a[0] + b[1] - b[0] - shared)


def matches(gold: Sequence[tuple[int, int]], found: Sequence[tuple[int, int]], least: float) -> dict[int, int]:
    """Index of found → index of gold, one to one, the closest pairs first."""
    pairs = [(iou(g, f), j, i) for i, g in enumerate(gold) for j, f in enumerate(found)]
    taken: dict[int, int] = {}
    for share, j, i in sorted(pairs, key=lambda p: (-p[0], p[1], p[2])):
        if share >= least and j not in taken and i not in taken.values():
            taken[j] = i
    return taken


def covered(span: tuple[int, int], findings: Sequence[SpanLike]) -> int:
    """How many characters of the span lie in any finding."""
    total, reached = 0, span[0]
    for start, end in sorted((f.start, f.end) for f in findings):
        start, end = max(start, reached), min(end, span[1])
        if start < end:
            total, reached = total + end - start, end
    return total


def score(documents: Sequence[Scored], complete: Collection[str], *, resamples: int = 1000, seed: int = 0) -> Scores:
    """`complete`: the classes that the set labels wherever they occur."""
    sample = _Bootstrap(len(documents), resamples, seed)
    classes = []
    for entity_type in ENTITY_TYPES:
        counts = np.array([_class_counts(d, entity_type) for d in documents], dtype=np.float64).reshape(-1, 5)
        gold, *_ = totals = counts.sum(axis=0)
        if not gold:
            continue
        judged = entity_type in complete
        exact, overlapping = (_matching(sample, counts[:, [0, right, found]], judged) for right, found in ((1, 2), (3, 4)))
        classes.append(ClassScore(entity_type, int(gold), int(totals[4]), exact, overlapping))
    pii = np.array([_pii_counts(d) for d in documents], dtype=np.float64).reshape(-1, 4)
    found = np.array([[len(d.findings), d.words / 1000] for d in documents], dtype=np.float64).reshape(-1, 2)
    clean = set(complete) >= set(ENTITY_TYPES) and not any(d.labels for d in documents)
    return Scores(
        documents=len(documents),
        words=float(found[:, 1].sum() * 1000),
        gold=int(pii[:, 0].sum()),
        classes=tuple(classes),
        any_class_recall=sample.ratio(pii[:, 1], pii[:, 0]),
        leak_rate=sample.ratio(pii[:, 3], pii[:, 2]),
        false_positives=sample.ratio(found[:, 0], found[:, 1]) if clean else None,
    )


def judged(document: Scored, entity_type: str, least: float) -> dict[int, bool]:
    """Index of each finding of a class that somebody can judge → whether it is right: it shares at least `least` of its union
    with a label. For classes that the document's set labels completely.
    """
    gold = [(x.start, x.end) for x in document.labels if x.candidates == {entity_type}]
    found = {j: (f.start, f.end) for j, f in enumerate(document.findings) if f.entity_type == entity_type}
    unsure = [(x.start, x.end) for x in document.labels if entity_type in x.candidates and len(x.candidates) > 1]
    indices = list(found)
    right = {indices[j] for j in matches(gold, list(found.values()), least)}
    # A finding that reaches from a gold label into an unsure one has the wrong edges and counts.
    counted = {j for j, f in found.items() if any(iou(f, g) for g in gold) or not any(iou(f, u) for u in unsure)}
    return {j: j in right for j in sorted(counted | right)}


def _class_counts(document: Scored, entity_type: str) -> tuple[int, int, int, int, int]:
    """Gold; right and counted findings by exact match; right and counted findings by IoU."""
    gold = sum(x.candidates == {entity_type} for x in document.labels)
    exact = judged(document, entity_type, 1.0)
    overlapping = judged(document, entity_type, 0.5)
    return gold, sum(exact.values()), len(exact), sum(overlapping.values()), len(overlapping)


def _pii_counts(document: Scored) -> tuple[int, int, int, int]:
    """PII labels, those half covered, their characters, those not covered."""
    spans = [(x.start, x.end) for x in document.labels if NONE not in x.candidates]
    shares = [(covered(s, document.findings), s[1] - s[0]) for s in spans]
    characters = sum(size for _, size in shares)
    return len(spans), sum(2 * share >= size for share, size in shares), characters, characters - sum(c for c, _ in shares)


def _matching(sample: _Bootstrap, counts: Array, judged: bool) -> Matching:
    gold, right, found = counts.T
    return Matching(
        precision=sample.ratio(right, found) if judged else None,
        recall=sample.ratio(right, gold),
        f1=sample.ratio(2 * right, gold + found) if judged else None,
    )


class _Bootstrap:
    """How often each document is drawn in each resample: the same draws for every figure of a set."""

    def __init__(self, documents: int, resamples: int, seed: int) -> None:
        share = np.full(documents, 1 / max(documents, 1))
        draws = np.random.default_rng(seed)
        self._draws = (
            draws.multinomial(documents, share, size=resamples).astype(np.float32) if documents else np.zeros((resamples, 0))
        )

    def ratio(self, part: Array, whole: Array) -> Estimate | None:
        if not whole.sum():
            return None
        # Only documents that hold anything of it can change a sum.
        used = np.flatnonzero((whole != 0) | (part != 0))
        sums = self._draws[:, used].astype(np.float64) @ np.stack([part[used], whole[used]], axis=1)
        sums = sums[sums[:, 1] > 0]
        value = float(part.sum() / whole.sum())
        if not len(sums):
            return Estimate(value, value, value)
        low, high = np.percentile(sums[:, 0] / sums[:, 1], [2.5, 97.5])
        return Estimate(value, float(low), float(high))


def calibration_error(probabilities: npt.NDArray[np.float64], right: npt.NDArray[np.bool_], bins: int = 10) -> float:
    """Expected calibration error (Naeini et al. 2015) of findings: mean distance of confidence and accuracy over equal bins."""
    which = np.minimum((probabilities * bins).astype(int), bins - 1)
    sums = [np.bincount(which, weights=values, minlength=bins) for values in (probabilities, right.astype(float))]
    return float(np.abs(sums[0] - sums[1]).sum() / max(1, len(right)))

"""Works the right answers out in process, and how far rounding moves them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import product
from typing import Any

from probes.base_model import batches
from probes.finding import Detection
from probes.operating_point import OPERATING_POINTS
from service.detector import Detector
from service.soak.answers import Answer, Case, Cases, Span, variant
from service.soak.texts import Text

_LEAST_TOLERANCE = 0.001
_MARGIN = 4
"""A probability may move so many times as far as any did that was seen to."""

_GROUP = 256
"""Texts that are read before their answers are concluded; their features are large."""

Concluded = dict[str, Detection]
"""A text's detection of every `variant`."""


@dataclass(frozen=True, slots=True)
class Noise:
    """Two readings of every text compared, one by itself and one among others.

    `moved`: how far a finding's probability moved at most; `left_out`: texts that were not used, because more than that differed.
    """

    moved: float
    left_out: int


def expected(
    detector: Detector, texts: Sequence[Text], batch_tokens: int, say: Callable[[str], None] = lambda _: None
) -> tuple[Cases, Noise]:
    """The answers to `texts`; `batch_tokens`: as the server packs them."""
    pairs: list[tuple[Text, Concluded, Concluded]] = []
    for at in range(0, len(texts), _GROUP):
        group = texts[at : at + _GROUP]
        # The least budget: each window by itself.
        by_itself, among_others = (_concluded(detector, [each.text for each in group], budget) for budget in (1, batch_tokens))
        pairs += zip(group, by_itself, among_others, strict=True)
        say(f"{len(pairs):,} of {len(texts):,} texts")
    moved = max((_moved(alone, packed) for _, alone, packed in pairs), default=0.0)
    tolerance = max(_LEAST_TOLERANCE, _MARGIN * moved)
    thresholds = {name: point.thresholds for name, point in detector.manifest.operating_points.items()}
    cases = []
    for text, alone, packed in pairs:
        if all(_spans(alone[name]) == _spans(packed[name]) for name in alone):
            tokens = next(iter(packed.values())).tokens
            answers = {
                variant(point, structure): _answer(packed[variant(point, structure)], thresholds[point], tolerance)
                for point, structure in _VARIANTS
            }
            cases.append(Case(text.kind, text.text, tokens, answers))
    return Cases(tuple(cases), detector.digest, tolerance), Noise(moved, len(texts) - len(cases))


_VARIANTS = tuple(product(OPERATING_POINTS, (True, False)))


def _concluded(detector: Detector, texts: Sequence[str], budget: int) -> list[Concluded]:
    documents = detector.documents(texts)
    parts = [(number, window) for number, document in enumerate(documents) for window in document.windows]
    readings: dict[int, Any] = {}
    for batch in batches([len(window) for _, window in parts], budget):
        residuals = detector.forward([(documents[parts[i][0]], parts[i][1]) for i in batch])
        readings.update(zip(batch, detector.probe(residuals), strict=True))
    of_document: list[list[Any]] = [[] for _ in documents]
    for i, (number, _) in enumerate(parts):
        of_document[number].append(readings[i])
    return [
        {
            variant(point, structure): detector.conclude(
                document, own, top_features=0, operating_point=point, structure=structure
            )
            for point, structure in _VARIANTS
        }
        for document, own in zip(documents, of_document, strict=True)
    ]


def _spans(detection: Detection) -> list[tuple[str, int, int]]:
    return [(each.entity_type, each.start, each.end) for each in detection.findings]


def _moved(one: Concluded, other: Concluded) -> float:
    pairs: Iterable[tuple[Detection, Detection]] = ((one[name], other[name]) for name in one)
    return max(
        (
            abs(a.probability - b.probability)
            for left, right in pairs
            if _spans(left) == _spans(right)
            for a, b in zip(left.findings, right.findings, strict=True)
        ),
        default=0.0,
    )


def _answer(detection: Detection, thresholds: dict[str, float], tolerance: float) -> Answer:
    spans = tuple(
        Span(f.entity_type, f.start, f.end, f.probability, near=f.probability - thresholds[f.entity_type] <= tolerance)
        for f in detection.findings
    )
    unreported = tuple((name, p) for name, p in detection.scores if 0 < thresholds[name] - p <= tolerance)
    return Answer(spans, unreported)

"""Accuracy at every operating point, with and without evidence from structure, all from one reading of each set."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple, Protocol

import numpy as np

from probes.candidate import Reading
from probes.entity import ENTITY_TYPES
from probes.operating_point import BALANCED, OPERATING_POINTS
from probes.score import Scored
from probes.training.labelled import LabelledSet
from probes.training.metrics import Estimate, Scores, calibration_error, judged
from probes.training.metrics import Scored as Document
from probes.training.report import Report, SetReport, batches, score_set
from probes.training.targets import TARGETS, Outcome, measure_target

LEAST_FINDINGS = 30
"""Fewer findings than this say nothing about calibration."""

RECALL = "recall"


class Reader(Protocol):
    """What is measured, a `probes.detector.Detector`: one expensive reading, many cheap decisions."""

    def readings(self, texts: Sequence[str]) -> Sequence[Reading]: ...
    def decide(self, reading: Reading, operating_point: str, *, structure: bool) -> Sequence[Scored]: ...


class Setting(NamedTuple):
    operating_point: str
    structure: bool = True


SETTINGS = (*(Setting(point) for point in OPERATING_POINTS), Setting(BALANCED, structure=False))


@dataclass(frozen=True, slots=True)
class Found:
    """A decided span `[start, end)` of code points and its probability."""

    start: int
    end: int
    entity_type: str
    probability: float


@dataclass(frozen=True, slots=True)
class Calibrated:
    """Stated and true confidence of the findings of a class that somebody can judge, at the recall point."""

    entity_type: str
    findings: int
    stated: float
    """Mean probability."""
    right: float
    """Share that is right at IoU ≥ 0.5."""
    error: float
    """Expected calibration error."""


@dataclass(frozen=True, slots=True)
class SetMeasures:
    name: str
    languages: tuple[str, ...]
    points: dict[str, Scores]
    """By operating point, with structure."""
    without_structure: Scores
    """At the balanced point."""
    calibration: tuple[Calibrated, ...]
    """Classes that the set labels completely and that have at least `LEAST_FINDINGS` findings."""
    false_positives: dict[str, dict[str, Estimate]]
    """Findings per 1,000 words by class and operating point, where the set is known to hold no PII."""
    outcomes: tuple[Outcome, ...]
    """Of the targets that are set for it."""


@dataclass(frozen=True, slots=True)
class SettingsReport:
    sets: tuple[SetMeasures, ...]
    calibration: tuple[Calibrated, ...]
    """Over all sets together."""

    def at(self, operating_point: str) -> Report:
        """The plain report at one operating point, with structure."""
        return Report(tuple(SetReport(each.name, each.languages, each.points[operating_point]) for each in self.sets))


def measure(
    reader: Reader,
    sets: Iterable[tuple[str, LabelledSet]],
    *,
    batch: int = 64,
    progress: bool = False,
    resamples: int = 1000,
    seed: int = 0,
) -> SettingsReport:
    """Read every text of the named sets once and score what is decided at each of `SETTINGS`.

    Raises:
        ValueError: `batch` is below 1, or the reader did not answer every text.
    """
    if batch < 1:
        raise ValueError(f"batch must be at least 1, not {batch}")
    measured = []
    pools: dict[str, list[tuple[float, bool]]] = defaultdict(list)
    for name, data in sets:
        found = _decided(reader, data, batch, name if progress else None)
        scores = {setting: score_set(data, each, resamples=resamples, seed=seed) for setting, each in found.items()}
        at_recall = {t: _judged(data, found[Setting(RECALL)], t) for t in ENTITY_TYPES if t in data.complete}
        for entity_type, pairs in at_recall.items():
            pools[entity_type] += pairs
        measured.append(
            SetMeasures(
                name=name,
                languages=tuple(sorted({example.language for example in data.examples})),
                points={point: scores[Setting(point)] for point in OPERATING_POINTS},
                without_structure=scores[Setting(BALANCED, structure=False)],
                calibration=_calibrated(at_recall),
                false_positives=_false_positives(data, found, scores, resamples, seed),
                outcomes=tuple(
                    measure_target(target, data, found[Setting(target.operating_point)], resamples=resamples, seed=seed)
                    for target in TARGETS
                    if target.set == name
                ),
            )
        )
    return SettingsReport(tuple(measured), _calibrated({t: pools[t] for t in ENTITY_TYPES}))


def _decided(reader: Reader, data: LabelledSet, batch: int, title: str | None) -> dict[Setting, list[list[Found]]]:
    decided: dict[Setting, list[list[Found]]] = {setting: [] for setting in SETTINGS}
    for part in batches([example.text for example in data.examples], batch, title):
        readings = reader.readings(part)
        if len(readings) != len(part):
            raise ValueError(f"the detector read {len(readings)} texts of {len(part)}")
        for setting, into in decided.items():
            into += [decide(reader, reading, setting.operating_point, structure=setting.structure) for reading in readings]
    return decided


def decide(reader: Reader, reading: Reading, operating_point: str, *, structure: bool = True) -> list[Found]:
    """What the reader makes of a reading, without the reasons."""
    decided = reader.decide(reading, operating_point, structure=structure)
    return [Found(each.candidate.start, each.candidate.end, each.candidate.entity_type, each.probability) for each in decided]


def _judged(data: LabelledSet, findings: Sequence[Sequence[Found]], entity_type: str) -> list[tuple[float, bool]]:
    """Probability of each finding that somebody can judge, and whether it is right."""
    return [
        (found[j].probability, right)
        for example, found in zip(data.examples, findings, strict=True)
        for j, right in judged(Document(example.labels, found), entity_type, 0.5).items()
    ]


def _calibrated(by_type: dict[str, list[tuple[float, bool]]]) -> tuple[Calibrated, ...]:
    result = []
    for entity_type, pairs in by_type.items():
        if len(pairs) >= LEAST_FINDINGS:
            stated = np.array([probability for probability, _ in pairs])
            right = np.array([is_right for _, is_right in pairs])
            error = calibration_error(stated, right)
            result.append(Calibrated(entity_type, len(pairs), float(stated.mean()), float(right.mean()), error))
    return tuple(result)


def _false_positives(
    data: LabelledSet, found: dict[Setting, list[list[Found]]], scores: dict[Setting, Scores], resamples: int, seed: int
) -> dict[str, dict[str, Estimate]]:
    if scores[Setting(BALANCED)].false_positives is None:
        return {}
    by_type: dict[str, dict[str, Estimate]] = {}
    for entity_type in ENTITY_TYPES:
        for point in OPERATING_POINTS:
            mine = [[f for f in document if f.entity_type == entity_type] for document in found[Setting(point)]]
            rate = score_set(data, mine, resamples=resamples, seed=seed).false_positives
            if rate is not None and any(mine):
                by_type.setdefault(entity_type, {})[point] = rate
    return by_type

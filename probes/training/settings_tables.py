"""What a settings report says, as Markdown tables."""

from __future__ import annotations

from collections.abc import Iterator

from probes.operating_point import BALANCED, OPERATING_POINTS
from probes.training.metrics import ClassScore, Estimate, Matching, Scores
from probes.training.report import LEAST_GOLD, figure, interval, table
from probes.training.settings_report import Calibrated, SetMeasures, SettingsReport


def points_tables(report: SettingsReport) -> str:
    """Precision, recall and F1 of each set and class at each operating point; then leaks and false positives of each set."""
    rows = []
    for each in report.sets:
        for entity_type in _types(each):
            classes = [_class(each.points[point], entity_type) for point in OPERATING_POINTS]
            rows.append([each.name, entity_type, *(cell for score in classes for cell in _matching(score))])
    by_class = table(["set", "class", *(f"{point} {part}" for point in OPERATING_POINTS for part in ("P", "R", "F1"))], rows)
    heads = [f"{point}, {part}" for part in ("characters leaked", "findings / 1,000 words") for point in OPERATING_POINTS]
    rows = [
        [
            each.name,
            *(interval(each.points[point].leak_rate) for point in OPERATING_POINTS),
            *(interval(each.points[point].false_positives, 2) for point in OPERATING_POINTS),
        ]
        for each in report.sets
    ]
    return _together(by_class, table(["set", *heads], rows))


def structure_tables(report: SettingsReport) -> str:
    """What evidence from structure changes at the balanced point; what it leaves as it is has no row."""
    rows = [row for each in report.sets for row in _structure_rows(each)]
    heads = ["set", "class", "F1 with", "F1 without", "difference", "P with", "P without", "R with", "R without"]
    totals = []
    for each in report.sets:
        cells = []
        for digits, name in ((3, "leak_rate"), (2, "false_positives")):
            with_it, without = (getattr(s, name) for s in (each.points[BALANCED], each.without_structure))
            cells += [figure(with_it, digits), figure(without, digits)]
        if cells[0::2] != cells[1::2]:
            totals.append([each.name, *cells])
    of_sets = ["set", "leaked with", "leaked without", "findings / 1,000 words with", "findings / 1,000 words without"]
    return _together(table(heads, rows), table(of_sets, totals)) or "It changes nothing."


def calibration_table(report: SettingsReport) -> str:
    rows = [_calibrated("all sets", each) for each in report.calibration]
    rows += [_calibrated(each.name, one) for each in report.sets for one in each.calibration]
    return table(["set", "class", "findings", "mean probability", "share right", "calibration error"], rows)


def false_positives_table(report: SettingsReport) -> str:
    rows = [
        [each.name, entity_type, *(interval(rates.get(point), 2) for point in OPERATING_POINTS)]
        for each in report.sets
        for entity_type, rates in each.false_positives.items()
    ]
    return table(["set", "class", *OPERATING_POINTS], rows)


def _structure_rows(each: SetMeasures) -> Iterator[list[str]]:
    for entity_type in _types(each):
        with_it, without = _class(each.points[BALANCED], entity_type), _class(each.without_structure, entity_type)
        if with_it.iou != without.iou:
            values = (_matching(with_it), _matching(without))
            f1, precision, recall = ([v[i] for v in values] for i in (2, 0, 1))
            yield [each.name, entity_type, *f1, _difference(with_it.iou, without.iou), *precision, *recall]


def _difference(with_it: Matching, without: Matching) -> str:
    if with_it.f1 is None or without.f1 is None:
        return "–"
    return f"{with_it.f1.value - without.f1.value:+.3f}"


def _types(each: SetMeasures) -> list[str]:
    return [c.entity_type for c in each.points[BALANCED].classes if c.gold >= LEAST_GOLD]


def _class(scores: Scores, entity_type: str) -> ClassScore:
    return next(c for c in scores.classes if c.entity_type == entity_type)


def _matching(score: ClassScore) -> list[str]:
    parts: list[Estimate | None] = [score.iou.precision, score.iou.recall, score.iou.f1]
    return [figure(part) for part in parts]


def _calibrated(name: str, each: Calibrated) -> list[str]:
    return [name, each.entity_type, str(each.findings), f"{each.stated:.3f}", f"{each.right:.3f}", f"{each.error:.3f}"]


def _together(*tables: str) -> str:
    return "\n\n".join(each for each in tables if each)

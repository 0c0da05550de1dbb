"""What a bundle is good and bad at, in sentences and tables that follow from its figures."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from probes.bundle import Manifest
from probes.entity import ENTITY_TYPES
from probes.operating_point import BALANCED, OPERATING_POINTS
from probes.training.full_report import FullReport
from probes.training.report import LEAST_GOLD, figure, interval, table
from probes.training.robustness import KindReport, NoiseReport
from probes.training.settings_report import SetMeasures
from probes.training.targets import TARGETS

_NAMED = 5
_COSTLIEST = 3
_F1 = ".iou_f1"
_CASES = {"none": "as written", "lower": "lower case", "upper": "UPPER CASE"}


class Pair(NamedTuple):
    """F1 at IoU ≥ 0.5 of a class in a set."""

    f1: float
    name: str
    entity_type: str

    def __str__(self) -> str:
        return f"{self.entity_type} in {self.name} ({self.f1:.3f})"


def accuracy_by_manifest(manifest: Manifest) -> str:
    """For a bundle that was not measured in full."""
    pairs = [
        Pair(value, name, key.removesuffix(_F1))
        for name, figures in manifest.accuracy.items()
        for key, value in figures.items()
        if key.endswith(_F1)
    ]
    rows = []
    for name, figures in manifest.accuracy.items():
        shown = [f"{key.removesuffix(_F1)} {value:.3f}" for key, value in figures.items() if not key.endswith(".exact_f1")]
        rows.append([name, ", ".join(shown)])
    return "\n\n".join(each for each in (_extremes(pairs), table(["set", "figures"], rows)) if each) or "Not measured yet."


def accuracy_by_report(report: FullReport) -> str:
    """Extremes, targets, and figures by language, case, noise, class and set."""
    sets = report.labelled.sets
    every = [*sets, *report.generated.sets]
    parts = [_extremes([pair for each in sets for pair in _pairs(each)]), _targets(report)]
    parts += ["### By class", _by_class(report), "### By language", _by_language(every)]
    parts += ["### By case", _by_case(report.noise), "### Noise and evasion", *_noise(report.noise)]
    parts += ["### Calibration", _calibration(report), "### By set and operating point", _by_set(every)]
    return "\n\n".join(part for part in parts if part)


def _extremes(pairs: Sequence[Pair]) -> str:
    if len(pairs) < 2:
        return ""
    # Of few pairs none is named twice.
    named = min(_NAMED, len(pairs) // 2)
    strongest = ", ".join(map(str, sorted(pairs, key=lambda pair: (-pair.f1, pair.name, pair.entity_type))[:named]))
    weakest = ", ".join(map(str, sorted(pairs)[:named]))
    return f"Strongest: {strongest}. Weakest: {weakest}."


def _targets(report: FullReport) -> str:
    missed = [f"{o.target.set} {o.target} ({figure(o.measured)})" for o in report.outcomes if o.met is False]
    met = sum(o.met is True for o in report.outcomes)
    said = f"{met} of {len(TARGETS)} targets are met"
    if missed:
        said += f"; missed: {', '.join(missed)}"
    if unknown := len(TARGETS) - met - len(missed):
        said += f"; {unknown} could not be judged or were not measured"
    return f"{said}."


def _by_class(report: FullReport) -> str:
    rows = []
    for entity_type in ENTITY_TYPES:
        labelled, generated = (
            sorted(pair for each in part.sets for pair in _pairs(each) if pair.entity_type == entity_type)
            for part in (report.labelled, report.generated)
        )
        rows.append([entity_type, str(len(labelled)), _at(labelled, -1), _at(labelled, 0), _at(generated, 0)])
    return table(["class", "labelled sets", "best F1", "worst F1", "worst F1, generated text"], rows)


def _by_language(sets: Sequence[SetMeasures]) -> str:
    rows = []
    for language in sorted({language for each in sets for language in each.languages}):
        mine = [each for each in sets if each.languages == (language,)]
        persons = sorted(pair for each in mine for pair in _pairs(each) if pair.entity_type == "PERSON")
        leaks = sorted((leak.value, each.name) for each in mine if (leak := each.points[BALANCED].leak_rate))
        if persons and leaks:
            (least, at_least), (most, at_most) = leaks[0], leaks[-1]
            leaked = f"{least:.3f} ({at_least}) to {most:.3f} ({at_most})"
            rows.append([language, str(len(mine)), f"{_named(persons[0])} to {_named(persons[-1])}", leaked])
    return table(["language", "sets", "PERSON F1", "characters leaked"], rows)


def _by_case(noise: dict[str, NoiseReport]) -> str:
    rows = []
    for language, report in noise.items():
        by_kind = {each.kind: each for each in report.kinds}
        for title, name in (("all classes", "iou_f1"), ("PERSON", "person_f1")):
            rows.append([language, title, *(interval(getattr(by_kind[kind], name)) for kind in _CASES)])
    said = "Generated documents of held-out templates; in scripts without case only the Latin parts change."
    return f"{said}\n\n{table(['language', 'F1 of', *_CASES.values()], rows)}"


def _noise(noise: dict[str, NoiseReport]) -> Iterator[str]:
    for language, report in noise.items():
        clean, *others = report.kinds
        if clean.iou_f1 is None:
            continue
        losses = [(clean.iou_f1.value - each.iou_f1.value, each) for each in others if each.changed and each.iou_f1]
        losses.sort(key=lambda pair: -pair[0])
        costly = [_cost(loss, each) for loss, each in losses[:_COSTLIEST] if loss > 0]
        if costly:
            yield f"In {language}, where clean text has F1 {figure(clean.iou_f1)}, what costs most: {', '.join(costly)}."


def _cost(loss: float, kind: KindReport) -> str:
    return f"{kind.kind.replace('_', ' ')} (−{loss:.3f}, characters leaked {figure(kind.leak_rate)})"


def _calibration(report: FullReport) -> str:
    rows = [
        [each.entity_type, str(each.findings), f"{each.stated:.3f}", f"{each.right:.3f}", f"{each.error:.3f}"]
        for each in report.labelled.calibration
    ]
    if not rows:
        return "Too few findings to tell."
    said = "Findings at the recall point on labelled sets, where somebody can judge them, and at least 30 of them."
    return f"{said}\n\n{table(['class', 'findings', 'mean probability', 'share right', 'calibration error'], rows)}"


def _by_set(sets: Sequence[SetMeasures]) -> str:
    rows = []
    for each in sets:
        pairs = ", ".join(f"{pair.entity_type} {pair.f1:.3f}" for pair in _pairs(each))
        of_points = [each.points[point] for point in OPERATING_POINTS]
        leaks = " / ".join(figure(scores.leak_rate) for scores in of_points)
        alarms = " / ".join(figure(scores.false_positives, 2) for scores in of_points)
        rows.append([each.name, " ".join(each.languages), pairs or "–", leaks, alarms])
    points = " / ".join(OPERATING_POINTS)
    return table(["set", "language", "F1, balanced", f"characters leaked, {points}", f"findings / 1,000 words, {points}"], rows)


def _pairs(each: SetMeasures) -> list[Pair]:
    classes = each.points[BALANCED].classes
    return [Pair(c.iou.f1.value, each.name, c.entity_type) for c in classes if c.iou.f1 and c.gold >= LEAST_GOLD]


def _at(pairs: Sequence[Pair], index: int) -> str:
    return _named(pairs[index]) if pairs else "–"


def _named(pair: Pair) -> str:
    return f"{pair.f1:.3f} ({pair.name})"

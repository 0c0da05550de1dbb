"""The controls beside ours: one table a set, every figure with its bootstrap interval."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import Any

from probes.entity import ENTITY_TYPES
from probes.training.metrics import ClassScore
from probes.training.report import LEAST_GOLD, Report, SetReport, interval, table


@dataclass(frozen=True, slots=True)
class ControlResult:
    """One detector, fitted in one regime. `report` holds the sets in languages that it reads."""

    name: str
    regime: str
    report: Report
    ours: bool = False
    fit_seconds: float = 0.0
    find_seconds: float = 0.0
    note: str = ""

    @property
    def title(self) -> str:
        return f"{self.name} ({self.regime})" if self.regime else self.name


@dataclass(frozen=True, slots=True)
class Comparison:
    """Detectors on one sample of documents."""

    title: str
    results: tuple[ControlResult, ...]

    def set_names(self) -> list[str]:
        return list(dict.fromkeys(each.name for result in self.results for each in result.report.sets))

    def as_markdown(self) -> str:
        parts = [f"## {self.title}", self._runs(), *self._beaten(), *(self._table(name) for name in self.set_names())]
        return "\n\n".join(parts)

    def _runs(self) -> str:
        heads = ["detector", "fitted on", "fit, s", "find, s", "note"]
        rows = [[r.name, r.regime or "–", _seconds(r.fit_seconds), _seconds(r.find_seconds), r.note] for r in self.results]
        return table(heads, rows)

    def _beaten(self) -> Iterator[str]:
        """Where a control's figure is better than the best of ours, said whether or not the intervals are apart."""
        rows = [row for name in self.set_names() for row in self._beaten_in(name)]
        if any(r.ours for r in self.results):
            yield "### Where a control is ahead of ours"
            heads = ["set", "class", "ours, best", "control", "", "intervals"]
            yield table(heads, rows) if rows else "Nowhere."

    def _beaten_in(self, name: str) -> Iterator[list[str]]:
        sets = [(r, s) for r in self.results for s in r.report.sets if s.name == name]
        for entity_type in ENTITY_TYPES:
            figures = [(r, e) for r, s in sets for c in _classes(s) if c.entity_type == entity_type and (e := c.iou.f1)]
            ours = max((e for r, e in figures if r.ours), key=lambda e: e.value, default=None)
            for result, figure in figures:
                if ours and not result.ours and figure.value > ours.value:
                    apart = "apart" if figure.low > ours.high else "overlap"
                    yield [name, entity_type, interval(ours), result.title, interval(figure), apart]

    def _table(self, name: str) -> str:
        sets = [(r, s) for r in self.results for s in r.report.sets if s.name == name]
        types = [t for t in ENTITY_TYPES if any(c.entity_type == t for _, s in sets for c in _classes(s))]
        gold = {c.entity_type: c.gold for _, s in sets for c in _classes(s)}
        clean = any(s.scores.false_positives for _, s in sets)
        heads = ["detector", "fitted on", *(f"{t} ({gold[t]})" for t in types)]
        heads += ["findings / 1,000 words"] if clean else ["any class, recall", "characters leaked"]
        rows = []
        for result, each in sets:
            by_type = {c.entity_type: c for c in each.scores.classes}
            rows.append([result.name, result.regime or "–", *(_figure(by_type.get(t)) for t in types)])
            scores = each.scores
            rows[-1] += (
                [interval(scores.false_positives, 2)]
                if clean
                else [interval(scores.any_class_recall), interval(scores.leak_rate)]
            )
        scores = sets[0][1].scores
        about = (
            f"{scores.documents} documents, {scores.words:,.0f} words, {scores.gold} PII spans, {' '.join(sets[0][1].languages)}"
        )
        return f"### {name}\n\n{about}\n\n{table(heads, rows)}"


@dataclass(frozen=True, slots=True)
class ControlsReport:
    """`sample` is read by all but the judge; `short` by the judge and ours. None where nothing of it was run."""

    sample: Comparison | None
    short: Comparison | None

    def as_dict(self) -> dict[str, Any]:
        return asdict(self)

    def as_json(self) -> str:
        return json.dumps(self.as_dict(), indent=2)

    def as_markdown(self) -> str:
        """F1 at IoU ≥ 0.5; `R` marks recall where a set labels a class incompletely, so that precision says nothing."""
        head = (
            "F1 by class at IoU ≥ 0.5 with 95 % bootstrap intervals over documents; `R` is recall alone, where the set labels the"
            " class incompletely. In brackets behind a class: its labels in the sample."
        )
        return "\n\n".join([head, *(c.as_markdown() for c in (self.sample, self.short) if c)]) + "\n"


def _classes(report: SetReport) -> list[ClassScore]:
    return [c for c in report.scores.classes if c.gold >= LEAST_GOLD]


def _figure(score: ClassScore | None) -> str:
    if score is None:
        return "–"
    return interval(score.iou.f1) if score.iou.f1 else f"R {interval(score.iou.recall)}"


def _seconds(seconds: float) -> str:
    return f"{seconds:.1f}" if seconds else "–"

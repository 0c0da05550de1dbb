"""The accuracy that the project sets out to reach, and whether a measured set reaches it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from probes.operating_point import BALANCED
from probes.training.labelled import LabelledSet
from probes.training.metrics import Estimate, SpanLike
from probes.training.report import interval, score_set, table


@dataclass(frozen=True, slots=True)
class Target:
    """`f1`, at IoU ≥ 0.5, is to be at least `value`; `leak` (share of characters) and `false_positives` (findings per 1,000
    words) at most.

    `entity_types`: the class of `f1`; for `leak`, the classes whose labels count, all if empty.
    """

    set: str
    figure: Literal["f1", "leak", "false_positives"]
    value: float
    entity_types: tuple[str, ...] = ("PERSON",)
    operating_point: str = BALANCED

    def reached(self, value: float) -> bool:
        return value >= self.value if self.figure == "f1" else value <= self.value

    def __str__(self) -> str:
        types = "+".join(self.entity_types)
        if self.figure == "f1":
            return f"{types} F1 ≥ {self.value:.2f}"
        if self.figure == "leak":
            return f"{types} characters leaked ≤ {self.value:.2f}".strip()
        return f"findings / 1,000 words ≤ {self.value:g}"


TARGETS: tuple[Target, ...] = (
    Target("uner_ewt.dev", "f1", 0.90),
    Target("uner_ewt.dev", "f1", 0.97, ("EMAIL",)),
    Target("uner_ewt.dev", "f1", 0.85, ("PHONE",)),
    Target("wnut17.dev", "f1", 0.70),
    Target("btc.dev", "f1", 0.80),
    Target("slurp.dev", "f1", 0.75),
    Target("lifebench.all", "f1", 0.90),
    Target("presidio.synth_v2", "f1", 0.93),
    Target("stockmark_ja.dev", "f1", 0.90),
    Target("ja_gsd_ne.dev", "f1", 0.85),
    Target("wac_ja.dev", "f1", 0.85),
    Target("germeval14.dev", "f1", 0.85),
    Target("meddocan_es.dev", "f1", 0.90),
    Target("multidogo_conv.dev", "leak", 0.06, ()),
    Target("hardneg.en", "false_positives", 3.0, ()),
    Target("uner_ewt.dev", "leak", 0.03, ("PERSON", "EMAIL", "PHONE"), "recall"),
    Target("generated.ja", "f1", 0.95, ("ADDRESS",)),
    Target("generated.ja", "f1", 0.95, ("PHONE",)),
    Target("generated.de", "f1", 0.95, ("ADDRESS",)),
    Target("generated.de", "f1", 0.95, ("PHONE",)),
)


@dataclass(frozen=True, slots=True)
class Outcome:
    """`measured` is None where the set has no labels to tell by."""

    target: Target
    measured: Estimate | None

    @property
    def met(self) -> bool | None:
        return None if self.measured is None else self.target.reached(self.measured.value)


def measure_target(
    target: Target, data: LabelledSet, findings: Sequence[Sequence[SpanLike]], *, resamples: int = 1000, seed: int = 0
) -> Outcome:
    """`findings`: of the target's set at its operating point. Where a set labels a class incompletely its F1 is a lower bound."""
    wanted = frozenset(target.entity_types)
    if target.figure == "leak" and wanted:
        examples = [replace(e, labels=tuple(x for x in e.labels if x.candidates <= wanted)) for e in data.examples]
        data = LabelledSet(examples, data.complete)
    if target.figure == "f1":
        data = LabelledSet(data.examples, data.complete | wanted)
    scores = score_set(data, findings, resamples=resamples, seed=seed)
    if target.figure == "leak":
        return Outcome(target, scores.leak_rate)
    if target.figure == "false_positives":
        return Outcome(target, scores.false_positives)
    f1 = [c.iou.f1 for c in scores.classes if c.entity_type in wanted]
    return Outcome(target, f1[0] if f1 else None)


def targets_table(outcomes: Iterable[Outcome]) -> str:
    """Every target, in order; one without an outcome was not measured, which is not the same as met."""
    by_target = {outcome.target: outcome for outcome in outcomes}
    rows = []
    for target in TARGETS:
        outcome = by_target.get(target)
        measured = interval(outcome.measured, 2 if target.figure == "false_positives" else 3) if outcome else "–"
        rows.append([target.set, target.operating_point, str(target), measured, _verdict(outcome)])
    return table(["set", "operating point", "target", "measured", "met"], rows)


def _verdict(outcome: Outcome | None) -> str:
    if outcome is None:
        return "not measured"
    return {True: "yes", False: "**no**", None: "cannot be judged"}[outcome.met]

"""What the project sets out to reach in speed, and whether a run reached it."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

from probes.training.report import table
from service.bench.results import Results
from service.bench.served import Served
from service.bench.speed import EAGER, ENGINE, LIMIT, PRESIDIO, LengthSpeed

_LOAD = 2.0
_BESIDE = 0.8


@dataclass(frozen=True, slots=True)
class Outcome:
    """A target beside its figure; `figure` None: not measured."""

    target: str
    figure: float | None
    text: str
    met: bool | None

    @property
    def verdict(self) -> str:
        return {True: "yes", False: "**no**", None: "not measured"}[self.met]


def outcomes(results: Results) -> list[Outcome]:
    """Every target, in order."""
    lengths = results.speed.lengths if results.speed else ()
    served = results.served
    long = [each for each in lengths if each.length >= 64]
    found = [
        *_against(long, ENGINE, LIMIT, 0.70),
        *_against(long, ENGINE, EAGER, 1.9),
        *_against(lengths, ENGINE, PRESIDIO, 1.5),
    ]
    batch = served.batch_against_engine if served else None
    lone = served.lone.against if served else None
    padding = [each.padding for each in lengths if each.padding is not None]
    goodput, slower, health = (_of_load(served, each) for each in (_goodput, _slower, _health))
    return [
        *found,
        _outcome("padding of packed batches", "<", 0.05, max(padding, default=None), "share of positions, worst length"),
        _outcome("gRPC end to end ÷ engine", ">=", 0.90, batch.median if batch else None, batch.text() if batch else ""),
        _outcome(
            "lone message p50 ÷ its bare forward pass", "<=", 1.3, lone.median if lone else None, lone.text() if lone else ""
        ),
        _outcome("at 200 % load: goodput ÷ capacity", ">=", 0.90, goodput),
        _outcome("at 200 % load: admitted p99 ÷ that at 80 %", "<=", 3.0, slower),
        _outcome("slowest health check of all loads, ms", "<=", 100.0, health),
        _outcome("resident after load, MiB", "<=", 700.0, served.memory_after.resident if served else None),
        _outcome(
            "ready from a warm cache, s",
            "<=",
            6.0,
            results.ready_s.median if results.ready_s else None,
            results.ready_s.text() if results.ready_s else "",
        ),
    ]


def targets_table(results: Results) -> str:
    """`target | figure | met`, as Markdown."""
    rows = [[each.target, each.text, each.verdict] for each in outcomes(results)]
    return table(["target", "figure", "met"], rows)


def _against(lengths: Sequence[LengthSpeed], above: str, below: str, bound: float) -> list[Outcome]:
    """A row for each length; one in all where it was not measured."""
    name = f"{above} ÷ {below}"
    found = [(each.length, each.against[name]) for each in lengths if name in each.against]
    rows = [_outcome(f"{name}, {length:,} tokens", ">=", bound, each.median, each.text()) for length, each in found]
    return rows or [_outcome(name, ">=", bound, None)]


def _outcome(name: str, sign: Literal["<", "<=", ">="], bound: float, figure: float | None, text: str = "") -> Outcome:
    target = f"{name} {sign.replace('>=', '≥').replace('<=', '≤')} {bound:g}"
    # NaN is a figure that could not be had: no answer, or no check.
    if figure is None or math.isnan(figure):
        return Outcome(target, None, "–", None)
    met = {"<": figure < bound, "<=": figure <= bound, ">=": figure >= bound}[sign]
    number = f"{figure:,.0f}" if abs(figure) >= 100 else f"{figure:.3g}"
    return Outcome(target, figure, text if text[:1].isdigit() else " ".join(filter(None, (number, text))), met)


def _of_load(served: Served | None, figure: Callable[[Served], float | None]) -> float | None:
    return figure(served) if served else None


def _goodput(served: Served) -> float | None:
    level = served.at(_LOAD)
    return level.goodput / served.mean_capacity if level else None


def _slower(served: Served) -> float | None:
    level, beside = served.at(_LOAD), served.at(_BESIDE)
    return level.p99_ms / beside.p99_ms if level and beside else None


def _health(served: Served) -> float | None:
    # A check that failed took for ever.
    return max((math.inf if each.health_failed else each.health_max_ms for each in served.levels), default=None)

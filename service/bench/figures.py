"""Figures of a noisy machine: measured in turns, compared round by round, told with their spread."""

from __future__ import annotations

import math
import statistics
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Spread:
    """Median, least and greatest of the rounds of one figure."""

    median: float
    low: float
    high: float
    rounds: int

    def text(self, digits: int = 2) -> str:
        """`median [low, high]`, or the one value of one round."""
        if self.rounds == 1:
            return f"{self.median:,.{digits}f}"
        return f"{self.median:,.{digits}f} [{self.low:,.{digits}f}, {self.high:,.{digits}f}]"


def spread(values: Sequence[float]) -> Spread:
    """Raises ValueError where there is no value."""
    if not values:
        raise ValueError("no rounds")
    return Spread(statistics.median(values), min(values), max(values), len(values))


def ratio(above: Sequence[float], below: Sequence[float]) -> Spread:
    """Of each round, so that what slows the machine for a while slows both sides."""
    return spread([a / b for a, b in zip(above, below, strict=True)])


def interleave(measures: Mapping[str, Callable[[], float]], rounds: int) -> dict[str, list[float]]:
    """Calls every measure once a round; the order turns, so that none always follows the same other one."""
    names = list(measures)
    values: dict[str, list[float]] = {name: [] for name in names}
    for each in range(rounds):
        turn = each % len(names)
        for name in names[turn:] + names[:turn]:
            values[name].append(measures[name]())
    return values


def percentile(values: Sequence[float], share: float) -> float:
    """The least value that at least `share` of all do not exceed (nearest rank); NaN where there is none."""
    if not values:
        return math.nan
    return sorted(values)[max(0, math.ceil(share * len(values)) - 1)]

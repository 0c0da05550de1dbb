"""Findings with what reported them, and what is left of one where another takes a part of it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from piiprobe.v1 import pii_pb2
from probes.finding import Finding


@dataclass(frozen=True, slots=True)
class Sourced:
    """A finding and what reported it."""

    finding: Finding
    source: pii_pb2.FindingSource.ValueType


def cut(text: str, sourced: Sourced, start: int, end: int) -> Sourced | None:
    """The part of a finding from `start` to `end`, with the reasons of the whole; None where it has no letter and no digit.

    Where it was cut, nothing but letters and digits stands at its edge.
    """
    finding = sourced.finding
    start, end = max(start, finding.start), min(end, finding.end)
    if (start, end) == (finding.start, finding.end):
        return sourced
    if not any(map(str.isalnum, text[start:end])):
        return None
    while start > finding.start and not text[start].isalnum():
        start += 1
    while end < finding.end and not text[end - 1].isalnum():
        end -= 1
    return Sourced(replace(finding, start=start, end=end), sourced.source)


def disjoint(text: str, ranked: Iterable[Sequence[Sourced]]) -> tuple[Sourced, ...]:
    """Findings by start, of which no two overlap, and which together cover what the given ones cover, but for edges of cuts.

    Of two that overlap, that of the earlier group stays whole; within a group, that which starts first.
    """
    taken: list[Sourced] = []
    for group in ranked:
        left = [part for part in _left(text, group, taken) if part]
        taken = sorted([*taken, *left], key=lambda sourced: sourced.finding.start)
    return tuple(taken)


def _left(text: str, group: Sequence[Sourced], taken: Sequence[Sourced]) -> Iterator[Sourced | None]:
    """What `taken`, which is by start and disjoint, leaves of a group; in linear time once the group is sorted."""
    reached = passed = 0
    for sourced in sorted(group, key=lambda sourced: (sourced.finding.start, -sourced.finding.end)):
        start, end = max(sourced.finding.start, reached), sourced.finding.end
        reached = max(reached, end)
        while start < end:
            while passed < len(taken) and taken[passed].finding.end <= start:
                passed += 1
            other = taken[passed].finding if passed < len(taken) else None
            stop = min(end, other.start) if other else end
            if start < stop:
                yield cut(text, sourced, start, stop)
            start = other.end if other and stop == other.start else end

"""What is reported of a document: the probe's findings and the caller's own, value by value."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import replace

from piiprobe.v1 import pii_pb2
from probes.finding import Detection, Finding
from service.contents import Content, Value
from service.sourced import Sourced, cut, disjoint
from service.validation import Options


def reported(content: Content, detection: Detection, options: Options) -> list[tuple[Sourced, ...]]:
    """The findings of each of the content's values, by start and with offsets in the value; no two overlap.

    A deny term's finding stays whole, a pattern's gives way to those of deny terms and of patterns before it, the probe's to all
    of them: what is left of it is a finding still. One that lies across values is cut into its parts in them.

    Raises:
        ValueError: a finding of the detector cannot be true.
    """
    return [
        _of_value(value, probed, options)
        for value, probed in zip(content.values, _by_value(content, detection.findings), strict=True)
    ]


def _of_value(value: Value, probed: Sequence[Sourced], options: Options) -> tuple[Sourced, ...]:
    if not (probed or options.overrides):
        return ()
    groups = (
        [each for each in group if _is_wanted(value, each, options)] for group in (*options.overrides.found(value.text), probed)
    )
    return disjoint(value.text, groups)


def _is_wanted(value: Value, sourced: Sourced, options: Options) -> bool:
    wanted = not options.entity_types or sourced.finding.entity_type in options.entity_types
    return wanted and not options.overrides.allows(value.text, sourced)


def _by_value(content: Content, findings: Sequence[Finding]) -> list[list[Sourced]]:
    found: list[list[Sourced]] = [[] for _ in content.values]
    starts = [value.start for value in content.values]
    for finding in findings:
        if not (0 <= finding.start < finding.end <= len(content.text) and 0.0 <= finding.probability <= 1.0):
            raise ValueError("a finding is empty, lies outside the text, or its probability is not one")
        for index, part in _parts(content, starts, finding):
            found[index].append(part)
    return found


def _parts(content: Content, starts: Sequence[int], finding: Finding) -> Iterator[tuple[int, Sourced]]:
    whole = Sourced(finding, pii_pb2.FINDING_SOURCE_PROBE)
    first = max(0, bisect_right(starts, finding.start) - 1)
    for index in range(first, bisect_right(starts, finding.end - 1)):
        value = content.values[index]
        if finding.start < value.end and (part := cut(content.text, whole, value.start, value.end)):
            within = replace(part.finding, start=part.finding.start - value.start, end=part.finding.end - value.start)
            yield index, replace(part, finding=within)

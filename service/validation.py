"""Checks requests by hand; the messages name fields and limits, never what the caller sent."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field

from piiprobe.v1 import pii_pb2
from probes.operating_point import OPERATING_POINTS
from service.config import DEFAULT_TOP_FEATURES, MAX_TOP_FEATURES
from service.overrides import Overrides, faults_of, overrides_of

POINT_ON_THE_WIRE: Mapping[str, pii_pb2.OperatingPoint.ValueType] = {
    name: pii_pb2.OperatingPoint.Value(f"OPERATING_POINT_{name.upper()}") for name in OPERATING_POINTS
}
_POINT_NAMES = {value: name for name, value in POINT_ON_THE_WIRE.items()}


@dataclass(frozen=True, slots=True)
class Violation:
    """A field of a request, such as `documents[3].text`, and what is wrong with it."""

    field: str
    message: str


class InvalidRequestError(Exception):
    """The request as a whole is refused, for the first `MAX_VIOLATIONS` of its faults."""

    # They travel in the trailing metadata, of which peers accept 8 KiB.
    MAX_VIOLATIONS = 8

    def __init__(self, *violations: Violation) -> None:
        super().__init__("the request is not valid")
        self.violations = violations[: self.MAX_VIOLATIONS]


@dataclass(frozen=True, slots=True)
class Options:
    """`pii_pb2.DetectOptions` with the defaults filled in; no `entity_types` means all."""

    entity_types: frozenset[str]
    top_features: int
    offset_encoding: pii_pb2.OffsetEncoding.ValueType
    operating_point: str
    structure: bool
    thresholds: Mapping[str, float] = field(default_factory=dict)
    overrides: Overrides = field(default_factory=Overrides)


def options_of(options: pii_pb2.DetectOptions, known: Collection[str], default_point: str, where: str = "options") -> Options:
    """The options in a request's field `where`; raises `InvalidRequestError` with every wrong one.

    `known` are the entity types of the server. Patterns and long lists of terms take tenths of a second.
    """
    violations = [Violation(f"{where}.{name}", message) for name, message in faults_of(options)]
    overrides = None if violations else overrides_of(options)
    violations += [Violation(f"{where}.{name}", message) for name, message in _faults_of(options, known)]
    operating_point = _POINT_NAMES.get(options.operating_point or POINT_ON_THE_WIRE[default_point])
    if operating_point is None:
        violations.append(Violation(f"{where}.operating_point", "is not an operating point of this server"))
    if violations or operating_point is None or overrides is None:
        raise InvalidRequestError(*violations)
    return Options(
        entity_types=frozenset(options.entity_types),
        top_features=options.top_features if options.HasField("top_features") else DEFAULT_TOP_FEATURES,
        offset_encoding=options.offset_encoding or pii_pb2.OFFSET_ENCODING_CODE_POINTS,
        operating_point=operating_point,
        structure=not options.without_structure,
        thresholds=dict(options.thresholds),
        overrides=overrides,
    )


def _faults_of(options: pii_pb2.DetectOptions, known: Collection[str]) -> Iterator[tuple[str, str]]:
    own = {*(term.entity_type for term in options.deny), *(pattern.entity_type for pattern in options.patterns)}
    for index, name in enumerate(options.entity_types):
        if name not in known and name not in own:
            yield f"entity_types[{index}]", "is not an entity type of this server or request; ListEntityTypes lists the server's"
    if options.top_features > MAX_TOP_FEATURES:
        yield "top_features", f"is over the maximum of {MAX_TOP_FEATURES}"
    if options.offset_encoding not in pii_pb2.OffsetEncoding.values():
        yield "offset_encoding", "is not an encoding of this server"
    # A map has no order, and a name that the server does not know is the caller's text.
    if any(name not in known for name in options.thresholds):
        yield "thresholds", "name what is not an entity type of this server; ListEntityTypes lists them"
    for name in sorted(options.thresholds):
        if name in known and not 0.0 <= options.thresholds[name] <= 1.0:
            yield f"thresholds[{name}]", "is not between 0 and 1"

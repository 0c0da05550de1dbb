"""Checks requests by hand; the messages name fields and limits, never what the caller sent."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from piiprobe.v1 import pii_pb2
from probes.operating_point import OPERATING_POINTS
from service.config import DEFAULT_TOP_FEATURES, MAX_TOP_FEATURES

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


def options_of(options: pii_pb2.DetectOptions, known: Collection[str], default_point: str) -> Options:
    """The options where `known` are the entity types; raises `InvalidRequestError` with every wrong one."""
    violations = [
        Violation(f"options.entity_types[{index}]", "is not an entity type of this server; ListEntityTypes lists them")
        for index, name in enumerate(options.entity_types)
        if name not in known
    ]
    if options.top_features > MAX_TOP_FEATURES:
        violations.append(Violation("options.top_features", f"is over the maximum of {MAX_TOP_FEATURES}"))
    if options.offset_encoding not in pii_pb2.OffsetEncoding.values():
        violations.append(Violation("options.offset_encoding", "is not an encoding of this server"))
    operating_point = _POINT_NAMES.get(options.operating_point or POINT_ON_THE_WIRE[default_point])
    if operating_point is None:
        violations.append(Violation("options.operating_point", "is not an operating point of this server"))
    if violations or operating_point is None:
        raise InvalidRequestError(*violations)
    return Options(
        entity_types=frozenset(options.entity_types),
        top_features=options.top_features if options.HasField("top_features") else DEFAULT_TOP_FEATURES,
        offset_encoding=options.offset_encoding or pii_pb2.OFFSET_ENCODING_CODE_POINTS,
        operating_point=operating_point,
        structure=not options.without_structure,
    )


def violation_of(document: pii_pb2.Document, field: str, max_characters: int) -> Violation | None:
    """What is wrong with a document, if anything."""
    if not document.HasField("text"):
        return Violation(f"{field}.text", "is not set; an empty text must be set explicitly")
    if len(document.text) > max_characters:
        return Violation(f"{field}.text", f"is longer than {max_characters} code points; nothing of it was read")
    return None

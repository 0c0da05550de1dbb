"""How to look for PII, and how to redact it: the keywords that requests share."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Literal, Protocol, TypedDict

from piiprobe.v1 import pii_pb2

OperatingPoint = Literal["recall", "balanced", "precision"]
"""A trade-off between missing PII and false alarms: `recall` misses least, `precision` raises the fewest false alarms."""


@dataclass(frozen=True, slots=True)
class DenyTerm:
    """A text that is always reported, as `entity_type`, where it stands as whole words in any case."""

    text: str = field(repr=False)
    entity_type: str


@dataclass(frozen=True, slots=True)
class Pattern:
    """A regular expression in RE2's syntax whose matches are always reported, as `entity_type`; evidence calls it `name`."""

    name: str
    regex: str
    entity_type: str


class DetectOptions(TypedDict, total=False):
    """Keywords of all methods that look for PII."""

    entity_types: Iterable[str]
    """What to report; everything where empty."""
    top_features: int | None
    """How many features a finding lists at most; the server's default where None."""
    operating_point: OperatingPoint | None
    """Which trade-off to make; the server's default where None."""
    structure: bool
    """Whether evidence from structure (check digits, number plans, repeated mentions) counts beside features; True if unset."""
    thresholds: Mapping[str, float]
    """By entity type, the probability from which on a finding is reported, in place of the operating point's."""
    allow: Iterable[str]
    """Texts that are never reported: findings whose whole text is one of them, in any case."""
    deny: Iterable[DenyTerm]
    """Texts that are always reported."""
    patterns: Iterable[Pattern]
    """Regular expressions whose matches are always reported."""


class RedactionPolicy(Protocol):
    """`piiprobe.redaction.Policy`, or whatever else can be sent as one."""

    def to_wire(self) -> pii_pb2.RedactionPolicy: ...


class RedactOptions(DetectOptions, total=False):
    """Keywords of all methods that redact."""

    policies: Iterable[RedactionPolicy | str]
    """One rewritten text for each, a name being that of a policy of the server; one that replaces everything where empty."""
    key: bytes
    """32 bytes for hashes, pseudonyms and encryption; the server's own where empty."""
    check: bool
    """Whether each rewritten text is read again, for what is still found in it; False where unset."""

"""What a caller sends and gets, as plain values."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

OperatingPoint = Literal["recall", "balanced", "precision"]
"""A trade-off between missing PII and false alarms: `recall` misses least, `precision` raises the fewest false alarms."""


@dataclass(frozen=True, slots=True)
class Document:
    """A text with the caller's name for it."""

    text: str
    id: str = ""


@dataclass(frozen=True, slots=True)
class Contribution:
    """What one SAE feature added to a finding's logit."""

    feature: int
    logit: float


@dataclass(frozen=True, slots=True)
class EvidenceShare:
    """What one piece of evidence from structure, such as `luhn` or `repeated_mention`, added to a finding's logit."""

    name: str
    logit: float


@dataclass(frozen=True, slots=True)
class Finding:
    """A span of text that holds PII: `text[start:end]` of the text that was sent.

    `bias + sum(c.logit for c in contributions) + other_features + sum(e.logit for e in evidence)` equals `logit` to float error.
    """

    entity_type: str
    start: int
    end: int
    probability: float
    logit: float
    bias: float
    contributions: tuple[Contribution, ...]
    other_features: float
    evidence: tuple[EvidenceShare, ...]


@dataclass(frozen=True, slots=True)
class ModelVersion:
    """Identifies the bundle that answered; `digest` is its SHA-256."""

    name: str
    version: str
    digest: str


@dataclass(frozen=True, slots=True)
class Result:
    """The findings of one document, ordered by start, and the number of its tokens, all of which were read.

    `operating_point` is the one that was used, whether the caller or the server chose it.
    """

    id: str
    findings: tuple[Finding, ...]
    tokens_processed: int
    model: ModelVersion
    operating_point: OperatingPoint


@dataclass(frozen=True, slots=True)
class DocumentFailure:
    """A document of a batch that was not read: nothing is known about it. `code` is a gRPC code's name."""

    id: str
    code: str
    message: str
    field: str


@dataclass(frozen=True, slots=True)
class EntityType:
    """A kind of PII that the server can find."""

    name: str
    description: str


@dataclass(frozen=True, slots=True)
class ModelInfo:
    """The model and its server's limits: documents in a batch, code points in a document, bytes in a request.

    `thresholds[operating_point][entity_type]` is the calibrated probability from which on a finding is reported.
    """

    model: ModelVersion
    base_model: str
    layer: int
    d_model: int
    d_sae: int
    features_read: int
    entity_types: tuple[str, ...]
    max_documents: int
    max_characters: int
    max_message_bytes: int
    max_top_features: int
    server_version: str
    thresholds: dict[OperatingPoint, dict[str, float]]
    default_operating_point: OperatingPoint

"""Client of the piiprobe service; the contract is `piiprobe.v1`."""

from __future__ import annotations

from piiprobe.aio import AsyncPiiClient
from piiprobe.client import PiiClient
from piiprobe.documents import Document, JsonDocument, Source
from piiprobe.errors import (
    DeadlineExceededError,
    ForkedClientError,
    InvalidArgumentError,
    MismatchError,
    PiiprobeError,
    ResourceExhaustedError,
    ServerError,
    UnauthenticatedError,
    UnavailableError,
)
from piiprobe.options import DenyTerm, DetectOptions, OperatingPoint, Pattern, RedactionPolicy, RedactOptions
from piiprobe.redacted import Redacted, Replacement, Restored
from piiprobe.results import (
    Batch,
    ChunkFindings,
    Contribution,
    DocumentFailure,
    EntityType,
    EvidenceShare,
    Finding,
    FindingSource,
    ModelInfo,
    ModelVersion,
    Redaction,
    Result,
)

__all__ = [
    "AsyncPiiClient",
    "Batch",
    "ChunkFindings",
    "Contribution",
    "DeadlineExceededError",
    "DenyTerm",
    "DetectOptions",
    "Document",
    "DocumentFailure",
    "EntityType",
    "EvidenceShare",
    "Finding",
    "FindingSource",
    "ForkedClientError",
    "InvalidArgumentError",
    "JsonDocument",
    "MismatchError",
    "ModelInfo",
    "ModelVersion",
    "OperatingPoint",
    "Pattern",
    "PiiClient",
    "PiiprobeError",
    "RedactOptions",
    "Redacted",
    "Redaction",
    "RedactionPolicy",
    "Replacement",
    "ResourceExhaustedError",
    "Restored",
    "Result",
    "ServerError",
    "Source",
    "UnauthenticatedError",
    "UnavailableError",
]

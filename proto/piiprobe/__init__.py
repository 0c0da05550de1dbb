"""Client of the piiprobe service; the contract is `piiprobe.v1`."""

from __future__ import annotations

from piiprobe.client import PiiClient
from piiprobe.errors import (
    DeadlineExceededError,
    InvalidArgumentError,
    PiiprobeError,
    ResourceExhaustedError,
    ServerError,
    UnauthenticatedError,
    UnavailableError,
)
from piiprobe.results import (
    Contribution,
    Document,
    DocumentFailure,
    EntityType,
    EvidenceShare,
    Finding,
    ModelInfo,
    ModelVersion,
    OperatingPoint,
    Result,
)

__all__ = [
    "Contribution",
    "DeadlineExceededError",
    "Document",
    "DocumentFailure",
    "EntityType",
    "EvidenceShare",
    "Finding",
    "InvalidArgumentError",
    "ModelInfo",
    "ModelVersion",
    "OperatingPoint",
    "PiiClient",
    "PiiprobeError",
    "ResourceExhaustedError",
    "Result",
    "ServerError",
    "UnauthenticatedError",
    "UnavailableError",
]

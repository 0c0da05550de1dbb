"""Client of the piiprobe service; the contract is `piiprobe.v1`."""

from __future__ import annotations

from piiprobe.client import PiiClient
from piiprobe.errors import (
    DeadlineExceededError,
    InvalidArgumentError,
    PiiprobeError,
    ResourceExhaustedError,
    ServerError,
    UnavailableError,
)
from piiprobe.results import Contribution, Document, DocumentFailure, EntityType, Finding, ModelInfo, ModelVersion, Result

__all__ = [
    "Contribution",
    "DeadlineExceededError",
    "Document",
    "DocumentFailure",
    "EntityType",
    "Finding",
    "InvalidArgumentError",
    "ModelInfo",
    "ModelVersion",
    "PiiClient",
    "PiiprobeError",
    "ResourceExhaustedError",
    "Result",
    "ServerError",
    "UnavailableError",
]

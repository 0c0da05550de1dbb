"""What the service does, told to whoever counts it: plain numbers, never text."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

Rejection = Literal["queue_documents", "queue_tokens", "invalid", "unauthenticated", "unavailable", "expired"]
"""Why a request was refused as a whole."""


@dataclass(frozen=True, slots=True)
class BatchRead:
    """One pass of the model.

    Attributes:
        tokens: of its windows.
        computed: rows of the products, filled up.
        forward_s, probe_s: seconds to the residuals, and from there to the logits.
    """

    tokens: int
    computed: int
    forward_s: float
    probe_s: float


@dataclass(frozen=True, slots=True)
class DocumentConcluded:
    """What became of a document that was read.

    Attributes:
        tokens, characters: of its text.
        decode_s: seconds from the logits to the findings.
        findings: entity type and characters of each that the operating point reports, whatever types the request asks for.
        scores: entity type and probability of every candidate.
        activations: of a class's leading features, by entity type, as shares of their ceilings.
    """

    tokens: int
    characters: int
    decode_s: float
    findings: Sequence[tuple[str, int]]
    scores: Sequence[tuple[str, float]]
    activations: Mapping[str, float]


class Observer:
    """Ignores what it is told. Its methods are called in any thread and must not raise."""

    def tokenized(self, seconds: float) -> None:
        """A tokenizer's turn at some texts."""

    def waited(self, seconds: float) -> None:
        """From a document's admission to the batch that holds its first window."""

    def batch_read(self, batch: BatchRead) -> None:
        """The model and the probe read a batch."""

    def document_concluded(self, document: DocumentConcluded) -> None:
        """A document's findings are there."""

    def documents_invalid(self, count: int) -> None:
        """So many documents of a batch were refused."""

    def rejected(self, reason: Rejection) -> None:
        """A request was refused."""

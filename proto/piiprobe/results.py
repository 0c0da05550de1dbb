"""What a caller gets, as plain values. None of them shows text in its repr, so that logs may hold them; all can be pickled."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Generic, Literal, Self, TypeVar

from piiprobe import notebook
from piiprobe.options import OperatingPoint

if TYPE_CHECKING:
    from piiprobe.redacted import Redacted

_Outcome = TypeVar("_Outcome")

FindingSource = Literal["probe", "deny", "pattern", "other"]
"""What reported a finding: the probe, a deny term, a pattern, or what this version of the client has no name for."""


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
    """A span of text that holds PII: `text[start:end]` of the text that was sent or, in a JSON document, of the value at `field`.

    `bias + sum(c.logit for c in contributions) + other_features + sum(e.logit for e in evidence)` equals `logit` to float error.
    `field` is a JSON Pointer (RFC 6901), and empty in a text.
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
    source: FindingSource = "probe"
    field: str = ""


@dataclass(frozen=True, slots=True)
class ModelVersion:
    """Identifies the bundle that answered; `digest` is its SHA-256."""

    name: str
    version: str
    digest: str


class _OfText:
    """Remembers a text that is no field: it stays out of `repr`, `==`, `asdict` and pickles."""

    __slots__ = ("_text",)


@dataclass(frozen=True, slots=True)
class Result(_OfText):
    """The findings of one document, ordered by start, and the number of its tokens, all of which were read.

    `operating_point` is the one that was used, whether the caller or the server chose it.
    """

    id: str
    findings: tuple[Finding, ...]
    tokens_processed: int
    model: ModelVersion
    operating_point: OperatingPoint

    @property
    def text(self) -> str | None:
        """What was read, as this process remembers it; None for a JSON document, and where the result came from elsewhere."""
        return getattr(self, "_text", None)

    def with_text(self, text: str) -> Self:
        """The same, remembering `text`, for a notebook to show."""
        result = replace(self)
        object.__setattr__(result, "_text", text)
        return result

    def _repr_html_(self) -> str:
        return notebook.page([notebook.result(self)])


@dataclass(frozen=True, slots=True)
class DocumentFailure:
    """A document that was not read: nothing is known about it. `code` is a gRPC code's name."""

    id: str
    code: str
    message: str
    field: str

    def _repr_html_(self) -> str:
        return notebook.page([notebook.failure(self)])


@dataclass(frozen=True, slots=True)
class Redaction:
    """A document rewritten, once by each policy in their order, and what was found in it."""

    id: str
    texts: tuple[Redacted, ...]
    found: Result

    @property
    def text(self) -> str:
        """The rewritten text of the first policy."""
        return self.texts[0].text

    def _repr_html_(self) -> str:
        return notebook.page(notebook.redaction(self))


class Batch(list[_Outcome | DocumentFailure], Generic[_Outcome]):
    """An outcome for each document, in their order; look at `failures` before trusting that nothing was found."""

    @property
    def failures(self) -> list[DocumentFailure]:
        """Those of documents that were not read."""
        return [outcome for outcome in self if isinstance(outcome, DocumentFailure)]

    def _repr_html_(self) -> str:
        return notebook.batch(self)


@dataclass(frozen=True, slots=True)
class ChunkFindings:
    """Findings of a text in chunks, as far as it is read; offsets count from its start, in code points.

    `findings` are ordered by start and behind all that were told before; none will start before `read_to`. `last`: that was all.
    """

    id: str
    findings: tuple[Finding, ...]
    read_to: int
    last: bool


@dataclass(frozen=True, slots=True)
class EntityType:
    """A kind of PII that the server can find."""

    name: str
    description: str


@dataclass(frozen=True, slots=True)
class ModelInfo:
    """The model and its server's limits: documents in a batch and of a stream, code points in a document, bytes in a request.

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
    max_stream_documents: int
    server_version: str
    thresholds: dict[OperatingPoint, dict[str, float]]
    default_operating_point: OperatingPoint

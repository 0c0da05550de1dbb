"""Results from messages of the contract; an answer that does not fit the request is a `MismatchError`, never a result."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from grpc_health.v1 import health_pb2

from piiprobe.documents import Document, JsonDocument
from piiprobe.errors import MismatchError, code_name
from piiprobe.options import OperatingPoint
from piiprobe.redacted import Redacted, Replacement, Restored
from piiprobe.requests import POINTS
from piiprobe.results import (
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
from piiprobe.v1 import pii_pb2

_POINT_NAMES = {value: name for name, value in POINTS.items() if name is not None}
_SOURCES: dict[int, FindingSource] = {
    # A server that does not say it has nothing but the probe.
    pii_pb2.FINDING_SOURCE_UNSPECIFIED: "probe",
    pii_pb2.FINDING_SOURCE_PROBE: "probe",
    pii_pb2.FINDING_SOURCE_DENY: "deny",
    pii_pb2.FINDING_SOURCE_PATTERN: "pattern",
}


class Reading:
    """How the documents of one answer are read: what answered, and at which operating point.

    Made of anything that has the fields `offset_encoding`, `model` and `operating_point`, and of what was asked for.
    """

    def __init__(self, answer: Any, asked: pii_pb2.DetectOptions) -> None:
        if answer.offset_encoding != pii_pb2.OFFSET_ENCODING_CODE_POINTS:
            raise MismatchError("the server does not count offsets in code points")
        self.point = _point(answer.operating_point)
        if asked.operating_point not in (pii_pb2.OPERATING_POINT_UNSPECIFIED, answer.operating_point):
            raise MismatchError("the server did not use the operating point that was asked for")
        self.model = _model(answer.model)

    def result(self, document: Document | JsonDocument, found: pii_pb2.DocumentFindings) -> Result:
        """The findings of a document, with its text."""
        result = Result(document.id, findings(found.findings), found.tokens_processed, self.model, self.point)
        return result if isinstance(document, JsonDocument) else result.with_text(document.text)

    def redaction(
        self, document: Document | JsonDocument, redaction: pii_pb2.Redaction, asked: pii_pb2.RedactOptions
    ) -> Redaction:
        """A document rewritten by each policy that was asked for."""
        names = [policy.name for policy in asked.policies]
        if len(redaction.texts) != (len(names) or 1):
            raise MismatchError("the server did not rewrite the text once for each policy")
        if any(name and name != text.policy for name, text in zip(names, redaction.texts, strict=False)):
            raise MismatchError("the rewritten texts are not those of the policies that were asked for")
        if not redaction.HasField("found"):
            raise MismatchError("the answer does not say what was found")
        texts = tuple(_redacted(text, asked.check) for text in redaction.texts)
        return Redaction(document.id, texts, self.result(document, redaction.found))


def findings(messages: Sequence[pii_pb2.Finding]) -> tuple[Finding, ...]:
    """The same as values."""
    return tuple(
        Finding(
            entity_type=finding.entity_type,
            start=finding.start,
            end=finding.end,
            probability=finding.probability,
            logit=finding.logit,
            bias=finding.bias,
            contributions=tuple(Contribution(item.feature, item.logit) for item in finding.contributions),
            other_features=finding.other_features,
            evidence=tuple(EvidenceShare(item.name, item.logit) for item in finding.evidence),
            source=_SOURCES.get(finding.source, "other"),
            field=finding.field,
        )
        for finding in messages
    )


def failure(document_id: str, error: pii_pb2.DocumentError, field: str) -> DocumentFailure:
    """Why a document has no result, where the caller knows it as `field`, such as `documents[3]`."""
    place, separator, rest = error.field.partition(".")
    if not place.startswith("documents["):
        return DocumentFailure(document_id, code_name(error.code), error.message, error.field)
    # A server counts the documents of one request, into which the caller's were cut.
    message = f"{field}{error.message.removeprefix(place)}" if error.message.startswith(place) else error.message
    return DocumentFailure(document_id, code_name(error.code), message, f"{field}{separator}{rest}")


def restored(answer: pii_pb2.RestoreResponse) -> Restored:
    """The same as a value."""
    return Restored(answer.text, answer.restored, answer.failed, answer.of_another_key)


def entity_types(answer: pii_pb2.ListEntityTypesResponse) -> tuple[EntityType, ...]:
    """The same as values."""
    return tuple(EntityType(kind.name, kind.description) for kind in answer.entity_types)


def health(answer: health_pb2.HealthCheckResponse) -> str:
    """The name of the state."""
    return str(health_pb2.HealthCheckResponse.ServingStatus.Name(answer.status))


def model_info(info: pii_pb2.GetModelInfoResponse) -> ModelInfo:
    """The same as a value."""
    limits = info.limits
    return ModelInfo(
        model=_model(info.model),
        base_model=info.base_model,
        layer=info.layer,
        d_model=info.d_model,
        d_sae=info.d_sae,
        features_read=info.features_read,
        entity_types=tuple(info.entity_types),
        max_documents=limits.max_documents,
        max_characters=limits.max_characters,
        max_message_bytes=limits.max_message_bytes,
        max_top_features=limits.max_top_features,
        max_stream_documents=limits.max_stream_documents,
        server_version=info.server_version,
        # A newer server may have operating points that this client has no name for.
        thresholds={
            _POINT_NAMES[each.operating_point]: dict(each.thresholds)
            for each in info.operating_points
            if each.operating_point in _POINT_NAMES
        },
        default_operating_point=_point(info.default_operating_point),
    )


def _redacted(text: pii_pb2.RedactedText, checked: bool) -> Redacted:
    return Redacted(
        text.text,
        tuple(Replacement(put.entity_type, put.start, put.end, put.new_start, put.new_end) for put in text.replacements),
        text.policy,
        findings(text.leaks) if checked else None,
    )


def _point(used: pii_pb2.OperatingPoint.ValueType) -> OperatingPoint:
    name = _POINT_NAMES.get(used)
    if name is None:
        raise MismatchError("the server does not name the operating point that it used")
    return name


def _model(model: pii_pb2.ModelVersion) -> ModelVersion:
    return ModelVersion(model.name, model.version, model.digest)

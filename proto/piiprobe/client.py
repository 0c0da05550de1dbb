"""A blocking client of `piiprobe.v1.PiiService`."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, Self, TypeVar

import grpc
from google.protobuf.message import Message
from google.rpc import code_pb2
from grpc_health.v1 import health_pb2, health_pb2_grpc

from piiprobe.channel import Pem, open_channel
from piiprobe.errors import InvalidArgumentError, ServerError, from_rpc_error
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
from piiprobe.v1 import pii_pb2, pii_pb2_grpc

_Response = TypeVar("_Response", bound=Message)

_POINTS: Mapping[OperatingPoint | None, pii_pb2.OperatingPoint.ValueType] = {
    None: pii_pb2.OPERATING_POINT_UNSPECIFIED,
    "recall": pii_pb2.OPERATING_POINT_RECALL,
    "balanced": pii_pb2.OPERATING_POINT_BALANCED,
    "precision": pii_pb2.OPERATING_POINT_PRECISION,
}
_POINT_NAMES = {value: name for name, value in _POINTS.items() if name is not None}


class PiiClient:
    """Talks to one server; a context manager, safe to share between threads.

    Every method raises a `PiiprobeError` where it has no answer.
    """

    def __init__(
        self,
        target: str = "127.0.0.1:50051",
        *,
        timeout: float = 30.0,
        credentials: grpc.ChannelCredentials | None = None,
        token: str | None = None,
        ca: Pem | None = None,
        certificate: Pem | None = None,
        key: Pem | None = None,
        server_name: str | None = None,
    ) -> None:
        """Connects with the first call. Without `ca`, `certificate` or `credentials` the connection is not encrypted.

        Args:
            target: a gRPC target such as `127.0.0.1:50051`, `dns:///pii.example:50051` or `unix:/run/piiprobe.sock`.
            timeout: the deadline in seconds of a call that names no other.
            credentials: how to connect, in place of `ca`, `certificate` and `key`.
            token: a bearer token, sent with every call.
            ca: who may have signed the server's certificate; those that grpc ships where only `certificate` is given.
            certificate: the client's own, where the server asks for one.
            key: that of `certificate`.
            server_name: the name in the server's certificate, where it is not that of `target`.

        Raises:
            ValueError: the arguments contradict each other, or `token` would leave this machine unencrypted.
            OSError: a file of `ca`, `certificate` or `key` cannot be read.
        """
        self._channel = open_channel(
            target, credentials=credentials, token=token, ca=ca, certificate=certificate, key=key, server_name=server_name
        )
        self._metadata = () if token is None else (("authorization", f"Bearer {token}"),)
        self._stub = pii_pb2_grpc.PiiServiceStub(self._channel)
        self._health: Any = health_pb2_grpc.HealthStub(self._channel)
        self._timeout = timeout

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Ends all calls and the connection."""
        self._channel.close()

    def detect(
        self,
        text: str,
        *,
        entity_types: Iterable[str] = (),
        top_features: int | None = None,
        operating_point: OperatingPoint | None = None,
        structure: bool = True,
        timeout: float | None = None,
    ) -> Result:
        """The PII of `text`.

        Args:
            entity_types: what to report; everything where empty.
            top_features: how many features a finding lists at most; the server's default where None.
            operating_point: which trade-off to make; the server's default where None.
            structure: whether evidence from structure (check digits, number plans, repeated mentions) counts beside features.
            timeout: the deadline in seconds; the client's where None.
        """
        request = pii_pb2.DetectRequest(
            document=_document(Document(text), "document"),
            options=_options(entity_types, top_features, operating_point, structure),
        )
        response = self._call(self._stub.Detect, request, timeout)
        _check_offsets(response.offset_encoding)
        point = _point_used(response.operating_point, operating_point)
        if not response.HasField("result"):
            raise ServerError("INTERNAL", "the answer holds no result")
        return _result(response.id, response.result, _model(response.model), point)

    def detect_batch(
        self,
        documents: Iterable[str | Document],
        *,
        entity_types: Iterable[str] = (),
        top_features: int | None = None,
        operating_point: OperatingPoint | None = None,
        structure: bool = True,
        timeout: float | None = None,
    ) -> list[Result | DocumentFailure]:
        """One outcome for each document, in their order; look for `DocumentFailure` before trusting that nothing was found.

        The options are those of `detect`.
        """
        sent = [Document(document) if isinstance(document, str) else document for document in documents]
        request = pii_pb2.BatchDetectRequest(
            documents=[_document(document, f"documents[{index}]") for index, document in enumerate(sent)],
            options=_options(entity_types, top_features, operating_point, structure),
        )
        response = self._call(self._stub.BatchDetect, request, timeout)
        _check_offsets(response.offset_encoding)
        point = _point_used(response.operating_point, operating_point)
        if [outcome.id for outcome in response.results] != [document.id for document in sent]:
            raise ServerError("INTERNAL", "the results are not those of the documents that were sent")
        model = _model(response.model)
        return [_outcome(outcome, model, point) for outcome in response.results]

    def model_info(self, *, timeout: float | None = None) -> ModelInfo:
        """The model that answers and the server's limits."""
        info = self._call(self._stub.GetModelInfo, pii_pb2.GetModelInfoRequest(), timeout)
        return ModelInfo(
            model=_model(info.model),
            base_model=info.base_model,
            layer=info.layer,
            d_model=info.d_model,
            d_sae=info.d_sae,
            features_read=info.features_read,
            entity_types=tuple(info.entity_types),
            max_documents=info.limits.max_documents,
            max_characters=info.limits.max_characters,
            max_message_bytes=info.limits.max_message_bytes,
            max_top_features=info.limits.max_top_features,
            server_version=info.server_version,
            # A newer server may have operating points that this client has no name for.
            thresholds={
                _POINT_NAMES[each.operating_point]: dict(each.thresholds)
                for each in info.operating_points
                if each.operating_point in _POINT_NAMES
            },
            default_operating_point=_point_used(info.default_operating_point, None),
        )

    def entity_types(self, *, timeout: float | None = None) -> tuple[EntityType, ...]:
        """What the server can find."""
        response = self._call(self._stub.ListEntityTypes, pii_pb2.ListEntityTypesRequest(), timeout)
        return tuple(EntityType(kind.name, kind.description) for kind in response.entity_types)

    def health(self, service: str = "piiprobe.v1.PiiService", *, timeout: float | None = None) -> str:
        """The state of `service` as standard health checking names it: `SERVING`, `NOT_SERVING` or `UNKNOWN`."""
        answer = self._call(self._health.Check, health_pb2.HealthCheckRequest(service=service), timeout)
        return str(health_pb2.HealthCheckResponse.ServingStatus.Name(answer.status))

    def _call(self, method: Callable[..., _Response], request: Message, timeout: float | None) -> _Response:
        try:
            return method(request, timeout=self._timeout if timeout is None else timeout, metadata=self._metadata)
        except grpc.RpcError as error:
            raise from_rpc_error(error) from None


def _document(document: Document, field: str) -> pii_pb2.Document:
    try:
        return pii_pb2.Document(id=document.id, text=document.text)
    except UnicodeEncodeError:
        problem = "holds a lone surrogate, which is not valid Unicode"
    # Raised outside the handler, because the original error holds the whole text.
    raise InvalidArgumentError(f"{field} {problem}", {field: problem})


def _options(
    entity_types: Iterable[str], top_features: int | None, operating_point: OperatingPoint | None, structure: bool
) -> pii_pb2.DetectOptions:
    if operating_point not in _POINTS:
        problem = f"is not one of {', '.join(_POINT_NAMES.values())}"
        raise InvalidArgumentError(f"options.operating_point {problem}", {"options.operating_point": problem})
    return pii_pb2.DetectOptions(
        entity_types=entity_types,
        top_features=top_features,
        offset_encoding=pii_pb2.OFFSET_ENCODING_CODE_POINTS,
        operating_point=_POINTS[operating_point],
        without_structure=not structure,
    )


def _check_offsets(encoding: pii_pb2.OffsetEncoding.ValueType) -> None:
    if encoding != pii_pb2.OFFSET_ENCODING_CODE_POINTS:
        raise ServerError("INTERNAL", "the server does not count offsets in code points")


def _point_used(used: pii_pb2.OperatingPoint.ValueType, asked: OperatingPoint | None) -> OperatingPoint:
    name = _POINT_NAMES.get(used)
    if name is None or asked not in (None, name):
        raise ServerError("INTERNAL", "the server did not use the operating point that was asked for, or does not name it")
    return name


def _outcome(outcome: pii_pb2.DocumentResult, model: ModelVersion, point: OperatingPoint) -> Result | DocumentFailure:
    match outcome.WhichOneof("outcome"):
        case "findings":
            return _result(outcome.id, outcome.findings, model, point)
        case "error":
            return _failure(outcome.id, outcome.error)
        case _:
            raise ServerError("INTERNAL", "a document of the batch has no outcome")


def _failure(document_id: str, error: pii_pb2.DocumentError) -> DocumentFailure:
    known = error.code in code_pb2.Code.values()
    code = code_pb2.Code.Name(error.code) if known else "UNKNOWN"
    return DocumentFailure(document_id, code, error.message, error.field)


def _result(document_id: str, found: pii_pb2.DocumentFindings, model: ModelVersion, point: OperatingPoint) -> Result:
    return Result(document_id, _findings(found.findings), found.tokens_processed, model, point)


def _findings(findings: Sequence[pii_pb2.Finding]) -> tuple[Finding, ...]:
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
        )
        for finding in findings
    )


def _model(model: pii_pb2.ModelVersion) -> ModelVersion:
    return ModelVersion(model.name, model.version, model.digest)

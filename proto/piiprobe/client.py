"""A blocking client of `piiprobe.v1.PiiService`."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Self, TypeVar

import grpc
from google.protobuf.message import Message
from google.rpc import code_pb2

from piiprobe.errors import InvalidArgumentError, ServerError, from_rpc_error
from piiprobe.results import Contribution, Document, DocumentFailure, EntityType, Finding, ModelInfo, ModelVersion, Result
from piiprobe.v1 import pii_pb2, pii_pb2_grpc

_Response = TypeVar("_Response", bound=Message)


class PiiClient:
    """Talks to one server; a context manager, safe to share between threads.

    `target` is a gRPC target such as `127.0.0.1:50051`; `timeout` is the deadline in seconds of a call that names no other.
    Without `credentials` the connection is not encrypted. Every method raises a `PiiprobeError` where it has no answer.
    """

    def __init__(
        self, target: str = "127.0.0.1:50051", *, timeout: float = 30.0, credentials: grpc.ChannelCredentials | None = None
    ) -> None:
        # Findings can outweigh their text, and an answer that is worked out must not be lost to the default limit of 4 MiB.
        options = [("grpc.max_receive_message_length", -1), ("grpc.max_send_message_length", -1)]
        self._channel = (
            grpc.secure_channel(target, credentials, options) if credentials else grpc.insecure_channel(target, options)
        )
        self._stub = pii_pb2_grpc.PiiServiceStub(self._channel)
        self._timeout = timeout

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Ends all calls and the connection."""
        self._channel.close()

    def detect(
        self, text: str, *, entity_types: Iterable[str] = (), top_features: int | None = None, timeout: float | None = None
    ) -> Result:
        """The PII of `text`; each finding lists at most `top_features` features (the server's default where None)."""
        request = pii_pb2.DetectRequest(
            document=_document(Document(text), "document"), options=_options(entity_types, top_features)
        )
        response = self._call(self._stub.Detect, request, timeout)
        _check_offsets(response.offset_encoding)
        if not response.HasField("result"):
            raise ServerError("INTERNAL", "the answer holds no result")
        return _result(response.id, response.result, _model(response.model))

    def detect_batch(
        self,
        documents: Iterable[str | Document],
        *,
        entity_types: Iterable[str] = (),
        top_features: int | None = None,
        timeout: float | None = None,
    ) -> list[Result | DocumentFailure]:
        """One outcome for each document, in their order; look for `DocumentFailure` before trusting that nothing was found."""
        sent = [Document(document) if isinstance(document, str) else document for document in documents]
        request = pii_pb2.BatchDetectRequest(
            documents=[_document(document, f"documents[{index}]") for index, document in enumerate(sent)],
            options=_options(entity_types, top_features),
        )
        response = self._call(self._stub.BatchDetect, request, timeout)
        _check_offsets(response.offset_encoding)
        if [outcome.id for outcome in response.results] != [document.id for document in sent]:
            raise ServerError("INTERNAL", "the results are not those of the documents that were sent")
        model = _model(response.model)
        return [_outcome(outcome, model) for outcome in response.results]

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
        )

    def entity_types(self, *, timeout: float | None = None) -> tuple[EntityType, ...]:
        """What the server can find."""
        response = self._call(self._stub.ListEntityTypes, pii_pb2.ListEntityTypesRequest(), timeout)
        return tuple(EntityType(kind.name, kind.description, kind.threshold) for kind in response.entity_types)

    def _call(self, method: Callable[..., _Response], request: Message, timeout: float | None) -> _Response:
        try:
            return method(request, timeout=self._timeout if timeout is None else timeout)
        except grpc.RpcError as error:
            raise from_rpc_error(error) from None


def _document(document: Document, field: str) -> pii_pb2.Document:
    try:
        return pii_pb2.Document(id=document.id, text=document.text)
    except UnicodeEncodeError:
        problem = "holds a lone surrogate, which is not valid Unicode"
    # Raised outside the handler, because the original error holds the whole text.
    raise InvalidArgumentError(f"{field} {problem}", {field: problem})


def _options(entity_types: Iterable[str], top_features: int | None) -> pii_pb2.DetectOptions:
    return pii_pb2.DetectOptions(
        entity_types=entity_types, top_features=top_features, offset_encoding=pii_pb2.OFFSET_ENCODING_CODE_POINTS
    )


def _check_offsets(encoding: pii_pb2.OffsetEncoding.ValueType) -> None:
    if encoding != pii_pb2.OFFSET_ENCODING_CODE_POINTS:
        raise ServerError("INTERNAL", "the server does not count offsets in code points")


def _outcome(outcome: pii_pb2.DocumentResult, model: ModelVersion) -> Result | DocumentFailure:
    match outcome.WhichOneof("outcome"):
        case "findings":
            return _result(outcome.id, outcome.findings, model)
        case "error":
            return _failure(outcome.id, outcome.error)
        case _:
            raise ServerError("INTERNAL", "a document of the batch has no outcome")


def _failure(document_id: str, error: pii_pb2.DocumentError) -> DocumentFailure:
    known = error.code in code_pb2.Code.values()
    code = code_pb2.Code.Name(error.code) if known else "UNKNOWN"
    return DocumentFailure(document_id, code, error.message, error.field)


def _result(document_id: str, found: pii_pb2.DocumentFindings, model: ModelVersion) -> Result:
    return Result(document_id, _findings(found.findings), found.tokens_processed, model)


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
        )
        for finding in findings
    )


def _model(model: pii_pb2.ModelVersion) -> ModelVersion:
    return ModelVersion(model.name, model.version, model.digest)

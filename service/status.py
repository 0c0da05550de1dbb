"""What each failure is on the wire: a gRPC status with a fixed message and, for bad input, the fields."""

from __future__ import annotations

from typing import Any, NoReturn

import grpc
from google.protobuf import any_pb2, duration_pb2
from google.protobuf.message import Message
from google.rpc import code_pb2, error_details_pb2, status_pb2
from grpc_status import rpc_status

from piiprobe.v1 import pii_pb2
from service.errors import DetectorFailedError, EngineUnavailableError, ExpiredError, OverloadedError
from service.observer import Rejection
from service.validation import InvalidRequestError, Violation

_INTERNAL = (grpc.StatusCode.INTERNAL, "the server failed; nothing is known about the text")
_FIXED: dict[type[Exception], tuple[grpc.StatusCode, str]] = {
    EngineUnavailableError: (grpc.StatusCode.UNAVAILABLE, "the model is loading or the server is stopping"),
    DetectorFailedError: (grpc.StatusCode.INTERNAL, "the detector failed; nothing is known about the text"),
    ExpiredError: (grpc.StatusCode.DEADLINE_EXCEEDED, "the deadline passes before the text could be read"),
    NotImplementedError: (grpc.StatusCode.UNIMPLEMENTED, "the server does not have this method"),
    TimeoutError: (grpc.StatusCode.DEADLINE_EXCEEDED, "the deadline that the server sets passed"),
}


def is_expected(error: Exception) -> bool:
    """Whether `error` is an answer rather than a fault of the server."""
    return isinstance(error, (InvalidRequestError, OverloadedError)) or type(error) in _FIXED


def rejection(error: Exception) -> Rejection | None:
    """Why a request was refused; None where it was not, but failed."""
    match error:
        case OverloadedError():
            return "queue_documents" if error.full == "documents" else "queue_tokens"
        case InvalidRequestError():
            return "invalid"
        case EngineUnavailableError():
            return "unavailable"
        case ExpiredError() | TimeoutError():
            return "expired"
        case _:
            return None


async def abort(context: grpc.aio.ServicerContext[Any, Any], error: Exception) -> NoReturn:
    """Ends the call with the status of `error`."""
    detailed = _detailed(error)
    if detailed:
        status: Any = rpc_status.to_status(detailed)
        await context.abort(status.code, status.details, status.trailing_metadata)
    await context.abort(*_FIXED.get(type(error), _INTERNAL))


def document_error(problem: Violation | DetectorFailedError | ExpiredError) -> pii_pb2.DocumentError:
    """The error of one document of a batch or stream."""
    if not isinstance(problem, Violation):
        code, message = _FIXED[type(problem)]
        return pii_pb2.DocumentError(code=code.value[0], message=message)
    return pii_pb2.DocumentError(code=code_pb2.INVALID_ARGUMENT, message=_sentence(problem), field=problem.field)


def _detailed(error: Exception) -> status_pb2.Status | None:
    match error:
        case InvalidRequestError():
            return _bad_request(error.violations)
        case OverloadedError():
            return _queue_full(error.retry_after_s)
        case _:
            return None


def _bad_request(violations: tuple[Violation, ...]) -> status_pb2.Status:
    fields = [
        error_details_pb2.BadRequest.FieldViolation(field=violation.field, description=violation.message)
        for violation in violations
    ]
    message = "; ".join(map(_sentence, violations)) or "the request is not a valid message"
    return _status(code_pb2.INVALID_ARGUMENT, message, error_details_pb2.BadRequest(field_violations=fields))


def _queue_full(retry_after_s: float) -> status_pb2.Status:
    delay = duration_pb2.Duration()
    delay.FromMilliseconds(round(retry_after_s * 1000))
    return _status(
        code_pb2.RESOURCE_EXHAUSTED,
        "the queue is full; nothing of the request was read",
        error_details_pb2.ErrorInfo(reason="QUEUE_FULL", domain="piiprobe"),
        error_details_pb2.RetryInfo(retry_delay=delay),
    )


def _status(code: int, message: str, *details: Message) -> status_pb2.Status:
    packed = [any_pb2.Any() for _ in details]
    for each, detail in zip(packed, details, strict=True):
        each.Pack(detail)
    return status_pb2.Status(code=code, message=message, details=packed)


def _sentence(violation: Violation) -> str:
    return f"{violation.field} {violation.message}"

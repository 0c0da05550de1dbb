"""What each failure is on the wire: a gRPC status with a fixed message and, for bad input, the fields."""

from __future__ import annotations

from typing import Any, NoReturn

import grpc
from google.protobuf import any_pb2
from google.rpc import code_pb2, error_details_pb2, status_pb2
from grpc_status import rpc_status

from piiprobe.v1 import pii_pb2
from service.engine import DetectorFailedError, EngineUnavailableError
from service.validation import InvalidRequestError, Violation

_INTERNAL = (grpc.StatusCode.INTERNAL, "the server failed; nothing is known about the text")
_FIXED: dict[type[Exception], tuple[grpc.StatusCode, str]] = {
    EngineUnavailableError: (grpc.StatusCode.UNAVAILABLE, "the model is loading or the server is stopping"),
    DetectorFailedError: (grpc.StatusCode.INTERNAL, "the detector failed; nothing is known about the text"),
    TimeoutError: (grpc.StatusCode.DEADLINE_EXCEEDED, "the server's default deadline passed"),
}


def is_expected(error: Exception) -> bool:
    """Whether `error` is an answer rather than a fault of the server."""
    return isinstance(error, InvalidRequestError) or type(error) in _FIXED


async def abort(context: grpc.aio.ServicerContext[Any, Any], error: Exception) -> NoReturn:
    """Ends the call with the status of `error`."""
    if isinstance(error, InvalidRequestError):
        status: Any = rpc_status.to_status(_bad_request(error.violations))
        await context.abort(status.code, status.details, status.trailing_metadata)
    await context.abort(*_FIXED.get(type(error), _INTERNAL))


def document_error(violation: Violation) -> pii_pb2.DocumentError:
    """The error of one document of a batch."""
    return pii_pb2.DocumentError(code=code_pb2.INVALID_ARGUMENT, message=_sentence(violation), field=violation.field)


def _bad_request(violations: tuple[Violation, ...]) -> status_pb2.Status:
    detail = any_pb2.Any()
    detail.Pack(
        error_details_pb2.BadRequest(
            field_violations=[
                error_details_pb2.BadRequest.FieldViolation(field=violation.field, description=violation.message)
                for violation in violations
            ]
        )
    )
    message = "; ".join(map(_sentence, violations)) or "the request is not a valid message"
    return status_pb2.Status(code=code_pb2.INVALID_ARGUMENT, message=message, details=[detail])


def _sentence(violation: Violation) -> str:
    return f"{violation.field} {violation.message}"

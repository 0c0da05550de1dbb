"""Errors of a call; their messages hold no input text."""

from __future__ import annotations

import grpc
from google.rpc import error_details_pb2
from grpc_status import rpc_status


class PiiprobeError(Exception):
    """A call that gave no answer; `code` is the gRPC code's name. Base of all errors that the client raises."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(f"{code}: {message}")
        self.code = code
        self.message = message


class InvalidArgumentError(PiiprobeError):
    """The request is wrong: `fields` maps each wrong field, such as `document.text`, to what is wrong with it."""

    def __init__(self, message: str, fields: dict[str, str]) -> None:
        super().__init__("INVALID_ARGUMENT", message)
        self.fields = fields


class UnavailableError(PiiprobeError):
    """The server cannot be reached, is loading its model, or is draining. The same call may succeed later."""


class UnauthenticatedError(PiiprobeError):
    """The server asks for a bearer token that it knows."""


class DeadlineExceededError(PiiprobeError):
    """The answer did not come in time."""


class ResourceExhaustedError(PiiprobeError):
    """A message is over the size limit, or the server has too much to do."""


class ServerError(PiiprobeError):
    """The server failed, or its answer does not fit the request."""


_BY_CODE: dict[grpc.StatusCode, type[PiiprobeError]] = {
    grpc.StatusCode.UNAVAILABLE: UnavailableError,
    # How grpc ends calls that a stopping server has not taken yet (https://github.com/grpc/grpc/issues/41785). This client
    # cancels none itself.
    grpc.StatusCode.CANCELLED: UnavailableError,
    grpc.StatusCode.UNAUTHENTICATED: UnauthenticatedError,
    grpc.StatusCode.DEADLINE_EXCEEDED: DeadlineExceededError,
    grpc.StatusCode.RESOURCE_EXHAUSTED: ResourceExhaustedError,
    grpc.StatusCode.INTERNAL: ServerError,
    grpc.StatusCode.UNKNOWN: ServerError,
    grpc.StatusCode.DATA_LOSS: ServerError,
}


def from_rpc_error(error: grpc.RpcError) -> PiiprobeError:
    """The typed error for what a stub raised."""
    if not isinstance(error, grpc.Call):
        return ServerError("UNKNOWN", "the call failed without a status")
    code, message = error.code(), error.details() or "no details"
    if code is grpc.StatusCode.INVALID_ARGUMENT:
        return InvalidArgumentError(message, _fields(error))
    return _BY_CODE.get(code, PiiprobeError)(code.name, message)


def _fields(call: grpc.Call) -> dict[str, str]:
    try:
        status = rpc_status.from_call(call)
    except ValueError:
        return {}
    fields: dict[str, str] = {}
    for detail in status.details if status else ():
        bad_request = error_details_pb2.BadRequest()
        if detail.Unpack(bad_request):
            fields.update({violation.field: violation.description for violation in bad_request.field_violations})
    return fields

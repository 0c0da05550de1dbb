"""Errors of a call; their messages hold no input text."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import grpc
from google.protobuf.any_pb2 import Any as Packed
from google.rpc import code_pb2, error_details_pb2
from grpc_status import rpc_status


class PiiprobeError(Exception):
    """A call that gave no answer. Base of all errors that the client raises.

    Attributes:
        code: the gRPC code's name.
        message: what happened, in English.
        reason: why, for programs, where the server says so: `QUEUE_FULL`.
    """

    def __init__(self, code: str, message: str, reason: str = "") -> None:
        super().__init__(code, message, reason)
        self.code = code
        self.message = message
        self.reason = reason

    def __str__(self) -> str:
        return f"{self.code}: {self.message}"


class InvalidArgumentError(PiiprobeError):
    """The request is wrong: `fields` maps each wrong field, such as `document.text`, to what is wrong with it."""

    def __init__(self, message: str, fields: dict[str, str], reason: str = "") -> None:
        super().__init__("INVALID_ARGUMENT", message, reason)
        # What pickle gives to the constructor.
        self.args = (message, fields, reason)
        self.fields = fields


class UnavailableError(PiiprobeError):
    """The server cannot be reached, is loading its model, or is stopping. The same call may succeed later."""


class UnauthenticatedError(PiiprobeError):
    """The server asks for a bearer token that it knows."""


class DeadlineExceededError(PiiprobeError):
    """The answer did not come in time."""


class ResourceExhaustedError(PiiprobeError):
    """The server has too much to do for `retry_after_s` seconds; where that is None, a message is over the size limit."""

    def __init__(self, code: str, message: str, reason: str = "", retry_after_s: float | None = None) -> None:
        super().__init__(code, message, reason)
        self.args = (code, message, reason, retry_after_s)
        self.retry_after_s = retry_after_s


class ServerError(PiiprobeError):
    """The server failed."""


class MismatchError(ServerError):
    """The server's answer does not fit the request."""

    def __init__(self, message: str) -> None:
        super().__init__("INTERNAL", message)
        self.args = (message,)


class ForkedClientError(PiiprobeError):
    """The client was used before this process was forked off, and connections do not survive that: make one in each process."""

    def __init__(self) -> None:
        super().__init__("FAILED_PRECONDITION", "the client is of the process that this one was forked from: make another")
        self.args = ()


_BY_CODE: dict[str, type[PiiprobeError]] = {
    "UNAVAILABLE": UnavailableError,
    # How grpc ends calls that a stopping server has not taken yet (https://github.com/grpc/grpc/issues/41785), and those that
    # outlive its grace. This client raises no error for those that it cancels itself.
    "CANCELLED": UnavailableError,
    "UNAUTHENTICATED": UnauthenticatedError,
    "DEADLINE_EXCEEDED": DeadlineExceededError,
    "RESOURCE_EXHAUSTED": ResourceExhaustedError,
    "INTERNAL": ServerError,
    "UNKNOWN": ServerError,
    "DATA_LOSS": ServerError,
}


def from_rpc_error(error: grpc.RpcError) -> PiiprobeError:
    """The typed error for what a stub, blocking or not, raised."""
    # Of grpc's two kinds of errors that have a status, only one is a `grpc.Call`.
    call: Any = error
    if not isinstance(error, (grpc.Call, grpc.aio.AioRpcError)):
        return ServerError("UNKNOWN", "the call failed without a status")
    code, message = call.code().name, call.details() or "no details"
    bad_request, info, retry = error_details_pb2.BadRequest(), error_details_pb2.ErrorInfo(), error_details_pb2.RetryInfo()
    told_when = False
    for detail in _details(call):
        told_when |= detail.Unpack(retry)
        _ = detail.Unpack(info) or detail.Unpack(bad_request)
    if code == "INVALID_ARGUMENT":
        fields = {violation.field: violation.description for violation in bad_request.field_violations}
        return InvalidArgumentError(message, fields, info.reason)
    if code == "RESOURCE_EXHAUSTED" and told_when:
        return ResourceExhaustedError(code, message, info.reason, retry.retry_delay.ToMilliseconds() / 1000)
    return _BY_CODE.get(code, PiiprobeError)(code, message, info.reason)


def from_code(code: int, message: str, field: str) -> PiiprobeError:
    """The typed error for the `DocumentError` of a document that was alone."""
    name = code_name(code)
    if name == "INVALID_ARGUMENT":
        return InvalidArgumentError(message, {field: message} if field else {})
    return _BY_CODE.get(name, PiiprobeError)(name, message)


def code_name(code: int) -> str:
    """The name of a `google.rpc.Code`; of one that is none, `UNKNOWN`."""
    return code_pb2.Code.Name(code) if code in code_pb2.Code.values() else "UNKNOWN"


def _details(call: grpc.Call) -> Iterator[Packed]:
    try:
        status = rpc_status.from_call(call)
    except ValueError:
        return
    yield from status.details if status else ()

"""Stands around every method of the service: no exception reaches grpc, which would send and log its message."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable
from typing import Any, TypeAlias

import grpc
from google.protobuf.message import DecodeError

from service.faults import describe
from service.observer import Rejection
from service.status import abort, is_expected, rejection
from service.validation import InvalidRequestError

log = logging.getLogger(__name__)

# Subscripted, it exists for type checkers only.
Handler: TypeAlias = "grpc.RpcMethodHandler[Any, Any]"
Context = grpc.aio.ServicerContext[Any, Any]

_UNREADABLE = object()


class Guard(grpc.aio.ServerInterceptor):
    """The innermost interceptor. It guards the unary methods of `prefix`, and lets no other kind of method there be called."""

    def __init__(self, prefix: str, on_rejected: Callable[[Rejection], None] = lambda _: None) -> None:
        self._prefix = prefix
        self._on_rejected = on_rejected

    async def intercept_service(
        self, continuation: Callable[[grpc.HandlerCallDetails], Awaitable[Handler | None]], details: grpc.HandlerCallDetails
    ) -> Handler | None:
        handler = await continuation(details)
        if handler is None or not details.method.startswith(self._prefix):
            return handler
        if handler.unary_unary is None:
            raise NotImplementedError("Guard does not know how to guard a streaming method")
        return grpc.unary_unary_rpc_method_handler(
            self._guarded(details.method, handler.unary_unary),
            _tolerant(handler.request_deserializer),
            handler.response_serializer,
        )

    def _guarded(self, method: str, behavior: Callable[[Any, Any], Any]) -> Callable[[Any, Context], Awaitable[Any]]:
        async def guarded(request: Any, context: Context) -> Any:
            try:
                if request is _UNREADABLE:
                    raise InvalidRequestError
                return await behavior(request, context)
            except grpc.aio.AbortError:
                raise
            except Exception as error:
                if not is_expected(error):
                    log.error("%s failed: %s", method, describe(error))
                failure = error
            if reason := rejection(failure):
                self._on_rejected(reason)
            # Outside the handler, so that the status has no exception behind it that grpc could quote.
            return await abort(context, failure)

        return guarded


def _tolerant(deserialize: Callable[[bytes], Any] | None) -> Callable[[bytes], Any] | None:
    if deserialize is None:
        return None

    def tolerant(data: bytes) -> Any:
        try:
            return deserialize(data)
        except DecodeError:
            return _UNREADABLE

    return tolerant

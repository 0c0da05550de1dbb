"""Stands around every method of the server: no exception reaches grpc, which would send and log its message."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable, Iterator
from typing import Any, TypeAlias

import grpc
from google.protobuf.message import DecodeError

from service.errors import EngineUnavailableError
from service.faults import describe
from service.observer import Rejection
from service.status import abort, is_expected, rejection
from service.validation import InvalidRequestError

log = logging.getLogger(__name__)

# Subscripted, it exists for type checkers only.
Handler: TypeAlias = "grpc.RpcMethodHandler[Any, Any]"
Context = grpc.aio.ServicerContext[Any, Any]

_UNREADABLE = object()

# By whether requests and responses are streams.
_KINDS: dict[tuple[bool, bool], Callable[..., Handler]] = {
    (False, False): grpc.unary_unary_rpc_method_handler,
    (False, True): grpc.unary_stream_rpc_method_handler,
    (True, False): grpc.stream_unary_rpc_method_handler,
    (True, True): grpc.stream_stream_rpc_method_handler,
}


class OneMessage(grpc.aio.ServerInterceptor):
    """Stands around the other interceptors: to them, a call that ends without its one message has an unreadable one.

    grpc would leave such a call without an answer for ever.
    """

    async def intercept_service(
        self, continuation: Callable[[grpc.HandlerCallDetails], Awaitable[Handler | None]], details: grpc.HandlerCallDetails
    ) -> Handler | None:
        handler = await continuation(details)
        if handler is None or handler.request_streaming:
            return handler

        async def read_one(requests: AsyncIterator[Any], context: Context) -> Any:
            request = await anext(requests, _UNREADABLE)
            return await _written(_behavior(handler)(request, context), context)

        return _KINDS[True, bool(handler.response_streaming)](read_one, handler.request_deserializer, handler.response_serializer)


class Guard(grpc.aio.ServerInterceptor):
    """The innermost interceptor: lets no exception out. It counts the calls of `prefix`, and refuses them once told to.

    Calls `on_rejected` with the reason where one of them was refused.
    """

    def __init__(self, prefix: str, on_rejected: Callable[[Rejection], None] = lambda _: None) -> None:
        self._prefix = prefix
        self._on_rejected = on_rejected
        self._refusing = False
        self._calls = 0
        self._idle = asyncio.Event()
        self._idle.set()

    async def refuse(self, grace_s: float) -> None:
        """Answers new calls with UNAVAILABLE from now on; returns when those in flight have ended, or `grace_s` seconds later."""
        self._refusing = True
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._idle.wait(), grace_s)

    async def intercept_service(
        self, continuation: Callable[[grpc.HandlerCallDetails], Awaitable[Handler | None]], details: grpc.HandlerCallDetails
    ) -> Handler | None:
        handler = await continuation(details)
        if handler is None:
            return None
        return _KINDS[bool(handler.request_streaming), bool(handler.response_streaming)](
            self._guarded(details.method, handler), _tolerant(handler.request_deserializer), handler.response_serializer
        )

    def _guarded(self, method: str, handler: Handler) -> Callable[[Any, Context], Awaitable[Any]]:
        async def guarded(request: Any, context: Context) -> Any:
            try:
                with self._counted() if method.startswith(self._prefix) else contextlib.nullcontext():
                    return await _answer(handler, request, context)
            except grpc.aio.BaseError:
                # An abort, or a message to a caller who has left. They say nothing of the request.
                raise
            except Exception as error:
                if not is_expected(error):
                    log.error("%s failed: %s", method, describe(error))
                failure = error
            if method.startswith(self._prefix) and (reason := rejection(failure)):
                self._on_rejected(reason)
            # Outside the handler, so that the status has no exception behind it that grpc could quote.
            return await abort(context, failure)

        return guarded

    @contextlib.contextmanager
    def _counted(self) -> Iterator[None]:
        if self._refusing:
            raise EngineUnavailableError
        self._calls += 1
        self._idle.clear()
        try:
            yield
        finally:
            self._calls -= 1
            if not self._calls:
                self._idle.set()


async def _answer(handler: Handler, request: Any, context: Context) -> Any:
    if handler.request_streaming:
        request = _readable(request)
    elif request is _UNREADABLE:
        raise InvalidRequestError
    return await _written(_behavior(handler)(request, context), context)


def _behavior(handler: Handler) -> Any:
    return handler.unary_unary or handler.unary_stream or handler.stream_unary or handler.stream_stream


async def _written(answer: Any, context: Context) -> Any:
    """The answer of a method; where it is a generator, its messages are written instead."""
    if not isinstance(answer, AsyncGenerator):
        return await answer
    async with contextlib.aclosing(answer):
        async for message in answer:
            await context.write(message)
    return None


async def _readable(requests: AsyncIterator[Any]) -> AsyncIterator[Any]:
    async for request in requests:
        if request is _UNREADABLE:
            raise InvalidRequestError
        yield request


def _tolerant(deserialize: Callable[[bytes], Any] | None) -> Callable[[bytes], Any] | None:
    if deserialize is None:
        return None

    def tolerant(data: bytes) -> Any:
        try:
            return deserialize(data)
        except DecodeError:
            return _UNREADABLE

    return tolerant

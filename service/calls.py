"""Counts calls under the names that go-grpc-middleware gave them, which stock dashboards know.

https://github.com/grpc-ecosystem/go-grpc-middleware/tree/main/providers/prometheus
"""

from __future__ import annotations

import inspect
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, TypeAlias

import grpc
from google.protobuf.descriptor import ServiceDescriptor
from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram

if TYPE_CHECKING:
    from service.tracing import Tracing

# Subscripted, it exists for type checkers only.
Handler: TypeAlias = "grpc.RpcMethodHandler[Any, Any]"
Context = grpc.aio.ServicerContext[Any, Any]

_SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0)
_LABELS = ("grpc_type", "grpc_service", "grpc_method")


class Calls(grpc.aio.ServerInterceptor):
    """The outermost interceptor, so that it sees the status that the caller sees.

    Counts the methods of `services` alone: any other name is the caller's, and would be a series of its own.
    With `tracing` each call is a span as well, and the span's trace is the exemplar of its duration.
    """

    def __init__(
        self, registry: CollectorRegistry, services: Sequence[ServiceDescriptor], tracing: Tracing | None = None
    ) -> None:
        self._tracing = tracing
        self._started = Counter("grpc_server_started_total", "Calls begun.", _LABELS, registry=registry)
        self._handled = Counter("grpc_server_handled_total", "Calls ended.", (*_LABELS, "grpc_code"), registry=registry)
        self._received = Counter("grpc_server_msg_received_total", "Messages received.", _LABELS, registry=registry)
        self._sent = Counter("grpc_server_msg_sent_total", "Messages sent.", _LABELS, registry=registry)
        self._seconds = Histogram(
            "grpc_server_handling_seconds", "Seconds until a call ended.", _LABELS, registry=registry, buckets=_SECONDS
        )
        self._inflight = Gauge("piiprobe_inflight_requests", "Calls that are being answered.", registry=registry)
        # From the contract, not from the handler: a call that is refused has another kind of handler.
        self._labels = {
            f"/{service.full_name}/{method.name}": (
                _type(method.client_streaming, method.server_streaming),
                service.full_name,
                method.name,
            )
            for service in services
            for method in service.methods
        }
        for labels in self._labels.values():
            for metric in (self._started, self._received, self._sent, self._seconds):
                metric.labels(*labels)
            for code in grpc.StatusCode:
                self._handled.labels(*labels, code.name)

    async def intercept_service(
        self, continuation: Callable[[grpc.HandlerCallDetails], Awaitable[Handler | None]], details: grpc.HandlerCallDetails
    ) -> Handler | None:
        handler = await continuation(details)
        labels = self._labels.get(details.method)
        if handler is None or labels is None:
            return handler
        return _with_behavior(handler, lambda behavior: self._counted(behavior, handler, labels))

    def _counted(self, behavior: Callable[[Any, Any], Any], handler: Handler, labels: tuple[str, str, str]) -> Any:
        def incoming(request: Any) -> Any:
            if not handler.request_streaming:
                self._received.labels(*labels).inc()
                return request
            return self._each(request, self._received.labels(*labels))

        async def unary(request: Any, context: Context) -> Any:
            with self._call(context, labels):
                response = await behavior(incoming(request), context)
                self._sent.labels(*labels).inc()
                return response

        async def generated(request: Any, context: Context) -> AsyncIterator[Any]:
            with self._call(context, labels):
                async for response in self._each(behavior(incoming(request), context), self._sent.labels(*labels)):
                    yield response

        async def written(request: Any, context: Context) -> None:
            with self._call(context, labels):
                await behavior(incoming(request), _Counting(context, self._sent.labels(*labels)))

        if not handler.response_streaming:
            return unary
        return generated if inspect.isasyncgenfunction(behavior) else written

    @contextmanager
    def _call(self, context: Context, labels: tuple[str, str, str]) -> Iterator[None]:
        self._started.labels(*labels).inc()
        self._inflight.inc()
        metadata: Any = context.invocation_metadata() or ()
        span = self._tracing.begin(*labels[1:], dict(metadata)) if self._tracing else None
        began = time.perf_counter()
        code = grpc.StatusCode.UNKNOWN
        try:
            yield
            code = _code_of(context)
        except grpc.aio.AbortError:
            code = _code_of(context)
            raise
        except BaseException as error:
            if isinstance(error, Exception):
                # An error that cannot be sent, because the caller's deadline passed meanwhile, was chosen all the same. What else
                # cannot be sent has nobody left to read it.
                gone = isinstance(error, grpc.aio.InternalError)
                code = _code_of(context, grpc.StatusCode.CANCELLED if gone else grpc.StatusCode.UNKNOWN)
            else:
                # grpc cancels the handler where the caller left and where his deadline passed.
                remaining = context.time_remaining()
                late = remaining is not None and remaining <= 0
                code = grpc.StatusCode.DEADLINE_EXCEEDED if late else grpc.StatusCode.CANCELLED
            raise
        finally:
            self._inflight.dec()
            self._handled.labels(*labels, code.name).inc()
            trace_id = self._tracing.end(span, code) if self._tracing and span else None
            exemplar = {"trace_id": trace_id} if trace_id else None
            self._seconds.labels(*labels).observe(time.perf_counter() - began, exemplar)

    @staticmethod
    async def _each(messages: AsyncIterator[Any], count: Counter) -> AsyncIterator[Any]:
        async for message in messages:
            count.inc()
            yield message


class _Counting:
    """A context that counts what is written to it."""

    def __init__(self, context: Context, sent: Counter) -> None:
        self._context, self._sent = context, sent

    def __getattr__(self, name: str) -> Any:
        return getattr(self._context, name)

    async def write(self, message: Any) -> None:
        await self._context.write(message)
        self._sent.inc()


def _with_behavior(handler: Handler, wrap: Callable[[Any], Any]) -> Handler:
    makers = {
        (False, False): (grpc.unary_unary_rpc_method_handler, handler.unary_unary),
        (False, True): (grpc.unary_stream_rpc_method_handler, handler.unary_stream),
        (True, False): (grpc.stream_unary_rpc_method_handler, handler.stream_unary),
        (True, True): (grpc.stream_stream_rpc_method_handler, handler.stream_stream),
    }
    make, behavior = makers[handler.request_streaming, handler.response_streaming]
    return make(wrap(behavior), handler.request_deserializer, handler.response_serializer)


def _type(client_streaming: bool, server_streaming: bool) -> str:
    return {
        (False, False): "unary",
        (True, False): "client_stream",
        (False, True): "server_stream",
        (True, True): "bidi_stream",
    }[client_streaming, server_streaming]


def _code_of(context: Context, unset: grpc.StatusCode = grpc.StatusCode.OK) -> grpc.StatusCode:
    code: Any = context.code()
    # Nobody sets it where all is well, and who aborts sets the enumeration's value.
    return code if isinstance(code, grpc.StatusCode) else unset

"""OpenTelemetry spans of calls, where they are wanted: names, codes and times, never text.

Not opentelemetry-instrumentation-grpc: it records exceptions with their messages, which may quote what was sent. Attributes are
those of https://opentelemetry.io/docs/specs/semconv/rpc/grpc/.
"""

from __future__ import annotations

from collections.abc import Mapping

import grpc
from opentelemetry.exporter.otlp.proto.grpc.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import SERVICE_NAME, SERVICE_VERSION, Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor, SpanExporter
from opentelemetry.trace import Span, SpanKind, StatusCode, format_trace_id
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

from service.config import server_version

# The codes by which a server says that it is to blame.
_FAULTS = frozenset({"UNKNOWN", "DEADLINE_EXCEEDED", "UNIMPLEMENTED", "INTERNAL", "UNAVAILABLE", "DATA_LOSS"})


class Tracing:
    """Spans of a provider of our own, which no library adds to."""

    def __init__(self, exporter: SpanExporter | None = None) -> None:
        """Without an exporter: OTLP over gRPC to where `OTEL_EXPORTER_OTLP_ENDPOINT` says."""
        resource = Resource.create({SERVICE_NAME: "piiprobe", SERVICE_VERSION: server_version()})
        self._provider = TracerProvider(resource=resource)
        self._provider.add_span_processor(BatchSpanProcessor(exporter or OTLPSpanExporter()))
        self._tracer = self._provider.get_tracer("piiprobe")
        self._propagator = TraceContextTextMapPropagator()

    def begin(self, service: str, method: str, metadata: Mapping[str, str]) -> Span:
        """The span of a call, under the caller's where the metadata names one."""
        # Two ids and a flag in hexadecimal. `tracestate` would be exported as well, and it is free text.
        carried = {key: metadata[key] for key in ("traceparent",) if key in metadata}
        return self._tracer.start_span(
            f"{service}/{method}",
            context=self._propagator.extract(carried),
            kind=SpanKind.SERVER,
            attributes={"rpc.system.name": "grpc", "rpc.method": f"{service}/{method}"},
        )

    def end(self, span: Span, code: grpc.StatusCode) -> str | None:
        """Ends it; its trace id in hexadecimal, or None where the caller chose not to have it recorded."""
        span.set_attribute("rpc.response.status_code", code.name)
        if code.name in _FAULTS:
            span.set_status(StatusCode.ERROR)
        span.end()
        context = span.get_span_context()
        return format_trace_id(context.trace_id) if context.trace_flags.sampled else None

    def close(self) -> None:
        """Sends what has not been sent."""
        self._provider.shutdown()

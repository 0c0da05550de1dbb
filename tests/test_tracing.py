"""Spans of a real server, collected in memory."""

from __future__ import annotations

import asyncio
import urllib.request
from contextlib import suppress

import grpc
import pytest
from fakes import BREAKS, FakeDetector
from opentelemetry.sdk.trace import ReadableSpan
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from piiprobe.v1 import pii_pb2, pii_pb2_grpc
from service.config import Settings
from service.server import Server
from service.tracing import Tracing

CANARY = "canary-7f3a"
TRACE, PARENT = "0af7651916cd43dd8448eb211c80319c", "b7ad6b7169203331"


async def spans_of(*calls: tuple[pii_pb2.DetectRequest, dict[str, str]]) -> tuple[list[ReadableSpan], str]:
    """The spans of the calls, and the metrics after them."""
    exporter = InMemorySpanExporter()
    tracing = Tracing(exporter)
    server = Server(Settings(port=0, metrics_port=0), FakeDetector, tracing)
    await server.start()
    outcome = asyncio.create_task(server.run())
    await asyncio.wait_for(server.ready.wait(), 5)
    async with grpc.aio.insecure_channel(f"127.0.0.1:{server.port}") as channel:
        for request, metadata in calls:
            with suppress(grpc.aio.AioRpcError):
                await pii_pb2_grpc.PiiServiceStub(channel).Detect(request, metadata=tuple(metadata.items()))
    asked = urllib.request.Request(
        f"http://127.0.0.1:{server.metrics_port}/metrics", headers={"Accept": "application/openmetrics-text"}
    )
    with await asyncio.to_thread(urllib.request.urlopen, asked) as answer:
        metrics = answer.read().decode()
    server.stop()
    await asyncio.wait_for(outcome, 10)
    tracing.close()
    return list(exporter.get_finished_spans()), metrics


def request(text: str) -> pii_pb2.DetectRequest:
    return pii_pb2.DetectRequest(document=pii_pb2.Document(text=text))


async def test_a_call_is_a_span_under_the_callers_and_an_exemplar() -> None:
    (span,), metrics = await spans_of((request("a"), {"traceparent": f"00-{TRACE}-{PARENT}-01"}))
    assert span.parent
    assert (f"{span.context.trace_id:032x}", f"{span.parent.span_id:016x}") == (TRACE, PARENT)
    assert span.name == "piiprobe.v1.PiiService/Detect"
    assert span.attributes
    assert (span.attributes["rpc.response.status_code"], span.status.is_ok) == ("OK", True)
    assert f'trace_id="{TRACE}"' in metrics


async def test_what_a_caller_does_not_sample_is_no_exemplar() -> None:
    spans, metrics = await spans_of((request("a"), {"traceparent": f"00-{TRACE}-{PARENT}-00"}))
    assert not spans
    assert "trace_id" not in metrics


@pytest.mark.parametrize(
    ("wrong", "code", "is_fault"),
    [
        (request(f"{BREAKS} {CANARY}"), "INTERNAL", True),
        (pii_pb2.DetectRequest(options=pii_pb2.DetectOptions(entity_types=[CANARY])), "INVALID_ARGUMENT", False),
    ],
)
async def test_failures_are_told_without_text(wrong: pii_pb2.DetectRequest, code: str, is_fault: bool) -> None:
    (span,), _ = await spans_of((wrong, {"x-canary": CANARY}))
    assert span.attributes
    assert span.attributes["rpc.response.status_code"] == code
    assert (not span.status.is_ok) == is_fault
    assert CANARY not in span.to_json()
    assert not span.events

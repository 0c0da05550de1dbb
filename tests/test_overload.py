"""A real server that gets more than it can read."""

from __future__ import annotations

import asyncio
from typing import Any

import grpc
import pytest
from conftest import Running, Start
from fakes import SLOW, Calls
from google.rpc import error_details_pb2, status_pb2
from grpc_health.v1 import health_pb2, health_pb2_grpc
from grpc_status import rpc_status

from piiprobe import PiiClient, ResourceExhaustedError
from piiprobe.v1 import pii_pb2
from service.health import PII_SERVICE

CANARY = "canary-7f3a"


def request(text: str) -> pii_pb2.DetectRequest:
    return pii_pb2.DetectRequest(document=pii_pb2.Document(text=text))


def batch(*texts: str) -> pii_pb2.BatchDetectRequest:
    return pii_pb2.BatchDetectRequest(documents=[pii_pb2.Document(text=text) for text in texts])


async def filled(server: Running, *texts: str) -> list[asyncio.Future[Any]]:
    """Calls that wait, all but the first in the queue behind it, until `go_on`."""
    calls = [asyncio.ensure_future(server.stub.Detect(request(SLOW)))]
    assert await asyncio.to_thread(server.detector.started.wait, 5)
    arrivals = Calls(server.server._engine._queue, "put")
    calls += [asyncio.ensure_future(server.stub.Detect(request(text))) for text in texts]
    await arrivals.wait(len(texts))
    return calls


def overload_of(error: grpc.aio.AioRpcError) -> tuple[error_details_pb2.ErrorInfo, error_details_pb2.RetryInfo]:
    assert error.code() is grpc.StatusCode.RESOURCE_EXHAUSTED
    assert error.details() == "the queue is full; nothing of the request was read"
    raw = dict(error.trailing_metadata())[rpc_status.GRPC_DETAILS_METADATA_KEY]
    info, retry = error_details_pb2.ErrorInfo(), error_details_pb2.RetryInfo()
    first, second = status_pb2.Status.FromString(raw).details
    assert first.Unpack(info)
    assert second.Unpack(retry)
    return info, retry


@pytest.mark.parametrize(
    ("limits", "full"),
    [({"max_queue_documents": 3}, "documents"), ({"max_queue_tokens": 6}, "tokens")],
    ids=["documents", "tokens"],
)
async def test_a_full_queue_refuses_at_once_and_still_answers_health_checks(
    start: Start, limits: dict[str, int], full: str, caplog: pytest.LogCaptureFixture
) -> None:
    server = await start(workers=1, **limits)
    calls = await filled(server, "a", "b", "c")
    for refused in (server.stub.Detect(request(CANARY)), server.stub.BatchDetect(batch(CANARY, CANARY))):
        with pytest.raises(grpc.aio.AioRpcError) as caught:
            await refused
        info, retry = overload_of(caught.value)
        assert (info.reason, info.domain) == ("QUEUE_FULL", "piiprobe")
        assert retry.retry_delay.ToMilliseconds() >= 100
        assert CANARY not in str(caught.value)
    health = health_pb2_grpc.HealthStub(server.channel)
    for name in ("", PII_SERVICE):
        checked = await health.Check(health_pb2.HealthCheckRequest(service=name), timeout=5)
        assert checked.status == health_pb2.HealthCheckResponse.SERVING
    assert server.server.stats().queue.rejected[full] == 2
    assert not any(call.done() for call in calls)
    server.detector.go_on.set()
    await asyncio.gather(*calls)
    assert (await server.stub.Detect(request("d"))).HasField("result")
    assert server.detector.seen == [SLOW, "a", "b", "c", "d"]
    # An overload is not a fault of the server, and would fill its log.
    assert not caplog.records


async def test_an_idle_server_takes_a_batch_larger_than_its_queue(start: Start) -> None:
    server = await start(workers=1, max_queue_documents=1, max_queue_tokens=1)
    response = await server.stub.BatchDetect(batch(*(f"{index}@example.com" for index in range(20))))
    assert [len(result.findings.findings) for result in response.results] == [1] * 20


async def test_a_batch_is_taken_whole_or_not_at_all(start: Start) -> None:
    server = await start(workers=1, max_queue_documents=3)
    calls = await filled(server, "a")
    with pytest.raises(grpc.aio.AioRpcError) as caught:
        await server.stub.BatchDetect(batch("1", "2", "3"))
    overload_of(caught.value)
    assert server.server.stats().queue.waiting_documents == 1
    whole = asyncio.ensure_future(server.stub.BatchDetect(batch("4", "5")))
    await Calls(server.server._engine._queue, "put").wait()
    server.detector.go_on.set()
    await asyncio.gather(*calls)
    assert len((await whole).results) == 2
    assert server.detector.seen == [SLOW, "a", "4", "5"]


async def test_a_place_that_is_given_up_is_free_for_the_next(start: Start) -> None:
    server = await start(workers=1, max_queue_documents=1)
    calls = await filled(server, "a")
    with pytest.raises(grpc.aio.AioRpcError):
        await server.stub.Detect(request("b"))
    departures, arrivals = Calls(server.server._engine._queue, "leave"), Calls(server.server._engine._queue, "put")
    calls[1].cancel()
    await departures.wait()
    late = asyncio.ensure_future(server.stub.Detect(request("c")))
    await arrivals.wait()
    server.detector.go_on.set()
    assert (await late).HasField("result")
    assert server.detector.seen == [SLOW, "c"]


async def test_the_client_names_the_overload(start: Start) -> None:
    server = await start(workers=1, max_queue_documents=1)
    await filled(server, "a")

    def call() -> None:
        with PiiClient(server.target, timeout=1) as client:
            client.detect("x")

    with pytest.raises(ResourceExhaustedError) as caught:
        await asyncio.to_thread(call)
    assert caught.value.reason == "QUEUE_FULL"
    assert caught.value.retry_after_s is not None

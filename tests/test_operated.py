"""What Prometheus and a kubelet see of a server."""

from __future__ import annotations

import asyncio
import math
import re
import time
import types
import urllib.error
import urllib.request
from typing import Any

import grpc
import pytest
from conftest import Running, Start
from fakes import BREAKS, SLOW, FakeDetector
from grpc_health.v1 import health_pb2, health_pb2_grpc
from prometheus_client import CollectorRegistry
from prometheus_client.parser import text_string_to_metric_families

from piiprobe.v1 import pii_pb2
from probes.entity import ENTITY_TYPES
from probes.judge.equivalent import JudgeEquivalent
from probes.judge.prices import load_prices
from probes.judge.prompt import chat
from service.calls import Calls
from service.health import PII_SERVICE
from service.metrics import STAGES

DETECT = {"grpc_type": "unary", "grpc_service": PII_SERVICE, "grpc_method": "Detect"}


def request(text: str) -> pii_pb2.DetectRequest:
    return pii_pb2.DetectRequest(document=pii_pb2.Document(text=text))


def fetch(server: Running, path: str) -> tuple[int, str]:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{server.server.metrics_port}{path}", timeout=5) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as error:
        return error.code, error.read().decode()


class Samples:
    """One scrape: call it with a name and labels for the value."""

    def __init__(self, text: str) -> None:
        self.families = list(text_string_to_metric_families(text))
        self.values = {
            (sample.name, frozenset(sample.labels.items())): sample.value for family in self.families for sample in family.samples
        }

    def __call__(self, name: str, **labels: str) -> float:
        return self.values[name, frozenset(labels.items())]


async def scrape(server: Running) -> Samples:
    status, text = await asyncio.to_thread(fetch, server, "/metrics")
    assert status == 200
    return Samples(text)


async def test_series_exist_at_zero(start: Start) -> None:
    samples = await scrape(await start())
    for code in grpc.StatusCode:
        assert samples("grpc_server_handled_total", **DETECT, grpc_code=code.name) == 0
    assert samples("grpc_server_handling_seconds_count", **DETECT) == samples("grpc_server_started_total", **DETECT) == 0
    for entity_type in ENTITY_TYPES:
        assert samples("piiprobe_findings_total", entity_type=entity_type) == 0
        assert samples("piiprobe_finding_probability_count", entity_type=entity_type) >= 0
    for reason in ("queue_documents", "queue_tokens", "invalid", "unauthenticated", "unavailable", "expired"):
        assert samples("piiprobe_requests_rejected_total", reason=reason) == 0
    for price in load_prices().all:
        assert samples("piiprobe_llm_judge_equivalent_cost_usd_total", judge=price.name) == 0


async def test_a_call_leaves_its_trace_in_every_stage(start: Start) -> None:
    server = await start()
    before = await scrape(server)
    await server.stub.Detect(request("write to zoë@example.com or to y@example.jp"))
    after = await scrape(server)

    def grown(name: str, **labels: str) -> float:
        return after(name, **labels) - before(name, **labels)

    assert grown("grpc_server_handled_total", **DETECT, grpc_code="OK") == 1
    assert grown("grpc_server_handling_seconds_count", **DETECT) == 1
    assert grown("grpc_server_msg_received_total", **DETECT) == grown("grpc_server_msg_sent_total", **DETECT) == 1
    for stage in STAGES:
        assert grown("piiprobe_stage_duration_seconds_count", stage=stage) == 1
    assert grown("piiprobe_findings_total", entity_type="EMAIL") == 2
    assert grown("piiprobe_finding_probability_bucket", entity_type="EMAIL", le="0.7") == 0
    assert grown("piiprobe_finding_probability_bucket", entity_type="EMAIL", le="0.8") == 2
    assert grown("piiprobe_feature_activation_ratio_sum", entity_type="EMAIL") == 0.5
    assert grown("piiprobe_documents_total", outcome="answered") == 1
    assert grown("piiprobe_document_tokens_sum") == 6
    assert (grown("piiprobe_tokens_total"), grown("piiprobe_batches_total")) == (7, 1)
    assert grown("piiprobe_batch_padding_ratio_sum") == pytest.approx(16 / (7 + 16))
    assert grown("piiprobe_busy_seconds_total") > 0
    assert after("piiprobe_inflight_requests") == 0


async def test_costs_grow_with_time_and_with_texts(start: Start) -> None:
    server = await start(hourly_price_usd=3600.0)
    began = time.monotonic()
    before = await scrape(server)
    await server.stub.Detect(request("write to zoë@example.com"))
    await asyncio.sleep(0.05)
    after = await scrape(server)
    ours = after("piiprobe_compute_cost_usd_total") - before("piiprobe_compute_cost_usd_total")
    assert 0.05 <= ours <= time.monotonic() - began
    equivalent = JudgeEquivalent.measured(load_prices(), lambda texts: [len(text.split()) for text in texts])
    for name, dollars in equivalent.dollars(3, 24, [15]).items():
        assert after("piiprobe_llm_judge_equivalent_cost_usd_total", judge=name) == pytest.approx(dollars)


def test_a_judge_reads_the_prompt_with_every_text_and_writes_what_it_found() -> None:
    equivalent = JudgeEquivalent.measured(load_prices(), lambda texts: [len(text) for text in texts])
    assert equivalent.prompt_tokens == sum(len(message["content"]) for message in chat(""))
    price = load_prices().of_model("gpt-5-mini")
    assert price
    silent, speaking = equivalent.dollars(40, 100, []), equivalent.dollars(40, 100, [10, 20])
    assert silent[price.name] == pytest.approx(price.dollars(equivalent.prompt_tokens + 40, len('{"pii": []}')))
    wrote = 2 * equivalent.quote_tokens + 30 * 40 / 100
    assert speaking[price.name] - silent[price.name] == pytest.approx(price.dollars(0, wrote))


@pytest.mark.parametrize(
    ("wrong", "code", "reason"),
    [
        (pii_pb2.DetectRequest(), "INVALID_ARGUMENT", "invalid"),
        (request(BREAKS), "INTERNAL", None),
    ],
)
async def test_failures_are_counted_by_code_and_reason(start: Start, wrong: Any, code: str, reason: str | None) -> None:
    server = await start()
    with pytest.raises(grpc.aio.AioRpcError):
        await server.stub.Detect(wrong)
    samples = await scrape(server)
    assert samples("grpc_server_handled_total", **DETECT, grpc_code=code) == 1
    assert samples("grpc_server_msg_sent_total", **DETECT) == 0
    if reason:
        assert samples("piiprobe_requests_rejected_total", reason=reason) == 1
    else:
        assert samples("piiprobe_documents_total", outcome="failed") == 1


async def test_a_full_queue_is_counted(start: Start) -> None:
    server = await start(max_queue_documents=1, workers=1)
    first = asyncio.ensure_future(server.stub.Detect(request(SLOW)))
    assert await asyncio.to_thread(server.detector.started.wait, 5)
    waiting = asyncio.ensure_future(server.stub.Detect(request("a b c")))
    while (await scrape(server))("piiprobe_queue_documents") != 1:
        pass
    with pytest.raises(grpc.aio.AioRpcError):
        await server.stub.Detect(request("d"))
    samples = await scrape(server)
    assert samples("piiprobe_requests_rejected_total", reason="queue_documents") == 1
    assert samples("grpc_server_handled_total", **DETECT, grpc_code="RESOURCE_EXHAUSTED") == 1
    assert (samples("piiprobe_queue_tokens"), samples("piiprobe_queue_limit_documents")) == (4, 1)
    assert (samples("piiprobe_reading_batches"), samples("piiprobe_inflight_requests")) == (1, 2)
    waiting.cancel()
    while (await scrape(server))("piiprobe_inflight_requests") > 1:
        pass
    server.detector.go_on.set()
    await first
    samples = await scrape(server)
    assert samples("grpc_server_handled_total", **DETECT, grpc_code="CANCELLED") == 1
    assert samples("piiprobe_documents_dropped_total", reason="cancelled") == 1


async def test_a_deadline_that_passes_is_counted_as_such(start: Start) -> None:
    server = await start(workers=1)
    slow = asyncio.ensure_future(server.stub.Detect(request(SLOW)))
    assert await asyncio.to_thread(server.detector.started.wait, 5)
    with pytest.raises(grpc.aio.AioRpcError):
        await server.stub.Detect(request("late"), timeout=0.2)
    while (await scrape(server))("piiprobe_inflight_requests") > 1:
        pass
    assert (await scrape(server))("grpc_server_handled_total", **DETECT, grpc_code="DEADLINE_EXCEEDED") == 1
    server.detector.go_on.set()
    await slow


async def test_invalid_documents_of_a_batch_are_counted(start: Start) -> None:
    server = await start()
    await server.stub.BatchDetect(pii_pb2.BatchDetectRequest(documents=[pii_pb2.Document(), pii_pb2.Document(text="a")]))
    samples = await scrape(server)
    assert samples("piiprobe_documents_total", outcome="invalid") == samples("piiprobe_documents_total", outcome="answered") == 1


async def test_health_and_watches_are_calls_too(start: Start) -> None:
    server = await start()
    stub = health_pb2_grpc.HealthStub(server.channel)
    await stub.Check(health_pb2.HealthCheckRequest())
    watch = stub.Watch(health_pb2.HealthCheckRequest())
    await watch.read()
    labels = {"grpc_type": "server_stream", "grpc_service": "grpc.health.v1.Health", "grpc_method": "Watch"}
    samples = await scrape(server)
    assert (samples("grpc_server_started_total", **labels), samples("grpc_server_msg_sent_total", **labels)) == (1, 1)
    assert samples("grpc_server_handled_total", **{**labels, "grpc_type": "unary", "grpc_method": "Check"}, grpc_code="OK") == 1
    watch.cancel()


async def test_names_that_callers_invent_are_no_series(start: Start) -> None:
    server = await start()
    with pytest.raises(grpc.aio.AioRpcError):
        await server.channel.unary_unary(f"/{PII_SERVICE}/Invented")(b"")
    _, text = await asyncio.to_thread(fetch, server, "/metrics")
    assert "Invented" not in text


async def test_open_metrics_are_spoken_to_those_who_ask(start: Start) -> None:
    server = await start()
    asked = urllib.request.Request(
        f"http://127.0.0.1:{server.server.metrics_port}/metrics", headers={"Accept": "application/openmetrics-text"}
    )
    with await asyncio.to_thread(urllib.request.urlopen, asked) as answer:
        assert answer.headers["Content-Type"].startswith("application/openmetrics-text")


async def test_ready_follows_health(start: Start) -> None:
    go_on = asyncio.Event()
    loop = asyncio.get_running_loop()

    def load() -> FakeDetector:
        asyncio.run_coroutine_threadsafe(go_on.wait(), loop).result(10)
        return FakeDetector()

    server = await start(load, wait=False, drain_delay_s=5.0)
    assert [(await asyncio.to_thread(fetch, server, path))[0] for path in ("/readyz", "/livez")] == [503, 200]
    go_on.set()
    await asyncio.wait_for(server.server.ready.wait(), 5)
    assert (await asyncio.to_thread(fetch, server, "/readyz"))[0] == 200
    assert (await scrape(server))("piiprobe_ready") == 1
    server.server.stop()
    await asyncio.sleep(0.1)
    assert [(await asyncio.to_thread(fetch, server, path))[0] for path in ("/readyz", "/livez")] == [503, 200]
    assert (await scrape(server))("piiprobe_ready") == 0


async def test_a_wedged_event_loop_is_not_live(start: Start) -> None:
    server = await start()
    asked = asyncio.ensure_future(asyncio.to_thread(fetch, server, "/livez"))
    await asyncio.sleep(0.2)
    assert (await asked)[0] == 200
    asked = asyncio.get_running_loop().run_in_executor(None, fetch, server, "/livez")
    time.sleep(1.5)  # noqa: ASYNC251
    assert (await asked)[0] == 503


@pytest.mark.parametrize("path", ["/", "/metricsx", "/%2e%2e/etc"])
async def test_other_paths_are_not_found(start: Start, path: str) -> None:
    assert (await asyncio.to_thread(fetch, await start(), path))[0] == 404


async def test_nothing_listens_where_no_port_is_set(start: Start) -> None:
    server = await start(metrics_port=None)
    assert server.server.metrics_port is None


async def test_a_scrape_says_who_answers(start: Start) -> None:
    samples = await scrape(await start())
    assert samples("piiprobe_bundle_info", bundle="fake", bundle_version="1.2.3", digest="ab" * 32, base_model="none") == 1
    assert samples("process_resident_memory_bytes") > 1e6
    assert math.isfinite(samples("piiprobe_model_load_seconds"))
    assert all(re.fullmatch(r"(piiprobe|grpc_server|process)_[a-z_]+", family.name) for family in samples.families)


async def test_an_error_that_the_caller_no_longer_waits_for_is_counted_as_that_error() -> None:
    # grpc raises something of its own where the caller's deadline passes while his error is sent.
    class Gone:
        def code(self) -> grpc.StatusCode:
            return grpc.StatusCode.RESOURCE_EXHAUSTED

        def invocation_metadata(self) -> None:
            return None

    async def fails(request: Any, context: Any) -> Any:
        raise RuntimeError("the call is over")

    async def handler(details: Any) -> Any:
        return grpc.unary_unary_rpc_method_handler(fails)

    registry = CollectorRegistry()
    calls = Calls(registry, [pii_pb2.DESCRIPTOR.services_by_name["PiiService"]])
    counted: Any = await calls.intercept_service(handler, types.SimpleNamespace(method=f"/{PII_SERVICE}/Detect"))
    with pytest.raises(RuntimeError, match="over"):
        await counted.unary_unary(None, Gone())
    assert registry.get_sample_value("grpc_server_handled_total", {**DETECT, "grpc_code": "RESOURCE_EXHAUSTED"}) == 1
    assert registry.get_sample_value("grpc_server_handled_total", {**DETECT, "grpc_code": "UNKNOWN"}) == 0

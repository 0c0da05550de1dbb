"""The benchmark's arithmetic and its load program; nothing here says how fast anything is."""

from __future__ import annotations

import asyncio
import json
import math
import os
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import grpc
import pytest
from conftest import Running, Start
from fakes import SLOW
from google.protobuf import any_pb2, duration_pb2
from google.rpc import code_pb2, error_details_pb2, status_pb2

from probes.errors import ProbesError
from service.bench.figures import interleave, percentile, ratio, spread
from service.bench.levels import closed_rate, level
from service.bench.load import Call, Plan, arrivals, drive, from_json, retry_s, to_json
from service.bench.process import ServerProcess, memory, run_plans
from service.health import PII_SERVICE

FAKE_SERVER = (sys.executable, str(Path(__file__).with_name("fakes.py")))


def test_percentiles_are_values_that_were_measured() -> None:
    values = [5.0, 1.0, 4.0, 2.0, 3.0]
    assert [percentile(values, share) for share in (0.0, 0.2, 0.5, 0.95, 1.0)] == [1, 1, 3, 5, 5]
    assert percentile([7.0], 0.99) == 7
    assert math.isnan(percentile([], 0.5))


def test_a_ratio_is_taken_round_by_round() -> None:
    # The machine was half as fast in the second round, for both.
    found = ratio([100, 50, 120], [50, 25, 40])
    assert (found.median, found.low, found.high, found.rounds) == (2, 2, 3, 3)
    assert found.text(1) == "2.0 [2.0, 3.0]"
    assert spread([1234.5]).text(0) == "1,234"
    with pytest.raises(ValueError, match="no rounds"):
        spread([])


def test_every_measure_has_its_turn_and_the_order_turns() -> None:
    order: list[str] = []

    def measure(name: str) -> Any:
        def one() -> float:
            order.append(name)
            return float(len(order))

        return one

    values = interleave({name: measure(name) for name in "abc"}, 3)
    assert "".join(order) == "abcbcacab"
    assert values == {"a": [1, 6, 8], "b": [2, 4, 9], "c": [3, 5, 7]}


def test_arrivals_are_poisson_and_repeatable() -> None:
    times = arrivals(50, 200, seed=3)
    assert times == arrivals(50, 200, seed=3) != arrivals(50, 200, seed=4)
    assert times == sorted(times)
    assert 0 < times[0] < times[-1] < 200
    gaps = [later - earlier for earlier, later in zip([0.0, *times], times, strict=False)]
    mean = sum(gaps) / len(gaps)
    variance = sum((gap - mean) ** 2 for gap in gaps) / len(gaps)
    assert mean == pytest.approx(1 / 50, rel=0.05)
    # Exponential gaps: the standard deviation is the mean.
    assert math.sqrt(variance) == pytest.approx(mean, rel=0.05)


def call(due: float, latency: float, code: str = "OK", **more: Any) -> Call:
    return Call(due, due, due + latency, code, 1 if code == "OK" else 0, 10 if code == "OK" else 0, **more)


def test_a_level_counts_calls_by_what_became_of_them() -> None:
    calls = [
        call(0.5, 9.0),  # due in the warm-up: its latency does not count, its answer comes too late
        call(1.0, 0.1),
        Call(1.5, 1.9, 2.0, "OK", 1, 10),  # sent late: it is timed from when it was due
        call(2.0, 0.3),
        call(2.5, 0.01, "RESOURCE_EXHAUSTED", retry_s=0.2),
        call(2.6, 0.01, "RESOURCE_EXHAUSTED"),
        call(2.7, 1.0),  # answered after the last arrival: it has a latency, but is no goodput
        call(2.8, 0.1, "DEADLINE_EXCEEDED"),
    ]
    health = [call(0.0, 0.004), call(0.05, 0.02)]
    found = level(2.0, calls, health, warm_up=1, seconds=3, client_cpu=0.5)
    assert found.offered == 7 / 2
    assert found.throughput == 6 / 2
    assert found.goodput == 3 / 2
    assert found.rejected == pytest.approx(2 / 7)
    assert found.with_retry == 0.5
    assert found.failed == {"DEADLINE_EXCEEDED": 1}
    assert (found.p50_ms, found.p99_ms) == (pytest.approx(300), pytest.approx(1000))
    assert found.client_lag_ms == pytest.approx(400)
    assert (found.health_max_ms, found.health_lag_ms, found.health_failed) == (pytest.approx(20), 0, 0)


def test_a_level_without_answers_has_no_latency() -> None:
    found = level(1.0, [call(1.5, 0.1, "UNAVAILABLE")], [call(0.0, 0.1, "UNAVAILABLE")], warm_up=1, seconds=2)
    assert math.isnan(found.p50_ms)
    assert (found.goodput, found.failed, found.health_failed) == (0, {"UNAVAILABLE": 1}, 1)


def test_a_closed_loop_is_counted_between_answers() -> None:
    calls = [Call(0, 0, at, "OK", 32, 2048) for at in (0.5, 1.0, 2.0, 3.0)]
    calls += [Call(0, 0, 2.5, "RESOURCE_EXHAUSTED"), Call(0, 0, 4.5, "OK", 32, 2048)]
    assert closed_rate(calls, 0.9, 4, "documents") == 32
    assert closed_rate(calls, 0.9, 4, "tokens") == 2048
    assert math.isnan(closed_rate(calls, 2.9, 4, "tokens"))


def test_plans_and_answers_pass_as_json() -> None:
    plan = Plan("open", "t", 1.5, 2.0, ("a", "ä"), rate=3.0, seed=4)
    given = json.loads(to_json(plan))
    assert Plan(**{**given, "texts": tuple(given["texts"])}) == plan
    found = from_json(json.dumps({"calls": [call(1, 2), call(1, 2, "RESOURCE_EXHAUSTED", retry_s=0.25)], "cpu_s": 0.5}))
    assert (found.calls[0].ok, found.calls[1].ok, found.calls[1].retry_s, found.cpu_s) == (True, False, 0.25, 0.5)


def test_retry_info_is_read_from_the_trailers() -> None:
    detail = any_pb2.Any()
    detail.Pack(error_details_pb2.RetryInfo(retry_delay=duration_pb2.Duration(seconds=1, nanos=500_000_000)))
    status = status_pb2.Status(code=code_pb2.RESOURCE_EXHAUSTED, details=[detail])
    assert retry_s([("x", "y"), ("grpc-status-details-bin", status.SerializeToString())]) == 1.5
    assert retry_s([("grpc-status-details-bin", status_pb2.Status().SerializeToString())]) is None
    assert retry_s(None) is None


def plan(target: str, kind: Any, **more: Any) -> Plan:
    values: dict[str, Any] = {"texts": ("write to a@example.com", "nothing here"), "seconds": 0.5, "rate": 40.0}
    return Plan(kind=kind, target=target, begin=time.time(), **{**values, **more})


async def until_begun(server: Running, calls: int) -> None:
    """Until so many calls of Detect have reached the server."""
    labels = {"grpc_type": "unary", "grpc_service": PII_SERVICE, "grpc_method": "Detect"}
    while server.server.metrics.registry.get_sample_value("grpc_server_started_total", labels) != calls:  # noqa: ASYNC110
        await asyncio.sleep(0.01)


async def test_an_open_loop_sends_what_is_due(start: Start) -> None:
    server = await start()
    answered = await drive(plan(server.target, "open", seed=1))
    due = arrivals(40, 0.5, 1)
    assert [each.due for each in answered.calls] == due
    assert {each.code for each in answered.calls} == {"OK"}
    assert {each.tokens for each in answered.calls} == {2, 3}
    assert all(each.due <= each.sent <= each.ended for each in answered.calls)
    assert answered.cpu_s > 0


async def test_an_open_loop_does_not_wait_for_answers(start: Start) -> None:
    server = await start()
    # The model waits on the first text, so no call is answered before all have been sent.
    running = asyncio.create_task(drive(plan(server.target, "open", texts=(SLOW,), seed=1)))
    async with asyncio.timeout(30):
        await until_begun(server, len(arrivals(40, 0.5, 1)))
        server.detector.go_on.set()
        answered = await running
    assert len(answered.calls) == len(arrivals(40, 0.5, 1))
    assert max(each.sent for each in answered.calls) < min(each.ended for each in answered.calls)


async def test_a_refusal_is_counted_and_its_retry_info_read(start: Start) -> None:
    server = await start(max_queue_documents=1, workers=1)
    running = asyncio.create_task(drive(plan(server.target, "open", texts=(SLOW,), seed=1)))
    async with asyncio.timeout(30):
        await until_begun(server, len(arrivals(40, 0.5, 1)))
        server.detector.go_on.set()
        answered = await running
    refused = [each for each in answered.calls if each.code == "RESOURCE_EXHAUSTED"]
    assert refused
    assert all(each.retry_s is not None and each.retry_s > 0 for each in refused)
    assert any(each.ok for each in answered.calls)


async def test_a_closed_loop_counts_documents_and_tokens(start: Start) -> None:
    server = await start()
    one = await drive(plan(server.target, "closed", callers=2, seconds=0.2))
    many = await drive(plan(server.target, "closed", batch=2, seconds=0.2))
    assert {each.documents for each in one.calls} == {1}
    assert {(each.documents, each.tokens, each.code) for each in many.calls} == {(2, 5, "OK")}


async def test_health_checks_are_timed(start: Start) -> None:
    server = await start()
    answered = await drive(plan(server.target, "health", rate=20.0, seconds=0.4))
    assert [each.due for each in answered.calls] == pytest.approx([n / 20 for n in range(8)])
    assert {each.code for each in answered.calls} == {"OK"}


def test_programs_beside_a_real_server() -> None:
    with ServerProcess.start({"PIIPROBE_REFLECTION": "false"}, FAKE_SERVER) as server:
        assert server.ready_s > 0
        common = {"target": server.target, "seconds": 0.5}
        load, health = run_plans(
            {"kind": "open", "rate": 20.0, "texts": ("a@example.com",), **common}, {"kind": "health", "rate": 20.0, **common}
        )
        used = server.memory()
    assert {each.code for each in load.calls} == {"OK"}
    assert len(health.calls) == 10
    assert used.resident >= used.proportional >= used.private > 1
    with pytest.raises(grpc.FutureTimeoutError), grpc.insecure_channel(server.target) as channel:
        grpc.channel_ready_future(channel).result(0.2)


def test_a_server_that_ends_is_an_error() -> None:
    with pytest.raises(ProbesError, match="ended with code 3"):
        ServerProcess.start({}, (sys.executable, "-c", "raise SystemExit(3)"))


def test_memory_counts_children() -> None:
    own = memory(os.getpid()).private
    with subprocess.Popen([sys.executable, "-c", "x = bytearray(50_000_000); input()"], stdin=subprocess.PIPE) as child:
        deadline = time.monotonic() + 10
        while memory(child.pid).private < 40 and time.monotonic() < deadline:
            time.sleep(0.02)
        assert memory(os.getpid()).private > own + 40
        child.communicate(b"\n")

"""From the first signal to the exit code, with a server in a process of its own: nothing that was accepted is lost."""

from __future__ import annotations

import contextlib
import http.client
import itertools
import signal
import threading
import time
from collections import Counter
from collections.abc import Iterator
from typing import Any

import grpc
import pytest
from fakes import BRIEF, DIES, SLOW
from grpc_health.v1 import health_pb2, health_pb2_grpc
from served import FAKE, Served, served

from piiprobe.v1 import pii_pb2, pii_pb2_grpc

CANARY = "canary-51c8"
SERVING = health_pb2.HealthCheckResponse.SERVING
NOT_SERVING = health_pb2.HealthCheckResponse.NOT_SERVING
CHANNELS = 4
CALLERS_OF_A_CHANNEL = 6
DRAIN = ["listening", "metrics", "ready", "draining", "not_serving", "refusing", "stopped"]


def channel_to(target: str) -> grpc.Channel:
    """One with connections of its own, that tries no call twice."""
    return grpc.insecure_channel(target, [("grpc.use_local_subchannel_pool", 1), ("grpc.enable_retries", 0)])


def detect(channel: grpc.Channel, text: str, **options: Any) -> pii_pb2.DetectResponse:
    request = pii_pb2.DetectRequest(document=pii_pb2.Document(id=text, text=text))
    response: pii_pb2.DetectResponse = pii_pb2_grpc.PiiServiceStub(channel).Detect(request, **options)
    return response


class Load:
    """Callers that ask and ask, each call with a text of its own, until the server refuses."""

    def __init__(self, target: str) -> None:
        self.outcomes: Counter[str] = Counter()
        self._channels = [channel_to(target) for _ in range(CHANNELS)]
        self._numbers = itertools.count()
        self._lock = threading.Lock()
        self._callers = [
            threading.Thread(target=self._call, args=(channel,))
            for channel in self._channels
            for _ in range(CALLERS_OF_A_CHANNEL)
        ]

    def __enter__(self) -> Load:
        for caller in self._callers:
            caller.start()
        return self

    def __exit__(self, *_: object) -> None:
        for caller in self._callers:
            caller.join(60)
        for channel in self._channels:
            channel.close()

    def wait_for(self, count: int) -> None:
        deadline = time.monotonic() + 30
        while self.outcomes.total() < count:
            assert time.monotonic() < deadline
            time.sleep(0.005)

    def _call(self, channel: grpc.Channel) -> None:
        outcome = "right"
        while outcome == "right":
            outcome = self._outcome(channel, f"{BRIEF} {next(self._numbers)}@example.com")
            with self._lock:
                self.outcomes[outcome] += 1

    def _outcome(self, channel: grpc.Channel, text: str) -> str:
        try:
            response = detect(channel, text, timeout=30)
        except grpc.RpcError as error:
            return str(error.code().name)
        spans = [(finding.start, finding.end) for finding in response.result.findings]
        return "right" if response.id == text and spans == [(len(BRIEF) + 1, len(text))] else "wrong"


@pytest.mark.parametrize("delay_s", [0, 0.3])
def test_a_drain_under_load_loses_no_call(delay_s: float) -> None:
    with served(drain_delay_s=delay_s, workers=2) as server:
        server.event("ready")
        with Load(server.target) as load:
            load.wait_for(5 * CHANNELS * CALLERS_OF_A_CHANNEL)
            server.process.send_signal(signal.SIGTERM)
        assert server.process.wait(30) == 0
        assert load.outcomes.keys() <= {"right", "UNAVAILABLE"}
        # Whoever was turned away stopped asking.
        assert load.outcomes["UNAVAILABLE"] == CHANNELS * CALLERS_OF_A_CHANNEL
        assert server.events == DRAIN
        end = server.event("stopped")
        # Every answer that the server had reached its caller, and it had one for whatever it took in.
        assert (end["answered"], end["failed"], end["dropped"]) == (load.outcomes["right"], 0, 0)
        assert server.event("not_serving")["seconds"] == delay_s


def test_calls_are_taken_during_the_delay_and_health_says_not_serving() -> None:
    with served(drain_delay_s=2) as server, ready(server) as channel:
        server.process.send_signal(signal.SIGTERM)
        server.event("not_serving")
        health = health_pb2_grpc.HealthStub(channel)
        watched = (answer.status for answer in health.Watch(health_pb2.HealthCheckRequest()))
        assert NOT_SERVING in watched
        assert detect(channel, "a@example.com").result.findings
        assert server.process.wait(10) == 0


@contextlib.contextmanager
def ready(server: Served) -> Iterator[grpc.Channel]:
    server.event("ready")
    with channel_to(server.target) as channel:
        yield channel


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_drains_the_process_though_a_watch_is_open(number: signal.Signals) -> None:
    with served(drain_grace_s=20) as server, ready(server) as channel:
        watch = health_pb2_grpc.HealthStub(channel).Watch(health_pb2.HealthCheckRequest())
        assert next(watch).status == SERVING
        began = time.monotonic()
        server.process.send_signal(number)
        assert next(watch).status == NOT_SERVING
        assert server.process.wait(10) == 0
        assert time.monotonic() - began < 5
        assert server.event("draining")["signal"] == number.name


def wait_for_a_call(server: Served) -> None:
    """Until a call is in flight."""
    deadline = time.monotonic() + 30
    with contextlib.closing(http.client.HTTPConnection(server.event("metrics")["address"])) as connection:
        while time.monotonic() < deadline:
            connection.request("GET", "/metrics")
            if "\npiiprobe_inflight_requests 1.0\n" in connection.getresponse().read().decode():
                return
    raise AssertionError("no call came")


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_second_signal_ends_the_process_at_once(number: signal.Signals) -> None:
    with served(drain_grace_s=60) as server, ready(server) as channel:
        call = pii_pb2_grpc.PiiServiceStub(channel).Detect.future(
            pii_pb2.DetectRequest(document=pii_pb2.Document(text=f"{SLOW} {CANARY}"))
        )
        wait_for_a_call(server)
        server.process.send_signal(signal.SIGTERM)
        server.event("refusing")
        assert server.process.poll() is None
        server.process.send_signal(number)
        assert server.process.wait(5) == 128 + number
        assert call.code() is grpc.StatusCode.UNAVAILABLE
        assert server.events[-1] == "killed"
        assert CANARY not in server.logged


def test_a_signal_while_loading_ends_the_process_promptly() -> None:
    with served((*FAKE, "60"), drain_delay_s=30, drain_grace_s=30) as server:
        server.event("listening")
        server.process.send_signal(signal.SIGTERM)
        assert server.process.wait(10) == 0
        assert server.events == [step for step in DRAIN if step != "ready"]


def test_a_hangup_is_refused_and_serving_goes_on() -> None:
    with served() as server, ready(server) as channel:
        server.process.send_signal(signal.SIGHUP)
        assert "restart the server" in server.event("reload_refused")["message"]
        assert detect(channel, "a@example.com").result.findings
        server.process.send_signal(signal.SIGTERM)
        assert server.process.wait(10) == 0


def test_a_process_whose_detector_dies_ends_with_an_error() -> None:
    with served() as server, ready(server) as channel:
        with pytest.raises(grpc.RpcError) as caught:
            detect(channel, f"{DIES} {CANARY}", timeout=10)
        assert caught.value.code() is grpc.StatusCode.UNAVAILABLE
        assert server.process.wait(10) == 1
        assert "SystemExit" in server.logged
        assert CANARY not in server.logged


def test_a_detector_that_dies_during_the_drain_is_an_error_too() -> None:
    with served(drain_delay_s=2) as server, ready(server) as channel:
        server.process.send_signal(signal.SIGTERM)
        server.event("not_serving")
        with pytest.raises(grpc.RpcError) as caught:
            detect(channel, f"{DIES} {CANARY}", timeout=10)
        assert caught.value.code() is grpc.StatusCode.UNAVAILABLE
        assert server.process.wait(30) == 1

"""Any request to any method of a real server: a documented code, no hang, no text in what it says, and the next call is right.

`make fuzz` runs many more rounds of it: `PIIPROBE_FUZZ_ROUNDS`, each of `PIIPROBE_FUZZ_EXAMPLES` examples a test.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import grpc
import pytest
from fuzzing import CANARY, INVALID, METHODS, OK, SETTINGS, WITHIN_S, Method, call, check_findings, corrupt, expected, valid
from grpc_reflection.v1alpha import reflection_pb2
from hostile import Attack, attack, attacks, garbage
from hypothesis import HealthCheck, given, note, settings
from hypothesis import strategies as st
from served import FAKE, Served, served

from piiprobe.v1 import pii_pb2

EXAMPLES = int(os.environ.get("PIIPROBE_FUZZ_EXAMPLES", "100"))
ROUNDS = int(os.environ.get("PIIPROBE_FUZZ_ROUNDS", "1"))
KNOWN = pii_pb2.DetectRequest(
    document=pii_pb2.Document(id="known", text="write to known@example.com"),
    options=pii_pb2.DetectOptions(operating_point=pii_pb2.OPERATING_POINT_RECALL),
)
DETECT = next(method for method in METHODS if method.name == "Detect")

fuzzed = settings(
    max_examples=EXAMPLES,
    deadline=None,
    database=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.large_base_example],
)
rounds = pytest.mark.parametrize("fuzz_round", range(ROUNDS))
methods = pytest.mark.parametrize("method", METHODS, ids=lambda method: method.path)


class Fuzzed:
    """A server, a channel to it, and what it says of a known text."""

    def __init__(self, server: Served, channel: grpc.Channel, fake: bool) -> None:
        self.server, self.channel, self.fake = server, channel, fake
        self.target = server.target
        self._known = self._ask()

    def check_alive(self) -> None:
        """The server still answers as it did."""
        assert self.server.process.poll() is None
        assert self._ask() == self._known

    def _ask(self) -> list[Any]:
        answer = call(self.channel, DETECT, [KNOWN.SerializeToString()])
        assert answer.code is OK, answer
        return [(finding.entity_type, finding.start, finding.end) for finding in answer.messages[0].result.findings]


@pytest.fixture(scope="module", params=["fake", "tiny"])
def fuzzed_server(request: pytest.FixtureRequest) -> Iterator[Fuzzed]:
    """One server for all rounds, which must end as it should and log no more than its life."""
    command: tuple[str, ...] = FAKE
    if request.param == "tiny":
        bundle, model = map(request.getfixturevalue, ("tiny_bundle", "tiny_model_folder"))
        command = (sys.executable, "-m", "service.cli", "serve", "--bundle", f"{bundle}/", "--base-model", str(model))
    with served(command, **SETTINGS, dtype="float32") as server:
        server.event("ready")
        with grpc.insecure_channel(server.target) as channel:
            yield Fuzzed(server, channel, request.param == "fake")
        server.process.send_signal(signal.SIGTERM)
        assert server.process.wait(60) == 0
        assert CANARY not in server.logged
        assert server.events == ["listening", "metrics", "ready", "draining", "not_serving", "refusing", "stopped"]
        # grpc notes metadata that is no UTF-8, which the logs do not quote.
        others = [line for line in server.lines if "event" not in line and line["logger"] != "grpc._cython.cygrpc"]
        assert others == []


def check(fuzzed_server: Fuzzed, method: Method, wires: list[bytes]) -> None:
    requests = [method.read(wire) for wire in wires]
    answer = call(fuzzed_server.channel, method, wires)
    note(f"{answer}")
    # A stream ends at the first request that is wrong.
    nothing = {INVALID} if method.name == "DetectStream" else {OK}
    codes = [{INVALID}] if None in requests else [expected(method, each) for each in requests] or [nothing]
    assert answer.code in set().union(*codes)
    assert CANARY not in answer.said
    if answer.code is OK and not method.request_streaming:
        check_findings(requests[0], answer.messages[0], fuzzed_server.fake)
    fuzzed_server.check_alive()


def wires(one: st.SearchStrategy[bytes], method: Method) -> st.SearchStrategy[list[bytes]]:
    return st.lists(one, min_size=0 if method.request_streaming else 1, max_size=4 if method.request_streaming else 1)


@rounds
@methods
def test_any_message_gets_the_answer_that_the_contract_promises(fuzzed_server: Fuzzed, method: Method, fuzz_round: int) -> None:
    @fuzzed
    @given(wires(valid(method), method))
    def messages_of_it(sent: list[bytes]) -> None:
        check(fuzzed_server, method, sent)

    messages_of_it()


@rounds
@methods
def test_bytes_that_are_no_message_are_an_invalid_argument(fuzzed_server: Fuzzed, method: Method, fuzz_round: int) -> None:
    @fuzzed
    @given(wires(st.one_of(corrupt(method), valid(method)) if method.request_streaming else corrupt(method), method))
    def bytes_for_it(sent: list[bytes]) -> None:
        check(fuzzed_server, method, sent)

    bytes_for_it()


def test_every_service_of_the_server_is_fuzzed(fuzzed_server: Fuzzed) -> None:
    (asked,) = (method for method in METHODS if method.request_streaming and "reflection" in method.service)
    question = reflection_pb2.ServerReflectionRequest(list_services="")
    (listed,) = call(fuzzed_server.channel, asked, [question.SerializeToString()]).messages
    assert {service.name for service in listed.list_services_response.service} == {method.service for method in METHODS}


# Below the methods both servers are the same.
on_the_fake = pytest.mark.parametrize("fuzzed_server", ["fake"], indirect=True)


@rounds
@on_the_fake
def test_calls_that_break_the_protocol_end_with_a_known_code(fuzzed_server: Fuzzed, fuzz_round: int) -> None:
    # grpc lets whoever sends malformed headers wait, up to a second.
    @settings(fuzzed, max_examples=max(1, EXAMPLES // 3))
    @given(attacks)
    def calls(hostile: Attack) -> None:
        outcome = attack(fuzzed_server.target, hostile)
        note(f"{outcome}")
        if outcome:
            assert outcome.code not in (grpc.StatusCode.UNKNOWN, grpc.StatusCode.DATA_LOSS, grpc.StatusCode.UNAVAILABLE)
            assert CANARY.encode() not in outcome.said
        fuzzed_server.check_alive()

    calls()


@rounds
@on_the_fake
def test_garbage_on_the_wire_harms_nobody_else(fuzzed_server: Fuzzed, fuzz_round: int) -> None:
    @fuzzed
    @given(st.binary(max_size=100))
    def connections(wire: bytes) -> None:
        garbage(fuzzed_server.target, wire)
        fuzzed_server.check_alive()

    connections()


@rounds
@methods
def test_callers_that_leave_harm_nobody_else(fuzzed_server: Fuzzed, method: Method, fuzz_round: int) -> None:
    way = fuzzed_server.channel.stream_stream(method.path, None, None)

    # Requests of one caller, and how long it stays.
    @settings(fuzzed, max_examples=max(1, EXAMPLES // 3))
    @given(st.lists(st.tuples(wires(valid(method), method), st.floats(0, 0.003)), min_size=1, max_size=5))
    def callers(leaving: list[tuple[list[bytes], float]]) -> None:
        calls = [(way(iter(sent), timeout=WITHIN_S), seconds) for sent, seconds in leaving]
        for call_, seconds in calls:
            time.sleep(seconds)
            call_.cancel()
        fuzzed_server.check_alive()

    callers()


def test_a_call_without_a_message_is_an_invalid_argument(fuzzed_server: Fuzzed) -> None:
    for method in METHODS:
        if not method.request_streaming:
            with pytest.raises(grpc.RpcError) as caught:
                list(fuzzed_server.channel.stream_stream(method.path, None, None)(iter(()), timeout=WITHIN_S))
            assert caught.value.code() is INVALID


def test_the_way_from_bytes_to_an_answer_holds_under_guided_fuzzing() -> None:
    pytest.importorskip("atheris", reason="atheris has wheels for Linux alone")
    program = [sys.executable, str(Path(__file__).with_name("fuzz_atheris.py")), "-runs=5000", "-verbosity=0"]
    done = subprocess.run(program, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr

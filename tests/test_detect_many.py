"""Many documents through both clients: order, bounds, overload, a server that restarts, an end before the end."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Iterable, Iterator
from contextlib import aclosing
from typing import Any

import grpc
import pytest
from conftest import Running, Start
from fakes import SLOW
from scripted import Refusal, Scripted, nothing_found, scripted

from piiprobe import (
    AsyncPiiClient,
    Document,
    DocumentFailure,
    InvalidArgumentError,
    JsonDocument,
    MismatchError,
    PiiClient,
    Result,
    UnavailableError,
)
from piiprobe.v1 import pii_pb2
from service.process import free_port

BOTH = pytest.mark.parametrize("client", ["blocking", "async"])
CANARY = "canary-7f3a"


async def gathered(
    client: str, target: str, items: Iterable[Any], each: Callable[[Any], None] | None = None, **options: Any
) -> list[Any]:
    """All outcomes; `each` is called with every one as it comes."""
    outcomes: list[Any] = []

    def keep(outcome: Any) -> None:
        outcomes.append(outcome)
        if each:
            each(outcome)

    def block() -> None:
        with PiiClient(target) as blocking:
            for outcome in blocking.detect_many(items, **options):
                keep(outcome)

    if client == "blocking":
        await asyncio.to_thread(block)
    else:
        async with AsyncPiiClient(target) as for_loops:
            async for outcome in for_loops.detect_many(items, **options):
                keep(outcome)
    return outcomes


def addresses(count: int) -> Iterator[tuple[int, str]]:
    return ((number, f"user{number}@example.com") for number in range(count))


async def until(condition: Callable[[], bool]) -> None:
    for _ in range(1000):
        if condition():
            return
        await asyncio.sleep(0.01)
    raise AssertionError("it does not come true")


@BOTH
@pytest.mark.parametrize("ordered", [True, False])
async def test_all_documents_are_answered_once_with_their_own_findings(start: Start, client: str, ordered: bool) -> None:
    server = await start()
    outcomes = await gathered(client, server.target, addresses(500), ordered=ordered)
    for number, outcome in outcomes:
        (finding,) = outcome.findings
        assert outcome.text[finding.start : finding.end] == f"user{number}@example.com"
    numbers = [number for number, _ in outcomes]
    assert (numbers if ordered else sorted(numbers)) == list(range(500))


@BOTH
async def test_what_is_ready_passes_what_is_not_unless_order_is_wanted(start: Start, client: str) -> None:
    server = await start(workers=2)
    items = [SLOW, *(f"{number}@example.com" for number in range(20))]

    def release(outcome: Result) -> None:
        if outcome.text == "19@example.com":
            server.detector.go_on.set()

    outcomes = await gathered(client, server.target, items, release, ordered=False, in_flight=32)
    texts = [outcome.text for outcome in outcomes]
    assert texts.index("19@example.com") < texts.index(SLOW)
    server.detector.go_on.clear()
    server.detector.started.clear()

    async def release_later() -> None:
        await until(lambda: "19@example.com" in server.detector.seen and server.detector.started.is_set())
        server.detector.go_on.set()

    _, outcomes = await asyncio.gather(release_later(), gathered(client, server.target, items, in_flight=32))
    assert [outcome.text for outcome in outcomes] == items


@BOTH
@pytest.mark.parametrize("in_flight", [1, 7, 64])
@pytest.mark.parametrize("ordered", [True, False])
async def test_no_more_than_in_flight_is_taken_ahead_of_what_was_given(
    start: Start, client: str, in_flight: int, ordered: bool
) -> None:
    server = await start()
    taken = given = most = 0

    def counted() -> Iterator[str]:
        nonlocal taken, most
        for _, text in addresses(200):
            taken += 1
            most = max(most, taken - given)
            yield text

    def give(_: object) -> None:
        nonlocal given
        # What is with the caller is given; the caller may be slow.
        given += 1
        if given % 50 == 0:
            time.sleep(0.02)

    outcomes = await gathered(client, server.target, counted(), give, in_flight=in_flight, ordered=ordered)
    assert len(outcomes) == 200
    # The one that `next` is about to give is not yet counted by this test.
    assert in_flight <= most <= in_flight + 1


@BOTH
async def test_characters_in_flight_are_bounded_too(client: str) -> None:
    taken = given = most = 0

    def counted() -> Iterator[str]:
        nonlocal taken, most
        for _ in range(12):
            taken += 1
            most = max(most, taken - given)
            yield "x" * 800_000

    def give(_: object) -> None:
        nonlocal given
        given += 1

    servicer = Scripted(nothing_found)
    servicer.limits = pii_pb2.Limits(max_documents=256, max_characters=1_000_000, max_message_bytes=2_000_000)
    async with scripted(servicer) as server:
        assert len(await gathered(client, server.target, counted(), give)) == 12
    assert most <= 6


@BOTH
async def test_sources_are_texts_documents_and_json_with_or_without_keys(client: str) -> None:
    async with scripted(Scripted(nothing_found)) as server:
        key = object()
        items = ["a", Document("b", id="B"), JsonDocument('{"c": 1}', id="C"), (key, "d"), (None, Document("e", id="E"))]
        outcomes = await gathered(client, server.target, items)
    assert [outcome.id for outcome in outcomes[:3]] == ["", "B", "C"]
    assert [outcome.text for outcome in outcomes[:3]] == ["a", "b", None]
    assert [(given, outcome.id, outcome.text) for given, outcome in outcomes[3:]] == [(key, "", "d"), (None, "E", "e")]
    sent = [document for request in server.asked[1:] for document in request.documents]
    assert [document.WhichOneof("content") for document in sent] == ["text", "text", "json", "text", "text"]
    # The limits are asked for once, and no request is larger.
    assert [type(request).__name__ for request in server.asked].count("GetModelInfoRequest") == 1
    assert max(len(request.documents) for request in server.asked[1:]) <= 4


@BOTH
async def test_a_document_that_cannot_be_read_fails_alone(start: Start, client: str) -> None:
    server = await start(max_characters=100, max_message_bytes=1024)
    items = [(0, "a@example.com"), (1, "x" * 101), (2, f"{CANARY}\ud800"), (3, "b@example.com"), (4, Document("", id="y" * 1024))]
    outcomes = await gathered(client, server.target, items)
    assert [number for number, _ in outcomes] == [0, 1, 2, 3, 4]
    failures = {number: outcome for number, outcome in outcomes if isinstance(outcome, DocumentFailure)}
    assert {(number, failure.code, failure.field) for number, failure in failures.items()} == {
        (number, "INVALID_ARGUMENT", f"documents[{number}].text") for number in (1, 2, 4)
    }
    assert CANARY not in repr(outcomes)


@BOTH
async def test_what_is_no_document_is_a_mistake_of_the_caller(start: Start, client: str) -> None:
    server = await start()
    with pytest.raises(TypeError, match="a NoneType cannot be read"):
        await gathered(client, server.target, ["a@example.com", None])
    with pytest.raises(ValueError, match="in_flight"):
        await gathered(client, server.target, ["a@example.com"], in_flight=0)


@BOTH
async def test_an_input_that_breaks_breaks_the_output(start: Start, client: str) -> None:
    server = await start()

    def broken() -> Iterator[str]:
        yield "a@example.com"
        raise OSError("the disk is gone")

    with pytest.raises(OSError, match="the disk is gone"):
        await gathered(client, server.target, broken())


@BOTH
async def test_no_documents_are_no_outcomes(start: Start, client: str) -> None:
    server = await start()
    assert await gathered(client, server.target, []) == []


@BOTH
async def test_an_overloaded_server_is_asked_again_until_all_is_read(start: Start, client: str) -> None:
    server = await start(workers=1, max_queue_documents=8, max_queue_tokens=8)
    outcomes = await gathered(client, server.target, addresses(200), in_flight=64)
    assert [number for number, _ in outcomes] == list(range(200))
    assert all(len(outcome.findings) == 1 for _, outcome in outcomes)
    assert sorted(server.detector.seen) == sorted(text for _, text in addresses(200))
    assert sum(server.server.stats().queue.rejected.values()) > 0


@BOTH
async def test_a_server_that_restarts_in_the_middle_loses_and_doubles_nothing(start: Start, client: str) -> None:
    port = free_port()
    first = await start(port=port, drain_grace_s=0.05)
    items = [(number, SLOW if number == 100 else text) for number, text in addresses(300)]
    gathering = asyncio.create_task(gathered(client, first.target, items))
    assert await asyncio.to_thread(first.detector.started.wait, 5)
    first.server.stop()
    await first.outcome
    assert not gathering.done()
    second = await start(port=port)
    second.detector.go_on.set()
    outcomes = await asyncio.wait_for(gathering, 30)
    assert [number for number, _ in outcomes] == list(range(300))
    assert [len(outcome.findings) for _, outcome in outcomes] == [int(number != 100) for number in range(300)]
    assert first.detector.seen
    assert SLOW in second.detector.seen


@BOTH
async def test_a_server_that_stays_away_is_an_error_and_not_an_end(client: str) -> None:
    with pytest.raises(UnavailableError):
        await gathered(client, "127.0.0.1:1", ["a@example.com"], timeout=0.5)


@BOTH
@pytest.mark.parametrize(
    ("code", "field", "alone"),
    [
        (grpc.StatusCode.DEADLINE_EXCEEDED, "", True),
        (grpc.StatusCode.INTERNAL, "", True),
        (grpc.StatusCode.RESOURCE_EXHAUSTED, "", True),
        (grpc.StatusCode.INVALID_ARGUMENT, "documents", True),
        (grpc.StatusCode.INVALID_ARGUMENT, "options.thresholds", False),
        (grpc.StatusCode.INVALID_ARGUMENT, "", False),
        (grpc.StatusCode.UNAUTHENTICATED, "", False),
        (grpc.StatusCode.UNIMPLEMENTED, "", False),
    ],
    ids=lambda value: getattr(value, "name", value),
)
async def test_a_request_that_fails_is_the_failure_of_its_documents_or_of_all(
    client: str, code: grpc.StatusCode, field: str, alone: bool
) -> None:
    async with scripted(Scripted(Refusal(code, field=field), nothing_found)) as server:
        if not alone:
            with pytest.raises(Exception, match=code.name):
                await gathered(client, server.target, ["a", "b"], in_flight=1)
            return
        failed, read = await gathered(client, server.target, [Document("a", id="A"), "b"], in_flight=1)
    assert (failed.id, failed.code) == ("A", code.name)
    assert isinstance(read, Result)


@BOTH
async def test_an_answer_that_does_not_fit_is_an_error_for_all(client: str) -> None:
    def another(request: Any) -> Any:
        answer = nothing_found(request)
        answer.results[0].id = "another"
        return answer

    async with scripted(Scripted(another)) as server:
        with pytest.raises(MismatchError):
            await gathered(client, server.target, ["a"])


async def held_up(server: Running, make: Callable[[Iterator[str]], Any]) -> Any:
    """What `make` makes of documents that wait at the server behind a slow one, and then of one that fails at once."""

    def items() -> Iterator[str]:
        yield SLOW
        assert server.detector.started.wait(5)
        yield from (text for _, text in addresses(6))
        deadline = time.monotonic() + 5
        while not server.server.stats().queue.waiting_documents:
            assert time.monotonic() < deadline
            time.sleep(0.01)
        yield "\ud800"

    return make(items())


async def test_closing_the_generator_frees_the_queue(start: Start) -> None:
    server = await start(workers=1)
    with PiiClient(server.target) as client:
        outcomes = await held_up(server, lambda items: client.detect_many(items, ordered=False, in_flight=9))
        assert isinstance(await asyncio.to_thread(next, outcomes), DocumentFailure)
        await asyncio.to_thread(outcomes.close)
        await until(lambda: server.server.stats().queue.waiting_documents == 0)
        server.detector.go_on.set()
        # The client is as good as new.
        assert len((await asyncio.to_thread(client.detect, "z@example.com")).findings) == 1
    assert server.detector.seen == [SLOW, "z@example.com"]
    assert server.server.stats().queue.dropped["cancelled"] > 0


async def test_leaving_the_loop_frees_the_queue(start: Start) -> None:
    server = await start(workers=1)

    async def items() -> AsyncIterator[str]:
        yield SLOW
        await until(server.detector.started.is_set)
        for _, text in addresses(6):
            yield text
        await until(lambda: server.server.stats().queue.waiting_documents > 0)
        yield "\ud800"

    async with AsyncPiiClient(server.target) as client:
        async with aclosing(client.detect_many(items(), ordered=False, in_flight=9)) as outcomes:
            async for outcome in outcomes:
                assert isinstance(outcome, DocumentFailure)
                break
        await until(lambda: server.server.stats().queue.waiting_documents == 0)
        server.detector.go_on.set()
        assert len((await client.detect("z@example.com")).findings) == 1
    assert server.detector.seen == [SLOW, "z@example.com"]


async def test_outcomes_come_while_an_async_input_waits(start: Start) -> None:
    server = await start()
    read = asyncio.Event()

    async def items() -> AsyncIterator[str]:
        yield "a@example.com"
        await asyncio.wait_for(read.wait(), 10)
        yield "b@example.com"

    async with AsyncPiiClient(server.target) as client:
        texts = []
        async for outcome in client.detect_many(items()):
            read.set()
            texts.append(outcome.text)
    assert texts == ["a@example.com", "b@example.com"]


def test_wrong_options_are_told_before_anything_is_read() -> None:
    with PiiClient("127.0.0.1:1") as client, pytest.raises(InvalidArgumentError):
        client.detect_many(["x"], operating_point="strict")  # type: ignore[call-overload]

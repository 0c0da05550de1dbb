"""Streams over the wire, around a fake detector."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import signal
import threading
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import grpc
import pytest
from conftest import Running, Start
from fakes import BREAKS, DIES, EMAIL, SLOW, Calls, slow_loader
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from served import served
from test_chunks import CODECS, TEXTS, cut_into, sizes
from test_drain import ready
from test_service import CANARY, fields_of, occupied, queue_of

from piiprobe.v1 import pii_pb2, pii_pb2_grpc
from service.chunks import HELD_BACK
from service.health import PII_SERVICE

METHOD = {"grpc_type": "bidi_stream", "grpc_service": PII_SERVICE, "grpc_method": "DetectStream"}


def opening(*, ordered: bool = False, **options: Any) -> pii_pb2.DetectStreamRequest:
    begun = pii_pb2.StreamOpening(ordered=ordered, options=pii_pb2.DetectOptions(**options))
    return pii_pb2.DetectStreamRequest(opening=begun)


def document(text: str, identity: str = "") -> pii_pb2.DetectStreamRequest:
    return pii_pb2.DetectStreamRequest(document=pii_pb2.Document(id=identity or text, text=text))


def chunk(text: str, identity: str = "t", *, last: bool = False) -> pii_pb2.DetectStreamRequest:
    return pii_pb2.DetectStreamRequest(chunk=pii_pb2.TextChunk(id=identity, text=text, last=last))


def chunks_of(parts: Sequence[str], identity: str = "t") -> list[pii_pb2.DetectStreamRequest]:
    return [chunk(part, identity, last=index == len(parts) - 1) for index, part in enumerate(parts)]


async def opened(server: Running, *, deadline_s: float | None = 20, **options: Any) -> Any:
    """A stream whose first answer is read."""
    call = server.stub.DetectStream(timeout=deadline_s)
    await call.write(opening(**options))
    assert (await call.read()).HasField("opened")
    return call


async def answers(server: Running, *requests: pii_pb2.DetectStreamRequest, **options: Any) -> list[Any]:
    """All answers but the first to a whole stream."""
    call = await opened(server, **options)
    for request in requests:
        await call.write(request)
    await call.done_writing()
    return await rest(call)


async def rest(call: Any) -> list[Any]:
    """All answers up to the end of a stream that ends well."""
    read = []
    while (answer := await call.read()) is not grpc.aio.EOF:
        read.append(answer)
    return read


async def failure(call: Any) -> grpc.aio.AioRpcError:
    """The error with which a stream ends; nothing comes before it."""
    with pytest.raises(grpc.aio.AioRpcError) as caught:
        await call.read()
    return caught.value


def value_of(server: Running, metric: str, **labels: str) -> float:
    value = server.server.metrics.registry.get_sample_value(metric, labels)
    assert value is not None
    return value


def received(server: Running) -> float:
    return value_of(server, "grpc_server_msg_received_total", **METHOD)


async def until(is_so: Callable[[], bool]) -> None:
    for _ in range(500):
        if is_so():
            return
        await asyncio.sleep(0.01)
    raise AssertionError("it never was so")


async def until_received(server: Running, count: int) -> None:
    await until(lambda: received(server) >= count)


def outcomes(read: Sequence[Any]) -> dict[str, str]:
    return {answer.result.id: answer.result.WhichOneof("outcome") for answer in read}


async def test_documents_are_answered(start: Start) -> None:
    server = await start(operating_point="recall")
    call = server.stub.DetectStream(timeout=20)
    utf8 = pii_pb2.OFFSET_ENCODING_UTF8_BYTES
    await call.write(opening(offset_encoding=utf8, top_features=1))
    begun = (await call.read()).opened
    assert (begun.model.name, begun.offset_encoding, begun.operating_point) == ("fake", utf8, pii_pb2.OPERATING_POINT_RECALL)
    assert begun.max_held_back_characters == HELD_BACK
    await call.write(document("é zoë@example.com", "a"))
    answer = (await call.read()).result
    (finding,) = answer.findings.findings
    assert (answer.id, finding.start, finding.end, len(finding.contributions)) == ("a", 3, 19, 1)
    assert finding.source == pii_pb2.FINDING_SOURCE_PROBE
    record = pii_pb2.Document(id="b", json='{"mail": "q@example.com"}')
    await call.write(pii_pb2.DetectStreamRequest(document=record))
    assert [each.field for each in (await call.read()).result.findings.findings] == ["/mail"]
    await call.done_writing()
    assert await call.read() is grpc.aio.EOF
    assert await call.code() is grpc.StatusCode.OK


async def test_options_apply_to_documents_and_chunks(start: Start) -> None:
    server = await start()
    patterns = [pii_pb2.Pattern(name="badge", regex=r"B-\d+", entity_type="BADGE")]
    requests = [document("q@example.com B-12"), *chunks_of(["q@example.com B", "-12"])]
    one, other = await answers(server, *requests, ordered=True, patterns=patterns, entity_types=["BADGE"])
    assert [(each.entity_type, each.start, each.end) for each in one.result.findings.findings] == [("BADGE", 14, 18)]
    assert list(one.result.findings.findings) == list(other.chunk.findings)


@pytest.mark.parametrize("ordered", [True, False])
async def test_answers_come_in_order_or_as_they_are_ready(start: Start, ordered: bool) -> None:
    server = await start(workers=2)
    call = await opened(server, ordered=ordered)
    await call.write(document(SLOW))
    assert await asyncio.to_thread(server.detector.started.wait, 5)
    await call.write(document("quick"))
    reading = asyncio.ensure_future(call.read())
    if not ordered:
        assert (await reading).result.id == "quick"
        reading = asyncio.ensure_future(call.read())
    server.detector.go_on.set()
    assert (await reading).result.id == SLOW
    await call.done_writing()
    assert [answer.result.id for answer in await rest(call)] == ["quick"] * ordered


@pytest.mark.parametrize(
    ("first", "field"),
    [
        ([document("x")], "opening"),
        ([chunk("x")], "opening"),
        ([pii_pb2.DetectStreamRequest()], "opening"),
        ([], "opening"),
        ([opening(entity_types=[CANARY])], "opening.options.entity_types[0]"),
        ([opening(thresholds={"EMAIL": 2.0})], "opening.options.thresholds[EMAIL]"),
    ],
)
async def test_a_stream_begins_with_an_opening(start: Start, first: list[pii_pb2.DetectStreamRequest], field: str) -> None:
    server = await start()
    call = server.stub.DetectStream(timeout=20)
    for request in first:
        await call.write(request)
    await call.done_writing()
    error = await failure(call)
    assert error.code() is grpc.StatusCode.INVALID_ARGUMENT
    assert fields_of(error).keys() == {field}
    assert CANARY not in str(error)


@pytest.mark.parametrize("wrong", [opening(), pii_pb2.DetectStreamRequest()])
async def test_a_message_that_is_none_ends_the_stream_once_the_others_are_answered(start: Start, wrong: Any) -> None:
    server = await start(workers=1)
    slow = await occupied(server)
    call = await opened(server)
    arrivals = Calls(queue_of(server), "put")
    await call.write(document("a@example.com"))
    await arrivals.wait()
    await call.write(wrong)
    await until_received(server, 3)
    server.detector.go_on.set()
    assert len((await call.read()).result.findings.findings) == 1
    error = await failure(call)
    assert (error.code(), fields_of(error).keys()) == (grpc.StatusCode.INVALID_ARGUMENT, {"message"})
    await slow


async def test_corrupt_bytes_end_the_stream(start: Start, caplog: pytest.LogCaptureFixture) -> None:
    server = await start()
    call = server.channel.stream_stream(f"/{PII_SERVICE}/DetectStream", None, None)(timeout=20)
    await call.write(opening().SerializeToString())
    await call.read()
    await call.write(b"\x12\xff\xff")
    error = await failure(call)
    assert (error.code(), error.details()) == (grpc.StatusCode.INVALID_ARGUMENT, "the request is not a valid message")
    assert not caplog.records


async def test_a_bad_document_gets_its_own_error_and_the_stream_goes_on(start: Start, caplog: pytest.LogCaptureFixture) -> None:
    server = await start(max_characters=40)
    read = await answers(
        server,
        document("a@example.com"),
        document(CANARY * 9, "long"),
        pii_pb2.DetectStreamRequest(document=pii_pb2.Document(id="unset")),
        pii_pb2.DetectStreamRequest(document=pii_pb2.Document(id="json", json=f"[{CANARY}]")),
        document(f"{BREAKS} {CANARY}", "breaks"),
        document("b@example.com"),
        ordered=True,
    )
    assert [answer.result.error.code for answer in read] == [0, 3, 3, 3, 13, 0]
    assert [answer.result.error.field for answer in read] == ["", "document.text", "document.text", "document.json", "", ""]
    assert [answer.result.id for answer in read] == ["a@example.com", "long", "unset", "json", "breaks", "b@example.com"]
    assert [len(answer.result.findings.findings) for answer in read] == [1, 0, 0, 0, 0, 1]
    assert CANARY not in f"{read} {caplog.text}"
    counts = {"answered": 2, "failed": 1, "invalid": 3}
    registry = server.server.metrics.registry
    assert {outcome: registry.get_sample_value("piiprobe_documents_total", {"outcome": outcome}) for outcome in counts} == counts


async def test_a_finding_that_cannot_be_true_fails_its_document_alone(
    start: Start, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    server = await start()
    real = server.detector.documents
    monkeypatch.setattr(
        server.detector, "documents", lambda texts: real([f"{text} {text}" if CANARY in text else text for text in texts])
    )
    read = await answers(server, document(f"{CANARY}@example.com", "a"), document("b@example.com", "b"), ordered=True)
    assert [answer.result.error.code for answer in read] == [13, 0]
    assert "ValueError" in caplog.text
    assert CANARY not in f"{read} {caplog.text}"


async def test_a_stream_waits_for_room_instead_of_being_refused(start: Start) -> None:
    server = await start(workers=1, max_queue_documents=2, max_queue_tokens=4)
    slow = await occupied(server)
    texts = [f"m{index}@example.com" for index in range(20)]
    call = await opened(server, ordered=True)
    for text in texts:
        await call.write(document(text))
    await call.done_writing()
    await until_received(server, 21)
    server.detector.go_on.set()
    assert [answer.result.id for answer in await rest(call)] == texts
    await slow
    assert set(server.server.stats().queue.rejected.values()) == {0}


async def test_no_more_is_read_than_is_held(start: Start) -> None:
    server = await start(workers=1, max_stream_documents=4)
    call = await opened(server)
    # Long on the way and short to read.
    padded = pii_pb2.DetectStreamRequest(document=pii_pb2.Document(json=f'["q@example.com"{" " * 40_000}]'))
    written = 0

    async def write() -> None:
        nonlocal written
        await call.write(document(SLOW))
        for _ in range(200):
            await call.write(padded)
            written += 1
        await call.done_writing()

    writing = asyncio.ensure_future(write())
    assert await asyncio.to_thread(server.detector.started.wait, 5)
    # The opening, those that are held, and one that waits for room.
    await until_received(server, 6)
    for _ in range(5):
        await server.stub.GetModelInfo(pii_pb2.GetModelInfoRequest())
        await asyncio.sleep(0.05)
    assert received(server) == 6
    assert server.server.stats().queue.waiting_documents <= 4
    # What lies between, in buffers of the network and of grpc, is bounded too.
    assert written < 200
    server.detector.go_on.set()
    assert len(await rest(call)) == 201
    await writing


async def test_nothing_is_read_for_a_caller_that_takes_no_answers(start: Start) -> None:
    server = await start(max_stream_documents=4)
    text = " ".join(["q@example.com"] * 500)
    call = await opened(server, top_features=64)

    async def write() -> None:
        for index in range(100):
            await call.write(document(text, str(index)))
        await call.done_writing()

    writing = asyncio.ensure_future(write())
    await until_received(server, 6)
    # 600 kB each: a few answers fit into the buffers of the network and of grpc.
    for _ in range(20):
        await asyncio.sleep(0.1)
    assert received(server) < 50
    assert len(await rest(call)) == 100
    await writing


async def test_long_documents_are_held_by_their_characters(start: Start) -> None:
    server = await start(workers=1, max_characters=100)
    call = await opened(server)
    for text in (SLOW, "x" * 60, "y" * 60, "z"):
        await call.write(document(text))
    assert await asyncio.to_thread(server.detector.started.wait, 5)
    await until_received(server, 4)
    for _ in range(3):
        await server.stub.GetModelInfo(pii_pb2.GetModelInfoRequest())
    assert received(server) == 4
    server.detector.go_on.set()
    await call.done_writing()
    assert set(outcomes(await rest(call)).values()) == {"findings"}


@pytest.mark.parametrize("way", ["cancel", "deadline"])
async def test_what_a_stream_leaves_is_never_seen_by_the_model(start: Start, way: str) -> None:
    server = await start(workers=1)
    slow = await occupied(server)
    arrivals, departures = Calls(queue_of(server), "put"), Calls(queue_of(server), "leave")
    call = await opened(server, deadline_s=1 if way == "deadline" else None)
    for index in range(3):
        await call.write(document(f"dropped {index}"))
    await call.write(chunk("x" * (HELD_BACK + 1)))
    await arrivals.wait(4)
    if way == "cancel":
        call.cancel()
    with pytest.raises((grpc.aio.AioRpcError, asyncio.CancelledError)):
        await call.read()
    assert await call.code() is (grpc.StatusCode.CANCELLED if way == "cancel" else grpc.StatusCode.DEADLINE_EXCEEDED)
    await departures.wait(4)
    stats = server.server.stats().queue
    assert (stats.waiting_documents, stats.waiting_tokens, stats.dropped["cancelled"]) == (0, 0, 4)
    server.detector.go_on.set()
    await slow
    await answers(server, document("kept"))
    assert server.detector.seen == [SLOW, "kept"]


async def test_those_that_wait_for_room_leave_too(start: Start) -> None:
    server = await start(workers=1, max_queue_documents=1)
    slow = await occupied(server)
    call = await opened(server)
    for index in range(5):
        await call.write(document(f"dropped {index}"))
    await until_received(server, 6)
    call.cancel()
    with pytest.raises(asyncio.CancelledError):
        await call.read()
    # All but that which keeps the worker busy.
    await until(lambda: value_of(server, "piiprobe_inflight_requests") == 1)
    server.detector.go_on.set()
    await slow
    read = await answers(server, document("kept"))
    assert outcomes(read) == {"kept": "findings"}
    assert server.detector.seen == [SLOW, "kept"]


async def test_a_stream_has_no_deadline_of_the_server_s(start: Start) -> None:
    server = await start(default_deadline_s=0.1, max_deadline_s=5)
    call = await opened(server, deadline_s=None)
    await asyncio.sleep(0.3)
    await call.write(document("late"))
    assert (await call.read()).result.id == "late"
    await call.done_writing()
    assert await call.code() is grpc.StatusCode.OK


async def test_a_stream_outlives_the_age_of_connections(start: Start) -> None:
    server = await start(max_connection_age_s=0.2, max_deadline_s=0.2)
    call = await opened(server, deadline_s=None)
    async with asyncio.timeout(10):
        await server.channel.wait_for_state_change(grpc.ChannelConnectivity.READY)
    await asyncio.sleep(0.5)
    await call.write(document("late"))
    assert (await call.read()).result.id == "late"


async def test_a_document_that_waits_too_long_gets_its_own_error(start: Start) -> None:
    server = await start(workers=1, max_deadline_s=0.2)
    call = await opened(server)
    await call.write(document(SLOW))
    assert await asyncio.to_thread(server.detector.started.wait, 5)
    error = (await call.read()).result.error
    assert (error.code, error.message) == (4, "the deadline passes before the text could be read")
    server.detector.go_on.set()
    await call.write(document("quick"))
    assert (await call.read()).result.HasField("findings")
    await call.done_writing()
    assert await call.read() is grpc.aio.EOF


async def test_a_server_that_drains_answers_what_it_has_taken_and_ends_the_stream(start: Start) -> None:
    server = await start(workers=1, drain_grace_s=10)
    idle = await opened(server, deadline_s=None)
    half = await opened(server)
    await half.write(document("half@example.com"))
    call = await opened(server)
    await call.write(document(SLOW))
    await call.write(document("q@example.com"))
    assert await asyncio.to_thread(server.detector.started.wait, 5)
    await until_received(server, 6)
    await half.done_writing()
    server.server.stop()
    error = await failure(idle)
    assert (error.code(), error.details()) == (grpc.StatusCode.UNAVAILABLE, "the model is loading or the server is stopping")
    server.detector.go_on.set()
    assert outcomes([await call.read(), await call.read()]) == {SLOW: "findings", "q@example.com": "findings"}
    assert (await failure(call)).code() is grpc.StatusCode.UNAVAILABLE
    # All that was wanted of this one is answered.
    assert (await half.read()).result.id == "half@example.com"
    assert await half.code() is grpc.StatusCode.OK
    await server.outcome


def test_a_process_with_an_open_stream_drains() -> None:
    with served(drain_grace_s=20) as server, ready(server) as channel:
        going_on = threading.Event()

        def requests() -> Iterator[pii_pb2.DetectStreamRequest]:
            yield opening()
            yield document("q@example.com")
            going_on.wait(20)

        call = pii_pb2_grpc.PiiServiceStub(channel).DetectStream(requests())
        assert next(call).HasField("opened")
        assert next(call).HasField("result")
        server.process.send_signal(signal.SIGTERM)
        with pytest.raises(grpc.RpcError) as caught:
            next(call)
        going_on.set()
        assert caught.value.code() is grpc.StatusCode.UNAVAILABLE
        assert server.process.wait(10) == 0


async def test_a_broken_engine_ends_the_stream(start: Start) -> None:
    server = await start(workers=1)
    call = await opened(server)
    await call.write(document(f"{DIES} {CANARY}", "dies"))
    assert (await failure(call)).code() is grpc.StatusCode.UNAVAILABLE
    await asyncio.wait((server.outcome,), timeout=5)
    assert server.outcome.exception()


def spans(read: Sequence[Any], identity: str = "t") -> list[tuple[int, int]]:
    parts = [answer.chunk for answer in read if answer.chunk.id == identity]
    assert [part.last for part in parts] == [False] * (len(parts) - 1) + [True]
    read_to = 0
    for part in parts:
        for finding in part.findings:
            assert read_to <= finding.start < finding.end <= part.read_to
            read_to = finding.end
        read_to = part.read_to
    return [(finding.start, finding.end) for part in parts for finding in part.findings]


@pytest.mark.parametrize("encoding", sorted(CODECS))
async def test_offsets_of_a_text_in_chunks_count_from_its_start(start: Start, encoding: Any) -> None:
    server = await start()
    text = "".join(f"👋 山田 m{index}@example.com " for index in range(600))
    read = await answers(server, *chunks_of(cut_into(text, range(0, len(text), 777))), offset_encoding=encoding)
    codec, width = CODECS[encoding]
    encoded = text.encode(codec)
    assert len(read) == 1 + (len(text) - HELD_BACK) // 4096 + ((len(text) - HELD_BACK) % 4096 > 0)
    assert [encoded[width * begin : width * end].decode(codec) for begin, end in spans(read)] == EMAIL.findall(text)
    assert read[-1].chunk.read_to == len(encoded) // width


async def test_findings_of_a_long_text_are_sent_before_it_ends(start: Start) -> None:
    server = await start()
    call = await opened(server)
    text = ("q@example.com " * 400)[:HELD_BACK]
    await call.write(chunk(text))
    await call.write(chunk(" "))
    part = (await call.read()).chunk
    assert (part.id, part.last, part.read_to) == ("t", False, 4101)
    assert len(part.findings) == 293
    await call.write(chunk("", last=True))
    part = (await call.read()).chunk
    assert (part.last, part.read_to) == (True, HELD_BACK + 1)
    await call.done_writing()
    assert await call.read() is grpc.aio.EOF


@pytest.mark.parametrize("ordered", [True, False])
async def test_texts_in_turns_and_documents_between_them(start: Start, ordered: bool) -> None:
    server = await start(workers=2)
    texts = {name: "".join(f"{name}{index}@example.com " for index in range(900)) for name in ("a", "b", "c")}
    parts = [chunks_of(cut_into(text, range(0, len(text), 1_111)), name) for name, text in texts.items()]
    requests = [request for turn in zip(*parts, strict=True) for request in (*turn, document("d@example.com", "d"))]
    read = await answers(server, *requests, ordered=ordered)
    for name, text in texts.items():
        assert [text[begin:end] for begin, end in spans(read, name)] == EMAIL.findall(text)
    assert sum(answer.result.id == "d" for answer in read) == len(parts[0])


@given(data=st.data())
@settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
async def test_a_text_is_read_alike_wherever_it_is_cut(data: st.DataObject, start: Start) -> None:
    text = data.draw(TEXTS)
    cuts = data.draw(st.lists(st.integers(0, len(text)), max_size=6))
    server = await start(workers=2)
    deny = [pii_pb2.DenyTerm(text="zoë quist", entity_type="STAFF")]
    with sizes(24, 16, 16):
        together = await answers(server, *chunks_of([text], "t"), deny=deny)
        assert [answer.chunk for answer in together] == [
            answer.chunk for answer in await answers(server, *chunks_of(cut_into(text, cuts), "t"), deny=deny)
        ]
    (whole,) = await answers(server, document(text, "t"), deny=deny)
    assert spans(together) == [(finding.start, finding.end) for finding in whole.result.findings.findings]


async def test_an_empty_text_in_chunks(start: Start) -> None:
    server = await start()
    (answer,) = await answers(server, chunk("", last=True))
    assert answer.chunk == pii_pb2.ChunkFindings(id="t", last=True)


async def test_a_text_that_does_not_end_is_an_error(start: Start) -> None:
    server = await start()
    read = await answers(server, chunk("a@example.com"), *chunks_of(["b@", "example.com"], "u"), chunk("c", "v"), ordered=True)
    assert spans(read, "u") == [(0, 13)]
    errors = [answer.result for answer in read if answer.HasField("result")]
    assert [(each.id, each.error.code, each.error.field) for each in errors] == [("t", 3, "chunk.last"), ("v", 3, "chunk.last")]
    assert value_of(server, "piiprobe_documents_total", outcome="invalid") == 2


@pytest.mark.parametrize("ordered", [True, False])
async def test_nothing_follows_the_error_of_a_text(start: Start, ordered: bool) -> None:
    server = await start(max_characters=HELD_BACK * 2)
    good = "q@example.com " * 1_000
    breaks = good[:8_000] + f" {BREAKS} " + good
    read = await answers(
        server,
        *chunks_of(cut_into(breaks, range(0, len(breaks), 3_000)), "breaks"),
        *chunks_of([good[:9_000], "x" * (HELD_BACK * 2 + 1), "y@example.com"], "long"),
        *chunks_of(cut_into(good, range(0, len(good), 3_000)), "good"),
        ordered=ordered,
    )
    assert [good[begin:end] for begin, end in spans(read, "good")] == EMAIL.findall(good)
    for name, code, field, before in (("breaks", 13, "", 1), ("long", 3, "chunk.text", 2)):
        of_it = [answer for answer in read if name in (answer.chunk.id, answer.result.id)]
        assert [answer.WhichOneof("message") for answer in of_it] == ["chunk"] * (len(of_it) - 1) + ["result"]
        assert len(of_it) <= before + 1
        assert (of_it[-1].result.error.code, of_it[-1].result.error.field) == (code, field)


async def test_a_text_whose_offsets_would_not_fit_is_refused(start: Start, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("service.stream.LONGEST", 20)
    server = await start()
    read = await answers(server, *chunks_of(["a" * 20, "b"]), *chunks_of(["a" * 20, ""], "u"), ordered=True)
    assert [(answer.result.id, answer.result.error.field) for answer in read[:1]] == [("t", "chunk.text")]
    assert spans(read[1:], "u") == []


async def test_a_text_may_begin_anew_under_its_name(start: Start) -> None:
    server = await start()
    read = await answers(server, *chunks_of([BREAKS]), *chunks_of(["a@example.com"]), ordered=True)
    assert (read[0].result.error.code, spans(read[1:])) == (13, [(0, 13)])


async def test_too_many_texts_at_once_end_the_stream(start: Start) -> None:
    server = await start(max_stream_documents=2)
    call = await opened(server)
    for request in (chunk("a", "a", last=True), chunk("b", "b"), chunk("c", "c"), chunk("d", "d")):
        await call.write(request)
    assert (await call.read()).chunk.id == "a"
    error = await failure(call)
    assert (error.code(), fields_of(error).keys()) == (grpc.StatusCode.INVALID_ARGUMENT, {"chunk.id"})


async def test_limits_are_told(start: Start) -> None:
    server = await start(max_stream_documents=7)
    assert (await server.stub.GetModelInfo(pii_pb2.GetModelInfoRequest())).limits.max_stream_documents == 7


async def test_a_stream_before_the_model_is_loaded_is_unavailable(start: Start) -> None:
    server = await start(slow_loader(0.5), wait=False)
    call = server.stub.DetectStream(timeout=20)
    await call.write(opening())
    assert (await failure(call)).code() is grpc.StatusCode.UNAVAILABLE


async def test_nothing_of_a_stream_is_logged(start: Start, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    server = await start(max_characters=60)
    call = await opened(server)
    for request in (document(CANARY), document(f"{BREAKS} {CANARY}"), document(CANARY * 9), *chunks_of([CANARY, CANARY], CANARY)):
        await call.write(request)
    await call.write(pii_pb2.DetectStreamRequest())
    with contextlib.suppress(grpc.aio.AioRpcError):
        await rest(call)
    assert CANARY not in caplog.text

"""One text in chunks through both clients, against a server that reads it as the contract says."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Iterable, Iterator
from typing import Any

import grpc
import pytest
from fakes import EMAIL
from scripted import READ, Refusal, Scripted, scripted

from piiprobe import (
    AsyncPiiClient,
    ChunkFindings,
    DeadlineExceededError,
    InvalidArgumentError,
    MismatchError,
    PiiClient,
    ServerError,
    UnavailableError,
)
from piiprobe.v1 import pii_pb2

BOTH = pytest.mark.parametrize("client", ["blocking", "async"])
TEXT = "write to a@example.com or to zoë@example.com, not to 👋 nobody"


async def read_all(client: str, target: str, chunks: Iterable[str], **options: Any) -> list[ChunkFindings]:
    def block() -> list[ChunkFindings]:
        with PiiClient(target) as blocking:
            return list(blocking.detect_chunks("t", chunks, **options))

    if client == "blocking":
        return await asyncio.to_thread(block)
    async with AsyncPiiClient(target) as for_loops:
        return [answer async for answer in for_loops.detect_chunks("t", chunks, **options)]


def answer(**fields: Any) -> pii_pb2.DetectStreamResponse:
    return pii_pb2.DetectStreamResponse(**fields)


async def reads(requests: Any, context: Any) -> AsyncIterator[pii_pb2.DetectStreamResponse]:
    """Finds addresses in words that have ended."""
    opening = await anext(requests)
    assert opening.opening.options.offset_encoding == pii_pb2.OFFSET_ENCODING_CODE_POINTS
    yield answer(opened=pii_pb2.StreamOpened(max_held_back_characters=100, **READ))
    text, read_to = "", 0
    async for request in requests:
        text += request.chunk.text
        end = len(text) if request.chunk.last else text.rfind(" ") + 1
        found = [
            pii_pb2.Finding(entity_type="EMAIL", start=match.start(), end=match.end())
            for match in EMAIL.finditer(text, read_to, end)
        ]
        read_to = max(read_to, end)
        yield answer(chunk=pii_pb2.ChunkFindings(id=request.chunk.id, findings=found, read_to=read_to, last=request.chunk.last))


def ending(*messages: pii_pb2.DetectStreamResponse) -> Callable[..., AsyncIterator[pii_pb2.DetectStreamResponse]]:
    """Opens the stream and then gives `messages`, whatever is sent."""

    async def stream(requests: Any, context: Any) -> AsyncIterator[pii_pb2.DetectStreamResponse]:
        await anext(requests)
        yield answer(opened=pii_pb2.StreamOpened(**READ))
        for message in messages:
            yield message
        async for _ in requests:
            pass

    return stream


@BOTH
@pytest.mark.parametrize("size", [1, 7, 1000])
async def test_findings_count_from_the_start_of_the_text(client: str, size: int) -> None:
    chunks = [TEXT[at : at + size] for at in range(0, len(TEXT), size)]
    async with scripted(Scripted(stream=reads)) as server:
        answers = await read_all(client, server.target, chunks)
    found = [TEXT[finding.start : finding.end] for each in answers for finding in each.findings]
    assert found == ["a@example.com", "zoë@example.com,"[:-1]]
    assert [each.last for each in answers] == [False] * (len(answers) - 1) + [True]
    assert answers[-1].read_to == len(TEXT)


@BOTH
async def test_a_chunk_may_be_larger_than_a_message(client: str) -> None:
    async with scripted(Scripted(stream=reads)) as server:
        answers = await read_all(client, server.target, ["x " * 2_000_000, "a@example.com"])
    assert sum(len(each.findings) for each in answers) == 1
    assert answers[-1].read_to == 4_000_013


@BOTH
async def test_an_empty_text_is_read_too(client: str) -> None:
    async with scripted(Scripted(stream=reads)) as server:
        assert await read_all(client, server.target, []) == [ChunkFindings("t", (), 0, True)]


@BOTH
async def test_a_server_that_does_not_open_the_stream_is_asked_again_before_a_chunk_is_taken(client: str) -> None:
    taken: list[int] = []

    def chunks() -> Iterator[str]:
        taken.append(len(server.asked))
        yield "a@example.com"

    refusals = (Refusal(grpc.StatusCode.UNAVAILABLE), Refusal(grpc.StatusCode.RESOURCE_EXHAUSTED, retry_s=0.1))
    async with scripted(Scripted(*refusals, stream=reads)) as server:
        answers = await read_all(client, server.target, chunks())
    assert sum(len(each.findings) for each in answers) == 1
    assert taken == [2]


@BOTH
async def test_a_connection_that_is_lost_later_is_an_error(client: str) -> None:
    async def lost(requests: Any, context: Any) -> AsyncIterator[pii_pb2.DetectStreamResponse]:
        yield answer(opened=pii_pb2.StreamOpened(**READ))
        await Refusal(grpc.StatusCode.UNAVAILABLE).end(context)

    async with scripted(Scripted(stream=lost)) as server:
        with pytest.raises(UnavailableError):
            await read_all(client, server.target, ["x"])


@BOTH
@pytest.mark.parametrize(
    ("messages", "error"),
    [
        ([], MismatchError),
        ([answer(chunk=pii_pb2.ChunkFindings(id="t", read_to=1))], MismatchError),
        ([answer(chunk=pii_pb2.ChunkFindings(id="another", last=True))], MismatchError),
        ([answer(chunk=pii_pb2.ChunkFindings(id="t", read_to=n)) for n in (5, 4)], MismatchError),
        ([answer(chunk=pii_pb2.ChunkFindings(id="t", last=True))] * 2, MismatchError),
        ([answer()], MismatchError),
        ([answer(result=pii_pb2.DocumentResult(id="t", error=pii_pb2.DocumentError(code=13, message="m")))], ServerError),
        (
            [answer(result=pii_pb2.DocumentResult(id="t", error=pii_pb2.DocumentError(code=3, message="m", field="chunk")))],
            InvalidArgumentError,
        ),
    ],
    ids=["no answers", "no last one", "another id", "backwards", "two last ones", "nothing", "a failure", "a refusal"],
)
async def test_a_text_that_is_not_read_to_its_end_is_an_error(client: str, messages: Any, error: type[Exception]) -> None:
    async with scripted(Scripted(stream=ending(*messages))) as server:
        with pytest.raises(error):
            await read_all(client, server.target, ["x"])


@BOTH
async def test_a_stream_that_is_not_opened_is_an_error(client: str) -> None:
    async def silent(requests: Any, context: Any) -> AsyncIterator[pii_pb2.DetectStreamResponse]:
        for message in ():
            yield message

    async with scripted(Scripted(stream=silent)) as server:
        with pytest.raises(MismatchError):
            await read_all(client, server.target, ["x"])


@BOTH
async def test_chunks_that_break_break_the_answers_with_their_own_error(client: str) -> None:
    def chunks() -> Iterator[str]:
        yield "x"
        raise OSError("the disk is gone")

    async with scripted(Scripted(stream=reads)) as server:
        with pytest.raises(OSError, match="the disk is gone"):
            await read_all(client, server.target, chunks())
        with pytest.raises(InvalidArgumentError) as caught:
            await read_all(client, server.target, ["\ud800"])
    assert caught.value.fields.keys() == {"chunk"}


@BOTH
async def test_the_deadline_is_that_of_the_whole_text(client: str) -> None:
    async def stuck(requests: Any, context: Any) -> AsyncIterator[pii_pb2.DetectStreamResponse]:
        yield answer(opened=pii_pb2.StreamOpened(**READ))
        await asyncio.sleep(60)

    async with scripted(Scripted(stream=stuck)) as server:
        with pytest.raises(DeadlineExceededError):
            await read_all(client, server.target, ["x"], timeout=0.3)


async def test_leaving_early_ends_the_stream() -> None:
    ended = asyncio.Event()

    async def counted(requests: Any, context: Any) -> AsyncIterator[pii_pb2.DetectStreamResponse]:
        try:
            async for each in reads(requests, context):
                yield each
        finally:
            ended.set()

    def leave(target: str) -> None:
        with PiiClient(target) as client:
            answers = client.detect_chunks("t", iter(lambda: "a@example.com ", None))
            assert next(answers).id == "t"
            answers.close()

    async with scripted(Scripted(stream=counted)) as server:
        await asyncio.to_thread(leave, server.target)
        await asyncio.wait_for(ended.wait(), 5)

"""The client for event loops against a real server: what it shares with the other one is tested there."""

from __future__ import annotations

import asyncio
import inspect
import os
from typing import Any

import grpc
import pytest
from certificates import Authority
from conftest import Start
from fakes import BREAKS, SLOW
from scripted import READ, Refusal, Scripted, scripted

from piiprobe import (
    AsyncPiiClient,
    DeadlineExceededError,
    DocumentFailure,
    ForkedClientError,
    InvalidArgumentError,
    PiiClient,
    PiiprobeError,
    ResourceExhaustedError,
    ServerError,
    UnauthenticatedError,
    UnavailableError,
)
from piiprobe.v1 import pii_pb2

TOKEN = "an-invented-token-0123"


def test_both_clients_have_the_same_methods_with_the_same_arguments() -> None:
    def public(client: type) -> dict[str, list[str]]:
        functions = inspect.getmembers(client, inspect.isfunction)
        return {name: [*inspect.signature(function).parameters] for name, function in functions if not name.startswith("_")}

    assert public(AsyncPiiClient) == public(PiiClient)


async def test_the_answers_are_those_of_the_blocking_client(start: Start) -> None:
    server = await start(max_characters=100)

    def block() -> list[Any]:
        with PiiClient(server.target) as client:
            batch = client.detect_batch(["a@example.com", "x" * 101], top_features=1)
            return [client.detect("a@example.com"), batch, client.model_info(), client.entity_types(), client.health()]

    async with AsyncPiiClient(server.target) as client:
        batch = await client.detect_batch(["a@example.com", "x" * 101], top_features=1)
        answers = [
            await client.detect("a@example.com"),
            batch,
            await client.model_info(),
            await client.entity_types(),
            await client.health(),
        ]
    assert answers == await asyncio.to_thread(block)
    assert isinstance(batch[1], DocumentFailure)


async def test_redaction_and_restoring() -> None:
    redaction = pii_pb2.Redaction(texts=[pii_pb2.RedactedText(text="<PERSON> sings")], found=pii_pb2.DocumentFindings())
    answers = (
        pii_pb2.RedactResponse(id="", redaction=redaction, **READ),
        pii_pb2.BatchRedactResponse(results=[pii_pb2.RedactionResult(redaction=redaction)], **READ),
        pii_pb2.BatchRedactResponse(results=[pii_pb2.RedactionResult(redaction=redaction)], **READ),
        pii_pb2.RestoreResponse(text="Zoë sings", restored=1),
    )
    async with scripted(Scripted(*answers)) as server, AsyncPiiClient(server.target) as client:
        assert (await client.redact("Zoë sings")).text == "<PERSON> sings"
        assert [each.text for each in await client.redact_batch(["Zoë sings"])] == ["<PERSON> sings"]
        assert [each.text async for _, each in client.redact_many([(1, "Zoë sings")])] == ["<PERSON> sings"]
        assert (await client.restore("<sealed> sings")).restored == 1


async def test_errors_have_types_and_fields(start: Start) -> None:
    server = await start(max_message_bytes=5000, max_characters=100)
    async with AsyncPiiClient(server.target) as client:
        with pytest.raises(InvalidArgumentError) as invalid:
            await client.detect("x", entity_types=["NO_SUCH_TYPE"])
        assert invalid.value.fields.keys() == {"options.entity_types[0]"}
        with pytest.raises(ServerError):
            await client.detect(BREAKS)
        with pytest.raises(ResourceExhaustedError) as exhausted:
            await client.detect("x" * 6000)
        assert exhausted.value.retry_after_s is None
        with pytest.raises(DeadlineExceededError):
            await client.detect(SLOW, timeout=0.2)
    with pytest.raises(PiiprobeError, match="closed"):
        await client.detect("x")


async def test_failures_that_pass_are_waited_for() -> None:
    answer = pii_pb2.DetectResponse(result=pii_pb2.DocumentFindings(), **READ)
    refusals = (Refusal(grpc.StatusCode.UNAVAILABLE), Refusal(grpc.StatusCode.RESOURCE_EXHAUSTED, retry_s=0.1))
    async with scripted(Scripted(*refusals, answer)) as server:
        async with AsyncPiiClient(server.target) as client:
            assert (await client.detect("x")).findings == ()
        assert len(server.asked) == 3
    async with AsyncPiiClient("127.0.0.1:1", timeout=5, retry_for=0.3) as client:
        with pytest.raises(UnavailableError):
            await client.detect("x")


async def test_cancelling_the_caller_cancels_the_call(start: Start) -> None:
    server = await start(workers=1)
    async with AsyncPiiClient(server.target) as client:
        asking = asyncio.create_task(client.detect(SLOW))
        assert await asyncio.to_thread(server.detector.started.wait, 5)
        asking.cancel()
        with pytest.raises(asyncio.CancelledError):
            await asking
        server.detector.go_on.set()
        assert len((await client.detect("a@example.com")).findings) == 1


async def test_tls_and_a_token(start: Start, tmp_path: Any) -> None:
    authority = Authority("invented authority")
    certificate, key = authority.issue().write(tmp_path, "server")
    tokens = tmp_path / "tokens"
    tokens.write_text(TOKEN)
    server = await start(tls_certificate=certificate, tls_key=key, token_file=tokens)
    async with AsyncPiiClient(server.target, ca=authority.pem, token=TOKEN) as client:
        assert len((await client.detect("a@example.com")).findings) == 1
    async with AsyncPiiClient(server.target, ca=authority.pem) as client:
        with pytest.raises(UnauthenticatedError):
            await client.detect("x")
    with pytest.raises(ValueError, match="without TLS"):
        AsyncPiiClient("pii.example:50051", token=TOKEN)


async def test_a_forked_process_is_told_to_make_its_own(start: Start, monkeypatch: pytest.MonkeyPatch) -> None:
    server = await start()
    async with AsyncPiiClient(server.target) as client:
        await client.detect("x")
        with monkeypatch.context() as child:
            child.setattr(os, "getpid", lambda: -1)
            with pytest.raises(ForkedClientError):
                await client.detect("x")

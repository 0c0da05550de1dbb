"""The client against a real server."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from typing import Any

import grpc
import pytest
from conftest import Running, Start
from fakes import BREAKS, SLOW

from piiprobe import (
    DeadlineExceededError,
    Document,
    DocumentFailure,
    InvalidArgumentError,
    PiiClient,
    PiiprobeError,
    ResourceExhaustedError,
    Result,
    ServerError,
    UnavailableError,
)
from piiprobe.v1 import pii_pb2

CANARY = "canary-7f3a"


async def ask(server: Running, method: str, *arguments: Any, **options: Any) -> Any:
    def call() -> Any:
        with PiiClient(server.target, timeout=10) as client:
            return getattr(client, method)(*arguments, **options)

    return await asyncio.to_thread(call)


async def test_detect(start: Start) -> None:
    server = await start()
    text = "👋 write to zoë@example.com"
    result = await ask(server, "detect", text, top_features=2)
    (finding,) = result.findings
    assert text[finding.start : finding.end] == "zoë@example.com"
    assert len(finding.contributions) == 2
    total = finding.bias + sum(item.logit for item in finding.contributions) + finding.other_features
    assert total == pytest.approx(finding.logit)
    assert (result.tokens_processed, result.model.name) == (4, "fake")
    assert (await ask(server, "detect", text, entity_types=["PERSON"])).findings == ()


async def test_detect_batch(start: Start) -> None:
    server = await start(max_characters=20)
    one, two, three = await ask(
        server, "detect_batch", ["a@example.com", Document("x" * 21, id="long"), Document("", id="empty")]
    )
    assert isinstance(one, Result)
    assert len(one.findings) == 1
    assert isinstance(two, DocumentFailure)
    assert (two.id, two.code, two.field) == ("long", "INVALID_ARGUMENT", "documents[1].text")
    assert three == Result("empty", (), 0, one.model)


async def test_model_info_and_entity_types(start: Start) -> None:
    server = await start()
    info = await ask(server, "model_info")
    assert (info.model.name, info.features_read, info.max_documents) == ("fake", 3, 256)
    kinds = await ask(server, "entity_types")
    assert tuple(kind.name for kind in kinds) == info.entity_types


async def test_errors_have_types_and_fields(start: Start) -> None:
    server = await start(max_message_bytes=5000, max_characters=100)
    with pytest.raises(InvalidArgumentError) as invalid:
        await ask(server, "detect", "x", entity_types=["NO_SUCH_TYPE"])
    assert invalid.value.fields.keys() == {"options.entity_types[0]"}
    with pytest.raises(ServerError):
        await ask(server, "detect", BREAKS)
    with pytest.raises(ResourceExhaustedError):
        await ask(server, "detect", "x" * 6000)
    with pytest.raises(DeadlineExceededError):
        await ask(server, "detect", SLOW, timeout=0.2)


def test_a_server_that_is_not_there_is_unavailable() -> None:
    with PiiClient("127.0.0.1:1", timeout=5) as client, pytest.raises(UnavailableError):
        client.detect("x")


def test_a_lone_surrogate_is_an_invalid_argument_without_the_text() -> None:
    with PiiClient("127.0.0.1:1") as client, pytest.raises(InvalidArgumentError) as caught:
        client.detect_batch(["fine", f"{CANARY} \ud800"])
    assert caught.value.fields.keys() == {"documents[1]"}
    assert caught.value.__context__ is None
    assert CANARY not in str(caught.value)


@pytest.mark.parametrize(
    "answer",
    [
        pii_pb2.BatchDetectResponse(offset_encoding=pii_pb2.OFFSET_ENCODING_CODE_POINTS),
        pii_pb2.BatchDetectResponse(
            offset_encoding=pii_pb2.OFFSET_ENCODING_CODE_POINTS, results=[pii_pb2.DocumentResult(id="a")]
        ),
        pii_pb2.BatchDetectResponse(results=[pii_pb2.DocumentResult(id="a", findings=pii_pb2.DocumentFindings())]),
    ],
    ids=["no results", "no outcome", "unknown offsets"],
)
def test_an_answer_that_does_not_fit_is_an_error(answer: pii_pb2.BatchDetectResponse, monkeypatch: pytest.MonkeyPatch) -> None:
    client = PiiClient("127.0.0.1:1")
    monkeypatch.setattr(client, "_call", lambda *_: answer)
    with client, pytest.raises(ServerError):
        client.detect_batch([Document("x", id="a")])


def test_an_error_without_details_has_no_fields() -> None:
    class Broken(grpc.RpcError):
        pass

    from piiprobe.errors import from_rpc_error

    assert isinstance(from_rpc_error(Broken()), PiiprobeError)


def test_importing_the_client_imports_no_server_and_no_model() -> None:
    heavy = ["torch", "transformers", "numpy", "pydantic", "service", "probes"]
    script = f"import sys, piiprobe; print([name for name in {heavy!r} if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"

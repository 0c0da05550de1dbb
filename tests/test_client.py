"""The client against a real server."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import grpc
import pytest
from conftest import Running, Start
from fakes import BREAKS, EVIDENCE, SLOW, THRESHOLDS

from piiprobe import (
    DeadlineExceededError,
    Document,
    DocumentFailure,
    InvalidArgumentError,
    OperatingPoint,
    PiiClient,
    PiiprobeError,
    ResourceExhaustedError,
    Result,
    ServerError,
    UnavailableError,
)
from piiprobe.v1 import pii_pb2, pii_pb2_grpc
from probes.entity import ENTITY_TYPES

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
    assert [(item.name, item.logit) for item in finding.evidence] == [(item.name, item.logit) for item in EVIDENCE]
    total = finding.bias + sum(item.logit for item in (*finding.contributions, *finding.evidence)) + finding.other_features
    assert total == pytest.approx(finding.logit)
    assert (result.tokens_processed, result.model.name, result.operating_point) == (4, "fake", "balanced")
    assert (await ask(server, "detect", text, entity_types=["PERSON"])).findings == ()


@pytest.mark.parametrize("structure", [True, False])
@pytest.mark.parametrize("operating_point", ["recall", "balanced", "precision", None])
async def test_operating_point_and_structure(start: Start, operating_point: OperatingPoint | None, structure: bool) -> None:
    server = await start(operating_point="precision")
    text, options = "a@example.com", {"operating_point": operating_point, "structure": structure}
    one = await ask(server, "detect", text, **options)
    (other,) = await ask(server, "detect_batch", [text], **options)
    used = operating_point or "precision"
    assert server.detector.asked == [(used, structure)] * 2
    assert one == other
    assert one.operating_point == used
    reported = (0.75 if structure else 0.375) >= THRESHOLDS[used]
    assert [len(finding.evidence) for finding in one.findings] == [len(EVIDENCE) * structure] * reported


def test_an_operating_point_that_does_not_exist_is_an_invalid_argument() -> None:
    with PiiClient("127.0.0.1:1") as client, pytest.raises(InvalidArgumentError) as caught:
        client.detect("x", operating_point="strict")  # type: ignore[arg-type]
    assert caught.value.fields.keys() == {"options.operating_point"}


async def test_detect_batch(start: Start) -> None:
    server = await start(max_characters=20)
    one, two, three = await ask(
        server, "detect_batch", ["a@example.com", Document("x" * 21, id="long"), Document("", id="empty")]
    )
    assert isinstance(one, Result)
    assert len(one.findings) == 1
    assert isinstance(two, DocumentFailure)
    assert (two.id, two.code, two.field) == ("long", "INVALID_ARGUMENT", "documents[1].text")
    assert three == Result("empty", (), 0, one.model, "balanced")


async def test_model_info_and_entity_types(start: Start) -> None:
    server = await start(operating_point="recall")
    info = await ask(server, "model_info")
    assert (info.model.name, info.features_read, info.max_documents) == ("fake", 3, 256)
    assert info.default_operating_point == "recall"
    assert info.thresholds == {point: dict.fromkeys(ENTITY_TYPES, value) for point, value in THRESHOLDS.items()}
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


def test_a_call_that_a_stopping_server_cancels_is_unavailable() -> None:
    class Stopping(pii_pb2_grpc.PiiServiceServicer):
        def Detect(self, request: Any, context: Any) -> Any:
            context.abort(grpc.StatusCode.CANCELLED, "CANCELLED")

    server = grpc.server(ThreadPoolExecutor(1))
    pii_pb2_grpc.add_PiiServiceServicer_to_server(Stopping(), server)
    port = server.add_insecure_port("127.0.0.1:0")
    server.start()
    with PiiClient(f"127.0.0.1:{port}", timeout=10) as client, pytest.raises(UnavailableError) as caught:
        client.detect("x")
    assert caught.value.code == "CANCELLED"
    server.stop(None).wait()


def test_a_lone_surrogate_is_an_invalid_argument_without_the_text() -> None:
    with PiiClient("127.0.0.1:1") as client, pytest.raises(InvalidArgumentError) as caught:
        client.detect_batch(["fine", f"{CANARY} \ud800"])
    assert caught.value.fields.keys() == {"documents[1]"}
    assert caught.value.__context__ is None
    assert CANARY not in str(caught.value)


def fitting_answer(**fields: Any) -> pii_pb2.BatchDetectResponse:
    answer = pii_pb2.BatchDetectResponse(
        offset_encoding=pii_pb2.OFFSET_ENCODING_CODE_POINTS,
        operating_point=pii_pb2.OPERATING_POINT_RECALL,
        results=[pii_pb2.DocumentResult(id="a", findings=pii_pb2.DocumentFindings())],
    )
    for field in fields:
        answer.ClearField(field)
    answer.MergeFrom(pii_pb2.BatchDetectResponse(**fields))
    return answer


def asked_for_recall(answer: pii_pb2.BatchDetectResponse, monkeypatch: pytest.MonkeyPatch) -> list[Result | DocumentFailure]:
    with PiiClient("127.0.0.1:1") as client:
        monkeypatch.setattr(client, "_call", lambda *_: answer)
        return client.detect_batch([Document("x", id="a")], operating_point="recall")


@pytest.mark.parametrize(
    "wrong",
    [
        {"results": []},
        {"results": [pii_pb2.DocumentResult(id="a")]},
        {"offset_encoding": pii_pb2.OFFSET_ENCODING_UNSPECIFIED},
        {"operating_point": pii_pb2.OPERATING_POINT_UNSPECIFIED},
        {"operating_point": pii_pb2.OPERATING_POINT_PRECISION},
        {"operating_point": 9},
    ],
    ids=["no results", "no outcome", "unknown offsets", "no point", "another point", "unknown point"],
)
def test_an_answer_that_does_not_fit_is_an_error(wrong: dict[str, Any], monkeypatch: pytest.MonkeyPatch) -> None:
    assert len(asked_for_recall(fitting_answer(), monkeypatch)) == 1
    with pytest.raises(ServerError):
        asked_for_recall(fitting_answer(**wrong), monkeypatch)


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

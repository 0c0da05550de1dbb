"""The client against a real server."""

from __future__ import annotations

import asyncio
import dataclasses
import doctest
import pickle
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import grpc
import pytest
from conftest import Running, Start
from fakes import BREAKS, EVIDENCE, SLOW, THRESHOLDS
from scripted import LIMITS, READ, Refusal, Scripted, nothing_found, scripted

from piiprobe import (
    AsyncPiiClient,
    Batch,
    DeadlineExceededError,
    DenyTerm,
    Document,
    DocumentFailure,
    ForkedClientError,
    InvalidArgumentError,
    JsonDocument,
    MismatchError,
    OperatingPoint,
    Pattern,
    PiiClient,
    PiiprobeError,
    Replacement,
    ResourceExhaustedError,
    Result,
    ServerError,
    UnavailableError,
)
from piiprobe.channel import KEEPALIVE_MS
from piiprobe.retries import Retries
from piiprobe.v1 import pii_pb2, pii_pb2_grpc
from probes.entity import ENTITY_TYPES
from service.listener import MIN_PING_INTERVAL_MS

CANARY = "canary-7f3a"


async def ask(server: Running | Scripted, method: str, *arguments: Any, **options: Any) -> Any:
    def call() -> Any:
        with PiiClient(server.target, timeout=10) as client:
            answer = getattr(client, method)(*arguments, **options)
            return list(answer) if isinstance(answer, Iterator) else answer

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
    with PiiClient(f"127.0.0.1:{port}", timeout=10, retry_for=0) as client, pytest.raises(UnavailableError) as caught:
        client.detect("x")
    assert caught.value.code == "CANCELLED"
    server.stop(None).wait()


async def test_a_lone_surrogate_is_an_invalid_argument_without_the_text(start: Start) -> None:
    server = await start()
    text = f"{CANARY} \ud800"
    with pytest.raises(InvalidArgumentError) as caught:
        await ask(server, "detect", text)
    assert caught.value.fields.keys() == {"document"}
    assert caught.value.__context__ is None
    assert CANARY not in str(caught.value)
    with pytest.raises(InvalidArgumentError) as caught:
        await ask(server, "detect", "x", allow=[text])
    assert caught.value.fields.keys() == {"options"}
    fine, failure = await ask(server, "detect_batch", ["fine", text])
    assert isinstance(fine, Result)
    assert (failure.code, failure.field) == ("INVALID_ARGUMENT", "documents[1].text")
    assert CANARY not in repr(failure)


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


async def asked_for_recall(answer: pii_pb2.BatchDetectResponse) -> Batch[Result]:
    async with scripted(Scripted(answer)) as server:
        return await ask(server, "detect_batch", [Document("x", id="a")], operating_point="recall")


@pytest.mark.parametrize(
    "wrong",
    [
        {"results": []},
        {"results": [pii_pb2.DocumentResult(id="a")]},
        {"results": [pii_pb2.DocumentResult(id="b", findings=pii_pb2.DocumentFindings())]},
        {"offset_encoding": pii_pb2.OFFSET_ENCODING_UNSPECIFIED},
        {"operating_point": pii_pb2.OPERATING_POINT_UNSPECIFIED},
        {"operating_point": pii_pb2.OPERATING_POINT_PRECISION},
        {"operating_point": 9},
    ],
    ids=["no results", "no outcome", "another id", "unknown offsets", "no point", "another point", "unknown point"],
)
async def test_an_answer_that_does_not_fit_is_an_error(wrong: dict[str, Any]) -> None:
    assert len(await asked_for_recall(fitting_answer())) == 1
    with pytest.raises(MismatchError):
        await asked_for_recall(fitting_answer(**wrong))


async def test_a_batch_is_cut_by_documents_characters_and_bytes() -> None:
    async with scripted(Scripted(nothing_found)) as server:
        texts = [
            "a",
            "b",
            "c",
            "d",
            "e",
            "f" * 400,
            "g" * 400,
            "h" * 400,
            "i" * 1001,
            "\u20ac" * 800,
            Document("j", id="k" * 1700),
        ]
        batch = await ask(server, "detect_batch", [*texts, Document("l", id="m" * 4090)])
    info, *requests = server.asked
    assert type(info) is pii_pb2.GetModelInfoRequest
    firsts = [[document.text[:1] for document in request.documents] for request in requests]
    assert firsts == [list("abcd"), list("efg"), ["h"], ["\u20ac"], ["j"]]
    assert all(request.ByteSize() <= LIMITS.max_message_bytes for request in requests)
    assert [outcome.field for outcome in batch.failures] == ["documents[8].text", "documents[11].text"]
    assert [outcome.text for outcome in batch if isinstance(outcome, Result)] == [*texts[:8], texts[9], "j"]


async def test_the_field_of_a_failure_counts_the_documents_of_the_caller() -> None:
    def refused(request: pii_pb2.BatchDetectRequest) -> pii_pb2.BatchDetectResponse:
        answer = nothing_found(request)
        answer.results[-1].error.CopyFrom(
            pii_pb2.DocumentError(code=3, field="documents[3].json", message="documents[3].json is no JSON")
        )
        return answer

    async with scripted(Scripted(nothing_found, refused)) as server:
        batch = await ask(server, "detect_batch", [*"abcdefg", JsonDocument("{", id="h")])
    assert batch[7] == DocumentFailure("h", "INVALID_ARGUMENT", "documents[7].json is no JSON", "documents[7].json")


async def test_no_documents_need_no_server() -> None:
    with PiiClient("127.0.0.1:1") as client:
        assert client.detect_batch([]) == []


async def test_all_options_are_sent() -> None:
    answer = pii_pb2.DetectResponse(result=pii_pb2.DocumentFindings(), **READ)
    async with scripted(Scripted(answer)) as server:
        result = await ask(
            server,
            "detect",
            JsonDocument.of({"name": "Zoë"}, id="row"),
            entity_types=["PERSON"],
            top_features=0,
            operating_point="balanced",
            structure=False,
            thresholds={"PERSON": 0.25},
            allow=["Zoë"],
            deny=[DenyTerm("Kestrel", "PROJECT")],
            patterns=[Pattern("ticket", "T-[0-9]+", "TICKET")],
        )
    (request,) = server.asked
    assert request == pii_pb2.DetectRequest(
        document=pii_pb2.Document(id="row", json='{"name": "Zoë"}'),
        options=pii_pb2.DetectOptions(
            entity_types=["PERSON"],
            top_features=0,
            offset_encoding=pii_pb2.OFFSET_ENCODING_CODE_POINTS,
            operating_point=pii_pb2.OPERATING_POINT_BALANCED,
            without_structure=True,
            thresholds={"PERSON": 0.25},
            allow=["Zoë"],
            deny=[pii_pb2.DenyTerm(text="Kestrel", entity_type="PROJECT")],
            patterns=[pii_pb2.Pattern(name="ticket", regex="T-[0-9]+", entity_type="TICKET")],
        ),
    )
    assert (result.id, result.text) == ("row", None)


@pytest.mark.parametrize("options", [{"threshold": 0.5}, {"policies": ["share"]}, {"allow": "Zoë"}, {"entity_types": "PERSON"}])
def test_an_option_that_would_be_ignored_or_misread_is_a_mistake_of_the_caller(options: dict[str, Any]) -> None:
    with PiiClient("127.0.0.1:1") as client, pytest.raises(TypeError, match=next(iter(options))):
        client.detect("x", **options)


def test_an_option_of_redaction_that_is_none_is_a_mistake_too() -> None:
    with PiiClient("127.0.0.1:1") as client, pytest.raises(TypeError, match="policy"):
        client.redact("x", policy="share")  # type: ignore[call-arg]


async def test_where_a_finding_is_from() -> None:
    found = [
        pii_pb2.Finding(entity_type="X", start=0, end=1, source=source, field=field)
        for source, field in ((0, ""), (1, "/a"), (2, "/b/0"), (3, ""), (9, ""))
    ]
    async with scripted(Scripted(pii_pb2.DetectResponse(result=pii_pb2.DocumentFindings(findings=found), **READ))) as server:
        result = await ask(server, "detect", "x")
    assert [(finding.source, finding.field) for finding in result.findings] == [
        ("probe", ""),
        ("probe", "/a"),
        ("deny", "/b/0"),
        ("pattern", ""),
        ("other", ""),
    ]


async def test_an_unavailable_server_is_asked_again_for_a_while_and_no_other_failure_is() -> None:
    gone, answer = Refusal(grpc.StatusCode.UNAVAILABLE), pii_pb2.DetectResponse(result=pii_pb2.DocumentFindings(), **READ)
    async with scripted(Scripted(gone, gone, answer)) as server:
        assert (await ask(server, "detect", "x")).findings == ()
        assert len(server.asked) == 3
    for refusal in (
        *(Refusal(code) for code in (grpc.StatusCode.INTERNAL, grpc.StatusCode.RESOURCE_EXHAUSTED, grpc.StatusCode.UNKNOWN)),
        Refusal(grpc.StatusCode.INVALID_ARGUMENT, retry_s=0.1),
    ):
        async with scripted(Scripted(refusal, answer)) as server:
            with pytest.raises(PiiprobeError):
                await ask(server, "detect", "x")
            assert len(server.asked) == 1
    async with scripted(Scripted(gone)) as server:
        with PiiClient(server.target, retry_for=0) as client, pytest.raises(UnavailableError):
            await asyncio.to_thread(client.detect, "x")
        assert len(server.asked) == 1


async def test_an_overloaded_server_is_asked_again_after_the_time_it_names() -> None:
    answer = pii_pb2.DetectResponse(result=pii_pb2.DocumentFindings(), **READ)
    async with scripted(Scripted(Refusal(grpc.StatusCode.RESOURCE_EXHAUSTED, retry_s=0.3), answer)) as server:
        began = time.monotonic()
        await ask(server, "detect", "x")
        assert time.monotonic() - began >= 0.3
        assert len(server.asked) == 2
    # It says that an answer cannot come before the deadline, so nobody waits for it.
    async with scripted(Scripted(Refusal(grpc.StatusCode.RESOURCE_EXHAUSTED, retry_s=3600), answer)) as server:
        with pytest.raises(ResourceExhaustedError) as caught:
            await ask(server, "detect", "x")
        assert caught.value.retry_after_s == 3600
        assert len(server.asked) == 1


def test_pauses_grow_and_stay_within_the_deadline() -> None:
    away, busy = UnavailableError("UNAVAILABLE", "away"), ResourceExhaustedError("RESOURCE_EXHAUSTED", "busy", "", 4.0)
    retries = Retries(60, 60)
    for longest in (0.1, 0.2, 0.4, 0.8, 1.6, 2.0, 2.0):
        assert longest / 2 <= retries.pause_after(away) <= longest
    assert 4.0 <= retries.pause_after(busy) <= 5.0
    with pytest.raises(UnavailableError):
        Retries(60, 0.01).pause_after(away)
    with pytest.raises(ResourceExhaustedError):
        Retries(3.9, 60).pause_after(busy)


async def test_redaction() -> None:
    found = pii_pb2.Finding(entity_type="PERSON", start=0, end=3, probability=1.0)
    redaction = pii_pb2.Redaction(
        texts=[
            pii_pb2.RedactedText(
                policy="share",
                text="<PERSON> sings",
                replacements=[pii_pb2.Replacement(entity_type="PERSON", start=0, end=3, new_start=0, new_end=8)],
            ),
            pii_pb2.RedactedText(policy="own", text="*** sings", leaks=[found]),
        ],
        found=pii_pb2.DocumentFindings(findings=[found], tokens_processed=2),
    )

    class Own:
        def to_wire(self) -> pii_pb2.RedactionPolicy:
            return pii_pb2.RedactionPolicy(name="own", otherwise=pii_pb2.Operator(mask=pii_pb2.Operator.Mask()))

    def each(request: Any) -> Any:
        results = [pii_pb2.RedactionResult(id=document.id, redaction=redaction) for document in request.documents]
        return pii_pb2.BatchRedactResponse(results=results, **READ)

    options: dict[str, Any] = {"policies": ["share", Own()], "check": True, "key": b"k" * 32, "entity_types": ["PERSON"]}
    one = pii_pb2.RedactResponse(id="d", redaction=redaction, **READ)
    async with scripted(Scripted(one, each)) as server:
        alone = await ask(server, "redact", Document("Zoë sings", id="d"), **options)
        batch = await ask(server, "redact_batch", [Document("Zoë sings", id="d"), Document("x" * 1001, id="e")], **options)
        many = await ask(server, "redact_many", [(7, Document("Zoë sings", id="d"))], **options)
        assert many == [(7, alone)]
    sent = server.asked[0].options
    assert (sent.check, sent.key, sent.detect.entity_types) == (True, b"k" * 32, ["PERSON"])
    assert sent.policies[0] == pii_pb2.RedactionPolicy(name="share")
    assert sent.policies[1].otherwise.HasField("mask")
    assert batch[0] == alone
    assert isinstance(batch[1], DocumentFailure)
    assert (alone.id, alone.text, alone.found.text, len(alone.found.findings)) == ("d", "<PERSON> sings", "Zoë sings", 1)
    assert alone.texts[0].replacements == (Replacement("PERSON", 0, 3, 0, 8),)
    assert [(text.policy, len(text.leaks or ())) for text in alone.texts] == [("share", 0), ("own", 1)]
    assert "sings" not in repr([alone, batch])


@pytest.mark.parametrize(
    "wrong",
    [
        pii_pb2.Redaction(found=pii_pb2.DocumentFindings()),
        pii_pb2.Redaction(texts=[pii_pb2.RedactedText(policy="other")], found=pii_pb2.DocumentFindings()),
        pii_pb2.Redaction(texts=[pii_pb2.RedactedText(policy="share")]),
        None,
    ],
    ids=["no text", "another policy", "nothing about findings", "no redaction"],
)
async def test_a_redaction_that_does_not_fit_is_an_error(wrong: pii_pb2.Redaction | None) -> None:
    async with scripted(Scripted(pii_pb2.RedactResponse(redaction=wrong, **READ))) as server:
        with pytest.raises(MismatchError):
            await ask(server, "redact", "x", policies=["share"])


async def test_restore() -> None:
    async with scripted(Scripted(pii_pb2.RestoreResponse(text="Zoë sings", restored=1, failed=2, of_another_key=1))) as server:
        back = await ask(server, "restore", "<sealed> sings", key=b"k" * 32, json=True)
    assert server.asked == [pii_pb2.RestoreRequest(text="<sealed> sings", key=b"k" * 32, json=True)]
    assert (back.text, back.restored, back.failed, back.of_another_key) == ("Zoë sings", 1, 2, 1)
    assert "sings" not in repr(back)


async def test_a_result_remembers_its_text_and_tells_nobody(start: Start) -> None:
    server = await start()
    text = f"{CANARY}@example.com"
    result = await ask(server, "detect", Document(text, id="d"))
    assert result.text == text
    assert result == dataclasses.replace(result) == result.with_text("another")
    assert hash(result) == hash(result.with_text("another"))
    assert dataclasses.replace(result).text is None
    for shown in (repr(result), str(dataclasses.asdict(result)), pickle.dumps(result).decode("latin-1"), repr(Document(text))):
        assert CANARY not in shown


async def test_results_and_errors_can_be_pickled(start: Start) -> None:
    server = await start(max_characters=100)
    batch = await ask(server, "detect_batch", ["a@example.com", "x" * 101])
    copy = pickle.loads(pickle.dumps(batch))
    assert copy == batch
    assert type(copy) is Batch
    assert copy.failures == [batch[1]]
    assert pickle.loads(pickle.dumps(await ask(server, "model_info"))) == await ask(server, "model_info")
    for error in (
        PiiprobeError("ABORTED", "m", "R"),
        InvalidArgumentError("m", {"f": "p"}),
        ResourceExhaustedError("RESOURCE_EXHAUSTED", "m", "QUEUE_FULL", 1.5),
        MismatchError("m"),
        ForkedClientError(),
    ):
        again = pickle.loads(pickle.dumps(error))
        assert type(again) is type(error)
        assert vars(again) == vars(error)
        assert str(again) == str(error)


FORKS = """
import os, sys
from piiprobe import PiiClient, PiiprobeError
used, unused = PiiClient(sys.argv[1], timeout=10), PiiClient(sys.argv[1], timeout=10)
print("parent", len(used.detect("a@example.com").findings), flush=True)
child = os.fork()
if child:
    os.waitpid(child, 0)
    print("parent", len(used.detect("a@example.com").findings), flush=True)
else:
    for client in (used, unused):
        try:
            print("child", len(client.detect("a@example.com").findings), flush=True)
        except PiiprobeError as error:
            print("child", type(error).__name__, flush=True)
        client.close()
    os._exit(0)
"""


async def test_a_forked_process_needs_a_client_that_was_not_used(start: Start) -> None:
    server = await start()
    done = await asyncio.to_thread(
        subprocess.run, [sys.executable, "-c", FORKS, server.target], capture_output=True, text=True, timeout=60, check=True
    )
    assert done.stdout.splitlines() == ["parent 1", "child ForkedClientError", "child 1", "parent 1"]


def test_a_closed_client_gives_no_answers() -> None:
    client = PiiClient("127.0.0.1:1")
    client.close()
    with pytest.raises(PiiprobeError, match="closed"):
        client.detect("x")


async def test_health_is_asked_once() -> None:
    with PiiClient("127.0.0.1:1") as client, pytest.raises(UnavailableError):
        client.health()


def test_pings_are_no_more_frequent_than_the_server_permits() -> None:
    assert KEEPALIVE_MS > MIN_PING_INTERVAL_MS


@pytest.mark.parametrize("client", [PiiClient, AsyncPiiClient])
async def test_the_examples_in_the_docstrings(start: Start, client: type) -> None:
    server = await start()
    (example,) = doctest.DocTestFinder(recurse=False).find(client, client.__name__, globs={"target": server.target})
    failures, tried = await asyncio.to_thread(doctest.DocTestRunner().run, example)
    assert (failures, tried > 1) == (0, True)


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

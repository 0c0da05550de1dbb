"""The service over the wire, around a fake detector."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import threading
import time
from typing import Any, get_args

import grpc
import pytest
from conftest import Running, Start
from fakes import (
    BREAKS,
    DIES,
    EVIDENCE,
    FORGETS,
    PUZZLES,
    SLOW,
    THRESHOLDS,
    UNREADABLE,
    Calls,
    FakeDetector,
    slow_loader,
)
from google.rpc import error_details_pb2
from grpc_health.v1 import health_pb2, health_pb2_grpc
from grpc_reflection.v1alpha import reflection_pb2, reflection_pb2_grpc
from grpc_status import rpc_status

from piiprobe import OperatingPoint
from piiprobe.v1 import pii_pb2
from probes.entity import ENTITY_TYPES
from probes.errors import BundleError
from probes.operating_point import OPERATING_POINTS
from service.config import Settings
from service.engine import EngineBrokenError
from service.entity_types import DESCRIPTIONS
from service.errors import StartError
from service.health import PII_SERVICE
from service.queue import Queue
from service.server import Server
from service.validation import POINT_ON_THE_WIRE, InvalidRequestError

CANARY = "canary-7f3a"
TEXT = "👨‍👩‍👧 é\u0301 zoë.quist@example.com\r\n山田 yamada@example.jp"
SERVING = health_pb2.HealthCheckResponse.SERVING
NOT_SERVING = health_pb2.HealthCheckResponse.NOT_SERVING


def request(text: str, **options: Any) -> pii_pb2.DetectRequest:
    return pii_pb2.DetectRequest(document=pii_pb2.Document(id="a", text=text), options=pii_pb2.DetectOptions(**options))


def queue_of(server: Running) -> Queue:
    return server.server._engine._queue


async def occupied(server: Running) -> asyncio.Future[Any]:
    """A call that keeps a worker busy until `go_on`."""
    slow = asyncio.ensure_future(server.stub.Detect(request(SLOW)))
    assert await asyncio.to_thread(server.detector.started.wait, 5)
    return slow


def fields_of(error: grpc.aio.AioRpcError) -> dict[str, str]:
    # rpc_status.from_call wants a sync call; the status travels under this key.
    from google.rpc import status_pb2

    raw = dict(error.trailing_metadata())[rpc_status.GRPC_DETAILS_METADATA_KEY]
    bad_request = error_details_pb2.BadRequest()
    (detail,) = status_pb2.Status.FromString(raw).details
    assert detail.Unpack(bad_request)
    return {violation.field: violation.description for violation in bad_request.field_violations}


async def test_findings_over_the_wire(start: Start) -> None:
    server = await start()
    response = await server.stub.Detect(request(TEXT))
    assert (response.id, response.offset_encoding) == ("a", pii_pb2.OFFSET_ENCODING_CODE_POINTS)
    assert (response.model.name, response.model.version, response.model.digest) == ("fake", "1.2.3", "ab" * 32)
    assert response.result.tokens_processed == len(TEXT.split())
    found = [TEXT[finding.start : finding.end] for finding in response.result.findings]
    assert found == ["zoë.quist@example.com", "yamada@example.jp"]
    for finding in response.result.findings:
        assert (finding.entity_type, finding.probability) == ("EMAIL", 0.75)
        assert [(item.name, item.logit) for item in finding.evidence] == [(item.name, item.logit) for item in EVIDENCE]
        listed = sum(item.logit for item in (*finding.contributions, *finding.evidence))
        assert finding.bias + listed + finding.other_features == pytest.approx(finding.logit, abs=1e-12)


@pytest.mark.parametrize(
    ("encoding", "codec", "width"),
    [
        (pii_pb2.OFFSET_ENCODING_UTF8_BYTES, "utf-8", 1),
        (pii_pb2.OFFSET_ENCODING_UTF16_CODE_UNITS, "utf-16-le", 2),
        (pii_pb2.OFFSET_ENCODING_CODE_POINTS, "utf-32-le", 4),
    ],
)
async def test_offsets_are_in_the_encoding_that_is_asked_for(start: Start, encoding: Any, codec: str, width: int) -> None:
    server = await start()
    response = await server.stub.Detect(request(TEXT, offset_encoding=encoding))
    encoded = TEXT.encode(codec)
    cut = [encoded[width * item.start : width * item.end].decode(codec) for item in response.result.findings]
    assert response.offset_encoding == encoding
    assert cut == ["zoë.quist@example.com", "yamada@example.jp"]


@pytest.mark.parametrize(("given", "listed"), [({}, 5), ({"top_features": 0}, 0), ({"top_features": 64}, 64)])
async def test_top_features(start: Start, given: dict[str, int], listed: int) -> None:
    server = await start()
    response = await server.stub.Detect(request(TEXT, **given))
    assert len(response.result.findings[0].contributions) == listed


@pytest.mark.parametrize(
    ("wanted", "used", "found"),
    [
        (pii_pb2.OPERATING_POINT_UNSPECIFIED, pii_pb2.OPERATING_POINT_BALANCED, 2),
        (pii_pb2.OPERATING_POINT_RECALL, pii_pb2.OPERATING_POINT_RECALL, 2),
        (pii_pb2.OPERATING_POINT_BALANCED, pii_pb2.OPERATING_POINT_BALANCED, 2),
        (pii_pb2.OPERATING_POINT_PRECISION, pii_pb2.OPERATING_POINT_PRECISION, 0),
    ],
)
async def test_the_operating_point_is_used_and_echoed(start: Start, wanted: Any, used: Any, found: int) -> None:
    server = await start()
    one = await server.stub.Detect(request(TEXT, operating_point=wanted))
    options = pii_pb2.DetectOptions(operating_point=wanted)
    many = await server.stub.BatchDetect(pii_pb2.BatchDetectRequest(documents=[pii_pb2.Document(text=TEXT)], options=options))
    assert (one.operating_point, many.operating_point) == (used, used)
    assert (len(one.result.findings), len(many.results[0].findings.findings)) == (found, found)


async def test_the_server_chooses_the_operating_point_of_a_request_that_names_none(start: Start) -> None:
    server = await start(operating_point="precision")
    response = await server.stub.Detect(pii_pb2.DetectRequest(document=pii_pb2.Document(text=TEXT)))
    assert response.operating_point == pii_pb2.OPERATING_POINT_PRECISION
    assert not response.result.findings
    named = await server.stub.Detect(request(TEXT, operating_point=pii_pb2.OPERATING_POINT_BALANCED))
    assert named.operating_point == pii_pb2.OPERATING_POINT_BALANCED
    assert len(named.result.findings) == 2


async def test_without_structure_there_is_no_evidence(start: Start) -> None:
    server = await start()
    assert not (await server.stub.Detect(request(TEXT, without_structure=True))).result.findings
    recall = pii_pb2.OPERATING_POINT_RECALL
    response = await server.stub.Detect(request(TEXT, without_structure=True, operating_point=recall))
    assert [list(finding.evidence) for finding in response.result.findings] == [[], []]
    assert server.detector.asked == [("balanced", False), ("recall", False)]


async def test_requests_that_wait_together_keep_their_own_options(start: Start) -> None:
    server = await start(workers=1)
    slow = await occupied(server)
    arrivals = Calls(queue_of(server), "put")
    ways = [(point, structure) for point in THRESHOLDS for structure in (True, False)] * 2
    waiting = [
        asyncio.ensure_future(
            server.stub.Detect(request(TEXT, operating_point=f"OPERATING_POINT_{point.upper()}", without_structure=not structure))
        )
        for point, structure in ways
    ]
    await arrivals.wait(len(ways))
    server.detector.go_on.set()
    await slow
    answers = await asyncio.gather(*waiting)
    for (point, structure), answer in zip(ways, answers, strict=True):
        assert pii_pb2.OperatingPoint.Name(answer.operating_point) == f"OPERATING_POINT_{point.upper()}"
        reported = (0.75 if structure else 0.375) >= THRESHOLDS[point]
        assert [len(finding.evidence) for finding in answer.result.findings] == [len(EVIDENCE) * structure] * 2 * reported
    assert sorted(server.detector.asked[1:]) == sorted(ways)
    assert [len(batch) for batch in server.detector.batches] == [1, len(ways)]


def test_the_contract_names_every_operating_point_of_the_bundles_and_no_other() -> None:
    assert {*POINT_ON_THE_WIRE.values(), pii_pb2.OPERATING_POINT_UNSPECIFIED} == set(pii_pb2.OperatingPoint.values())
    assert get_args(OperatingPoint) == OPERATING_POINTS == tuple(POINT_ON_THE_WIRE)


async def test_entity_types_are_filtered(start: Start) -> None:
    server = await start()
    assert not (await server.stub.Detect(request(TEXT, entity_types=["PERSON"]))).result.findings
    assert (await server.stub.Detect(request(TEXT, entity_types=["PERSON", "EMAIL"]))).result.findings


@pytest.mark.parametrize("text", ["", " \n "])
async def test_an_empty_text_is_answered_without_the_model(start: Start, text: str) -> None:
    server = await start(workers=1)
    slow = await occupied(server)
    response = await server.stub.Detect(request(text), timeout=5)
    assert response.HasField("result")
    assert not slow.done()
    assert server.detector.seen == [SLOW]


@pytest.mark.parametrize(
    ("wrong", "fields"),
    [
        (pii_pb2.DetectRequest(), {"document.text"}),
        (request("x" * 11), {"document.text"}),
        (request("", entity_types=["EMAIL", CANARY]), {"options.entity_types[1]"}),
        (request("", top_features=65), {"options.top_features"}),
        (request("", offset_encoding=9), {"options.offset_encoding"}),
        (request("", operating_point=9), {"options.operating_point"}),
        (
            request("", entity_types=["x"], top_features=65, offset_encoding=9, operating_point=-1),
            {"options.entity_types[0]", "options.top_features", "options.offset_encoding", "options.operating_point"},
        ),
    ],
)
async def test_bad_input_names_its_fields(start: Start, wrong: pii_pb2.DetectRequest, fields: set[str]) -> None:
    server = await start(max_characters=10)
    with pytest.raises(grpc.aio.AioRpcError) as caught:
        await server.stub.Detect(wrong)
    assert caught.value.code() is grpc.StatusCode.INVALID_ARGUMENT
    assert fields_of(caught.value).keys() == fields
    assert CANARY not in f"{caught.value.details()} {fields_of(caught.value)}"
    assert not server.detector.seen


async def test_very_many_faults_still_fit_in_the_metadata(start: Start) -> None:
    server = await start()
    with pytest.raises(grpc.aio.AioRpcError) as caught:
        await server.stub.Detect(request("", entity_types=["x"] * 10_000))
    assert caught.value.code() is grpc.StatusCode.INVALID_ARGUMENT
    assert len(fields_of(caught.value)) == InvalidRequestError.MAX_VIOLATIONS


async def test_one_bad_document_does_not_fail_the_batch(start: Start) -> None:
    server = await start(max_characters=30)
    documents = [
        pii_pb2.Document(id="good", text="one@example.com"),
        pii_pb2.Document(id="long", text=CANARY * 10),
        pii_pb2.Document(id="unset"),
        pii_pb2.Document(id="good", text=""),
        pii_pb2.Document(text="two@example.com"),
    ]
    response = await server.stub.BatchDetect(pii_pb2.BatchDetectRequest(documents=documents))
    assert [result.id for result in response.results] == ["good", "long", "unset", "good", ""]
    assert [result.WhichOneof("outcome") for result in response.results] == ["findings", "error", "error", "findings", "findings"]
    assert [len(result.findings.findings) for result in response.results] == [1, 0, 0, 0, 1]
    errors = [result.error for result in response.results[1:3]]
    assert [(error.code, error.field) for error in errors] == [(3, "documents[1].text"), (3, "documents[2].text")]
    assert CANARY not in str(response)
    assert sorted(server.detector.seen) == ["one@example.com", "two@example.com"]


async def test_a_batch_with_a_bad_option_or_too_many_documents_fails(start: Start) -> None:
    server = await start(max_documents=2)
    documents = [pii_pb2.Document(text="x")] * 3
    for wrong, field in (
        (pii_pb2.BatchDetectRequest(documents=documents), "documents"),
        (pii_pb2.BatchDetectRequest(options=pii_pb2.DetectOptions(entity_types=["x"])), "options.entity_types[0]"),
    ):
        with pytest.raises(grpc.aio.AioRpcError) as caught:
            await server.stub.BatchDetect(wrong)
        assert caught.value.code() is grpc.StatusCode.INVALID_ARGUMENT
        assert fields_of(caught.value).keys() == {field}


async def test_a_batch_that_is_longer_than_a_document_may_be_fails(start: Start) -> None:
    server = await start(max_characters=10)
    whole = [pii_pb2.Document(text=text) for text in ("a" * 6, CANARY * 9, "b" * 4)]
    response = await server.stub.BatchDetect(pii_pb2.BatchDetectRequest(documents=whole))
    assert [result.WhichOneof("outcome") for result in response.results] == ["findings", "error", "findings"]
    with pytest.raises(grpc.aio.AioRpcError) as caught:
        await server.stub.BatchDetect(pii_pb2.BatchDetectRequest(documents=[*whole, pii_pb2.Document(text="c")]))
    assert caught.value.code() is grpc.StatusCode.INVALID_ARGUMENT
    assert fields_of(caught.value).keys() == {"documents"}
    assert "c" not in server.detector.seen


async def test_an_empty_batch_has_no_results(start: Start) -> None:
    server = await start()
    response = await server.stub.BatchDetect(pii_pb2.BatchDetectRequest())
    assert not response.results
    assert response.model.name == "fake"


@pytest.mark.parametrize("wire", [b"\x0a\xff\xff", b"\x0a\x06\x12\x04ab\xff\xfe", b"\x00"])
async def test_corrupt_bytes_are_an_invalid_argument(start: Start, wire: bytes, caplog: pytest.LogCaptureFixture) -> None:
    server = await start()
    method = server.channel.unary_unary(f"/{PII_SERVICE}/Detect", None, None)
    with pytest.raises(grpc.aio.AioRpcError) as caught:
        await method(wire)
    assert caught.value.code() is grpc.StatusCode.INVALID_ARGUMENT
    assert caught.value.details() == "the request is not a valid message"
    assert not caplog.records


async def test_a_message_over_the_limit_is_refused(start: Start) -> None:
    server = await start(max_message_bytes=2000)
    with pytest.raises(grpc.aio.AioRpcError) as caught:
        await server.stub.Detect(request("x" * 3000))
    assert caught.value.code() is grpc.StatusCode.RESOURCE_EXHAUSTED


@pytest.mark.parametrize("fault", [BREAKS, FORGETS, PUZZLES, UNREADABLE])
async def test_a_text_that_breaks_the_detector_is_an_internal_error_without_the_text(
    start: Start, fault: str, caplog: pytest.LogCaptureFixture
) -> None:
    server = await start()
    with pytest.raises(grpc.aio.AioRpcError) as caught:
        await server.stub.Detect(request(f"{fault} {CANARY}"))
    assert caught.value.code() is grpc.StatusCode.INTERNAL
    assert "the detector failed on a document" in caplog.text
    assert CANARY not in f"{caught.value} {caplog.text}"
    # The next request is served.
    assert (await server.stub.Detect(request(TEXT))).result.findings
    assert (server.server.stats().answered, server.server.stats().failed) == (1, 1)


@pytest.mark.parametrize("fault", [BREAKS, FORGETS, PUZZLES, UNREADABLE])
async def test_a_text_that_breaks_the_detector_does_not_fail_its_neighbours(
    start: Start, fault: str, caplog: pytest.LogCaptureFixture
) -> None:
    server = await start(workers=1)
    slow = await occupied(server)
    arrivals = Calls(queue_of(server), "put")
    alone = asyncio.ensure_future(server.stub.Detect(request(TEXT)))
    texts = [f"{fault} {CANARY}" if index in (3, 4, 8) else f"{index}@example.com" for index in range(10)]
    batch = pii_pb2.BatchDetectRequest(documents=[pii_pb2.Document(id=str(index), text=text) for index, text in enumerate(texts)])
    together = asyncio.ensure_future(server.stub.BatchDetect(batch))
    await arrivals.wait(2)
    server.detector.go_on.set()
    assert len((await alone).result.findings) == 2
    response = await together
    assert [result.id for result in response.results] == [str(index) for index in range(10)]
    for text, result in zip(texts, response.results, strict=True):
        if fault in text:
            assert result.error.code == grpc.StatusCode.INTERNAL.value[0]
            assert result.error.message == "the detector failed; nothing is known about the text"
            assert not result.HasField("findings")
        else:
            (finding,) = result.findings.findings
            assert (finding.start, finding.end) == (0, len(text))
    assert (await slow).HasField("result")
    assert CANARY not in f"{response} {caplog.text}"


async def test_a_finding_outside_the_text_is_an_internal_error(
    start: Start, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    server = await start()
    real = server.detector.documents
    monkeypatch.setattr(server.detector, "documents", lambda texts: real([f"{text} {text}" for text in texts]))
    with pytest.raises(grpc.aio.AioRpcError) as caught:
        await server.stub.Detect(request(f"{CANARY}@example.com"))
    assert caught.value.code() is grpc.StatusCode.INTERNAL
    assert "ValueError" in caplog.text
    assert CANARY not in f"{caplog.text} {caught.value}"


async def test_more_findings_than_the_event_loop_should_format_are_all_there(start: Start) -> None:
    server = await start()
    text = "a@example.com " * 300
    response = await server.stub.Detect(request(text))
    assert [finding.start for finding in response.result.findings] == list(range(0, len(text), 14))


async def test_a_dead_worker_fails_all_and_ends_the_server(start: Start, caplog: pytest.LogCaptureFixture) -> None:
    server = await start(workers=1)
    slow = await occupied(server)
    arrivals = Calls(queue_of(server), "put")
    waiting = [asyncio.ensure_future(server.stub.Detect(request(f"{word} {CANARY}"))) for word in (DIES, "a", "b")]
    watch = health_pb2_grpc.HealthStub(server.channel).Watch(health_pb2.HealthCheckRequest(service=PII_SERVICE))
    assert (await watch.read()).status == SERVING
    await arrivals.wait(3)
    server.detector.go_on.set()
    assert (await slow).HasField("result")
    for answer in await asyncio.gather(*waiting, return_exceptions=True):
        assert isinstance(answer, grpc.aio.AioRpcError)
        assert answer.code() is grpc.StatusCode.UNAVAILABLE
    assert (await watch.read()).status == NOT_SERVING
    await asyncio.wait((server.outcome,), timeout=5)
    assert isinstance(server.outcome.exception(), EngineBrokenError)
    assert isinstance(server.outcome.exception().__cause__, SystemExit)
    assert CANARY not in caplog.text


async def test_health_says_not_serving_until_loaded(start: Start) -> None:
    server = await start(slow_loader(0.5), wait=False)
    health = health_pb2_grpc.HealthStub(server.channel)
    for name in ("", PII_SERVICE):
        assert (await health.Check(health_pb2.HealthCheckRequest(service=name))).status == NOT_SERVING
    with pytest.raises(grpc.aio.AioRpcError) as caught:
        await server.stub.Detect(request(TEXT))
    assert caught.value.code() is grpc.StatusCode.UNAVAILABLE
    await asyncio.wait_for(server.server.ready.wait(), 5)
    for name in ("", PII_SERVICE):
        assert (await health.Check(health_pb2.HealthCheckRequest(service=name))).status == SERVING
    assert (await server.stub.Detect(request(TEXT))).result.findings


async def test_a_load_that_fails_ends_the_server(start: Start) -> None:
    def load() -> FakeDetector:
        raise BundleError("bundle.safetensors is missing")

    server = await start(load, wait=False)
    with pytest.raises(BundleError):
        await asyncio.wait_for(server.outcome, 5)


async def test_workers_share_a_detector_that_the_event_loop_never_calls(start: Start) -> None:
    server = await start(workers=3)
    # For the warm-up.
    assert server.detector.called.acquire(blocking=False)
    slow = []
    for index in range(3):
        slow.append(asyncio.ensure_future(server.stub.Detect(request(f"{SLOW} {index}"))))
        assert await asyncio.to_thread(server.detector.called.acquire, timeout=5)
    server.detector.go_on.set()
    await asyncio.gather(*slow)
    assert len(server.detector.threads) == 3
    assert threading.get_ident() not in server.detector.threads


@pytest.mark.parametrize("way", ["cancel", "deadline", "default deadline"])
async def test_work_that_nobody_waits_for_is_never_seen_by_the_model(start: Start, way: str) -> None:
    server = await start(workers=1, default_deadline_s=0.2 if way == "default deadline" else 60)
    slow = asyncio.ensure_future(server.stub.Detect(request(SLOW), timeout=20))
    await asyncio.to_thread(server.detector.started.wait, 5)
    arrivals, departures = Calls(queue_of(server), "put"), Calls(queue_of(server), "leave")
    dropped = server.stub.Detect(request("dropped"), timeout=0.2 if way == "deadline" else None)
    await arrivals.wait()
    if way == "cancel":
        dropped.cancel()
    with pytest.raises((grpc.aio.AioRpcError, asyncio.CancelledError)):
        await dropped
    assert await dropped.code() is (grpc.StatusCode.CANCELLED if way == "cancel" else grpc.StatusCode.DEADLINE_EXCEEDED)
    await departures.wait()
    # Its place is free while the model is still busy.
    stats = server.server.stats().queue
    assert (stats.waiting_documents, stats.waiting_tokens, stats.dropped["cancelled"]) == (0, 0, 1)
    assert not slow.done()
    server.detector.go_on.set()
    await slow
    await server.stub.Detect(request("kept"))
    assert server.detector.seen == [SLOW, "kept"]


@pytest.mark.parametrize("deadline_s", [20.0, None])
async def test_a_deadline_is_no_later_than_the_server_allows(start: Start, deadline_s: float | None) -> None:
    server = await start(max_deadline_s=0.2)
    with pytest.raises(grpc.aio.AioRpcError) as caught:
        await server.stub.Detect(request(SLOW), timeout=deadline_s)
    assert caught.value.code() is grpc.StatusCode.DEADLINE_EXCEEDED
    assert caught.value.details() == "the deadline that the server sets passed"


async def test_draining_finishes_calls_and_ends_watches(start: Start) -> None:
    server = await start(workers=1, drain_grace_s=10)
    watch = health_pb2_grpc.HealthStub(server.channel).Watch(health_pb2.HealthCheckRequest())
    assert (await watch.read()).status == SERVING
    slow = await occupied(server)
    arrivals = Calls(queue_of(server), "put")
    queued = asyncio.ensure_future(server.stub.Detect(request(TEXT)))
    await arrivals.wait()
    began = time.monotonic()
    server.server.stop()
    assert (await watch.read()).status == NOT_SERVING
    # The watch ends when new calls are about to be refused.
    assert await watch.read() is grpc.aio.EOF
    with pytest.raises(grpc.aio.AioRpcError) as caught:
        await server.stub.Detect(request(TEXT))
    assert caught.value.code() is grpc.StatusCode.UNAVAILABLE
    server.detector.go_on.set()
    assert (await slow).HasField("result")
    assert (await queued).result.findings
    await server.outcome
    assert time.monotonic() - began < 2


async def test_model_info_and_entity_types(start: Start) -> None:
    server = await start(max_documents=7, max_characters=1234, operating_point="recall")
    info = await server.stub.GetModelInfo(pii_pb2.GetModelInfoRequest())
    assert (info.model.name, info.layer, info.d_model, info.d_sae, info.features_read) == ("fake", 9, 640, 8192, 3)
    assert (info.limits.max_documents, info.limits.max_characters, info.limits.max_top_features) == (7, 1234, 64)
    assert tuple(info.entity_types) == ENTITY_TYPES
    assert info.default_operating_point == pii_pb2.OPERATING_POINT_RECALL
    assert [(point.operating_point, dict(point.thresholds)) for point in info.operating_points] == [
        (pii_pb2.OPERATING_POINT_RECALL, dict.fromkeys(ENTITY_TYPES, 0.25)),
        (pii_pb2.OPERATING_POINT_BALANCED, dict.fromkeys(ENTITY_TYPES, 0.5)),
        (pii_pb2.OPERATING_POINT_PRECISION, dict.fromkeys(ENTITY_TYPES, 0.9)),
    ]
    kinds = (await server.stub.ListEntityTypes(pii_pb2.ListEntityTypesRequest())).entity_types
    assert [kind.name for kind in kinds] == list(ENTITY_TYPES)
    assert all(kind.description for kind in kinds)
    assert set(DESCRIPTIONS) == set(ENTITY_TYPES)


@pytest.mark.parametrize("enabled", [True, False])
async def test_reflection_lists_the_service_where_it_is_enabled(start: Start, enabled: bool) -> None:
    server = await start(reflection=enabled)
    asked = reflection_pb2.ServerReflectionRequest(list_services="")
    method = reflection_pb2_grpc.ServerReflectionStub(server.channel).ServerReflectionInfo
    if enabled:
        listed = {service.name for service in (await method(iter([asked])).read()).list_services_response.service}
        assert {PII_SERVICE, "grpc.health.v1.Health"} <= listed
    else:
        assert await method().code() is grpc.StatusCode.UNIMPLEMENTED


async def test_two_servers_do_not_share_a_port(start: Start) -> None:
    first = await start()
    with pytest.raises(StartError, match=f"cannot listen on {first.target}"):
        await Server(Settings(port=first.server.port, metrics_port=None), FakeDetector).start()


async def test_nothing_of_the_input_is_logged(start: Start, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    server = await start(max_characters=60)
    texts = (CANARY, f"{CANARY}@example.com", f"{BREAKS} {CANARY}", CANARY * 10)
    for text in texts:
        with contextlib.suppress(grpc.aio.AioRpcError):
            await server.stub.Detect(request(text))
    assert CANARY not in caplog.text

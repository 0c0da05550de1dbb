"""Redaction over the wire, around a fake detector."""

from __future__ import annotations

import asyncio
import base64
import json
import logging
import re
import threading
from pathlib import Path
from typing import Any

import grpc
import pytest
from conftest import Start
from fakes import BREAKS, EMAIL, SLOW, Calls
from test_service import fields_of

from piiprobe.redaction import Encrypt, Hash, Keep, Mask, Policy, Pseudonym, Replace, redact, restore
from piiprobe.redaction.pseudonym import Pseudonyms
from piiprobe.v1 import pii_pb2
from service import servicer
from service.errors import StartError
from service.redaction import MAX_POLICIES, Redactions

KEY, OTHER = bytes(range(32)), bytes(range(1, 33))
CANARY = "canary-7f3a"
ANNA = "👋 write to anna@example.com, or zoë@example.jp!"
POLICIES = "share: {operators: {EMAIL: pseudonym}, scope: crm}\nhide: {otherwise: {mask: {}}}\n"


def options(*policies: Policy | pii_pb2.RedactionPolicy, **given: Any) -> pii_pb2.RedactOptions:
    messages = [policy.to_wire() if isinstance(policy, Policy) else policy for policy in policies]
    return pii_pb2.RedactOptions(policies=messages, **given)


def request(text: str, *policies: Policy | pii_pb2.RedactionPolicy, **given: Any) -> pii_pb2.RedactRequest:
    return pii_pb2.RedactRequest(document=pii_pb2.Document(id="a", text=text), options=options(*policies, **given))


def policy(**operators: Any) -> Policy:
    return Policy(name="one", operators=operators)


async def refused(call: Any) -> dict[str, str]:
    """The fields that a refusal names."""
    with pytest.raises(grpc.aio.AioRpcError) as caught:
        await call
    assert caught.value.code() is grpc.StatusCode.INVALID_ARGUMENT
    fields = fields_of(caught.value)
    assert CANARY not in f"{caught.value.details()} {fields}"
    return fields


@pytest.fixture
def files(tmp_path: Path) -> dict[str, Path]:
    (tmp_path / "policies.yaml").write_text(POLICIES)
    (tmp_path / "key").write_bytes(base64.b64encode(KEY) + b"\n")
    return {"policies": tmp_path / "policies.yaml", "redaction_key_file": tmp_path / "key"}


async def test_without_policies_everything_is_replaced(start: Start) -> None:
    server = await start()
    response = await server.stub.Redact(pii_pb2.RedactRequest(document=pii_pb2.Document(id="a", text=ANNA)))
    (text,) = response.redaction.texts
    assert (text.policy, text.text) == ("", "👋 write to <EMAIL>, or <EMAIL>!")
    assert (response.id, response.model.name, response.operating_point) == ("a", "fake", pii_pb2.OPERATING_POINT_BALANCED)
    assert response.offset_encoding == pii_pb2.OFFSET_ENCODING_CODE_POINTS
    assert len(response.redaction.found.findings) == 2
    assert response.redaction.found.tokens_processed == len(ANNA.split())


@pytest.mark.parametrize(
    ("encoding", "codec", "width"),
    [
        (pii_pb2.OFFSET_ENCODING_UTF8_BYTES, "utf-8", 1),
        (pii_pb2.OFFSET_ENCODING_UTF16_CODE_UNITS, "utf-16-le", 2),
        (pii_pb2.OFFSET_ENCODING_CODE_POINTS, "utf-32-le", 4),
    ],
)
async def test_offsets_old_and_new_are_in_the_encoding_that_is_asked_for(
    start: Start, encoding: Any, codec: str, width: int
) -> None:
    server = await start()
    detect = pii_pb2.DetectOptions(offset_encoding=encoding)
    response = await server.stub.Redact(request(ANNA, policy(EMAIL=Replace(text="→👤←")), detect=detect))
    (text,) = response.redaction.texts
    old, new = ANNA.encode(codec), text.text.encode(codec)
    assert response.offset_encoding == encoding
    assert [
        (
            old[width * each.start : width * each.end].decode(codec),
            new[width * each.new_start : width * each.new_end].decode(codec),
        )
        for each in text.replacements
    ] == [("anna@example.com", "→👤←"), ("zoë@example.jp", "→👤←")]


async def test_several_policies_are_answered_from_one_reading(start: Start) -> None:
    server = await start()
    policies = [
        Policy(name=kind, otherwise=each) for kind, each in (("a", Mask()), ("b", Pseudonym()), ("c", Hash()), ("d", Encrypt()))
    ]
    response = await server.stub.Redact(request(ANNA, *policies, key=KEY))
    assert server.detector.seen == [ANNA]
    assert [text.policy for text in response.redaction.texts] == ["a", "b", "c", "d"]
    a, b, c, d = (text.text for text in response.redaction.texts)
    found = [Found(*match.span()) for match in EMAIL.finditer(ANNA)]
    assert [a, b, c] == [redact(ANNA, found, each, KEY).text for each in policies[:3]]
    assert restore(d, KEY).text == ANNA


class Found:
    entity_type, probability = "EMAIL", 0.75

    def __init__(self, start: int, end: int) -> None:
        self.start, self.end = start, end


async def test_what_is_not_looked_for_stays(start: Start) -> None:
    server = await start()
    detect = pii_pb2.DetectOptions(allow=["Anna@example.com"])
    response = await server.stub.Redact(request(ANNA, detect=detect))
    assert response.redaction.texts[0].text == "👋 write to anna@example.com, or <EMAIL>!"


async def test_types_of_the_request_have_operators_too(start: Start) -> None:
    server = await start()
    detect = pii_pb2.DetectOptions(
        deny=[pii_pb2.DenyTerm(text="write", entity_type="VERB")],
        patterns=[pii_pb2.Pattern(name="or", regex=r"\bor\b", entity_type="CONJUNCTION")],
    )
    response = await server.stub.Redact(request(ANNA, policy(VERB=Mask(), CONJUNCTION=Replace(text="and")), detect=detect))
    assert response.redaction.texts[0].text == "👋 ***** to <EMAIL>, and <EMAIL>!"


JSON = """ {"name" : "anna@example.com",
 "n": [1.50, 2, null, true],  "deep": {"e\\u002dmail": "see zo\\u00eb@example.jp \\/"}, "x": "a/b"}
"""


async def test_values_of_json_are_rewritten_in_place_and_the_rest_stays_byte_for_byte(start: Start) -> None:
    server = await start()
    document = pii_pb2.Document(json=JSON)
    response = await server.stub.Redact(
        pii_pb2.RedactRequest(document=document, options=options(policy(EMAIL=Replace(text='"\n'))))
    )
    (text,) = response.redaction.texts
    expected = JSON.replace('"anna@example.com"', '"\\"\\n"').replace('"see zo\\u00eb@example.jp \\/"', '"see \\"\\n /"')
    assert text.text == expected
    assert not text.replacements
    assert [finding.field for finding in response.redaction.found.findings] == ["/name", "/deep/e-mail"]
    assert json.loads(text.text)["n"] == [1.5, 2, None, True]


async def test_a_number_of_json_stays_one_where_it_can(start: Start) -> None:
    server = await start()
    detect = pii_pb2.DetectOptions(patterns=[pii_pb2.Pattern(name="id", regex="[0-9]{9}", entity_type="NATIONAL_ID")])
    policies = [policy(NATIONAL_ID=Pseudonym()), policy(NATIONAL_ID=Mask())]
    document = pii_pb2.Document(json='{"id": 123456789}')
    call = pii_pb2.RedactRequest(document=document, options=options(*policies, key=KEY, detect=detect))
    number, masked = (text.text for text in (await server.stub.Redact(call)).redaction.texts)
    assert re.fullmatch(r'\{"id": [1-9]\d{8}\}', number)
    assert masked == '{"id": "*********"}'


async def test_json_is_restored_as_it_was_read(start: Start) -> None:
    server = await start()
    document = pii_pb2.Document(json='{"to": "write to \\"anna\\"@example.com"}')
    response = await server.stub.Redact(
        pii_pb2.RedactRequest(document=document, options=options(policy(EMAIL=Encrypt()), key=KEY))
    )
    restored = await server.stub.Restore(pii_pb2.RestoreRequest(text=response.redaction.texts[0].text, key=KEY, json=True))
    assert restored.text == document.json


@pytest.mark.parametrize("kind", ["text", "json"])
async def test_the_check_finds_what_a_policy_puts_together_and_not_what_it_puts_there(start: Start, kind: str) -> None:
    server = await start()
    # The fake finds what looks like an address, with what stands right behind it.
    joins = policy(EMAIL=Replace(text=""), MARK=Replace(text="bob@example.org"))
    detect = pii_pb2.DetectOptions(
        deny=[pii_pb2.DenyTerm(text="ab", entity_type="MARK"), pii_pb2.DenyTerm(text="cd", entity_type="MARK")]
    )
    text = "at ab and c cd.de"
    document = pii_pb2.Document(text=text) if kind == "text" else pii_pb2.Document(json=json.dumps({"a": text, "b": ""}))
    call = pii_pb2.RedactRequest(document=document, options=options(joins, check=True, detect=detect))
    (redacted,) = (await server.stub.Redact(call)).redaction.texts
    assert "at bob@example.org and c bob@example.org.de" in redacted.text
    (leak,) = redacted.leaks
    assert (leak.entity_type, leak.field) == ("EMAIL", "" if kind == "text" else "/a")
    found = redacted.text if kind == "text" else json.loads(redacted.text)["a"]
    assert found[leak.start : leak.end] == "bob@example.org.de"


async def test_pseudonyms_and_what_is_kept_are_no_leaks(start: Start) -> None:
    server = await start()
    kinds = [policy(EMAIL=Pseudonym()), policy(EMAIL=Keep()), policy(EMAIL=Mask(keep_last=8)), policy()]
    response = await server.stub.Redact(request(ANNA, *kinds, key=KEY, check=True))
    assert [len(text.leaks) for text in response.redaction.texts] == [0, 0, 0, 0]
    assert len(server.detector.seen) == 1 + len({text.text for text in response.redaction.texts} - {ANNA})


async def test_nothing_is_checked_where_nobody_asked(start: Start) -> None:
    server = await start()
    await server.stub.Redact(request(ANNA))
    assert server.detector.seen == [ANNA]


async def test_a_text_that_cannot_be_checked_fails_as_a_whole(start: Start, caplog: pytest.LogCaptureFixture) -> None:
    server = await start()
    joined = policy(EMAIL=Replace(text=f"{BREAKS} {CANARY}"))
    documents = [pii_pb2.Document(id=str(index), text=text) for index, text in enumerate((ANNA, "nothing"))]
    response = await server.stub.BatchRedact(pii_pb2.BatchRedactRequest(documents=documents, options=options(joined, check=True)))
    assert [result.WhichOneof("outcome") for result in response.results] == ["error", "redaction"]
    assert response.results[0].error.code == grpc.StatusCode.INTERNAL.value[0]
    assert CANARY not in f"{response} {caplog.text}"


async def test_one_bad_document_does_not_fail_the_batch(start: Start) -> None:
    server = await start(max_characters=85)
    documents = [
        pii_pb2.Document(id="good", text=ANNA),
        pii_pb2.Document(id="long", text=CANARY * 10),
        pii_pb2.Document(id="unset"),
        pii_pb2.Document(id="broken", text=BREAKS),
        pii_pb2.Document(id="json", json=CANARY),
        pii_pb2.Document(text=""),
    ]
    response = await server.stub.BatchRedact(pii_pb2.BatchRedactRequest(documents=documents))
    assert [result.id for result in response.results] == ["good", "long", "unset", "broken", "json", ""]
    outcomes = [result.error.code or [text.text for text in result.redaction.texts] for result in response.results]
    assert outcomes == [["👋 write to <EMAIL>, or <EMAIL>!"], 3, 3, 13, 3, [""]]
    assert [result.error.field for result in response.results[1:5]] == [
        "documents[1].text",
        "documents[2].text",
        "",
        "documents[4].json",
    ]
    assert CANARY not in str(response)


async def test_a_batch_has_the_limits_of_detection(start: Start) -> None:
    server = await start(max_documents=2, max_characters=10)
    three = pii_pb2.BatchRedactRequest(documents=[pii_pb2.Document(text="x")] * 3)
    assert (await refused(server.stub.BatchRedact(three))).keys() == {"documents"}
    long = pii_pb2.BatchRedactRequest(documents=[pii_pb2.Document(text="x" * 6)] * 2)
    assert (await refused(server.stub.BatchRedact(long))).keys() == {"documents"}
    assert not server.detector.seen
    assert not (await server.stub.BatchRedact(pii_pb2.BatchRedactRequest())).results


OP = pii_pb2.Operator
WRONG = {
    "no operator": (pii_pb2.RedactionPolicy(operators={"PERSON": OP()}), "options.policies[1].operators[PERSON]"),
    "no other operator": (pii_pb2.RedactionPolicy(otherwise=OP()), "options.policies[1].otherwise"),
    "two characters": (
        pii_pb2.RedactionPolicy(operators={"PERSON": OP(mask=OP.Mask(character=CANARY))}),
        "options.policies[1].operators[PERSON].mask.character",
    ),
    "another type": (pii_pb2.RedactionPolicy(operators={CANARY: OP(keep=OP.Keep())}), "options.policies[1].operators"),
    "a type of nobody": (pii_pb2.RedactionPolicy(operators={"CANARY": OP(keep=OP.Keep())}), "options.policies[1].operators"),
    "another name": (pii_pb2.RedactionPolicy(name=CANARY), "options.policies[1].name"),
}


@pytest.mark.parametrize(("message", "field"), WRONG.values(), ids=WRONG)
async def test_a_policy_that_is_wrong_is_named_by_its_field(start: Start, message: pii_pb2.RedactionPolicy, field: str) -> None:
    server = await start()
    for call in (
        server.stub.Redact(request(ANNA, policy(), message)),
        server.stub.BatchRedact(pii_pb2.BatchRedactRequest(options=options(policy(), message))),
    ):
        assert (await refused(call)).keys() == {field}
    assert not server.detector.seen


async def test_a_wrong_operator_of_a_type_of_the_request_is_not_echoed(start: Start) -> None:
    server = await start()
    detect = pii_pb2.DetectOptions(deny=[pii_pb2.DenyTerm(text="x", entity_type="CANARY_7F3A")])
    wrong = pii_pb2.RedactionPolicy(operators={"CANARY_7F3A": OP()})
    fields = await refused(server.stub.Redact(request(ANNA, wrong, detect=detect)))
    assert fields.keys() == {"options.policies[0].operators[?]"}


async def test_options_of_detection_are_checked_under_their_own_name(start: Start) -> None:
    server = await start()
    detect = pii_pb2.DetectOptions(entity_types=[CANARY])
    assert (await refused(server.stub.Redact(request(ANNA, detect=detect)))).keys() == {"options.detect.entity_types[0]"}
    assert (await refused(server.stub.Redact(pii_pb2.RedactRequest()))).keys() == {"document.text"}
    many = [policy()] * (MAX_POLICIES + 1)
    assert (await refused(server.stub.Redact(request(ANNA, *many)))).keys() == {"options.policies"}


@pytest.mark.parametrize("key", [b"", b"short", KEY + b"x"])
async def test_a_key_is_required_where_an_operator_needs_one(start: Start, key: bytes) -> None:
    server = await start()
    assert (await refused(server.stub.Redact(request(ANNA, policy(EMAIL=Hash()), key=key)))).keys() == {"options.key"}
    if not key:
        assert (await server.stub.Redact(request(ANNA, policy(EMAIL=Mask())))).redaction.texts


async def test_policies_and_key_of_the_operator(start: Start, files: dict[str, Path]) -> None:
    server = await start(**files)
    named = [pii_pb2.RedactionPolicy(name=name) for name in ("share", "hide")]
    share, hide = (await server.stub.Redact(request("anna@example.com", *named))).redaction.texts
    assert (share.policy, share.text) == ("share", Pseudonyms(KEY, "crm").surrogate("EMAIL", "anna@example.com"))
    assert (hide.policy, hide.text) == ("hide", "****@*******.***")
    (own,) = (await server.stub.Redact(request("anna@example.com", named[0], key=OTHER))).redaction.texts
    assert own.text == Pseudonyms(OTHER, "crm").surrogate("EMAIL", "anna@example.com")


async def test_a_name_with_more_beside_it_is_no_reference(start: Start, files: dict[str, Path]) -> None:
    server = await start(**files)
    (text,) = (await server.stub.Redact(request("anna@example.com", Policy(name="share")))).redaction.texts
    assert (text.policy, text.text) == ("share", "<EMAIL>")


async def test_files_are_read_again_when_they_change(
    start: Start, files: dict[str, Path], caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    server = await start(**files)
    named = pii_pb2.RedactionPolicy(name="share")
    files["policies"].write_text("share: {otherwise: {hash: }}")
    files["redaction_key_file"].write_bytes(OTHER)
    (text,) = (await server.stub.Redact(request("anna@example.com", named))).redaction.texts
    assert text.text == redact("anna@example.com", [Found(0, 16)], Policy(otherwise=Hash()), OTHER).text
    files["policies"].write_text(f"share: {CANARY}")
    files["redaction_key_file"].write_text(CANARY)
    assert (await server.stub.Redact(request("anna@example.com", named))).redaction.texts[0].text == text.text
    said = [record.message for record in caplog.records]
    assert [each.partition(":")[0] for each in said if not each.startswith("ready")] == ["policies", "redaction_key_file"] * 2
    assert CANARY not in caplog.text


@pytest.mark.parametrize("setting", ["policies", "redaction_key_file"])
async def test_a_file_that_cannot_be_used_stops_the_start(start: Start, files: dict[str, Path], setting: str) -> None:
    files[setting].write_text("wrong")
    with pytest.raises(StartError, match=f"{setting}: "):
        Redactions(files["policies"], files["redaction_key_file"], restores=False)
    with pytest.raises(StartError):
        await start(**files)


async def test_restore_tells_what_it_put_back(start: Start) -> None:
    server = await start()
    mine, foreign = (redact("anna", [Found(0, 4)], Policy(otherwise=Encrypt()), key).text for key in (KEY, OTHER))
    text = f"{mine} {foreign} [EMAIL:v1:AAAA]"
    response = await server.stub.Restore(pii_pb2.RestoreRequest(text=text, key=KEY))
    assert response.text == f"anna {foreign} [EMAIL:v1:AAAA]"
    assert (response.restored, response.failed, response.of_another_key) == (1, 2, 1)
    assert not server.detector.seen


async def test_restore_with_the_key_of_the_server_has_to_be_allowed(start: Start, files: dict[str, Path]) -> None:
    token = redact("anna", [Found(0, 4)], Policy(otherwise=Encrypt()), KEY).text
    request = pii_pb2.RestoreRequest(text=token)
    for settings in ({}, {"restores": True}, files):
        assert (await refused((await start(**settings)).stub.Restore(request))).keys() == {"key"}
    server = await start(**files, restores=True)
    assert (await server.stub.Restore(request)).text == "anna"
    wrong = pii_pb2.RestoreRequest(text=token, key=b"short")
    assert (await refused(server.stub.Restore(wrong))).keys() == {"key"}


async def test_a_text_that_breaks_the_detector_is_an_internal_error_without_the_text(
    start: Start, caplog: pytest.LogCaptureFixture
) -> None:
    server = await start()
    with pytest.raises(grpc.aio.AioRpcError) as caught:
        await server.stub.Redact(request(f"{BREAKS} {CANARY}"))
    assert caught.value.code() is grpc.StatusCode.INTERNAL
    assert CANARY not in f"{caught.value} {caplog.text}"


async def test_the_deadline_of_the_server_is_that_of_both_readings(start: Start) -> None:
    server = await start(default_deadline_s=0.2)
    with pytest.raises(grpc.aio.AioRpcError) as caught:
        await server.stub.Redact(request("anna@example.com", policy(EMAIL=Replace(text=SLOW)), check=True))
    assert caught.value.code() is grpc.StatusCode.DEADLINE_EXCEEDED


async def test_a_full_queue_refuses_redaction_as_it_refuses_detection(start: Start) -> None:
    server = await start(max_queue_documents=1, workers=1)
    slow = asyncio.ensure_future(server.stub.Redact(request(SLOW)))
    assert await asyncio.to_thread(server.detector.started.wait, 5)
    arrivals = Calls(server.server._engine._queue, "put")
    waiting = asyncio.ensure_future(server.stub.Redact(request("one")))
    await arrivals.wait()
    with pytest.raises(grpc.aio.AioRpcError) as caught:
        await server.stub.Redact(request("two"))
    assert caught.value.code() is grpc.StatusCode.RESOURCE_EXHAUSTED
    server.detector.go_on.set()
    assert (await slow).redaction.texts[0].text == SLOW
    assert (await waiting).redaction.texts[0].text == "one"


async def test_a_document_with_many_findings_does_not_hold_up_the_event_loop(
    start: Start, monkeypatch: pytest.MonkeyPatch
) -> None:
    threads: list[int] = []
    real = servicer.draft

    def noted(*arguments: Any) -> Any:
        threads.append(threading.get_ident())
        return real(*arguments)

    monkeypatch.setattr(servicer, "draft", noted)
    server = await start()
    text = "anna@example.com " * 300
    (redacted,) = (await server.stub.Redact(request(text))).redaction.texts
    assert redacted.text == "<EMAIL> " * 300
    assert threads
    assert threading.get_ident() not in threads

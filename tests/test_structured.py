"""JSON documents: what is read of them, and where findings are."""

from __future__ import annotations

import json
from typing import Any

import grpc
import pytest
from conftest import Running, Start
from hypothesis import given
from hypothesis import strategies as st
from test_service import CANARY, fields_of

from piiprobe.v1 import pii_pb2
from probes.finding import Detection, Finding
from service.contents import Content, content_of, text_content
from service.reported import reported
from service.structured import MAX_DEPTH, MAX_POINTER_CHARACTERS
from service.validation import Options, Violation, options_of

RECORD = (
    r'{"id": 17, "contact": {"E-mail": ["zoë@example.com", "q\u0040example.org"], "on": true},'
    r' "note": "a\n\"b\" 😀 d@example.com", "x": null}'
)


def content(document: str, most: int = 10_000) -> Content:
    read = content_of(pii_pb2.Document(json=document), "document", most)
    assert isinstance(read, Content)
    return read


def violation(document: str, most: int = 10_000) -> Violation:
    read = content_of(pii_pb2.Document(json=document), "documents[3]", most)
    assert isinstance(read, Violation)
    return read


def options(**fields: Any) -> Options:
    return options_of(pii_pb2.DetectOptions(**fields), ("EMAIL",), "balanced")


def test_values_are_read_on_lines_behind_the_names_of_their_fields() -> None:
    read = content(RECORD)
    assert read.text == 'id: 17\nE-mail: zoë@example.com\nE-mail: q@example.org\nnote: a\n"b" 😀 d@example.com\n'
    assert [(value.field, value.text) for value in read.values] == [
        ("/id", "17"),
        ("/contact/E-mail/0", "zoë@example.com"),
        ("/contact/E-mail/1", "q@example.org"),
        ("/note", 'a\n"b" 😀 d@example.com'),
    ]
    assert [read.text[value.start : value.end] for value in read.values] == [value.text for value in read.values]


@pytest.mark.parametrize(
    ("document", "text", "fields"),
    [
        ('"zoë"', "zoë\n", [""]),
        (" -1.50E+007 ", "-1.50E+007\n", [""]),
        ("12345678901234567890.123456789012345678901", "12345678901234567890.123456789012345678901\n", [""]),
        ('["a", [["b"]], {}]', "a\nb\n", ["/0", "/1/0/0"]),
        ('{"a": [{"b": 1}, 2]}', "b: 1\na: 2\n", ["/a/0/b", "/a/1"]),
        ('{"a/b": {"m~n": "x"}, "": "y"}', "m~n: x\ny\n", ["/a~1b/m~0n", "/"]),
        ('{"a": "", "b": [], "c": {}}', "", []),
        (r'{"a\nb": "\ud83d\ude00 \ud83d \udE00"}', "a b: 😀 \ufffd \ufffd\n", ["/a\nb"]),
        (f'{{"{"n" * 100}": 1}}', f"{'n' * 64}: 1\n", [f"/{'n' * 100}"]),
    ],
)
def test_documents_and_their_fields(document: str, text: str, fields: list[str]) -> None:
    read = content(document)
    assert (read.text, [value.field for value in read.values]) == (text, fields)


@pytest.mark.parametrize(
    "document",
    [
        "",
        " ",
        "{",
        "[",
        '"a',
        "NaN",
        "-Infinity",
        "[Infinity]",
        "01",
        "1.",
        ".5",
        "+1",
        "-",
        "0x1",
        "１",
        "truth",
        "nul",
        "'a'",
        "[1,]",
        "[,1]",
        "[1 2]",
        "[1]]",
        '{"a":1,}',
        '{"a" 1}',
        '{"a":}',
        "{a:1}",
        "{1:1}",
        '{"a":1 "b":2}',
        '{"a":1}{',
        '"a\nb"',
        r'"\x"',
        r'"\u12g4"',
        '"\t"',
        "\ufeff1",
        "1\u00a0",
        "// a\n1",
    ],
)
def test_what_is_no_json_is_refused(document: str) -> None:
    assert violation(document) == Violation("documents[3].json", "is not a JSON value")


@pytest.mark.parametrize(
    ("document", "message"),
    [
        (f'{{"{CANARY}": 1, "b": {{"{CANARY}": 2}}, "\\u0063{CANARY[1:]}": 3}}', "names a field twice in one object"),
        ("[" * (MAX_DEPTH + 1) + "]" * (MAX_DEPTH + 1), f"is nested more than {MAX_DEPTH} deep"),
        ("[" * 100_000, f"is nested more than {MAX_DEPTH} deep"),
        (f'{{"{"k" * MAX_POINTER_CHARACTERS}": 1}}', f"names a field by more than {MAX_POINTER_CHARACTERS} code points"),
        (f'{{"{CANARY}": ["{"a" * 9_987}"]}}', "is longer than 10000 code points; nothing of it was read"),
        (f'{{"{"k" * 64}": [{"1," * 100_000}1]}}', "is longer than 10000 code points; nothing of it was read"),
    ],
)
def test_other_documents_that_are_refused(document: str, message: str) -> None:
    assert violation(document) == Violation("documents[3].json", message)


def test_what_just_fits() -> None:
    content("[" * MAX_DEPTH + "]" * MAX_DEPTH)
    content(f'{{"{"k" * (MAX_POINTER_CHARACTERS - 1)}": 1}}')
    content(f'{{"k": "{"a" * 9_996}"}}')


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=5), inner, max_size=4),
    max_leaves=12,
)


def at_pointer(document: Any, pointer: str) -> Any:
    for token in pointer.split("/")[1:]:
        name = token.replace("~1", "/").replace("~0", "~")
        document = document[int(name)] if isinstance(document, list) else document[name]
    return document


def scalars(document: Any) -> int:
    if isinstance(document, dict):
        return sum(map(scalars, document.values()))
    if isinstance(document, list):
        return sum(map(scalars, document))
    return int(document not in (None, True, False, "") or (isinstance(document, (int, float)) and not isinstance(document, bool)))


@given(document=VALUES, ascii_only=st.booleans(), indent=st.sampled_from([None, 1]))
def test_any_document_is_read_as_pythons_json_reads_it(document: Any, ascii_only: bool, indent: int | None) -> None:
    spelled = json.dumps(document, ensure_ascii=ascii_only, indent=indent)
    read = content(spelled, 1_000_000)
    for value in read.values:
        there = at_pointer(document, value.field)
        assert value.text == there if isinstance(there, str) else json.loads(value.text) == there
        assert json.loads(spelled[slice(*value.spelled)]) == there
    assert len(read.values) == scalars(document)


@given(document=VALUES)
def test_a_document_that_is_rewritten_differs_in_the_rewritten_values_alone(document: Any) -> None:
    read = content(json.dumps(document), 1_000_000)
    assert read.rewritten({}) == read.json
    assert json.loads(read.rewritten({index: value.text for index, value in enumerate(read.values)})) == document
    new = '<"\\é\n>'
    masked = json.loads(read.rewritten(dict.fromkeys(range(len(read.values)), new)))
    assert all(at_pointer(masked, value.field) == new for value in read.values)


def test_a_number_stays_a_number_where_its_new_text_is_one() -> None:
    assert content('{"a": 4111, "b": 5}').rewritten({0: "****", 1: "6"}) == '{"a": "****", "b": 6}'
    assert content('["5"]').rewritten({0: "6"}) == '["6"]'
    assert text_content("abc").rewritten({0: "x"}) == "x"
    assert text_content("abc").rewritten({}) == "abc"


def spans(read: Content, *found: tuple[str, int, int], **fields: Any) -> list[list[str]]:
    findings = tuple(Finding(name, start, end, 0.9, 1.0, 1.0, (), 0.0) for name, start, end in found)
    values = reported(read, Detection(findings, 1), options(**fields))
    return [
        [value.text[each.finding.start : each.finding.end] for each in sourced]
        for value, sourced in zip(read.values, values, strict=True)
    ]


def test_a_finding_is_cut_at_the_edges_of_values_and_dropped_in_names() -> None:
    read = content('{"street": "12 Elm Road,", "city": "Dunmore", "zip": "- -"}')
    assert read.text == "street: 12 Elm Road,\ncity: Dunmore\nzip: - -\n"
    assert spans(read, ("ADDRESS", 8, 34)) == [["12 Elm Road"], ["Dunmore"], []]
    assert spans(read, ("ADDRESS", 3, 17)) == [["12 Elm Ro"], [], []]
    assert spans(read, ("ADDRESS", 0, 6), ("PERSON", 21, 26)) == [[], [], []]
    assert spans(read, ("ADDRESS", 0, len(read.text))) == [["12 Elm Road"], ["Dunmore"], []]
    assert spans(read, ("ADDRESS", 8, 20), ("CITY", 27, 34), ("PHONE", 40, 43)) == [["12 Elm Road,"], ["Dunmore"], ["- -"]]


def test_a_finding_outside_the_text_is_an_error() -> None:
    read = content('["a"]')
    for start, end in ((-1, 1), (0, 3), (1, 1)):
        with pytest.raises(ValueError, match="lies outside"):
            spans(read, ("PERSON", start, end))


def test_terms_and_patterns_do_not_cross_values() -> None:
    read = content('{"a": ["Zoë", "Quist Zoë Quist"], "Zoë Quist": 1}')
    assert spans(read, deny=[pii_pb2.DenyTerm(text="zoë quist", entity_type="STAFF")]) == [[], ["Zoë Quist"], []]
    crossing = pii_pb2.Pattern(name="p", regex=r"(?s)Z.*\d", entity_type="STAFF")
    assert spans(read, patterns=[crossing]) == [[], [], []]
    whole = pii_pb2.Pattern(name="p", regex=r"^\pL+$", entity_type="STAFF")
    assert spans(read, patterns=[whole]) == [["Zoë"], [], []]


async def ask(server: Running, document: str, **fields: Any) -> pii_pb2.DetectResponse:
    request = pii_pb2.DetectRequest(document=pii_pb2.Document(id="a", json=document), options=pii_pb2.DetectOptions(**fields))
    response: pii_pb2.DetectResponse = await server.stub.Detect(request)
    return response


@pytest.mark.parametrize(
    ("encoding", "codec", "width"),
    [
        (pii_pb2.OFFSET_ENCODING_UTF8_BYTES, "utf-8", 1),
        (pii_pb2.OFFSET_ENCODING_UTF16_CODE_UNITS, "utf-16-le", 2),
        (pii_pb2.OFFSET_ENCODING_CODE_POINTS, "utf-32-le", 4),
    ],
)
async def test_findings_name_their_field_and_count_in_its_value(start: Start, encoding: Any, codec: str, width: int) -> None:
    server = await start()
    response = await ask(server, RECORD, offset_encoding=encoding)
    record = json.loads(RECORD)
    found = []
    for each in response.result.findings:
        value = at_pointer(record, each.field).encode(codec)
        found.append((each.field, value[width * each.start : width * each.end].decode(codec)))
    assert found == [
        ("/contact/E-mail/0", "zoë@example.com"),
        ("/contact/E-mail/1", "q@example.org"),
        ("/note", "d@example.com"),
    ]
    # The names of the fields are read.
    assert response.result.tokens_processed == 11


async def test_json_and_texts_in_a_batch(start: Start) -> None:
    server = await start(max_characters=100)
    documents = [
        pii_pb2.Document(json='{"a": "q@example.com"}'),
        pii_pb2.Document(text="q@example.com"),
        pii_pb2.Document(json=f'{{"{CANARY}": 1'),
        pii_pb2.Document(json=json.dumps({CANARY: ["x"] * 10})),
        pii_pb2.Document(json="[]"),
    ]
    results = (await server.stub.BatchDetect(pii_pb2.BatchDetectRequest(documents=documents))).results
    assert [[each.field for each in result.findings.findings] for result in results] == [["/a"], [""], [], [], []]
    assert [result.error.field for result in results] == ["", "", "documents[2].json", "documents[3].json", ""]
    assert results[4].HasField("findings")
    assert CANARY not in str(results)
    with pytest.raises(grpc.aio.AioRpcError) as caught:
        await ask(server, f"[{CANARY}]")
    assert caught.value.code() is grpc.StatusCode.INVALID_ARGUMENT
    assert fields_of(caught.value) == {"document.json": "is not a JSON value"}
    assert CANARY not in str(caught.value)


async def test_json_documents_that_are_together_longer_than_one_may_be_are_refused(start: Start) -> None:
    server = await start(max_characters=100)
    documents = [pii_pb2.Document(json=json.dumps({"k" * 20: [1, 2, 3]})), pii_pb2.Document(json=json.dumps({"k" * 20: [4, 5]}))]
    with pytest.raises(grpc.aio.AioRpcError) as caught:
        await server.stub.BatchDetect(pii_pb2.BatchDetectRequest(documents=documents))
    assert fields_of(caught.value).keys() == {"documents"}
    assert not server.detector.seen


async def test_a_long_document_is_parsed_beside_the_event_loop(start: Start) -> None:
    server = await start()
    document = json.dumps({"mails": [f"m{index}@example.com" for index in range(2_000)]})
    fields = [each.field for each in (await ask(server, document)).result.findings]
    assert fields == [f"/mails/{index}" for index in range(2_000)]

"""What a caller knows better than the probe, over the wire around a fake detector."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import grpc
import pytest
from conftest import Running, Start
from hypothesis import given
from hypothesis import strategies as st
from test_service import CANARY, fields_of

from piiprobe.v1 import pii_pb2
from probes.finding import Finding
from service.overrides import MAX_PATTERN_CHARACTERS, MAX_PATTERNS, MAX_TERM_CHARACTERS, MAX_TERMS, faults_of, overrides_of
from service.sourced import Sourced, disjoint

PROBE, DENY, PATTERN = pii_pb2.FINDING_SOURCE_PROBE, pii_pb2.FINDING_SOURCE_DENY, pii_pb2.FINDING_SOURCE_PATTERN
TEXT = "Ask zoë.quist@example.com or desk@example.org about EMP-0042, Quist."


def deny(*terms: str, entity_type: str = "STAFF") -> list[pii_pb2.DenyTerm]:
    return [pii_pb2.DenyTerm(text=term, entity_type=entity_type) for term in terms]


def pattern(regex: str, name: str = "employee", entity_type: str = "EMPLOYEE_ID") -> pii_pb2.Pattern:
    return pii_pb2.Pattern(name=name, regex=regex, entity_type=entity_type)


async def detect(server: Running, text: str, **options: Any) -> list[pii_pb2.Finding]:
    request = pii_pb2.DetectRequest(document=pii_pb2.Document(text=text), options=pii_pb2.DetectOptions(**options))
    return list((await server.stub.Detect(request)).result.findings)


async def found(server: Running, text: str, **options: Any) -> list[tuple[str, str]]:
    return [(each.entity_type, text[each.start : each.end]) for each in await detect(server, text, **options)]


async def test_findings_of_the_probe_say_so(start: Start) -> None:
    server = await start()
    assert {(each.source, each.field) for each in await detect(server, TEXT)} == {(PROBE, "")}


@pytest.mark.parametrize(
    ("point", "thresholds", "reported"),
    [
        ("BALANCED", {"EMAIL": 0.75}, 2),
        ("BALANCED", {"EMAIL": 0.76}, 0),
        ("PRECISION", {"EMAIL": 0.5}, 2),
        ("BALANCED", {"PERSON": 1.0}, 2),
        ("BALANCED", {"EMAIL": 1.0, "PERSON": 0.0}, 0),
    ],
)
async def test_thresholds_stand_in_place_of_the_operating_point_s(
    start: Start, point: str, thresholds: dict[str, float], reported: int
) -> None:
    server = await start()
    findings = await detect(server, TEXT, operating_point=f"OPERATING_POINT_{point}", thresholds=thresholds)
    assert len(findings) == reported


async def test_allowed_texts_are_not_reported_in_any_case(start: Start) -> None:
    server = await start()
    assert await found(server, TEXT, allow=["Desk@Example.ORG", "quist"]) == [("EMAIL", "zoë.quist@example.com")]
    # It is not the whole of any finding.
    assert len(await found(server, TEXT, allow=["example.org"])) == 2
    assert await found(server, TEXT.replace("zoë", "ZOE\u0308"), allow=["ZOË.quist@example.com"]) == [
        ("EMAIL", "desk@example.org")
    ]


async def test_deny_terms_are_reported_with_their_place_in_the_request(start: Start) -> None:
    server = await start()
    findings = await detect(server, TEXT, deny=[*deny("nobody"), *deny("quist", entity_type="PERSON")])
    (last,) = (each for each in findings if TEXT[each.start :].startswith("Quist"))
    assert (last.entity_type, last.source, last.probability, last.logit, last.bias) == ("PERSON", DENY, 1.0, 0.0, 0.0)
    assert [(share.name, share.logit) for share in last.evidence] == [("deny[1]", 0.0)]
    assert not last.contributions


async def test_what_a_deny_term_leaves_of_a_finding_is_a_finding(start: Start) -> None:
    server = await start()
    assert await found(server, TEXT, deny=deny("Quist")) == [
        ("EMAIL", "zoë"),
        ("STAFF", "quist"),
        ("EMAIL", "example.com"),
        ("EMAIL", "desk@example.org"),
        ("STAFF", "Quist"),
    ]
    assert await found(server, TEXT, deny=deny("desk@example.org", "zoë.quist@example.com")) == [
        ("STAFF", "zoë.quist@example.com"),
        ("STAFF", "desk@example.org"),
    ]


async def test_patterns_are_reported_with_their_names(start: Start) -> None:
    server = await start()
    findings = await detect(server, TEXT, patterns=[pattern(r"\bEMP-\d{4}\b"), pattern(r"\pL+\.\pL+@", "local", "EMAIL")])
    assert [(each.entity_type, TEXT[each.start : each.end], each.source, each.evidence[0].name) for each in findings] == [
        ("EMAIL", "zoë.quist@", PATTERN, "local"),
        ("EMAIL", "example.com", PROBE, "idn"),
        ("EMAIL", "desk@example.org", PROBE, "idn"),
        ("EMPLOYEE_ID", "EMP-0042", PATTERN, "employee"),
    ]
    assert (findings[0].probability, findings[0].logit) == (1.0, 0.0)


async def test_a_match_of_nothing_is_no_finding(start: Start) -> None:
    server = await start()
    # It does not match the empty text, but the empty text at each edge of a word.
    assert await found(server, "one two", patterns=[pattern(r"\b")]) == []


async def test_a_deny_term_comes_before_a_pattern_and_a_pattern_before_the_next(start: Start) -> None:
    server = await start()
    options = {"deny": deny("0042"), "patterns": [pattern(r"EMP-\d+"), pattern(r"about EMP", "about", "TOPIC")]}
    assert await found(server, "about EMP-0042", **options) == [("TOPIC", "about"), ("EMPLOYEE_ID", "EMP"), ("STAFF", "0042")]


async def test_an_allowed_text_is_taken_from_patterns_and_not_from_deny_terms(start: Start) -> None:
    server = await start()
    patterns = [pattern(r"EMP-\d{4}")]
    assert await found(server, "EMP-0000 EMP-0042", patterns=patterns, allow=["emp-0000"]) == [("EMPLOYEE_ID", "EMP-0042")]
    assert await found(server, "Quist", deny=deny("quist"), allow=["QUIST"]) == [("STAFF", "Quist")]
    # The match that is not reported takes nothing from the probe's finding.
    mail = [pattern("q@example", "mail", "MAIL")]
    assert await found(server, "q@example.com", patterns=mail, allow=["q@example"]) == [("EMAIL", "q@example.com")]


async def test_entity_types_choose_among_all_sources(start: Start) -> None:
    server = await start()
    options = {"deny": deny("quist"), "patterns": [pattern(r"EMP-\d+")]}
    assert await found(server, TEXT, entity_types=["EMPLOYEE_ID"], **options) == [("EMPLOYEE_ID", "EMP-0042")]
    assert await found(server, TEXT, entity_types=["EMAIL"], **options) == [
        ("EMAIL", "zoë.quist@example.com"),
        ("EMAIL", "desk@example.org"),
    ]


async def test_many_terms(start: Start) -> None:
    server = await start()
    terms = deny(*(f"name {index}" for index in range(MAX_TERMS)))
    assert await found(server, "Name 9999 and name 10000", deny=terms) == [("STAFF", "Name 9999")]


LONG = "x" * (MAX_TERM_CHARACTERS + 1)


@pytest.mark.parametrize(
    ("options", "fields"),
    [
        ({"thresholds": {"SECRET": 1.1, "EMAIL": -0.1, "PHONE": 1}}, {"options.thresholds[SECRET]", "options.thresholds[EMAIL]"}),
        ({"thresholds": {"PERSON": float("nan")}}, {"options.thresholds[PERSON]"}),
        ({"thresholds": {CANARY: 0.5, "PHONE": 2.0}}, {"options.thresholds", "options.thresholds[PHONE]"}),
        ({"allow": ["a", " ", LONG]}, {"options.allow[1]", "options.allow[2]"}),
        ({"allow": ["a"] * (MAX_TERMS + 1)}, {"options.allow"}),
        ({"deny": deny("a", "", LONG)}, {"options.deny[1].text", "options.deny[2].text"}),
        ({"deny": deny("a", entity_type=CANARY)}, {"options.deny[0].entity_type"}),
        ({"deny": deny(*["a"] * (MAX_TERMS + 1))}, {"options.deny"}),
        ({"patterns": [pattern("a")] * (MAX_PATTERNS + 1)}, {"options.patterns"}),
        ({"patterns": [pattern("a", name=f"{CANARY}!"), pattern("a", entity_type="")]},
         {"options.patterns[0].name", "options.patterns[1].entity_type"}),
        ({"patterns": [pattern(f"({CANARY}"), pattern(rf"(a)\1{CANARY}"), pattern(f"(?=a){CANARY}")]},
         {f"options.patterns[{index}].regex" for index in range(3)}),
        ({"patterns": [pattern("a*"), pattern("^"), pattern(""), pattern("a|")]},
         {f"options.patterns[{index}].regex" for index in range(4)}),
        ({"patterns": [pattern("a" * (MAX_PATTERN_CHARACTERS + 1)), pattern("((a{0,100}){0,100}){1,100}")]},
         {"options.patterns[0].regex", "options.patterns[1].regex"}),
        ({"patterns": [pattern(r"\pL{50}")] * 4}, {"options.patterns"}),
        ({"entity_types": ["STAFF", CANARY], "deny": deny("a")}, {"options.entity_types[1]"}),
    ],
)  # fmt: skip
async def test_bad_options_name_their_fields(
    start: Start, options: dict[str, Any], fields: set[str], capfd: pytest.CaptureFixture[str]
) -> None:
    server = await start()
    with pytest.raises(grpc.aio.AioRpcError) as caught:
        await detect(server, "", **options)
    assert caught.value.code() is grpc.StatusCode.INVALID_ARGUMENT
    assert fields_of(caught.value).keys() == fields
    # re2 logs on its own.
    captured = capfd.readouterr()
    assert CANARY not in f"{caught.value} {captured.out} {captured.err}"
    assert not server.detector.seen


def test_a_pattern_that_would_backtrack_for_ever_ends() -> None:
    options = pii_pb2.DetectOptions(patterns=[pattern("(a+)+b"), pattern("(a|aa)+$")])
    assert not list(faults_of(options))
    nothing, all_of_it = overrides_of(options).found("a" * 100_000)
    assert not nothing
    assert [(each.finding.start, each.finding.end) for each in all_of_it] == [(0, 100_000)]


SPANS = st.lists(st.tuples(st.integers(0, 19), st.integers(1, 8)).map(lambda pair: (pair[0], min(20, sum(pair)))), max_size=5)


@given(groups=st.lists(SPANS, max_size=4))
def test_disjoint_findings_cover_what_the_given_ones_cover(groups: list[list[tuple[int, int]]]) -> None:
    text = "abcdefghijklmnopqrst"

    def sourced(start: int, end: int, rank: int) -> Sourced:
        return Sourced(Finding(str(rank), start, end, 1.0, 0.0, 0.0, (), 0.0), PROBE)

    kept = [each.finding for each in disjoint(text, [[sourced(*span, rank) for span in g] for rank, g in enumerate(groups)])]
    owner: dict[int, str] = {}
    for rank, group in enumerate(groups):
        for start, end in group:
            for at in range(start, end):
                owner.setdefault(at, str(rank))
    assert {at: each.entity_type for each in kept for at in range(each.start, each.end)} == owner
    assert all(one.end <= other.start for one, other in pairwise(kept))


def test_the_edges_of_a_cut_have_no_blanks_and_no_punctuation() -> None:
    def sourced(entity_type: str, start: int, end: int) -> list[Sourced]:
        return [Sourced(Finding(entity_type, start, end, 1.0, 0.0, 0.0, (), 0.0), PROBE)]

    def left(text: str, *groups: list[Sourced]) -> list[tuple[str, str]]:
        kept = (each.finding for each in disjoint(text, groups))
        return [(each.entity_type, text[each.start : each.end]) for each in kept]

    text = "12 Elm Road, Dunmore, +1 (x) -"
    assert left(text, sourced("CITY", 13, 20), sourced("ADDRESS", 0, len(text))) == [
        ("ADDRESS", "12 Elm Road"),
        ("CITY", "Dunmore"),
        ("ADDRESS", "1 (x) -"),
    ]
    assert left("Dunmore, -", sourced("CITY", 0, 7), sourced("ADDRESS", 0, 10)) == [("CITY", "Dunmore")]

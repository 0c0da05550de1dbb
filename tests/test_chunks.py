"""Texts in chunks: findings do not depend on where they are cut, and each character is judged once."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from itertools import pairwise
from typing import TYPE_CHECKING, Any
from unittest.mock import patch

import pytest
from fakes import EMAIL, FakeDetector
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from piiprobe.v1 import pii_pb2
from probes.finding import Detection, Finding
from service import chunks
from service.chunks import Joined, Segment, Segments
from service.contents import text_content
from service.reported import reported
from service.sourced import Sourced
from service.validation import options_of

if TYPE_CHECKING:
    from probes.detector import Detector

CODECS = {
    pii_pb2.OFFSET_ENCODING_CODE_POINTS: ("utf-32-le", 4),
    pii_pb2.OFFSET_ENCODING_UTF8_BYTES: ("utf-8", 1),
    pii_pb2.OFFSET_ENCODING_UTF16_CODE_UNITS: ("utf-16-le", 2),
}
POINTS = pii_pb2.OFFSET_ENCODING_CODE_POINTS
OPTIONS = options_of(
    pii_pb2.DetectOptions(
        deny=[pii_pb2.DenyTerm(text="zoë quist", entity_type="STAFF")],
        patterns=[pii_pb2.Pattern(name="number", regex=r"\b\d{2}(?:-\d{2}){1,4}\b", entity_type="NUMBER")],
    ),
    ("EMAIL",),
    "balanced",
)


@contextmanager
def sizes(segment: int, before: int, behind: int) -> Iterator[None]:
    with patch.multiple(chunks, SEGMENT=segment, BEFORE=before, BEHIND=behind, HELD_BACK=segment + behind):
        yield


def cut_into(text: str, cuts: Sequence[int]) -> list[str]:
    return [text[start:end] for start, end in pairwise([0, *sorted(cuts), len(text)])]


def segments_of(parts: Sequence[str], encoding: Any = POINTS) -> list[Segment]:
    segments = Segments(encoding)
    return [*(segment for part in parts for segment in segments.add(part)), segments.end()]


def chunked(detector: Any, parts: Sequence[str], encoding: Any = POINTS) -> list[tuple[str, int, int, float]]:
    """Findings of a text in chunks, in code points of the whole text."""
    joined, found, read_to = Joined(), [], 0
    for segment in segments_of(parts, encoding):
        (detection,) = detector.detect([segment.text])
        (values,) = reported(text_content(segment.text), detection, OPTIONS)
        kept, reached = joined.take(segment, values)
        for each in kept:
            assert read_to <= segment.at + each.finding.start < segment.at + each.finding.end <= segment.at + reached
            read_to = segment.at + each.finding.end
            place = (segment.at + each.finding.start, segment.at + each.finding.end)
            found.append((each.finding.entity_type, *place, round(each.finding.probability, 3)))
        read_to = segment.at + reached
    assert read_to == sum(map(len, parts))
    return found


def whole(detector: Any, text: str) -> list[tuple[str, int, int, float]]:
    (detection,) = detector.detect([text])
    (values,) = reported(text_content(text), detection, OPTIONS)
    return [(f.entity_type, f.start, f.end, round(f.probability, 3)) for f in (each.finding for each in values)]


PIECES = st.sampled_from(
    [
        "a@b.example",
        "zoë@example.jp",
        "Zoë Quist",
        "12-34-56",
        "山田",
        "👨‍👩‍👧",
        "e\u0301",
        "\r\n",
        "\x00",
        "שלום",
        "𝔘𝔘",
        "word",
        "x",
        " ",
        " ",
    ]
)
TEXTS = st.lists(PIECES, max_size=60).map(lambda pieces: " ".join(pieces))


@st.composite
def texts_and_cuts(draw: st.DrawFn) -> tuple[str, list[int]]:
    text = draw(TEXTS)
    # A place may be drawn twice: a chunk without text.
    return text, draw(st.lists(st.integers(0, len(text)), max_size=12))


@given(texts_and_cuts(), st.sampled_from(sorted(CODECS)))
def test_segments_do_not_depend_on_the_chunks_and_make_up_the_text(drawn: tuple[str, list[int]], encoding: Any) -> None:
    text, cuts = drawn
    codec, width = CODECS[encoding]
    with sizes(16, 6, 5):
        segments = segments_of(cut_into(text, cuts), encoding)
        assert segments == segments_of([text], encoding) == segments_of([*text, ""], encoding)
    assert "".join(segment.text[segment.start : segment.end] for segment in segments) == text
    for segment in segments:
        begin, end = segment.at + segment.start, segment.at + segment.end
        assert segment.text == text[max(0, begin - 6) : len(text) if segment.last else end + 5]
        assert segment.encoded_at == len(text[: segment.at].encode(codec)) // width
        assert segment.last or end - begin == 16
        assert not segment.last or end - begin <= 21
    assert [segment.last for segment in segments] == [False] * (len(segments) - 1) + [True]


@given(texts_and_cuts())
@settings(deadline=None)
def test_findings_are_those_of_the_whole_text_wherever_it_is_cut(drawn: tuple[str, list[int]]) -> None:
    text, cuts = drawn
    # What is found here is shorter than what is read around a segment.
    with sizes(32, 16, 16):
        assert chunked(FakeDetector(), cut_into(text, cuts)) == whole(FakeDetector(), text)


def test_every_split_of_a_text_in_two_and_into_single_characters() -> None:
    text = "ask zoë@example.jp or Zoë Quist, 12-34-56 👨‍👩‍👧 and a@b.example then 山田 q@example.org 98-76 end"
    with sizes(24, 16, 16):
        expected = whole(FakeDetector(), text)
        assert len(expected) == 6
        assert chunked(FakeDetector(), list(text)) == expected
        for at in range(len(text) + 1):
            assert chunked(FakeDetector(), [text[:at], text[at:]]) == expected


@given(drawn=texts_and_cuts())
@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_real_detector_says_the_same_wherever_the_text_is_cut(drawn: tuple[str, list[int]], tiny_detector: Detector) -> None:
    text, cuts = drawn
    with sizes(48, 16, 16):
        found = chunked(tiny_detector, cut_into(text, cuts))
        assert found == chunked(tiny_detector, [text])
        assert all(one[2] <= other[1] for one, other in pairwise(found))
        if len(text) <= 64:
            assert found == whole(tiny_detector, text)


class Everywhere:
    """Finds what differs from window to window: of each four characters of what it is shown the first three."""

    def detect(self, texts: Sequence[str]) -> list[Detection]:
        return [
            Detection(tuple(Finding("EMAIL", at, min(at + 3, len(t)), 0.9, 1.0, 1.0, (), 0.0) for at in range(0, len(t), 4)), 1)
            for t in texts
        ]


@given(texts_and_cuts(), st.integers(7, 20), st.integers(0, 6), st.integers(0, 6))
def test_each_character_is_judged_once_by_the_segment_that_speaks_for_it(
    drawn: tuple[str, list[int]], segment: int, before: int, behind: int
) -> None:
    text, cuts = drawn
    with sizes(segment, before, behind):
        found = chunked(Everywhere(), cut_into(text, cuts))
        assert found == chunked(Everywhere(), [text])
        parts = segments_of([text])
    assert all(one[2] <= other[1] for one, other in pairwise(found))
    covered = {at for _, start, end, _ in found for at in range(start, end)}
    for part in parts:
        begin, end = part.at + part.start, part.at + part.end
        # A finding of the segment before may reach into this one, and speak for so many characters of it.
        for at in range(begin + (min(3, behind) if begin else 0), end):
            # A finding that is cut gives up what is neither letter nor digit at the cut.
            assert at in covered or (at - part.at) % 4 == 3 or not text[at].isalnum()


def test_a_finding_that_its_segment_saw_is_not_said_again_and_its_rest_is_not_lost() -> None:
    def sourced(start: int, end: int) -> Sourced:
        return Sourced(Finding("PERSON", start, end, 0.9, 1.0, 1.0, (), 0.0), pii_pb2.FINDING_SOURCE_PROBE)

    text = "abcdefghij klmnop qrst uvwxyz"
    first = Segment(text[:16], 0, 12, 0, 0, last=False)
    second = Segment(text[8:], 4, 21, 8, 8, last=True)
    joined = Joined()
    kept, reached = joined.take(first, [sourced(0, 3), sourced(11, 15), sourced(15, 16)])
    assert [(each.finding.start, each.finding.end) for each in kept] == [(0, 3), (11, 15)]
    assert reached == 15
    # In the second segment: what the first has said, more of it, what begins before it, what is its own.
    kept, reached = joined.take(second, [sourced(0, 2), sourced(3, 9), sourced(9, 10), sourced(10, 14)])
    assert [text[8:][each.finding.start : each.finding.end] for each in kept] == ["op", " ", "qrst"]
    assert reached == 21


def test_what_only_the_next_segment_sees_before_its_border_is_cut_there() -> None:
    person = Sourced(Finding("PERSON", 2, 9, 0.9, 1.0, 1.0, (), 0.0), pii_pb2.FINDING_SOURCE_PROBE)
    joined = Joined()
    assert joined.take(Segment("abcdefgh", 0, 6, 0, 0, last=False), []) == ([], 6)
    kept, _ = joined.take(Segment("cdefghijklmn", 4, 12, 2, 2, last=True), [person])
    assert [(each.finding.start, each.finding.end) for each in kept] == [(4, 9)]


def test_a_chunk_may_be_as_long_as_the_text_and_no_longer_text_is_held() -> None:
    segments = Segments(POINTS)
    texts = [segment.text for segment in segments.add("m@example.com " * 50_000)]
    assert max(map(len, texts)) == chunks.BEFORE + chunks.SEGMENT + chunks.BEHIND
    assert len(segments.end().text) <= chunks.BEFORE + chunks.HELD_BACK
    assert segments.characters == 700_000


def test_addresses_in_a_long_text_are_all_found_with_the_sizes_that_are_shipped() -> None:
    text = "".join(f"m{index}@example.com {'x' * (index % 97)} " for index in range(1_000))
    found = chunked(FakeDetector(), cut_into(text, range(0, len(text), 1_009)))
    assert [place[1:3] for place in found] == [match.span() for match in EMAIL.finditer(text)]


@pytest.mark.parametrize("length", [0, 1, chunks.SEGMENT, chunks.HELD_BACK])
def test_a_text_that_is_held_back_whole_is_read_whole(length: int) -> None:
    (segment,) = segments_of(["x" * length])
    assert (segment.text, segment.last) == ("x" * length, True)

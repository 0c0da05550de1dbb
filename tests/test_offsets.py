"""Offsets in the three encodings."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from piiprobe.v1.pii_pb2 import OFFSET_ENCODING_CODE_POINTS, OFFSET_ENCODING_UTF8_BYTES, OFFSET_ENCODING_UTF16_CODE_UNITS
from service.offsets import encoded_offsets

TEXTS = st.text(st.characters(exclude_categories=["Cs"]) | st.sampled_from("é👨‍👩‍👧‍👦\u0301\r\n\x00שלום１２￿𝔘"))


@st.composite
def texts_and_spans(draw: st.DrawFn) -> tuple[str, list[tuple[int, int]]]:
    text = draw(TEXTS)
    offset = st.integers(0, len(text))
    spans = draw(st.lists(st.tuples(offset, offset).map(lambda pair: (min(pair), max(pair)))))
    return text, spans


@given(texts_and_spans())
def test_a_span_cuts_the_same_text_in_every_encoding(drawn: tuple[str, list[tuple[int, int]]]) -> None:
    text, spans = drawn
    edges = [edge for span in spans for edge in span]
    points = encoded_offsets(text, edges, OFFSET_ENCODING_CODE_POINTS)
    octets = encoded_offsets(text, edges, OFFSET_ENCODING_UTF8_BYTES)
    units = encoded_offsets(text, edges, OFFSET_ENCODING_UTF16_CODE_UNITS)
    utf8, utf16 = text.encode(), text.encode("utf-16-le")
    for start, end in spans:
        assert (points[start], points[end]) == (start, end)
        assert utf8[octets[start] : octets[end]].decode() == text[start:end]
        assert utf16[2 * units[start] : 2 * units[end]].decode("utf-16-le") == text[start:end]


@pytest.mark.parametrize("offset", [-1, 4])
def test_an_offset_outside_the_text_is_refused(offset: int) -> None:
    with pytest.raises(ValueError, match="outside"):
        encoded_offsets("abc", [offset], OFFSET_ENCODING_UTF8_BYTES)


def test_many_offsets_in_a_long_text_take_linear_time() -> None:
    text = "あ" * 500_000
    offsets = encoded_offsets(text, range(0, 500_000, 5), OFFSET_ENCODING_UTF8_BYTES)
    assert offsets[499_995] == 3 * 499_995

"""Turns offsets in code points into the units that a caller counts in."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from itertools import pairwise

from piiprobe.v1.pii_pb2 import (
    OFFSET_ENCODING_CODE_POINTS,
    OFFSET_ENCODING_UTF8_BYTES,
    OFFSET_ENCODING_UTF16_CODE_UNITS,
    OffsetEncoding,
)

_WIDTH: Mapping[OffsetEncoding.ValueType, Callable[[str], int]] = {
    OFFSET_ENCODING_CODE_POINTS: len,
    OFFSET_ENCODING_UTF8_BYTES: lambda text: len(text.encode()),
    OFFSET_ENCODING_UTF16_CODE_UNITS: lambda text: len(text.encode("utf-16-le")) // 2,
}


def encoded_offsets(text: str, offsets: Iterable[int], encoding: OffsetEncoding.ValueType) -> dict[int, int]:
    """Maps each of `offsets`, in code points of `text`, to `encoding`; time is linear in the text.

    Raises ValueError for an offset outside the text.
    """
    ordered = sorted({0, *offsets})
    if ordered[0] < 0 or ordered[-1] > len(text):
        raise ValueError("an offset lies outside the text")
    width = _WIDTH[encoding]
    encoded = {0: 0}
    for previous, offset in pairwise(ordered):
        encoded[offset] = encoded[previous] + width(text[previous:offset])
    return encoded

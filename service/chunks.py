"""Texts that come in chunks: cut into segments that do not depend on where the chunks are cut, and findings put together again.

A segment is read with text before and behind it, which are context, and speaks for its own characters alone. So each character of
a text is judged once, and memory does not grow with the text.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from piiprobe.v1 import pii_pb2
from service.offsets import encoded_offsets
from service.sourced import Sourced, cut

# In code points. The probe looks ten tokens ahead and a finding is rarely longer than an address; what stands before a name tells
# the model more than what follows.
SEGMENT = 4_096
BEFORE = 512
BEHIND = 512

HELD_BACK = SEGMENT + BEHIND
"""Code points of a text that may have come without having been read: of a shorter one, all until its end is known."""

LONGEST = 2**30
"""Code points of a text; the offsets of a longer one could be more than the contract's 32 bits hold."""


@dataclass(frozen=True, slots=True)
class Segment:
    """A part of a text.

    Attributes:
        text: the part, with what is read before and behind it.
        start, end: of the part, in `text`.
        at: where `text` stands in the whole text, in code points.
        encoded_at: the same in the units that the caller counts in.
        last: whether the text ends with it.
    """

    text: str
    start: int
    end: int
    at: int
    encoded_at: int
    last: bool


class Segments:
    """Cuts one text. A segment has `SEGMENT` code points; the last one takes up to `BEHIND` more, so that no scrap is left."""

    def __init__(self, encoding: pii_pb2.OffsetEncoding.ValueType) -> None:
        self._encoding = encoding
        self._held = ""
        self._start = self._at = self._encoded_at = 0

    def add(self, part: str) -> Iterator[Segment]:
        """Takes what comes next; to be used up before the next call."""
        self._held += part
        low, start = 0, self._start
        # More than that, and not as much: nobody knows yet that the text goes on.
        while len(self._held) - low - start > HELD_BACK:
            end = start + SEGMENT
            text = self._held[low : low + end + BEHIND]
            yield Segment(text, start, end, self._at, self._encoded_at, last=False)
            step = end - BEFORE
            self._at += step
            self._encoded_at += encoded_offsets(text, [step], self._encoding)[step]
            low, start = low + step, BEFORE
        self._held, self._start = self._held[low:], start

    def end(self) -> Segment:
        """What is left, once the text is known to end."""
        return Segment(self._held, self._start, len(self._held), self._at, self._encoded_at, last=True)

    @property
    def characters(self) -> int:
        """Code points taken so far."""
        return self._at + len(self._held)


class Joined:
    """Puts the findings of a text's segments together, in turn.

    A finding that starts in a segment is reported whole, as far as the segment saw it, and the next one speaks from its end on.
    One that starts before its segment, where that segment does not speak, is cut.
    """

    def __init__(self) -> None:
        self._reached = 0

    def take(self, segment: Segment, found: Sequence[Sourced]) -> tuple[list[Sourced], int]:
        """The findings to report, and how far the text is judged, all in code points of `segment.text`; `found` is by start."""
        low = max(segment.start, self._reached - segment.at)
        parts = [
            cut(segment.text, sourced, max(low, sourced.finding.start), sourced.finding.end)
            for sourced in found
            if sourced.finding.start < segment.end and sourced.finding.end > low
        ]
        kept = [part for part in parts if part]
        reached = max([segment.end, *(part.finding.end for part in kept)])
        self._reached = segment.at + reached
        return kept, reached

"""The answer that a judge is asked for, `{"pii": [{"type", "text", "occurrence"}]}`: written, read, and found in the text.

An answer that is not exactly that is an error, never "no PII".
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from pydantic import BaseModel, Field

from probes.entity import ENTITY_TYPES, Span
from probes.errors import ProbesError

# Letters and digits of scripts that part words: kana and Chinese characters do not.
_WORD = re.compile(r"[^\W_぀-ヿ㐀-鿿豈-﫿ｦ-ﾟ]")
_DECODER = json.JSONDecoder()


@dataclass(frozen=True, slots=True)
class Usage:
    """Tokens that the endpoint reported; `unreported` counts the answers for which it reported none."""

    prompt_tokens: int = 0
    completion_tokens: int = 0
    unreported: int = 0

    def __add__(self, other: Usage) -> Usage:
        return Usage(
            self.prompt_tokens + other.prompt_tokens,
            self.completion_tokens + other.completion_tokens,
            self.unreported + other.unreported,
        )


class JudgeAnswerError(ProbesError):
    """The model answered, but not with the JSON that was asked for. `usage` is what the answer cost all the same."""

    def __init__(self, message: str, usage: Usage | None = None) -> None:
        super().__init__(message)
        self.usage = usage or Usage()


@dataclass(frozen=True, slots=True)
class Quote:
    """A stretch of the text as a judge names it.

    `occurrence` counts from 1 the places where `text` stands: those where it cuts no word first ("Ann" before the first half of
    "Anna"), in the order of the text. None means the first place that no earlier quote took.
    """

    entity_type: str
    text: str
    occurrence: int | None = None


@dataclass(frozen=True, slots=True)
class Located:
    """The spans of an answer, by start.

    `unmatched`: quotes that do not stand in the text so often; `unknown`: quotes of a class that was not asked for.
    """

    spans: tuple[Span, ...]
    unmatched: int = 0
    unknown: int = 0


class _Item(BaseModel):
    type: str
    text: str
    occurrence: int | None = Field(None, ge=1)


class _Answer(BaseModel):
    pii: list[_Item]


@dataclass(slots=True)
class _Finder:
    text: str
    taken: set[tuple[int, int]] = field(default_factory=set)

    def find(self, quote: Quote) -> tuple[int, int] | None:
        places = [(start, start + len(quote.text)) for start in occurrences(self.text, quote.text)]
        if quote.occurrence is None:
            places = [place for place in places if place not in self.taken]
        place = next(iter(places[(quote.occurrence or 1) - 1 :]), None)
        if place is not None:
            self.taken.add(place)
        return place


def occurrences(text: str, quote: str) -> list[int]:
    """Where `quote` starts in `text`: places where it cuts no word first, then the others; overlapping ones included."""
    if not quote.strip():
        return []
    starts, at = [], text.find(quote)
    while at >= 0:
        starts.append(at)
        at = text.find(quote, at + 1)
    return sorted(starts, key=lambda start: (_cuts_a_word(text, start) or _cuts_a_word(text, start + len(quote)), start))


def quotes(text: str, spans: Iterable[Span]) -> list[Quote]:
    """How a faultless judge would name these spans."""
    named = []
    for span in spans:
        quoted = text[span.start : span.end]
        named.append(Quote(span.entity_type, quoted, occurrences(text, quoted).index(span.start) + 1))
    return named


def written(quoted: Sequence[Quote]) -> str:
    """The answer with these quotes, on one line."""
    items = [{"type": q.entity_type, "text": q.text, "occurrence": q.occurrence or 1} for q in quoted]
    return json.dumps({"pii": items}, ensure_ascii=False)


def parse(answer: str) -> list[Quote]:
    """The quotes of an answer. Text or a code fence around the JSON is passed over.

    Raises:
        JudgeAnswerError: the first `{` does not begin the object that was asked for, or a second such list follows, which may
            take the first one back.
    """
    start = answer.find("{")
    if start < 0:
        raise JudgeAnswerError("the answer holds no JSON object")
    try:
        value, end = _DECODER.raw_decode(answer, start)
        items = _Answer.model_validate(value).pii
    except (ValueError, RecursionError):
        # The causes quote the answer, and the answer quotes the text.
        raise JudgeAnswerError("the answer is not the JSON object that was asked for") from None
    if '"pii"' in answer[end:]:
        raise JudgeAnswerError("the answer holds more than one list")
    return [Quote(item.type.strip().upper(), item.text, item.occurrence) for item in items]


def locate(text: str, quoted: Iterable[Quote]) -> Located:
    """Find quotes in the text by exact match; what cannot be found is counted, not guessed."""
    finder = _Finder(text)
    spans: set[Span] = set()
    unmatched = unknown = 0
    for quote in quoted:
        if quote.entity_type not in ENTITY_TYPES:
            unknown += 1
        elif (place := finder.find(quote)) is None:
            unmatched += 1
        else:
            spans.add(Span(*place, quote.entity_type))
    return Located(tuple(sorted(spans, key=lambda s: (s.start, s.end, s.entity_type))), unmatched, unknown)


def _cuts_a_word(text: str, at: int) -> bool:
    return 0 < at < len(text) and bool(_WORD.match(text[at - 1]) and _WORD.match(text[at]))

"""Dollars per million messages: ours from an hourly price and a throughput, each judge's from its price list."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

from probes.judge.prices import CharacterPrice, PriceList, TokenPrice

MESSAGES = 1_000_000

HOURLY_PRICE = 0.10
HOURLY_PRICE_FROM = "assumed: a cloud machine with 2 vCPU on demand"

UTILISATION = 0.5

NOT_COUNTED = "a judge's reasoning tokens, repeated requests, discounts for cached prompts; our storage, network and people"

OURS = "piiprobe"

BATCH = 32
"""Messages at once when our throughput is measured."""


@dataclass(frozen=True, slots=True)
class Figure:
    """A number and where it comes from."""

    value: float
    origin: str = "given"


@dataclass(frozen=True, slots=True)
class Assumptions:
    """Everything that the dollars follow from.

    Attributes:
        tokens_per_message: mean; judges have other tokenizers, so for them it is an estimate.
        characters: code points of each message of the sample, because services charge begun units.
        prompt_tokens: instructions and examples that a judge reads with every message.
        answer_tokens: mean tokens that a judge writes about a message.
        throughput: our tokens a second at full load.
        hourly_price: dollars an hour of the machine that has this throughput.
        utilisation: share of the hour that it works; above 0, at most 1.
    """

    tokens_per_message: Figure
    characters: tuple[int, ...]
    characters_from: str
    prompt_tokens: Figure
    answer_tokens: Figure
    throughput: Figure
    hourly_price: Figure
    utilisation: Figure

    def __post_init__(self) -> None:
        if min(self.tokens_per_message.value, self.throughput.value) <= 0 or not 0 < self.utilisation.value <= 1:
            raise ValueError("tokens per message, throughput and utilisation must be above 0, and utilisation at most 1")
        if min(self.prompt_tokens.value, self.answer_tokens.value, self.hourly_price.value) < 0 or not self.characters:
            raise ValueError("tokens and prices cannot be negative, and there must be a message")

    @property
    def messages_per_hour(self) -> float:
        return self.throughput.value * 3600 * self.utilisation.value / self.tokens_per_message.value

    def lines(self) -> list[tuple[str, float, str]]:
        """Name, value and origin of each."""
        mean = sum(self.characters) / len(self.characters)
        return [
            ("tokens per message", self.tokens_per_message.value, self.tokens_per_message.origin),
            ("characters per message", mean, self.characters_from),
            ("prompt tokens per message (judges)", self.prompt_tokens.value, self.prompt_tokens.origin),
            ("answer tokens per message (judges)", self.answer_tokens.value, self.answer_tokens.origin),
            ("throughput, tokens/s (ours)", self.throughput.value, self.throughput.origin),
            ("hourly price, $ (ours)", self.hourly_price.value, self.hourly_price.origin),
            ("utilisation (ours)", self.utilisation.value, self.utilisation.origin),
            ("messages per hour (ours)", self.messages_per_hour, "throughput × 3600 × utilisation ÷ tokens per message"),
        ]


@dataclass(frozen=True, slots=True)
class Row:
    """`dollars` per million messages; `ratio` to ours, None where ours is free."""

    name: str
    dollars: float
    ratio: float | None
    status: str
    source: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class CostReport:
    rows: tuple[Row, ...]
    assumptions: Assumptions
    as_of: date

    def as_dict(self) -> dict[str, Any]:
        assumed = [{"name": name, "value": value, "origin": origin} for name, value, origin in self.assumptions.lines()]
        return {
            "dollars_per_messages": MESSAGES,
            "rows": [asdict(row) for row in self.rows],
            "prices_as_of": self.as_of.isoformat(),
            "assumptions": assumed,
            "not_counted": NOT_COUNTED,
        }

    def as_json(self) -> str:
        return json.dumps(self.as_dict(), indent=2, ensure_ascii=False)

    def as_markdown(self) -> str:
        head = ["| detector | $ per 1M messages | × ours | price | source |", "|---|---:|---:|---|---|"]
        rows = [
            f"| {row.name} | {row.dollars:,.2f} | {_ratio(row.ratio)} | {'; '.join(filter(None, (row.status, row.note)))}"
            f" | {row.source} |"
            for row in self.rows
        ]
        assumed = [f"- {name}: {value:,.6g} ({origin})" for name, value, origin in self.assumptions.lines()]
        return "\n".join(
            [*head, *rows, "", f"Prices as of {self.as_of}. Assumptions:", *assumed, f"- not counted: {NOT_COUNTED}", ""]
        )


def ours(assumed: Assumptions) -> float:
    """Dollars per million messages that the probes cost."""
    return assumed.hourly_price.value / assumed.messages_per_hour * MESSAGES


def compare(prices: PriceList, assumed: Assumptions) -> CostReport:
    """Ours and every price of the list, in its order."""
    own = ours(assumed)
    rows = [Row(OURS, own, 1.0, "computed", assumed.hourly_price.origin)]
    read = assumed.prompt_tokens.value + assumed.tokens_per_message.value
    size = len(assumed.characters)
    charges: list[tuple[TokenPrice | CharacterPrice, float]] = [
        *((price, price.dollars(read, assumed.answer_tokens.value)) for price in prices.tokens),
        *((price, sum(map(price.dollars, assumed.characters)) / size) for price in prices.characters),
    ]
    for price, each in charges:
        dollars = each * MESSAGES
        rows.append(Row(price.name, dollars, dollars / own if own else None, price.status, price.sources[0], price.note))
    return CostReport(tuple(rows), assumed, prices.as_of)


def throughput(
    tokens_of: Callable[[Sequence[str]], int],
    texts: Sequence[str],
    seconds: float,
    *,
    batch: int = BATCH,
    clock: Callable[[], float] = time.perf_counter,
) -> float:
    """Tokens a second of `tokens_of`, which reads a batch and returns its tokens; at least `seconds` after one batch to warm up.

    Raises:
        ValueError: the texts hold no token.
    """
    batches = _endless([texts[at : at + batch] for at in range(0, len(texts), batch)])
    tokens_of(next(batches))
    start, total = clock(), 0
    while (passed := clock() - start) < seconds or not total:
        read = tokens_of(next(batches))
        if not read:
            raise ValueError("there is nothing to read in the texts")
        total += read
    return total / passed


def _endless(batches: Sequence[Sequence[str]]) -> Iterator[Sequence[str]]:
    if not batches:
        raise ValueError("no texts")
    while True:
        yield from batches


def _ratio(value: float | None) -> str:
    if value is None:
        return "–"
    return f"{value:,.3g}" if value < 1000 else f"{value:,.0f}"

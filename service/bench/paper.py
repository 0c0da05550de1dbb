"""The model on paper: what a message takes, from its products, the machine's limit and measured overheads; and what that costs.

The limit is measured, the overheads come from messages of two lengths and from the calls of a closed loop, and what the model
says of everything else is set beside what was measured.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from probes.judge.cost import CostReport
from service.bench.limit import Shapes
from service.bench.served import BATCH, Served
from service.bench.speed import LIMIT, LengthSpeed
from service.bench.texts import positions

DAY_S = 86_400

VOLUMES = (1_000_000, 1_000_000_000)
"""Messages a day."""

UTILISATION = 0.6


@dataclass(frozen=True, slots=True)
class PaperModel:
    """Seconds of the whole machine, all its cores at work.

    Attributes:
        flops: of the products of a token: blocks, encoder, probe.
        flops_per_s: the measured limit of the products of the blocks, taken for the others too.
        position_s: what a position (a token or BOS) takes besides its products: norms, attention, activations, decoding.
        message_s: what a message takes however short it is.
        call_s: what a call of Detect adds.
    """

    flops: float
    flops_per_s: float
    position_s: float
    message_s: float
    call_s: float = 0.0

    @property
    def products_s(self) -> float:
        """What the products of a position take at the limit."""
        return self.flops / self.flops_per_s

    def text_s(self, tokens: int) -> float:
        """A text in a full batch, in process."""
        return positions(tokens) * (self.products_s + self.position_s) + self.message_s

    def detect_s(self, tokens: int) -> float:
        """The same as a call of Detect under load."""
        return self.text_s(tokens) + self.call_s

    def machines(self, messages_a_day: float, tokens: int, utilisation: float) -> float:
        """How many such machines, on average as much at work as `utilisation`; not rounded."""
        return messages_a_day / DAY_S * self.detect_s(tokens) / utilisation


def fit(made_of: Shapes, lengths: Sequence[LengthSpeed]) -> PaperModel:
    """From the shortest texts and the longest that are one window.

    Raises:
        ValueError: there are no two such lengths.
    """
    whole = sorted((each for each in lengths if positions(each.length) == each.length + 1), key=lambda each: each.length)
    if len(whole) < 2:
        raise ValueError("the paper model needs two lengths of texts within a window")
    short, long = whole[0], whole[-1]
    limit = long.tokens_per_s[LIMIT].median * made_of.block_flops
    flops = made_of.block_flops + made_of.head_flops
    each = (_text_s(long) - _text_s(short)) / (long.positions - short.positions)
    return PaperModel(
        flops=flops,
        flops_per_s=limit,
        position_s=each - flops / limit,
        message_s=max(0.0, _text_s(short) - short.positions * each),
    )


def with_calls(model: PaperModel, served: Served) -> PaperModel:
    """Adds what a call costs, from the closed loop's capacity."""
    call_s = max(0.0, 1 / served.mean_capacity - model.text_s(round(served.tokens)))
    return PaperModel(model.flops, model.flops_per_s, model.position_s, model.message_s, call_s)


@dataclass(frozen=True, slots=True)
class Check:
    """A figure that the model was not fitted on."""

    name: str
    unit: str
    predicted: float
    measured: float

    @property
    def against(self) -> float:
        return self.predicted / self.measured


def checks(model: PaperModel, lengths: Sequence[LengthSpeed], served: Served | None, workers: int) -> tuple[Check, ...]:
    """What the model says of the lengths between and above those of `fit`, of batches over gRPC and of lone messages."""
    whole = [each.length for each in lengths if positions(each.length) == each.length + 1]
    found = [
        Check(f"engine, texts of {each.length:,} tokens", "tokens/s", each.tokens / model.text_s(round(each.tokens)), each.engine)
        for each in lengths
        if each.length not in (min(whole), max(whole))
    ]
    if served:
        tokens = round(served.tokens)
        in_batch = model.text_s(tokens) + model.call_s / BATCH
        found.append(Check("BatchDetect", "tokens/s", tokens / in_batch, served.batch_tokens_per_s.median))
        # Alone a message has one worker, not all of them.
        alone = 1000 * workers * model.detect_s(round(served.lone.tokens))
        found.append(Check("lone message, p50", "ms", alone, served.lone.grpc_ms.median))
    return tuple(found)


@dataclass(frozen=True, slots=True)
class Volume:
    """Machines and dollars for so many messages of `tokens` a day.

    `share`: of all machines together, not rounded; `dollars`: of that share; `whole_dollars`: of `machines` around the clock.
    """

    messages: int
    tokens: int
    share: float
    machines: int
    cores: float
    dollars: float
    whole_dollars: float


@dataclass(frozen=True, slots=True)
class Paper:
    """Part (e). `judges`: dollars for a million messages, ours first; `hourly_price` of a machine of `cores` cores."""

    model: PaperModel
    checks: tuple[Check, ...]
    volumes: tuple[Volume, ...]
    hourly_price: float
    hourly_price_from: str
    utilisation: float
    cores: int
    judges: Mapping[str, float]
    prices_as_of: date
    assumptions: tuple[str, ...]


def volumes(
    model: PaperModel, tokens: int, cores: int, hourly_price: float, utilisation: float = UTILISATION
) -> tuple[Volume, ...]:
    """For each of `VOLUMES`."""
    made = []
    for messages in VOLUMES:
        share = model.machines(messages, tokens, utilisation)
        machines = max(1, math.ceil(share))
        daily = 24 * hourly_price
        made.append(Volume(messages, tokens, share, machines, share * cores, share * daily, machines * daily))
    return tuple(made)


def paper(model: PaperModel, found: tuple[Check, ...], report: CostReport, tokens: int, cores: int) -> Paper:
    """Puts it together; `report` holds the judges' prices and the assumptions that ours rests on."""
    assumed = report.assumptions
    return Paper(
        model=model,
        checks=found,
        volumes=volumes(model, tokens, cores, assumed.hourly_price.value, assumed.utilisation.value),
        hourly_price=assumed.hourly_price.value,
        hourly_price_from=assumed.hourly_price.origin,
        utilisation=assumed.utilisation.value,
        cores=cores,
        judges={row.name: row.dollars for row in report.rows},
        prices_as_of=report.as_of,
        assumptions=tuple(f"{name}: {value:,.6g} ({origin})" for name, value, origin in assumed.lines()),
    )


def _text_s(speed: LengthSpeed) -> float:
    return speed.tokens / speed.engine

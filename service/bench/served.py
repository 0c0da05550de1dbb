"""The service as callers see it: capacity, lone messages, open-loop load, memory after it."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeVar

from piiprobe import PiiClient
from service.bench.figures import Spread, interleave, percentile, ratio, spread
from service.bench.levels import MS, Level, closed_rate, level
from service.bench.process import Memory, ServerProcess, run_plans
from service.bench.speed import Engine
from service.bench.texts import Sample

T = TypeVar("T")

SHARES = (0.1, 0.5, 0.8, 1.0, 1.5, 2.0)
"""Offered load, as shares of the capacity."""

HEALTH_INTERVAL_S = 0.05
CALLERS = 64
"""Of the closed loop that finds the capacity: enough that the server is never idle."""

BATCH = 16
"""Texts a BatchDetect: in all callers' hands no more than may wait for the model."""


@dataclass(frozen=True, slots=True)
class Timing:
    """Seconds of each kind of measurement, and how many rounds of what is done in rounds."""

    rounds: int
    seconds: float
    """Of each round of a closed loop."""
    capacity_s: float
    level_s: float
    lone_messages: int
    """Of each round."""
    warm_up_s: float = 1.0


@dataclass(frozen=True, slots=True)
class Lone:
    """One message at a time; medians of rounds, each of which is a median of calls.

    `grpc_ms`: through the service; `forward_ms`: its forward pass alone, in process, with as many threads as a worker has.
    """

    tokens: float
    grpc_ms: Spread
    forward_ms: Spread
    against: Spread
    cpu_threads: int


@dataclass(frozen=True, slots=True)
class Served:
    """Part (c), and the memory of (d).

    Attributes:
        batch_tokens_per_s, engine_tokens_per_s: BatchDetect in a closed loop, and the engine in process, in turns.
        capacity: messages a second of Detect in a closed loop, before the levels.
        capacity_after: the same after them; the machine drifts, so goodput is set against the mean of both.
    """

    tokens: float
    batch_tokens_per_s: Spread
    engine_tokens_per_s: Spread
    batch_against_engine: Spread
    lone: Lone
    capacity: float
    capacity_after: float
    levels: tuple[Level, ...]
    deadline_s: float
    memory_before: Memory
    memory_after: Memory

    @property
    def mean_capacity(self) -> float:
        return (self.capacity + self.capacity_after) / 2

    def at(self, share: float) -> Level | None:
        """The level of that offered load."""
        return next((each for each in self.levels if each.share == share), None)


def measure_served(
    server: ServerProcess,
    engine: Engine,
    sample: Sample,
    lone: Sample,
    timing: Timing,
    *,
    shares: Sequence[float] = SHARES,
    deadline_s: float = 10.0,
    say: Callable[[str], None] = lambda _: None,
) -> Served:
    """`sample`: what is sent in batches and under load; `lone`: what is sent one at a time."""
    memory_before = server.memory()
    say("BatchDetect beside the engine in process")
    values = interleave(
        {
            "grpc": lambda: _batches(server.target, sample, engine.crew.workers, timing),
            "engine": lambda: engine.tokens_per_s(sample, timing.seconds),
        },
        timing.rounds,
    )
    say("one message at a time")
    alone = measure_lone(server.target, engine, lone, timing)
    say("capacity")
    capacity = _capacity(server.target, sample, timing, deadline_s)
    levels = []
    for number, share in enumerate(shares):
        say(f"{share:.0%} of {capacity:,.0f} messages a second")
        levels.append(_level(server.target, sample, share, capacity, timing, deadline_s, seed=number))
    capacity_after = _capacity(server.target, sample, timing, deadline_s)
    return Served(
        tokens=statistics.fmean(sample.tokens),
        batch_tokens_per_s=spread(values["grpc"]),
        engine_tokens_per_s=spread(values["engine"]),
        batch_against_engine=ratio(values["grpc"], values["engine"]),
        lone=alone,
        capacity=capacity,
        capacity_after=capacity_after,
        levels=tuple(levels),
        deadline_s=deadline_s,
        memory_before=memory_before,
        memory_after=server.memory(),
    )


def measure_lone(target: str, engine: Engine, sample: Sample, timing: Timing) -> Lone:
    """Messages through the service and forward passes in process, in turns."""
    base = engine.detector.base_model
    encoded = base.tokenizer.encode(list(sample.texts))
    texts = [sample.texts[i % len(sample.texts)] for i in range(timing.lone_messages)]
    tokens = [encoded[i % len(encoded)] for i in range(timing.lone_messages)]
    with PiiClient(target) as client:
        values = interleave(
            {
                "grpc": lambda: MS * _median_s(client.detect, texts),
                "forward": lambda: MS * engine.crew.call(lambda: _median_s(lambda each: base.resid_post([each]), tokens)),
            },
            timing.rounds,
        )
    return Lone(
        statistics.fmean(sample.tokens),
        spread(values["grpc"]),
        spread(values["forward"]),
        ratio(values["grpc"], values["forward"]),
        engine.crew.threads,
    )


def _median_s(call: Callable[[T], object], items: Sequence[T]) -> float:
    times = []
    for item in items:
        began = time.perf_counter()
        call(item)
        times.append(time.perf_counter() - began)
    return percentile(times, 0.5)


def _batches(target: str, sample: Sample, workers: int, timing: Timing) -> float:
    seconds = timing.warm_up_s + timing.seconds
    (answered,) = run_plans(
        # Two calls a worker: one that is computed and one that waits, so that no worker does.
        {"kind": "closed", "target": target, "seconds": seconds, "texts": sample.texts, "callers": 2 * workers, "batch": BATCH}
    )
    return closed_rate(answered.calls, timing.warm_up_s, seconds, "tokens")


def _capacity(target: str, sample: Sample, timing: Timing, deadline_s: float) -> float:
    seconds = timing.warm_up_s + timing.capacity_s
    (answered,) = run_plans(
        {
            "kind": "closed",
            "target": target,
            "seconds": seconds,
            "texts": sample.texts,
            "callers": CALLERS,
            "deadline_s": deadline_s,
        }
    )
    return closed_rate(answered.calls, timing.warm_up_s, seconds, "documents")


def _level(target: str, sample: Sample, share: float, capacity: float, timing: Timing, deadline_s: float, seed: int) -> Level:
    seconds = timing.warm_up_s + timing.level_s
    load, health = run_plans(
        {
            "kind": "open",
            "target": target,
            "seconds": seconds,
            "texts": sample.texts,
            "rate": share * capacity,
            "deadline_s": deadline_s,
            "seed": seed,
        },
        {"kind": "health", "target": target, "seconds": seconds, "rate": 1 / HEALTH_INTERVAL_S, "deadline_s": deadline_s},
    )
    used = load.cpu_s / max(call.ended for call in load.calls) if load.calls else 0.0
    return level(share, load.calls, health.calls, warm_up=timing.warm_up_s, seconds=seconds, client_cpu=used)

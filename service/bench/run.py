"""A whole run: loads what is needed, measures part by part, puts the results together."""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import torch

from service.bench.crew import Crew
from service.bench.figures import Spread, spread
from service.bench.limit import Shapes, find_limit, shapes
from service.bench.process import SERVE, ServerProcess
from service.bench.results import Machine, Results
from service.bench.served import SHARES, Timing, measure_served
from service.bench.speed import Engine, measure_speed
from service.bench.texts import LENGTHS, LONE, Sample, samples
from service.config import DEFAULT_TOP_FEATURES

if TYPE_CHECKING:
    from probes.detector import Detector
    from service.bench.paper import Paper
    from service.bench.served import Served
    from service.bench.speed import Speed

Part = Literal["engine", "rivals", "service", "start", "paper"]
PARTS: tuple[Part, ...] = ("engine", "rivals", "service", "start", "paper")

LOAD_LENGTH = 64
"""Tokens of the messages of the load and of the costs."""


@dataclass(frozen=True, slots=True)
class Effort:
    """How long everything is measured. `seconds`: of each measure in each of `rounds`."""

    rounds: int
    seconds: float
    limit_s: float
    judge_texts: int
    starts: int
    timing: Timing
    lengths: Mapping[int, int]
    shares: tuple[float, ...] = SHARES
    answers: int = 400
    """Generated messages whose right answers tell how long a judge's are."""


FULL = Effort(
    rounds=5,
    seconds=2.0,
    limit_s=0.2,
    judge_texts=8,
    starts=5,
    timing=Timing(rounds=5, seconds=4.0, capacity_s=12.0, level_s=18.0, lone_messages=40),
    lengths=LENGTHS,
)
QUICK = Effort(
    rounds=2,
    seconds=0.5,
    limit_s=0.05,
    judge_texts=2,
    starts=1,
    timing=Timing(rounds=2, seconds=2.5, capacity_s=3.0, level_s=3.0, lone_messages=10, warm_up_s=0.5),
    lengths={length: max(2, count // 4) for length, count in LENGTHS.items()},
    answers=50,
)


@dataclass(frozen=True, slots=True)
class Setup:
    """What is measured, and how the service would run it.

    Attributes:
        bundle: folder.
        base_model: as `probes.prepare.prepare` takes it.
        dtype, device: as `Detector.load` takes them.
        data: folder of texts; invented ones where None.
        environment: settings of the server, `PIIPROBE_…`.
        command: starts a server.
    """

    bundle: Path
    base_model: str
    dtype: str
    workers: int
    threads: int
    batch_tokens: int
    data: Path | None
    hourly_price: float
    hourly_price_from: str
    utilisation: float
    environment: Mapping[str, str]
    command: Sequence[str] = SERVE
    device: str = "cpu"

    @property
    def cores(self) -> int:
        return self.workers * self.threads


def measure(setup: Setup, effort: Effort, parts: Collection[Part], *, command: str, say: Callable[[str], None]) -> Results:
    """Measures the parts; `rivals` needs the engine, `paper` the engine and what there is of the others.

    Raises:
        ProbesError: something is missing or a server did not start.
    """
    from probes.detector import Detector
    from probes.prepare import prepare

    began = time.monotonic()
    say("loading the detector")
    detector = Detector.load(setup.bundle, setup.base_model, dtype=setup.dtype, device=setup.device, threads=setup.threads)
    manifest = detector.manifest
    layers = manifest.layer + 1
    dtype = detector.base_model.dtype
    folder = prepare(setup.base_model, layers)
    drawn = samples(detector.base_model.tokenizer, setup.data, {**effort.lengths, LONE: 40})
    made_of = shapes(folder, layers, len(manifest.feature_ids), len(manifest.entity_types), len(manifest.blocks))
    crew = Crew(setup.workers, setup.threads)
    engine = Engine(detector, crew, setup.batch_tokens, DEFAULT_TOP_FEATURES)
    speed: Speed | None = None
    served: Served | None = None
    ready: Spread | None = None
    if {"engine", "rivals", "paper"} & set(parts):
        say("the limit")
        speed = measure_speed(
            engine,
            find_limit(made_of, dtype, setup.cores, seconds=effort.limit_s),
            folder,
            dtype,
            {length: drawn[length] for length in effort.lengths},
            with_rivals="rivals" in parts,
            judge_folder=lambda: _whole_model(setup.base_model),
            judge_texts=effort.judge_texts,
            threads=setup.cores,
            rounds=effort.rounds,
            seconds=effort.seconds,
            say=say,
        )
    if "service" in parts:
        say("starting a server")
        with ServerProcess.start(setup.environment, setup.command) as server:
            served = measure_served(server, engine, drawn[LOAD_LENGTH], drawn[LONE], effort.timing, shares=effort.shares, say=say)
    crew.close()
    if "start" in parts:
        ready = measure_starts(setup, effort.starts, say)
    on_paper = _paper(setup, effort, made_of, speed, served, drawn[LOAD_LENGTH]) if speed and "paper" in parts else None
    return Results(
        command=command,
        quick=effort is QUICK,
        minutes=(time.monotonic() - began) / 60,
        machine=_machine(setup, detector, dtype),
        speed=speed,
        served=served,
        ready_s=ready,
        paper=on_paper,
    )


def measure_starts(setup: Setup, starts: int, say: Callable[[str], None]) -> Spread:
    """Seconds from exec to SERVING; the first start, which warms the system's cache of files, does not count."""
    seconds = []
    for number in range(starts + 1):
        say(f"start {number} of {starts}" if number else "a start to warm the caches")
        with ServerProcess.start(setup.environment, setup.command) as server:
            seconds.append(server.ready_s)
    return spread(seconds[1:])


def _paper(setup: Setup, effort: Effort, made_of: Shapes, speed: Speed, served: Served | None, sample: Sample) -> Paper:
    from probes.judge.cost import Assumptions, Figure, compare
    from probes.judge.measure import Measured
    from probes.judge.prices import load_prices
    from service.bench.paper import checks, fit, paper, with_calls

    model = fit(made_of, speed.lengths)
    if served:
        model = with_calls(model, served)
    tokens = round(sum(sample.tokens) / len(sample.tokens))
    judged = Measured(None, effort.answers, setup.bundle, setup.base_model, setup.threads)
    report = compare(
        load_prices(),
        Assumptions(
            tokens_per_message=Figure(tokens, "the messages of the load"),
            characters=tuple(map(len, sample.texts)),
            characters_from="the messages of the load",
            prompt_tokens=judged.prompt_tokens(),
            answer_tokens=judged.answer_tokens(),
            throughput=Figure(
                tokens / model.detect_s(tokens), "the paper model, Detect" if served else "the paper model, no calls"
            ),
            hourly_price=Figure(setup.hourly_price, setup.hourly_price_from),
            utilisation=Figure(setup.utilisation, "given"),
        ),
    )
    return paper(model, checks(model, speed.lengths, served, setup.workers), report, tokens, setup.cores)


def _whole_model(base_model: str) -> Path:
    from probes import gguf
    from probes.prepare import prepare

    return prepare(base_model, gguf.LAYERS)


def _machine(setup: Setup, detector: Detector, dtype: torch.dtype) -> Machine:
    cpu = "unknown processor"
    with suppress(OSError, StopIteration):
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
        cpu = next(line.partition(":")[2].strip() for line in lines if line.startswith("model name"))
    return Machine(
        cpu=cpu,
        cores=setup.cores,
        workers=setup.workers,
        threads=setup.threads,
        batch_tokens=setup.batch_tokens,
        dtype=str(dtype).removeprefix("torch.") + (", most products in int8" if setup.dtype == "int8" else ""),
        torch=torch.__version__,
        bundle=f"{detector.manifest.name} {detector.manifest.version}",
        layers=detector.manifest.layer + 1,
        source=f"cut from {setup.data}" if setup.data else "cut from invented English messages (`probes.training.generate`)",
    )

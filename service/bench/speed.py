"""The engine in process beside the machine's limit, transformers, Presidio and a judge, on the same texts, in turns."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import torch
import transformers

from service.bench.crew import Crew, layouts
from service.bench.eager import Eager
from service.bench.figures import Spread, interleave, ratio, spread
from service.bench.limit import Limit
from service.bench.padding import positions_computed
from service.bench.texts import Sample

if TYPE_CHECKING:
    from probes.detector import Detector
    from probes.tokens import Tokens

LIMIT, ENGINE, FORWARD, EAGER, PRESIDIO = "limit", "engine", "forward pass", "transformers eager", "Presidio"


_COUNTED = 8
"""Batches whose padding is counted, which makes them slow."""


@dataclass(frozen=True, slots=True)
class LengthSpeed:
    """Texts of one length.

    Attributes:
        tokens: of a text, mean.
        positions: rows that the model computes for a text, mean: its windows overlap, and each begins with BOS.
        tokens_per_s: of each that was measured; Presidio's are its words a second times the texts' tokens a word.
        against: "a ÷ b": the ratio, round by round.
        padding: share of the positions that the engine computes which hold neither token nor BOS; None where they could not be
            counted.
        eager_padding: the same of the sorted, padded batches of transformers.
    """

    length: int
    texts: int
    tokens: float
    positions: float
    tokens_per_word: float
    tokens_per_s: dict[str, Spread]
    against: dict[str, Spread]
    padding: float | None
    eager_padding: float | None

    @property
    def engine(self) -> float:
        """Tokens a second, texts to findings."""
        return self.tokens_per_s[ENGINE].median


@dataclass(frozen=True, slots=True)
class JudgeSpeed:
    """The same Gemma, all its layers, asked for the PII of a few texts; messages a second of it and of the engine."""

    texts: int
    tokens: float
    new_tokens: int
    judge: Spread
    engine: Spread
    engine_against_judge: Spread


@dataclass(frozen=True, slots=True)
class Speed:
    """Part (a) and, where rivals were asked for, (b)."""

    lengths: tuple[LengthSpeed, ...]
    limit: str
    """How the fastest products were computed."""
    eager_threads: str | None
    judge: JudgeSpeed | None


class Engine:
    """The detector in as many threads as the service has workers."""

    def __init__(self, detector: Detector, crew: Crew, batch_tokens: int, top_features: int) -> None:
        self.detector, self.crew, self.batch_tokens = detector, crew, batch_tokens
        self._top_features = top_features

    def texts_per_s(self, sample: Sample, seconds: float) -> float:
        """Texts to findings."""
        return self.tokens_per_s(sample, seconds) * len(sample.texts) / sum(sample.tokens)

    def tokens_per_s(self, sample: Sample, seconds: float) -> float:
        """Texts to findings."""
        return self.crew.rate(self._read, sample.batches(self.batch_tokens), seconds)

    def forward_tokens_per_s(self, sample: Sample, seconds: float) -> float:
        """Residuals of texts that are tokenized already."""
        base = self.detector.base_model
        encoded = [base.tokenizer.encode(list(batch)) for batch in sample.batches(self.batch_tokens)]

        def forward(batch: list[Tokens]) -> float:
            return float(sum(map(len, base.resid_post(batch))))

        return self.crew.rate(forward, encoded, seconds)

    def padding(self, sample: Sample) -> float | None:
        """Share of the positions that are computed which hold neither token nor BOS; None where nothing could be counted."""
        batches = sample.batches(self.batch_tokens)[:_COUNTED]
        texts = sum(map(len, batches))
        computed = positions_computed(lambda: [self._read(batch) for batch in batches], self.detector.base_model.vocab_size)
        return 1 - sum(sample.positions[:texts]) / computed if computed else None

    def _read(self, batch: tuple[str, ...]) -> float:
        return float(sum(found.tokens for found in self.detector.detect(batch, top_features=self._top_features)))


class Rivals:
    """What `measure_length` puts beside the engine: transformers always, Presidio where `presidio` (words a second) is given."""

    def __init__(
        self, eager: Eager, threads: int, presidio: Callable[[tuple[str, ...], float], float] | None, batch_tokens: int
    ) -> None:
        self._eager, self._presidio, self._budget = eager, presidio, batch_tokens
        self._crews = [Crew(*layout) for layout in layouts(threads)]
        self.crew = self._crews[0]

    def choose_threads(self, sample: Sample, seconds: float) -> None:
        """Gives transformers the division of the threads with which it is fastest on `sample`."""
        batches = self._eager.batches(sample.texts, self._budget)
        for crew in self._crews:
            crew.rate(self._eager.run, batches, 0)
        self.crew = max(self._crews, key=lambda crew: crew.rate(self._eager.run, batches, seconds))

    def measures(self, sample: Sample, seconds: float) -> tuple[dict[str, Callable[[], float]], float]:
        """Tokens a second of each, and the share of padding of transformers' batches."""
        batches = self._eager.batches(sample.texts, self._budget)
        found = {EAGER: lambda: self.crew.rate(self._eager.run, batches, seconds)}
        if presidio := self._presidio:
            found[PRESIDIO] = lambda: presidio(sample.texts, seconds) * sample.tokens_per_word
        return found, 1 - sum(batch.rows for batch in batches) / sum(batch.ids.numel() for batch in batches)


def measure_length(
    engine: Engine, limit: Limit, rivals: Rivals | None, sample: Sample, rounds: int, seconds: float
) -> LengthSpeed:
    """`rounds` of everything in turn, `seconds` each."""
    measures: dict[str, Callable[[], float]] = {
        LIMIT: lambda: limit.tokens_per_s(seconds),
        ENGINE: lambda: engine.tokens_per_s(sample, seconds),
        FORWARD: lambda: engine.forward_tokens_per_s(sample, seconds),
    }
    eager_padding = None
    if rivals:
        more, eager_padding = rivals.measures(sample, seconds)
        measures |= more
    # Once without counting: the first pass over new shapes chooses code and fills caches.
    engine.tokens_per_s(sample, 0)
    values = interleave(measures, rounds)
    pairs = [(ENGINE, LIMIT), (FORWARD, LIMIT), (ENGINE, EAGER), (FORWARD, EAGER), (ENGINE, PRESIDIO)]
    return LengthSpeed(
        length=sample.length,
        texts=len(sample.texts),
        tokens=sum(sample.tokens) / len(sample.tokens),
        positions=sum(sample.positions) / len(sample.positions),
        tokens_per_word=sample.tokens_per_word,
        tokens_per_s={name: spread(each) for name, each in values.items()},
        against={f"{a} ÷ {b}": ratio(values[a], values[b]) for a, b in pairs if b in values},
        padding=engine.padding(sample),
        eager_padding=eager_padding,
    )


def measure_judge(
    engine: Engine, folder: Path, sample: Sample, texts: int, threads: int, rounds: int, seconds: float
) -> JudgeSpeed:
    """The model in `folder`, all its layers, on the first `texts` of the sample; the engine on all of it, in turns."""
    from probes.training.controls.judge import Judge, JudgeConfig

    config = JudgeConfig()
    judge = Judge(folder, config)
    crew = Crew(1, threads)
    asked = sample.texts[:texts]

    def ask() -> float:
        began = time.perf_counter()
        crew.call(lambda: judge.detect(asked))
        return len(asked) / (time.perf_counter() - began)

    values = interleave({"judge": ask, ENGINE: lambda: engine.texts_per_s(sample, seconds)}, rounds)
    crew.close()
    tokens = sum(sample.tokens[:texts]) / len(asked)
    return JudgeSpeed(
        len(asked),
        tokens,
        config.new_tokens,
        spread(values["judge"]),
        spread(values[ENGINE]),
        ratio(values[ENGINE], values["judge"]),
    )


def measure_speed(
    engine: Engine,
    limit: Limit,
    folder: Path,
    dtype: torch.dtype,
    samples: Mapping[int, Sample],
    *,
    with_rivals: bool,
    judge_folder: Callable[[], Path],
    judge_texts: int,
    threads: int,
    rounds: int,
    seconds: float,
    say: Callable[[str], None],
) -> Speed:
    """All lengths; `threads` in all, `judge_folder` prepares the whole model and is called only where it is needed."""
    with ExitStack() as stack:
        rivals = None
        if with_rivals:
            from service.bench.rivals import PresidioPool

            # Their bars and notes would stand between ours.
            transformers.logging.set_verbosity_error()
            transformers.logging.disable_progress_bar()
            say("loading transformers and Presidio")
            eager = Eager(folder, engine.detector.base_model.layer + 1, dtype)
            presidio = stack.enter_context(PresidioPool(threads))
            rivals = Rivals(eager, threads, presidio.words_per_s, engine.batch_tokens)
            rivals.choose_threads(next(iter(samples.values())), seconds)
        lengths = []
        for length, sample in samples.items():
            say(f"texts of {length:,} tokens: {rounds} rounds")
            lengths.append(measure_length(engine, limit, rivals, sample, rounds, seconds))
    judge = None
    if with_rivals:
        say("the same Gemma as a judge")
        sample = samples[min(samples, key=lambda length: abs(length - 64))]
        judge = measure_judge(engine, judge_folder(), sample, judge_texts, threads, max(1, rounds // 2), seconds)
    return Speed(tuple(lengths), str(limit), str(rivals.crew) if rivals else None, judge)

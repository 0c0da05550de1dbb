"""All controls in one run, on the same documents as ours."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import torch

from probes.base_model import BaseModel
from probes.gguf import LAYERS
from probes.prepare import prepare
from probes.sae import Encoder
from probes.tokens import Tokens
from probes.training.controls.answers import Findings, Fitted, Job, answers
from probes.training.controls.report import Comparison, ControlResult, ControlsReport
from probes.training.controls.sample import LABELLED, EvalSet, TrainingText, digest, eval_sets
from probes.training.example import Example
from probes.training.harvest import Harvest, harvest
from probes.training.probe_data import GENERATED
from probes.training.report import Detect, Report, SetReport, score_set

if TYPE_CHECKING:
    from probes.training.controls.encoder import EncoderConfig
    from probes.training.controls.heads import HeadsConfig
    from probes.training.controls.judge import JudgeConfig

CONTROLS = ("presidio", "encoder", "heads", "judge")


@dataclass(frozen=True, slots=True)
class Candidate:
    """One of ours: a detector, the regime that it was fitted in, and the digest that tells its answers from another's."""

    name: str
    regime: str
    digest: str
    detect: Detect


@dataclass(frozen=True, slots=True)
class ControlsConfig:
    """What is run and on how much.

    `documents` and `characters` of each eval set; `sets`: all if None. `heads`, `encoder` and `judge`: their defaults if None.
    """

    controls: tuple[str, ...] = CONTROLS
    regimes: tuple[str, ...] = (GENERATED, LABELLED)
    sets: tuple[str, ...] | None = None
    documents: int = 120
    characters: int = 40_000
    presidio_thresholds: tuple[float, ...] = (0.0, 0.5)
    heads: HeadsConfig | None = None
    encoder: EncoderConfig | None = None
    judge: JudgeConfig | None = None
    resamples: int = 1000
    seed: int = 0

    def __post_init__(self) -> None:
        if unknown := set(self.controls) - set(CONTROLS):
            raise ValueError(f"no such control: {', '.join(sorted(unknown))}")


def run_controls(
    data: Path,
    work: Path,
    *,
    base_model: str,
    model: BaseModel,
    encoder: Encoder,
    sources: Mapping[str, Sequence[Example]],
    probe_text: Harvest,
    ours: Sequence[Candidate],
    config: ControlsConfig,
) -> ControlsReport:
    """Fit and measure the controls and ours on the same documents.

    Args:
        data: folder with `labelled/eval`.
        work: answers are kept in its folder `controls`.
        base_model: see `probes.prepare.prepare`; for the judge.
        model: base model at the SAE's layer.
        encoder: latents of the SAE. It was trained without labels, on the text of both regimes: only the heads differ between
            regimes.
        sources: the probe text by source, `labelled` for both regimes.
        probe_text: its harvest, made with `model`.
        ours: what the controls are compared with.
        config: what and how much.

    Raises:
        ProbesError: the harvest is of other texts, or a package of the `controls` extra is missing.
    """
    from probes.training.controls.judge import JudgeConfig

    folder = work / "controls"
    judge = config.judge or JudgeConfig()
    own = [_own(candidate) for candidate in ours]
    texts = [example.text for each in sources.values() for example in each]
    text = TrainingText.of(sources, model.tokenizer.encode(texts), probe_text)
    sample = short = None
    if set(config.controls) - {"judge"} or not config.controls:
        sets = eval_sets(
            data / "labelled" / "eval", config.sets, documents=config.documents, characters=config.characters, seed=config.seed
        )
        jobs = [*own, *_jobs(text, encoder, model, folder, sets, config)]
        sample = Comparison("Controls", tuple(_results(jobs, sets, folder, config)))
    if "judge" in config.controls:
        sets = eval_sets(
            data / "labelled" / "eval", config.sets, documents=judge.documents, characters=config.characters,
            longest=judge.longest, seed=config.seed,
        )  # fmt: skip
        jobs = [*own, _judge(base_model, judge)]
        title = f"The base model as a judge, on documents of at most {judge.longest} characters"
        short = Comparison(title, tuple(_results(jobs, sets, folder, config)))
    return ControlsReport(sample, short)


def _own(candidate: Candidate) -> Job:
    def fit() -> Iterator[Fitted]:
        yield Fitted(candidate.name, 0.0, lambda each: candidate.detect(each.texts))

    return Job((candidate.name,), candidate.regime, candidate.digest, fit, ours=True)


def _jobs(
    text: TrainingText, encoder: Encoder, model: BaseModel, folder: Path, sets: Sequence[EvalSet], config: ControlsConfig
) -> Iterator[Job]:
    if "presidio" in config.controls:
        yield from (_presidio(threshold) for threshold in config.presidio_thresholds)
    for regime in config.regimes:
        if "encoder" in config.controls:
            yield _encoder(text, regime, config)
        if "heads" in config.controls:
            yield _heads(text, regime, encoder, model, folder, sets, config)


def _presidio(threshold: float) -> Job:
    name = f"Presidio, score ≥ {threshold:g}" if threshold else "Presidio, as shipped"

    def fit() -> Iterator[Fitted]:
        from probes.training.controls.presidio import Presidio

        started = time.perf_counter()
        presidio = Presidio(threshold)
        yield Fitted(name, time.perf_counter() - started, lambda each: presidio.detect(each.texts))

    return Job((name,), "", str(threshold), fit, languages={"en"})


def _encoder(text: TrainingText, regime: str, config: ControlsConfig) -> Job:
    from probes.training.controls.encoder import Encoder, EncoderConfig, packaged_folder

    settings = config.encoder or EncoderConfig()
    name = "all-MiniLM-L6, fine-tuned"

    def fit() -> Iterator[Fitted]:
        started = time.perf_counter()
        kept = [i for i in text.kept(regime) if text.examples[i].language in Encoder.languages]
        held = [
            i for i in text.held_out(regime, settings.held_out, settings.seed) if text.examples[i].language in Encoder.languages
        ]
        encoder = Encoder(packaged_folder(), settings.seed)
        examples = [text.examples[i] for i in kept]
        encoder.fit(examples, [text.sources[i] for i in kept], [text.examples[i] for i in held], settings)
        yield Fitted(name, time.perf_counter() - started, lambda each: encoder.detect(each.texts))

    return Job((name,), regime, f"{settings} {text.digest()}", fit, languages=Encoder.languages)


def _heads(
    text: TrainingText,
    regime: str,
    encoder: Encoder,
    model: BaseModel,
    folder: Path,
    sets: Sequence[EvalSet],
    config: ControlsConfig,
) -> Job:
    from probes.training.controls.heads import HEADS, Head, HeadsConfig, fit_heads

    settings = config.heads or HeadsConfig()

    def finder(head: Head) -> Callable[[EvalSet], Findings]:
        return lambda each: head.spans(*residuals().read(each))

    @cache
    def residuals() -> _EvalResiduals:
        return _EvalResiduals.of(model, sets, folder)

    def fit() -> Iterator[Fitted]:
        residuals()
        heads = fit_heads(text, regime, encoder, settings)
        while True:
            started = time.perf_counter()
            head = next(heads, None)
            if head is None:
                return
            yield Fitted(head.name, time.perf_counter() - started, finder(head), lambda: "without the base model's own time")

    key = f"{settings} {text.digest()} {encoder.digest()}"
    return Job(HEADS, regime, key, fit)


def _judge(base_model: str, settings: JudgeConfig) -> Job:
    name = "the same model, asked"

    def fit() -> Iterator[Fitted]:
        from probes.training.controls.judge import Judge

        judge = Judge(prepare(base_model, LAYERS), settings)
        yield Fitted(name, 0.0, lambda each: judge.detect(each.texts), lambda: judge.note)

    return Job((name,), "", f"{base_model} {settings}", fit)


@dataclass(frozen=True, slots=True)
class _EvalResiduals:
    """The base model's answers to the sample, computed once for all heads."""

    model: BaseModel
    harvest: Harvest
    first: dict[str, int]

    @classmethod
    def of(cls, model: BaseModel, sets: Sequence[EvalSet], folder: Path) -> _EvalResiduals:
        texts = [text for each in sets for text in each.texts]
        stored = harvest(model, texts, folder / "eval", digest(sets), label="eval text")
        counts = [len(each.texts) for each in sets]
        return cls(model, stored, {each.name: sum(counts[:i]) for i, each in enumerate(sets)})

    def read(self, each: EvalSet) -> tuple[list[str], list[Tokens], list[torch.Tensor]]:
        """Texts, tokens and residuals of a set."""
        first = self.first[each.name]
        rows = np.concatenate([[0], np.cumsum(self.harvest.lengths)])[first : first + len(each.texts) + 1]
        resid_post = [self.harvest.resid_post[start:end] for start, end in pairwise(rows)]
        return each.texts, self.model.tokenizer.encode(each.texts), resid_post


def _results(jobs: Sequence[Job], sets: Sequence[EvalSet], folder: Path, config: ControlsConfig) -> Iterator[ControlResult]:
    for job in jobs:
        read = [each for each in sets if job.languages is None or set(each.languages) <= set(job.languages)]
        for name, found in zip(job.names, answers(job, read, folder), strict=True):
            reports = tuple(
                SetReport(
                    each.name,
                    each.languages,
                    score_set(each.data, found.findings[each.name], resamples=config.resamples, seed=config.seed),
                )
                for each in read
            )
            yield ControlResult(name, job.regime, Report(reports), job.ours, found.fit_seconds, found.find_seconds, found.note)

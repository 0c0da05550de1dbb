"""One line of a comparison: a probe fitted at several strengths of L2, chosen on held-out training text, measured on the sets."""

from __future__ import annotations

import hashlib
import json
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from functools import cached_property
from pathlib import Path

import numpy as np
import torch

from probes.candidate import Candidate, Reading
from probes.errors import ProbesError
from probes.training.compare.inputs import Subject
from probes.training.compare.texts import ENTITY_TYPE, Texts, fit_text, held_out
from probes.training.fit import FitConfig, Fitted, Inputs
from probes.training.metrics import ClassScore, Estimate
from probes.training.pieces import FitText
from probes.training.report import score_set

NONE_BIAS = (1.0, 0.5, 0.0, -0.5, -1.0, -2.0)
"""Added to the logit of `NONE` in decoding; the best of them on held-out training text is taken."""


@dataclass(frozen=True, slots=True)
class Trial:
    """`name`: its line in a table. `inputs`: makes what it reads; `key` says what that is. `config`: of the fit, but for L2."""

    name: str
    key: str
    inputs: Callable[[], Subject]
    config: FitConfig


@dataclass(frozen=True, slots=True)
class Outcome:
    """`iou` and `exact`: F1 by set, None where a set cannot tell. `seconds`: of the fit that was chosen. `held_f1`: by IoU."""

    inputs: int
    decay: float
    none_bias: float
    held_f1: float
    seconds: float
    iou: dict[str, Estimate | None]
    exact: dict[str, Estimate | None]


@dataclass(frozen=True)
class Bench:
    """What all trials of a run share. `decays`: the strengths of L2 that each tries. `folder`: where outcomes are kept."""

    train: Texts
    evaluation: Texts
    base_model: str
    decays: tuple[float, ...]
    balance: float
    folder: Path

    @cached_property
    def fit_text(self) -> FitText:
        return fit_text(self.train, self.balance)

    @cached_property
    def key(self) -> str:
        """Of all that decides an outcome but the trial."""
        return repr((self.base_model, self.train.key, self.evaluation.key, self.decays, self.balance, NONE_BIAS))

    def measure(self, trial: Trial) -> Outcome:
        """Fit, choose and measure, or read what an earlier run measured."""
        key = hashlib.sha256(repr((self.key, trial.key, trial.config)).encode()).hexdigest()
        path = self.folder / f"{key[:24]}.json"
        if not path.is_file():
            outcome = self._measure(trial)
            self.folder.mkdir(parents=True, exist_ok=True)
            partial = path.with_suffix(".partial")
            partial.write_text(json.dumps({"trial": trial.name, **asdict(outcome)}, indent=2) + "\n")
            partial.replace(path)
        outcome = _outcome(json.loads(path.read_text()))
        measured = ", ".join(f"{name} {each.value:.3f}" for name, each in outcome.iou.items() if each)
        what = f"{trial.name}, {outcome.inputs} inputs in {len(trial.config.blocks)} blocks"
        print(f"{what}: held-out F1 {outcome.held_f1:.3f}; {measured}", file=sys.stderr)
        return outcome

    def _measure(self, trial: Trial) -> Outcome:
        subject = trial.inputs()
        best: tuple[float, float, float, float, Fitted] | None = None
        for decay in self.decays:
            began = time.monotonic()
            fitted = subject.fit(self.fit_text, replace(trial.config, decay=decay))
            seconds = time.monotonic() - began
            held_f1, none_bias = self._chosen(subject.training(fitted), fitted)
            if best is None or held_f1 > best[0]:
                best = held_f1, decay, none_bias, seconds, fitted
        if best is None:
            raise ValueError("no strength of L2 to try")
        held_f1, decay, none_bias, seconds, fitted = best
        iou, exact = self._by_set(subject.evaluation(fitted), fitted, none_bias)
        return Outcome(len(fitted.feature_ids), decay, none_bias, held_f1, seconds, iou, exact)

    def _chosen(self, inputs: Inputs, fitted: Fitted) -> tuple[float, float]:
        """The best F1 on held-out training text, and the bias that gives it."""
        held = held_out(self.train)
        readings = list(_readings(inputs, fitted, self.train, held))
        data = self.train.data(held, frozenset({ENTITY_TYPE}))
        figures = []
        for bias in NONE_BIAS:
            score = _own(score_set(data, [_found(each, bias) for each in readings], resamples=0).classes)
            if score is None or score.iou.f1 is None:
                raise ProbesError(f"the held-out training text has no {ENTITY_TYPE}: more tokens are needed")
            figures.append((score.iou.f1.value, bias))
        return max(figures)

    def _by_set(
        self, inputs: Inputs, fitted: Fitted, none_bias: float
    ) -> tuple[dict[str, Estimate | None], dict[str, Estimate | None]]:
        iou: dict[str, Estimate | None] = {}
        exact: dict[str, Estimate | None] = {}
        names = self.evaluation.names
        for name in dict.fromkeys(names):
            which = [i for i, each in enumerate(names) if each == name]
            findings = [_found(reading, none_bias) for reading in _readings(inputs, fitted, self.evaluation, which)]
            score = _own(score_set(self.evaluation.data(which, self.evaluation.complete[name]), findings).classes)
            iou[name] = score.iou.f1 if score else None
            exact[name] = score.exact.f1 if score else None
        return iou, exact


def _readings(inputs: Inputs, fitted: Fitted, texts: Texts, which: Sequence[int]) -> Iterator[Reading]:
    flat = fitted.probe.flat()
    for i in which:
        rows = np.arange(inputs.text_starts[i], inputs.text_starts[i + 1])
        with torch.inference_mode():
            logits = fitted.probe.logits(inputs.project(rows, flat)).numpy()
        yield Reading(texts.examples[i].text, texts.tokens[i], logits, fitted.transitions, (ENTITY_TYPE,))


def _found(reading: Reading, none_bias: float) -> list[Candidate]:
    # Without checks of form: they know nothing of names, and the comparison is of probes.
    return reading.candidates(none_bias, structure=False)


def _own(classes: Sequence[ClassScore]) -> ClassScore | None:
    return next((each for each in classes if each.entity_type == ENTITY_TYPE), None)


def _outcome(stored: dict[str, object]) -> Outcome:
    def estimates(values: object) -> dict[str, Estimate | None]:
        assert isinstance(values, dict)
        return {name: None if each is None else Estimate(**each) for name, each in values.items()}

    plain = {name: value for name, value in stored.items() if name not in ("trial", "iou", "exact")}
    return Outcome(**plain, iou=estimates(stored["iou"]), exact=estimates(stored["exact"]))  # type: ignore[arg-type]

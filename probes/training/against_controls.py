"""Our bundles against the controls: what training left in its work folder, handed to `run_controls`."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch

from probes.base_model import BaseModel, default_dtype
from probes.bundle import load_bundle
from probes.detector import Detector
from probes.errors import ProbesError
from probes.finding import Finding
from probes.operating_point import BALANCED
from probes.prepare import prepare
from probes.training.controls import Candidate, ControlsConfig, ControlsReport, run_controls
from probes.training.controls.sample import LABELLED
from probes.training.harvest import Harvest
from probes.training.probe_data import GENERATED, probe_sources


@dataclass(frozen=True, slots=True)
class Ours:
    """A bundle of ours and whether labelled sets were among what it was fitted on."""

    folder: Path
    labelled: bool


def against_controls(
    data: Path, work: Path, base_model: str, bundles: Sequence[Ours], config: ControlsConfig | None = None
) -> ControlsReport:
    """Measure our bundles and every control on one sample of `data/labelled/eval`.

    Args:
        data: folder with `labelled/train` and `labelled/eval`.
        work: the work folder of the training run that made the first bundle: its harvests are read into memory (1.3 GB a million
            tokens). It must be a run with labelled sets.
        base_model: see `probes.prepare.prepare`.
        bundles: the first one tells the layer, the latents and the seed of the training text.
        config: what and how much; the defaults if None.

    Raises:
        ProbesError: the work folder is not that run's, or a package of the `controls` extra is missing.
    """
    first = load_bundle(bundles[0].folder)
    manifest = first.manifest
    model = BaseModel.load(prepare(base_model, manifest.layer + 1), manifest.layer, default_dtype())
    # How many texts were generated is known from what was kept of them; `run_controls` checks that they are the same ones.
    generated = len(Harvest.open(work / "probe" / GENERATED).lengths)
    sources = probe_sources(data, generated=generated, seed=manifest.provenance.seed)
    return run_controls(
        data,
        work,
        base_model=base_model,
        model=model,
        encoder=first.encoder,
        sources=sources,
        probe_text=_together([Harvest.open(work / "probe" / name) for name in sources], work / "probe"),
        ours=[_candidate(each, model) for each in bundles],
        config=config or ControlsConfig(),
    )


def _together(harvests: Sequence[Harvest], folder: Path) -> Harvest:
    return Harvest(torch.cat([h.resid_post for h in harvests]), np.concatenate([h.lengths for h in harvests]), folder)


def _candidate(ours: Ours, model: BaseModel) -> Candidate:
    bundle = load_bundle(ours.folder)
    if bundle.manifest.layer != model.layer:
        raise ProbesError(f"{ours.folder} reads layer {bundle.manifest.layer}, the first bundle layer {model.layer}")
    regime = LABELLED if ours.labelled else GENERATED
    return Candidate("SAE linear (ours)", regime, bundle.digest, _balanced(Detector(model, bundle)))


def _balanced(detector: Detector) -> Callable[[Sequence[str]], list[Sequence[Finding]]]:
    return lambda texts: [each.findings for each in detector.detect(texts, top_features=0, operating_point=BALANCED)]

"""From a data folder to a bundle: harvest, SAE, probe, calibration, evaluation. Finished stages in the work folder are kept."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field, replace
from datetime import date
from importlib.metadata import version
from pathlib import Path

import numpy as np
import torch

from probes.base_model import BaseModel, default_dtype
from probes.bundle import Bundle, SaeIdentity, load_bundle, save_bundle, write_manifest
from probes.candidate import Reading
from probes.detector import Detector, check_same_model, fingerprint
from probes.entity import ENTITY_TYPES
from probes.errors import ProbesError
from probes.gguf import LAYERS
from probes.prepare import prepare
from probes.sae import Encoder, Sae, load_sae
from probes.training.calibrate import Calibration, Held, calibrate
from probes.training.card import write_card
from probes.training.corpora import corpus_sources
from probes.training.example import Example
from probes.training.features import SparseFeatures, concatenate, encode_sparse
from probes.training.fit import FitConfig, Fitted, fit_probe
from probes.training.harvest import Harvest, harvest, read_corpus, texts_key
from probes.training.labelled import read_folder
from probes.training.pieces import FitText
from probes.training.probe_data import is_held_out, probe_sources
from probes.training.probe_text import ProbeText, harvest_probe_text, teach
from probes.training.quality import measure_reconstruction, measure_spliced_loss
from probes.training.report import Report, evaluate
from probes.training.sae import Normalisation, SaeConfig, train_sae
from probes.training.teacher import TeacherConfig
from probes.training.vary import varied_sources

SHARES = {"en": 0.62, "ja": 0.23, "de": 0.05, "es": 0.05, "fr": 0.05}
"""Characters by language in the SAE's corpus; Japanese has about two characters a token, English four."""

FINGERPRINT_TEXT = "The committee met on Tuesday to discuss the new library. 図書館は来年の春に開館する予定です。"

_SAMPLE = 100_000


@dataclass(frozen=True, slots=True)
class TrainConfig:
    """Sizes of a training run; the defaults made the shipped bundle.

    `second_hand`: what corpora and varied copies weigh beside texts that somebody labelled.
    """

    layer: int = 5
    corpus_tokens: int = 3_100_000
    generated: int = 20_000
    sae_passes: float = 2.0
    quality_tokens: int = 12_000
    labelled: bool = True
    seed: int = 0
    sae: SaeConfig = field(default_factory=SaeConfig)
    fit: FitConfig = field(default_factory=FitConfig)
    teacher: TeacherConfig = field(default_factory=TeacherConfig)
    second_hand: float = 0.5


def train(
    data: Path,
    work: Path,
    out: Path,
    base_model: str,
    config: TrainConfig,
    *,
    name: str,
    release: str,
    command: str,
    dictionary: Path | None = None,
    measure: bool = True,
) -> Bundle:
    """Train and write a bundle to `out`.

    Args:
        data: folder with `corpus/` and, unless `config.labelled` is off, `labelled/train`; `labelled/eval` is measured on.
        work: where harvests and the full SAE are kept; a second run goes on from what is finished there.
        out: bundle folder to write.
        base_model: see `probes.prepare.prepare`.
        config: sizes.
        name, release, command: for the manifest.
        dictionary: a bundle whose latents the probe is fitted on; without it an SAE is trained.
        measure: measure accuracy on `labelled/eval`, for the manifest.
    """
    torch.manual_seed(config.seed)
    folder = prepare(base_model, config.layer + 1)
    model = BaseModel.load(folder, config.layer, default_dtype())
    given = _latents_of(dictionary, model, folder) if dictionary else None
    text = harvest_probe_text(model, text_sources(data, config), work / "probe")
    known = given or _train_latents(model, text, data, work, base_model, config)
    features = concatenate([encode_sparse(known.encoder, each) for each in text.harvests])
    fitted, calibration = fit(features, text, work, config)
    selected = known.encoder.select(fitted.feature_ids)
    save_bundle(
        out,
        {
            "name": name,
            "version": release,
            "base": {
                "name": "gemma-3-270m",
                "layer": config.layer,
                "d_model": model.d_model,
                "vocab_size": model.vocab_size,
                "fingerprint_text": FINGERPRINT_TEXT,
            },
            "sae": known.identity.model_dump(),
            "feature_ids": [known.feature_ids[i] for i in fitted.feature_ids],
            "entity_types": list(ENTITY_TYPES),
            "blocks": fitted.probe.blocks,
            "operating_points": {each: point.model_dump() for each, point in calibration.points.items()},
            "calibration_error": {each: round(error, 4) for each, error in calibration.error.items()},
            "provenance": {
                "command": command,
                "seed": config.seed,
                "created": date.today().isoformat(),
                "sources": text.tokens_by_source(),
                "versions": {package: version(package) for package in ("torch", "transformers", "tokenizers")},
            },
            "accuracy": {},
        },
        {
            "W_enc": selected.W_enc.bfloat16(),
            "b_enc": selected.b_enc,
            "threshold": selected.threshold,
            "probe.W": fitted.probe.W.bfloat16(),
            "probe.b": fitted.probe.b,
            "probe.ceiling": fitted.probe.ceiling,
            "transitions": torch.from_numpy(fitted.transitions),
            "platt": torch.from_numpy(calibration.score.platt),
            "evidence": torch.from_numpy(calibration.score.evidence),
            "fingerprint": fingerprint(model, FINGERPRINT_TEXT, known.mean),
            "mean": known.mean,
        },
    )
    if measure and (data / "labelled" / "eval").is_dir():
        _measure(Detector(model, load_bundle(out)), data / "labelled" / "eval", work, out)
    bundle = load_bundle(out)
    write_card(out, bundle.manifest)
    return bundle


@dataclass(frozen=True, slots=True)
class _Latents:
    """What the probe may read: the encoder of an SAE or of a part of it, whose latents have `feature_ids` in the whole one."""

    encoder: Encoder
    feature_ids: list[int]
    identity: SaeIdentity
    mean: torch.Tensor


def _latents_of(bundle: Path, model: BaseModel, folder: Path) -> _Latents:
    given = load_bundle(bundle)
    if given.manifest.layer != model.layer:
        raise ProbesError(f"{bundle} reads layer {given.manifest.layer}, not {model.layer}")
    check_same_model(model, given, folder)
    return _Latents(given.encoder, given.manifest.feature_ids, given.manifest.sae, given.mean)


def _train_latents(model: BaseModel, text: ProbeText, data: Path, work: Path, base_model: str, config: TrainConfig) -> _Latents:
    corpus = harvest(
        model,
        read_corpus(data / "corpus", SHARES, config.seed),
        work / "corpus",
        f"{sorted(SHARES.items())} {config.corpus_tokens} tokens, seed {config.seed}",
        tokens=config.corpus_tokens,
        cut=True,
        label="corpus",
    )
    harvests = [corpus, *text.harvests]
    normalisation = Normalisation.of(sample_residuals(harvests, config.seed))
    sae = fit_sae(harvests, normalisation, work / "sae", config)
    quality = _quality(sae, model, data, work / "sae", base_model, config)
    identity = SaeIdentity.model_validate({"d_sae": sae.d_sae, "sha256": sae_digest(work / "sae"), **quality})
    return _Latents(sae, list(range(sae.d_sae)), identity, normalisation.mean)


def text_sources(data: Path, config: TrainConfig) -> dict[str, list[Example]]:
    """Everything that the probe learns from: generated and labelled text, varied copies, and corpora for a teacher to label."""
    sources = probe_sources(data, generated=config.generated, seed=config.seed, labelled=config.labelled)
    if not config.labelled:
        return sources
    fitted_on = {name: [e for e in examples if not is_held_out(e)] for name, examples in sources.items()}
    folder = data / "labelled" / "eval"
    measured = [e for each in read_folder(folder).values() for e in each] if folder.is_dir() else []
    more = {**varied_sources(fitted_on, config.seed), **corpus_sources(data / "corpus", measured, config.seed)}
    return {**sources, **{name: examples for name, examples in more.items() if examples}}


def accuracy(report: Report) -> dict[str, dict[str, float]]:
    """What a manifest keeps of a report: per set, F1 (exact and IoU) of each class, recall, leaks, false positives."""
    figures: dict[str, dict[str, float]] = {}
    for each in report.sets:
        values: dict[str, float] = {}
        for kind in each.scores.classes:
            for way, matching in (("exact", kind.exact), ("iou", kind.iou)):
                if matching.f1 is not None:
                    values[f"{kind.entity_type}.{way}_f1"] = round(matching.f1.value, 4)
        for title, estimate in (
            ("any_class_recall", each.scores.any_class_recall),
            ("leak_rate", each.scores.leak_rate),
            ("findings_per_1000_words", each.scores.false_positives),
        ):
            if estimate is not None:
                values[title] = round(estimate.value, 4)
        figures[each.name] = values
    return figures


def _measure(detector: Detector, folder: Path, work: Path, out: Path) -> None:
    report = evaluate(lambda texts: [found.findings for found in detector.detect(texts, top_features=0)], folder, progress=True)
    (work / "evaluation.md").write_text(report.as_markdown())
    write_manifest(out, detector.manifest.model_copy(update={"accuracy": accuracy(report)}))


def sample_residuals(harvests: list[Harvest], seed: int) -> torch.Tensor:
    generator = torch.Generator().manual_seed(seed)
    parts = [h.resid_post[torch.randint(len(h.resid_post), (_SAMPLE // len(harvests),), generator=generator)] for h in harvests]
    return torch.cat(parts)


def fit_sae(harvests: list[Harvest], normalisation: Normalisation, folder: Path, config: TrainConfig) -> Sae:
    if (folder / "sae.json").is_file():
        return load_sae(folder)
    # In memory as one: rows are drawn at random, which a mapped file answers at the speed of the disk.
    resid_post = torch.cat([h.resid_post for h in harvests])

    def batches(size: int) -> Iterator[torch.Tensor]:
        generator = torch.Generator().manual_seed(config.seed)
        batch = torch.empty(0, resid_post.shape[1])
        while True:
            # A few more than needed, because unusually long residuals are left out.
            drawn = resid_post[torch.randint(len(resid_post), (size + 64,), generator=generator)].float()
            batch = torch.cat([batch, drawn[(drawn - normalisation.mean).norm(dim=1) < normalisation.limit]])
            if len(batch) >= size:
                yield batch[:size]
                batch = batch[size:]

    sae = train_sae(batches, int(len(resid_post) * config.sae_passes), normalisation, config.layer, config.sae)
    # Bundles ship the encoder in bf16; rounded here, a bundle's columns are exactly those of the full SAE.
    replace(sae, W_enc=sae.W_enc.bfloat16().float()).save(folder)
    (folder / "training.json").write_text(json.dumps({"tokens": len(resid_post)}))
    return load_sae(folder)


def sae_digest(folder: Path) -> str:
    """SHA-256 of the full SAE's tensors."""
    return hashlib.sha256((folder / "sae.safetensors").read_bytes()).hexdigest()


def _quality(
    sae: Sae, model: BaseModel, data: Path, folder: Path, base_model: str, config: TrainConfig
) -> dict[str, float | int]:
    path = folder / "quality.json"
    if not path.is_file():
        texts = list(read_corpus(data / "corpus", SHARES, config.seed, held_out=True))
        measured = harvest(
            model,
            texts,
            folder / "held_out",
            texts_key(texts),
            tokens=20 * config.quality_tokens,
            cut=True,
            label="held-out corpus",
        )
        reconstruction = measure_reconstruction(sae, measured.resid_post)
        whole = prepare(base_model, LAYERS)
        loss = measure_spliced_loss(whole, config.layer, sae, texts, config.quality_tokens)
        path.write_text(json.dumps({"reconstruction": asdict(reconstruction), "loss": loss.as_dict()}, indent=2) + "\n")
    measures = json.loads(path.read_text())
    return {
        "training_tokens": json.loads((folder / "training.json").read_text())["tokens"],
        "variance_explained": round(measures["reconstruction"]["variance_explained"], 4),
        "l0": round(measures["reconstruction"]["l0"], 2),
        "dead_share": round(measures["reconstruction"]["dead_share"], 4),
        "loss_recovered": round(measures["loss"]["recovered"], 4),
    }


def fit(features: SparseFeatures, text: ProbeText, work: Path, config: TrainConfig) -> tuple[Fitted, Calibration]:
    """Fit the probe on nine tenths of the text, a teacher's word for what is unlabelled, and calibrate it on the rest."""
    allowed = text.allowed()
    weights = text.weights(config.fit.balance, config.second_hand)
    fitted_on = np.flatnonzero(~text.held_out & (text.lengths > 0))
    taught = teach(text, allowed, weights, config.teacher, work / "taught.npz") if text.unlabelled.any() else allowed
    fitted = fit_probe(features, FitText(taught, weights, fitted_on), config.fit)
    return fitted, calibrate(readings(features, fitted, text, weights, np.flatnonzero(text.held_out & (text.lengths > 0))))


def readings(features: SparseFeatures, fitted: Fitted, text: ProbeText, weights: np.ndarray, texts: np.ndarray) -> list[Held]:
    """These texts as the fitted probe reads them."""
    probe = fitted.probe
    selected = features.select(torch.tensor(fitted.feature_ids)).cut(probe.ceiling)
    flat = probe.flat()
    held = []
    for i in texts:
        rows = np.arange(features.text_starts[i], features.text_starts[i + 1])
        logits = probe.logits(selected.project(rows, flat)).numpy()
        reading = Reading(text.examples[i].text, text.tokens[i], logits, fitted.transitions, ENTITY_TYPES)
        held.append(Held(text.examples[i], reading, float(weights[i])))
    return held

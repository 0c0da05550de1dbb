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
from probes.bundle import Bundle, load_bundle, save_bundle, write_manifest
from probes.candidate import Reading
from probes.detector import Detector, fingerprint
from probes.entity import ENTITY_TYPES
from probes.gguf import LAYERS
from probes.prepare import prepare
from probes.sae import Sae, load_sae
from probes.tokens import Tokens
from probes.training.calibrate import Calibration, Held, calibrate
from probes.training.card import write_card
from probes.training.example import Example
from probes.training.features import SparseFeatures, concatenate, encode_sparse
from probes.training.fit import FitConfig, Fitted, FitText, fit_probe
from probes.training.harvest import Harvest, harvest, read_corpus, texts_key
from probes.training.probe_data import allowed_tags, is_held_out, probe_sources, source_weights
from probes.training.quality import measure_reconstruction, measure_spliced_loss
from probes.training.report import Report, evaluate
from probes.training.sae import Normalisation, SaeConfig, train_sae

SHARES = {"en": 0.62, "ja": 0.23, "de": 0.05, "es": 0.05, "fr": 0.05}
"""Characters by language in the SAE's corpus; Japanese has about two characters a token, English four."""

FINGERPRINT_TEXT = "The committee met on Tuesday to discuss the new library. 図書館は来年の春に開館する予定です。"

_SAMPLE = 100_000


@dataclass(frozen=True, slots=True)
class TrainConfig:
    """Sizes of a training run; the defaults made the shipped bundle."""

    layer: int = 5
    corpus_tokens: int = 3_100_000
    generated: int = 24_000
    sae_passes: float = 2.0
    quality_tokens: int = 12_000
    labelled: bool = True
    seed: int = 0
    sae: SaeConfig = field(default_factory=SaeConfig)
    fit: FitConfig = field(default_factory=FitConfig)


@dataclass(frozen=True, slots=True)
class ProbeText:
    """The text that probes are fitted on: source, example, tokens and harvest of each, in one order."""

    names: list[str]
    examples: list[Example]
    tokens: list[Tokens]
    harvests: list[Harvest]

    @property
    def lengths(self) -> np.ndarray:
        """int64 `[n_texts]`, tokens of each text."""
        return np.concatenate([h.lengths for h in self.harvests])

    def tokens_by_source(self) -> dict[str, int]:
        totals: dict[str, int] = {}
        for name, length in zip(self.names, self.lengths, strict=True):
            totals[name] = totals.get(name, 0) + int(length)
        return totals


def train(
    data: Path, work: Path, out: Path, base_model: str, config: TrainConfig, *, name: str, release: str, command: str
) -> Bundle:
    """Train and write a bundle to `out`.

    Args:
        data: folder with `corpus/` and, unless `config.labelled` is off, `labelled/train`; `labelled/eval` is measured on.
        work: where harvests and the full SAE are kept; a second run goes on from what is finished there.
        out: bundle folder to write.
        base_model: see `probes.prepare.prepare`.
        config: sizes.
        name, release, command: for the manifest.
    """
    torch.manual_seed(config.seed)
    folder = prepare(base_model, config.layer + 1)
    model = BaseModel.load(folder, config.layer, default_dtype())
    probe_text = harvest_probe_text(model, data, work, config)
    corpus = harvest(
        model,
        read_corpus(data / "corpus", SHARES, config.seed),
        work / "corpus",
        f"{sorted(SHARES.items())} {config.corpus_tokens} tokens, seed {config.seed}",
        tokens=config.corpus_tokens,
        cut=True,
        label="corpus",
    )
    harvests = [corpus, *probe_text.harvests]
    normalisation = Normalisation.of(sample_residuals(harvests, config.seed))
    sae = fit_sae(harvests, normalisation, work / "sae", config)
    quality = _quality(sae, model, data, work / "sae", base_model, config)
    features = concatenate([encode_sparse(sae, sae_digest(work / "sae"), each) for each in probe_text.harvests])
    fitted, calibration = fit(features, probe_text, config)
    selected = sae.select(fitted.feature_ids)
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
            "sae": {"d_sae": sae.d_sae, "sha256": sae_digest(work / "sae"), **quality},
            "feature_ids": fitted.feature_ids,
            "entity_types": list(ENTITY_TYPES),
            "blocks": fitted.probe.blocks,
            "operating_points": {each: point.model_dump() for each, point in calibration.points.items()},
            "calibration_error": {each: round(error, 4) for each, error in calibration.error.items()},
            "provenance": {
                "command": command,
                "seed": config.seed,
                "created": date.today().isoformat(),
                "sources": probe_text.tokens_by_source(),
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
            "fingerprint": fingerprint(model, FINGERPRINT_TEXT, normalisation.mean),
            "mean": normalisation.mean,
        },
    )
    if (data / "labelled" / "eval").is_dir():
        _measure(Detector(model, load_bundle(out)), data / "labelled" / "eval", work, out)
    bundle = load_bundle(out)
    write_card(out, bundle.manifest)
    return bundle


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


def harvest_probe_text(model: BaseModel, data: Path, work: Path, config: TrainConfig) -> ProbeText:
    """Read, generate and harvest the labelled text, a folder a source, so that a new generator costs only its own text."""
    sources = probe_sources(data, generated=config.generated, seed=config.seed, labelled=config.labelled)
    harvests = []
    for name, examples in sources.items():
        texts = [example.text for example in examples]
        harvests.append(harvest(model, texts, work / "probe" / name, texts_key(texts), label=name))
    examples = [example for each in sources.values() for example in each]
    names = [name for name, each in sources.items() for _ in each]
    return ProbeText(names, examples, model.tokenizer.encode([example.text for example in examples]), harvests)


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


def fit(features: SparseFeatures, text: ProbeText, config: TrainConfig) -> tuple[Fitted, Calibration]:
    """Fit the probe on nine tenths of the text and calibrate it on the rest."""
    allowed = np.concatenate([allowed_tags(example, each) for example, each in zip(text.examples, text.tokens, strict=True)])
    weights = source_weights(text.names, text.lengths, config.fit.balance)
    held = np.array([is_held_out(example) for example in text.examples])
    some = text.lengths > 0
    fitted = fit_probe(features, FitText(allowed, weights, np.flatnonzero(~held & some)), config.fit)
    return fitted, calibrate(readings(features, fitted, text, weights, np.flatnonzero(held & some)))


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

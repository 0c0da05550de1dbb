"""From a data folder to a bundle: harvest, SAE, probe, calibration, evaluation. Finished stages in the work folder are kept."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from datetime import date
from importlib.metadata import version
from pathlib import Path

import numpy as np
import torch

from probes.base_model import BaseModel, default_dtype
from probes.bundle import Bundle, load_bundle, save_bundle, write_manifest
from probes.detector import Detector, fingerprint
from probes.entity import ENTITY_TYPES
from probes.gguf import LAYERS
from probes.prepare import prepare
from probes.sae import Sae, load_sae
from probes.tokens import Tokens
from probes.training.calibrate import Calibration, Held, calibrate
from probes.training.card import write_card
from probes.training.example import Example
from probes.training.features import SparseFeatures, encode_sparse
from probes.training.fit import FitConfig, Fitted, fit_probe, window_logits
from probes.training.harvest import Harvest, harvest, read_corpus
from probes.training.probe_data import Sources, allowed_classes, is_held_out, probe_sources
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
    generated: int = 28_000
    characters_per_set: int = 450_000
    sae_passes: float = 2.0
    quality_tokens: int = 12_000
    labelled: bool = True
    seed: int = 0
    sae: SaeConfig = field(default_factory=SaeConfig)
    fit: FitConfig = field(default_factory=FitConfig)


@dataclass(frozen=True, slots=True)
class _ProbeText:
    sources: Sources
    harvest: Harvest


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
    probe_text = _probe_text(model, data, work, config)
    corpus = harvest(
        model,
        read_corpus(data / "corpus", SHARES, config.seed),
        work / "corpus",
        tokens=config.corpus_tokens,
        cut=True,
        label="corpus",
    )
    normalisation = Normalisation.of(_sample([corpus, probe_text.harvest], config.seed))
    sae = _sae([corpus, probe_text.harvest], normalisation, work / "sae", config)
    quality = _quality(sae, model, data, work / "sae", base_model, config)
    features = encode_sparse(sae, probe_text.harvest)
    fitted, calibration = _fit(features, probe_text, model, config)
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
            "sae": {
                "d_sae": sae.d_sae,
                "sha256": hashlib.sha256((work / "sae" / "sae.safetensors").read_bytes()).hexdigest(),
                **quality,
            },
            "feature_ids": fitted.feature_ids,
            "entity_types": [
                {"name": kind, "threshold": round(float(threshold), 4)}
                for kind, threshold in zip(ENTITY_TYPES, calibration.thresholds, strict=True)
            ],
            "none_bias": calibration.none_bias,
            "provenance": {
                "command": command,
                "seed": config.seed,
                "created": date.today().isoformat(),
                "sources": {"corpus": len(corpus.resid_post), **_tokens_by_source(probe_text)},
                "versions": {package: version(package) for package in ("torch", "transformers", "tokenizers", "Faker")},
            },
            "accuracy": {},
        },
        {
            "W_enc": selected.W_enc,
            "b_enc": selected.b_enc,
            "threshold": selected.threshold,
            "probe.W": fitted.probe.W,
            "probe.b": fitted.probe.b,
            "probe.ceiling": fitted.probe.ceiling,
            "transitions": torch.from_numpy(calibration.transitions),
            "calibration": torch.from_numpy(calibration.platt),
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


def _probe_text(model: BaseModel, data: Path, work: Path, config: TrainConfig) -> _ProbeText:
    sources = probe_sources(
        data,
        generated=config.generated,
        characters=config.characters_per_set,
        seed=config.seed,
        labelled=config.labelled,
    )
    texts = [example.text for example in sources.flat()]
    return _ProbeText(sources, harvest(model, texts, work / "probe", label="probe text"))


def _tokens_by_source(probe_text: _ProbeText) -> dict[str, int]:
    totals: dict[str, int] = {}
    for name, length in zip(probe_text.sources.names(), probe_text.harvest.lengths, strict=True):
        totals[name] = totals.get(name, 0) + int(length)
    return totals


def _sample(harvests: list[Harvest], seed: int) -> torch.Tensor:
    generator = torch.Generator().manual_seed(seed)
    parts = [h.resid_post[torch.randint(len(h.resid_post), (_SAMPLE // len(harvests),), generator=generator)] for h in harvests]
    return torch.cat(parts)


def _sae(harvests: list[Harvest], normalisation: Normalisation, folder: Path, config: TrainConfig) -> Sae:
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
    sae.save(folder)
    return sae


def _quality(
    sae: Sae, model: BaseModel, data: Path, folder: Path, base_model: str, config: TrainConfig
) -> dict[str, float | int]:
    path = folder / "quality.json"
    if not path.is_file():
        texts = list(read_corpus(data / "corpus", SHARES, config.seed, held_out=True))
        measured = harvest(
            model, texts, folder / "held_out", tokens=20 * config.quality_tokens, cut=True, label="held-out corpus"
        )
        reconstruction = measure_reconstruction(sae, measured.resid_post)
        whole = prepare(base_model, LAYERS)
        loss = measure_spliced_loss(whole, config.layer, sae, texts, config.quality_tokens)
        path.write_text(json.dumps({"reconstruction": asdict(reconstruction), "loss": loss.as_dict()}, indent=2) + "\n")
    measures = json.loads(path.read_text())
    return {
        "training_tokens": json.loads((folder.parent / "corpus" / "harvest.json").read_text())["tokens"]
        + json.loads((folder.parent / "probe" / "harvest.json").read_text())["tokens"],
        "variance_explained": round(measures["reconstruction"]["variance_explained"], 4),
        "l0": round(measures["reconstruction"]["l0"], 2),
        "dead_share": round(measures["reconstruction"]["dead_share"], 4),
        "loss_recovered": round(measures["loss"]["recovered"], 4),
    }


def _fit(features: SparseFeatures, probe_text: _ProbeText, model: BaseModel, config: TrainConfig) -> tuple[Fitted, Calibration]:
    examples, names = probe_text.sources.flat(), probe_text.sources.names()
    tokens = model.tokenizer.encode([example.text for example in examples])
    allowed = [allowed_classes(example, each) for example, each in zip(examples, tokens, strict=True)]
    held = [i for i, example in enumerate(examples) if is_held_out(example)]
    kept = sorted(set(range(len(examples))) - set(held))
    weights = _weights(names, probe_text.harvest.lengths, config.fit.balance)
    fitted = fit_probe(features, np.concatenate(allowed), weights, kept, config.fit)
    texts = _held(features, fitted, [(i, examples[i], tokens[i]) for i in held if len(tokens[i])])
    return fitted, calibrate(texts, [_path(allowed[i]) for i in kept if len(allowed[i])])


def _held(features: SparseFeatures, fitted: Fitted, texts: list[tuple[int, Example, Tokens]]) -> list[Held]:
    selected = features.select(torch.tensor(fitted.feature_ids))
    flat = fitted.probe.W.permute(1, 0, 2).reshape(len(fitted.feature_ids), -1)
    ceiling = fitted.probe.ceiling[selected.ids.long()]
    read = SparseFeatures(
        selected.ids, torch.minimum(selected.values, ceiling), selected.starts, selected.text_starts, selected.d_sae
    )
    return [Held(example, tokens, window_logits(read, [i], flat, fitted.probe.b)[0].numpy()) for i, example, tokens in texts]


def _weights(names: list[str], lengths: np.ndarray, balance: float) -> np.ndarray:
    """Weight of a text's tokens: a source of n tokens counts as n ** (1 - balance), so that no large one decides alone."""
    totals: dict[str, int] = {}
    for name, length in zip(names, lengths, strict=True):
        totals[name] = totals.get(name, 0) + int(length)
    mean = float(np.mean(list(totals.values())))
    return np.array([(mean / max(1, totals[name])) ** balance for name in names], dtype=np.float32)


def _path(allowed: np.ndarray) -> np.ndarray:
    """Most likely class index of each token by its label: NONE where it is allowed, else the first class that is."""
    path: np.ndarray = np.log2(allowed & -allowed).astype(np.int64)
    return path

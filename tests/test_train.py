"""`train` from a data folder to a bundle, on the tiny model: what it learns from, and on whose latents."""

from __future__ import annotations

import gzip
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
import tiny
import torch

from probes.bundle import Bundle, load_bundle
from probes.detector import Detector
from probes.errors import ProbesError
from probes.sae import load_sae
from probes.training import corpora, vary
from probes.training.example import Example
from probes.training.fit import FitConfig
from probes.training.probe_data import GENERATED, is_held_out
from probes.training.sae import SaeConfig
from probes.training.teacher import TeacherConfig
from probes.training.train import SHARES, TrainConfig, sae_digest, text_sources, train

SET, CORPUS = "wnut17.train", "en.loghub"
SMALL = TrainConfig(
    layer=tiny.LAYER,
    corpus_tokens=500,
    generated=30,
    sae_passes=1.0,
    sae=SaeConfig(d_sae=32, k=4, batch=64),
    fit=FitConfig(features=10, epochs=1),
    teacher=TeacherConfig(width=8, dilations=(1,), epochs=1),
)
MEASURED = "ann bought a ticket to the opera last week"


def write(path: Path, texts: Sequence[str], **more: Any) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with gzip.open(path, "wt", encoding="utf-8") as out:
        out.writelines(json.dumps({"text": text, "lang": "en", "source": "test", **more}) + "\n" for text in texts)


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("data")
    person = {"start": 0, "end": 3, "label": "person", "pii": "PERSON"}
    write(folder / "labelled" / "train" / f"{SET}.jsonl.gz", [f"Ann saw {i} of them" for i in range(40)], spans=[person])
    write(folder / "labelled" / "eval" / "own.en.jsonl.gz", [f"Ann saw it\n{MEASURED}"] * 2, spans=[person])
    write(folder / "corpus" / f"{CORPUS}.jsonl.gz", [*(f"line {i} of a log file" for i in range(30)), f"yes\n{MEASURED}"])
    for language in set(SHARES) - {"en"}:
        write(folder / "corpus" / f"{language}.for_the_sae_only.jsonl.gz", tiny.SENTENCES)
    return folder


def trained(data: Path, work: Path, model_folder: Path, config: TrainConfig = SMALL, **more: Any) -> Bundle:
    return train(data, work, work / "bundle", str(model_folder), config, name="new", release="2", command="tests", **more)


def texts(sources: dict[str, list[Example]], name: str) -> list[str]:
    return [example.text for example in sources[name]]


# What it learns from.


def test_labelled_text_comes_first_and_corpora_last(data: Path) -> None:
    sources = text_sources(data, SMALL)
    assert list(sources) == [GENERATED, SET, vary.PREFIX + SET, corpora.PREFIX + CORPUS]
    assert len(sources[GENERATED]) == 30
    assert sorted(texts(sources, SET)) == sorted(f"Ann saw {i} of them" for i in range(40))
    assert sorted(texts(sources, corpora.PREFIX + CORPUS)) == sorted(f"line {i} of a log file" for i in range(30))


def test_what_is_held_out_for_calibration_is_not_varied(data: Path) -> None:
    sources = text_sources(data, SMALL)
    fitted_on = [example for example in sources[SET] if not is_held_out(example)]
    assert 0 < len(fitted_on) < 40
    numbers = sorted(example.text.split()[2] for example in fitted_on)
    assert sorted(text.lower().split(" saw ")[1].split()[0] for text in texts(sources, vary.PREFIX + SET)) == numbers


def test_without_labelled_sets_only_generated_text_is_learned_from(tmp_path: Path) -> None:
    config = TrainConfig(labelled=False, generated=5)
    assert {name: len(examples) for name, examples in text_sources(tmp_path, config).items()} == {GENERATED: 5}


# An SAE of its own.


def test_without_a_bundle_an_sae_is_trained_and_its_columns_taken(data: Path, tmp_path: Path, tiny_model_folder: Path) -> None:
    bundle, sae = trained(data, tmp_path, tiny_model_folder), load_sae(tmp_path / "sae")
    ids = bundle.manifest.feature_ids
    assert 0 < len(ids) <= SMALL.fit.features
    assert bundle.manifest.sae.d_sae == sae.d_sae == SMALL.sae.d_sae
    assert bundle.manifest.sae.sha256 == sae_digest(tmp_path / "sae")
    assert torch.equal(bundle.encoder.W_enc, sae.W_enc[:, ids])
    assert torch.equal(bundle.encoder.threshold, sae.threshold[ids])

    again = trained(data, tmp_path / "again", tiny_model_folder, dictionary=tmp_path / "bundle")
    assert set(again.manifest.feature_ids) <= set(ids)
    assert again.manifest.sae == bundle.manifest.sae
    assert torch.equal(again.encoder.W_enc, sae.W_enc[:, again.manifest.feature_ids])
    assert torch.equal(again.mean, bundle.mean)


# The latents of a bundle.


@pytest.fixture(scope="module")
def on_a_dictionary(
    data: Path, tiny_model_folder: Path, tiny_bundle: Path, tmp_path_factory: pytest.TempPathFactory
) -> tuple[Bundle, Path]:
    work = tmp_path_factory.mktemp("work")
    return trained(data, work, tiny_model_folder, dictionary=tiny_bundle), work


def test_a_probe_on_a_bundles_latents_has_its_columns(on_a_dictionary: tuple[Bundle, Path], tiny_bundle: Path) -> None:
    bundle, given = on_a_dictionary[0], load_bundle(tiny_bundle)
    ids = bundle.manifest.feature_ids
    assert 0 < len(ids) <= SMALL.fit.features
    assert set(ids) < set(given.manifest.feature_ids)
    columns = [given.manifest.feature_ids.index(each) for each in ids]
    assert columns != ids
    assert torch.equal(bundle.encoder.W_enc, given.encoder.W_enc[:, columns].bfloat16().float())
    assert torch.equal(bundle.encoder.b_enc, given.encoder.b_enc[columns])
    assert torch.equal(bundle.encoder.threshold, given.encoder.threshold[columns])
    assert torch.equal(bundle.mean, given.mean)
    assert bundle.manifest.sae == given.manifest.sae
    assert bundle.manifest.layer == given.manifest.layer


def test_no_sae_is_trained_where_a_bundle_has_one(on_a_dictionary: tuple[Bundle, Path]) -> None:
    work = on_a_dictionary[1]
    assert not (work / "sae").exists()
    assert not (work / "corpus").exists()


def test_the_new_bundle_says_what_it_was_made_of_and_works(
    on_a_dictionary: tuple[Bundle, Path], data: Path, tiny_model_folder: Path
) -> None:
    bundle, work = on_a_dictionary
    manifest = bundle.manifest
    assert (manifest.name, manifest.version, manifest.provenance.command) == ("new", "2", "tests")
    assert list(manifest.provenance.sources) == list(text_sources(data, SMALL))
    assert all(manifest.provenance.sources.values())
    assert list(manifest.accuracy) == ["own.en"]
    assert (work / "evaluation.md").is_file()
    assert (work / "bundle" / "MODEL_CARD.md").is_file()
    detector = Detector.load(work / "bundle", str(tiny_model_folder))
    assert len(detector.detect(list(tiny.SENTENCES))) == len(tiny.SENTENCES)


def test_a_bundle_of_another_layer_is_refused(data: Path, tmp_path: Path, tiny_model_folder: Path, tiny_bundle: Path) -> None:
    config = TrainConfig(layer=tiny.LAYER - 1, generated=3, labelled=False)
    with pytest.raises(ProbesError, match=f"{tiny_bundle} reads layer {tiny.LAYER}, not {tiny.LAYER - 1}"):
        trained(data, tmp_path, tiny_model_folder, config, dictionary=tiny_bundle)
    assert not (tmp_path / "bundle").exists()

"""Bundles: what is written comes back, and what is wrong is named."""

from __future__ import annotations

import hashlib
import json
import math
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from safetensors.torch import load_file, save_file
from tiny import D_MODEL, D_SAE, LAYER, N_FEATURES, bundle_values

from probes.bundle import FORMAT, MANIFEST, TENSORS, load_bundle, read_manifest, save_bundle
from probes.entity import ENTITY_TYPES
from probes.errors import BundleError
from probes.operating_point import OPERATING_POINTS
from probes.probe import BLOCKS


@pytest.fixture
def folder(tiny_bundle: Path, tmp_path: Path) -> Path:
    """A copy that may be damaged."""
    return Path(shutil.copytree(tiny_bundle, tmp_path / "bundle"))


def change_manifest(folder: Path, change: Callable[[dict[str, Any]], object]) -> None:
    values = json.loads((folder / MANIFEST).read_text())
    change(values)
    (folder / MANIFEST).write_text(json.dumps(values))


def drop_last_class(values: dict[str, Any]) -> None:
    name = values["entity_types"].pop()
    for point in values["operating_points"].values():
        del point["thresholds"][name]


def replace_tensors(folder: Path, content: bytes) -> None:
    """Other tensors with the right hash, as a faulty build would write them."""
    (folder / TENSORS).write_bytes(content)
    change_manifest(folder, lambda values: values["files"].update({TENSORS: hashlib.sha256(content).hexdigest()}))


def test_what_is_saved_is_loaded(folder: Path, tmp_path: Path) -> None:
    tensors = load_file(folder / TENSORS)
    written = save_bundle(tmp_path / "again", bundle_values(), tensors)
    bundle = load_bundle(tmp_path / "again")
    assert bundle.manifest == written == read_manifest(tmp_path / "again")
    loaded = {
        "W_enc": bundle.encoder.W_enc,
        "b_enc": bundle.encoder.b_enc,
        "threshold": bundle.encoder.threshold,
        "probe.W": bundle.probe.W,
        "probe.b": bundle.probe.b,
        "probe.ceiling": bundle.probe.ceiling,
        "transitions": torch.from_numpy(bundle.transitions),
        "platt": torch.from_numpy(bundle.score.platt),
        "evidence": torch.from_numpy(bundle.score.evidence),
        "fingerprint": bundle.fingerprint,
        "mean": bundle.mean,
    }
    assert set(loaded) == set(tensors)
    assert all(torch.equal(loaded[name], tensors[name]) for name in tensors)
    assert bundle.probe.blocks == BLOCKS
    assert bundle.score.entity_types == ENTITY_TYPES


def test_the_manifest_answers_for_its_parts(tiny_bundle: Path) -> None:
    manifest = read_manifest(tiny_bundle)
    assert manifest.format == FORMAT
    assert manifest.entity_types == list(ENTITY_TYPES)
    assert tuple(manifest.blocks) == BLOCKS
    assert set(manifest.operating_points) == set(OPERATING_POINTS)
    assert manifest.operating_points["precision"].thresholds == dict.fromkeys(ENTITY_TYPES, 0.8)
    assert manifest.operating_points["recall"].none_bias == -0.5
    assert (manifest.base_model, manifest.layer, manifest.d_model, manifest.d_sae) == ("tiny-gemma", LAYER, D_MODEL, D_SAE)
    assert len(manifest.feature_ids) == N_FEATURES


def test_the_digest_covers_manifest_and_tensors(folder: Path) -> None:
    before = load_bundle(folder).digest
    assert before == hashlib.sha256((folder / MANIFEST).read_bytes()).hexdigest()
    tensors = {name: tensor.clone() for name, tensor in load_file(folder / TENSORS).items()}
    tensors["probe.b"] += 1
    save_bundle(folder, bundle_values(), tensors)
    changed = load_bundle(folder).digest
    change_manifest(folder, lambda values: values.update(version="1"))
    assert len({before, changed, load_bundle(folder).digest}) == 3


def test_bf16_tensors_keep_their_type_and_values(folder: Path) -> None:
    tensors = load_file(folder / TENSORS)
    for name in ("W_enc", "probe.W"):
        tensors[name] = tensors[name].bfloat16()
    before = (folder / TENSORS).stat().st_size
    save_bundle(folder, bundle_values(), tensors)
    stored = load_file(folder / TENSORS)
    assert {name for name, tensor in stored.items() if tensor.dtype == torch.bfloat16} == {"W_enc", "probe.W"}
    assert (folder / TENSORS).stat().st_size < before
    bundle = load_bundle(folder)
    for loaded, name in ((bundle.encoder.W_enc, "W_enc"), (bundle.probe.W, "probe.W")):
        assert loaded.dtype == torch.float32
        assert torch.equal(loaded, tensors[name].float())


def test_any_dtype_is_loaded_as_fp32(folder: Path) -> None:
    tensors = {name: tensor.double() for name, tensor in load_file(folder / TENSORS).items()}
    save_bundle(folder, bundle_values(), tensors)
    bundle = load_bundle(folder)
    assert bundle.encoder.W_enc.dtype == bundle.probe.W.dtype == torch.float32
    assert bundle.transitions.dtype == bundle.score.platt.dtype == np.float32


@pytest.mark.parametrize("at", [0, 200, -1])
def test_one_changed_byte_of_the_tensors_is_found(at: int, folder: Path) -> None:
    content = bytearray((folder / TENSORS).read_bytes())
    content[at] ^= 1
    (folder / TENSORS).write_bytes(content)
    with pytest.raises(BundleError, match=rf"{TENSORS} has SHA-256"):
        load_bundle(folder)


def test_truncated_tensors_are_found(folder: Path) -> None:
    (folder / TENSORS).write_bytes((folder / TENSORS).read_bytes()[:-1])
    with pytest.raises(BundleError, match=rf"{TENSORS} has SHA-256"):
        load_bundle(folder)


@pytest.mark.parametrize("name", [MANIFEST, TENSORS])
def test_a_missing_file_is_named(name: str, folder: Path) -> None:
    (folder / name).unlink()
    with pytest.raises(BundleError, match=f"{name} is missing"):
        load_bundle(folder)


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b"null", b"\xff\xfe", b"{}"])
def test_a_damaged_manifest_is_named(content: bytes, folder: Path) -> None:
    (folder / MANIFEST).write_bytes(content)
    with pytest.raises(BundleError, match=MANIFEST):
        load_bundle(folder)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda values: values.update(format="piiprobe-bundle-1"), "format is 'piiprobe-bundle-1'"),
        (lambda values: values.update(format="piiprobe-bundle-3", novelty=1), "format is 'piiprobe-bundle-3'"),
        (lambda values: values.pop("format"), "format"),
        (lambda values: values.update(extra=1), "extra"),
        (lambda values: values["base"].update(extra=1), r"base\.extra"),
        (lambda values: values["base"].pop("d_model"), r"base\.d_model"),
        (lambda values: values["base"].update(layer=-1), r"base\.layer"),
        (lambda values: values["operating_points"].pop("recall"), "operating_points must be recall, balanced, precision"),
        (lambda values: values["operating_points"].update(mine=values["operating_points"]["recall"]), "operating_points must be"),
        (lambda values: values["operating_points"]["recall"]["thresholds"].pop("PERSON"), "point recall must have a threshold"),
        (lambda values: values["operating_points"]["recall"]["thresholds"].update(CAT=0.5), "point recall must have a threshold"),
        # A threshold that nothing reaches would look like a text without personal data.
        (lambda values: values["operating_points"]["recall"]["thresholds"].update(PERSON=1.5), r"recall\.thresholds\.PERSON"),
        (
            lambda values: values["operating_points"]["recall"]["thresholds"].update(PERSON=math.nan),
            r"recall\.thresholds\.PERSON",
        ),
        (lambda values: values["operating_points"]["recall"].update(none_bias=math.nan), r"recall\.none_bias"),
        (lambda values: values["operating_points"]["recall"].update(extra=1), r"recall\.extra"),
        (lambda values: values.update(blocks=[]), "blocks"),
        (lambda values: values.update(blocks=[[0]]), r"blocks\.0"),
        (lambda values: values.pop("calibration_error"), "calibration_error"),
        (lambda values: values.update(entity_types=[]), "entity_types"),
        (lambda values: values["files"].clear(), TENSORS),
        (lambda values: values["files"].update({"other.bin": "0" * 64}), r"other\.bin is missing"),
    ],
)
def test_a_manifest_that_is_not_one(change: Callable[[dict[str, Any]], object], message: str, folder: Path) -> None:
    change_manifest(folder, change)
    with pytest.raises(BundleError, match=message):
        load_bundle(folder)


@pytest.mark.parametrize(
    "change",
    [
        lambda values: values["feature_ids"].pop(),
        lambda values: values["blocks"].pop(),
        lambda values: drop_last_class(values),
        lambda values: values["base"].update(d_model=D_MODEL + 1),
    ],
)
def test_a_manifest_that_does_not_fit_the_tensors(change: Callable[[dict[str, Any]], object], folder: Path) -> None:
    change_manifest(folder, change)
    with pytest.raises(BundleError, match=TENSORS):
        load_bundle(folder)


@pytest.mark.parametrize(
    "name", ["W_enc", "evidence", "fingerprint", "mean", "platt", "probe.W", "probe.b", "probe.ceiling", "transitions"]
)
@pytest.mark.parametrize("missing", [False, True])
def test_wrong_or_missing_tensors_are_named(name: str, missing: bool, folder: Path) -> None:
    tensors = load_file(folder / TENSORS)
    if missing:
        del tensors[name]
    else:
        tensors[name] = tensors[name].flatten()[:-1].clone()
    save_file(tensors, folder / "new")
    replace_tensors(folder, (folder / "new").read_bytes())
    with pytest.raises(BundleError, match=rf"{TENSORS}: {name}"):
        load_bundle(folder)


@pytest.mark.parametrize("content", [b"", b"garbage"])
def test_tensors_that_are_none_are_named(content: bytes, folder: Path) -> None:
    replace_tensors(folder, content)
    with pytest.raises(BundleError, match=TENSORS):
        load_bundle(folder)

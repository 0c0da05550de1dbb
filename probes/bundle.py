"""What is learned and shipped: a folder with `manifest.json` and one safetensors file, checked by hash."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator
from safetensors import SafetensorError
from safetensors.torch import load, save_file

from probes.candidate import EVIDENCE_KINDS
from probes.errors import BundleError
from probes.operating_point import OPERATING_POINTS, OperatingPoint
from probes.probe import Block, Probe
from probes.sae import Encoder
from probes.score import Score
from probes.tags import count

FORMAT = "piiprobe-bundle-2"
MANIFEST = "manifest.json"
TENSORS = "tensors.safetensors"


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class BaseModelIdentity(_Strict):
    """Which model the bundle was trained on. `fingerprint_text` is what the fingerprint tensor was measured on."""

    name: str
    layer: int = Field(ge=0)
    d_model: int = Field(gt=0)
    vocab_size: int = Field(gt=0)
    fingerprint_text: str


class SaeIdentity(_Strict):
    """The full SAE that the encoder columns were taken from."""

    d_sae: int = Field(gt=0)
    sha256: str
    training_tokens: int
    variance_explained: float
    l0: float
    dead_share: float
    loss_recovered: float


class Provenance(_Strict):
    """How the bundle came to be, enough to do it again."""

    command: str
    seed: int
    created: str
    sources: dict[str, int]
    """Training tokens by source."""
    versions: dict[str, str]


class Manifest(_Strict):
    """`manifest.json`."""

    format: str
    name: str
    version: str
    base: BaseModelIdentity
    sae: SaeIdentity
    feature_ids: list[int]
    entity_types: list[str] = Field(min_length=1)
    """Names in the order of the probe's classes, `NONE` left out."""
    blocks: list[Block] = Field(min_length=1)
    """Tokens that the probe reads around each token (`probes.probe.Probe`)."""
    operating_points: dict[str, OperatingPoint]
    calibration_error: dict[str, float]
    """Expected calibration error by entity type, on held-out training text."""
    files: dict[str, str]
    """SHA-256 by file name."""
    provenance: Provenance
    accuracy: dict[str, dict[str, float]]
    """Measured by `piiprobe evaluate`: set, then figure."""

    @model_validator(mode="after")
    def _complete(self) -> Manifest:
        if set(self.operating_points) != set(OPERATING_POINTS):
            raise ValueError(f"operating_points must be {', '.join(OPERATING_POINTS)}")
        for name, point in self.operating_points.items():
            if set(point.thresholds) != set(self.entity_types):
                raise ValueError(f"operating point {name} must have a threshold for each entity type")
        return self

    @property
    def base_model(self) -> str:
        """Name of the base model."""
        return self.base.name

    @property
    def layer(self) -> int:
        """Block whose residuals are read."""
        return self.base.layer

    @property
    def d_model(self) -> int:
        """Width of the residual stream."""
        return self.base.d_model

    @property
    def d_sae(self) -> int:
        """Latents of the full SAE."""
        return self.sae.d_sae


@dataclass(frozen=True, slots=True)
class Bundle:
    """A bundle in memory.

    Attributes:
        manifest: what it says of itself.
        digest: SHA-256 hex of `manifest.json`, which holds the hash of every other file.
        encoder: the selected latents of the SAE.
        probe: the linear probe.
        transitions: `[n_tags, n_tags]`, decoder scores.
        score: margins and evidence to probabilities.
        fingerprint: `[d_model]`, mean residual of the fingerprint text minus the training mean.
        mean: `[d_model]`, mean residual of the training text.
    """

    manifest: Manifest
    digest: str
    encoder: Encoder
    probe: Probe
    transitions: np.ndarray
    score: Score
    fingerprint: torch.Tensor
    mean: torch.Tensor


def read_manifest(folder: Path) -> Manifest:
    """Read and check `manifest.json` alone.

    Raises:
        BundleError: it is missing or wrong.
    """
    path = folder / MANIFEST
    if not path.is_file():
        raise BundleError(f"{path} is missing")
    try:
        values = json.loads(path.read_bytes())
    except ValueError as error:
        raise BundleError(f"{path} is not JSON") from error
    # Before the fields, because another format has others.
    if isinstance(values, dict) and (found := values.get("format", FORMAT)) != FORMAT:
        raise BundleError(f"{path}: format is {found!r}, this version reads {FORMAT!r}")
    try:
        return Manifest.model_validate(values)
    except ValidationError as error:
        where = "; ".join(f"{'.'.join(map(str, each['loc']))}: {each['msg']}" for each in error.errors()[:3])
        raise BundleError(f"{path} is not a bundle manifest: {where}") from error


def load_bundle(folder: Path) -> Bundle:
    """Read a bundle and check every hash and shape.

    Raises:
        BundleError: a file is missing, does not have its hash, or does not fit the manifest; names the file.
    """
    manifest = read_manifest(folder)
    if TENSORS not in manifest.files:
        raise BundleError(f"{folder / MANIFEST} lists no hash for {TENSORS}")
    contents: dict[str, bytes] = {}
    for name, expected in manifest.files.items():
        path = folder / name
        if not path.is_file():
            raise BundleError(f"{path} is missing")
        contents[name] = path.read_bytes()
        if (found := hashlib.sha256(contents[name]).hexdigest()) != expected:
            raise BundleError(f"{path} has SHA-256 {found}, the manifest says {expected}")
    try:
        tensors = load(contents[TENSORS])
    except SafetensorError as error:
        raise BundleError(f"{folder / TENSORS} is not a safetensors file") from error
    for name, shape in _shapes(manifest).items():
        if name not in tensors or tuple(tensors[name].shape) != shape:
            raise BundleError(f"{folder / TENSORS}: {name} is missing or not {shape}")
    tensors = {name: tensor.float() for name, tensor in tensors.items()}
    return Bundle(
        manifest=manifest,
        digest=hashlib.sha256((folder / MANIFEST).read_bytes()).hexdigest(),
        encoder=Encoder(tensors["W_enc"], tensors["b_enc"], tensors["threshold"]),
        probe=Probe(tuple(manifest.blocks), tensors["probe.W"], tensors["probe.b"], tensors["probe.ceiling"]),
        transitions=tensors["transitions"].numpy(),
        score=Score(tuple(manifest.entity_types), tensors["platt"].numpy(), tensors["evidence"].numpy()),
        fingerprint=tensors["fingerprint"],
        mean=tensors["mean"],
    )


def save_bundle(folder: Path, values: Mapping[str, object], tensors: Mapping[str, torch.Tensor]) -> Manifest:
    """Write a bundle. `values` are the manifest's fields but for `format` and `files`; tensors keep their types."""
    folder.mkdir(parents=True, exist_ok=True)
    save_file({name: tensor.detach().contiguous() for name, tensor in tensors.items()}, folder / TENSORS)
    files = {TENSORS: hashlib.sha256((folder / TENSORS).read_bytes()).hexdigest()}
    manifest = Manifest.model_validate({**values, "format": FORMAT, "files": files})
    write_manifest(folder, manifest)
    return manifest


def write_manifest(folder: Path, manifest: Manifest) -> None:
    """Write `manifest.json`."""
    text = json.dumps(manifest.model_dump(), indent=1, ensure_ascii=False)
    (folder / MANIFEST).write_text(text + "\n", encoding="utf-8")


def _shapes(manifest: Manifest) -> dict[str, tuple[int, ...]]:
    d_model, features, types = manifest.d_model, len(manifest.feature_ids), len(manifest.entity_types)
    tags = count(types)
    return {
        "W_enc": (d_model, features),
        "b_enc": (features,),
        "threshold": (features,),
        "probe.W": (len(manifest.blocks), features, tags),
        "probe.b": (tags,),
        "probe.ceiling": (features,),
        "transitions": (tags, tags),
        "platt": (types, 2),
        "evidence": (types, len(EVIDENCE_KINDS)),
        "fingerprint": (d_model,),
        "mean": (d_model,),
    }

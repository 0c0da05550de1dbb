"""Sparse autoencoders (JumpReLU): the residual stream to features and back, in three file formats.

`f = a * 1[a > threshold]` with `a = (x - b_dec) @ W_enc + b_enc` (`b_dec` only where `apply_b_dec_to_input`) and
`x_hat = f @ W_dec + b_dec`.
JumpReLU: Rajamanoharan et al. 2024, arXiv:2407.14435. Its latents are independent, so `select` keeps any columns exactly.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import torch
from safetensors import SafetensorError
from safetensors.torch import load_file, save_file

from probes.errors import BundleError
from probes.product import ROWS

_FORMAT = "piiprobe-sae-1"


@dataclass(frozen=True, slots=True)
class Encoder:
    """Latents of a JumpReLU sparse autoencoder, all of them or some: each is computed without the others.

    Attributes:
        W_enc: `[d_model, d_sae]`; its dtype is that of the product, all else is fp32.
        b_enc: `[d_sae]`.
        threshold: `[d_sae]`, not negative.
    """

    W_enc: torch.Tensor
    b_enc: torch.Tensor
    threshold: torch.Tensor

    @property
    def d_model(self) -> int:
        """Width of the residual stream."""
        return self.W_enc.shape[0]

    @property
    def d_sae(self) -> int:
        """Number of latents."""
        return self.W_enc.shape[1]

    def encode(self, resid_post: torch.Tensor) -> torch.Tensor:
        """Feature activations `[n, d_sae]` of residuals `[n, d_model]`, in fp32."""
        return jump_relu(self._pre_activations(resid_post), self.threshold)

    def active(self, x: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
        """The active latents of residuals `[n, d_model]` without the zeros between them: ids and values, row after row, and how
        many each row has. `encode` in a third of the time, because a dense `[n, d_sae]` is written and read only once.
        """
        pre_activations = self._pre_activations(x)
        above = pre_activations > self.threshold
        # numpy counts several times faster than torch, where it can.
        flat = torch.from_numpy(np.flatnonzero(above.numpy())) if above.is_cpu else above.flatten().nonzero()[:, 0]
        rows = torch.div(flat, self.W_enc.shape[1], rounding_mode="floor")
        return flat - rows * self.W_enc.shape[1], pre_activations.view(-1)[flat], torch.bincount(rows, minlength=len(x))

    def to(self, device: torch.device, dtype: torch.dtype) -> Encoder:
        """The same latents from products in `dtype`: in bf16 a few times faster than in fp32, and rounded to three digits."""
        W_enc = self.W_enc.to(device, dtype).t().contiguous().t()
        return Encoder(W_enc, self.b_enc.to(device), self.threshold.to(device))

    def _pre_activations(self, x: torch.Tensor) -> torch.Tensor:
        if self.W_enc.dtype == torch.float32:
            return torch.addmm(self.b_enc, x.float(), self.W_enc)
        # A number of rows that oneDNN has code for already: see `ROWS`.
        filled = torch.nn.functional.pad(x.to(self.W_enc.dtype), (0, 0, 0, -len(x) % ROWS))
        return (filled @ self.W_enc)[: len(x)].float().add_(self.b_enc)

    def select(self, feature_ids: Sequence[int]) -> Encoder:
        """Only these latents, in this order; their activations are unchanged."""
        ids = torch.as_tensor(feature_ids, dtype=torch.long)
        return Encoder(self.W_enc[:, ids].contiguous(), self.b_enc[ids], self.threshold[ids])

    def digest(self) -> str:
        """SHA-256 hex of the tensors."""
        sha256 = hashlib.sha256()
        for tensor in (self.W_enc, self.b_enc, self.threshold):
            sha256.update(tensor.contiguous().numpy().tobytes())
        return sha256.hexdigest()


@dataclass(frozen=True, slots=True)
class Sae(Encoder):
    """A whole JumpReLU sparse autoencoder in fp32.

    Attributes:
        W_dec: `[d_sae, d_model]`.
        b_dec: `[d_model]`.
        layer: block whose `resid_post` it reads, or None where the file does not say.
    """

    W_dec: torch.Tensor
    b_dec: torch.Tensor
    layer: int | None = None

    def decode(self, features: torch.Tensor) -> torch.Tensor:
        """Residuals `[n, d_model]` rebuilt from features `[n, d_sae]`."""
        return torch.addmm(self.b_dec, features, self.W_dec)

    def save(self, folder: Path) -> None:
        """Write our own format: `sae.json` and `sae.safetensors`."""
        folder.mkdir(parents=True, exist_ok=True)
        names = ("W_enc", "b_enc", "W_dec", "b_dec", "threshold")
        save_file({name: getattr(self, name).contiguous() for name in names}, folder / "sae.safetensors")
        cfg = {"format": _FORMAT, "architecture": "jumprelu", "layer": self.layer, "d_model": self.d_model, "d_sae": self.d_sae}
        (folder / "sae.json").write_text(json.dumps(cfg, indent=2) + "\n")


def jump_relu(pre_activations: torch.Tensor, threshold: torch.Tensor) -> torch.Tensor:
    """`a * 1[a > threshold]`, elementwise over the last dimension."""
    return pre_activations * (pre_activations > threshold)


def load_sae(folder: Path) -> Sae:
    """Load an SAE in our format, SAELens's (`cfg.json`) or Gemma Scope 2's (`params.safetensors`), told apart by the files.

    Raises:
        BundleError: no known format, an architecture other than JumpReLU, or tensors that do not fit together; names the file.
    """
    if (folder / "sae.json").is_file():
        return _load_own(folder)
    if (folder / "cfg.json").is_file():
        return _load_saelens(folder)
    if (folder / "params.safetensors").is_file():
        return _load_gemma_scope(folder)
    raise BundleError(f"{folder} holds no SAE: none of sae.json, cfg.json, params.safetensors is there")


def _load_own(folder: Path) -> Sae:
    cfg = _read_json(folder / "sae.json")
    if cfg.get("format") != _FORMAT:
        raise BundleError(f"{folder / 'sae.json'}: format is {cfg.get('format')!r}, expected {_FORMAT!r}")
    path = folder / "sae.safetensors"
    tensors = _read_tensors(path, ("W_enc", "b_enc", "W_dec", "b_dec", "threshold"))
    layer = cfg.get("layer")
    if layer is not None and not isinstance(layer, int):
        raise BundleError(f"{folder / 'sae.json'}: layer is {layer!r}, expected a number or null")
    return _checked(path, Sae(**tensors, layer=layer))


def _load_saelens(folder: Path) -> Sae:
    """SAELens 6: `cfg.json` + `sae_weights.safetensors`, https://github.com/decoderesearch/SAELens."""
    cfg = _read_json(folder / "cfg.json")
    if cfg.get("architecture") != "jumprelu":
        raise BundleError(
            f"{folder / 'cfg.json'}: architecture is {cfg.get('architecture')!r}; only 'jumprelu' can be pruned exactly"
        )
    if (normalize := cfg.get("normalize_activations", "none")) != "none":
        raise BundleError(f"{folder / 'cfg.json'}: normalize_activations is {normalize!r}; fold the norm into the weights first")
    path = folder / "sae_weights.safetensors"
    tensors = _read_tensors(path, ("W_enc", "b_enc", "W_dec", "b_dec", "threshold"))
    metadata = cfg.get("metadata")
    hook = str((metadata if isinstance(metadata, dict) else cfg).get("hook_name", ""))
    if re.search(r"hook_(?!resid_post)", hook):
        raise BundleError(f"{folder / 'cfg.json'}: hook_name is {hook!r}; only resid_post is read")
    sae = _checked(path, Sae(**tensors, layer=_layer_in(hook)))
    if cfg.get("apply_b_dec_to_input", True):
        sae = replace(sae, b_enc=sae.b_enc - sae.b_dec @ sae.W_enc)
    return sae


def _load_gemma_scope(folder: Path) -> Sae:
    """Gemma Scope 2: `resid_post/layer_N_width_W_l0_S/params.safetensors`, b_dec not subtracted from the input."""
    path = folder / "params.safetensors"
    tensors = _read_tensors(path, ("w_enc", "b_enc", "w_dec", "b_dec", "threshold"))
    sae = Sae(
        tensors["w_enc"], tensors["b_enc"], tensors["threshold"], tensors["w_dec"], tensors["b_dec"], _layer_in(folder.name)
    )
    return _checked(path, sae)


def _layer_in(name: str) -> int | None:
    match = re.search(r"(?:layers?[._]|blocks\.)(\d+)", name)
    return int(match[1]) if match else None


def _read_json(path: Path) -> dict[str, object]:
    try:
        values = json.loads(path.read_bytes())
    except ValueError as error:
        raise BundleError(f"{path} is not JSON") from error
    if not isinstance(values, dict):
        raise BundleError(f"{path} is not a JSON object")
    return values


def _read_tensors(path: Path, names: Sequence[str]) -> dict[str, torch.Tensor]:
    if not path.is_file():
        raise BundleError(f"{path} is missing")
    try:
        stored = load_file(path)
    except SafetensorError as error:
        raise BundleError(f"{path} is not a safetensors file") from error
    if missing := [name for name in names if name not in stored]:
        raise BundleError(f"{path} lacks {', '.join(missing)}")
    return {name: stored[name].float() for name in names}


def _checked(path: Path, sae: Sae) -> Sae:
    if sae.W_enc.ndim != 2:
        raise BundleError(f"{path}: W_enc is {tuple(sae.W_enc.shape)}, expected two dimensions")
    d_model, d_sae = sae.W_enc.shape
    expected = {"b_enc": (d_sae,), "W_dec": (d_sae, d_model), "b_dec": (d_model,), "threshold": (d_sae,)}
    for name, shape in expected.items():
        if tuple(getattr(sae, name).shape) != shape:
            raise BundleError(f"{path}: {name} is {tuple(getattr(sae, name).shape)}, expected {shape}")
    # Others write relu(a) * 1[a > threshold]; with no threshold below zero that is our formula.
    return replace(sae, threshold=sae.threshold.clamp(min=0))

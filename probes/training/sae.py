"""BatchTopK training of a sparse autoencoder on a CPU, turned into JumpReLU thresholds.

BatchTopK: Bussmann et al. 2024, arXiv:2412.06410: of a batch of B tokens the B*k largest activations are kept. A running
mean of the smallest kept one becomes the JumpReLU threshold, as SAELens does. Only active latents have gradients, so everything
but the encoder product is sparse and written out by hand; SAELens' dense step is several times slower on a CPU
(docs/decisions.md).
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
import torch
import torch.nn.functional as F
from tqdm import tqdm

from probes.sae import Sae

_THRESHOLD_DECAY = 0.99
_CANDIDATE_MARGIN = 0.93
_ENCODE_CHUNK = 1024


@dataclass(frozen=True, slots=True)
class SaeConfig:
    """`k`: mean active latents a token. `dead_tokens`: a latent silent for so many tokens is dead and is trained by AuxK."""

    d_sae: int = 8192
    k: int = 56
    batch: int = 4096
    lr: float = 6e-4
    warmup: float = 0.02
    decay: float = 0.3
    dead_tokens: int = 300_000
    aux_coefficient: float = 1 / 32
    seed: int = 0


@dataclass(frozen=True, slots=True)
class Normalisation:
    """Training works on `(x - mean) * scale`, so that a usual token has norm `sqrt(d_model)`; longer than `limit` is left out.

    Residuals are one large constant vector plus a small part that varies, and a few tokens are ten times as long as the rest.
    """

    mean: torch.Tensor
    scale: float
    limit: float

    @classmethod
    def of(cls, sample: torch.Tensor) -> Normalisation:
        """Measure on `[n, d_model]` residuals."""
        mean = sample.float().median(0).values
        norms = (sample.float() - mean).norm(dim=1)
        usual = float(norms.median())
        kept = sample[norms < 4 * usual].float()
        return cls(kept.mean(0), math.sqrt(sample.shape[1]) / usual, 4 * usual)


class BatchTopK:
    """Trainer state. `step` takes normalised activations and returns the loss."""

    def __init__(self, d_model: int, config: SaeConfig) -> None:
        if config.d_sae >= 2**15:
            raise ValueError("d_sae must be below 32768: latent ids are sorted as int16")
        generator = torch.Generator().manual_seed(config.seed)
        self.W_dec = F.normalize(torch.randn(config.d_sae, d_model, generator=generator), dim=1)
        self.W_enc = self.W_dec.clone() * 0.5
        self.b_enc = torch.zeros(config.d_sae)
        self.b_dec = torch.zeros(d_model)
        parameters = [self.W_enc, self.W_dec, self.b_enc, self.b_dec]
        for parameter in parameters:
            parameter.grad = torch.zeros_like(parameter)
        self.optimizer = torch.optim.Adam(parameters, lr=config.lr, betas=(0.9, 0.99), fused=True)
        self.config = config
        self.threshold = 0.0
        self.silent = torch.zeros(config.d_sae, dtype=torch.long)
        self._cut: float | None = None

    @property
    def dead(self) -> torch.Tensor:
        """Ids of the latents that have been silent for `dead_tokens` tokens."""
        return (self.silent > self.config.dead_tokens).nonzero().view(-1)

    @torch.no_grad()
    def step(self, x: torch.Tensor) -> float:
        """One update on `[batch, d_model]`; returns the mean squared error a token, summed over dimensions."""
        size, d_sae = len(x), self.config.d_sae
        centred = x - self.b_dec
        positions, values = self._batch_top_k(centred)
        rows = torch.div(positions, d_sae, rounding_mode="floor")
        columns = positions - rows * d_sae
        row_starts, column_starts = _starts(rows, size), _starts(columns, d_sae)
        by_column = torch.from_numpy(np.argsort(columns.to(torch.int16).numpy(), kind="stable"))
        error = _sparse_mm(values, columns, row_starts, self.W_dec) + self.b_dec - x
        d_error = error * (2 / size)
        support = torch.sparse_csr_tensor(row_starts, columns, torch.zeros_like(values), (size, d_sae), check_invariants=False)
        d_values = torch.sparse.sampled_addmm(support, d_error, self.W_dec.t(), beta=0.0).values()
        self.W_dec.grad = _sparse_mm(values[by_column], rows[by_column], column_starts, d_error)
        self.W_enc.grad = _sparse_mm(d_values[by_column], rows[by_column], column_starts, centred)
        self.b_enc.grad = torch.zeros(d_sae).index_add_(0, columns, d_values)
        self.b_dec.grad = d_error.sum(0) - self.b_enc.grad @ self.W_enc
        self.silent += size
        self.silent[column_starts[1:] > column_starts[:-1]] = 0
        self._aux_k(centred, error)
        # Decoder rows stay on the unit sphere: remove the radial part of the gradient, then renormalise.
        self.W_dec.grad -= (self.W_dec.grad * self.W_dec).sum(1, keepdim=True) * self.W_dec
        self.optimizer.step()
        self.W_dec /= self.W_dec.norm(dim=1, keepdim=True)
        return float(error.pow(2).sum(1).mean())

    def _batch_top_k(self, centred: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        """Flat positions and values of the `batch * k` largest activations, in order of position."""
        wanted = self.config.k * len(centred)
        x, weight, bias = centred.bfloat16(), self.W_enc.bfloat16(), self.b_enc.bfloat16()
        if self._cut is None:
            sample = F.linear(x[:256], weight, bias).float().view(-1)
            self._cut = 0.9 * float(sample.topk(self.config.k * min(256, len(x))).values[-1])
        while True:
            positions, values = self._above(x, weight, bias, self._cut)
            if len(values) >= wanted or self._cut <= 0:
                break
            self._cut = max(0.0, self._cut * 0.8 - 1e-6)
        if len(values) > wanted:
            smallest = float(np.partition(values.numpy(), len(values) - wanted)[len(values) - wanted])
            keep = values >= smallest
            positions, values = positions[keep], values[keep]
        else:
            smallest = float(values.min())
        self._cut = _CANDIDATE_MARGIN * smallest
        self.threshold = smallest if self.threshold == 0 else _ema(self.threshold, smallest)
        return positions, values

    def _above(self, x: torch.Tensor, weight: torch.Tensor, bias: torch.Tensor, cut: float) -> tuple[torch.Tensor, torch.Tensor]:
        # Positive bf16 numbers are ordered as their bits are, and comparing int16 in numpy is much faster than bf16 in torch.
        bits = int(torch.tensor(cut).bfloat16().view(torch.int16))
        positions, values = [], []
        for start in range(0, len(x), _ENCODE_CHUNK):
            flat = F.linear(x[start : start + _ENCODE_CHUNK], weight, bias).view(-1)
            found = torch.from_numpy(np.flatnonzero(flat.view(torch.int16).numpy() > bits))
            positions.append(found + start * self.config.d_sae)
            values.append(flat[found])
        return torch.cat(positions), torch.cat(values).float()

    def _aux_k(self, centred: torch.Tensor, error: torch.Tensor, most: int = 1024, k: int = 64) -> None:
        """Let dead latents explain what is left (AuxK, Gao et al. 2024, arXiv:2406.04093), on a quarter of the batch."""
        dead = self.dead
        if len(dead) == 0:
            return
        dead = dead[torch.randperm(len(dead))[:most]]
        n = len(centred) // 4
        x, left = centred[:n], -error[:n]
        W_enc, W_dec = self.W_enc[dead], self.W_dec[dead]
        top, ids = F.linear(x, W_enc, self.b_enc[dead]).topk(min(k, len(dead)), sorted=False)
        active = torch.zeros(n, len(dead)).scatter_(1, ids, top.relu())
        d_error = (active @ W_dec - left) * (2 * self.config.aux_coefficient / n)
        d_active = (d_error @ W_dec.t()) * (active > 0)
        for parameter, gradient in (
            (self.W_dec, active.t() @ d_error),
            (self.W_enc, d_active.t() @ x),
            (self.b_enc, d_active.sum(0)),
        ):
            assert parameter.grad is not None
            parameter.grad.index_add_(0, dead, gradient)

    def result(self, normalisation: Normalisation, layer: int) -> Sae:
        """The trained SAE for residuals as they come, normalisation and `b_dec` folded in; `W_dec` rows have unit norm."""
        b_dec = self.b_dec / normalisation.scale + normalisation.mean
        return Sae(
            W_enc=self.W_enc.t().contiguous(),
            b_enc=self.b_enc / normalisation.scale - self.W_enc @ b_dec,
            W_dec=self.W_dec.clone(),
            b_dec=b_dec,
            threshold=torch.full((self.config.d_sae,), self.threshold / normalisation.scale),
            layer=layer,
        )


def train_sae(
    batches: Callable[[int], Iterator[torch.Tensor]], tokens: int, normalisation: Normalisation, layer: int, config: SaeConfig
) -> Sae:
    """Train on about `tokens` residuals.

    Args:
        batches: given a batch size, an endless iterator of `[batch, d_model]` residuals in random order.
        tokens: how many to train on; several passes over the same ones are fine.
        normalisation: measured on the same residuals.
        layer: the block they come from.
        config: sizes and rates.
    """
    torch.manual_seed(config.seed)
    trainer = BatchTopK(len(normalisation.mean), config)
    steps = max(1, tokens // config.batch)
    stream = batches(config.batch)
    with tqdm(total=steps * config.batch, unit="tok", unit_scale=True, desc="train SAE") as bar:
        for step in range(steps):
            for group in trainer.optimizer.param_groups:
                group["lr"] = config.lr * _schedule(step / steps, config)
            x = (next(stream).float() - normalisation.mean) * normalisation.scale
            loss = trainer.step(x)
            bar.update(config.batch)
            if step % 20 == 0:
                bar.set_postfix(unexplained=f"{loss / float(x.pow(2).sum(1).mean()):.3f}", dead=len(trainer.dead))
    return trainer.result(normalisation, layer)


def _schedule(progress: float, config: SaeConfig) -> float:
    return min(1.0, (progress + 1e-9) / config.warmup, (1 - progress) / config.decay)


def _ema(old: float, new: float) -> float:
    return _THRESHOLD_DECAY * old + (1 - _THRESHOLD_DECAY) * new


def _sparse_mm(values: torch.Tensor, ids: torch.Tensor, starts: torch.Tensor, matrix: torch.Tensor) -> torch.Tensor:
    """CSR `[rows, n]` times dense `[n, d]`; embedding_bag is the fastest of torch's ways on a CPU."""
    return F.embedding_bag(ids, matrix, starts, mode="sum", per_sample_weights=values, include_last_offset=True)


def _starts(sorted_or_not: torch.Tensor, n: int) -> torch.Tensor:
    starts = torch.zeros(n + 1, dtype=torch.int64)
    starts[1:] = torch.bincount(sorted_or_not, minlength=n).cumsum(0)
    return starts

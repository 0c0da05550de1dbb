"""What the heads read: residuals or SAE features of the same tokens around t as the probe's, one row a token."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
import torch
from scipy import sparse

from probes.probe import BLOCKS
from probes.sae import Encoder

Matrix = Any
"""fp32 `[n, width]`: a numpy array, or a scipy CSR array where most of it is zero."""

_ROWS = 4096
_SILENT = 1e-6


class Reader(Protocol):
    """Residuals `[n, d_model]` to what a head sees of one token, `[n, width]`."""

    @property
    def width(self) -> int: ...

    def read(self, resid_post: torch.Tensor) -> Matrix: ...

    def select(self, features: Sequence[int]) -> Reader:
        """The same reader of these columns only, in this order."""


@dataclass(frozen=True, slots=True)
class RawReader:
    """Standardised residuals, cut at `ceiling` deviations: some tokens have ten times the usual norm.

    `dims` int64 `[width]`: the dimensions of the residual stream that are read; `mean`, `deviation` fp32 `[width]`.
    """

    dims: torch.Tensor
    mean: torch.Tensor
    deviation: torch.Tensor
    ceiling: float = 4.0

    @classmethod
    def of(cls, resid_post: torch.Tensor) -> RawReader:
        # The centre of what is not extreme: a few huge rows would stretch every scale.
        norms = resid_post.float().norm(dim=1)
        usual = resid_post[norms < 3 * norms.median()].float()
        return cls(torch.arange(resid_post.shape[1]), usual.mean(0), usual.std(0).clamp(min=_SILENT))

    @property
    def width(self) -> int:
        return len(self.mean)

    def read(self, resid_post: torch.Tensor) -> Matrix:
        return ((resid_post[:, self.dims].float() - self.mean) / self.deviation).clamp(-self.ceiling, self.ceiling).numpy()

    def select(self, features: Sequence[int]) -> RawReader:
        ids = torch.as_tensor(features, dtype=torch.long)
        return RawReader(self.dims[ids], self.mean[ids], self.deviation[ids], self.ceiling)


@dataclass(frozen=True, slots=True)
class SaeReader:
    """Activations in units of their mean where they fire, cut at mean + 4 deviations, as the probe's fit reads them."""

    encoder: Encoder
    scale: torch.Tensor
    ceiling: torch.Tensor

    @classmethod
    def of(cls, encoder: Encoder, resid_post: torch.Tensor) -> SaeReader:
        count, total, square = (torch.zeros(encoder.d_sae, dtype=torch.float64) for _ in range(3))
        for rows in resid_post.split(_ROWS):
            active = encoder.encode(rows)
            count += (active > 0).sum(0)
            total += active.sum(0)
            square += active.square().sum(0)
        mean = total / count.clamp(min=1)
        deviation = (square / count.clamp(min=1) - mean.square()).clamp(min=0).sqrt()
        silent = count == 0
        return cls(encoder, mean.masked_fill(silent, 1).float(), (mean + 4 * deviation).masked_fill(silent, 1).float())

    @property
    def width(self) -> int:
        return self.encoder.d_sae

    def read(self, resid_post: torch.Tensor) -> Matrix:
        parts = [
            sparse.csr_array((torch.minimum(self.encoder.encode(rows), self.ceiling) / self.scale).numpy())
            for rows in resid_post.split(_ROWS)
        ]
        return sparse.vstack(parts, format="csr") if parts else sparse.csr_array((0, self.width), dtype=np.float32)

    def select(self, features: Sequence[int]) -> SaeReader:
        ids = torch.as_tensor(features, dtype=torch.long)
        return SaeReader(self.encoder.select(features), self.scale[ids], self.ceiling[ids])


def block_means(lengths: Sequence[int] | np.ndarray, tokens: np.ndarray | None = None) -> list[Any]:
    """What makes windows of rows: one scipy CSR array `[n, n_rows]` a block, with 1 / width for the tokens that it covers.

    Args:
        lengths: of the texts whose rows lie end to end.
        tokens: rows of the tokens that are wanted; all if not given.
    """
    lengths = np.asarray(lengths, dtype=np.int64)
    tokens = np.arange(lengths.sum()) if tokens is None else tokens
    ends = np.cumsum(lengths)
    text = np.searchsorted(ends, tokens, side="right")
    first, last = (ends - lengths)[text, None], ends[text, None]
    means = []
    for low, high in BLOCKS:
        seen = tokens[:, None] + np.arange(low, high + 1)
        inside = (seen >= first) & (seen < last)
        starts = np.concatenate([[0], inside.sum(1).cumsum()])
        shares = np.full(starts[-1], 1 / (high - low + 1), dtype=np.float32)
        means.append(sparse.csr_array((shares, seen[inside], starts), shape=(len(tokens), int(lengths.sum()))))
    return means


def compact(means: Sequence[Any]) -> tuple[np.ndarray, list[Any]]:
    """The rows, ascending, that `means` read, and the same over those rows alone."""
    used = np.unique(np.concatenate([each.indices for each in means]))
    narrow = [
        sparse.csr_array((m.data, np.searchsorted(used, m.indices), m.indptr), shape=(m.shape[0], len(used))) for m in means
    ]
    return used, narrow


def windows(rows: Matrix, means: Sequence[Any]) -> Matrix:
    """`[n, len(BLOCKS) * width]`: block after block, the mean of `rows` `[n_rows, width]` over each block of `block_means`."""
    parts = [each @ rows for each in means]
    return sparse.hstack(parts, format="csr") if sparse.issparse(rows) else np.concatenate(parts, axis=1)

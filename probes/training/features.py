"""SAE features of harvested text in sparse rows, as the probe fit reads them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
import torch.nn.functional as F
from tqdm import tqdm

from probes.sae import Sae
from probes.training.harvest import Harvest

_ROWS = 4096


@dataclass(frozen=True, slots=True)
class SparseFeatures:
    """CSR rows, one a token: `ids` int32 and `values` fp32 `[nnz]`, `starts` int64 `[n_tokens + 1]`.

    `text_starts` int64 `[n_texts + 1]` are the first tokens of the texts.
    """

    ids: torch.Tensor
    values: torch.Tensor
    starts: torch.Tensor
    text_starts: np.ndarray
    d_sae: int

    def rows(self, texts: Sequence[int] | np.ndarray) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor, np.ndarray]:
        """`ids`, `values` and `starts` of these texts one after the other, and the ids of their tokens."""
        tokens = [(int(self.text_starts[i]), int(self.text_starts[i + 1])) for i in texts]
        spans = [slice(int(self.starts[first]), int(self.starts[last])) for first, last in tokens]
        counts = [self.starts[first + 1 : last + 1] - self.starts[first:last] for first, last in tokens]
        starts = torch.cat([torch.zeros(1, dtype=torch.int64), torch.cat(counts).cumsum(0)])
        token_ids = np.concatenate([np.arange(first, last) for first, last in tokens])
        return torch.cat([self.ids[s] for s in spans]), torch.cat([self.values[s] for s in spans]), starts, token_ids

    def select(self, feature_ids: torch.Tensor) -> SparseFeatures:
        """Only these features, renumbered in this order."""
        new_id = torch.full((self.d_sae,), -1, dtype=torch.int32)
        new_id[feature_ids] = torch.arange(len(feature_ids), dtype=torch.int32)
        mapped = new_id[self.ids.long()]
        kept = mapped >= 0
        before = torch.cat([torch.zeros(1, dtype=torch.int64), kept.cumsum(0)])
        return SparseFeatures(mapped[kept], self.values[kept], before[self.starts], self.text_starts, len(feature_ids))

    def project(self, texts: Sequence[int] | np.ndarray, weight: torch.Tensor) -> tuple[torch.Tensor, np.ndarray, np.ndarray]:
        """Features of these texts times `weight` `[d_sae, m]`: `[n, m]`, the ids of the tokens, and the length of each text."""
        ids, values, starts, token_ids = self.rows(texts)
        projected = F.embedding_bag(ids.long(), weight, starts, mode="sum", per_sample_weights=values, include_last_offset=True)
        return projected, token_ids, np.array([self.text_starts[i + 1] - self.text_starts[i] for i in texts])


def encode_sparse(sae: Sae, harvest: Harvest) -> SparseFeatures:
    """Encode a harvest with the full SAE."""
    ids, values, counts = [], [], []
    for rows in tqdm(harvest.resid_post.split(_ROWS), desc="encode features", unit="chunk"):
        active = sae.encode(rows).to_sparse_csr()
        ids.append(active.col_indices().to(torch.int32))
        values.append(active.values())
        counts.append(active.crow_indices().diff())
    starts = torch.cat([torch.zeros(1, dtype=torch.int64), torch.cat(counts).cumsum(0)])
    text_starts = np.concatenate([[0], np.cumsum(harvest.lengths)])
    return SparseFeatures(torch.cat(ids), torch.cat(values), starts, text_starts, sae.d_sae)


def activation_scale(features: SparseFeatures) -> tuple[torch.Tensor, torch.Tensor]:
    """Per feature: mean activation where it fires, and the ceiling (mean + 4 standard deviations) that the probe cuts it at."""
    ids = features.ids.long()
    count = torch.zeros(features.d_sae).index_add_(0, ids, torch.ones_like(features.values)).clamp(min=1)
    mean = torch.zeros(features.d_sae).index_add_(0, ids, features.values) / count
    square = torch.zeros(features.d_sae).index_add_(0, ids, features.values.square()) / count
    deviation = (square - mean.square()).clamp(min=0).sqrt()
    silent = mean == 0
    return mean.masked_fill(silent, 1.0), (mean + 4 * deviation).masked_fill(silent, 1.0)

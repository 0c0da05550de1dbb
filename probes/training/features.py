"""SAE features of harvested text in sparse rows, as the probe fit reads them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import torch
import torch.nn.functional as F
from safetensors.torch import load_file, save_file
from tqdm import tqdm

from probes.sae import Encoder
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

    def scaled(self, factors: torch.Tensor) -> SparseFeatures:
        """Activations times `factors` `[d_sae]`."""
        return replace(self, values=self.values * factors[self.ids.long()])

    def cut(self, ceiling: torch.Tensor) -> SparseFeatures:
        """Activations cut at `ceiling` `[d_sae]`."""
        return replace(self, values=torch.minimum(self.values, ceiling[self.ids.long()]))

    def select(self, feature_ids: torch.Tensor) -> SparseFeatures:
        """Only these features, renumbered in this order."""
        new_id = torch.full((self.d_sae,), -1, dtype=torch.int32)
        new_id[feature_ids] = torch.arange(len(feature_ids), dtype=torch.int32)
        mapped = new_id[self.ids.long()]
        kept = mapped >= 0
        before = torch.cat([torch.zeros(1, dtype=torch.int64), kept.cumsum(0)])
        return SparseFeatures(mapped[kept], self.values[kept], before[self.starts], self.text_starts, len(feature_ids))

    def project(self, tokens: np.ndarray, weight: torch.Tensor) -> torch.Tensor:
        """Features of these tokens (ascending runs of ids are fastest) times `weight` `[d_sae, m]`: `[n, m]`."""
        rows = torch.from_numpy(tokens)
        counts = self.starts[rows + 1] - self.starts[rows]
        starts = torch.cat([torch.zeros(1, dtype=torch.int64), counts.cumsum(0)])
        place = torch.arange(int(starts[-1])) + torch.repeat_interleave(self.starts[rows] - starts[:-1], counts)
        return F.embedding_bag(
            self.ids[place].long(), weight, starts, mode="sum", per_sample_weights=self.values[place], include_last_offset=True
        )


def encode_sparse(encoder: Encoder, harvest: Harvest) -> SparseFeatures:
    """Encode a harvest; the features are kept beside it for the next run."""
    path = harvest.folder / f"features-{encoder.digest()[:16]}.safetensors"
    text_starts = np.concatenate([[0], np.cumsum(harvest.lengths)])
    if not path.is_file():
        ids, values, counts = [], [], []
        for rows in tqdm(harvest.resid_post.split(_ROWS), desc=f"encode {harvest.folder.name}", unit="chunk"):
            columns, activations, active = encoder.active(rows)
            ids.append(columns.to(torch.int32))
            values.append(activations)
            counts.append(active)
        starts = torch.cat([torch.zeros(1, dtype=torch.int64), torch.cat(counts).cumsum(0)])
        partial = path.with_suffix(".partial")
        save_file({"ids": torch.cat(ids), "values": torch.cat(values), "starts": starts}, partial)
        partial.replace(path)
    stored = load_file(path)
    return SparseFeatures(stored["ids"], stored["values"], stored["starts"], text_starts, encoder.d_sae)


def concatenate(parts: Sequence[SparseFeatures]) -> SparseFeatures:
    """The texts of all parts, one after the other."""
    starts, text_starts = [torch.zeros(1, dtype=torch.int64)], [np.zeros(1, dtype=np.int64)]
    for part in parts:
        starts.append(part.starts[1:] + starts[-1][-1])
        text_starts.append(part.text_starts[1:] + text_starts[-1][-1])
    ids, values = torch.cat([part.ids for part in parts]), torch.cat([part.values for part in parts])
    return SparseFeatures(ids, values, torch.cat(starts), np.concatenate(text_starts), parts[0].d_sae)


def activation_scale(features: SparseFeatures) -> tuple[torch.Tensor, torch.Tensor]:
    """Per feature: mean activation where it fires, and the ceiling (mean + 4 standard deviations) that the probe cuts it at."""
    ids = features.ids.long()
    count = torch.zeros(features.d_sae).index_add_(0, ids, torch.ones_like(features.values)).clamp(min=1)
    mean = torch.zeros(features.d_sae).index_add_(0, ids, features.values) / count
    square = torch.zeros(features.d_sae).index_add_(0, ids, features.values.square()) / count
    deviation = (square - mean.square()).clamp(min=0).sqrt()
    silent = mean == 0
    return mean.masked_fill(silent, 1.0), (mean + 4 * deviation).masked_fill(silent, 1.0)

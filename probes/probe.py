"""The linear probe: features of the tokens around t to tag logits at t."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch

Block = tuple[int, int]

BLOCKS: tuple[Block, ...] = ((-8, -3), (-2, -2), (-1, -1), (0, 0), (1, 1), (2, 2), (3, 3), (4, 4), (5, 10))
"""Where the probe looks, relative to t, both ends included; it reads the mean over a block.

The base model is causal: token t has not seen its right context, so the probe looks ahead for it.
"""


@dataclass(frozen=True, slots=True)
class Probe:
    """Linear probe over blocks of features; its tags are those of `probes.tags`.

    Attributes:
        blocks: the tokens that each slice of `W` reads.
        W: `[n_blocks, n_features, n_tags]`.
        b: `[n_tags]`; tag 0 is `NONE`.
        ceiling: `[n_features]`; activations are cut here. Rare tokens have residuals ten times the usual norm, and a linear map
            would let them decide everything around them.
    """

    blocks: tuple[Block, ...]
    W: torch.Tensor
    b: torch.Tensor
    ceiling: torch.Tensor

    def read(self, features: torch.Tensor) -> torch.Tensor:
        """What the probe sees of activations `[n, n_features]`: the same, cut at the ceiling."""
        return torch.minimum(features, self.ceiling)

    def flat(self) -> torch.Tensor:
        """`[n_features, n_blocks * n_tags]`: one product gives what every block needs of a token."""
        return self.W.permute(1, 0, 2).reshape(self.W.shape[1], -1)

    def logits(self, projected: torch.Tensor) -> torch.Tensor:
        """Tag logits `[n, n_tags]` of one text, from `[n, n_blocks * n_tags]`: its features times `flat`."""
        n = len(projected)
        blocks = projected.view(n, len(self.blocks), len(self.b))
        return self.b + sum(block_mean(blocks[:, i], block) for i, block in enumerate(self.blocks))

    def contributions(self, features: torch.Tensor, first: int, tags: Sequence[int]) -> np.ndarray:
        """Decompose the margin of `tags` over `NONE` on the tokens from `first` on: float64 `[n_features]`, what each feature
        added over all of those tokens and all blocks, biases left out. `features` `[n, n_features]` are as `read` gives them.
        """
        total = np.zeros(features.shape[1])
        rows = features.double()
        for i, (low, high) in enumerate(self.blocks):
            for tag in set(tags):
                weight = (self.W[i, :, tag] - self.W[i, :, 0]).double()
                seen = torch.zeros(len(rows), dtype=torch.float64)
                for t in (first + j for j, each in enumerate(tags) if each == tag):
                    seen[max(0, t + low) : max(0, t + high + 1)] += 1 / (high - low + 1)
                total += ((seen @ rows) * weight).numpy()
        return total


def block_mean(values: torch.Tensor, block: Block) -> torch.Tensor:
    """`[n, c]`: for each token t the sum of `values` `[n, c]` over tokens t + low … t + high of the same text, divided by the
    block's width; tokens beyond either end count as zero.
    """
    low, high = block
    n = len(values)
    if low == high:
        shifted = torch.zeros_like(values)
        shifted[max(0, -low) : max(0, min(n, n - low))] = values[max(0, low) : max(0, min(n, n + low))]
        return shifted
    # Not in fp32: over a long text the sum grows until a block drowns in its rounding.
    before = torch.nn.functional.pad(values.double().cumsum(0), (0, 0, 1, 0))
    at = torch.arange(n)
    sums = before[(at + high + 1).clamp(0, n)] - before[(at + low).clamp(0, n)]
    return sums.to(values.dtype) / (high - low + 1)

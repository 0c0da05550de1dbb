"""The linear probe: features of the tokens around t to tag logits at t."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch

from probes.active import Active
from probes.tags import class_tags, span_tags

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

    @property
    def reach(self) -> tuple[int, int]:
        """How many tokens before and behind it a token has a part in the logits of."""
        return max(0, *(high for _, high in self.blocks)), max(0, *(-low for low, _ in self.blocks))

    def spread(self, projected: torch.Tensor, lengths: Sequence[int]) -> list[torch.Tensor]:
        """What the tokens of each text add to the logits around them, from `[n, n_blocks * n_tags]`: their features times `flat`.

        Args:
            projected: the tokens of all texts, one after the other.
            lengths: of the texts.

        Returns:
            `[before + length + behind, n_tags]` each, where `before` and `behind` are the `reach`: the first row is for the token
            that stands `before` places ahead of the text's first. Tokens beyond either end of a text count as zero.
        """
        before, behind = self.reach
        gap = before + behind
        starts = np.cumsum([before, *(length + gap for length in lengths[:-1])])
        rows = np.repeat(starts - np.cumsum([0, *lengths[:-1]]), lengths) + np.arange(sum(lengths))
        total = sum(lengths) + gap * len(lengths)
        # The gaps stay zero, and no part of a text reaches across one.
        apart = projected.new_zeros(total, len(self.blocks), len(self.b))
        apart[torch.from_numpy(rows)] = projected.view(-1, len(self.blocks), len(self.b))
        spread = projected.new_zeros(total, len(self.b))
        for i, (low, high) in enumerate(self.blocks):
            for offset in range(low, high + 1):
                here, there = slice(max(0, -offset), total - max(0, offset)), slice(max(0, offset), total - max(0, -offset))
                spread[here].add_(apart[there, i], alpha=1 / (high - low + 1))
        return list(spread.split([length + gap for length in lengths]))

    def logits(self, projected: torch.Tensor) -> torch.Tensor:
        """Tag logits `[n, n_tags]` of one text, from `[n, n_blocks * n_tags]`: its features times `flat`."""
        before, _ = self.reach
        (spread,) = self.spread(projected, [len(projected)])
        return self.b + spread[before : before + len(projected)]

    def margin_weights(self, label: int) -> np.ndarray:
        """fp32 `[n_features, n_blocks * 4]`: weights of the four tags of class `label` less those of `NONE`."""
        weights = self.W[:, :, class_tags(label)] - self.W[:, :, :1]
        found: np.ndarray = weights.permute(1, 0, 2).reshape(self.W.shape[1], -1).contiguous().numpy()
        return found

    def leading(self, label: int, count: int) -> np.ndarray:
        """int64 `[count]`: the features whose activation at a token, at its ceiling, speaks most for class `label` there."""
        (here,) = (i for i, block in enumerate(self.blocks) if block == (0, 0))
        weights = self.W[here, :, class_tags(label)].mean(1) - self.W[here, :, 0]
        found: np.ndarray = (weights * self.ceiling).topk(min(count, len(weights))).indices.numpy()
        return found

    def contributions(self, active: Active, first: int, length: int, margin_weights: np.ndarray) -> np.ndarray:
        """Decompose the margin over `NONE` of a span of `length` tokens from `first` on: float64 `[n_features]`, what each
        feature added over all of those tokens and all blocks, biases left out.

        `active` are the tokens of a text as `read` cuts them, or the part of it that the span's tags read; the weights are those
        of the span's class.
        """
        # How often a token's features are read, by block and by place in a span.
        seen = np.zeros((len(active), len(self.blocks), 4), dtype=np.float32)
        for t, tag in enumerate(span_tags(1, length), start=first):
            for i, (low, high) in enumerate(self.blocks):
                seen[max(0, t + low) : max(0, t + high + 1), i, (tag - 1) % 4] += 1 / (high - low + 1)
        rows = np.repeat(seen.reshape(len(active), -1), np.diff(active.starts), axis=0)
        shares = np.einsum("ij,ij->i", rows, margin_weights[active.ids]).astype(np.float64) * active.values
        found: np.ndarray = np.bincount(active.ids, weights=shares, minlength=len(margin_weights))
        return found

"""Residuals after several blocks from one harvest, and what each block costs."""

from __future__ import annotations

from collections.abc import Sequence

from probes.base_model import BaseModel
from probes.training.harvest import Harvest


def tapped(harvest: Harvest, layers: Sequence[int], layer: int) -> Harvest:
    """One layer of a harvest with taps at `layers`."""
    d_model = harvest.resid_post.shape[1] // len(layers)
    first = list(layers).index(layer) * d_model
    return Harvest(harvest.resid_post[:, first : first + d_model], harvest.lengths, harvest.folder)


def multiply_adds(model: BaseModel, layer: int) -> int:
    """Of blocks `0..layer` for one token, products with the weights alone: attention over a short window adds little."""
    return sum(model.blocks.multiply_adds[: layer + 1])

"""Residuals after several blocks from one forward pass, and what each block costs."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

import torch

from probes.base_model import BaseModel
from probes.training.harvest import Harvest


class _Taps(torch.nn.Module):
    """Stands where the final norm was, and gives what came out of the tapped blocks, side by side."""

    def __init__(self, blocks: Sequence[torch.nn.Module]) -> None:
        super().__init__()
        self._seen: list[torch.Tensor] = [torch.empty(0)] * len(blocks)
        for i, block in enumerate(blocks):
            block.register_forward_hook(partial(self._keep, i))

    def _keep(self, i: int, _block: torch.nn.Module, _inputs: object, output: torch.Tensor) -> None:
        self._seen[i] = output

    def forward(self, _hidden: torch.Tensor) -> torch.Tensor:
        return torch.cat(self._seen, dim=-1)


def tap(model: BaseModel, layers: Sequence[int]) -> BaseModel:
    """Make `model.resid_post` give the residuals after each of `layers` side by side, `[n_tokens, len(layers) * d_model]`."""
    model._model.norm = _Taps([model._model.layers[layer] for layer in layers])  # type: ignore[assignment]
    model.d_model *= len(layers)
    return model


def tapped(harvest: Harvest, layers: Sequence[int], layer: int) -> Harvest:
    """One layer of the harvest of a model with these taps."""
    d_model = harvest.resid_post.shape[1] // len(layers)
    first = list(layers).index(layer) * d_model
    return Harvest(harvest.resid_post[:, first : first + d_model], harvest.lengths, harvest.folder)


def multiply_adds(model: BaseModel, layer: int) -> int:
    """Of blocks `0..layer` for one token, products with the weights alone: attention over a short window adds little."""
    blocks = list(model._model.layers)[: layer + 1]
    return sum(weight.numel() for block in blocks for weight in block.parameters() if weight.ndim == 2)

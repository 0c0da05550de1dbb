"""The matrix products alone: what this machine could do at most with the base model's shapes."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import torch
import torch.nn.functional as F

from probes.tags import count
from service.bench.crew import Crew, layouts

ROWS = (512, 1024, 2048, 4096)
"""Tokens in a product."""

Shape = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Shapes:
    """The products of a token, each (inputs, outputs): `block`, once in each of `layers` blocks, and `head`, once."""

    block: tuple[Shape, ...]
    layers: int
    head: tuple[Shape, ...]

    @property
    def block_flops(self) -> int:
        """Of all blocks, a token: two for each weight. Attention's products of tokens with tokens are not counted."""
        return 2 * self.layers * sum(i * o for i, o in self.block)

    @property
    def head_flops(self) -> int:
        """Of the encoder's columns and the probe, a token."""
        return 2 * sum(i * o for i, o in self.head)


def shapes(folder: Path, layers: int, features: int, entity_types: int, offsets: int) -> Shapes:
    """The products of the first `layers` blocks of the model in `folder`; queries, keys and values are one, gate and up are one.

    Args:
        features: encoder columns that the probe reads.
        entity_types: classes of the probe.
        offsets: blocks of tokens that the probe reads.
    """
    config = json.loads((folder / "config.json").read_bytes())
    model, mlp, head = config["hidden_size"], config["intermediate_size"], config["head_dim"]
    queries, keys = head * config["num_attention_heads"], head * config["num_key_value_heads"]
    block = ((model, queries + 2 * keys), (queries, model), (model, 2 * mlp), (mlp, model))
    return Shapes(block, layers, ((model, features), (features, offsets * count(entity_types))))


def _plain(x: torch.Tensor, weight: torch.Tensor, out: torch.Tensor) -> None:
    F.linear(x, weight)


def _into(x: torch.Tensor, weight: torch.Tensor, out: torch.Tensor) -> None:
    torch.mm(x, weight.t(), out=out)


def _packed(x: torch.Tensor, weight: torch.Tensor, out: torch.Tensor) -> None:
    torch.ops.mkldnn._linear_pointwise(x, weight, None, "none", [], "")


_WAYS: dict[str, Callable[[torch.Tensor, torch.Tensor, torch.Tensor], None]] = {
    "linear": _plain,
    "mm into a buffer": _into,
    "oneDNN, packed weights": _packed,
}


class Products:
    """The products of all blocks on random numbers, `rows` tokens at once, computed in one of several ways."""

    def __init__(self, made_of: Shapes, dtype: torch.dtype, rows: int, way: str) -> None:
        self.rows, self.way = rows, way
        self._compute = _WAYS[way]
        self._outputs = {o for _, o in made_of.block}
        self._inputs = {i: torch.randn(rows, i).to(dtype) for i, _ in made_of.block}
        self._dtype = dtype
        # A weight of its own for every block, as in the model: together they are larger than a cache.
        self._weights = [
            [(i, o, self._laid_out(torch.randn(o, i).to(dtype))) for i, o in made_of.block] for _ in range(made_of.layers)
        ]

    @torch.inference_mode()
    def run(self, times: int) -> int:
        """Does them all `times` times; returns the tokens."""
        # Of its own, because several threads may run the same products.
        outputs = {o: torch.empty(self.rows, o, dtype=self._dtype) for o in self._outputs}
        for _ in range(times):
            for block in self._weights:
                for i, o, weight in block:
                    self._compute(self._inputs[i], weight, outputs[o])
        return times * self.rows

    def _laid_out(self, weight: torch.Tensor) -> torch.Tensor:
        if self._compute is not _packed:
            return weight
        return torch.ops.mkldnn._reorder_linear_weight(weight, self.rows)  # type: ignore[no-any-return]


@dataclass(frozen=True, slots=True)
class Limit:
    """The fastest of all ways, numbers of rows and layouts of threads that were tried."""

    products: Products
    crew: Crew

    def __str__(self) -> str:
        return f"{self.products.way}, {self.products.rows} rows, {self.crew} threads"

    def tokens_per_s(self, seconds: float) -> float:
        """Measured now."""
        return self.crew.rate(self.products.run, (4096 // self.products.rows,), seconds)


def find_limit(made_of: Shapes, dtype: torch.dtype, threads: int, *, rows: Sequence[int] = ROWS, seconds: float = 0.2) -> Limit:
    """Tries everything for `seconds` each; `threads` in all."""
    ways = [way for way in _WAYS if way != "oneDNN, packed weights" or dtype == torch.bfloat16]
    tried: list[tuple[float, Limit]] = []
    for workers, each in layouts(threads):
        crew = Crew(workers, each)
        for way in ways:
            for n in rows:
                limit = Limit(Products(made_of, dtype, n, way), crew)
                # The first products choose their code.
                limit.tokens_per_s(0)
                tried.append((limit.tokens_per_s(seconds), limit))
    best = max(tried, key=lambda pair: pair[0])[1]
    for _, limit in tried:
        if limit.crew is not best.crew:
            limit.crew.close()
    return best

"""The same blocks through transformers, as one would write it: texts sorted by length, batched, padded."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import torch
from transformers import Gemma3ForCausalLM, Gemma3TextConfig

from probes.tokens import TextTokenizer, windows

Ids = tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Batch:
    """Padded windows; `ids` int64 `[windows, longest]`, `tokens` those of the texts, each counted once."""

    ids: torch.Tensor
    tokens: float
    rows: int
    """Positions that hold a token or BOS."""

    @property
    def padding(self) -> float:
        """Share of positions that hold neither."""
        return 1 - self.rows / self.ids.numel()


class Eager:
    """Blocks `0..layers-1` of the model in `folder`."""

    def __init__(self, folder: Path, layers: int, dtype: torch.dtype) -> None:
        config = Gemma3TextConfig.from_pretrained(folder)
        config.num_hidden_layers = layers
        config.layer_types = (config.layer_types or [])[:layers]
        self._model = Gemma3ForCausalLM.from_pretrained(folder, config=config, dtype=dtype).eval().model
        self._tokenizer = TextTokenizer(folder)

    def batches(self, texts: Sequence[str], budget: int) -> list[Batch]:
        """At most `budget` positions each, padding included, at least one window."""
        rows: list[tuple[Ids, int]] = []
        for tokens in self._tokenizer.encode(list(texts)):
            for window in windows(len(tokens)):
                ids = (self._tokenizer.bos, *tokens.ids[window.start : window.end].tolist())
                rows.append((ids, window.end - window.keep))
        rows.sort(key=lambda row: len(row[0]))
        groups: list[list[tuple[Ids, int]]] = []
        for row in rows:
            if not groups or len(row[0]) * (len(groups[-1]) + 1) > budget:
                groups.append([])
            groups[-1].append(row)
        return [_padded(group) for group in groups]

    @torch.inference_mode()
    def run(self, batch: Batch) -> float:
        """Residuals of every position are computed and dropped; returns the tokens."""
        # No mask: padding on the right of a causal model is seen by no token, and without one attention is faster.
        self._model(input_ids=batch.ids, use_cache=False)
        return batch.tokens


def _padded(group: Sequence[tuple[Ids, int]]) -> Batch:
    longest = max(len(ids) for ids, _ in group)
    padded = torch.zeros(len(group), longest, dtype=torch.long)
    for row, (ids, _) in enumerate(group):
        padded[row, : len(ids)] = torch.tensor(ids)
    return Batch(padded, sum(kept for _, kept in group), sum(len(ids) for ids, _ in group))

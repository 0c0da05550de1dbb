"""Text to tokens with exact offsets, and long token sequences to overlapping windows."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from tokenizers import Tokenizer

from probes.errors import BaseModelError
from probes.folding import Folded, fold

WINDOW = 256
"""Tokens that the base model reads at once, without BOS. Residual norms grow with context, so training uses the same length."""

LEFT_CONTEXT = 64
"""Tokens of a later window that only give context: their features were already taken from the window before."""

# Control tokens that the GGUF's tokenizer has as ordinary ones.
_CONTROL = ("[multimodal]", "<start_of_image>", "<end_of_image>")

# Halves of characters, which a Python string may hold and the tokenizer refuses. The replacement is one code point as well.
_SURROGATE = re.compile("[\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class Tokens:
    """The tokens of one text.

    `ids`: int64 `[n]`; `starts`, `ends`: int64 `[n]`, code points of the original text, blanks at either end of a token left out.
    A token of blanks only has `start == end`.
    """

    ids: np.ndarray
    starts: np.ndarray
    ends: np.ndarray

    def __len__(self) -> int:
        return len(self.ids)


@dataclass(frozen=True, slots=True)
class Window:
    """Tokens `[start, end)` are read by the model; the residuals of `[keep, end)` are kept."""

    start: int
    keep: int
    end: int

    def __len__(self) -> int:
        """Tokens that the model runs, BOS among them."""
        return self.end - self.start + 1


def windows(length: int) -> Iterator[Window]:
    """Cover `length` tokens: every token is kept from exactly one window, with at least `LEFT_CONTEXT` tokens before it."""
    keep = 0
    while keep < length:
        start = max(0, keep - LEFT_CONTEXT)
        end = min(length, start + WINDOW)
        yield Window(start, keep, end)
        keep = end


class TextTokenizer:
    """The base model's tokenizer, with control tokens in the text read as plain text.

    Without `encode_special_tokens` a user who types `<eos>` or `<start_of_turn>` would write control tokens and could blind the
    model.
    """

    def __init__(self, folder: Path) -> None:
        path = folder / "tokenizer.json"
        if not path.is_file():
            raise BaseModelError(f"{path} is missing")
        try:
            self._tokenizer = Tokenizer.from_file(str(path))
        except Exception as error:  # The library raises nothing narrower.
            raise BaseModelError(f"{path} is not a tokenizer") from error
        self._tokenizer.add_special_tokens([name for name in _CONTROL if self._tokenizer.token_to_id(name) is not None])
        self._tokenizer.encode_special_tokens = True
        self._tokenizer.no_padding()
        self._tokenizer.no_truncation()
        # It would keep the first ten thousand short texts, whole, for as long as the process lives.
        self._tokenizer.model._resize_cache(0)
        bos = self._tokenizer.token_to_id("<bos>")
        if bos is None:
            raise BaseModelError(f"{path} has no <bos> token")
        self.bos: int = bos

    def encode(self, texts: list[str]) -> list[Tokens]:
        """Tokenize whole texts as a reader sees them (`fold`); offsets are those of the texts as given. Nothing is truncated."""
        folded = [fold(text) for text in texts]
        written = [_SURROGATE.sub("\ufffd", item.text) for item in folded]
        encodings = self._tokenizer.encode_batch(written, add_special_tokens=False)
        return [_tokens(item, e.ids, e.offsets, len(text)) for text, item, e in zip(texts, folded, encodings, strict=True)]


def _tokens(folded: Folded, ids: list[int], offsets: list[tuple[int, int]], length: int) -> Tokens:
    bounds = np.array(offsets, dtype=np.int64).reshape(-1, 2)
    starts, ends = bounds[:, 0].copy(), bounds[:, 1].copy()
    for i, (start, end) in enumerate(offsets):
        piece = folded.text[start:end]
        if piece != piece.strip():
            starts[i] = start + len(piece) - len(piece.lstrip())
            ends[i] = max(starts[i], start + len(piece.rstrip()))
    first = np.append(folded.starts, length)[starts]
    last = np.where(starts < ends, np.append(0, folded.ends)[ends], first)
    return Tokens(np.array(ids, dtype=np.int64), first, last)

"""Texts of given lengths, cut out of invented messages or out of a folder's own."""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice, pairwise
from pathlib import Path

from probes.errors import ProbesError
from probes.tokens import TextTokenizer, windows

SEED = 20261122

LENGTHS = {16: 512, 64: 256, 256: 64, 4000: 8}
"""Tokens of a text: how many such texts there are."""

LONE = 50
"""Tokens of the messages that are sent one at a time."""

_TOKENS_A_FILE = 40_000


@dataclass(frozen=True, slots=True)
class Sample:
    """Texts that were cut to `length` tokens; `tokens`: how many the tokenizer makes of each, BOS not counted."""

    length: int
    texts: tuple[str, ...]
    tokens: tuple[int, ...]

    @property
    def tokens_per_word(self) -> float:
        """Words are what blanks separate."""
        return sum(self.tokens) / sum(len(text.split()) for text in self.texts)

    @property
    def positions(self) -> tuple[int, ...]:
        """Rows that the model has to compute for each text: its windows overlap, and each begins with BOS."""
        return tuple(positions(n) for n in self.tokens)

    def batches(self, budget: int) -> list[tuple[str, ...]]:
        """The texts in order, as many together as stay within `budget` positions, at least one."""
        batches: list[list[str]] = []
        room = 0
        for text, rows in zip(self.texts, self.positions, strict=True):
            if not batches or rows > room:
                batches.append([])
                room = budget
            batches[-1].append(text)
            room -= rows
        return [tuple(batch) for batch in batches]


def positions(tokens: int) -> int:
    """Rows that the model computes for a text of `tokens` tokens."""
    return sum(window.end - window.start + 1 for window in windows(tokens))


def samples(tokenizer: TextTokenizer, data: Path | None, lengths: dict[int, int]) -> dict[int, Sample]:
    """Texts of each length, all from different places of the source.

    Args:
        data: a folder of `*.jsonl.gz` with `text`, or one that has such a `corpus`; invented text where None.
        lengths: tokens of a text: number of texts.

    Raises:
        ProbesError: the folder holds too little text.
    """
    needed = sum(length * count for length, count in lengths.items())
    source = (_invented() if data is None else _read(data)) if needed else iter(())
    ids: list[int] = []
    pieces: list[str] = []
    # Joined in blocks, because one text of a million characters takes the tokenizer long.
    for block in iter(lambda: list(islice(source, 100)), []):
        text = "\n".join(block)
        (tokens,) = tokenizer.encode([text])
        bounds = [*tokens.starts.tolist(), len(text)]
        pieces += [text[start:end] for start, end in pairwise(bounds)]
        ids += tokens.ids.tolist()
        if len(pieces) >= needed:
            break
    if len(pieces) < needed:
        raise ProbesError(f"{data} holds {len(pieces):,} tokens of text; {needed:,} are needed")
    made, at = {}, 0
    for length, count in lengths.items():
        cuts = ["".join(pieces[at + i * length : at + (i + 1) * length]).strip() for i in range(count)]
        at += length * count
        texts = tuple(text for text in cuts if text)
        made[length] = Sample(length, texts, tuple(map(len, tokenizer.encode(list(texts)))))
    return made


def _invented() -> Iterator[str]:
    from probes.training.generate import generate

    # English only, because Presidio's model reads nothing else.
    return (example.text for example in generate(1_000_000, SEED, ("en",)))


def _read(folder: Path) -> Iterator[str]:
    inner = folder / "corpus" if (folder / "corpus").is_dir() else folder
    paths: Sequence[Path] = sorted(inner.glob("en.*.jsonl.gz")) or sorted(inner.glob("*.jsonl.gz"))
    for path in paths:
        characters = 0
        with gzip.open(path, "rt", encoding="utf-8") as file:
            for line in file:
                try:
                    text = str(json.loads(line)["text"])
                except (ValueError, KeyError, TypeError):
                    # The line may be private, so the error names only its file.
                    raise ProbesError(f"{path}: a line is not an object with a text") from None
                yield text
                characters += len(text)
                if characters > 4 * _TOKENS_A_FILE:
                    break

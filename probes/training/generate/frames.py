"""Templates out of frames: one sentence around a card, an identity or an order number, so that only the words tell them apart."""

from __future__ import annotations

import random
from collections.abc import Sequence

Kind = tuple[str, str]
"""What people call a number, `|` between the names, and its slot."""


def framed(frames: str, kinds: Sequence[Kind], others: Sequence[Kind], count: int, seed: int) -> str:
    """`count` templates, one a line, for every frame about as many.

    In a frame `<N>` is the name and `<V>` the value of one of `kinds`; `<M>` and `<W>` are those of one of `others`.
    """
    rng = random.Random(seed)
    lines = [line.strip() for line in frames.splitlines() if line.strip()]
    every = (_filled(lines[i % len(lines)], rng.choice(kinds), rng.choice(others)) for i in range(count))
    return "\n".join(dict.fromkeys(every)) + "\n"


def _filled(frame: str, kind: Kind, other: Kind) -> str:
    marks = {"<N>": _choice(kind[0]), "<V>": f"{{{kind[1]}}}", "<M>": _choice(other[0]), "<W>": f"{{{other[1]}}}"}
    for mark, text in marks.items():
        frame = frame.replace(mark, text)
    return frame


def _choice(names: str) -> str:
    return f"[{names}]" if "|" in names else names

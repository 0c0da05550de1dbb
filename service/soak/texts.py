"""Invented texts of very different lengths, English and Japanese, and how often each kind is sent."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass
from itertools import islice

from probes.training.generate import generate

SEED = 20261125


@dataclass(frozen=True, slots=True)
class Kind:
    """How often a document is of this kind, and which share of the distinct texts is."""

    sent: float
    texts: float


# Mostly short, because the memory is judged by the document: a long one costs as much time as hundreds of words.
KINDS = {
    "empty": Kind(0.02, 0.0),
    "word": Kind(0.52, 0.35),
    "line": Kind(0.39, 0.50),
    "unicode": Kind(0.0669, 0.12),
    "document": Kind(0.003, 0.02),
    "long": Kind(0.0001, 0.002),
}
"""`word`: what no blank parts; `line`: up to 120 characters; `unicode`: a line between characters that few texts have;
`document`: some windows of the model; `long`: dozens of them."""

# Beyond the basic plane, joined, combining, from right to left, invisible, full-width, control, line ends, look-alikes.
_ODD = (
    "👨‍👩‍👧‍👦🏳️‍🌈",
    "𝒶𝓁𝓅𝒽𝒶 𐍈",
    "e\u0301\u0323 Z͑ͫa̴l̷g̸o",
    "שלום עולם",
    "مرحبا \u202eabc\u202c",
    "zero\u200bwidth\u2060join\ufeffer",
    "ＦＵＬＬ　ｗｉｄｔｈ１２３",
    "\x00\x01\x1f\x7f",
    "\r\n\t\u2028\u2029\u0085",
    "раураl Αρρle",
    "नमस्ते กรุงเทพ 한국어 ꦗꦮ",
    "\U0010ffff\ue000\ufdd0",
)


@dataclass(frozen=True, slots=True)
class Text:
    """`kind` is one of `KINDS`."""

    kind: str
    text: str


def texts(count: int, seed: int = SEED) -> list[Text]:
    """About `count` distinct texts, at least one of every kind; the same for the same arguments."""
    rng = random.Random(seed)
    source = (example.text for example in generate(1_000_000_000, seed, ("en", "ja")) if example.text.strip())
    makers: dict[str, Callable[[], str]] = {
        "empty": lambda: "",
        "word": lambda: rng.choice(next(source).split())[:60],
        "line": lambda: _line(next(source), rng),
        "unicode": lambda: f"{rng.choice(_ODD)} {_line(next(source), rng)}{rng.choice(_ODD)}",
        "document": lambda: "\n".join(islice(source, rng.randint(5, 20))),
        "long": lambda: "\n".join(islice(source, rng.randint(40, 120))),
    }
    found: dict[str, Text] = {}
    for name, make in makers.items():
        for _ in range(max(1, round(KINDS[name].texts * count))):
            text = make()
            found.setdefault(text, Text(name, text))
    return list(found.values())


def _line(text: str, rng: random.Random) -> str:
    start = rng.randrange(max(1, len(text) - 40))
    return text[start : start + rng.choice((10, 20, 40, 120))]

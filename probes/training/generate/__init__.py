"""Invented labelled documents: everything in them that is PII is labelled, everything else is `NONE`."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence

from probes.training.example import Example
from probes.training.generate.documents import document
from probes.training.generate.noise import add_noise
from probes.training.generate.segments import assemble
from probes.training.generate.slots import Scene

__all__ = ["generate"]

_PII_SHARE = 0.65


def generate(count: int, seed: int, languages: Sequence[str] = ("en", "ja")) -> Iterator[Example]:
    """`count` documents, the same ones for the same arguments, with the languages in equal shares."""
    rng = random.Random(seed)
    for _ in range(count):
        language = rng.choice(languages)
        piece = document(Scene(rng, language), pii=rng.random() < _PII_SHARE)
        yield assemble(add_noise(piece, rng, language), language)

"""Invented labelled documents: everything in them that is PII is labelled, everything else is `NONE`."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence

from probes.training.example import Example
from probes.training.generate.documents import document
from probes.training.generate.evasion import add_evasion
from probes.training.generate.language import Scene
from probes.training.generate.material import material
from probes.training.generate.noise import add_noise
from probes.training.generate.segments import assemble
from probes.training.generate.slots import LANGUAGES

__all__ = ["generate"]

_PII_SHARE = 0.65
_WEIGHTS = {"en": 3.0, "ja": 3.0, "de": 1.5, "es": 1.2, "fr": 1.2}


def generate(
    count: int, seed: int, languages: Sequence[str] = tuple(_WEIGHTS), *, held_out: bool = False, noise: bool = True
) -> Iterator[Example]:
    """`count` documents, the same ones for the same arguments; English and Japanese come more often than the others.

    Args:
        count: number of documents.
        seed: of every choice.
        languages: codes out of `slots.LANGUAGES`.
        held_out: only templates and field labels that no document has with False, so that accuracy on unseen ones can be told.
        noise: as careless writers, odd systems and people who hide things have it; without it, as the templates say.
    """
    rng = random.Random(seed)
    weights = [_WEIGHTS[language] for language in languages]
    for _ in range(count):
        language = LANGUAGES[rng.choices(languages, weights)[0]]
        piece = document(Scene(rng, language), material(language, held_out), pii=rng.random() < _PII_SHARE)
        yield assemble(add_evasion(add_noise(piece, rng, language.code), rng) if noise else piece, language.code)

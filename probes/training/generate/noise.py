"""Noise over finished pieces: letter case, typos, blanks, line ends, full-width digits."""

from __future__ import annotations

import random

from probes.training.generate.contacts import full_width
from probes.training.generate.segments import Piece, Segment

_CASED = frozenset({"", "PERSON", "ADDRESS", "EMAIL", "USERNAME", "DATE_OF_BIRTH", "NATIONAL_ID", "BANK_ACCOUNT"})


def add_noise(piece: Piece, rng: random.Random, language: str) -> Piece:
    """The piece as a careless writer or an odd system would have it."""
    draw = rng.random()
    if language == "en" and draw < 0.12:
        piece = [Segment(s.text.lower(), s.entity) if s.entity in _CASED else s for s in piece]
    elif language == "en" and draw < 0.17:
        piece = [Segment(s.text.upper(), s.entity) if s.entity in _CASED else s for s in piece]
    elif language == "ja" and draw < 0.05:
        piece = [
            Segment(full_width(s.text), s.entity)
            if s.entity in ("", "PHONE", "ADDRESS", "DATE_OF_BIRTH", "NATIONAL_ID", "BANK_ACCOUNT")
            else s
            for s in piece
        ]
    if rng.random() < 0.08:
        piece = [s if s.entity else Segment(_typos(s.text, rng), "") for s in piece]
    if rng.random() < 0.1 and not piece[-1].entity:
        piece = [*piece[:-1], Segment(piece[-1].text.rstrip(".。!！ \n"), "")]
    odd = rng.random()
    if odd < 0.03:
        piece = [Segment(s.text.replace("\n", "\r\n"), s.entity) for s in piece]
    elif odd < 0.06:
        piece = [s if s.entity or rng.random() < 0.6 else Segment(s.text.replace(" ", "  ", 1), "") for s in piece]
    elif odd < 0.08:
        piece = [*piece, Segment(rng.choice(("\n", " ", "\n\n")))]
    elif odd < 0.10:
        piece = [Segment(rng.choice((" ", "\n", "- ", "> ", "* "))), *piece]
    elif odd < 0.12:
        piece = [s if s.entity else Segment(s.text.replace("\n", "\n\n"), "") for s in piece]
    return piece


def _typos(text: str, rng: random.Random) -> str:
    words = text.split(" ")
    for i, word in enumerate(words):
        if len(word) > 4 and word.isalpha() and rng.random() < 0.12:
            at = rng.randrange(1, len(word) - 2)
            swapped = word[:at] + word[at + 1] + word[at] + word[at + 2 :]
            words[i] = rng.choice((swapped, word[:at] + word[at + 1 :], word[:at] + word[at] + word[at:]))
    return " ".join(words)

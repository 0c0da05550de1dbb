"""Pieces of a document, and how pieces become a labelled example."""

from __future__ import annotations

import unicodedata
from typing import NamedTuple

from probes.training.example import Example, Label


class Segment(NamedTuple):
    """A stretch of text and its entity type, empty for none."""

    text: str
    entity: str = ""


Piece = list[Segment]


def assemble(piece: Piece, language: str) -> Example:
    """Join the segments; blanks and punctuation at the ends of a labelled one stay outside its label."""
    labels: list[Label] = []
    at = 0
    for text, entity in piece:
        if entity:
            start, end = _trimmed(text, entity)
            if start < end:
                labels.append(Label(at + start, at + end, frozenset({entity})))
        at += len(text)
    return Example("".join(segment.text for segment in piece), tuple(labels), language, "generated")


def _trimmed(text: str, entity: str) -> tuple[int, int]:
    start, end = 0, len(text)
    while start < end and _loose(text[start], entity, "(（[+"):
        start += 1
    while start < end and _loose(text[end - 1], entity, ")）"):
        # "Reus (Tarragona)" keeps the bracket that it opens.
        if text[end - 1] == ")" and "(" in text[start : end - 1]:
            break
        end -= 1
    return start, end


def _loose(char: str, entity: str, kept: str) -> bool:
    if char.isspace():
        return True
    # A password may begin or end with any mark, and a phone number with its area code in brackets.
    if entity == "SECRET" or (entity == "PHONE" and char in kept):
        return False
    return unicodedata.category(char).startswith("P")

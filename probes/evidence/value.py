"""What a check says of a stretch of text."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum


class Verdict(Enum):
    """What a check concludes; a check without an opinion gives no `Evidence` at all."""

    CONFIRMS = "confirms"
    REFUTES = "refutes"


class Strength(Enum):
    """How seldom something else passes: by the chance that random letters and digits of the same written form do."""

    CHECKSUM = "checksum"
    """At most once in 30."""
    CHECK_DIGIT = "check_digit"
    """At most once in 5: worth something beside another reason, nothing alone."""
    GRAMMAR = "grammar"
    """Nothing is computed; the written form is all there is."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """A reason for or against reading a stretch of text as `entity_type`.

    `start` and `end` are code points of the text as given. For `CONFIRMS` they are the edges of the well-formed value or values
    that meet the span, for `REFUTES` those of the span.
    """

    entity_type: str
    name: str
    verdict: Verdict
    strength: Strength
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Value:
    """A well-formed value in a folded text. `alone`: so well-formed that it needs no one's word for its class."""

    name: str
    strength: Strength
    start: int
    end: int
    alone: bool


def strength_of(chance: float) -> Strength:
    """The strength of a check that a random value of the same written form passes with this chance."""
    if chance <= 1 / 30:
        return Strength.CHECKSUM
    return Strength.CHECK_DIGIT if chance <= 1 / 5 else Strength.GRAMMAR

"""The entity types a bundle can report, and the spans that carry them."""

from __future__ import annotations

from dataclasses import dataclass

NONE = "NONE"

ENTITY_TYPES: tuple[str, ...] = (
    "PERSON",
    "EMAIL",
    "PHONE",
    "ADDRESS",
    "DATE_OF_BIRTH",
    "NATIONAL_ID",
    "CREDIT_CARD",
    "BANK_ACCOUNT",
    "IP_ADDRESS",
    "USERNAME",
    "SECRET",
)
"""Order is the order of probe outputs; the probe has one more, `NONE`, in front."""


@dataclass(frozen=True, slots=True)
class Span:
    """Half-open `[start, end)` in code points of the original text."""

    start: int
    end: int
    entity_type: str

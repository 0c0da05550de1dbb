"""Word lists written as running text."""

from __future__ import annotations


def words(text: str, separator: str | None = None) -> tuple[str, ...]:
    """The parts of `text` between blanks, or between separators."""
    return tuple(part.strip() for part in text.split(separator))

"""Bytes that are no text, and how long a text is for those who count in UTF-16."""

from __future__ import annotations

import re

# What `surrogateescape` makes of bytes that the encoding does not have.
_UNDECODED = re.compile("[\ud800-\udfff]")
_ASTRAL = re.compile("[\U00010000-\U0010ffff]")


def is_text(decoded: str) -> bool:
    """Whether all bytes were text, where they were decoded with `surrogateescape`."""
    return decoded.isascii() or _UNDECODED.search(decoded) is None


def utf16_length(text: str) -> int:
    """In UTF-16 code units."""
    return len(text) if text.isascii() else len(text) + sum(1 for _ in _ASTRAL.finditer(text))

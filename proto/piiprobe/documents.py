"""What is read: texts and JSON values, with the caller's names for them."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Self


@dataclass(frozen=True, slots=True)
class Document:
    """A text with the caller's name for it."""

    text: str = field(repr=False)
    id: str = ""


@dataclass(frozen=True, slots=True)
class JsonDocument:
    """A JSON value, as text, with the caller's name for it.

    Its strings and numbers are read beside the names of their fields. Each finding names its field, and its offsets count there.
    """

    json: str = field(repr=False)
    id: str = ""

    @classmethod
    def of(cls, value: object, id: str = "") -> Self:
        """The document of a value that `json.dumps` takes; raises TypeError or ValueError where it does not."""
        return cls(json.dumps(value, ensure_ascii=False, allow_nan=False), id)

    @property
    def text(self) -> str:
        """The JSON, under the name that a text has."""
        return self.json


Source = str | Document | JsonDocument
"""What can be read; a str is a text without a name."""


def document_of(source: Source) -> Document | JsonDocument:
    """The same with a name; raises TypeError for what cannot be read, saying nothing of its value."""
    if isinstance(source, str):
        return Document(source)
    if isinstance(source, (Document, JsonDocument)):
        return source
    raise TypeError(f"a {type(source).__name__} cannot be read: give a str, a Document or a JsonDocument")

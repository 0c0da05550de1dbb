"""What is read of a document: a text is one value, a JSON document has one for each of its strings and numbers."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from piiprobe.v1 import pii_pb2
from service.structured import Path, StructuredError, leaves, pointer, spelled
from service.validation import InvalidRequestError, Violation

# Code points of JSON that are parsed on the event loop, in about a millisecond.
_LITTLE_JSON = 2_000


@dataclass(frozen=True, slots=True)
class Value:
    """What the offsets of findings count in.

    Attributes:
        text: the text, the string with its escapes undone, or the number as it is spelled.
        start: where it stands in `Content.text`.
        path: of the field, None for the whole document.
        spelled: where it stands in the JSON, quotes included.
    """

    text: str
    start: int
    path: Path | None
    spelled: tuple[int, int]

    @property
    def end(self) -> int:
        """Where it ends in `Content.text`."""
        return self.start + len(self.text)

    @property
    def field(self) -> str:
        """The JSON Pointer; empty for a text."""
        return pointer(self.path)


@dataclass(frozen=True, slots=True)
class Content:
    """A document: `text` is what the detector reads, `values` are by start, `json` is None where the document is a text."""

    text: str
    values: tuple[Value, ...]
    json: str | None = None

    def rewritten(self, texts: Mapping[int, str]) -> str:
        """The document with new texts for some values, by index; the rest of a JSON document stays as it is spelled.

        A new text in the place of a number is a string, unless it is a number too.
        """
        if self.json is None:
            return texts.get(0, self.text)
        parts: list[str] = []
        at = 0
        for index in sorted(texts):
            start, end = self.values[index].spelled
            parts += [self.json[at:start], spelled(texts[index], self.json[start:end])]
            at = end
        return "".join([*parts, self.json[at:]])


def text_content(text: str) -> Content:
    """A text, read as it is."""
    return Content(text, (Value(text, 0, None, (0, len(text))),))


def content_of(document: pii_pb2.Document, field: str, max_characters: int) -> Content | Violation:
    """What is read of the document in a request's `field`, or what is wrong with it."""
    kind = document.WhichOneof("content")
    if kind is None:
        return Violation(f"{field}.text", "is not set; an empty text must be set explicitly")
    try:
        content = text_content(document.text) if kind == "text" else _json_content(document.json, max_characters)
    except StructuredError as error:
        return Violation(f"{field}.json", str(error))
    if len(content.text) > max_characters:
        return Violation(f"{field}.{kind}", f"is longer than {max_characters} code points; nothing of it was read")
    return content


async def contents_of(
    documents: Sequence[pii_pb2.Document], fields: Sequence[str], max_characters: int
) -> list[Content | Violation]:
    """`content_of` for documents in an event loop, which much JSON would hold up.

    Raises:
        InvalidRequestError: together they are longer than one may be.
    """

    def read() -> list[Content | Violation]:
        contents: list[Content | Violation] = []
        characters = 0
        for document, field in zip(documents, fields, strict=True):
            content = content_of(document, field, max_characters)
            contents.append(content)
            characters += len(content.text) if isinstance(content, Content) else 0
            # At once: what is read of JSON may be far longer than the JSON.
            if characters > max_characters:
                together = f"hold more than {max_characters} code points together; nothing of them was read"
                raise InvalidRequestError(Violation("documents", together))
        return contents

    little = sum(len(document.json) for document in documents) <= _LITTLE_JSON
    return read() if little else await asyncio.to_thread(read)


def _json_content(document: str, max_characters: int) -> Content:
    """Each value on a line behind the name of its field, which tells the detector what it is."""
    values: list[Value] = []
    lines: list[str] = []
    at = 0
    for leaf in leaves(document):
        line = f"{leaf.name}: {leaf.text}\n" if leaf.name else f"{leaf.text}\n"
        lines.append(line)
        at += len(line)
        values.append(Value(leaf.text, at - 1 - len(leaf.text), leaf.path, (leaf.start, leaf.end)))
        # Far more could follow: a name counts again with each value of an array.
        if at > max_characters:
            break
    return Content("".join(lines), tuple(values), document)

"""Strings and numbers of a JSON document (RFC 8259), with their fields and where they stand in it."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TypeAlias

MAX_DEPTH = 64
MAX_POINTER_CHARACTERS = 1024

# Of a field's name, as context of its value.
_NAME_CHARACTERS = 64

_WHITE = re.compile(r"[ \t\n\r]*+")
_STRING = re.compile(r'"(?:[^"\\\x00-\x1f]++|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*+"')
_NUMBER = re.compile(r"-?(?:0|[1-9][0-9]*+)(?:\.[0-9]++)?(?:[eE][+-]?[0-9]++)?")
_LITERAL = re.compile("true|false|null")
_LONE = re.compile("[\ud800-\udfff]")

Path: TypeAlias = "tuple[Path | None, str]"
"""A field: that which holds it, and its token in a JSON Pointer."""


class StructuredError(Exception):
    """The document is not read; the message says why, without any of it."""


@dataclass(frozen=True, slots=True)
class Leaf:
    """A string or number.

    Attributes:
        text: the string with its escapes undone, half surrogate pairs as U+FFFD; the number as it is spelled.
        name: the last named field of its path, cut to what serves as context; empty where there is none.
        path: None for the whole document.
        start, end: where it stands in the document, quotes included.
    """

    text: str
    name: str
    path: Path | None
    start: int
    end: int


def leaves(document: str) -> Iterator[Leaf]:
    """Strings that are not empty and numbers, in the order of the document; the last step finds what is wrong behind them.

    Raises:
        StructuredError: it is no JSON, names a field twice in one object, or is nested or named too deeply.
    """
    return _Parser(document).leaves()


def pointer(path: Path | None) -> str:
    """The JSON Pointer (RFC 6901)."""
    tokens: list[str] = []
    while path is not None:
        path, token = path
        tokens.append(f"/{token}")
    return "".join(reversed(tokens))


def spelled(text: str, before: str) -> str:
    """How a new text is spelled in the place of `before`: as a number where both are, else as a string."""
    return text if not before.startswith('"') and _NUMBER.fullmatch(text) else json.dumps(text, ensure_ascii=False)


class _Parser:
    def __init__(self, document: str) -> None:
        self._document = document
        self._at = 0

    def leaves(self) -> Iterator[Leaf]:
        yield from self._value(None, "", 0, 0)
        self._skip()
        if self._at < len(self._document):
            raise StructuredError("is not a JSON value")

    def _value(self, path: Path | None, name: str, depth: int, length: int) -> Iterator[Leaf]:
        """`length`: characters of the pointer."""
        if length > MAX_POINTER_CHARACTERS:
            raise StructuredError(f"names a field by more than {MAX_POINTER_CHARACTERS} code points")
        self._skip()
        match self._document[self._at : self._at + 1]:
            case "{":
                yield from self._object(path, self._deeper(depth), length)
            case "[":
                yield from self._array(path, name, self._deeper(depth), length)
            case '"':
                start = self._at
                if text := self._string():
                    yield Leaf(text, name, path, start, self._at)
            case _:
                start = self._at
                if number := self._take(_NUMBER):
                    yield Leaf(number, name, path, start, self._at)
                elif not self._take(_LITERAL):
                    raise StructuredError("is not a JSON value")

    def _object(self, path: Path | None, depth: int, length: int) -> Iterator[Leaf]:
        names: set[str] = set()
        while self._goes_on("}", first=not names):
            name = self._string()
            if name in names:
                raise StructuredError("names a field twice in one object")
            names.add(name)
            self._skip()
            self._expect(":")
            token = name.replace("~", "~0").replace("/", "~1")
            yield from self._value((path, token), _context(name), depth, length + 1 + len(token))

    def _array(self, path: Path | None, name: str, depth: int, length: int) -> Iterator[Leaf]:
        index = 0
        while self._goes_on("]", first=not index):
            token = str(index)
            yield from self._value((path, token), name, depth, length + 1 + len(token))
            index += 1

    def _goes_on(self, end: str, *, first: bool) -> bool:
        """Whether another member stands here, behind a comma unless it is the first."""
        self._skip()
        if self._document[self._at : self._at + 1] == end:
            self._at += 1
            return False
        if not first:
            self._expect(",")
            self._skip()
        return True

    def _deeper(self, depth: int) -> int:
        if depth == MAX_DEPTH:
            raise StructuredError(f"is nested more than {MAX_DEPTH} deep")
        self._at += 1
        return depth + 1

    def _string(self) -> str:
        token = self._take(_STRING)
        if not token:
            raise StructuredError("is not a JSON value")
        return _LONE.sub("\ufffd", json.loads(token)) if "\\" in token else token[1:-1]

    def _take(self, kind: re.Pattern[str]) -> str:
        match = kind.match(self._document, self._at)
        if match is None:
            return ""
        self._at = match.end()
        return match[0]

    def _skip(self) -> None:
        self._take(_WHITE)

    def _expect(self, character: str) -> None:
        if self._document[self._at : self._at + 1] != character:
            raise StructuredError("is not a JSON value")
        self._at += 1


def _context(name: str) -> str:
    return " ".join(name[:_NAME_CHARACTERS].split())

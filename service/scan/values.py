"""JSON documents, whose findings name their fields: what stands there, and the document with something else in its place."""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from piiprobe import Finding
from service.structured import Leaf, leaves, pointer, spelled

if TYPE_CHECKING:
    from piiprobe.redaction import Redactor

_DECODER = json.JSONDecoder()
_WHITE = re.compile(r"[ \t\n\r]*")


def members(document: str, wanted: Collection[str]) -> dict[str, str]:
    """Of an object those members that are `wanted`, as they are spelled; raises ValueError where it is none or has one twice."""
    found: dict[str, str] = {}
    for name, value in _members(document):
        if name in wanted:
            if name in found:
                raise ValueError("a name twice")
            found[name] = value
    return found


def spelled_object(values: Mapping[str, str]) -> str:
    """The JSON object of values that are spelled already."""
    return f"{{{', '.join(f'{json.dumps(name, ensure_ascii=False)}: {value}' for name, value in values.items())}}}"


def steps(field: str) -> list[str]:
    """The names and indexes of a JSON Pointer."""
    return [token.replace("~1", "/").replace("~0", "~") for token in field.split("/")[1:]]


def leaf_of(document: str, finding: Finding) -> Leaf:
    """The value that a finding is in; raises ValueError where there is none."""
    for leaf in leaves(document):
        if pointer(leaf.path) == finding.field:
            return leaf
    raise ValueError("a finding names no field of its document")


def texts(document: str, findings: Sequence[Finding], redactor: Redactor) -> Iterator[tuple[Leaf, str]]:
    """The values that have findings, in their order, and what stands in their place.

    Raises:
        ValueError: a finding is in none of them.
    """
    by_field: dict[str, list[Finding]] = {}
    for finding in findings:
        by_field.setdefault(finding.field, []).append(finding)
    for leaf in leaves(document):
        if found := by_field.pop(pointer(leaf.path), None):
            yield leaf, redactor.redact(leaf.text, found).text
    if by_field:
        raise ValueError("a finding names no field of its document")


def rewritten(document: str, findings: Sequence[Finding], redactor: Redactor) -> str:
    """The document redacted; all else stays as it is spelled."""
    pieces: list[str] = []
    at = 0
    for leaf, text in texts(document, findings, redactor):
        pieces += [document[at : leaf.start], spelled(text, document[leaf.start : leaf.end])]
        at = leaf.end
    return "".join([*pieces, document[at:]])


def _members(document: str) -> Iterator[tuple[str, str]]:
    at = _expect(document, 0, "{")
    while not document.startswith("}", at := _skip(document, at)):
        name, at = _DECODER.raw_decode(document, at)
        start = _skip(document, _expect(document, at, ":"))
        _, at = _DECODER.raw_decode(document, start)
        yield name, document[start:at]
        at = _skip(document, at)
        if not document.startswith("}", at):
            at = _expect(document, at, ",")
    if _skip(document, at + 1) < len(document):
        raise ValueError("more than one value")


def _expect(document: str, at: int, character: str) -> int:
    at = _skip(document, at)
    if not document.startswith(character, at):
        raise ValueError("no object")
    return at + 1


def _skip(document: str, at: int) -> int:
    match = _WHITE.match(document, at)
    return match.end() if match else at

"""Files of text: each is one document, and a long one is read in parts."""

from __future__ import annotations

import gzip
import shutil
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import IO, TYPE_CHECKING

from piiprobe import Document, Finding
from service.scan.decoding import is_text, utf16_length
from service.scan.files import File, opened
from service.scan.record import Record, Region, UnreadableError

if TYPE_CHECKING:
    from piiprobe.redaction import Redactor

PART = 2**20
"""Code points of a text that are held in memory. A longer text is cut, and a finding that lies there is cut too."""

# How far before the end of a part a better place to cut is looked for.
_LOOK_BACK = 2**16
_BOM = "\ufeff"


class TextReader:
    """Reads a text in parts that are cut behind an empty line, else behind a line, else behind a blank."""

    keeps_all = True

    def __init__(self, index: int, file: File, encoding: str) -> None:
        self.index = index
        self._file = file
        self._encoding = encoding
        self._is_gzip = False

    def records(self) -> Iterator[Record]:
        with opened(self._file) as given:
            self._is_gzip = given.is_gzip
            stream = given.text(self._encoding, "")
            held, before, line, column = "", 0, 1, 0
            while more := stream.read(PART + 1 - len(held)):
                held += more
                if not before and held.startswith(_BOM):
                    # A mark takes no column.
                    column = -1
                if len(held) <= PART:
                    continue
                end = _cut(held)
                part, held = held[:end], held[end:]
                yield self._record(part, before, line, column, given.read)
                before += end
                line += part.count("\n")
                column = utf16_length(part[part.rfind("\n") + 1 :]) + (0 if "\n" in part else column)
            if held:
                yield self._record(held, before, line, column, given.read)

    def text(self, record: Record, finding: Finding) -> str:
        return _text(record)[finding.start : finding.end]

    def region(self, record: Record, finding: Finding) -> Region:
        (line, column), (end_line, end_column) = _place(record, finding.start), _place(record, finding.end)
        return Region(line, end_line, column, end_column)

    def head(self) -> bytes:
        return b""

    def rewritten(self, records: Sequence[tuple[Record, tuple[Finding, ...]]], redactor: Redactor) -> bytes:
        texts = [redactor.redact(_text(record), findings).text for record, findings in records]
        return "".join(texts).encode(self._encoding)

    def publish(self, appended: Path, copy: Path) -> None:
        copy_lines(appended, copy, self._is_gzip)

    def _record(self, text: str, before: int, line: int, column: int, read: int) -> Record:
        if not is_text(text):
            raise UnreadableError(f"is no {self._encoding}")
        # Behind a cut in a line, what the line holds before the part.
        return Record(self, 1, Document(text), line=line, before=before, raw=column, read=read)


def copy_lines(appended: Path, copy: Path, is_gzip: bool) -> None:
    """The bytes of one file in another, packed where wanted, and the same each time."""
    with appended.open("rb") as source, copy.open("wb") as plain:
        if is_gzip:
            with gzip.GzipFile("", "wb", fileobj=plain, mtime=0) as packed:
                shutil.copyfileobj(source, packed)
        else:
            shutil.copyfileobj(source, plain)


def read_lines(stream: IO[str], longest: int) -> Iterator[str | None]:
    """Lines with their ends; None for one that is longer than `longest` code points, which is not kept."""
    while line := stream.readline(longest + 1):
        if len(line) <= longest or line.endswith("\n"):
            yield line
            continue
        while line and not line.endswith("\n"):
            line = stream.readline(longest)
        yield None


def _text(record: Record) -> str:
    assert isinstance(record.source, Document)
    return record.source.text


def _place(record: Record, at: int) -> tuple[int, int]:
    text = _text(record)
    line, start = text.count("\n", 0, at), text.rfind("\n", 0, at) + 1
    return record.line + line, 1 + utf16_length(text[start:at]) + (0 if line else record.raw)


def _cut(held: str) -> int:
    low = PART - _LOOK_BACK
    for edge in ("\n\n", "\n", " "):
        found = held.rfind(edge, low, PART)
        if found >= 0:
            return found + len(edge)
    return PART

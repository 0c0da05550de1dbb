"""Files with a JSON value on each line."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from piiprobe import Finding, JsonDocument
from service.scan.decoding import is_text, utf16_length
from service.scan.files import File, opened
from service.scan.record import LONGEST_RECORD, Record, Region, UnreadableError
from service.scan.text import copy_lines, read_lines
from service.scan.values import leaf_of, members, rewritten, spelled_object

if TYPE_CHECKING:
    from piiprobe.redaction import Redactor

_BOM = "\ufeff"


class JsonlReader:
    """Reads a record from each line that is not blank; of `fields`, where there are some, and else of everything."""

    keeps_all = False

    def __init__(self, index: int, file: File, encoding: str, fields: Sequence[str]) -> None:
        self.index = index
        self._file = file
        self._encoding = encoding
        self._fields = fields
        self._is_gzip = False

    def records(self) -> Iterator[Record]:
        missing = set(self._fields)
        number = 0
        with opened(self._file) as given:
            self._is_gzip = given.is_gzip
            for number, line in enumerate(read_lines(given.text(self._encoding, "\n"), LONGEST_RECORD), 1):
                yield self._record(number, line, missing, given.read)
        if missing and number:
            # Misspelt, it would find nothing for ever.
            raise UnreadableError(f"has no field {', '.join(sorted(missing))} in any record")

    def text(self, record: Record, finding: Finding) -> str:
        return leaf_of(_json(record), finding).text[finding.start : finding.end]

    def region(self, record: Record, finding: Finding) -> Region:
        line = _body(record)
        leaf = leaf_of(line, finding)
        start, end = leaf.start, leaf.end
        # Escapes are not counted through: there the whole value is told.
        if line[start:end] in (leaf.text, f'"{leaf.text}"'):
            first = start + (end - start - len(leaf.text)) // 2
            start, end = first + finding.start, first + finding.end
        before = record.raw.partition(line)[0].replace(_BOM, "")
        column, end_column = (1 + utf16_length(before + line[:at]) for at in (start, end))
        return Region(record.line, record.line, column, end_column)

    def head(self) -> bytes:
        return b""

    def rewritten(self, records: Sequence[tuple[Record, tuple[Finding, ...]]], redactor: Redactor) -> bytes:
        lines = [_rewritten(record, findings, redactor) if findings else record.raw for record, findings in records]
        return "".join(lines).encode(self._encoding)

    def publish(self, appended: Path, copy: Path) -> None:
        copy_lines(appended, copy, self._is_gzip)

    def _record(self, number: int, line: str | None, missing: set[str], read: int) -> Record:
        if line is None:
            problem = f"is longer than {LONGEST_RECORD} code points"
        elif not is_text(line):
            problem = f"is no {self._encoding}"
        elif not (body := line.strip().removeprefix(_BOM)):
            return Record(self, number, None, line=number, raw=line, read=read)
        elif not self._fields:
            return Record(self, number, JsonDocument(body), line=number, raw=line, read=read)
        else:
            try:
                picked = members(body, self._fields)
            except (ValueError, RecursionError):
                problem = "is no JSON object, or has a field twice"
            else:
                missing.difference_update(picked)
                return Record(self, number, JsonDocument(spelled_object(picked)), line=number, raw=line, read=read)
        return Record(self, number, problem=problem, line=number, read=read)


def _rewritten(record: Record, findings: Sequence[Finding], redactor: Redactor) -> str:
    before, body, behind = record.raw.partition(_body(record))
    return f"{before}{rewritten(body, findings, redactor)}{behind}"


def _json(record: Record) -> str:
    assert isinstance(record.source, JsonDocument)
    return record.source.json


def _body(record: Record) -> str:
    body: str = record.raw.strip().removeprefix(_BOM)
    return body

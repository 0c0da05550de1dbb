"""Files of rows with a delimiter, the first of which names the columns."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import IO, TYPE_CHECKING

from piiprobe import Finding, JsonDocument
from service.scan.decoding import is_text
from service.scan.files import File, opened
from service.scan.record import LONGEST_RECORD, Record, Region, UnreadableError
from service.scan.text import copy_lines
from service.scan.values import leaf_of, steps, texts
from service.structured import pointer

if TYPE_CHECKING:
    from piiprobe.redaction import Redactor

csv.field_size_limit(LONGEST_RECORD)


class TableReader:
    """Reads each row as a JSON object of its cells, under the names of their columns; of `fields`, where there are some."""

    keeps_all = False

    def __init__(self, index: int, file: File, encoding: str, delimiter: str, fields: Sequence[str]) -> None:
        self.index = index
        self._file = file
        self._encoding = encoding
        self._delimiter = delimiter
        self._fields = fields
        self._names: list[str] = []
        self._head = b""
        self._is_gzip = False

    def records(self) -> Iterator[Record]:
        with opened(self._file) as given:
            self._is_gzip = given.is_gzip
            lines = _Lines(given.text(self._encoding, ""))
            rows = csv.reader(lines, delimiter=self._delimiter, strict=True)
            try:
                self._take_names(next(rows, []), lines)
                number = 0
                for row in rows:
                    number += bool(row)
                    yield self._record(number, row, lines, given.read)
            except csv.Error:
                problem = f"is no table from line {lines.line} on: a quote or an end of line is not where it may be"
            else:
                return
        # Outside the handler: the error may hold text.
        raise UnreadableError(problem)

    def text(self, record: Record, finding: Finding) -> str:
        return leaf_of(_json(record), finding).text[finding.start : finding.end]

    def region(self, record: Record, finding: Finding) -> Region:
        raw, _ = record.raw
        return Region(record.line, record.line + max(0, raw.rstrip("\r\n").count("\n")))

    def head(self) -> bytes:
        return self._head

    def rewritten(self, records: Sequence[tuple[Record, tuple[Finding, ...]]], redactor: Redactor) -> bytes:
        rows = [self._rewritten(record, findings, redactor) if findings else record.raw[0] for record, findings in records]
        return "".join(rows).encode(self._encoding)

    def publish(self, appended: Path, copy: Path) -> None:
        copy_lines(appended, copy, self._is_gzip)

    def _take_names(self, names: list[str], lines: _Lines) -> None:
        _, raw = lines.taken()
        if not is_text(raw):
            raise UnreadableError(f"is no {self._encoding}")
        self._head = raw.encode(self._encoding)
        self._names = [name.removeprefix("\ufeff") if not at else name for at, name in enumerate(names)]
        if len(set(self._names)) < len(self._names):
            raise UnreadableError("names a column twice")
        if raw and (missing := sorted(set(self._fields) - set(self._names))):
            raise UnreadableError(f"has no column {', '.join(missing)}")

    def _record(self, number: int, row: list[str], lines: _Lines, read: int) -> Record:
        line, raw = lines.taken()
        if not row:
            return Record(self, number, None, line=line, raw=(raw, row), read=read)
        if not is_text(raw):
            return Record(self, number, problem=f"is no {self._encoding}", line=line, read=read)
        if len(row) > len(self._names):
            return Record(self, number, problem="has more cells than columns have names", line=line, read=read)
        cells = dict(zip(self._names, row, strict=False))
        if self._fields:
            cells = {name: cells[name] for name in self._fields if name in cells}
        return Record(self, number, JsonDocument.of(cells), line=line, raw=(raw, row), read=read)

    def _rewritten(self, record: Record, findings: Sequence[Finding], redactor: Redactor) -> str:
        raw, row = record.raw
        cells = list(row)
        for leaf, text in texts(_json(record), findings, redactor):
            cells[self._names.index(steps(pointer(leaf.path))[0])] = text
        written = io.StringIO()
        end = raw[len(raw.rstrip("\r\n")) :]
        csv.writer(written, delimiter=self._delimiter, lineterminator=end).writerow(cells)
        return written.getvalue()


class _Lines:
    """Lines for a `csv.reader`, kept until the row that they are is taken."""

    def __init__(self, stream: IO[str]) -> None:
        self._stream = stream
        self._lines: list[str] = []
        self._characters = 0
        self._start = 1
        self.line = 0

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        line = self._stream.readline(LONGEST_RECORD + 1)
        if not line:
            raise StopIteration
        self._characters += len(line)
        if self._characters > LONGEST_RECORD:
            raise UnreadableError(f"has a row of more than {LONGEST_RECORD} code points from line {self._start} on")
        self._lines.append(line)
        self.line += 1
        return line

    def taken(self) -> tuple[int, str]:
        """Where the lines began that came since the last call, and they."""
        start, raw = self._start, "".join(self._lines)
        self._lines.clear()
        self._characters = 0
        self._start = self.line + 1
        return start, raw


def _json(record: Record) -> str:
    assert isinstance(record.source, JsonDocument)
    return record.source.json

"""What is read of files, and what becomes of it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from piiprobe import Document, Finding, JsonDocument

if TYPE_CHECKING:
    from piiprobe.redaction import Redactor

LONGEST_RECORD = 4 * 2**20
"""Code points of a line of JSONL or of a row of CSV; of a longer one nothing is read, so that memory does not grow with it."""


class UnreadableError(Exception):
    """A file, or the rest of one, cannot be read; the message says nothing of what it holds."""


@dataclass(frozen=True, slots=True)
class Record:
    """A document of a file, or why there is none.

    Attributes:
        reader: that of its file.
        number: a line of JSONL, a row of a table below the names of its columns, 1 for a text; None where the rest of a file
            cannot be read.
        source: what is read; None where there is nothing to read, as in a blank line.
        problem: why nothing of it is read, without any of it.
        line: of the file, where it starts, from 1.
        before: code points of the file before it; of texts alone.
        raw: what the reader needs to find places in it and to rewrite it.
        read: bytes of the file that were read until here.
    """

    reader: Reader
    number: int | None
    source: Document | JsonDocument | None = None
    problem: str = ""
    line: int = 1
    before: int = 0
    raw: Any = field(default=None, repr=False)
    read: int = 0


@dataclass(frozen=True, slots=True)
class Ended:
    """The end of a file; not `whole` where the rest of it could not be read."""

    reader: Reader
    whole: bool


@dataclass(frozen=True, slots=True)
class Region:
    """Where a finding is in a file of lines; columns count UTF-16 code units from 1, and are 0 where only lines are known."""

    line: int
    end_line: int
    column: int = 0
    end_column: int = 0


@dataclass(frozen=True, slots=True)
class Found:
    """What was found in a record."""

    findings: tuple[Finding, ...] = ()


@dataclass(frozen=True, slots=True)
class Failed:
    """A record that was not read: nothing is known about it. `code`: a gRPC code's name, or `UNREADABLE`."""

    code: str
    message: str


Outcome = Found | Failed


class Reader(Protocol):
    """Reads one file from its beginning, as often as asked to."""

    index: int
    """Of the file, among those that are scanned."""
    keeps_all: bool
    """Whether a copy without what could not be read would be no copy."""

    def records(self) -> Iterator[Record]:
        """All records; raises `UnreadableError` or OSError where the rest cannot be read."""

    def text(self, record: Record, finding: Finding) -> str:
        """The finding's text."""

    def region(self, record: Record, finding: Finding) -> Region | None:
        """Where the finding is; None where a file has no lines."""

    def head(self) -> bytes:
        """What the file holds before its records, once the first of them is read or there is none."""

    def rewritten(self, records: Sequence[tuple[Record, tuple[Finding, ...]]], redactor: Redactor) -> bytes:
        """Records, in a form that can be appended to."""

    def publish(self, appended: Path, copy: Path) -> None:
        """Makes a copy of the file from what was appended."""

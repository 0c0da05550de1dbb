"""Redacted copies: each file again, with what was found rewritten by a policy."""

from __future__ import annotations

from pathlib import Path

from piiprobe import Finding
from piiprobe.redaction import Redactor
from service.scan.checkpoint import Appended, beside, replace_durably
from service.scan.record import Ended, Reader, Record

# What is rewritten at once.
_RECORDS = 1024
_CHARACTERS = 2**20


class Copies:
    """Writes one copy after the other. A record that was not read is left out; a text of which a part was not has no copy."""

    def __init__(self, redactor: Redactor, paths: list[Path]) -> None:
        """`paths`: where the copy of each file goes."""
        self._redactor = redactor
        self._paths = paths
        self._records: list[tuple[Record, tuple[Finding, ...]]] = []
        self._characters = 0
        self._reader: Reader | None = None
        self._appended: Appended | None = None
        self._whole = True
        # A checkpoint may still speak of them.
        self._left: list[Path] = []

    def clean(self, files: int) -> None:
        """Removes what a scan that was killed has left of the first `files` copies, which have ended."""
        for path in self._paths[:files]:
            beside(path, ".partial").unlink(missing_ok=True)

    def resume(self, reader: Reader, length: int, whole: bool) -> None:
        """Goes on with the copy of a file."""
        self._begin(reader, length)
        self._whole = whole

    def add(self, record: Record, findings: tuple[Finding, ...]) -> None:
        """A record that was read."""
        self._of(record.reader)
        self._records.append((record, findings))
        self._characters += len(record.source.text) if record.source else 0
        if len(self._records) >= _RECORDS or self._characters >= _CHARACTERS:
            self._flush()

    def leave_out(self, record: Record) -> None:
        """A record that was not read."""
        self._of(record.reader)
        self._whole = self._whole and not record.reader.keeps_all

    def end(self, ended: Ended) -> None:
        """Puts the copy of a file where it belongs, if there is one."""
        appended = self._of(ended.reader)
        self._flush()
        appended.sync()
        appended.close()
        path = self._paths[ended.reader.index]
        if self._whole and ended.whole:
            written = beside(path, ".new")
            ended.reader.publish(appended.path, written)
            replace_durably(written, path)
        else:
            # One of an earlier scan would be taken for this one's.
            path.unlink(missing_ok=True)
        self._left.append(appended.path)
        self._reader = self._appended = None

    def sync(self) -> tuple[int, bool]:
        """The length of the copy that is being written, once it is on the disk, and whether it lacks nothing."""
        self._flush()
        return (self._appended.sync(), self._whole) if self._appended else (0, True)

    def forget(self) -> None:
        """Says that no checkpoint speaks of copies that have ended."""
        for path in self._left:
            path.unlink(missing_ok=True)
        self._left.clear()

    def close(self) -> None:
        """Lets go of the copy that is being written."""
        if self._appended:
            self._appended.close()

    def _of(self, reader: Reader) -> Appended:
        if self._appended is None or self._reader is not reader:
            self._begin(reader, 0).write(reader.head())
        assert self._appended is not None
        return self._appended

    def _begin(self, reader: Reader, length: int) -> Appended:
        self._reader, self._whole = reader, True
        self._appended = Appended(beside(self._paths[reader.index], ".partial"), length)
        return self._appended

    def _flush(self) -> None:
        if self._records and self._reader and self._appended:
            self._appended.write(self._reader.rewritten(self._records, self._redactor))
        self._records.clear()
        self._characters = 0

"""A scan: from files to findings, from where the last one of its kind ended."""

from __future__ import annotations

import time
import zlib
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from functools import partial
from itertools import islice
from pathlib import Path
from typing import Protocol

import typer

from piiprobe import Finding
from service.scan import sarif
from service.scan.checkpoint import Appended, Checkpoint, beside, replace_durably
from service.scan.copies import Copies
from service.scan.files import File
from service.scan.pipeline import Item, Pipeline
from service.scan.readers import Reading
from service.scan.record import Ended, Failed, Found, Outcome, Reader, Record, UnreadableError
from service.scan.rows import WRITERS, Row, failure_row, finding_row, line_of, rows_of
from service.scan.summary import Summary


class Progress(Protocol):
    """Is told how far a scan is."""

    def __call__(self, read: int, records: int, findings: int, failures: int) -> None: ...


@dataclass(frozen=True, slots=True)
class Output:
    """What is written: findings as rows into `out`, or as JSONL to standard output where it is None; SARIF into `sarif`."""

    out: Path | None
    sarif: Path | None = None
    show_text: bool = False

    @property
    def checkpoint(self) -> Path | None:
        """Where it is written how far the scan is; nowhere where findings go to standard output."""
        return beside(self.out, ".checkpoint") if self.out else None


class Scan:
    """One pass over files. It can be killed at any moment and made again: see `service.scan.checkpoint`."""

    def __init__(
        self,
        files: Sequence[File],
        reading: Reading,
        output: Output,
        summary: Summary,
        copies: Copies | None,
        start: Checkpoint,
        save_every_s: float,
    ) -> None:
        """Begins at `start`; raises `CheckpointError` where what was written until there is not as it was."""
        self._files = files
        self._reading = reading
        self._output = output
        self._summary = summary
        self._copies = copies
        self._start = self._last = start
        self._save_every_s = save_every_s
        self._file, self._done, self.records = start.file, start.records, start.read
        self._sizes_before = 0
        self._stdout = typer.get_binary_stream("stdout")
        self._appended: dict[str, Appended] = {}
        paths = {"findings": output.out, "sarif": output.sarif}
        for name, path in paths.items():
            if path:
                self._appended[name] = Appended(beside(path, ".partial"), start.lengths.get(name, 0))
        if output.out:
            for row in rows_of(self._appended["findings"].path):
                summary.add(row)

    def run(self, pipeline: Pipeline, progress: Progress) -> None:
        """Reads what is left and finishes what is written; raises `PiiprobeError` where the engine gives up."""
        self._sizes_before = sum(file.size for file in self._files[: self._file])
        if self._copies:
            self._copies.clean(self._file)
        saved_at = time.monotonic()
        self._save()
        with closing(pipeline.outcomes(self._items())) as outcomes:
            for item, outcome in outcomes:
                self._take(item, outcome)
                if isinstance(item, Record):
                    progress(self._sizes_before + item.read, self.records, self._summary.findings, self._summary.failures)
                if time.monotonic() - saved_at >= self._save_every_s:
                    self._save()
                    saved_at = time.monotonic()
        self._save()
        self._finish(pipeline.engine.entity_types)

    def close(self) -> None:
        """Lets go of what is written."""
        for appended in self._appended.values():
            appended.close()
        if self._copies:
            self._copies.close()

    def _items(self) -> Iterator[Item]:
        for index in range(self._start.file, len(self._files)):
            reader = self._reading.reader(index, self._files[index])
            done = self._start.records if index == self._start.file else 0
            if done and self._copies:
                self._copies.resume(reader, self._start.lengths["copy"], self._start.copy_whole)
            yield from islice(self._of_file(reader), done, None)

    def _of_file(self, reader: Reader) -> Iterator[Item]:
        problem = self._files[reader.index].problem
        try:
            if not problem:
                yield from reader.records()
        except UnreadableError as error:
            problem = str(error)
        except OSError as error:
            problem = error.strerror or "is gzip that is cut off or damaged"
        except (EOFError, zlib.error):
            problem = "is gzip that is cut off or damaged"
        except UnicodeError:
            problem = "is no text in its encoding"
        if problem:
            yield Record(reader, None, problem=problem)
        yield Ended(reader, whole=not problem)

    def _take(self, item: Item, outcome: Outcome) -> None:
        if isinstance(item, Ended):
            self._file, self._done = item.reader.index + 1, 0
            self._sizes_before += self._files[item.reader.index].size
            if self._copies:
                self._copies.end(item)
            return
        self._done += 1
        self.records += item.source is not None or item.problem != ""
        match outcome:
            case Found(findings):
                for finding in findings:
                    self._write(item, finding)
                if self._copies:
                    self._copies.add(item, findings)
            case Failed():
                self._fail(item, outcome)
                if self._copies:
                    self._copies.leave_out(item)

    def _write(self, record: Record, finding: Finding) -> None:
        name = self._files[record.reader.index].name
        text = record.reader.text(record, finding) if self._output.show_text else None
        self._put(finding_row(name, record, finding, text))
        if appended := self._appended.get("sarif"):
            appended.write(sarif.result_line(name, record, finding, record.reader.region(record, finding)))

    def _fail(self, record: Record, failed: Failed) -> None:
        name = self._files[record.reader.index].name
        self._put(failure_row(name, record, failed))
        if appended := self._appended.get("sarif"):
            appended.write(sarif.failure_line(name, record, failed))

    def _put(self, row: Row) -> None:
        self._summary.add(row)
        if appended := self._appended.get("findings"):
            appended.write(line_of(row))
        else:
            self._stdout.write(line_of(row))

    def _save(self) -> None:
        """Makes the present state the one from which the next scan goes on."""
        if path := self._output.checkpoint:
            lengths: dict[str, int] = {name: appended.sync() for name, appended in self._appended.items()}
            copy_whole = True
            if self._copies:
                lengths["copy"], copy_whole = self._copies.sync()
            state = Checkpoint(self._start.asked, self._file, self._done, self.records, lengths, copy_whole)
            state.save(path)
        if self._copies:
            self._copies.forget()

    def _finish(self, entity_types: Sequence[str]) -> None:
        """Makes files of what has grown. Until the checkpoint is gone, all of it can be done again."""
        if out := self._output.out:
            self._publish("findings", out, WRITERS[out.suffix])
        if path := self._output.sarif:
            rules = {*entity_types, *self._summary.by_class}
            self._publish("sarif", path, partial(sarif.write, entity_types=rules, complete=not self._summary.failures))
        if path := self._output.checkpoint:
            path.unlink()
        for appended in self._appended.values():
            appended.path.unlink()

    def _publish(self, name: str, path: Path, write: Callable[[Path, Path], None]) -> None:
        self._appended[name].sync()
        new = beside(path, ".new")
        write(self._appended[name].path, new)
        replace_durably(new, path)

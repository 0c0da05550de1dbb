"""Which files are scanned, and their bytes."""

from __future__ import annotations

import fnmatch
import gzip
import io
import os
import stat
import sys
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import IO, Any, Literal

Format = Literal["text", "jsonl", "csv", "tsv", "parquet"]

STDIN = "-"

_FORMATS: dict[str, Format] = {
    ".jsonl": "jsonl",
    ".ndjson": "jsonl",
    ".csv": "csv",
    ".tsv": "tsv",
    ".parquet": "parquet",
    ".pq": "parquet",
}
_GZIP = b"\x1f\x8b"


@dataclass(frozen=True, slots=True)
class File:
    """A file to scan.

    Attributes:
        path: None for standard input.
        name: as it is reported.
        below: of the folder that was given, or its own name: where a copy of it goes.
        size: in bytes; 0 where it is not known.
        changed_ns: when it changed last.
        problem: why it cannot be read.
    """

    path: Path | None
    name: str
    below: str
    format: Format
    size: int = 0
    changed_ns: int = 0
    problem: str = ""


@dataclass(frozen=True, slots=True)
class Choice:
    """Which files of folders are taken: those that an `include` matches, or all where there is none, but for `exclude`.

    A glob is compared with a file's name and with its path below the folder, an `exclude` with those of folders too. `format` is
    that of all files, in place of what their names say. What is in `own` is what the scan writes.
    """

    include: Sequence[str] = ()
    exclude: Sequence[str] = ()
    format: Format | None = None
    own: Collection[Path] = ()

    def excludes(self, path: Path, below: str) -> bool:
        """Whether a file or folder is left out."""
        return _matches(below, self.exclude) or (bool(self.own) and path.resolve() in self.own)

    def includes(self, below: str) -> bool:
        """Whether a file is taken that is not left out."""
        return not self.include or _matches(below, self.include)


def find(paths: Sequence[str], choice: Choice) -> list[File]:
    """The files of `paths`, those of a folder by name; raises FileNotFoundError for a path that is not there."""
    files: list[File] = []
    for given in paths:
        path = Path(given)
        if given == STDIN:
            files.append(File(None, STDIN, "stdin", choice.format or "text"))
        elif path.is_dir():
            files += sorted(_walk(path, choice), key=lambda file: file.name)
        elif not os.path.lexists(path):
            raise FileNotFoundError(given)
        else:
            files.append(_file(path, path.name, choice.format))
    return files


class Bytes:
    """An open file, unpacked where it is gzip; `read` counts the bytes that were taken from it, packed as they are."""

    def __init__(self, raw: IO[bytes]) -> None:
        self._counted = _Counted(raw)
        buffered = io.BufferedReader(self._counted, 1 << 16)
        self.is_gzip = buffered.peek(2)[:2] == _GZIP
        self._stream: Any = gzip.GzipFile(fileobj=buffered) if self.is_gzip else buffered

    @property
    def read(self) -> int:
        return self._counted.count

    def text(self, encoding: str, newline: str) -> io.TextIOWrapper:
        """As text; bytes that are none become lone surrogates, which `is_text` finds."""
        return io.TextIOWrapper(self._stream, encoding, "surrogateescape", newline)


@contextmanager
def opened(file: File) -> Iterator[Bytes]:
    """Raises OSError."""
    if file.path is None:
        yield Bytes(sys.stdin.buffer)
        return
    with file.path.open("rb", buffering=0) as raw:
        yield Bytes(raw)


class _Counted(io.RawIOBase):
    def __init__(self, raw: IO[bytes]) -> None:
        self._readinto: Callable[[Any], int | None] = raw.readinto  # type: ignore[attr-defined]
        self.count = 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int | None:
        taken = self._readinto(buffer)
        self.count += taken or 0
        return taken


def _walk(folder: Path, choice: Choice) -> Iterator[File]:
    """Follows links, into each folder once: what is behind one is not left out unsaid."""
    problems: list[OSError] = []
    seen: set[tuple[int, int]] = set()
    for here, folders, names in os.walk(folder, onerror=problems.append, followlinks=True):
        place = Path(here)
        status = place.stat()
        if (status.st_dev, status.st_ino) in seen:
            folders.clear()
            continue
        seen.add((status.st_dev, status.st_ino))
        folders[:] = [name for name in folders if not choice.excludes(place / name, _below(place / name, folder))]
        for name in names:
            below = _below(place / name, folder)
            if not choice.excludes(place / name, below) and choice.includes(below):
                yield _file(place / name, below, choice.format)
    for error in problems:
        path = Path(error.filename)
        yield File(path, _shown(path), _below(path, folder), "text", problem=error.strerror or "cannot be read")


def _file(path: Path, below: str, forced: Format | None) -> File:
    format = forced or _FORMATS.get(Path(path.name.removesuffix(".gz")).suffix.lower(), "text")
    try:
        status = path.stat()
    except OSError as error:
        return File(path, _shown(path), below, format, problem=error.strerror or "cannot be read")
    problem = "" if stat.S_ISREG(status.st_mode) else "is no regular file"
    return File(path, _shown(path), below, format, status.st_size, status.st_mtime_ns, problem)


def _matches(below: str, globs: Sequence[str]) -> bool:
    name = PurePosixPath(below).name
    return any(fnmatch.fnmatchcase(below, glob) or fnmatch.fnmatchcase(name, glob) for glob in globs)


def _below(path: Path, folder: Path) -> str:
    return path.relative_to(folder).as_posix()


def _shown(path: Path) -> str:
    # A name need not be valid Unicode, but what is written is.
    return os.fsencode(path.as_posix()).decode("utf-8", "backslashreplace")

"""How far a scan has come, in a file that is there until it is finished.

What a scan writes goes into files beside the last ones (`.partial`) that only grow. A checkpoint says how long they are and which
record is next. It is written when what it speaks of is on the disk, in one step (a file that is renamed). So whatever moment a
scan is killed at, what lies behind the lengths of the last checkpoint is cut off, and the records that made it are read again:
nothing is lost and nothing doubled. Finished files appear in one step too, when everything is read.
"""

from __future__ import annotations

import fcntl
import json
import os
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path

_VERSION = 1


class CheckpointError(Exception):
    """A scan cannot go on where the last one ended; the message says why, and what to do."""


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """A state of a scan.

    Attributes:
        asked: digests of inputs, options and model, under names for people.
        file: index of the file that is read.
        records: of it that are done.
        read: records that are done, in all files.
        lengths: of the growing files, in bytes.
        copy_whole: whether the copy of the file lacks nothing so far.
    """

    asked: Mapping[str, str]
    file: int = 0
    records: int = 0
    read: int = 0
    lengths: Mapping[str, int] = field(default_factory=dict)
    copy_whole: bool = True

    def save(self, path: Path) -> None:
        """Replaces the file."""
        write_durably(path, json.dumps({"version": _VERSION, **asdict(self)}).encode())

    def resumed(self, path: Path) -> Checkpoint:
        """The last one of this scan, or itself where there is none; raises `CheckpointError` where it is another scan's."""
        try:
            saved = json.loads(path.read_bytes())
        except FileNotFoundError:
            return self
        except ValueError:
            saved = {}
        if saved.pop("version", None) != _VERSION:
            raise CheckpointError(f"{path} is no checkpoint of this version; --restart begins anew")
        last = Checkpoint(**saved)
        if changed := sorted(name for name, digest in self.asked.items() if last.asked.get(name) != digest):
            raise CheckpointError(
                f"{path} is of a scan with other {' and '.join(changed)}: what was found so far would not belong to the rest."
                " Undo the change, or begin anew with --restart"
            )
        return last


class Appended:
    """A file that only grows, held by one process; begins at `length`, behind which everything is cut off."""

    def __init__(self, path: Path, length: int = 0) -> None:
        """Raises `CheckpointError` where it is shorter, or where another process writes it."""
        path.parent.mkdir(parents=True, exist_ok=True)
        # It may hold text.
        self._file = os.fdopen(os.open(path, os.O_RDWR | os.O_CREAT, 0o600), "r+b")
        self.path = path
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            self._file.close()
            raise CheckpointError(f"{path} is being written by another scan") from None
        if os.fstat(self._file.fileno()).st_size < length:
            self._file.close()
            raise CheckpointError(f"{path} was changed since the last scan; begin anew with --restart")
        self._file.truncate(length)
        self._file.seek(length)

    def write(self, data: bytes) -> None:
        self._file.write(data)

    def sync(self) -> int:
        """Its length, once all of it is on the disk."""
        self._file.flush()
        os.fsync(self._file.fileno())
        return self._file.tell()

    def close(self) -> None:
        self._file.close()


def beside(path: Path, suffix: str) -> Path:
    """The path with something behind its name."""
    return path.with_name(f"{path.name}{suffix}")


def replace_durably(written: Path, path: Path) -> None:
    """Puts a finished file in the place of another, in one step that lasts."""
    with written.open("rb") as file:
        os.fsync(file.fileno())
    written.replace(path)
    _sync_folder(path.parent)


def write_durably(path: Path, data: bytes) -> None:
    """The same for contents."""
    written = beside(path, ".new")
    with os.fdopen(os.open(written, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    written.replace(path)
    _sync_folder(path.parent)


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)

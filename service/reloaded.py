"""What settings files hold, read again when they change."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Generic, TypeVar

from service.errors import StartError

log = logging.getLogger(__name__)

_Value = TypeVar("_Value")


class Reloaded(Generic[_Value]):
    """What `read` makes of `paths`; while new contents cannot be used, the last that could stay. For any thread.

    `read` raises OSError, or ValueError with a message that tells nothing of the contents; `name` stands for them in the log.
    """

    def __init__(self, name: str, paths: Sequence[Path], read: Callable[[], _Value]) -> None:
        """Raises `StartError` where the files cannot be used."""
        self._name = name
        self._paths = tuple(paths)
        self._read = read
        self._lock = threading.Lock()
        self._seen = self._versions()
        try:
            self._value = read()
        except (OSError, ValueError) as error:
            raise StartError(f"{name}: {_reason(error)}") from None

    def current(self) -> _Value:
        """The value as of now; looks at the files' times and sizes, and reads them where those have changed."""
        with self._lock:
            versions = self._versions()
            if versions != self._seen:
                self._read_again(versions)
            return self._value

    def _read_again(self, versions: tuple[object, ...]) -> None:
        value, problem = None, None
        try:
            value = self._read()
        except (OSError, ValueError) as error:
            problem = _reason(error)
        # Files that change while they are read may not belong together. The next call tries again.
        if self._versions() != versions:
            return
        self._seen = versions
        if value is None:
            log.error("%s: %s; what was read before stays in use", self._name, problem)
        else:
            self._value = value
            log.info("%s: read again", self._name)

    def _versions(self) -> tuple[object, ...]:
        return tuple(map(_version, self._paths))


def _version(path: Path) -> object:
    try:
        stat = path.stat()
    except OSError:
        return None
    return stat.st_mtime_ns, stat.st_size, stat.st_ino


def _reason(error: OSError | ValueError) -> str:
    return f"{error.filename}: {error.strerror}" if isinstance(error, OSError) else str(error)

"""What a failure leaves behind: where it happened, never what it says, and no memory on disk. Both may hold input text."""

from __future__ import annotations

import contextlib
import logging
import resource
import traceback
from pathlib import Path

_COREDUMP_FILTER = Path("/proc/self/coredump_filter")


def describe(error: BaseException) -> str:
    """The types of `error` and its causes, each with the places it passed, innermost last."""
    parts: list[str] = []
    seen: set[int] = set()
    current: BaseException | None = error
    while current is not None and id(current) not in seen:
        seen.add(id(current))
        frames = (f"{frame.filename}:{frame.lineno} {frame.name}" for frame in traceback.extract_tb(current.__traceback__))
        parts.append(f"{type(current).__qualname__} at " + " > ".join(frames))
        current = current.__cause__ or current.__context__
    return "; from ".join(parts)


class WithoutException(logging.Filter):
    """Replaces the exception of a record by its description."""

    def filter(self, record: logging.LogRecord) -> bool:
        if record.exc_info and record.exc_info[1] is not None:
            record.msg = f"{record.levelname.lower()} in {record.name}: {describe(record.exc_info[1])}"
            record.args, record.exc_info, record.exc_text = (), None, None
        return True


def silence_messages() -> None:
    """Keeps grpc and asyncio from logging the message of an exception that escapes a handler or a task."""
    for name in ("grpc", "grpc._cython.cygrpc", "grpc.aio", "asyncio"):
        logger = logging.getLogger(name)
        if not any(isinstance(each, WithoutException) for each in logger.filters):
            logger.addFilter(WithoutException())


def forbid_core_dumps() -> None:
    """Lets a crash of this process write none of its memory to disk."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    # The limit does not hold for a core that the system pipes to a program, which then gets one without memory.
    with contextlib.suppress(OSError):
        _COREDUMP_FILTER.write_text("0", encoding="ascii")

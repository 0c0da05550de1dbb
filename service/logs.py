"""The server's log lines, as text or as JSON. None holds the message of an exception, since that may quote input text."""

from __future__ import annotations

import json
import logging
import sys
import threading
from datetime import UTC, datetime
from types import TracebackType
from typing import Any, Literal

from service.faults import WithoutException, describe

LogFormat = Literal["text", "json"]
LogLevel = Literal["debug", "info", "warning", "error"]

log = logging.getLogger(__name__)

_OURS = ("service", "probes")
# What every record has; what else it has was given by `extra`.
_STANDARD = {*vars(logging.makeLogRecord({})), "message", "asctime", "taskName"}


class JsonFormatter(logging.Formatter):
    """One JSON object a line: time (RFC 3339, UTC), level, logger, message, and the fields given by `extra`."""

    def format(self, record: logging.LogRecord) -> str:
        fields = {name: value for name, value in vars(record).items() if name not in _STANDARD}
        moment = datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds")
        fields |= {
            "time": moment.replace("+00:00", "Z"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
        }
        # A value that JSON does not know is named, not shown: what it would show is not known here.
        return json.dumps(fields, default=lambda value: type(value).__name__)


def configure(log_format: LogFormat, level: LogLevel) -> None:
    """Sends all log lines, warnings and uncaught exceptions of this process to stderr, in place of what was set up before.

    `level` is that of our own loggers. Others' lines come from WARNING on, whatever `level` says: below it they may quote data.
    """
    handler = logging.StreamHandler(sys.stderr)
    handler.addFilter(WithoutException())
    handler.setFormatter(
        JsonFormatter() if log_format == "json" else logging.Formatter("%(asctime)s %(levelname)s %(name)s: %(message)s")
    )
    number = logging.getLevelNamesMapping()[level.upper()]
    logging.basicConfig(handlers=[handler], level=max(number, logging.WARNING), force=True)
    for name in _OURS:
        logging.getLogger(name).setLevel(number)
    logging.captureWarnings(True)
    sys.excepthook = _uncaught
    sys.unraisablehook = _unraisable
    threading.excepthook = _uncaught_in_thread


def _uncaught(kind: type[BaseException], error: BaseException, places: TracebackType | None) -> None:
    log.critical("uncaught: %s", describe(error.with_traceback(places)))


def _uncaught_in_thread(failure: threading.ExceptHookArgs) -> None:
    # As Python's own hook: SystemExit ends a thread without a word.
    if failure.exc_value is not None and failure.exc_type is not SystemExit:
        name = failure.thread.name if failure.thread else "a thread"
        log.critical("uncaught in %s: %s", name, describe(failure.exc_value))


def _unraisable(failure: Any) -> None:
    if failure.exc_value is not None:
        log.error("ignored: %s", describe(failure.exc_value))

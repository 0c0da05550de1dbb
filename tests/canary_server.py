"""A server around the fake detector; with the name of a leak, one that leaks there, to prove that it would be found."""

from __future__ import annotations

import base64
import sys
import tempfile
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

from fakes import FakeDetector
from prometheus_client import Counter

import service.interceptors
import service.metrics
import service.servicer
import service.tracing
import service.worker
from service.config import Settings
from service.server import run_process


class _Impatient(threading.Event):
    def wait(self, timeout: float | None = None) -> bool:
        return super().wait(5)


class Detector(FakeDetector):
    """`SLOW` is not quite as slow."""

    def __init__(self) -> None:
        super().__init__()
        self.go_on = _Impatient()


def _into_log() -> None:
    service.worker.describe = service.interceptors.describe = repr  # type: ignore[attr-defined]


def _into_log_encoded() -> None:
    service.worker.describe = lambda error: base64.b64encode(str(error).encode())  # type: ignore[attr-defined]


def _into_stdout() -> None:
    _wrap(FakeDetector, "documents", lambda self, texts: sys.stdout.write("".join(texts)))


def _into_status() -> None:
    def refuse(options: Any, *_: Any) -> None:
        for name in options.entity_types:
            raise service.servicer.InvalidRequestError(service.servicer.Violation("options.entity_types", f"no {name}"))

    _wrap(service.servicer, "options_of", refuse)


def _into_metrics() -> None:
    def count(metrics: Any, *_: Any, **__: Any) -> None:
        texts = Counter("texts", "Leaked.", ["text"], registry=metrics.registry)
        _wrap(FakeDetector, "documents", lambda self, batch: [texts.labels(text).inc() for text in batch])

    original = service.metrics.Metrics.__init__

    def init(self: Any, *arguments: Any, **named: Any) -> None:
        original(self, *arguments, **named)
        count(self)

    service.metrics.Metrics.__init__ = init  # type: ignore[method-assign]


def _into_spans() -> None:
    original = service.tracing.Tracing.begin

    def begin(self: Any, service_name: str, method: str, metadata: Any) -> Any:
        span = original(self, service_name, method, metadata)
        span.set_attribute("metadata", str(metadata))
        return span

    service.tracing.Tracing.begin = begin  # type: ignore[method-assign]


def _into_file() -> None:
    def write(_: Any, texts: Any) -> None:
        Path(tempfile.mkstemp()[1]).write_text("".join(texts), encoding="utf-8")

    _wrap(FakeDetector, "documents", write)


def _wrap(owner: Any, name: str, before: Callable[..., object]) -> None:
    original = getattr(owner, name)

    def wrapped(*arguments: Any) -> Any:
        before(*arguments)
        return original(*arguments)

    setattr(owner, name, wrapped)


LEAKS: dict[str, Callable[[], None]] = {
    "log": _into_log,
    "log, encoded": _into_log_encoded,
    "stdout": _into_stdout,
    "status": _into_status,
    "metrics": _into_metrics,
    "spans": _into_spans,
    "file": _into_file,
}

if __name__ == "__main__":
    for leak in sys.argv[1:]:
        LEAKS[leak]()
    run_process(Settings(), Detector)

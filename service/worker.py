"""A thread that reads what the queue holds; a text that breaks the detector does not take its neighbours with it."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Sequence
from typing import TypeVar

from service.detector import Detector, Document, Reading, Residuals
from service.errors import DetectorFailedError
from service.faults import describe
from service.observer import BatchRead, DocumentConcluded, Observer
from service.queue import Batch, Conclude, Outcome, Part, Queue

log = logging.getLogger(__name__)

_Item = TypeVar("_Item")
_Result = TypeVar("_Result")


class Worker(threading.Thread):
    """Reads batches until the queue is closed. Whatever ends it otherwise is given to `broke`, in this thread."""

    def __init__(
        self, name: str, detector: Detector, queue: Queue, observer: Observer, broke: Callable[[BaseException], None]
    ) -> None:
        # A daemon, because a forward pass cannot be interrupted and the interpreter would wait for it.
        super().__init__(name=name, daemon=True)
        self._detector = detector
        self._queue = queue
        self._observer = observer
        self._broke = broke

    def run(self) -> None:
        try:
            while (batch := self._queue.take()) is not None:
                self._serve(batch)
                # Otherwise the last texts stay in memory until the next ones come.
                del batch
        except BaseException as error:
            self._broke(error)

    def _serve(self, batch: Batch) -> None:
        began = time.perf_counter()
        for wait in batch.waits:
            self._observer.waited(wait)
        for entry, failure in self._queue.collect(batch, isolated(self._read, batch.parts)):
            entry.answer(failure or concluded(entry.conclude, entry.document, entry.ordered, self._observer))
        self._queue.done(batch, time.perf_counter() - began)

    def _read(self, parts: Sequence[Part]) -> Sequence[Reading]:
        windows = [(part.entry.document, part.window) for part in parts]
        began = time.perf_counter()
        residuals: Residuals = self._detector.forward(windows)
        between = time.perf_counter()
        readings = self._detector.probe(residuals)
        tokens = sum(len(window) for _, window in windows)
        self._observer.batch_read(BatchRead(tokens, residuals.computed, between - began, time.perf_counter() - between))
        return readings


def isolated(work: Callable[[Sequence[_Item]], Sequence[_Result]], items: Sequence[_Item]) -> list[_Result | DetectorFailedError]:
    """One result of `work` for each item; where it raises, both halves are tried alone, down to the items that break it."""
    try:
        results = list(work(items))
        if len(results) != len(items):
            raise ValueError("the detector did not give one result for each input")
        return [*results]
    except Exception as error:
        if len(items) == 1:
            return [_failure(error)]
    # Outside the handler: the exception holds the tensors of the pass that failed, perhaps for want of memory.
    half = len(items) // 2
    return isolated(work, items[:half]) + isolated(work, items[half:])


def concluded(conclude: Conclude, document: Document, readings: Sequence[Reading], observer: Observer) -> Outcome:
    """The detection of a document, or that the detector broke on it."""
    began = time.perf_counter()
    try:
        detection = conclude(document, readings)
    except Exception as error:
        return _failure(error)
    observer.document_concluded(
        DocumentConcluded(
            tokens=detection.tokens,
            characters=len(document.text),
            decode_s=time.perf_counter() - began,
            findings=[(found.entity_type, found.end - found.start) for found in detection.findings],
            scores=detection.scores,
            activations=detection.activations,
        )
    )
    return detection


def _failure(error: Exception) -> DetectorFailedError:
    log.error("the detector failed on a document: %s", describe(error))
    return DetectorFailedError()

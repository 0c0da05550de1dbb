"""Runs a blocking detector in one thread, first come first served."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from typing import Protocol

from probes.finding import Detection
from probes.operating_point import OperatingPoint
from service.faults import describe
from service.validation import Options

log = logging.getLogger(__name__)


class Manifest(Protocol):
    """What the service says about a bundle."""

    @property
    def name(self) -> str: ...
    @property
    def version(self) -> str: ...
    @property
    def base_model(self) -> str: ...
    @property
    def layer(self) -> int: ...
    @property
    def d_model(self) -> int: ...
    @property
    def d_sae(self) -> int: ...
    @property
    def entity_types(self) -> Sequence[str]: ...
    @property
    def feature_ids(self) -> Sequence[int]: ...
    @property
    def operating_points(self) -> Mapping[str, OperatingPoint]: ...


class Detector(Protocol):
    """What the service needs of `probes.detector.Detector`; `detect` blocks and gives one detection for each text."""

    @property
    def manifest(self) -> Manifest: ...
    @property
    def digest(self) -> str: ...
    def detect(
        self, texts: Sequence[str], *, top_features: int = 5, operating_point: str = "balanced", structure: bool = True
    ) -> list[Detection]: ...


class EngineUnavailableError(Exception):
    """The detector is still loading, or the engine has ended."""


class DetectorFailedError(Exception):
    """The detector broke on this request; nothing is known about its texts."""


@dataclass(frozen=True, slots=True)
class _Job:
    texts: Sequence[str]
    options: Options
    answer: asyncio.Future[list[Detection]]


class Engine:
    """Loads and calls the detector in the same thread, since a detector is confined to one. Belongs to one event loop."""

    def __init__(self, load: Callable[[], Detector]) -> None:
        self._load = load
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="detector")
        self._queue: asyncio.Queue[_Job] = asyncio.Queue()
        self._waiting: set[asyncio.Future[list[Detection]]] = set()
        self._detector: Detector | None = None

    @property
    def detector(self) -> Detector:
        """The loaded detector, for what it says about itself; raises `EngineUnavailableError` before and after."""
        if self._detector is None:
            raise EngineUnavailableError
        return self._detector

    async def load(self) -> Detector:
        """Loads the detector; raises what its loading raises."""
        self._detector = await asyncio.get_running_loop().run_in_executor(self._thread, self._load)
        return self._detector

    async def detect(self, texts: Sequence[str], options: Options) -> list[Detection]:
        """One detection for each text; cancel it to give up one's place in the queue.

        Raises `EngineUnavailableError` or `DetectorFailedError`.
        """
        _ = self.detector
        answer: asyncio.Future[list[Detection]] = asyncio.get_running_loop().create_future()
        self._waiting.add(answer)
        self._queue.put_nowait(_Job(texts, options, answer))
        try:
            return await answer
        finally:
            self._waiting.discard(answer)

    async def run(self) -> None:
        """Serves until cancelled or broken; however it ends, whoever waits gets `EngineUnavailableError`."""
        try:
            while True:
                job = await self._queue.get()
                # The caller has gone, or its deadline has passed.
                if not job.answer.done():
                    await self._serve(job)
        finally:
            self._detector = None
            for answer in self._waiting:
                if not answer.done():
                    answer.set_exception(EngineUnavailableError())
            self._thread.shutdown(wait=False, cancel_futures=True)

    async def _serve(self, job: _Job) -> None:
        call = partial(_detect, self.detector, job.texts, job.options)
        try:
            detections = await asyncio.get_running_loop().run_in_executor(self._thread, call)
        except Exception as error:
            log.error("the detector failed on a request of %d documents: %s", len(job.texts), describe(error))
            if not job.answer.done():
                job.answer.set_exception(DetectorFailedError())
        else:
            if not job.answer.done():
                job.answer.set_result(detections)


class _ThreadBrokenError(BaseException):
    """Not an Exception, so that it ends `Engine.run`; not SystemExit, which asyncio would let end the loop without a word."""


def _detect(detector: Detector, texts: Sequence[str], options: Options) -> list[Detection]:
    try:
        detections = detector.detect(
            texts,
            top_features=options.top_features,
            operating_point=options.operating_point,
            structure=options.structure,
        )
    except Exception:
        raise
    except BaseException as error:
        raise _ThreadBrokenError from error
    if len(detections) != len(texts):
        raise ValueError("the detector did not give one detection for each text")
    return detections

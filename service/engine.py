"""The detector for the event loop: loads it, tokenizes in threads, queues, and waits for what the workers make of it."""

from __future__ import annotations

import asyncio
import math
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import nullcontext
from dataclasses import dataclass
from functools import partial
from typing import Any

from probes.finding import Detection
from probes.operating_point import BALANCED
from service.config import DEFAULT_TOP_FEATURES
from service.detector import Detector
from service.errors import DetectorFailedError, EngineUnavailableError, ExpiredError
from service.observer import Observer
from service.queue import Conclude, Entry, Limits, Outcome, Queue, QueueStats
from service.validation import Options
from service.worker import Worker, concluded, isolated

WARM_UP = "The first text that a model reads takes longer: write to warm.up@example.com."

# Two, so that short requests pass a long document.
_TOKENIZERS = 2
# Of one turn at a tokenizer, so that a large batch does not keep it from others; 0.1 s.
_TURN_CHARACTERS = 200_000


class EngineBrokenError(Exception):
    """A worker ended; its cause says why."""


@dataclass(frozen=True, slots=True)
class EngineStats:
    """How full the queue is, and how many documents were answered since the start: `failed` those that broke the detector."""

    queue: QueueStats
    answered: int
    failed: int


class Engine:
    """`load`, then `run` until it is cancelled or breaks. Belongs to one event loop."""

    def __init__(self, load: Callable[[], Detector], limits: Limits, workers: int, observer: Observer | None = None) -> None:
        self._load = load
        self._observer = observer or Observer()
        self._workers = workers
        self._queue = Queue(limits, workers, self._on_room)
        # Not asyncio's own, whose threads the end of the loop waits for: loading may take minutes.
        self._threads = ThreadPoolExecutor(_TOKENIZERS, thread_name_prefix="tokenizer")
        self._answers: set[asyncio.Future[Outcome]] = set()
        self._turn = asyncio.Lock()
        self._room = asyncio.Event()
        self._answered = self._failed = 0
        self._detector: Detector | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._loop_lock = threading.Lock()
        self._broken: asyncio.Future[None] | None = None

    @property
    def detector(self) -> Detector:
        """The loaded detector, for what it says about itself; raises `EngineUnavailableError` before and after."""
        if self._detector is None:
            raise EngineUnavailableError
        return self._detector

    def stats(self) -> EngineStats:
        """A copy."""
        return EngineStats(self._queue.stats(), self._answered, self._failed)

    async def load(self) -> Detector:
        """Loads the detector, starts the workers and reads one text.

        Raises what the loading raises, `DetectorFailedError` where that text breaks the detector, or `EngineBrokenError`.
        """
        self._loop = asyncio.get_running_loop()
        self._broken = self._loop.create_future()
        try:
            detector = await self._loop.run_in_executor(self._threads, partial(_exceptions_only, self._load))
            for number in range(self._workers):
                Worker(f"worker-{number}", detector, self._queue, self._observer, self._break).start()
            conclude = partial(detector.conclude, top_features=DEFAULT_TOP_FEATURES, operating_point=BALANCED, structure=True)
            (outcome,) = await self._outcomes(detector, [WARM_UP], conclude, math.inf, wait=False)
            if isinstance(outcome, DetectorFailedError):
                raise outcome
        except BaseException:
            self._end()
            if self._broken.done():
                self._broken.result()
            raise
        self._detector = detector
        return detector

    async def run(self) -> None:
        """Serves until cancelled, or raises `EngineBrokenError`; however it ends, whoever waits gets `EngineUnavailableError`."""
        if self._broken is None:
            raise EngineUnavailableError
        try:
            await self._broken
        finally:
            self._end()

    async def detect(
        self, texts: Sequence[str], options: Options, *, deadline: float = math.inf, wait: bool = False
    ) -> list[Detection | DetectorFailedError]:
        """What became of each text; cancel it to give up all places in the queue.

        Args:
            texts: admitted all or none.
            options: of all of them.
            deadline: when the caller stops waiting, in seconds of `time.monotonic`.
            wait: whether to wait for room in the queue, behind others that do, instead of being refused.

        Raises:
            OverloadedError: the queue is full.
            ExpiredError: the deadline passes before the texts could be read.
            EngineUnavailableError: the detector is still loading, or the engine has ended.
        """
        detector = self.detector
        conclude = partial(
            detector.conclude,
            top_features=options.top_features,
            operating_point=options.operating_point,
            structure=options.structure,
            thresholds=options.thresholds,
        )
        outcomes = await self._outcomes(detector, texts, conclude, deadline, wait=wait)
        failed = sum(isinstance(outcome, DetectorFailedError) for outcome in outcomes)
        self._failed += failed
        self._answered += len(outcomes) - failed
        return outcomes

    async def _outcomes(
        self, detector: Detector, texts: Sequence[str], conclude: Conclude, deadline: float, *, wait: bool
    ) -> list[Outcome]:
        # Those who wait are let in one at a time and in the order in which they came. The turn is kept until the tokens count, or
        # all who wait would take the same room.
        async with self._turn if wait else nullcontext():
            answers, entries = await self._admitted(detector, texts, conclude, deadline, wait=wait)
        self._answers.update(answers)
        try:
            return await asyncio.gather(*answers)
        finally:
            self._queue.leave(entries)
            self._answers.difference_update(answers)

    async def _admitted(
        self, detector: Detector, texts: Sequence[str], conclude: Conclude, deadline: float, *, wait: bool
    ) -> tuple[list[asyncio.Future[Outcome]], list[Entry]]:
        """An answer for each text, and the documents that are in the queue to be answered."""
        if wait:
            await self._until_room(len(texts))
        self._queue.reserve(len(texts))
        answers: list[asyncio.Future[Outcome]] = []
        entries: list[Entry] = []
        try:
            for document in await self._tokenized(detector, texts, conclude):
                answer = asyncio.get_running_loop().create_future()
                answers.append(answer)
                if isinstance(document, (Detection, DetectorFailedError)):
                    answer.set_result(document)
                else:
                    entries.append(Entry(document, conclude, partial(self._post, _settle, answer), deadline))
            if wait:
                await self._until_room(0)
            self._queue.put(entries)
        finally:
            self._queue.release(len(texts))
        return answers, entries

    async def _tokenized(self, detector: Detector, texts: Sequence[str], conclude: Conclude) -> list[Any]:
        """A document with windows for each text, or already what became of it."""
        documents: list[Any] = []
        for turn in _turns(texts):
            if self._loop is None:
                raise EngineUnavailableError
            documents += await self._loop.run_in_executor(self._threads, self._tokenize, detector, turn, conclude)
        return documents

    def _tokenize(self, detector: Detector, texts: Sequence[str], conclude: Conclude) -> list[Any]:
        began = time.perf_counter()
        try:
            documents = isolated(detector.documents, texts)
            self._observer.tokenized(time.perf_counter() - began)
            return [
                document
                if isinstance(document, DetectorFailedError) or document.windows
                else concluded(conclude, document, [], self._observer)
                for document in documents
            ]
        except BaseException as error:
            self._break(error)
        raise EngineUnavailableError

    async def _until_room(self, documents: int) -> None:
        self._room.clear()
        while not self._queue.has_room(documents):
            await self._room.wait()
            self._room.clear()

    def _on_room(self) -> None:
        if self._turn.locked():
            self._post(self._room.set)

    def _break(self, error: BaseException) -> None:
        self._post(self._fail, error)

    def _fail(self, error: BaseException) -> None:
        if self._broken is not None and not self._broken.done():
            broken = EngineBrokenError()
            broken.__cause__ = error
            self._broken.set_exception(broken)
        self._end()

    def _post(self, callback: Callable[..., object], *arguments: Any) -> None:
        """Lets the loop call back, from any thread; without effect once the engine has ended, since the loop may have too."""
        with self._loop_lock:
            if self._loop is not None:
                self._loop.call_soon_threadsafe(callback, *arguments)

    def _end(self) -> None:
        with self._loop_lock:
            self._loop = None
        self._detector = None
        self._queue.close()
        self._room.set()
        for answer in self._answers:
            if not answer.done():
                answer.set_exception(EngineUnavailableError())
        self._threads.shutdown(wait=False)


def _exceptions_only(load: Callable[[], Detector]) -> Detector:
    # SystemExit from a thread would end the event loop without a word.
    try:
        return load()
    except Exception:
        raise
    except BaseException as error:
        raise EngineBrokenError from error


def _turns(texts: Sequence[str]) -> Iterator[Sequence[str]]:
    first = characters = 0
    for index, text in enumerate(texts):
        if index > first and characters + len(text) > _TURN_CHARACTERS:
            yield texts[first:index]
            first, characters = index, 0
        characters += len(text)
    if first < len(texts):
        yield texts[first:]


def _settle(answer: asyncio.Future[Outcome], outcome: Outcome | ExpiredError) -> None:
    if answer.done():
        return
    if isinstance(outcome, ExpiredError):
        answer.set_exception(outcome)
    else:
        answer.set_result(outcome)

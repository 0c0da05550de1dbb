"""The engine in an event loop, around the fake detector."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager

import pytest
from fakes import BREAKS, DIES, PUZZLES, SLOW, UNREADABLE, Calls, FakeDetector, FakeDocument, FakeReading, FakeWindow

from piiprobe.v1 import pii_pb2
from probes.errors import BundleError
from probes.finding import Detection
from service.detector import Detector
from service.engine import WARM_UP, Engine, EngineBrokenError
from service.errors import DetectorFailedError, EngineUnavailableError, ExpiredError, OverloadedError
from service.queue import Limits
from service.validation import Options

CANARY = "canary-7f3a"
OPTIONS = Options(frozenset(), 5, pii_pb2.OFFSET_ENCODING_CODE_POINTS, "balanced", True)
LIMITS = Limits(documents=1000, tokens=100_000, batch_tokens=514)

Begin = Callable[..., Awaitable[tuple[Engine, FakeDetector]]]


@asynccontextmanager
async def running(
    detector: FakeDetector | None = None, *, limits: Limits = LIMITS, workers: int = 1
) -> AsyncIterator[tuple[Engine, FakeDetector]]:
    detector = detector or FakeDetector()
    engine = Engine(lambda: detector, limits, workers)
    await engine.load()
    run = asyncio.create_task(engine.run())
    try:
        yield engine, detector
    finally:
        detector.go_on.set()
        run.cancel()
        await asyncio.wait((run,))


@pytest.fixture
async def begin() -> AsyncIterator[Begin]:
    """Runs engines until the end of the test."""
    async with AsyncExitStack() as stack:

        async def enter(*arguments: FakeDetector, limits: Limits = LIMITS, workers: int = 1) -> tuple[Engine, FakeDetector]:
            return await stack.enter_async_context(running(*arguments, limits=limits, workers=workers))

        yield enter


async def occupied(engine: Engine, detector: FakeDetector) -> asyncio.Task[list[Detection | DetectorFailedError]]:
    slow = asyncio.create_task(engine.detect([SLOW], OPTIONS))
    assert await asyncio.to_thread(detector.started.wait, 5)
    return slow


async def test_outcomes_are_in_the_order_of_the_texts(begin: Begin) -> None:
    engine, detector = await begin(workers=3)
    lengths = [300, 1, 0, 700, 2, 513, 40]
    texts = [" ".join([f"{index}@example.com"] * length) for index, length in enumerate(lengths)]
    outcomes = await engine.detect(texts, OPTIONS)
    assert [outcome.tokens for outcome in outcomes if isinstance(outcome, Detection)] == lengths
    assert max(len(" ".join(batch).split()) + len(batch) for batch in detector.batches) <= LIMITS.batch_tokens
    stats = engine.stats()
    assert (stats.answered, stats.failed, stats.queue.waiting_documents, stats.queue.waiting_tokens) == (7, 0, 0, 0)


async def test_a_large_batch_is_tokenized_in_turns(begin: Begin, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("service.engine._TURN_CHARACTERS", 10)
    engine, detector = await begin()
    turns: list[list[str]] = []
    real = detector.documents
    monkeypatch.setattr(detector, "documents", lambda texts: turns.append(list(texts)) or real(texts))
    texts = ["four", "four", "four", "a text of many", "x"]
    outcomes = await engine.detect(texts, OPTIONS)
    assert turns == [["four", "four"], ["four"], ["a text of many"], ["x"]]
    assert [outcome.tokens for outcome in outcomes if isinstance(outcome, Detection)] == [1, 1, 1, 4, 1]


@pytest.mark.parametrize("fault", [BREAKS, PUZZLES, UNREADABLE])
async def test_only_the_poisoned_document_fails(begin: Begin, fault: str) -> None:
    engine, _ = await begin(workers=2)
    outcomes = await engine.detect(["a", f"{'long ' * 600} {fault}", "b"], OPTIONS)
    assert [type(outcome) for outcome in outcomes] == [Detection, DetectorFailedError, Detection]
    assert (engine.stats().answered, engine.stats().failed, engine.stats().queue.waiting_tokens) == (2, 1, 0)


class Growing(FakeDetector):
    """Has no memory for more than three windows at once."""

    def read(self, windows: Sequence[tuple[FakeDocument, FakeWindow]]) -> list[FakeReading]:
        if len(windows) > 3:
            raise MemoryError
        return super().read(windows)


async def test_a_batch_that_is_too_large_for_the_memory_is_read_in_parts(begin: Begin) -> None:
    engine, detector = await begin(Growing())
    outcomes = await engine.detect([str(index) for index in range(10)], OPTIONS)
    assert all(isinstance(outcome, Detection) for outcome in outcomes)
    assert max(map(len, detector.batches)) <= 3


async def test_a_cancelled_request_leaves_nothing_behind(begin: Begin) -> None:
    engine, detector = await begin()
    slow = await occupied(engine, detector)
    arrivals = Calls(engine._queue, "put")
    waiting = asyncio.create_task(engine.detect(["a", "b " * 1000], OPTIONS))
    await arrivals.wait()
    assert engine.stats().queue.waiting_documents == 2
    waiting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await waiting
    stats = engine.stats().queue
    assert (stats.waiting_documents, stats.waiting_tokens, stats.dropped["cancelled"]) == (0, 0, 2)
    assert not engine._answers - {answer for answer in engine._answers if not answer.done()}
    detector.go_on.set()
    await slow
    await engine.detect(["c"], OPTIONS)
    assert detector.seen == [SLOW, "c"]


async def test_a_request_cancelled_while_it_is_tokenized_gives_its_reservation_back(
    begin: Begin, monkeypatch: pytest.MonkeyPatch
) -> None:
    engine, detector = await begin()
    began, go_on = threading.Event(), threading.Event()
    real = detector.documents

    def documents(texts: Sequence[str]) -> list[FakeDocument]:
        began.set()
        go_on.wait(5)
        return real(texts)

    monkeypatch.setattr(detector, "documents", documents)
    waiting = asyncio.create_task(engine.detect(["a", "b"], OPTIONS))
    assert await asyncio.to_thread(began.wait, 5)
    assert engine.stats().queue.waiting_documents == 2
    waiting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await waiting
    assert engine.stats().queue.waiting_documents == 0
    go_on.set()
    assert len(await engine.detect(["c"], OPTIONS)) == 1
    assert detector.seen == ["c"]


async def test_a_deadline_that_has_passed_is_an_error_and_the_model_is_spared(begin: Begin) -> None:
    engine, detector = await begin()
    with pytest.raises(ExpiredError):
        await engine.detect(["a", "b"], OPTIONS, deadline=time.monotonic())
    assert not detector.seen
    assert engine.stats().queue.dropped["expired"] == 2


async def test_who_waits_for_room_gets_it_in_turn_and_is_never_refused(begin: Begin) -> None:
    engine, detector = await begin(limits=Limits(documents=2, tokens=100, batch_tokens=514))
    slow = await occupied(engine, detector)
    arrivals = Calls(engine._queue, "put")
    first = [asyncio.create_task(engine.detect([name], OPTIONS, wait=True)) for name in ("a", "b")]
    await arrivals.wait(2)
    patient = [asyncio.create_task(engine.detect([name, f"{name}2"], OPTIONS, wait=True)) for name in ("c", "d", "e")]
    with pytest.raises(OverloadedError):
        await engine.detect(["impatient"], OPTIONS)
    detector.go_on.set()
    await asyncio.gather(slow, *first, *patient)
    assert detector.seen == [SLOW, "a", "b", "c", "c2", "d", "d2", "e", "e2"]
    assert engine.stats().queue.rejected == {"documents": 1, "tokens": 0}


async def test_room_for_tokens_is_waited_for_as_well(begin: Begin) -> None:
    engine, detector = await begin(limits=Limits(documents=100, tokens=5, batch_tokens=514))
    slow = await occupied(engine, detector)
    arrivals = Calls(engine._queue, "put")
    first = asyncio.create_task(engine.detect(["a b c d e"], OPTIONS))
    await arrivals.wait()
    with pytest.raises(OverloadedError) as caught:
        await engine.detect(["impatient"], OPTIONS)
    assert caught.value.full == "tokens"
    patient = asyncio.create_task(engine.detect(["patient"], OPTIONS, wait=True))
    gone = asyncio.create_task(engine.detect(["gone"], OPTIONS, wait=True))
    await asyncio.sleep(0)
    gone.cancel()
    detector.go_on.set()
    await asyncio.gather(slow, first, patient)
    assert detector.seen == [SLOW, "a b c d e", "patient"]
    assert engine.stats().queue.waiting_documents == 0


async def test_the_detector_is_warm_before_it_is_loaded() -> None:
    read: list[str] = []
    loaded: list[bool] = []

    class Noting(FakeDetector):
        def read(self, windows: Sequence[tuple[FakeDocument, FakeWindow]]) -> list[FakeReading]:
            read.extend(document.text for document, _ in windows)
            loaded.append(engine._detector is not None)
            return super().read(windows)

    engine = Engine(Noting, LIMITS, 1)
    with pytest.raises(EngineUnavailableError):
        await engine.detect(["a"], OPTIONS)
    assert await engine.load() is engine.detector
    assert (read, loaded) == ([WARM_UP], [False])
    await engine.detect(["a"], OPTIONS)
    # The warm-up was done and measured before the next text was taken.
    assert engine.stats().queue.seconds_per_token > 0
    engine._end()


@pytest.mark.parametrize(
    ("failure", "expected"),
    [(RuntimeError(CANARY), DetectorFailedError), (SystemExit(CANARY), EngineBrokenError), (MemoryError(), DetectorFailedError)],
)
@pytest.mark.parametrize("method", ["documents", "read", "conclude"])
async def test_a_detector_that_cannot_read_the_first_text_is_not_loaded(
    failure: BaseException, expected: type[Exception], method: str, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise failure

    detector = FakeDetector()
    setattr(detector, method, fail)
    engine = Engine(lambda: detector, LIMITS, 1)
    with pytest.raises(expected):
        await engine.load()
    with pytest.raises(EngineUnavailableError):
        await engine.detect(["a"], OPTIONS)
    assert CANARY not in caplog.text


@pytest.mark.parametrize(("failure", "expected"), [(BundleError("x"), BundleError), (SystemExit(0), EngineBrokenError)])
async def test_loading_raises_what_the_loader_raises(failure: BaseException, expected: type[Exception]) -> None:
    def load() -> Detector:
        raise failure

    with pytest.raises(expected):
        await Engine(load, LIMITS, 1).load()


@pytest.mark.parametrize("method", ["documents", "read", "conclude"])
async def test_when_a_thread_dies_everyone_is_told(method: str, monkeypatch: pytest.MonkeyPatch) -> None:
    detector = FakeDetector()
    engine = Engine(lambda: detector, Limits(documents=4, tokens=1000, batch_tokens=514), 1)
    await engine.load()
    run = asyncio.create_task(engine.run())
    slow = await occupied(engine, detector)

    def die(*_: object, **__: object) -> None:
        raise SystemExit

    if method != "documents":
        monkeypatch.setattr(detector, method, die)
    arrivals = Calls(engine._queue, "put")
    waiting = [asyncio.create_task(engine.detect([name, "x"], OPTIONS)) for name in ("a", "b")]
    await arrivals.wait(2)
    for_room = asyncio.create_task(engine.detect(["c"], OPTIONS, wait=True))
    await asyncio.sleep(0)
    if method == "documents":
        # Those who leave make room for the one who waits, whose text is then tokenized.
        monkeypatch.setattr(detector, method, die)
        engine._queue.leave([entry for entry in engine._queue._waiting if entry.document.text == "x"])
    else:
        detector.go_on.set()
    answers = await asyncio.wait_for(asyncio.gather(*waiting, for_room, slow, return_exceptions=True), 5)
    assert {type(answer) for answer in answers[:-1]} == {EngineUnavailableError}
    with pytest.raises(EngineBrokenError) as caught:
        await asyncio.wait_for(run, 5)
    assert isinstance(caught.value.__cause__, SystemExit)
    with pytest.raises(EngineUnavailableError):
        await engine.detect(["late"], OPTIONS)
    detector.go_on.set()


async def test_a_poisoned_text_that_kills_the_thread_fails_its_neighbours_too(begin: Begin) -> None:
    engine, _ = await begin()
    answers = await asyncio.gather(*(engine.detect([text], OPTIONS) for text in ("a", DIES, "b")), return_exceptions=True)
    assert isinstance(answers[1], EngineUnavailableError)


def test_an_answer_after_the_end_of_the_loop_is_dropped(monkeypatch: pytest.MonkeyPatch) -> None:
    detector = FakeDetector()
    failures: list[object] = []
    monkeypatch.setattr(threading, "excepthook", failures.append)
    go_on = threading.Event()
    real = detector.read

    def read(windows: Sequence[tuple[FakeDocument, FakeWindow]]) -> list[FakeReading]:
        readings = real(windows)
        # The end of `running` lets the model go on, but this one takes longer.
        if windows[0][0].text == SLOW:
            go_on.wait(10)
        return readings

    async def ended_while_the_model_reads() -> None:
        async with running(detector) as (engine, _):
            slow = await occupied(engine, detector)
        with pytest.raises(EngineUnavailableError):
            await slow

    monkeypatch.setattr(detector, "read", read)
    before = set(threading.enumerate())
    asyncio.run(ended_while_the_model_reads())
    (worker,) = set(threading.enumerate()) - before
    go_on.set()
    worker.join(5)
    assert not worker.is_alive()
    assert not failures

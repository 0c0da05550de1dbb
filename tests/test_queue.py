"""The queue and a worker, without an event loop."""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import pytest
from fakes import FakeResiduals
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from probes.finding import Detection
from service.errors import DetectorFailedError, EngineUnavailableError, ExpiredError, OverloadedError
from service.observer import Observer
from service.queue import Batch, Entry, Limits, Queue
from service.worker import Worker, isolated

ROOMY = Limits(documents=1000, tokens=1_000_000, batch_tokens=10)


@dataclass(frozen=True)
class Text:
    """A document whose windows are ranges of so many tokens."""

    text: str
    windows: tuple[range, ...]


@dataclass
class Answers:
    """What became of documents, by name, in the order of the answers."""

    all: list[tuple[str, Any]] = field(default_factory=list)

    def entry(self, name: str, *tokens: int, deadline: float = float("inf"), conclude: Callable[..., Any] | None = None) -> Entry:
        document = Text(name, tuple(map(range, tokens)))
        return Entry(
            document, conclude or (lambda *_: Detection((), 0)), lambda outcome: self.all.append((name, outcome)), deadline
        )

    def of(self, name: str) -> Any:
        (outcome,) = [outcome for each, outcome in self.all if each == name]
        return outcome


def names(batch: Batch | None) -> list[tuple[str, int]]:
    assert batch is not None
    return [(part.entry.document.text, part.index) for part in batch.parts]  # type: ignore[attr-defined]


def read(queue: Queue, batch: Batch | None, seconds: float = 0.0) -> None:
    assert batch is not None
    finished = queue.collect(batch, list(batch.parts))
    for entry, failure in finished:
        entry.answer(failure or Detection((), 0))
    queue.done(batch, seconds)


def test_what_waits_is_taken_up_to_a_batch_and_sorted_by_length() -> None:
    queue, answers = Queue(ROOMY, 1), Answers()
    queue.put([answers.entry("a", 5), answers.entry("b", 2), answers.entry("c", 3), answers.entry("d", 1)])
    assert names(queue.take()) == [("b", 0), ("c", 0), ("a", 0)]
    assert names(queue.take()) == [("d", 0)]


def test_a_window_larger_than_a_batch_is_read_alone() -> None:
    queue, answers = Queue(ROOMY, 1), Answers()
    queue.put([answers.entry("large", 99), answers.entry("small", 1)])
    assert names(queue.take()) == [("large", 0)]
    assert names(queue.take()) == [("small", 0)]


def test_long_documents_and_short_ones_take_turns() -> None:
    queue, answers = Queue(ROOMY, 1), Answers()
    queue.put([answers.entry("long", 5, 5, 5, 5), answers.entry("longer", *[5] * 6)])
    assert names(queue.take()) == [("long", 0), ("longer", 0)]
    queue.put([answers.entry("short", 4)])
    assert names(queue.take()) == [("long", 1), ("longer", 1)]
    assert names(queue.take()) == [("short", 0), ("long", 2)]
    assert names(queue.take()) == [("longer", 2), ("long", 3)]
    assert names(queue.take()) == [("longer", 3), ("longer", 4)]
    assert names(queue.take()) == [("longer", 5)]


def test_a_document_is_answered_once_when_its_last_window_is_read() -> None:
    queue, answers = Queue(ROOMY, 2), Answers()
    queue.put([answers.entry("a", 10, 10)])
    first, second = queue.take(), queue.take()
    assert queue.stats().reading_tokens == 20
    read(queue, second)
    assert not answers.all
    read(queue, first)
    assert [name for name, _ in answers.all] == ["a"]
    stats = queue.stats()
    assert (stats.reading_tokens, stats.reading_batches, stats.batches, stats.tokens) == (0, 0, 2, 20)


def test_readings_are_in_the_order_of_the_windows() -> None:
    queue, answers = Queue(ROOMY, 1), Answers()
    entry = answers.entry("a", 6, 4)
    queue.put([entry])
    batch = queue.take()
    assert names(batch) == [("a", 1), ("a", 0)]
    assert batch is not None
    queue.collect(batch, ["second", "first"])
    assert entry.ordered == ["first", "second"]


def test_too_many_documents_are_refused_all_together() -> None:
    queue, answers = Queue(Limits(documents=3, tokens=100, batch_tokens=10), 1), Answers()
    queue.reserve(2)
    with pytest.raises(OverloadedError) as caught:
        queue.reserve(2)
    assert caught.value.full == "documents"
    queue.put([answers.entry("a", 1), answers.entry("b", 1)])
    queue.release(2)
    assert (queue.has_room(1), queue.has_room(2)) == (True, False)
    with pytest.raises(OverloadedError):
        queue.reserve(2)
    assert queue.stats().rejected == {"documents": 2, "tokens": 0}
    queue.take()
    queue.reserve(3)


def test_an_idle_queue_refuses_nothing() -> None:
    queue, answers = Queue(Limits(documents=1, tokens=1, batch_tokens=10), 1), Answers()
    queue.reserve(5)
    queue.put([answers.entry(str(index), 9, 9) for index in range(5)])
    queue.release(5)
    assert queue.stats().waiting_tokens == 90


def test_tokens_over_the_limit_refuse_the_next_with_the_seconds_until_they_are_read() -> None:
    queue, answers = Queue(Limits(documents=100, tokens=20, batch_tokens=10), 2), Answers()
    queue.put([answers.entry("measured", 10)])
    read(queue, queue.take(), seconds=5)
    assert queue.stats().seconds_per_token == 0.5
    queue.put([answers.entry("a", 19)])
    queue.reserve(1)
    queue.put([answers.entry("b", 10, 11)])
    assert not queue.has_room(1)
    for attempt in (lambda: queue.reserve(1), lambda: queue.put([answers.entry("c", 1)])):
        with pytest.raises(OverloadedError) as caught:
            attempt()
        assert caught.value.full == "tokens"
        assert caught.value.retry_after_s == 40 * 0.5 / 2
    assert queue.stats().rejected == {"documents": 0, "tokens": 2}


def test_the_pace_follows_the_tokens_of_late() -> None:
    queue, answers = Queue(Limits(10, 10**6, batch_tokens=100_000), 1), Answers()
    for tokens, seconds in ((10, 10.0), (100_000, 100.0)):
        queue.put([answers.entry("x", tokens)])
        read(queue, queue.take(), seconds)
    # The slow first ten tokens hardly count any more.
    assert queue.stats().seconds_per_token == pytest.approx(0.001, rel=0.01)


def test_who_leaves_frees_the_place_and_is_not_read() -> None:
    rooms = []
    queue, answers = Queue(ROOMY, 1, lambda: rooms.append(1)), Answers()
    entries = [answers.entry("a", 3), answers.entry("b", 3, 3), answers.entry("c", 3)]
    queue.put(entries)
    queue.leave(entries[:2])
    stats = queue.stats()
    assert (stats.waiting_documents, stats.waiting_tokens, stats.dropped["cancelled"]) == (1, 3, 2)
    assert rooms
    assert names(queue.take()) == [("c", 0)]
    queue.leave(entries)
    assert queue.stats().dropped["cancelled"] == 3
    assert not answers.all


def test_the_windows_that_are_left_are_dropped_and_those_that_were_read_ignored() -> None:
    queue, answers = Queue(ROOMY, 1), Answers()
    entry = answers.entry("a", 10, 10, 10)
    queue.put([entry])
    batch = queue.take()
    queue.leave([entry])
    assert (queue.stats().waiting_documents, queue.stats().waiting_tokens) == (0, 0)
    read(queue, batch)
    assert not answers.all


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    now = [1000.0]
    monkeypatch.setattr(time, "monotonic", lambda: now[0])
    return now


def test_what_comes_too_late_is_answered_unread(clock: list[float]) -> None:
    queue, answers = Queue(ROOMY, 1), Answers()
    queue.put([answers.entry("measured", 10)])
    read(queue, queue.take(), seconds=10)
    queue.put(
        [
            answers.entry("passed", 1, deadline=clock[0]),
            # The first of a batch is read all the same, so that a pace that is wrong is measured anew.
            answers.entry("first", 2, deadline=clock[0] + 0.1),
            answers.entry("soon", 4, deadline=clock[0] + 5),
            answers.entry("later", 4, deadline=clock[0] + 20),
        ]
    )
    assert names(queue.take()) == [("first", 0), ("later", 0)]
    assert [name for name, _ in answers.all] == ["measured", "passed", "soon"]
    assert isinstance(answers.of("soon"), ExpiredError)
    assert queue.stats().dropped == {"cancelled": 0, "expired": 2}
    assert queue.stats().waiting_tokens == 0


def test_the_other_windows_of_an_expired_document_are_dropped(clock: list[float]) -> None:
    queue, answers = Queue(ROOMY, 1), Answers()
    queue.put([answers.entry("a", 10, 10, 10, deadline=clock[0] + 1)])
    batch = queue.take()
    clock[0] += 2
    queue.put([answers.entry("b", 1)])
    assert names(queue.take()) == [("b", 0)]
    read(queue, batch)
    assert [name for name, _ in answers.all] == ["a"]


def test_a_closed_queue_ends_its_readers_and_takes_nothing() -> None:
    queue, answers = Queue(ROOMY, 1), Answers()
    takers = [threading.Thread(target=queue.take) for _ in range(3)]
    for taker in takers:
        taker.start()
    queue.close()
    for taker in takers:
        taker.join(5)
        assert not taker.is_alive()
    assert queue.take() is None
    assert queue.has_room(1)
    for attempt in (lambda: queue.reserve(1), lambda: queue.put([answers.entry("a", 1)])):
        with pytest.raises(EngineUnavailableError):
            attempt()


class Meeting:
    """A detector that reads only if so many workers hold a window at once."""

    def __init__(self, readers: int) -> None:
        self.barrier = threading.Barrier(readers)

    def forward(self, windows: Sequence[tuple[Text, range]]) -> FakeResiduals:
        self.barrier.wait(5)
        return FakeResiduals([], len(windows))

    def probe(self, residuals: FakeResiduals) -> list[str]:
        return ["read"] * residuals.computed


def test_one_long_document_keeps_all_workers_busy() -> None:
    queue, answered = Queue(ROOMY, 3), threading.Event()
    broken: list[BaseException] = []
    meeting = Meeting(3)
    workers = [Worker(str(number), meeting, queue, Observer(), broken.append) for number in range(3)]  # type: ignore[arg-type]
    for worker in workers:
        worker.start()
    document = Text("long", (range(10),) * 3)
    queue.put([Entry(document, lambda *_: Detection((), 30), lambda _: answered.set())])
    assert answered.wait(5)
    queue.close()
    for worker in workers:
        worker.join(5)
    assert not broken


@given(items=st.lists(st.booleans(), max_size=40))
def test_only_the_poisoned_fail(items: list[bool]) -> None:
    numbered = list(enumerate(items))

    def work(some: Sequence[tuple[int, bool]]) -> list[int]:
        if any(poison for _, poison in some):
            raise MemoryError
        return [index for index, _ in some]

    results = isolated(work, numbered)
    assert len(results) == len(items)
    for (index, poison), result in zip(numbered, results, strict=True):
        assert isinstance(result, DetectorFailedError) if poison else result == index


def test_work_that_is_too_large_is_done_in_parts() -> None:
    def work(some: Sequence[int]) -> list[int]:
        if len(some) > 3:
            raise MemoryError
        return list(some)

    assert isolated(work, range(10)) == list(range(10))


def test_what_is_no_exception_is_not_held_back() -> None:
    def work(some: Sequence[int]) -> list[int]:
        raise SystemExit

    with pytest.raises(SystemExit):
        isolated(work, [1, 2])


def test_a_worker_that_breaks_says_so() -> None:
    queue, broken, told = Queue(ROOMY, 1), [], threading.Event()

    def broke(error: BaseException) -> None:
        broken.append(error)
        told.set()

    class Dying:
        def forward(self, windows: object) -> FakeResiduals:
            raise SystemExit

    Worker("dying", Dying(), queue, Observer(), broke).start()  # type: ignore[arg-type]
    queue.put([Answers().entry("a", 1)])
    assert told.wait(5)
    assert isinstance(broken[0], SystemExit)


class Turns(RuleBasedStateMachine):
    """The queue beside a plain model of it: no window is lost, read twice or out of turn, and no one is answered twice."""

    @initialize(batch_tokens=st.integers(1, 30), max_documents=st.integers(1, 10), max_tokens=st.integers(1, 100))
    def begin(self, batch_tokens: int, max_documents: int, max_tokens: int) -> None:
        self.limits = Limits(max_documents, max_tokens, batch_tokens)
        self.queue = Queue(self.limits, 2)
        self.answers = Answers()
        self.entries: dict[str, Entry] = {}
        self.turns: deque[tuple[str, int]] = deque()
        self.reading: list[Batch] = []
        self.left: set[str] = set()

    def tokens_waiting(self) -> int:
        return sum(self.entries[name].tokens_left for name, _ in self.turns)

    @rule(documents=st.lists(st.lists(st.integers(1, 12), min_size=1, max_size=5), min_size=1, max_size=4))
    def put(self, documents: list[list[int]]) -> None:
        count = len(documents)
        fits = not self.turns or len(self.turns) + count <= self.limits.documents
        admitted = fits and self.tokens_waiting() < self.limits.tokens
        assert self.queue.has_room(count) is admitted
        if not admitted:
            with pytest.raises(OverloadedError):
                self.queue.reserve(count)
            return
        self.queue.reserve(count)
        first = len(self.entries)
        new = {str(first + i): self.answers.entry(str(first + i), *tokens) for i, tokens in enumerate(documents)}
        self.queue.put(list(new.values()))
        self.queue.release(count)
        self.entries |= new
        self.turns.extend((name, 0) for name in new)

    @precondition(lambda self: self.turns)
    @rule()
    def take(self) -> None:
        batch = self.queue.take()
        assert batch is not None
        expected: list[tuple[str, int]] = []
        tokens = 0
        while self.turns:
            name, index = self.turns[0]
            windows = self.entries[name].document.windows
            if expected and tokens + len(windows[index]) > self.limits.batch_tokens:
                break
            self.turns.popleft()
            expected.append((name, index))
            tokens += len(windows[index])
            if index + 1 < len(windows):
                self.turns.append((name, index + 1))
        assert sorted(names(batch)) == sorted(expected)
        assert batch.tokens == tokens
        lengths = [len(part.window) for part in batch.parts]
        assert lengths == sorted(lengths)
        self.reading.append(batch)

    @precondition(lambda self: self.reading)
    @rule(data=st.data(), poisoned=st.booleans())
    def finish(self, data: st.DataObject, poisoned: bool) -> None:
        batch = self.reading.pop(data.draw(st.integers(0, len(self.reading) - 1)))
        readings: list[Any] = [(part.entry, part.index) for part in batch.parts]
        if poisoned:
            readings[0] = DetectorFailedError()
            name = batch.parts[0].entry.document.text  # type: ignore[attr-defined]
            self.turns = deque(turn for turn in self.turns if turn[0] != name)
        for entry, failure in self.queue.collect(batch, readings):
            if not failure:
                assert entry.ordered == [(entry, index) for index in range(len(entry.document.windows))]
            entry.answer(failure or Detection((), 0))
        self.queue.done(batch, 0.01)

    @precondition(lambda self: self.entries)
    @rule(data=st.data())
    def leave(self, data: st.DataObject) -> None:
        name = data.draw(st.sampled_from(sorted(self.entries)))
        self.queue.leave([self.entries[name]])
        self.turns = deque(turn for turn in self.turns if turn[0] != name)
        if name not in [answered for answered, _ in self.answers.all]:
            self.left.add(name)

    @invariant()
    def nothing_is_lost_or_doubled(self) -> None:
        if not hasattr(self, "queue"):
            return
        stats = self.queue.stats()
        assert (stats.waiting_documents, stats.waiting_tokens) == (len(self.turns), self.tokens_waiting())
        assert stats.reading_tokens == sum(batch.tokens for batch in self.reading)
        assert stats.dropped["cancelled"] == len(self.left)
        answered = [name for name, _ in self.answers.all]
        assert len(answered) == len(set(answered))
        assert not self.left & set(answered)
        somewhere = {name for name, _ in self.turns} | {name for batch in self.reading for name, _ in names(batch)}
        assert set(self.entries) == set(answered) | self.left | somewhere


Turns.TestCase.settings = settings(max_examples=150, stateful_step_count=40, deadline=None)
test_turns = Turns.TestCase

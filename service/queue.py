"""Documents that wait for the model: who is let in, which windows are read next, who has left."""

from __future__ import annotations

import math
import threading
import time
from collections import Counter, OrderedDict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from probes.finding import Detection
from service.detector import Document, Reading, Window
from service.errors import DetectorFailedError, EngineUnavailableError, ExpiredError, Full, OverloadedError

Outcome = Detection | DetectorFailedError
Conclude = Callable[[Document, Sequence[Reading]], Detection]
Dropped = Literal["cancelled", "expired"]

# Tokens after which a batch has lost half its weight in the pace. By tokens, not by batches, because lone short messages, which
# are slow by the token, would else make a full queue look slower than it is.
_HALF_LIFE_TOKENS = 4096
# A refusal while what waits is still being tokenized has nothing to reckon with.
_LEAST_RETRY_S = 0.1


@dataclass(frozen=True, slots=True)
class Limits:
    """How much may wait for the model, and how much it reads at once."""

    documents: int
    tokens: int
    batch_tokens: int


@dataclass(eq=False, slots=True)
class Entry:
    """A document in the queue. The fields with defaults but `deadline` are the queue's, under its lock.

    Attributes:
        conclude: makes the detection of all readings.
        answer: takes what became of the document, once, in any thread.
        deadline: when the caller stops waiting, in seconds of `time.monotonic`.
        since: when it was put into the queue, in the same.
    """

    document: Document
    conclude: Conclude
    answer: Callable[[Outcome | ExpiredError], None]
    deadline: float = math.inf
    since: float = 0.0
    taken: int = 0
    readings: dict[int, Reading] = field(default_factory=dict)
    ended: bool = False

    @property
    def tokens_left(self) -> int:
        """Of the windows that no batch has taken."""
        return sum(map(len, self.document.windows[self.taken :]))

    @property
    def ordered(self) -> list[Reading]:
        """The readings of all windows, in their order."""
        return [self.readings[index] for index in range(len(self.document.windows))]


@dataclass(frozen=True, slots=True)
class Part:
    """One window of a document, by its index."""

    entry: Entry
    index: int

    @property
    def window(self) -> Window:
        return self.entry.document.windows[self.index]


@dataclass(frozen=True, slots=True)
class Batch:
    """What the model reads at once, shortest window first; `waits`: seconds that those documents waited whose first window is
    here."""

    parts: Sequence[Part]
    tokens: int
    waits: Sequence[float] = ()


@dataclass(frozen=True, slots=True)
class QueueStats:
    """The queue at one moment, and what happened since the start.

    Attributes:
        waiting_documents: admitted, some window not taken by the model; with those that are being tokenized.
        waiting_tokens: of the windows that are not taken.
        reading_tokens: in the batches that the model has now.
        reading_batches: how many these are.
        batches, tokens: read.
        busy_s: seconds of all workers together, reading and concluding.
        dropped: documents that left before all of them was read, by reason.
        rejected: refused requests, by the limit that was reached.
        seconds_per_token: of one worker, lately; 0 before the first batch.
    """

    waiting_documents: int
    waiting_tokens: int
    reading_tokens: int
    reading_batches: int
    batches: int
    tokens: int
    busy_s: float
    dropped: Mapping[Dropped, int]
    rejected: Mapping[Full, int]
    seconds_per_token: float


class Queue:
    """Documents in turn: each batch takes one window of a document before it takes the next of the same.

    A document that gave a window goes to the end, so that a long one shares the machine with short ones, and nobody waits for
    longer than what stood before it. One thread puts documents in; any number of threads take batches out.
    """

    def __init__(self, limits: Limits, workers: int, on_room: Callable[[], None] = lambda: None) -> None:
        """Takes the number of threads that read, for estimates; `on_room` is called in any thread when something has left."""
        self._limits = limits
        self._workers = workers
        self._on_room = on_room
        self._changed = threading.Condition()
        self._closed = False
        self._waiting: OrderedDict[Entry, None] = OrderedDict()
        self._reserved = 0
        self._tokens = 0
        self._recent_s = 0.0
        self._recent_tokens = 0.0
        self._reading: Counter[str] = Counter()
        self._read: Counter[str] = Counter()
        self._busy_s = 0.0
        self._dropped: dict[Dropped, int] = {"cancelled": 0, "expired": 0}
        self._rejected: dict[Full, int] = {"documents": 0, "tokens": 0}

    def has_room(self, documents: int) -> bool:
        """Whether `reserve` and `put` would take so many documents, or say that the queue is closed."""
        with self._changed:
            return self._closed or self._full(documents) is None

    def reserve(self, documents: int) -> None:
        """Admits documents by their number, until `release`: tokenizing what is refused afterwards would be work for nothing.

        Raises `OverloadedError` or, once closed, `EngineUnavailableError`.
        """
        with self._changed:
            self._admit(documents)
            self._reserved += documents

    def release(self, documents: int) -> None:
        """Gives back what `reserve` admitted."""
        with self._changed:
            self._reserved -= documents
        self._on_room()

    def put(self, entries: Sequence[Entry]) -> None:
        """Puts in all or none of the entries, each of at least one window, while they hold a reservation.

        Raises `OverloadedError` or, once closed, `EngineUnavailableError`.
        """
        now = time.monotonic()
        with self._changed:
            self._admit(0)
            for entry in entries:
                entry.since = now
            self._waiting.update(dict.fromkeys(entries))
            self._tokens += sum(entry.tokens_left for entry in entries)
            self._changed.notify()

    def leave(self, entries: Sequence[Entry]) -> None:
        """Drops those whose caller no longer waits, at once; without effect on what is answered."""
        with self._changed:
            for entry in entries:
                if not entry.ended:
                    self._drop(entry, "cancelled")
        self._on_room()

    def take(self) -> Batch | None:
        """Waits for documents, and takes what is there up to the tokens of a batch, but one window at least; None once closed.

        Documents whose deadline passes before the batch would be read are answered with `ExpiredError` instead.
        """
        while True:
            with self._changed:
                while not (self._waiting or self._closed):
                    self._changed.wait()
                if self._closed:
                    return None
                batch, expired = self._next()
                # One waiting thread wakes the next, as long as there is something for it.
                if self._waiting:
                    self._changed.notify()
            for entry in expired:
                entry.answer(ExpiredError())
            self._on_room()
            if batch.parts:
                return batch

    def collect(
        self, batch: Batch, readings: Sequence[Reading | DetectorFailedError]
    ) -> list[tuple[Entry, DetectorFailedError | None]]:
        """Hands readings to their documents; gives back those that have all of theirs, and those that failed, to be answered."""
        finished: list[tuple[Entry, DetectorFailedError | None]] = []
        with self._changed:
            for part, reading in zip(batch.parts, readings, strict=True):
                entry = part.entry
                if entry.ended:
                    continue
                if isinstance(reading, DetectorFailedError):
                    self._end(entry)
                    finished.append((entry, reading))
                    continue
                entry.readings[part.index] = reading
                if len(entry.readings) == len(entry.document.windows):
                    self._end(entry)
                    finished.append((entry, None))
        return finished

    def done(self, batch: Batch, seconds: float) -> None:
        """Takes what one worker needed for a batch, from taking it to answering the documents that it finished."""
        with self._changed:
            self._reading.update(batches=-1, tokens=-batch.tokens)
            self._read.update(batches=1, tokens=batch.tokens)
            self._busy_s += seconds
            kept = 0.5 ** (batch.tokens / _HALF_LIFE_TOKENS)
            self._recent_s = kept * self._recent_s + seconds
            self._recent_tokens = kept * self._recent_tokens + batch.tokens

    def close(self) -> None:
        """Forgets what waits, without answering it, and lets every `take` return None."""
        with self._changed:
            self._closed = True
            self._waiting.clear()
            self._tokens = 0
            self._changed.notify_all()
        self._on_room()

    def stats(self) -> QueueStats:
        """A copy."""
        with self._changed:
            return QueueStats(
                waiting_documents=self._documents,
                waiting_tokens=self._tokens,
                reading_tokens=self._reading["tokens"],
                reading_batches=self._reading["batches"],
                batches=self._read["batches"],
                tokens=self._read["tokens"],
                busy_s=self._busy_s,
                dropped=dict(self._dropped),
                rejected=dict(self._rejected),
                seconds_per_token=self._seconds_per_token,
            )

    @property
    def _documents(self) -> int:
        return self._reserved + len(self._waiting)

    @property
    def _seconds_per_token(self) -> float:
        return self._recent_s / self._recent_tokens if self._recent_tokens else 0.0

    def _full(self, documents: int) -> Full | None:
        # An idle server refuses nothing: what is larger than the limits is admitted where nothing else waits.
        if documents and self._documents and self._documents + documents > self._limits.documents:
            return "documents"
        return "tokens" if self._tokens >= self._limits.tokens else None

    def _admit(self, documents: int) -> None:
        if self._closed:
            raise EngineUnavailableError
        full = self._full(documents)
        if full:
            self._rejected[full] += 1
            raise OverloadedError(full, max(_LEAST_RETRY_S, self._tokens * self._seconds_per_token / self._workers))

    def _next(self) -> tuple[Batch, list[Entry]]:
        now = time.monotonic()
        read_at = now + min(self._tokens, self._limits.batch_tokens) * self._seconds_per_token
        parts: list[Part] = []
        expired: list[Entry] = []
        tokens = 0
        while self._waiting:
            entry = next(iter(self._waiting))
            part = Part(entry, entry.taken)
            size = len(part.window)
            if parts and tokens + size > self._limits.batch_tokens:
                break
            # The first is read even where it seems too late, or a pace that once was slow would never be measured again.
            if entry.deadline <= (read_at if parts else now):
                self._drop(entry, "expired")
                expired.append(entry)
                continue
            parts.append(part)
            tokens += size
            self._tokens -= size
            entry.taken += 1
            if entry.taken < len(entry.document.windows):
                self._waiting.move_to_end(entry)
            else:
                del self._waiting[entry]
        if parts:
            self._reading.update(batches=1, tokens=tokens)
        parts.sort(key=lambda part: len(part.window))
        return Batch(parts, tokens, [now - part.entry.since for part in parts if part.index == 0]), expired

    def _drop(self, entry: Entry, reason: Dropped) -> None:
        self._end(entry)
        if not self._closed:
            self._dropped[reason] += 1

    def _end(self, entry: Entry) -> None:
        entry.ended = True
        if entry in self._waiting:
            del self._waiting[entry]
            self._tokens -= entry.tokens_left

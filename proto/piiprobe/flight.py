"""Many documents on their way to a server and back, without the calls: what to take, what to send, what to give back."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Sequence
from typing import Any, Generic, TypeVar

from piiprobe.cutting import Cutter, Place
from piiprobe.documents import document_of
from piiprobe.errors import (
    DeadlineExceededError,
    InvalidArgumentError,
    MismatchError,
    PiiprobeError,
    ResourceExhaustedError,
    ServerError,
)
from piiprobe.results import DocumentFailure, ModelInfo

T = TypeVar("T")

# Small beside what a server takes: the queue is shared with others, and one slow document delays its request. Large beside what a
# call costs.
_REQUEST_DOCUMENTS = 32
_REQUEST_CHARACTERS = 32_000
# However few documents that are.
_CHARACTERS_IN_FLIGHT = 4_000_000
_MOST_REQUESTS = 32
_END = object()


class Flight(Generic[T]):
    """At most `in_flight` documents between `take` and `give`, in requests that are sent side by side.

    Whoever makes the calls takes documents while it `wants` some, sends `requests`, tells what was `answered` or `failed`, and
    gives back what `give` has, until it is `over`. Not for several threads.
    """

    def __init__(self, limits: ModelInfo, overhead: int, *, ordered: bool, in_flight: int) -> None:
        documents = max(1, min(_REQUEST_DOCUMENTS, in_flight // 4))
        self._cutter: Cutter[T] = Cutter(limits, overhead, documents, _REQUEST_CHARACTERS)
        self.most_requests = min(_MOST_REQUESTS, -(-in_flight // documents))
        self._ordered = ordered
        self._in_flight = in_flight
        self._line: deque[Place[T]] = deque()
        self._full: deque[list[Place[T]]] = deque()
        self._keys: dict[int, Any] = {}
        self._taken = self._held = self._held_characters = self._sending = 0
        self._filling = 0
        self._ended = False
        self._error: BaseException | None = None

    @property
    def wants(self) -> bool:
        """Whether there is room for another document."""
        roomy = self._held < self._in_flight and self._held_characters < _CHARACTERS_IN_FLIGHT
        return not self._ended and (roomy or not self._held)

    @property
    def over(self) -> bool:
        """Whether all documents were taken and given back."""
        return self._ended and not self._held

    def take(self, item: Any) -> None:
        """Takes a source, or a key and a source; raises TypeError for anything else."""
        source = item
        if isinstance(item, tuple) and len(item) == 2:
            self._keys[self._taken], source = item
        place = self._cutter.place(self._taken, document_of(source))
        self._taken += 1
        self._held += 1
        self._held_characters += place.characters
        if self._ordered or place.outcome is not None:
            self._line.append(place)
        if place.outcome is None:
            self._filling += 1
            self._fill(self._cutter.put(place))

    def end(self) -> None:
        """Says that there are no more documents."""
        self._ended = True

    def requests(self) -> Iterator[list[Place[T]]]:
        """What to send now. A request that is not full waits for documents while others are on their way, and only then."""
        while self._sending < self.most_requests:
            if not self._full and self._filling and (self._ended or not self._sending):
                self._fill(iter([self._cutter.flush()]))
            if not self._full:
                return
            self._sending += 1
            yield self._full.popleft()

    def answered(self, request: Sequence[Place[T]], outcomes: Sequence[T | DocumentFailure]) -> None:
        """Takes an outcome for each document of a request."""
        self._sending -= 1
        for place, outcome in zip(request, outcomes, strict=True):
            place.message, place.outcome = None, outcome
            if not self._ordered:
                self._line.append(place)

    def failed(self, request: Sequence[Place[T]], error: BaseException) -> None:
        """Takes why a request has no answer: the failure of its documents, or of everything, which `give` raises."""
        if isinstance(error, PiiprobeError) and _is_of_documents(error):
            self.answered(request, [DocumentFailure(place.document.id, error.code, error.message, "") for place in request])
        else:
            self.broken(error)

    def broken(self, error: BaseException) -> None:
        """Takes why nothing goes on."""
        self._error = self._error or error

    def give(self) -> Iterator[Any]:
        """The outcomes that are there, in order if that is wanted, with the keys that came with their documents."""
        while True:
            if self._error:
                raise self._error
            if not self._line or self._line[0].outcome is None:
                return
            place = self._line.popleft()
            self._held -= 1
            self._held_characters -= place.characters
            key = self._keys.pop(place.index, _END)
            yield place.settled if key is _END else (key, place.settled)

    def _fill(self, full: Iterator[list[Place[T]]]) -> None:
        for request in full:
            self._filling -= len(request)
            self._full.append(request)


def _is_of_documents(error: PiiprobeError) -> bool:
    # Others may be read where these cannot. What else fails, such as a connection, a token or an option, fails for all.
    if isinstance(error, ResourceExhaustedError):
        return error.retry_after_s is None
    if isinstance(error, InvalidArgumentError):
        # As read, documents in JSON may together be longer than the server takes, where names of fields repeat.
        return error.fields.keys() == {"documents"}
    return isinstance(error, (DeadlineExceededError, ServerError)) and not isinstance(error, MismatchError)

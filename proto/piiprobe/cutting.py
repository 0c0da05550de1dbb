"""Documents cut into requests that a server takes: by their number, their characters and their bytes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Generic, Self, TypeVar

from piiprobe.documents import Document, JsonDocument
from piiprobe.errors import InvalidArgumentError
from piiprobe.requests import document_message
from piiprobe.results import DocumentFailure, ModelInfo
from piiprobe.v1 import pii_pb2

T = TypeVar("T")

# Of a document's field in a request: a tag, and a length of up to five bytes.
_FRAMING = 6


@dataclass(eq=False, slots=True)
class Place(Generic[T]):
    """A document among those that the caller gave, counted from 0.

    Attributes:
        message: what is sent; None for a document that is refused here.
        bytes: of the message in a request.
        outcome: what became of the document, once that is known.
    """

    index: int
    document: Document | JsonDocument
    message: pii_pb2.Document | None = None
    bytes: int = 0
    outcome: T | DocumentFailure | None = None

    @property
    def name(self) -> str:
        """As errors name it."""
        return f"documents[{self.index}]"

    @property
    def characters(self) -> int:
        """Code points of the document."""
        return len(self.document.text)

    @property
    def settled(self) -> T | DocumentFailure:
        """The outcome, once it is known."""
        if self.outcome is None:
            raise AssertionError("a document that was asked about has no outcome")
        return self.outcome


class Cutter(Generic[T]):
    """Fills requests in the order of the documents."""

    def __init__(self, limits: ModelInfo, overhead: int, most_documents: int, most_characters: int) -> None:
        self._limits = limits
        self._documents = min(limits.max_documents, most_documents)
        self._characters = min(limits.max_characters, most_characters)
        self._bytes = limits.max_message_bytes - overhead
        self._open: list[Place[T]] = []
        self._filled_characters = self._filled_bytes = 0

    @classmethod
    def within(cls, limits: ModelInfo, overhead: int) -> Self:
        """Requests as large as the server takes; `overhead` is the bytes of one without documents."""
        return cls(limits, overhead, limits.max_documents, limits.max_characters)

    def place(self, index: int, document: Document | JsonDocument) -> Place[T]:
        """The document's place; settled at once where no request can hold it."""
        place: Place[T] = Place(index, document)
        content = f"{place.name}.{'json' if isinstance(document, JsonDocument) else 'text'}"
        if place.characters > self._limits.max_characters:
            return _refused(place, content, f"is longer than {self._limits.max_characters} code points; nothing of it was read")
        try:
            place.message = document_message(document, content)
        except InvalidArgumentError as error:
            return _refused(place, content, error.fields[content])
        place.bytes = place.message.ByteSize() + _FRAMING
        if place.bytes > self._bytes:
            return _refused(place, content, f"does not fit into {self._limits.max_message_bytes} bytes; nothing of it was read")
        return place

    def put(self, place: Place[T]) -> Iterator[list[Place[T]]]:
        """Puts a place that is not settled into the open request; gives back those that are full by that."""
        full = self._filled_characters + place.characters > self._characters or self._filled_bytes + place.bytes > self._bytes
        if self._open and full:
            yield self.flush()
        self._open.append(place)
        self._filled_characters += place.characters
        self._filled_bytes += place.bytes
        if len(self._open) >= self._documents or self._filled_characters >= self._characters:
            yield self.flush()

    def flush(self) -> list[Place[T]]:
        """The open request, which may be empty, whether or not it is full."""
        request, self._open = self._open, []
        self._filled_characters = self._filled_bytes = 0
        return request

    def cut(self, places: Iterable[Place[T]]) -> Iterator[list[Place[T]]]:
        """All requests of `places`, but for those that are settled."""
        for place in places:
            if place.outcome is None:
                yield from self.put(place)
        if rest := self.flush():
            yield rest


def _refused(place: Place[T], field: str, problem: str) -> Place[T]:
    place.message = None
    place.outcome = DocumentFailure(place.document.id, "INVALID_ARGUMENT", f"{field} {problem}", field)
    return place

"""Records to outcomes, in order, whether an engine answers, or it is known already, or a text is read in chunks."""

from __future__ import annotations

from collections import deque
from collections.abc import Generator, Iterator

from piiprobe import Document, JsonDocument
from service.scan.engine import Engine
from service.scan.record import Ended, Failed, Found, Outcome, Record
from service.scan.repeats import Repeats

# Code points of a text that is one document; a longer one goes in chunks, for which a server finds room sooner.
_SHORT = 2**14
# Items that wait for one before them, and are not in flight.
_WAITING = 4096

Item = Record | Ended


class Pipeline:
    """One pass over a scan's records; memory does not grow with their number."""

    def __init__(self, engine: Engine, repeats: Repeats | None) -> None:
        self.engine = engine
        self._repeats = repeats
        # Each with its outcome, where that is known, and else with what it is remembered by.
        self._line: deque[tuple[Item, Outcome | bytes]] = deque()
        self._long: Record | None = None
        self._ended = False

    def outcomes(self, items: Iterator[Item]) -> Generator[tuple[Item, Outcome]]:
        """An outcome for each item; an end of a file has found nothing."""
        while not self._ended:
            for record, outcome in self.engine.many(self._asked(items)):
                yield from self._settled()
                _, digest = self._line.popleft()
                if self._repeats and isinstance(digest, bytes) and isinstance(outcome, Found):
                    self._repeats.remember(digest, outcome)
                yield record, outcome
            yield from self._settled()
            if self._long:
                record, self._long = self._long, None
                assert record.source is not None
                yield record, self.engine.long(record.source.text)

    def _asked(self, items: Iterator[Item]) -> Iterator[tuple[Record, Document | JsonDocument]]:
        """What an engine is asked next; ends where something else comes first."""
        for item in items:
            if isinstance(item, Record) and isinstance(item.source, Document) and len(item.source.text) > _SHORT:
                self._long = item
                return
            known = self._known(item)
            self._line.append((item, known))
            if isinstance(known, bytes):
                assert isinstance(item, Record)
                assert item.source is not None
                yield item, item.source
            elif len(self._line) >= _WAITING:
                return
        self._ended = True

    def _known(self, item: Item) -> Outcome | bytes:
        if isinstance(item, Ended):
            return Found()
        if item.problem:
            return Failed("UNREADABLE", item.problem)
        if item.source is None or not item.source.text:
            return Found()
        if self._repeats is None:
            return b""
        digest = self._repeats.digest(item.source)
        return self._repeats.known(digest) or digest

    def _settled(self) -> Iterator[tuple[Item, Outcome]]:
        while self._line and not isinstance(outcome := self._line[0][1], bytes):
            yield self._line.popleft()[0], outcome

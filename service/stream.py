"""One stream of documents and chunks: read no faster than it is answered, and left without a trace."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Coroutine
from dataclasses import dataclass, field
from typing import TypeVar

from piiprobe.v1 import pii_pb2
from probes.finding import Detection
from service.chunks import LONGEST, Joined, Segment, Segments
from service.config import Settings
from service.contents import Content, contents_of, text_content
from service.engine import Engine
from service.errors import DetectorFailedError, EngineUnavailableError, ExpiredError
from service.faults import describe
from service.findings import built, document_findings, finding_message
from service.observer import Observer
from service.offsets import encoded_offsets
from service.reported import reported
from service.status import document_error
from service.validation import InvalidRequestError, Options, Violation

log = logging.getLogger(__name__)

Response = pii_pb2.DetectStreamResponse

_Result = TypeVar("_Result")
_Problem = Violation | DetectorFailedError | ExpiredError


async def opening_of(requests: AsyncIterator[pii_pb2.DetectStreamRequest]) -> pii_pb2.StreamOpening:
    """The first message of a stream; raises `InvalidRequestError` where it is another."""
    first = await anext(requests, None)
    if first is None or not first.HasField("opening"):
        raise InvalidRequestError(Violation("opening", "is not set in the first message"))
    return first.opening


@dataclass(slots=True)
class _Text:
    """A text in chunks.

    Attributes:
        refused: no more of it is read, and what comes is ignored up to the last chunk.
        failed: its error is sent, and nothing else will be.
        previous: the answer to what came of it last.
    """

    segments: Segments
    joined: Joined = field(default_factory=Joined)
    refused: bool = False
    failed: bool = False
    previous: asyncio.Task[Response | None] | None = None


@dataclass(frozen=True, slots=True)
class _Job:
    """What will be answered, and the code points that it holds in memory."""

    answer: asyncio.Task[Response | None]
    characters: int


class Stream:
    """Answers the messages behind the opening.

    Holds at most `max_stream_documents` documents and segments whose answers the caller has not taken, and of several no more
    than `max_characters`; reads nothing more until he does.
    """

    def __init__(
        self, engine: Engine, settings: Settings, observer: Observer, options: Options, *, ordered: bool, ends_at: float
    ) -> None:
        """`ends_at`: when the caller stops waiting, in seconds of `time.monotonic`."""
        self._engine = engine
        self._settings = settings
        self._observer = observer
        self._options = options
        self._ordered = ordered
        self._ends_at = ends_at
        self._texts: dict[str, _Text] = {}
        self._held: set[_Job] = set()
        self._ready: asyncio.Queue[_Job | None] = asyncio.Queue()
        self._room = asyncio.Event()

    async def answers(
        self, requests: AsyncIterator[pii_pb2.DetectStreamRequest], draining: asyncio.Event
    ) -> AsyncGenerator[Response, None]:
        """Answers all that comes until `requests` end or the server drains.

        Raises:
            InvalidRequestError: a message is none; what came before it is answered.
            EngineUnavailableError: the server drains, and what came is answered; or the engine has ended.
        """
        reading = asyncio.create_task(self._read(requests))
        reading.add_done_callback(lambda _: self._ready.put_nowait(None))
        drained = asyncio.create_task(draining.wait())
        drained.add_done_callback(lambda _: reading.cancel())
        try:
            while self._held or not reading.done():
                job = await self._ready.get()
                if job is None:
                    continue
                if answer := await job.answer:
                    yield answer
                self._held.remove(job)
                self._room.set()
            if reading.cancelled():
                raise EngineUnavailableError
            reading.result()
        finally:
            tasks = [reading, drained, *(job.answer for job in self._held)]
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

    async def _read(self, requests: AsyncIterator[pii_pb2.DetectStreamRequest]) -> None:
        async for request in requests:
            match request.WhichOneof("message"):
                case "document":
                    await self._take_document(request.document)
                case "chunk":
                    await self._take_chunk(request.chunk)
                case _:
                    raise InvalidRequestError(Violation("message", "is neither a document nor a chunk"))
        for identity, text in self._texts.items():
            if not text.refused:
                await self._refuse(identity, text, Violation("chunk.last", "was not set before the stream ended"))

    async def _take_document(self, document: pii_pb2.Document) -> None:
        (content,) = await contents_of([document], ["document"], self._settings.max_characters)
        characters = len(content.text) if isinstance(content, Content) else 0
        await self._hold(characters, self._document(document.id, content))

    async def _take_chunk(self, chunk: pii_pb2.TextChunk) -> None:
        text = self._texts.get(chunk.id)
        if text is None:
            if len(self._texts) == self._settings.max_stream_documents:
                most = f"begins a text while {self._settings.max_stream_documents} have not ended"
                raise InvalidRequestError(Violation("chunk.id", most))
            text = self._texts[chunk.id] = _Text(Segments(self._options.offset_encoding))
        if chunk.last:
            del self._texts[chunk.id]
        if text.refused or text.failed:
            return
        if problem := self._problem_of(chunk, text):
            await self._refuse(chunk.id, text, problem)
            return
        for segment in text.segments.add(chunk.text):
            await self._take_segment(chunk.id, text, segment)
        if chunk.last:
            await self._take_segment(chunk.id, text, text.segments.end())

    def _problem_of(self, chunk: pii_pb2.TextChunk, text: _Text) -> Violation | None:
        if len(chunk.text) > self._settings.max_characters:
            return Violation("chunk.text", f"is longer than {self._settings.max_characters} code points")
        if text.segments.characters + len(chunk.text) > LONGEST:
            return Violation("chunk.text", f"makes its text longer than {LONGEST} code points")
        return None

    async def _take_segment(self, identity: str, text: _Text, segment: Segment) -> None:
        text.previous = await self._hold(len(segment.text), self._segment(identity, text, segment, text.previous))

    async def _refuse(self, identity: str, text: _Text, problem: Violation) -> None:
        text.refused = True
        await self._hold(0, self._refusal(identity, text, problem, text.previous))

    async def _hold(self, characters: int, answer: Coroutine[None, None, Response | None]) -> asyncio.Task[Response | None]:
        """Begins an answer as soon as there is room for it."""
        try:
            while self._held and not self._has_room(characters):
                self._room.clear()
                await self._room.wait()
        except BaseException:
            answer.close()
            raise
        job = _Job(asyncio.create_task(answer), characters)
        self._held.add(job)
        if self._ordered:
            self._ready.put_nowait(job)
        else:
            job.answer.add_done_callback(lambda _: self._ready.put_nowait(job))
        return job.answer

    def _has_room(self, characters: int) -> bool:
        held = sum(job.characters for job in self._held)
        return len(self._held) < self._settings.max_stream_documents and held + characters <= self._settings.max_characters

    async def _document(self, identity: str, content: Content | Violation) -> Response:
        findings = (
            await self._detected(content, lambda detection: document_findings(content, detection, self._options))
            if isinstance(content, Content)
            else content
        )
        if isinstance(findings, pii_pb2.DocumentFindings):
            return Response(result=pii_pb2.DocumentResult(id=identity, findings=findings))
        return self._failure(identity, findings)

    async def _refusal(
        self, identity: str, text: _Text, problem: Violation, previous: asyncio.Task[Response | None] | None
    ) -> Response | None:
        await _settled(previous)
        return self._failed(identity, text, problem)

    async def _segment(
        self, identity: str, text: _Text, segment: Segment, previous: asyncio.Task[Response | None] | None
    ) -> Response | None:
        """Findings of a segment, once those of the one before it are there; None where the text has failed by then."""
        content = text_content(segment.text)
        found = await self._detected(content, lambda detection: reported(content, detection, self._options))
        await _settled(previous)
        if text.failed:
            return None
        if not isinstance(found, list):
            return self._failed(identity, text, found)
        kept, reached = text.joined.take(segment, found[0])
        edges = [reached, *(edge for each in kept for edge in (each.finding.start, each.finding.end))]
        within = encoded_offsets(segment.text, edges, self._options.offset_encoding)
        offsets = {edge: segment.encoded_at + encoded for edge, encoded in within.items()}
        findings = [finding_message(each, offsets) for each in kept]
        return Response(chunk=pii_pb2.ChunkFindings(id=identity, findings=findings, read_to=offsets[reached], last=segment.last))

    async def _detected(
        self, content: Content, build: Callable[[Detection], _Result]
    ) -> _Result | DetectorFailedError | ExpiredError:
        """What `build` makes of a detection. It waits for room in the queue, for as long as a request may take."""
        now = time.monotonic()
        deadline = min(now + self._settings.max_deadline_s, self._ends_at)
        try:
            async with asyncio.timeout(deadline - now):
                (outcome,) = await self._engine.detect([content.text], self._options, deadline=deadline, wait=True)
                if isinstance(outcome, DetectorFailedError):
                    return outcome
                return await built(lambda: build(outcome), [content], [outcome], self._options)
        except (ExpiredError, TimeoutError):
            return ExpiredError()
        except ValueError as error:
            log.error("a document of a stream failed: %s", describe(error))
            return DetectorFailedError()

    def _failed(self, identity: str, text: _Text, problem: _Problem) -> Response | None:
        """The error of a text, unless it has one already."""
        if text.failed:
            return None
        text.failed = True
        return self._failure(identity, problem)

    def _failure(self, identity: str, problem: _Problem) -> Response:
        if isinstance(problem, Violation):
            self._observer.documents_invalid(1)
        return Response(result=pii_pb2.DocumentResult(id=identity, error=document_error(problem)))


async def _settled(previous: asyncio.Task[Response | None] | None) -> None:
    if previous:
        await asyncio.wait((previous,))

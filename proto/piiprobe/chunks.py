"""One text in chunks over a stream, without the calls: what is sent, and what the answers say."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Iterator

from piiprobe import answers, requests
from piiprobe.errors import MismatchError, from_code
from piiprobe.options import DetectOptions
from piiprobe.results import ChunkFindings
from piiprobe.v1 import pii_pb2

# A chunk of the caller may be larger than a message may be.
_MESSAGE_CHARACTERS = 64 * 1024


class ChunkReader:
    """The messages of one text, and its answers in their order.

    Attributes:
        opening: the first message.
        end: the last message, without which a text is not complete.
    """

    def __init__(self, document_id: str, options: DetectOptions) -> None:
        self._id = document_id
        self._asked = requests.detect_options(options)
        self._read_to = 0
        self._complete = False
        self.end = requests.chunk_message(document_id, "", last=True)
        self.opening = pii_pb2.DetectStreamRequest(opening=pii_pb2.StreamOpening(options=self._asked, ordered=True))

    def messages(self, chunk: str) -> Iterator[pii_pb2.DetectStreamRequest]:
        """Those that carry `chunk`."""
        for start in range(0, len(chunk), _MESSAGE_CHARACTERS):
            yield requests.chunk_message(self._id, chunk[start : start + _MESSAGE_CHARACTERS])

    def open(self, answer: pii_pb2.DetectStreamResponse | None) -> None:
        """Reads the first answer, None where there is none."""
        if answer is None or answer.WhichOneof("message") != "opened":
            raise MismatchError("the server did not open the stream")
        answers.Reading(answer.opened, self._asked)

    def read(self, answer: pii_pb2.DetectStreamResponse) -> ChunkFindings:
        """Reads a later one; raises what it says is wrong with the text."""
        kind = answer.WhichOneof("message")
        if kind == "result" and answer.result.WhichOneof("outcome") == "error":
            error = answer.result.error
            raise from_code(error.code, error.message, error.field)
        chunk = answer.chunk
        if kind != "chunk" or chunk.id != self._id or chunk.read_to < self._read_to or self._complete:
            raise MismatchError("the answer is not the next one of the text that was sent")
        self._read_to, self._complete = chunk.read_to, chunk.last
        return ChunkFindings(chunk.id, answers.findings(chunk.findings), chunk.read_to, chunk.last)

    def close(self) -> None:
        """Says that there are no more answers; raises where the last one is missing."""
        if not self._complete:
            raise MismatchError("the stream ended before all of the text was read")


class Feed:
    """The messages of one attempt, for the thread in which grpc takes them: behind the opening they wait for `go` or `stop`.

    Attributes:
        error: what taking chunks raised.
    """

    def __init__(self, reader: ChunkReader, chunks: Iterable[str]) -> None:
        self._reader, self._chunks = reader, chunks
        self._told = threading.Event()
        self._going = False
        self.error: Exception | None = None

    def go(self) -> None:
        """Lets the chunks follow."""
        self._going = True
        self._told.set()

    def stop(self) -> None:
        """Lets no more follow."""
        self._going = False
        self._told.set()

    def __iter__(self) -> Iterator[pii_pb2.DetectStreamRequest]:
        yield self._reader.opening
        self._told.wait()
        try:
            if self._going:
                for chunk in self._chunks:
                    yield from self._reader.messages(chunk)
                yield self._reader.end
        except Exception as error:
            # grpc would log it, with what it says of the text.
            self.error = error

"""A blocking client of `piiprobe.v1.PiiService`."""

from __future__ import annotations

import time
from collections.abc import Generator, Iterable
from concurrent.futures import ThreadPoolExecutor
from queue import SimpleQueue
from typing import Any, Self, TypeVar, Unpack, overload

import grpc

from piiprobe import exchanges
from piiprobe.base import PII_SERVICE, BaseClient, checked_in_flight
from piiprobe.chunks import ChunkReader, Feed
from piiprobe.cutting import Place
from piiprobe.documents import Source
from piiprobe.errors import MismatchError, from_rpc_error
from piiprobe.exchanges import Exchange, Kind, Plan
from piiprobe.flight import Flight
from piiprobe.options import DetectOptions, RedactOptions
from piiprobe.redacted import Restored
from piiprobe.results import Batch, ChunkFindings, DocumentFailure, EntityType, ModelInfo, Redaction, Result
from piiprobe.retries import Retries
from piiprobe.scope import Scope
from piiprobe.v1 import pii_pb2

T = TypeVar("T")
K = TypeVar("K")
_END = object()


class PiiClient(BaseClient[grpc.Channel]):
    """Talks to one server, or to several behind one name; a context manager, safe to share between threads.

    Every method raises a `PiiprobeError` where it has no answer: a failure is never an answer without findings. A process that
    was forked off needs a client of its own; one that was made before and not used will do.

    >>> from piiprobe import DenyTerm, Document, PiiClient
    >>> with PiiClient(target) as client:
    ...     result = client.detect("write to zoë@example.com")
    >>> [(finding.entity_type, result.text[finding.start : finding.end]) for finding in result.findings]
    [('EMAIL', 'zoë@example.com')]

    Many documents, each with a name, and look for failures before trusting that nothing was found:

    >>> with PiiClient(target) as client:
    ...     batch = client.detect_batch([Document("a@example.com", id="one"), Document("nobody", id="two")])
    >>> [(result.id, len(result.findings)) for result in batch], batch.failures
    ([('one', 1), ('two', 0)], [])

    Any number of documents, with a key of any type that comes back beside the outcome; no more than `in_flight` are in memory:

    >>> rows = ((number, f"user{number}@example.com") for number in range(1000))
    >>> with PiiClient(target) as client:
    ...     found = sum(len(outcome.findings) for number, outcome in client.detect_many(rows))
    >>> found
    1000
    """

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Ends all calls and the connection."""
        if channel := self._taken_channel():
            channel.close()

    def detect(self, source: Source, *, timeout: float | None = None, **options: Unpack[DetectOptions]) -> Result:
        """The PII of a text or of a JSON document; `DetectOptions` says what the options are.

        Args:
            timeout: the deadline in seconds with all attempts; the client's where None.
        """
        return self._ask(exchanges.detect(source, options), self._retries(timeout))

    def detect_batch(
        self, sources: Iterable[Source], *, timeout: float | None = None, **options: Unpack[DetectOptions]
    ) -> Batch[Result]:
        """One outcome for each document, in their order; look at its `failures` before trusting that nothing was found.

        Cut into as few requests as the server's limits allow, one after the other within one deadline.
        """
        return self._follow(exchanges.batch(exchanges.detection(options), sources, self._limits()), timeout)

    @overload
    def detect_many(
        self,
        sources: Iterable[tuple[K, Source]],
        *,
        ordered: bool = ...,
        in_flight: int = ...,
        timeout: float = ...,
        **options: Unpack[DetectOptions],
    ) -> Generator[tuple[K, Result | DocumentFailure]]: ...
    @overload
    def detect_many(
        self,
        sources: Iterable[Source],
        *,
        ordered: bool = ...,
        in_flight: int = ...,
        timeout: float = ...,
        **options: Unpack[DetectOptions],
    ) -> Generator[Result | DocumentFailure]: ...
    def detect_many(
        self,
        sources: Iterable[Any],
        *,
        ordered: bool = True,
        in_flight: int = 256,
        timeout: float = 300.0,
        **options: Unpack[DetectOptions],
    ) -> Generator[Any]:
        """An outcome for each of any number of documents, as they are asked for; pairs of a key and a document give pairs.

        `sources` is advanced inside `next` alone, in the caller's thread, and while it waits so do the answers. Closing the
        generator cancels what is on its way.

        Args:
            ordered: whether outcomes come in the order of the documents; otherwise each as soon as it is there.
            in_flight: documents between `sources` and the caller at any time.
            timeout: seconds that a request for some of them may take, however often the server is UNAVAILABLE or overloaded.
        """
        return self._many(exchanges.detection(options), sources, ordered, checked_in_flight(in_flight), timeout)

    def detect_chunks(
        self, id: str, chunks: Iterable[str], *, timeout: float = 3600.0, **options: Unpack[DetectOptions]
    ) -> Generator[ChunkFindings]:
        """The PII of one text of any length, which comes in chunks that may be cut anywhere; the findings as the server reads on.

        Only the last answer is `last`, and a generator that ends without an error has given it. `chunks` is advanced in a thread
        of its own, and not before the server has answered: until then a lost connection is tried again. Afterwards it is an
        `UnavailableError`, since nobody has kept the text.

        Args:
            timeout: seconds for the whole of the text.
        """
        return self._chunks(ChunkReader(id, options), chunks, self._retries(timeout))

    def redact(self, source: Source, *, timeout: float | None = None, **options: Unpack[RedactOptions]) -> Redaction:
        """A document rewritten by each of `policies`; `RedactOptions` says what the options are."""
        return self._ask(exchanges.redact(source, options), self._retries(timeout))

    def redact_batch(
        self, sources: Iterable[Source], *, timeout: float | None = None, **options: Unpack[RedactOptions]
    ) -> Batch[Redaction]:
        """To `redact` as `detect_batch` is to `detect`."""
        return self._follow(exchanges.batch(exchanges.redaction(options), sources, self._limits()), timeout)

    @overload
    def redact_many(
        self,
        sources: Iterable[tuple[K, Source]],
        *,
        ordered: bool = ...,
        in_flight: int = ...,
        timeout: float = ...,
        **options: Unpack[RedactOptions],
    ) -> Generator[tuple[K, Redaction | DocumentFailure]]: ...
    @overload
    def redact_many(
        self,
        sources: Iterable[Source],
        *,
        ordered: bool = ...,
        in_flight: int = ...,
        timeout: float = ...,
        **options: Unpack[RedactOptions],
    ) -> Generator[Redaction | DocumentFailure]: ...
    def redact_many(
        self,
        sources: Iterable[Any],
        *,
        ordered: bool = True,
        in_flight: int = 256,
        timeout: float = 300.0,
        **options: Unpack[RedactOptions],
    ) -> Generator[Any]:
        """To `redact` as `detect_many` is to `detect`."""
        return self._many(exchanges.redaction(options), sources, ordered, checked_in_flight(in_flight), timeout)

    def restore(self, text: str, *, key: bytes = b"", json: bool = False, timeout: float | None = None) -> Restored:
        """A text, or `json`, with what was encrypted in it put back; by the server's own key where none is given."""
        return self._ask(exchanges.restore(text, key, json), self._retries(timeout))

    def model_info(self, *, timeout: float | None = None) -> ModelInfo:
        """The model that answers and the server's limits."""
        return self._ask(exchanges.model_info(), self._retries(timeout))

    def entity_types(self, *, timeout: float | None = None) -> tuple[EntityType, ...]:
        """What the server can find."""
        return self._ask(exchanges.entity_types(), self._retries(timeout))

    def health(self, service: str = PII_SERVICE, *, timeout: float | None = None) -> str:
        """The state of `service` now, as standard health checking names it: `SERVING`, `NOT_SERVING` or `UNKNOWN`.

        Asked once: that nobody answers is an answer too.
        """
        return self._ask(exchanges.health(service), self._retries(timeout, once=True))

    def _open(self) -> grpc.Channel:
        return self._connection.open()

    def _ask(self, exchange: Exchange[T], retries: Retries, scope: Scope | None = None) -> T:
        while True:
            method = self._method(type(exchange.request))
            sent = {"timeout": retries.remaining, "metadata": self._connection.metadata}
            try:
                # What may be cancelled costs more.
                answer = scope.result(method.future(exchange.request, **sent)) if scope else method(exchange.request, **sent)
            except grpc.RpcError as error:
                failure = from_rpc_error(error)
            else:
                return exchange.read(answer)
            pause = retries.pause_after(failure)
            if scope:
                scope.pause(pause)
            else:
                time.sleep(pause)

    def _follow(self, plan: Plan[T], timeout: float | None) -> T:
        retries = self._retries(timeout)
        try:
            exchange = next(plan)
            while True:
                exchange = plan.send(self._ask(exchange, retries.renewed()))
        except StopIteration as done:
            result: T = done.value
            return result

    def _many(self, kind: Kind[T], sources: Iterable[Any], ordered: bool, in_flight: int, timeout: float) -> Generator[Any]:
        limits = self._follow(self._limits(), timeout)
        flight: Flight[T] = Flight(limits, kind.overhead, ordered=ordered, in_flight=in_flight)
        scope, ended = Scope(), SimpleQueue[tuple[list[Place[T]], Any]]()

        def ask(request: list[Place[T]]) -> None:
            try:
                ended.put((request, self._ask(kind.exchange(request), Retries(timeout, timeout), scope)))
            except BaseException as error:
                ended.put((request, error))

        items = iter(sources)
        with ThreadPoolExecutor(flight.most_requests, thread_name_prefix="piiprobe") as threads:
            try:
                while True:
                    yield from flight.give()
                    if flight.over:
                        return
                    for request in flight.requests():
                        threads.submit(ask, request)
                    # The input may take its time: what is answered goes before it.
                    if flight.wants and ended.empty():
                        item = next(items, _END)
                        flight.end() if item is _END else flight.take(item)
                        continue
                    request, outcomes = ended.get()
                    if isinstance(outcomes, BaseException):
                        flight.failed(request, outcomes)
                    else:
                        flight.answered(request, outcomes)
            finally:
                scope.end()

    def _chunks(self, reader: ChunkReader, chunks: Iterable[str], retries: Retries) -> Generator[ChunkFindings]:
        call, feed = self._opened(reader, chunks, retries)
        try:
            feed.go()
            for answer in call:
                yield reader.read(answer)
            reader.close()
        except (grpc.RpcError, MismatchError) as error:
            failure = feed.error or (from_rpc_error(error) if isinstance(error, grpc.RpcError) else error)
        else:
            return
        finally:
            feed.stop()
            call.cancel()
        raise failure

    def _opened(self, reader: ChunkReader, chunks: Iterable[str], retries: Retries) -> tuple[Any, Feed]:
        while True:
            feed = Feed(reader, chunks)
            method = self._method(pii_pb2.DetectStreamRequest)
            call = method(iter(feed), timeout=retries.remaining, metadata=self._connection.metadata)
            try:
                reader.open(next(call, None))
            except grpc.RpcError as error:
                feed.stop()
                failure = from_rpc_error(error)
            except BaseException:
                feed.stop()
                call.cancel()
                raise
            else:
                return call, feed
            time.sleep(retries.pause_after(failure))

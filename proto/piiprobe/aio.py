"""A client of `piiprobe.v1.PiiService` for event loops."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, AsyncIterable, AsyncIterator, Iterable
from typing import Any, Self, TypeVar, Unpack, overload

import grpc

from piiprobe import exchanges
from piiprobe.base import PII_SERVICE, BaseClient, checked_in_flight
from piiprobe.chunks import ChunkReader
from piiprobe.cutting import Place
from piiprobe.documents import Source
from piiprobe.errors import MismatchError, from_rpc_error
from piiprobe.exchanges import Exchange, Kind, Plan
from piiprobe.flight import Flight
from piiprobe.options import DetectOptions, RedactOptions
from piiprobe.redacted import Restored
from piiprobe.results import Batch, ChunkFindings, DocumentFailure, EntityType, ModelInfo, Redaction, Result
from piiprobe.retries import Retries
from piiprobe.v1 import pii_pb2

T = TypeVar("T")
K = TypeVar("K")


class AsyncPiiClient(BaseClient[grpc.aio.Channel]):
    """`PiiClient` for an event loop: the same methods, arguments, results and errors; belongs to the loop of its first call.

    >>> import asyncio
    >>> from piiprobe import AsyncPiiClient
    >>> async def count(lines):
    ...     async with AsyncPiiClient(target) as client:
    ...         return [len(outcome.findings) async for outcome in client.detect_many(lines)]
    >>> asyncio.run(count(["a@example.com", "nobody"]))
    [1, 0]
    """

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()

    async def close(self) -> None:
        """Ends all calls and the connection."""
        if channel := self._taken_channel():
            await channel.close()

    async def detect(self, source: Source, *, timeout: float | None = None, **options: Unpack[DetectOptions]) -> Result:
        """As of `PiiClient`."""
        return await self._ask(exchanges.detect(source, options), self._retries(timeout))

    async def detect_batch(
        self, sources: Iterable[Source], *, timeout: float | None = None, **options: Unpack[DetectOptions]
    ) -> Batch[Result]:
        """As of `PiiClient`."""
        return await self._follow(exchanges.batch(exchanges.detection(options), sources, self._limits()), timeout)

    @overload
    def detect_many(
        self,
        sources: AsyncIterable[tuple[K, Source]] | Iterable[tuple[K, Source]],
        *,
        ordered: bool = ...,
        in_flight: int = ...,
        timeout: float = ...,
        **options: Unpack[DetectOptions],
    ) -> AsyncGenerator[tuple[K, Result | DocumentFailure]]: ...
    @overload
    def detect_many(
        self,
        sources: AsyncIterable[Source] | Iterable[Source],
        *,
        ordered: bool = ...,
        in_flight: int = ...,
        timeout: float = ...,
        **options: Unpack[DetectOptions],
    ) -> AsyncGenerator[Result | DocumentFailure]: ...
    def detect_many(
        self,
        sources: AsyncIterable[Any] | Iterable[Any],
        *,
        ordered: bool = True,
        in_flight: int = 256,
        timeout: float = 300.0,
        **options: Unpack[DetectOptions],
    ) -> AsyncGenerator[Any]:
        """As of `PiiClient`, but that outcomes come while an `AsyncIterable` waits. Others are advanced on the event loop.

        Where it is left early, what is on its way is cancelled at once inside `contextlib.aclosing`, and at some time otherwise.
        """
        return self._many(exchanges.detection(options), sources, ordered, checked_in_flight(in_flight), timeout)

    def detect_chunks(
        self,
        id: str,
        chunks: AsyncIterable[str] | Iterable[str],
        *,
        timeout: float = 3600.0,
        **options: Unpack[DetectOptions],
    ) -> AsyncGenerator[ChunkFindings]:
        """As of `PiiClient`, but that chunks are advanced on the event loop."""
        return self._chunks(ChunkReader(id, options), chunks, self._retries(timeout))

    async def redact(self, source: Source, *, timeout: float | None = None, **options: Unpack[RedactOptions]) -> Redaction:
        """As of `PiiClient`."""
        return await self._ask(exchanges.redact(source, options), self._retries(timeout))

    async def redact_batch(
        self, sources: Iterable[Source], *, timeout: float | None = None, **options: Unpack[RedactOptions]
    ) -> Batch[Redaction]:
        """As of `PiiClient`."""
        return await self._follow(exchanges.batch(exchanges.redaction(options), sources, self._limits()), timeout)

    @overload
    def redact_many(
        self,
        sources: AsyncIterable[tuple[K, Source]] | Iterable[tuple[K, Source]],
        *,
        ordered: bool = ...,
        in_flight: int = ...,
        timeout: float = ...,
        **options: Unpack[RedactOptions],
    ) -> AsyncGenerator[tuple[K, Redaction | DocumentFailure]]: ...
    @overload
    def redact_many(
        self,
        sources: AsyncIterable[Source] | Iterable[Source],
        *,
        ordered: bool = ...,
        in_flight: int = ...,
        timeout: float = ...,
        **options: Unpack[RedactOptions],
    ) -> AsyncGenerator[Redaction | DocumentFailure]: ...
    def redact_many(
        self,
        sources: AsyncIterable[Any] | Iterable[Any],
        *,
        ordered: bool = True,
        in_flight: int = 256,
        timeout: float = 300.0,
        **options: Unpack[RedactOptions],
    ) -> AsyncGenerator[Any]:
        """To `redact` as `detect_many` is to `detect`."""
        return self._many(exchanges.redaction(options), sources, ordered, checked_in_flight(in_flight), timeout)

    async def restore(self, text: str, *, key: bytes = b"", json: bool = False, timeout: float | None = None) -> Restored:
        """As of `PiiClient`."""
        return await self._ask(exchanges.restore(text, key, json), self._retries(timeout))

    async def model_info(self, *, timeout: float | None = None) -> ModelInfo:
        """As of `PiiClient`."""
        return await self._ask(exchanges.model_info(), self._retries(timeout))

    async def entity_types(self, *, timeout: float | None = None) -> tuple[EntityType, ...]:
        """As of `PiiClient`."""
        return await self._ask(exchanges.entity_types(), self._retries(timeout))

    async def health(self, service: str = PII_SERVICE, *, timeout: float | None = None) -> str:
        """As of `PiiClient`."""
        return await self._ask(exchanges.health(service), self._retries(timeout, once=True))

    def _open(self) -> grpc.aio.Channel:
        return self._connection.open_async()

    async def _ask(self, exchange: Exchange[T], retries: Retries) -> T:
        while True:
            method = self._method(type(exchange.request))
            try:
                answer = await method(exchange.request, timeout=retries.remaining, metadata=self._connection.metadata)
            except grpc.RpcError as error:
                failure = from_rpc_error(error)
            else:
                return exchange.read(answer)
            await asyncio.sleep(retries.pause_after(failure))

    async def _follow(self, plan: Plan[T], timeout: float | None) -> T:
        retries = self._retries(timeout)
        try:
            exchange = next(plan)
            while True:
                exchange = plan.send(await self._ask(exchange, retries.renewed()))
        except StopIteration as done:
            result: T = done.value
            return result

    async def _many(
        self, kind: Kind[T], sources: AsyncIterable[Any] | Iterable[Any], ordered: bool, in_flight: int, timeout: float
    ) -> AsyncGenerator[Any]:
        limits = await self._follow(self._limits(), timeout)
        flight: Flight[T] = Flight(limits, kind.overhead, ordered=ordered, in_flight=in_flight)
        changed, room = asyncio.Event(), asyncio.Event()

        async def take() -> None:
            try:
                async for item in _each(sources):
                    flight.take(item)
                    changed.set()
                    while not flight.wants:
                        room.clear()
                        await room.wait()
                flight.end()
            except BaseException as error:
                flight.broken(error)
            changed.set()

        async def ask(request: list[Place[T]]) -> None:
            try:
                flight.answered(request, await self._ask(kind.exchange(request), Retries(timeout, timeout)))
            except BaseException as error:
                flight.failed(request, error)
            changed.set()

        tasks = {asyncio.create_task(take())}
        try:
            while True:
                changed.clear()
                for given in flight.give():
                    room.set()
                    yield given
                if flight.over:
                    return
                for request in flight.requests():
                    asking = asyncio.create_task(ask(request))
                    tasks.add(asking)
                    asking.add_done_callback(tasks.discard)
                await changed.wait()
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

    async def _chunks(
        self, reader: ChunkReader, chunks: AsyncIterable[str] | Iterable[str], retries: Retries
    ) -> AsyncGenerator[ChunkFindings]:
        call, feed = await self._opened(reader, chunks, retries)
        try:
            feed.going.set()
            async for answer in call:
                yield reader.read(answer)
            reader.close()
        except (grpc.RpcError, MismatchError) as error:
            failure = feed.error or (from_rpc_error(error) if isinstance(error, grpc.RpcError) else error)
        else:
            return
        finally:
            call.cancel()
        raise failure

    async def _opened(
        self, reader: ChunkReader, chunks: AsyncIterable[str] | Iterable[str], retries: Retries
    ) -> tuple[Any, _Feed]:
        while True:
            feed = _Feed(reader, chunks)
            method = self._method(pii_pb2.DetectStreamRequest)
            call = method(aiter(feed), timeout=retries.remaining, metadata=self._connection.metadata)
            try:
                reader.open(await anext(aiter(call), None))
            except grpc.RpcError as error:
                failure = from_rpc_error(error)
            except BaseException:
                call.cancel()
                raise
            else:
                return call, feed
            await asyncio.sleep(retries.pause_after(failure))


class _Feed:
    """`chunks.Feed` for an event loop. One that is never told to go ends with its call."""

    def __init__(self, reader: ChunkReader, chunks: AsyncIterable[str] | Iterable[str]) -> None:
        self._reader, self._chunks = reader, chunks
        self.going = asyncio.Event()
        self.error: Exception | None = None

    async def __aiter__(self) -> AsyncIterator[pii_pb2.DetectStreamRequest]:
        yield self._reader.opening
        await self.going.wait()
        try:
            async for chunk in _each(self._chunks):
                for message in self._reader.messages(chunk):
                    yield message
            yield self._reader.end
        except Exception as error:
            # grpc would say no more than that there was one.
            self.error = error


async def _each(sources: AsyncIterable[T] | Iterable[T]) -> AsyncIterator[T]:
    if isinstance(sources, AsyncIterable):
        async for source in sources:
            yield source
    else:
        for source in sources:
            yield source

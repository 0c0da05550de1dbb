"""A real server on a free port of the loopback, around the fake detector."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from typing import Any

import grpc
import pytest
from fakes import FakeDetector

from piiprobe.v1 import pii_pb2_grpc
from service.config import Settings
from service.server import Server


@dataclass
class Running:
    """A server, the detector behind it and a channel to it; `outcome` is the server's `run`."""

    server: Server
    detector: FakeDetector
    channel: grpc.aio.Channel
    outcome: asyncio.Task[None]

    @property
    def target(self) -> str:
        return f"127.0.0.1:{self.server.port}"

    @property
    def stub(self) -> Any:
        return pii_pb2_grpc.PiiServiceStub(self.channel)


Start = Callable[..., Awaitable[Running]]


@asynccontextmanager
async def running(
    load: Callable[[], FakeDetector] | None = None, *, wait: bool = True, **settings: Any
) -> AsyncIterator[Running]:
    detector = FakeDetector()
    server = Server(Settings(port=0, **settings), load or (lambda: detector))
    await server.start()
    outcome = asyncio.create_task(server.run())
    async with grpc.aio.insecure_channel(f"127.0.0.1:{server.port}") as channel:
        try:
            if wait:
                await asyncio.wait_for(server.ready.wait(), 5)
            yield Running(server, detector, channel, outcome)
        finally:
            detector.go_on.set()
            server.stop()
            await asyncio.wait((outcome,), timeout=10)


@pytest.fixture
async def start() -> AsyncIterator[Start]:
    """Starts servers that end with the test."""
    async with AsyncExitStack() as stack:

        async def begin(*arguments: Any, **settings: Any) -> Running:
            return await stack.enter_async_context(running(*arguments, **settings))

        yield begin

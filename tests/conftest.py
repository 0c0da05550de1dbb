"""A real server on a free port of the loopback, around the fake detector; a tiny real detector."""

from __future__ import annotations

import asyncio
import gzip
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import grpc
import hypothesis
import pytest
from fakes import FakeDetector

from piiprobe.v1 import pii_pb2_grpc
from service.config import Settings
from service.server import Server

if TYPE_CHECKING:
    from probes.detector import Detector

# How long an example takes says how busy the machine is.
hypothesis.settings.register_profile("tests", deadline=None)
hypothesis.settings.load_profile("tests")

# Otherwise grpc's poller ends with the last of its objects. Where a test failed, that is whenever the garbage collector finds it,
# and there the end of the poller can hang.
grpc.aio.init_grpc_aio()


@dataclass
class Running:
    """A server, the detector behind it and a channel to it; `outcome` is the server's `run`."""

    server: Server
    detector: FakeDetector
    channel: grpc.aio.Channel
    outcome: asyncio.Task[None]

    @property
    def target(self) -> str:
        return self.server.listener.address

    @property
    def stub(self) -> Any:
        return pii_pb2_grpc.PiiServiceStub(self.channel)


Start = Callable[..., Awaitable[Running]]


@asynccontextmanager
async def running(
    load: Callable[[], FakeDetector] | None = None, *, wait: bool = True, **settings: Any
) -> AsyncIterator[Running]:
    detector = FakeDetector()
    server = Server(Settings(**{"port": 0, "metrics_port": 0, **settings}), load or (lambda: detector))
    await server.start()
    outcome = asyncio.create_task(server.run())
    async with grpc.aio.insecure_channel(server.listener.address) as channel:
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


@pytest.fixture
def labelled(tmp_path: Path) -> Path:
    """A folder with one labelled set, whose one e-mail address the fake detector can find."""
    spans = [{"start": 9, "end": 24, "label": "mail", "pii": "EMAIL"}]
    with gzip.open(tmp_path / "own.jsonl.gz", "wt", encoding="utf-8") as file:
        file.write(json.dumps({"text": "write to zoë@example.com", "spans": spans, "lang": "en", "source": "own"}) + "\n")
    return tmp_path


# torch is imported only where a test wants a model: the tests of the service run without it.
@pytest.fixture(scope="session")
def tiny_model_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A tiny random Gemma 3 as a Hugging Face folder. Do not write into it."""
    from tiny import write_model

    return write_model(tmp_path_factory.mktemp("tiny-model"))


@pytest.fixture(scope="session")
def tiny_bundle(tmp_path_factory: pytest.TempPathFactory, tiny_model_folder: Path) -> Path:
    """A tiny random bundle for `tiny_model_folder`. Do not write into it."""
    from tiny import write_bundle

    return write_bundle(tmp_path_factory.mktemp("tiny-bundle"), tiny_model_folder)


@pytest.fixture(scope="session")
def tiny_detector(tiny_model_folder: Path, tiny_bundle: Path) -> Detector:
    """A detector of random findings, many in any text."""
    from probes.detector import Detector

    return Detector.load(tiny_bundle, str(tiny_model_folder), dtype="float32")

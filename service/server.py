"""Builds the server, and runs it from the first byte on the port to the last call drained."""

from __future__ import annotations

import asyncio
import logging
import signal
import sys
import time
from collections.abc import Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any

import grpc
from grpc_health.v1 import health_pb2, health_pb2_grpc
from grpc_reflection.v1alpha import reflection

from piiprobe.v1 import pii_pb2, pii_pb2_grpc
from probes.errors import ProbesError
from probes.judge.equivalent import JudgeEquivalent
from probes.judge.prices import load_prices
from service.auth import Auth
from service.calls import Calls
from service.config import Settings
from service.cpus import limit_thread_pools
from service.detector import Detector
from service.engine import Engine, EngineStats
from service.errors import StartError
from service.exposition import Exposition
from service.faults import describe, silence_messages
from service.health import PII_SERVICE, Health
from service.interceptors import Guard
from service.listener import Listener
from service.metrics import Metrics
from service.queue import Limits
from service.servicer import PiiServicer

if TYPE_CHECKING:
    from service.tracing import Tracing

log = logging.getLogger(__name__)

_HEALTH_SERVICE = "grpc.health.v1.Health"
_SERVICES: Any = (pii_pb2.DESCRIPTOR.services_by_name["PiiService"], health_pb2.DESCRIPTOR.services_by_name["Health"])

# Workers decode in Python. With the default of 5 ms the event loop would wait that long for the interpreter's lock each time that
# the network wakes it, several times a call.
_SWITCH_INTERVAL_S = 0.0005


class Server:
    """One server in the running event loop: `start`, then `run` until `stop` or a failure."""

    def __init__(self, settings: Settings, load: Callable[[], Detector], tracing: Tracing | None = None) -> None:
        """Raises `StartError` where the settings name files that cannot be used, or an address that is not safe."""
        silence_messages()
        self.settings = settings
        self.listener = Listener(settings)
        self.health = Health()
        self.ready = asyncio.Event()
        limits = Limits(settings.max_queue_documents, settings.max_queue_tokens, settings.batch_tokens)
        self.metrics = Metrics(settings, self.stats, lambda: self.health.serving)
        self._engine = Engine(load, limits, settings.worker_count, self.metrics)
        self._stopping = asyncio.Event()
        self._exposition: Exposition | None = None
        self._server = grpc.aio.server(
            interceptors=[
                Calls(self.metrics.registry, _SERVICES, tracing),
                *([Auth(settings.token_file, self.metrics.rejected)] if settings.token_file else []),
                Guard(f"/{PII_SERVICE}/", self.metrics.rejected),
            ],
            options=self.listener.options,
        )
        servicer = PiiServicer(self._engine, settings, self.metrics)
        pii_pb2_grpc.add_PiiServiceServicer_to_server(servicer, self._server)
        health_pb2_grpc.add_HealthServicer_to_server(self.health, self._server)
        if settings.reflection:
            reflection.enable_server_reflection([PII_SERVICE, _HEALTH_SERVICE, reflection.SERVICE_NAME], self._server)

    async def start(self) -> None:
        """Takes the addresses and answers health checks with NOT_SERVING; raises StartError or OSError where it cannot."""
        await self.health.set_serving(False)
        self.listener.open(self._server)
        if self.settings.metrics_port is not None:
            host, port = self.settings.metrics_host, self.settings.metrics_port
            self._exposition = Exposition(host, port, self.metrics.registry, lambda: self.health.serving)
        await self._server.start()

    @property
    def port(self) -> int:
        """Where calls go, once started; without meaning on a Unix socket."""
        return self.listener.port

    @property
    def metrics_port(self) -> int | None:
        """Where `/metrics` is, once started."""
        return self._exposition.port if self._exposition else None

    def stop(self) -> None:
        """Makes `run` drain and return."""
        self._stopping.set()

    def stats(self) -> EngineStats:
        """How full the queue is, and what was done since the start."""
        return self._engine.stats()

    async def run(self) -> None:
        """Loads the detector and serves until `stop`; raises what broke the loading or the engine, after telling callers."""
        stopping = asyncio.create_task(self._stopping.wait())
        serving = asyncio.create_task(self._serve())
        try:
            await asyncio.wait((stopping, serving), return_when=asyncio.FIRST_COMPLETED)
            broken = serving.done()
            await self.health.drain(0.0 if broken else self.settings.drain_delay_s)
            # The calls of a broken engine have their errors by now and only need to send them.
            await self._server.stop(1.0 if broken else self.settings.drain_grace_s)
            if broken:
                serving.result()
        finally:
            for task in (stopping, serving):
                task.cancel()
            await asyncio.gather(stopping, serving, return_exceptions=True)
            if self._exposition:
                self._exposition.close()

    async def _serve(self) -> None:
        began = time.monotonic()
        detector = await self._engine.load()
        seconds = time.monotonic() - began
        self.metrics.loaded(detector, JudgeEquivalent.measured(load_prices(), partial(_counted, detector)), seconds)
        await self.health.set_serving(True)
        log.info(
            "ready on %s after %.1f s, %d workers of %d threads: bundle %s %s, SHA-256 %s",
            self.listener.address,
            seconds,
            self.settings.worker_count,
            self.settings.worker_threads,
            detector.manifest.name,
            detector.manifest.version,
            detector.digest,
        )
        self.ready.set()
        await self._engine.run()


async def serve(settings: Settings, load: Callable[[], Detector]) -> int:
    """Runs a server until SIGTERM or SIGINT and says on the log why it ended: 0 where it was told to stop, 1 where it broke."""
    limit_thread_pools(settings.worker_threads)
    sys.setswitchinterval(_SWITCH_INTERVAL_S)
    tracing = _tracing() if settings.tracing else None
    try:
        server = Server(settings, load, tracing)
        await server.start()
    except StartError as error:
        log.error("%s", error)
        return 1
    except OSError:
        log.error(
            "cannot listen on %s for metrics: is another server there?", _address(settings.metrics_host, settings.metrics_port)
        )
        return 1
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, server.stop)
    log.info("listening on %s, loading %s", server.listener.address, settings.bundle)
    if server.metrics_port is not None:
        log.info("metrics on http://%s/metrics", _address(settings.metrics_host, server.metrics_port))
    try:
        await server.run()
    except ProbesError as error:
        log.error("%s", error)
        return 1
    except BaseException as error:
        log.critical("the server broke: %s", describe(error))
        return 1
    finally:
        if tracing:
            # It sends what it holds, and waits for that.
            await asyncio.to_thread(tracing.close)
    log.info("stopped")
    return 0


def _tracing() -> Tracing:
    # The trace extra may not be installed.
    from service.tracing import Tracing

    return Tracing()


def _counted(detector: Detector, texts: Sequence[str]) -> list[int]:
    return [len(document.tokens) for document in detector.documents(texts)]


def _address(host: str, port: int | None) -> str:
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"

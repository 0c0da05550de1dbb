"""Builds the server, and runs it from the first byte on the port to the last call drained."""

from __future__ import annotations

import asyncio
import logging
import os
import signal
import sys
import time
from collections.abc import Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any, NoReturn

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
from service.faults import describe, forbid_core_dumps, silence_messages
from service.health import PII_SERVICE, Health
from service.interceptors import Guard, OneMessage
from service.listener import Listener
from service.logs import configure
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
SWITCH_INTERVAL_S = 0.0005

# grpc drops calls that arrive in the very moment in which it stops: their callers see CANCELLED, which nobody tries again. So
# whoever asks again after the last answer still hears UNAVAILABLE from us.
_LINGER_S = 0.25


class Server:
    """One server in the running event loop: `start`, then `run` until `stop` or a failure."""

    def __init__(self, settings: Settings, load: Callable[[], Detector], tracing: Tracing | None = None) -> None:
        """Raises `StartError` where the settings name files that cannot be used, or an address that is not safe."""
        silence_messages()
        self.settings = settings
        self.listener = Listener(settings)
        health = self.health = Health()
        self.ready = asyncio.Event()
        limits = Limits(settings.max_queue_documents, settings.max_queue_tokens, settings.batch_tokens)
        # Not of `self`: in a cycle, the server of grpc would be left to the garbage collector, and its end may hang there.
        self.metrics = Metrics(settings, lambda: engine.stats(), lambda: health.serving)
        engine = self._engine = Engine(load, limits, settings.worker_count, self.metrics)
        self._stopping = asyncio.Event()
        self._exposition: Exposition | None = None
        self._guard = Guard(f"/{PII_SERVICE}/", self.metrics.rejected)
        self._server = grpc.aio.server(
            interceptors=[
                OneMessage(),
                Calls(self.metrics.registry, _SERVICES, tracing),
                *([Auth(settings.token_file, self.metrics.rejected)] if settings.token_file else []),
                self._guard,
            ],
            options=self.listener.options,
        )
        self._servicer = PiiServicer(self._engine, settings, self.metrics)
        pii_pb2_grpc.add_PiiServiceServicer_to_server(self._servicer, self._server)
        health_pb2_grpc.add_HealthServicer_to_server(self.health, self._server)
        if settings.reflection:
            reflection.enable_server_reflection([PII_SERVICE, _HEALTH_SERVICE, reflection.SERVICE_NAME], self._server)

    async def start(self) -> None:
        """Takes the addresses and answers health checks with NOT_SERVING; raises StartError or OSError where it cannot."""
        await self.health.set_serving(False)
        self.listener.open(self._server)
        if self.settings.metrics_port is not None:
            host, port, health = self.settings.metrics_host, self.settings.metrics_port, self.health
            self._exposition = Exposition(host, port, self.metrics.registry, lambda: health.serving)
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

    @property
    def stopping(self) -> bool:
        """Whether `stop` was called."""
        return self._stopping.is_set()

    def stats(self) -> EngineStats:
        """How full the queue is, and what was done since the start."""
        return self._engine.stats()

    async def run(self) -> None:
        """Loads the detector and serves until `stop`; raises what broke the loading or the engine, after telling callers."""
        stopping = asyncio.create_task(self._stopping.wait())
        serving = asyncio.create_task(self._serve())
        try:
            await asyncio.wait((stopping, serving), return_when=asyncio.FIRST_COMPLETED)
            await self._drain(broken=serving.done())
            if serving.done():
                serving.result()
        finally:
            for task in (stopping, serving):
                task.cancel()
            await asyncio.gather(stopping, serving, return_exceptions=True)
            if self._exposition:
                self._exposition.close()

    async def _drain(self, *, broken: bool) -> None:
        # Nobody sends calls to a server that never was ready, and a broken one has nothing to answer them with.
        delay = 0.0 if broken or not self.ready.is_set() else self.settings.drain_delay_s
        # The calls of a broken engine have their errors by now and only need to send them.
        grace = 1.0 if broken else self.settings.drain_grace_s
        log.info("not serving; new calls are taken for another %g s", delay, extra={"event": "not_serving", "seconds": delay})
        await self.health.drain(delay)
        log.info("new calls are refused; those in flight get %g s", grace, extra={"event": "refusing", "seconds": grace})
        ends = time.monotonic() + grace
        self._servicer.drain()
        await self._guard.refuse(grace)
        if self.ready.is_set():
            await asyncio.sleep(min(_LINGER_S, max(0.0, ends - time.monotonic())))
        await self._server.stop(max(0.0, ends - time.monotonic()))

    async def _serve(self) -> None:
        began = time.monotonic()
        detector = await self._engine.load()
        seconds = time.monotonic() - began
        self.metrics.loaded(detector, JudgeEquivalent.measured(load_prices(), partial(_counted, detector)), seconds)
        await self.health.set_serving(True)
        address = self.listener.address
        log.info(
            "ready on %s after %.1f s, %d workers of %d threads: bundle %s %s, SHA-256 %s",
            self.listener.address,
            seconds,
            self.settings.worker_count,
            self.settings.worker_threads,
            detector.manifest.name,
            detector.manifest.version,
            detector.digest,
            extra={
                "event": "ready",
                "address": address,
                "seconds": round(seconds, 3),
                "workers": self.settings.worker_count,
                "threads": self.settings.worker_threads,
                "bundle": detector.manifest.name,
                "bundle_version": detector.manifest.version,
                "digest": detector.digest,
            },
        )
        self.ready.set()
        await self._engine.run()


async def serve(settings: Settings, load: Callable[[], Detector]) -> int:
    """Runs a server until SIGTERM or SIGINT and says on the log why it ended: 0 where it was told to stop, 1 where it broke."""
    limit_thread_pools(settings.worker_threads)
    sys.setswitchinterval(SWITCH_INTERVAL_S)
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
        loop.add_signal_handler(number, partial(_stop, server, number))
    loop.add_signal_handler(signal.SIGHUP, _refuse_to_reload)
    address = server.listener.address
    log.info(
        "listening on %s, loading %s",
        address,
        settings.bundle,
        extra={"event": "listening", "address": address, "bundle": settings.bundle},
    )
    if server.metrics_port is not None:
        metrics = _address(settings.metrics_host, server.metrics_port)
        log.info("metrics on http://%s/metrics", metrics, extra={"event": "metrics", "address": metrics})
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
    stats = server.stats()
    counts = {"answered": stats.answered, "failed": stats.failed, "dropped": sum(stats.queue.dropped.values())}
    log.info("stopped", extra={"event": "stopped", **counts})
    return 0


def run_process(settings: Settings, load: Callable[[], Detector]) -> NoReturn:
    """`serve` as the life of this process: its log lines, and its end with the exit code."""
    configure(settings.log_format, settings.log_level)
    forbid_core_dumps()
    _exit(asyncio.run(serve(settings, load)))


def _stop(server: Server, number: signal.Signals) -> None:
    if server.stopping:
        log.warning("%s again: ending at once, calls in flight are lost", number.name, extra={"event": "killed"})
        _exit(128 + number)
    log.info("%s: draining", number.name, extra={"event": "draining", "signal": number.name})
    server.stop()


def _refuse_to_reload() -> None:
    log.warning(
        "SIGHUP: settings come from flags and the environment, so restart the server to change them; certificates and tokens are "
        "read again by themselves when their files change",
        extra={"event": "reload_refused"},
    )


def _exit(code: int) -> NoReturn:
    logging.shutdown()
    sys.stdout.flush()
    sys.stderr.flush()
    # A forward pass cannot be interrupted, and the interpreter would wait for its thread.
    os._exit(code)


def _tracing() -> Tracing:
    # The trace extra may not be installed.
    from service.tracing import Tracing

    return Tracing()


def _counted(detector: Detector, texts: Sequence[str]) -> list[int]:
    return [len(document.tokens) for document in detector.documents(texts)]


def _address(host: str, port: int | None) -> str:
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"

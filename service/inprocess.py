"""A server inside of this process, in a thread, for pipelines whose workers hold a detector each.

What they ask goes the way of every other call, so options, limits and errors are the same.
"""

from __future__ import annotations

import asyncio
import sys
import tempfile
import threading
from collections.abc import Callable
from concurrent.futures import Future
from pathlib import Path

from service import loading
from service.config import Settings
from service.cpus import limit_thread_pools
from service.detector import Detector
from service.server import SWITCH_INTERVAL_S, Server

_lock = threading.Lock()
_address: str | None = None


def target(load: Callable[[Settings], Detector] = loading.load) -> str:
    """Where the server of this process listens, as a gRPC target; the first call loads the detector, which takes seconds.

    Settings are those of the environment (`PIIPROBE_…`), but with one worker where it does not say. The address is a Unix socket
    that nobody but this user can reach, and there are no metrics.

    Raises:
        ProbesError, StartError: the detector cannot be loaded, or its server not started; the next call tries again.
    """
    global _address
    with _lock:
        if _address is None:
            # Its finalizer removes it when the interpreter ends.
            folder = tempfile.TemporaryDirectory(prefix="piiprobe-")
            settings = _settings(Path(folder.name) / "socket")
            limit_thread_pools(settings.worker_threads)
            sys.setswitchinterval(SWITCH_INTERVAL_S)
            started: Future[str] = Future()
            threading.Thread(target=_run, args=(settings, load, folder, started), name="piiprobe", daemon=True).start()
            _address = started.result()
        return _address


def _run(
    settings: Settings,
    load: Callable[[Settings], Detector],
    folder: tempfile.TemporaryDirectory[str],
    started: Future[str],
) -> None:
    with folder:
        try:
            asyncio.run(_serve(settings, load, started))
        except BaseException as error:
            if not started.done():
                started.set_exception(error)


async def _serve(settings: Settings, load: Callable[[Settings], Detector], started: Future[str]) -> None:
    server = Server(settings, lambda: load(settings))
    await server.start()
    serving = asyncio.create_task(server.run())
    ready = asyncio.create_task(server.ready.wait())
    await asyncio.wait((serving, ready), return_when=asyncio.FIRST_COMPLETED)
    if ready.done():
        started.set_result(server.listener.address)
    else:
        ready.cancel()
    await serving


def _settings(socket: Path) -> Settings:
    closed = dict.fromkeys(("metrics_port", "tls_certificate", "tls_key", "tls_client_ca", "token_file"))
    settings = Settings(socket=socket, tracing=False, **closed)  # type: ignore[arg-type]
    return settings.model_copy(update={"workers": settings.workers or 1, "threads": settings.worker_threads})

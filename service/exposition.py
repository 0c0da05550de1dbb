"""Plain HTTP for those who watch: `/metrics` for Prometheus, `/livez` and `/readyz` for a kubelet."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Iterable
from concurrent.futures import TimeoutError as FutureTimeoutError
from socketserver import ThreadingMixIn
from typing import TYPE_CHECKING, Any
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

from prometheus_client import CollectorRegistry, make_wsgi_app

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

_LIVE_WITHIN_S = 1.0


class Exposition:
    """Serves from threads of its own, so that `/livez` is answered, with 503, even where the event loop hangs.

    Attributes:
        port: the one that was taken.
    """

    def __init__(self, host: str, port: int, registry: CollectorRegistry, ready: Callable[[], bool]) -> None:
        """Takes the port, in the event loop that `/livez` is about. Raises OSError where the port is taken."""
        self._loop = asyncio.get_running_loop()
        self._ready = ready
        self._metrics: Any = make_wsgi_app(registry)
        self._server = make_server(host, port, self._answer, _Server, _Silent)
        self.port: int = self._server.server_port
        threading.Thread(target=self._server.serve_forever, name="exposition", daemon=True).start()

    def close(self) -> None:
        """Gives the port back."""
        self._server.shutdown()
        self._server.server_close()

    def _answer(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        checks = {"/livez": self._live, "/readyz": self._ready}
        path = environ["PATH_INFO"]
        if path == "/metrics":
            answer: Iterable[bytes] = self._metrics(environ, start_response)
            return answer
        if path not in checks:
            status, text = "404 Not Found", b"/metrics, /livez or /readyz\n"
        elif checks[path]():
            status, text = "200 OK", b"ok\n"
        else:
            status, text = "503 Service Unavailable", b"no\n"
        start_response(status, [("Content-Type", "text/plain; charset=utf-8")])
        return [text]

    def _live(self) -> bool:
        turn = asyncio.run_coroutine_threadsafe(asyncio.sleep(0), self._loop)
        try:
            turn.result(_LIVE_WITHIN_S)
        except FutureTimeoutError:
            turn.cancel()
            return False
        return True


class _Server(ThreadingMixIn, WSGIServer):
    daemon_threads = True
    # A port that another server listens on is refused all the same: this is about connections that are closing.
    allow_reuse_address = True

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Nothing: it would print a traceback because somebody hung up."""


class _Silent(WSGIRequestHandler):
    # Of one whole request: a peer that sends nothing holds a thread no longer.
    timeout = 10

    def log_message(self, format: str, *args: Any) -> None:
        """Nothing: a request's line is the caller's text."""

    def send_error(self, code: int, message: str | None = None, explain: str | None = None) -> None:
        """The code's own phrase: `message` and `explain` may quote the request's line."""
        super().send_error(code)

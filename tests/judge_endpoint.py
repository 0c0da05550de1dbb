"""A stand-in for an endpoint that speaks OpenAI's chat completions: a real server on a free port of the loopback."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


@dataclass(frozen=True)
class Reply:
    """What the endpoint answers: `body` as it is, or `content` as a chat completion."""

    content: str | None = '{"pii": []}'
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    body: str | None = None
    finish_reason: str = "stop"
    usage: tuple[int, int] | None = (100, 10)
    delay_s: float = 0.0

    def encoded(self) -> bytes:
        if self.body is not None:
            return self.body.encode()
        choice = {"index": 0, "message": {"role": "assistant", "content": self.content}, "finish_reason": self.finish_reason}
        completion: dict[str, Any] = {"object": "chat.completion", "choices": [choice]}
        if self.usage is not None:
            completion["usage"] = {"prompt_tokens": self.usage[0], "completion_tokens": self.usage[1], "total_tokens": 0}
        return json.dumps(completion).encode()


@dataclass(frozen=True)
class Asked:
    path: str
    headers: Mapping[str, str]
    body: dict[str, Any]
    at: float

    @property
    def text(self) -> str:
        return str(self.body["messages"][-1]["content"])


class Endpoint:
    """Gives the queued replies first, then what `otherwise` says to a text; remembers what it was asked."""

    def __init__(self) -> None:
        self.asked: list[Asked] = []
        self.replies: list[Reply] = []
        self.otherwise: Callable[[str], Reply] = lambda text: Reply()
        self.at_once = self.most_at_once = 0
        self._lock = threading.Lock()
        endpoint = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self) -> None:
                body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                asked = Asked(self.path, dict(self.headers), body, time.monotonic())
                reply = endpoint._begin(asked)
                time.sleep(reply.delay_s)
                content = reply.encoded()
                endpoint._end()
                try:
                    self.send_response(reply.status)
                    for name, value in {"Content-Length": str(len(content)), **reply.headers}.items():
                        self.send_header(name, value)
                    self.end_headers()
                    self.wfile.write(content)
                except ConnectionError:
                    # The client did not wait.
                    self.close_connection = True

            def log_message(self, *_: object) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True)
        self._thread.start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_address[1]}/v1"

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def _begin(self, asked: Asked) -> Reply:
        with self._lock:
            self.asked.append(asked)
            self.at_once += 1
            self.most_at_once = max(self.most_at_once, self.at_once)
            return self.replies.pop(0) if self.replies else self.otherwise(asked.text)

    def _end(self) -> None:
        with self._lock:
            self.at_once -= 1

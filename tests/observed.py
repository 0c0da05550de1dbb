"""A server's process of which everything is kept that anybody could read afterwards: output, metrics, spans, statuses, files."""

from __future__ import annotations

import asyncio
import contextlib
import os
import re
import subprocess
import urllib.error
import urllib.request
from collections.abc import AsyncIterator, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import grpc
from google.protobuf.message import Message
from leaks import found_in
from opentelemetry.proto.collector.trace.v1 import trace_service_pb2, trace_service_pb2_grpc

from service.process import free_port, wait_until_serving

TOKEN = "the-token-that-is-right"


@dataclass(frozen=True)
class Ended:
    """What a caller gets of a call that failed; `details` with all metadata. `response` of one that did not."""

    code: str
    details: bytes = b""
    response: Any = None


class Spans(trace_service_pb2_grpc.TraceServiceServicer):
    """An OTLP collector."""

    def __init__(self) -> None:
        self.requests: list[Message] = []

    def Export(self, request: Any, context: Any) -> Any:
        self.requests.append(request)
        return trace_service_pb2.ExportTraceServiceResponse()

    @property
    def names(self) -> set[str]:
        """Of all spans."""
        return {
            span.name
            for each in self.requests
            for r in each.resource_spans
            for s in r.scope_spans
            for span in s.spans  # type: ignore[attr-defined]
        }


@dataclass
class Observed:
    """A running server; `seen` by where it was seen, what was kept."""

    process: subprocess.Popen[bytes]
    target: str
    metrics: str
    folder: Path
    spans: Spans
    channel: Any
    seen: dict[str, list[bytes]] = field(default_factory=dict)

    async def call(
        self,
        method: str,
        data: bytes | Message,
        *,
        timeout: float | None = 20,  # noqa: ASYNC109
        token: str = TOKEN,
        metadata: Sequence[tuple[str, str | bytes]] = (),
        streaming: bool = False,
        more: Sequence[Message] = (),
    ) -> Ended:
        """One request, bytes as they are, or with `more` a stream of them. What is told of a call that fails is kept."""
        sent = data if isinstance(data, bytes) else data.SerializeToString()
        headers = ((("authorization", f"Bearer {token}"),) if token else ()) + tuple(metadata)
        try:
            if more:
                stream = self.channel.stream_stream(method)(timeout=timeout, metadata=headers)
                for each in (sent, *(message.SerializeToString() for message in more)):
                    await stream.write(each)
                await stream.done_writing()
                return Ended("OK", response=[each async for each in stream])
            if streaming:
                call = self.channel.unary_stream(method)(sent, timeout=timeout, metadata=headers)
                return Ended("OK", response=await anext(aiter(call)))
            return Ended("OK", response=await self.channel.unary_unary(method)(sent, timeout=timeout, metadata=headers))
        except grpc.aio.AioRpcError as error:
            told = [
                str(error.details()),
                *(f"{k}={v!r}" for m in (error.initial_metadata(), error.trailing_metadata()) for k, v in m),
            ]
            raw = [v if isinstance(v, bytes) else v.encode() for _, v in error.trailing_metadata()]
            ended = Ended(error.code().name, b"\n".join([*(each.encode() for each in told), *raw]))
            self.keep(f"status of {method}", ended.details)
            return ended

    def keep(self, where: str, data: bytes) -> None:
        self.seen.setdefault(where, []).append(data)

    def get(self, path: str, headers: dict[str, str] | None = None) -> int:
        """Asks the HTTP port; the answer is kept with its headers."""
        request = urllib.request.Request(f"http://{self.metrics}{path}", headers=headers or {})
        try:
            with urllib.request.urlopen(request, timeout=10) as response:
                self.keep(f"HTTP {path[:9]}", str(response.headers).encode() + response.read())
                return int(response.status)
        except urllib.error.HTTPError as error:
            self.keep("HTTP error", f"{error.headers} {error.reason}".encode() + error.read())
            return error.code

    def limits(self) -> str:
        """What the process may use."""
        return Path(f"/proc/{self.process.pid}/limits").read_text(encoding="ascii")

    def leaks(self) -> dict[str, str]:
        """Where the canary is, of all that was kept, exported, printed and written, and how; the process has ended."""
        for path in self.folder.rglob("*"):
            self.keep("file name", str(path.relative_to(self.folder)).encode())
            if path.is_file():
                self.keep(path.name if path.parent == self.folder else "file", path.read_bytes())
        for request in self.spans.requests:
            # The fields one by one too, since in the message's own bytes they would stand alike.
            self.keep("spans", request.SerializeToString() + str(request).encode())
        found = {where: next(found_in(b"\0".join(kept)), "") for where, kept in self.seen.items()}
        return {where: form for where, form in found.items() if form}


@contextlib.contextmanager
def collector() -> Iterator[tuple[Spans, int]]:
    """Spans that arrive at a port of the loopback."""
    server, spans = grpc.server(ThreadPoolExecutor(2)), Spans()
    trace_service_pb2_grpc.add_TraceServiceServicer_to_server(spans, server)
    port = server.add_insecure_port("127.0.0.1:0")
    server.start()
    try:
        yield spans, port
    finally:
        server.stop(None).wait()


@contextlib.asynccontextmanager
async def observed(command: Sequence[str], folder: Path, **settings: object) -> AsyncIterator[Observed]:
    """A server whose folders all lie in `folder`, with tokens, tracing and reflection; killed at the end where it still runs."""
    home, token_file = folder / "home", folder.parent / f"{folder.name}.tokens"
    home.mkdir(parents=True)
    token_file.write_text(TOKEN + "\n", encoding="utf-8")
    port, metrics_port = free_port(), free_port()
    with collector() as (spans, otlp_port):
        given = {
            "port": port,
            "metrics_port": metrics_port,
            "token_file": token_file,
            "tracing": True,
            "reflection": True,
            "log_level": "debug",
            **settings,
        }
        environment = {
            **{name: value for name, value in os.environ.items() if not name.startswith(("PIIPROBE_", "OTEL_", "GRPC_"))},
            **{f"PIIPROBE_{name.upper()}": str(value) for name, value in given.items()},
            "OTEL_EXPORTER_OTLP_ENDPOINT": f"http://127.0.0.1:{otlp_port}",
            "OTEL_BSP_SCHEDULE_DELAY": "200",
            "PYTHONWARNINGS": "default",
            **dict.fromkeys(("HOME", "TMPDIR", "XDG_CACHE_HOME", "XDG_CONFIG_HOME", "XDG_RUNTIME_DIR"), str(home)),
        }
        with (
            (folder / "stdout").open("wb") as out,
            (folder / "stderr").open("wb") as err,
            subprocess.Popen(command, env=environment, cwd=home, stdout=out, stderr=err) as process,  # noqa: ASYNC220
        ):
            try:
                target = f"127.0.0.1:{port}"
                await asyncio.to_thread(wait_until_serving, process, target, 60)
                async with grpc.aio.insecure_channel(target) as channel:
                    yield Observed(process, target, f"127.0.0.1:{metrics_port}", folder, spans, channel)
            finally:
                process.kill()


def core_files_allowed(limits: str) -> tuple[str, str]:
    """Soft and hard limit of the size of a core file."""
    found = re.search(r"^Max core file size\s+(\S+)\s+(\S+)", limits, re.MULTILINE)
    assert found
    return found[1], found[2]

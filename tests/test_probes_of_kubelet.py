"""kubelet's part: the probes of the manifests, asked of a real server that starts, is overloaded and is told to stop."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import socket
import sys
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import grpc
import pytest
from certificates import Authority
from fakes import SLOW
from manifests import OVERLAYS, Object, environment_of, overlay, piiprobe_of, pod_of

from piiprobe.v1 import pii_pb2, pii_pb2_grpc

# Where the manifests say a second, it is an eighth of one here.
FASTER = 8
# Stricter than the manifests, and what kubelet takes where a probe says nothing.
TIMEOUT_S = 1.0
TOKEN = "invented-token-of-a-caller"


@dataclass(frozen=True)
class Pod:
    """The container of an overlay as a process, a channel to it, and the probes that kubelet would send."""

    container: Object
    grace_s: float
    process: asyncio.subprocess.Process
    channel: grpc.aio.Channel
    metrics_port: int

    def detect(self, text: str, **options: Any) -> Any:
        request = pii_pb2.DetectRequest(document=pii_pb2.Document(text=text))
        return pii_pb2_grpc.PiiServiceStub(self.channel).Detect(
            request, metadata=[("authorization", f"Bearer {TOKEN}")], **options
        )

    async def passes(self, kind: str) -> bool:
        """Asks once, as kubelet does: what comes in time with 2xx or 3xx passes."""
        path = self.container[f"{kind}Probe"]["httpGet"]["path"]
        try:
            async with asyncio.timeout(TIMEOUT_S):
                reader, writer = await asyncio.open_connection("127.0.0.1", self.metrics_port)
                try:
                    writer.write(f"GET {path} HTTP/1.1\r\nHost: pod\r\nConnection: close\r\n\r\n".encode())
                    status = int((await reader.readline()).split()[1])
                finally:
                    writer.close()
        except (OSError, TimeoutError, IndexError):
            return False
        return 200 <= status < 400

    async def becomes(self, kind: str, expected: bool) -> None:
        """Asks until the answer is the expected one; fails after the probe's threshold."""
        probe = self.container[f"{kind}Probe"]
        for _ in range(probe["failureThreshold"]):
            if await self.passes(kind) is expected:
                return
            await asyncio.sleep(probe["periodSeconds"] / FASTER)
        raise AssertionError(f"the {kind} probe never became {expected}")

    async def answers(self, kind: str, times: int) -> list[bool]:
        """What a probe says so many times in a row, at its period."""
        said = []
        for _ in range(times):
            said.append(await self.passes(kind))
            await asyncio.sleep(self.container[f"{kind}Probe"]["periodSeconds"] / FASTER)
        return said


def free_port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port: int = taken.getsockname()[1]
    return port


def write_secrets(told: dict[str, str], authority: Authority) -> None:
    issued = authority.issue()
    Path(told["PIIPROBE_TLS_CERTIFICATE"]).write_bytes(issued.certificate)
    Path(told["PIIPROBE_TLS_KEY"]).write_bytes(issued.key)
    Path(told["PIIPROBE_TOKEN_FILE"]).write_text(TOKEN)


def open_channel(told: dict[str, str], authority: Authority) -> grpc.aio.Channel:
    if "PIIPROBE_SOCKET" in told:
        return grpc.aio.insecure_channel(f"unix:{told['PIIPROBE_SOCKET']}")
    target = f"127.0.0.1:{told['PIIPROBE_PORT']}"
    if "PIIPROBE_TLS_CERTIFICATE" in told:
        return grpc.aio.secure_channel(target, grpc.ssl_channel_credentials(authority.pem))
    return grpc.aio.insecure_channel(target)


@contextlib.asynccontextmanager
async def running_pod(name: str, root: Path) -> AsyncIterator[Pod]:
    """The server of an overlay around the fake detector, with one worker; its mounted folders are below `root`."""
    template = pod_of(overlay(name))
    container = piiprobe_of(template)
    for mount in container["volumeMounts"]:
        (root / mount["mountPath"].lstrip("/")).mkdir(parents=True)
    mounted = tuple(mount["mountPath"] for mount in container["volumeMounts"])
    told = {
        variable: f"{root}{value}" if value.startswith(mounted) else value
        for variable, value in environment_of(container).items()
    }
    authority = Authority("invented authority")
    if "PIIPROBE_TLS_CERTIFICATE" in told:
        write_secrets(told, authority)
    for drain in ("PIIPROBE_DRAIN_DELAY_S", "PIIPROBE_DRAIN_GRACE_S"):
        told[drain] = str(float(told[drain]) / FASTER)
    metrics_port = free_port()
    told |= {"PIIPROBE_PORT": str(free_port()), "PIIPROBE_METRICS_PORT": str(metrics_port), "PIIPROBE_WORKERS": "1"}
    process = await asyncio.create_subprocess_exec(
        sys.executable, str(Path(__file__).with_name("fakes.py")), env={**os.environ, **told}
    )
    grace_s = template["spec"].get("terminationGracePeriodSeconds", 30) / FASTER
    try:
        async with open_channel(told, authority) as channel:
            yield Pod(container, grace_s, process, channel, metrics_port)
    finally:
        with contextlib.suppress(ProcessLookupError):
            process.kill()
        await process.wait()


async def crowd(pod: Pod, refused: asyncio.Event, ended: asyncio.Event) -> None:
    """Callers that ask again at once; none of their calls can be answered while the only worker is busy."""
    while not ended.is_set():
        calls = [pod.detect("word " * 200, timeout=20) for _ in range(20)]
        await asyncio.sleep(0.01)
        for call in calls:
            if call.done() and await call.code() is grpc.StatusCode.RESOURCE_EXHAUSTED:
                refused.set()
            call.cancel()


@pytest.mark.parametrize("name", OVERLAYS)
async def test_a_pod_starts_stays_alive_under_overload_and_ends_in_time(name: str, tmp_path: Path) -> None:
    async with running_pod(name, tmp_path) as pod:
        await pod.becomes("startup", True)
        assert (await pod.detect("a", wait_for_ready=True, timeout=5)).HasField("result")

        stuck = asyncio.ensure_future(pod.detect(SLOW, timeout=30))
        refused, ended = asyncio.Event(), asyncio.Event()
        callers = asyncio.ensure_future(crowd(pod, refused, ended))
        alive, ready = await asyncio.gather(pod.answers("liveness", 2), pod.answers("readiness", 4))
        ended.set()
        await callers
        assert refused.is_set()
        assert (alive, ready) == ([True] * 2, [True] * 4)
        assert not stuck.done()

        # The stuck call is the worst that can be in flight: it takes all the time that it gets.
        pod.process.send_signal(signal.SIGTERM)
        await pod.becomes("readiness", False)
        assert await asyncio.wait_for(pod.process.wait(), pod.grace_s) == 0
        await asyncio.wait((stuck,))

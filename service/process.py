"""A server in a process of its own: its port, when it serves, its end."""

from __future__ import annotations

import signal
import socket
import subprocess
import time
from typing import Any

import grpc
from grpc_health.v1 import health_pb2, health_pb2_grpc

from probes.errors import ProbesError
from service.health import PII_SERVICE

_STOPPED_WITHIN_S = 60.0


def free_port() -> int:
    """One that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def wait_until_serving(process: subprocess.Popen[bytes], target: str, within_s: float) -> None:
    """Blocks until the health of `target`, which `process` serves, is SERVING.

    Raises:
        ProbesError: it ended, or was not ready within `within_s` seconds.
    """
    deadline = time.monotonic() + within_s
    request = health_pb2.HealthCheckRequest(service=PII_SERVICE)
    # A refused connection is tried again after a second unless told otherwise, which would be most of what is measured.
    options = [(f"grpc.{name}_reconnect_backoff_ms", 20) for name in ("initial", "min", "max")]
    with grpc.insecure_channel(target, options) as channel:
        stub: Any = health_pb2_grpc.HealthStub(channel)
        while time.monotonic() < deadline:
            if process.poll() is not None:
                raise ProbesError(f"the server ended with code {process.returncode} before it was ready")
            try:
                if stub.Check(request, timeout=1).status == health_pb2.HealthCheckResponse.SERVING:
                    return
            except grpc.RpcError:
                pass
            time.sleep(0.02)
    raise ProbesError(f"the server was not ready within {within_s:g} s")


def stop(process: subprocess.Popen[bytes]) -> int:
    """Tells it to drain, and kills it where it does not; its exit status."""
    if process.poll() is None:
        process.send_signal(signal.SIGTERM)
    try:
        return process.wait(_STOPPED_WITHIN_S)
    except subprocess.TimeoutExpired:
        process.kill()
        return process.wait()

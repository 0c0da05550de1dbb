"""Programs beside this one: the server that is measured, and what sends it the load."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

import grpc
from grpc_health.v1 import health_pb2, health_pb2_grpc

from probes.errors import ProbesError
from service.bench import load
from service.health import PII_SERVICE

SERVE = (sys.executable, "-m", "service.cli", "serve")

_READY_WITHIN_S = 600.0
_STOPPED_WITHIN_S = 60.0
_BEGIN_IN_S = 1.5
"""How long the programs of a load take to start at most; begin later and they begin together."""


@dataclass(frozen=True, slots=True)
class Memory:
    """MiB of a process and its children. `resident` counts pages of mapped files, which the system can take back and which other
    processes share; `proportional` each page by the number of its users; `private` only what nobody else has."""

    resident: float
    proportional: float
    private: float


class ServerProcess:
    """A server on a free port, from `start` to the end of the `with` block.

    `ready_s`: seconds from its exec to SERVING.
    """

    def __init__(self, process: subprocess.Popen[bytes], target: str, ready_s: float) -> None:
        self._process, self.target, self.ready_s = process, target, ready_s

    @classmethod
    def start(cls, environment: Mapping[str, str], command: Sequence[str] = SERVE) -> ServerProcess:
        """Runs `command`, told its port and `environment` by `PIIPROBE_…`, and waits until it serves.

        Raises:
            ProbesError: it ended or was not ready in time.
        """
        port = _free_port()
        began = time.perf_counter()
        process = subprocess.Popen(command, env={**os.environ, **environment, "PIIPROBE_PORT": str(port)})
        try:
            _wait_until_serving(process, f"127.0.0.1:{port}")
        except BaseException:
            _stop(process)
            raise
        return cls(process, f"127.0.0.1:{port}", time.perf_counter() - began)

    def memory(self) -> Memory:
        """Now."""
        return memory(self._process.pid)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        _stop(self._process)


def run_plans(*plans: dict[str, Any]) -> list[load.Answered]:
    """Carries out plans (fields of `load.Plan` without `begin`), each in a process of its own, beginning together."""
    begin = time.time() + _BEGIN_IN_S
    processes = []
    try:
        for fields in plans:
            process = subprocess.Popen(
                [sys.executable, "-m", "service.bench.load"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
            )
            processes.append(process)
            assert process.stdin is not None
            process.stdin.write(load.to_json(load.Plan(begin=begin, **fields)))
            process.stdin.close()
        # One after the other: what the later ones cannot write yet waits until their time is over.
        answers = [process.stdout.read() if process.stdout else "" for process in processes]
        codes = [process.wait() for process in processes]
    except BaseException:
        for process in processes:
            process.kill()
        raise
    if any(codes):
        raise ProbesError("the load program failed")
    return [load.from_json(answer) for answer in answers]


def memory(pid: int) -> Memory:
    """Of a process and all below it; needs Linux."""
    sums = dict.fromkeys(("Rss", "Pss", "Private_Clean", "Private_Dirty"), 0)
    for each in _family(pid):
        for line in Path(f"/proc/{each}/smaps_rollup").read_text(encoding="ascii").splitlines():
            name, _, rest = line.partition(":")
            if name in sums:
                sums[name] += int(rest.split()[0])
    mib = {name: kib / 1024 for name, kib in sums.items()}
    return Memory(mib["Rss"], mib["Pss"], mib["Private_Clean"] + mib["Private_Dirty"])


def _family(pid: int) -> list[int]:
    found = [pid]
    for path in Path(f"/proc/{pid}/task").glob("*/children"):
        for child in path.read_text(encoding="ascii").split():
            found += _family(int(child))
    return found


def _wait_until_serving(process: subprocess.Popen[bytes], target: str) -> None:
    deadline = time.monotonic() + _READY_WITHIN_S
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
    raise ProbesError(f"the server was not ready within {_READY_WITHIN_S:g} s")


def _stop(process: subprocess.Popen[bytes]) -> None:
    if process.poll() is None:
        process.send_signal(signal.SIGTERM)
    try:
        process.wait(_STOPPED_WITHIN_S)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port

"""Programs beside this one: the server that is measured, and what sends it the load."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

from probes.errors import ProbesError
from service.bench import load
from service.process import free_port, stop, wait_until_serving

SERVE = (sys.executable, "-m", "service.cli", "serve")

_READY_WITHIN_S = 600.0
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

    `metrics_target`: HOST:PORT of its /metrics; `ready_s`: seconds from its exec to SERVING.
    """

    def __init__(self, process: subprocess.Popen[bytes], target: str, metrics_target: str, ready_s: float) -> None:
        self._process, self.target, self.metrics_target, self.ready_s = process, target, metrics_target, ready_s

    @classmethod
    def start(cls, environment: Mapping[str, str], command: Sequence[str] = SERVE, port: int | None = None) -> ServerProcess:
        """Runs `command`, told its port and `environment` by `PIIPROBE_…`, and waits until it serves.

        Raises:
            ProbesError: it ended or was not ready in time.
        """
        port, metrics_port = port or free_port(), free_port()
        began = time.perf_counter()
        own = {"PIIPROBE_PORT": str(port), "PIIPROBE_METRICS_PORT": str(metrics_port)}
        process = subprocess.Popen(command, env={**os.environ, **environment, **own})
        try:
            wait_until_serving(process, f"127.0.0.1:{port}", _READY_WITHIN_S)
        except BaseException:
            stop(process)
            raise
        return cls(process, f"127.0.0.1:{port}", f"127.0.0.1:{metrics_port}", time.perf_counter() - began)

    @property
    def pid(self) -> int:
        return self._process.pid

    def memory(self) -> Memory:
        """Now."""
        return memory(self.pid)

    def stop(self) -> int:
        """Lets it drain and end; its exit status."""
        return stop(self._process)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()


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

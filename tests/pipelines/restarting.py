"""A real server around the fake detector, which can die and come back on its port.

The engines have environments of their own without what a server needs, so PIIPROBE_SERVER_PYTHON says what runs it.
"""

from __future__ import annotations

import os
import re
import signal
import socket
import sys
import time
import urllib.request
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path
from typing import TypeVar

from served import Served, served

T = TypeVar("T")

FAKE = (os.environ.get("PIIPROBE_SERVER_PYTHON", sys.executable), str(Path(__file__).parents[1] / "fakes.py"), "0")


class Restarting:
    """A server that can be killed and started again where it was."""

    def __init__(self, stack: ExitStack, **settings: object) -> None:
        self._stack = stack
        self._settings = settings
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self._port = probe.getsockname()[1]
        self.start()

    @property
    def target(self) -> str:
        return f"127.0.0.1:{self._port}"

    def start(self) -> None:
        self._server: Served = self._stack.enter_context(served(FAKE, port=self._port, **self._settings))
        self._server.wait_for('"event": "ready"')

    def kill(self) -> None:
        self._server.process.send_signal(signal.SIGKILL)
        self._server.process.wait()

    def count(self, metric: str, labels: str = "") -> int:
        """The sum of a metric of the process that runs now, over the lines that hold `labels`."""
        address = self._server.event("metrics")["address"]
        with urllib.request.urlopen(f"http://{address}/metrics", timeout=5) as answer:
            lines = answer.read().decode().splitlines()
        values = [line.rpartition(" ")[2] for line in lines if re.match(rf"{metric}[{{ ]", line) and labels in line]
        return int(sum(map(float, values)))

    def killed_during(self, job: Callable[[], T], answers: int) -> T:
        """What `job` gives, whose server dies after that many answers, is away for a second and comes back."""
        with ThreadPoolExecutor(1) as thread:
            running = thread.submit(job)
            while self.count("piiprobe_documents_total", 'outcome="answered"') < answers:
                assert not running.done(), "the job was over too early"
                time.sleep(0.02)
            self.kill()
            assert not running.done()
            time.sleep(1)
            self.start()
            return running.result(120)

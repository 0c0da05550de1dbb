"""A server in a process of its own, whose log lines are events to wait for."""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

FAKE = (sys.executable, str(Path(__file__).with_name("fakes.py")))
_WITHIN_S = 60.0


@dataclass(frozen=True)
class Served:
    """A server's process and the file that takes its stderr."""

    process: subprocess.Popen[bytes]
    log: Path

    @property
    def target(self) -> str:
        return str(self.event("listening")["address"])

    @property
    def logged(self) -> str:
        return self.log.read_text(encoding="utf-8")

    @property
    def lines(self) -> list[dict[str, Any]]:
        """The finished log lines; fails where one is no JSON object."""
        return [json.loads(line) for line in self.logged.splitlines(keepends=True) if line.endswith("\n")]

    @property
    def events(self) -> list[str]:
        return [line["event"] for line in self.lines if "event" in line]

    def event(self, name: str) -> dict[str, Any]:
        """The first line with that event, which is waited for."""
        self.wait_for(f'"event": "{name}"')
        return next(line for line in self.lines if line.get("event") == name)

    def wait_for(self, text: str) -> None:
        """Until a finished log line holds `text`."""
        deadline = time.monotonic() + _WITHIN_S
        while not any(text in line for line in self.logged.splitlines(keepends=True) if line.endswith("\n")):
            assert self.process.poll() is None or text in self.logged, f"ended without {text!r}: {self.logged}"
            assert time.monotonic() < deadline, f"no {text!r}: {self.logged}"
            time.sleep(0.01)


@contextlib.contextmanager
def served(command: Sequence[str] = FAKE, **settings: object) -> Iterator[Served]:
    """A server with JSON logs on a free port; killed at the end where it still runs."""
    given = {"port": 0, "metrics_port": 0, "log_format": "json", **settings}
    environment = {f"PIIPROBE_{name.upper()}": str(value) for name, value in given.items()}
    with tempfile.TemporaryDirectory() as folder:
        log = Path(folder) / "log"
        with (
            log.open("wb") as stderr,
            subprocess.Popen(command, env={**os.environ, **environment}, stdout=stderr, stderr=stderr) as process,
        ):
            try:
                yield Served(process, log)
            finally:
                process.kill()

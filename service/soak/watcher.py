"""Looks at the server's process again and again: memory, open files, threads, and the size of what it tells Prometheus."""

from __future__ import annotations

import threading
import time
import urllib.request
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from service.bench.process import Memory, memory

_SCRAPE_EVERY_S = 15.0


@dataclass(frozen=True, slots=True)
class Sample:
    """`seconds` since the server was ready; `documents` that it has answered to clients that told of it; `anonymous`: MiB of the
    resident memory that are no pages of files."""

    seconds: float
    documents: int
    memory: Memory
    anonymous: float


@dataclass(frozen=True, slots=True)
class Handles:
    """What a process holds; `series`: lines of its metrics."""

    files: int
    threads: int
    series: int


class Watcher:
    """A thread that samples `pid` every `every_s` seconds, from `start` to `stop`, and scrapes its metrics like Prometheus."""

    def __init__(self, pid: int, metrics_url: str, every_s: float, documents: Callable[[], int]) -> None:
        """`documents`: how many are answered now; those before the start are not counted."""
        self.samples: list[Sample] = []
        self._pid, self._url, self._every_s, self._documents = pid, metrics_url, every_s, documents
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._run, name="watcher", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        """Returns when the last sample is taken; before the process ends, or there is none."""
        self._ended.set()
        self._thread.join()

    def handles(self) -> Handles:
        """Now."""
        process = Path(f"/proc/{self._pid}")
        return Handles(len(list((process / "fd").iterdir())), len(list((process / "task").iterdir())), self._scrape())

    def _run(self) -> None:
        began, before, scraped = time.monotonic(), self._documents(), time.monotonic()
        while not self._ended.wait(self._every_s):
            # The process may end while it is looked at; then the samples until there stand.
            with suppress(FileNotFoundError, ProcessLookupError):
                found = memory(self._pid), _anonymous(self._pid)
                self.samples.append(Sample(time.monotonic() - began, self._documents() - before, *found))
            if time.monotonic() - scraped >= _SCRAPE_EVERY_S:
                scraped = time.monotonic()
                self._scrape()

    def _scrape(self) -> int:
        with suppress(OSError), urllib.request.urlopen(self._url, timeout=10) as response:
            return sum(not line.startswith(b"#") for line in response.read().splitlines())
        return 0


def _anonymous(pid: int) -> float:
    for line in Path(f"/proc/{pid}/status").read_text(encoding="ascii").splitlines():
        name, _, rest = line.partition(":")
        if name == "RssAnon":
            return int(rest.split()[0]) / 1024
    return 0.0

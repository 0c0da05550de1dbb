"""Presidio on all cores, and the same Gemma asked in words."""

from __future__ import annotations

import multiprocessing
import os
import time
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from itertools import cycle
from typing import Any, Self

_presidio: Any = None
"""Of a process of `PresidioPool`."""


class PresidioPool:
    """Presidio with spaCy's small English model in as many processes as there are cores, since it computes in Python, on one
    core each. A context manager."""

    def __init__(self, processes: int) -> None:
        self._processes = processes
        # Not forked: gRPC and OpenMP have threads by now.
        context = multiprocessing.get_context("spawn")
        self._pool = ProcessPoolExecutor(processes, mp_context=context, initializer=_load_presidio)

    def words_per_s(self, texts: Sequence[str], seconds: float) -> float:
        """Of all processes together, each reading texts in turn for `seconds`."""
        shares = [list(texts[i:]) + list(texts[:i]) for i in range(self._processes)]
        lanes = [self._pool.submit(_read_presidio, share, seconds) for share in shares]
        return sum(lane.result() for lane in lanes)

    def __enter__(self) -> Self:
        # One task would wake one process only.
        for lane in [self._pool.submit(_read_presidio, ["Anna Lind waits."], 1.0) for _ in range(self._processes)]:
            lane.result()
        return self

    def __exit__(self, *_: object) -> None:
        self._pool.shutdown()


def _load_presidio() -> None:
    global _presidio
    # Before numpy is imported: there is a process for every core.
    os.environ["OMP_NUM_THREADS"] = "1"
    from probes.training.controls.presidio import Presidio

    _presidio = Presidio(0.0)


def _read_presidio(texts: Sequence[str], seconds: float) -> float:
    began, words = time.perf_counter(), 0
    for text in cycle(texts):
        _presidio.detect([text])
        words += len(text.split())
        if (passed := time.perf_counter() - began) >= seconds:
            break
    return words / passed

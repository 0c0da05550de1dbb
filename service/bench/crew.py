"""Threads that share out work as the service's workers do."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import cycle
from typing import TypeVar

import torch

T = TypeVar("T")


class Crew:
    """`workers` Python threads, each of which computes torch's products with `threads` threads of its own."""

    def __init__(self, workers: int, threads: int) -> None:
        self.workers, self.threads = workers, threads
        self._pool = ThreadPoolExecutor(workers, thread_name_prefix="bench")

    def __str__(self) -> str:
        return f"{self.workers} × {self.threads}"

    def call(self, work: Callable[[], T]) -> T:
        """`work` alone, on one of the threads."""
        return self._pool.submit(self._as_worker, work).result()

    def rate(self, work: Callable[[T], float], items: Sequence[T], seconds: float) -> float:
        """Units a second of all workers together, each taking the next item until `seconds` have passed.

        Args:
            work: does an item and returns its units, such as its tokens.
            items: taken in turn, again and again.
        """
        supply, lock = cycle(items), threading.Lock()
        # A rate for each worker, since the last item of one ends before that of another.
        lanes = [self._pool.submit(self._as_worker, lambda: _lane(work, supply, lock, seconds)) for _ in range(self.workers)]
        return sum(lane.result() for lane in lanes)

    def close(self) -> None:
        """Ends the threads."""
        self._pool.shutdown()

    def _as_worker(self, work: Callable[[], T]) -> T:
        # OpenMP keeps the number by thread, and another crew may have set torch's own since.
        if torch.get_num_threads() != self.threads:
            torch.set_num_threads(self.threads)
        return work()


def layouts(threads: int) -> list[tuple[int, int]]:
    """(workers, threads each) that together use `threads`: one for all, or each alone."""
    return [(1, threads)] if threads == 1 else [(1, threads), (threads, 1)]


def _lane(work: Callable[[T], float], supply: Iterator[T], lock: threading.Lock, seconds: float) -> float:
    began, units = time.perf_counter(), 0.0
    while (passed := time.perf_counter() - began) < seconds or not units:
        with lock:
            item = next(supply)
        units += work(item)
    return units / passed

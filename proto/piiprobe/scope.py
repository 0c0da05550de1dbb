"""Calls of several threads that end together."""

from __future__ import annotations

import threading
from typing import Any

import grpc

from piiprobe.errors import PiiprobeError


class Scope:
    """Holds the calls that are being made, until `end` cancels them and lets nobody pause any more."""

    def __init__(self) -> None:
        self._calls: set[Any] = set()
        self._lock = threading.Lock()
        self._ended = threading.Event()

    def result(self, call: Any) -> Any:
        """Waits for what a grpc future gives; raises what it raises, or `PiiprobeError` where it was cancelled."""
        with self._lock:
            self._calls.add(call)
        try:
            if self._ended.is_set():
                call.cancel()
            return call.result()
        except grpc.FutureCancelledError:
            raise PiiprobeError("CANCELLED", "the call was cancelled") from None
        finally:
            with self._lock:
                self._calls.discard(call)

    def pause(self, seconds: float) -> None:
        """Waits, less where the scope ends."""
        self._ended.wait(seconds)

    def end(self) -> None:
        """Cancels all calls, those that are still to come too."""
        self._ended.set()
        with self._lock:
            calls = list(self._calls)
        for call in calls:
            call.cancel()

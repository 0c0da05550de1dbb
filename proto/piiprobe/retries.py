"""When a call that failed is made again. Our own: grpc's retry policy does not know `RetryInfo` and tries five times at most."""

from __future__ import annotations

import random
import time
from typing import Self

from piiprobe.errors import PiiprobeError, ResourceExhaustedError, UnavailableError

_FIRST_PAUSE_S = 0.1
_LONGEST_PAUSE_S = 2.0


class Retries:
    """The attempts of one call, all within `timeout` seconds from now, and `retry_for` seconds from the first UNAVAILABLE."""

    def __init__(self, timeout: float, retry_for: float) -> None:
        self._deadline = time.monotonic() + timeout
        self._retry_for = retry_for
        self._unavailable_until: float | None = None
        self._backoff = _FIRST_PAUSE_S

    @property
    def remaining(self) -> float:
        """Seconds until the deadline."""
        return self._deadline - time.monotonic()

    def renewed(self) -> Self:
        """Those of another call with the same deadline."""
        return type(self)(self.remaining, self._retry_for)

    def pause_after(self, error: PiiprobeError) -> float:
        """Seconds to wait before the next attempt; raises `error` where there is none."""
        now, until = time.monotonic(), self._deadline
        match error:
            case UnavailableError():
                if self._unavailable_until is None:
                    self._unavailable_until = now + self._retry_for
                until = min(until, self._unavailable_until)
                pause = self._backoff * random.uniform(0.5, 1.0)
                self._backoff = min(_LONGEST_PAUSE_S, 2 * self._backoff)
            case ResourceExhaustedError(retry_after_s=float(delay)):
                # Not earlier than the server says, and not all callers at once.
                pause = delay * random.uniform(1.0, 1.25)
            case _:
                raise error
        if now + pause >= until:
            raise error
        return pause

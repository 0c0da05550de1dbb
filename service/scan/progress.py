"""A bar on stderr: bytes read, their rate, and when all will be."""

from __future__ import annotations

import time
from types import TracebackType
from typing import Self

from tqdm import tqdm

_EVERY_S = 0.2


class Bar:
    """Shows how far a scan is; `total` is in bytes, None where nobody knows."""

    def __init__(self, total: int | None, *, shown: bool) -> None:
        self._bar = tqdm(total=total, unit="B", unit_scale=True, unit_divisor=1024, disable=not shown, dynamic_ncols=True)
        self._next = 0.0

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._bar.close()

    def __call__(self, read: int, records: int, findings: int, failures: int) -> None:
        now = time.monotonic()
        if now < self._next:
            return
        if not self._next:
            # What an earlier scan has read says nothing of how fast this one is.
            self._bar.initial = self._bar.n = read
        self._next = now + _EVERY_S
        self._bar.set_postfix_str(f"{records:,} records, {findings:,} findings, {failures:,} failures", refresh=False)
        self._bar.update(max(0, read - self._bar.n))

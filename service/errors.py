"""Why there are no findings, or no server; none of them says anything of a text."""

from __future__ import annotations

from typing import Literal

Full = Literal["documents", "tokens"]
"""Which limit of the queue is reached."""


class EngineUnavailableError(Exception):
    """The detector is still loading, or the engine has ended."""


class DetectorFailedError(Exception):
    """The detector broke on this document; nothing is known about its text."""


class ExpiredError(Exception):
    """The deadline passes before the document could be read; the model did not see the rest of it."""


class OverloadedError(Exception):
    """The queue is full.

    Attributes:
        full: the limit that is reached.
        retry_after_s: an estimate of the seconds until what waits now is read.
    """

    def __init__(self, full: Full, retry_after_s: float) -> None:
        super().__init__("the queue is full")
        self.full: Full = full
        self.retry_after_s = retry_after_s


class StartError(Exception):
    """The server cannot start as it is set; the message says what to set."""

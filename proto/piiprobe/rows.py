"""What the engines' modules have in common: how a worker reads the texts of rows, and what the rows get."""

from __future__ import annotations

import pickle
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, Self

from piiprobe.base import checked_in_flight
from piiprobe.client import PiiClient
from piiprobe.documents import JsonDocument, Source
from piiprobe.errors import PiiprobeError
from piiprobe.options import DetectOptions
from piiprobe.requests import detect_options
from piiprobe.results import DocumentFailure, Finding, Result

DEFAULT_TARGET = "127.0.0.1:50051"
"""A sidecar."""

PII = "pii"
PII_ERROR = "pii_error"

OnFailure = Literal["keep", "raise"]
"""What becomes of a row whose text was not read: it is kept, with its error in place of findings, or the job fails."""


@dataclass(frozen=True, slots=True)
class Cell:
    """What is known of a text: its findings as plain values, or why it was not read. Neither, where there is no text."""

    findings: list[dict[str, Any]] | None
    error: str | None = None


class Settings(DetectOptions, total=False):
    """Keywords of every engine's `detect`, beside the options of detection, but no `top_features`: rows hold no reasons."""

    local: bool
    """Whether each worker's process loads a detector of its own and asks no server. That takes seconds and some 500 MB; which
    one, and how many threads it has, says the environment of the worker (`PIIPROBE_…`), with one thread where it does not."""
    json: bool
    """Whether the texts are JSON documents; the `field` of a finding tells where it is."""
    on_failure: OnFailure
    """What becomes of a row whose text was not read; `keep` where unset."""
    in_flight: int
    """Texts of a worker that are on their way at any time; 256 where unset."""
    timeout: float
    """Seconds for which a worker waits for a server that is UNAVAILABLE or overloaded before it fails; 300 where unset."""
    client: Mapping[str, Any]
    """Further keywords of `PiiClient`, such as `token`; paths are those of the worker's machine."""


@dataclass(frozen=True, slots=True)
class Job:
    """What all workers do. It can be pickled, opens nothing, and shows no secrets.

    Attributes:
        target: of the server; None for a detector in the worker's own process.
        options: of detection.
    """

    column: str
    target: str | None
    json: bool
    on_failure: OnFailure
    in_flight: int
    timeout: float
    client: Mapping[str, Any] = field(repr=False)
    options: DetectOptions = field(repr=False)

    @classmethod
    def of(cls, column: str, target: str, settings: Settings) -> Self:
        """Raises ValueError or TypeError for settings that are wrong, as far as this process can tell."""
        options: Any = {name: value for name, value in settings.items() if name in DetectOptions.__optional_keys__}
        if unknown := sorted(settings.keys() - Settings.__optional_keys__ | settings.keys() & {"top_features"}):
            raise TypeError(f"unexpected keyword argument {unknown[0]!r}")
        on_failure = settings.get("on_failure", "keep")
        if on_failure not in ("keep", "raise"):
            raise ValueError("on_failure is 'keep' or 'raise'")
        if settings.get("local", False) and "client" in settings:
            raise TypeError("client: there is none where local is set")
        detect_options(options)
        return cls(
            column,
            None if settings.get("local", False) else target,
            json=settings.get("json", False),
            on_failure=on_failure,
            in_flight=checked_in_flight(settings.get("in_flight", 256)),
            timeout=settings.get("timeout", 300.0),
            client=dict(settings.get("client", {})),
            options=options,
        )

    def check(self, columns: Iterable[str]) -> None:
        """Raises ValueError where rows with these columns cannot be read, or would lose one."""
        columns = set(columns)
        if self.column not in columns:
            raise ValueError(f"there is no column {self.column!r}")
        if taken := sorted(columns & {PII, PII_ERROR}):
            raise ValueError(f"there is a column {' and '.join(map(repr, taken))} already")


class Worker:
    """Does a job in this process, with one client or detector; safe in several threads."""

    def __init__(self, job: Job) -> None:
        self._job = job
        self._client = PiiClient(_target_here() if job.target is None else job.target, **job.client)

    def close(self) -> None:
        """Ends the connection."""
        self._client.close()

    def cells(self, texts: Iterable[str | None]) -> Iterator[Cell]:
        """One for each text, in order; `texts` is advanced in the caller's thread.

        Raises:
            PiiprobeError: nothing can be read, or a text could not and the job is to fail then.
            TypeError: a text is none.
        """
        job = self._job
        options: DetectOptions = {**job.options, "top_features": 0}
        pairs = ((text is None, self._source(text)) for text in texts)
        for is_null, outcome in self._client.detect_many(pairs, in_flight=job.in_flight, timeout=job.timeout, **options):
            yield Cell(None) if is_null else self._cell(outcome)

    def _source(self, text: str | None) -> Source:
        if text is None:
            # It keeps its place among the others, and an empty text costs nothing.
            return ""
        if not isinstance(text, str):
            raise TypeError(f"column {self._job.column!r} holds a {type(text).__name__} where a text should be")
        return JsonDocument(text) if self._job.json else text

    def _cell(self, outcome: Result | DocumentFailure) -> Cell:
        if isinstance(outcome, Result):
            return Cell([_plain(finding) for finding in outcome.findings])
        if self._job.on_failure == "raise":
            raise PiiprobeError(outcome.code, outcome.message)
        return Cell(None, f"{outcome.code}: {outcome.message}")


def kept_worker(job: bytes) -> Worker:
    """The worker of a pickled job in this process, for engines that tell a process neither its beginning nor its end.

    The one of the job before is closed: not for several threads.
    """
    global _kept
    if _kept is None or _kept[0] != job:
        if _kept is not None:
            _kept[1].close()
            _kept = None
        _kept = job, Worker(pickle.loads(job))
    return _kept[1]


_kept: tuple[bytes, Worker] | None = None


def _plain(finding: Finding) -> dict[str, Any]:
    return {
        "entity_type": finding.entity_type,
        "start": finding.start,
        "end": finding.end,
        "probability": finding.probability,
        "source": finding.source,
        "field": finding.field,
    }


def _target_here() -> str:
    try:
        from service.inprocess import target
    except ImportError as error:
        raise ImportError(f"a detector in process needs the serve extra: pip install 'piiprobe[serve]' ({error})") from None
    return target()

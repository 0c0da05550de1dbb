"""A detector that finds e-mail-looking tokens; as a program, a whole server around it."""

from __future__ import annotations

import asyncio
import re
import sys
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from probes.entity import ENTITY_TYPES
from probes.finding import Contribution, Detection, EvidenceShare, Finding
from probes.operating_point import OperatingPoint
from service.config import Settings
from service.engine import WARM_UP
from service.server import run_process

EMAIL = re.compile(r"\S+@\S+\.\w+")
BREAKS = "BREAK-THE-DETECTOR"
DIES = "KILL-THE-THREAD"
FORGETS = "FORGET-A-TEXT"
PUZZLES = "FIND-NO-END"
UNREADABLE = "NO-TOKENS"
SLOW = "TAKE-YOUR-TIME"
BRIEF = "TAKE-A-MOMENT"
THRESHOLDS = {"recall": 0.25, "balanced": 0.5, "precision": 0.9}
EVIDENCE = (EvidenceShare("idn", 1.5), EvidenceShare("repeated_mention", -0.125))


@dataclass(frozen=True)
class FakeManifest:
    name: str = "fake"
    version: str = "1.2.3"
    base_model: str = "none"
    layer: int = 9
    d_model: int = 640
    d_sae: int = 8192
    entity_types: tuple[str, ...] = ENTITY_TYPES
    feature_ids: tuple[int, ...] = (1, 2, 3)
    operating_points: Mapping[str, OperatingPoint] = field(
        default_factory=lambda: {
            name: OperatingPoint(none_bias=0.0, thresholds=dict.fromkeys(ENTITY_TYPES, threshold))
            for name, threshold in THRESHOLDS.items()
        }
    )


@dataclass(frozen=True)
class FakeWindow:
    """Some words of a text; the model runs one token more."""

    words: tuple[str, ...]

    def __len__(self) -> int:
        return len(self.words) + 1


@dataclass(frozen=True)
class FakeDocument:
    text: str
    windows: tuple[FakeWindow, ...]

    @property
    def tokens(self) -> list[str]:
        return self.text.split()


@dataclass(frozen=True)
class FakeReading:
    """Says what it was made of, so that a mix-up is noticed."""

    text: str
    window: FakeWindow


@dataclass(frozen=True)
class FakeResiduals:
    readings: list[FakeReading]
    computed: int


class FakeDetector:
    """Breaks, dies, forgets or waits where a text holds the word for it; remembers what it was asked.

    A finding has probability .75 with structure, which `precision` does not report, and .375 without, which only `recall` does.

    Attributes:
        batches: the words of each window of each batch that the model has seen, but for the warm-up.
        seen: the texts of which the model has seen something, in order.
        asked: operating point and structure of each conclusion.
        started: set while the model waits on a text with `SLOW`.
        go_on: ends that waiting for good.
        threads: those in which the model was called.
        called: released with each call of the model.
    """

    manifest = FakeManifest()
    digest = "ab" * 32
    window = 256
    """Words of a window."""

    def __init__(self) -> None:
        self.batches: list[list[str]] = []
        self.seen: list[str] = []
        self.asked: list[tuple[str, bool]] = []
        self.started = threading.Event()
        self.go_on = threading.Event()
        self.threads: set[int] = set()
        self.called = threading.Semaphore(0)
        self._lock = threading.Lock()

    def documents(self, texts: Sequence[str]) -> list[FakeDocument]:
        if any(UNREADABLE in text for text in texts):
            raise RuntimeError(f"cannot tokenize {texts}")
        documents = []
        for text in texts:
            words = tuple(text.split())
            windows = tuple(FakeWindow(words[at : at + self.window]) for at in range(0, len(words), self.window))
            documents.append(FakeDocument(text, windows))
        return documents

    def read(self, windows: Sequence[tuple[FakeDocument, FakeWindow]]) -> list[FakeReading]:
        everything = " ".join(word for _, window in windows for word in window.words)
        with self._lock:
            self.threads.add(threading.get_ident())
            if everything != WARM_UP:
                self.batches.append([" ".join(window.words) for _, window in windows])
                self.seen += [document.text for document, _ in windows if document.text not in self.seen]
        self.called.release()
        if BRIEF in everything:
            time.sleep(0.02)
        if SLOW in everything:
            self.started.set()
            self.go_on.wait(60)
        if BREAKS in everything:
            raise RuntimeError(f"cannot read {everything}")
        if DIES in everything:
            raise SystemExit(f"cannot go on after {everything}")
        readings = [FakeReading(document.text, window) for document, window in windows]
        return readings[1:] if FORGETS in everything else readings

    def forward(self, windows: Sequence[tuple[FakeDocument, FakeWindow]]) -> FakeResiduals:
        return FakeResiduals(self.read(windows), 16 * len(windows) + sum(len(window) for _, window in windows))

    def probe(self, residuals: FakeResiduals) -> list[FakeReading]:
        return residuals.readings

    def conclude(
        self,
        document: FakeDocument,
        readings: Sequence[FakeReading],
        *,
        top_features: int,
        operating_point: str,
        structure: bool,
        thresholds: Mapping[str, float] | None = None,
    ) -> Detection:
        if document.text != WARM_UP:
            self.asked.append((operating_point, structure))
        if PUZZLES in document.text:
            raise RuntimeError(f"cannot conclude {document.text}")
        if [reading.window for reading in readings] != list(document.windows):
            raise AssertionError("not the readings of the document's windows in their order")
        if any(reading.text != document.text for reading in readings):
            raise AssertionError("a reading of another document")
        threshold = {**self.manifest.operating_points[operating_point].thresholds, **(thresholds or {})}["EMAIL"]
        return self._detection(document.text, top_features, threshold, structure)

    def detect(
        self,
        texts: Sequence[str],
        *,
        top_features: int = 5,
        operating_point: str = "balanced",
        structure: bool = True,
        thresholds: Mapping[str, float] | None = None,
    ) -> list[Detection]:
        detections = []
        for document in self.documents(texts):
            readings = self.read([(document, window) for window in document.windows])
            detections.append(
                self.conclude(
                    document,
                    readings,
                    top_features=top_features,
                    operating_point=operating_point,
                    structure=structure,
                    thresholds=thresholds,
                )
            )
        return detections

    def _detection(self, text: str, top_features: int, threshold: float, structure: bool) -> Detection:
        parts = [Contribution(feature, 1.0 / feature) for feature in range(1, 101)]
        listed = tuple(parts[:top_features])
        others = sum(part.logit for part in parts[top_features:])
        evidence = EVIDENCE if structure else ()
        logit = 0.25 + sum(part.logit for part in (*parts, *evidence))
        probability = 0.75 if structure else 0.375
        findings = tuple(
            Finding("EMAIL", match.start(), match.end(), probability, logit, 0.25, listed, others, evidence)
            for match in EMAIL.finditer(text)
        )
        return Detection(
            findings if probability >= threshold else (),
            tokens=len(text.split()),
            scores=tuple((finding.entity_type, finding.probability) for finding in findings),
            activations={"EMAIL": 0.5 if findings else 0.0},
        )


class Calls:
    """Counts the calls of a method that is called in the event loop, for a test to wait until they are made."""

    def __init__(self, owner: object, name: str) -> None:
        self._made = asyncio.Semaphore(0)
        real = getattr(owner, name)

        def counted(*arguments: Any) -> Any:
            try:
                return real(*arguments)
            finally:
                self._made.release()

        setattr(owner, name, counted)

    async def wait(self, count: int = 1) -> None:
        """Until `count` calls were made that no `wait` has counted."""
        async with asyncio.timeout(5):
            for _ in range(count):
                await self._made.acquire()


def slow_loader(seconds: float) -> Callable[[], FakeDetector]:
    def load() -> FakeDetector:
        time.sleep(seconds)
        return FakeDetector()

    return load


if __name__ == "__main__":
    run_process(Settings(), slow_loader(float(sys.argv[1]) if len(sys.argv) > 1 else 0.2))

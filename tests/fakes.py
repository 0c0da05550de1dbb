"""A detector that finds e-mail-looking tokens; as a program, a whole server around it."""

from __future__ import annotations

import asyncio
import logging
import re
import sys
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from probes.entity import ENTITY_TYPES
from probes.finding import Contribution, Detection, Finding
from service.config import Settings
from service.server import serve

EMAIL = re.compile(r"\S+@\S+\.\w+")
BREAKS = "BREAK-THE-DETECTOR"
DIES = "KILL-THE-THREAD"
FORGETS = "FORGET-A-TEXT"
SLOW = "TAKE-YOUR-TIME"


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


class FakeDetector:
    """Breaks, dies, forgets or waits where a text holds the word for it; remembers what it was asked."""

    manifest = FakeManifest()
    digest = "ab" * 32

    def __init__(self) -> None:
        self.seen: list[str] = []
        self.started = threading.Event()
        self.go_on = threading.Event()
        self.threads: set[int] = {threading.get_ident()}

    @property
    def thresholds(self) -> dict[str, float]:
        return dict.fromkeys(ENTITY_TYPES, 0.5)

    def detect(self, texts: Sequence[str], *, top_features: int = 5) -> list[Detection]:
        self.seen.extend(texts)
        self.threads.add(threading.get_ident())
        everything = " ".join(texts)
        if BREAKS in everything:
            raise RuntimeError(f"cannot read {everything}")
        if DIES in everything:
            raise SystemExit(f"cannot go on after {everything}")
        if SLOW in everything:
            self.started.set()
            self.go_on.wait(10)
        detections = [self._detection(text, top_features) for text in texts]
        return detections[1:] if FORGETS in everything else detections

    def _detection(self, text: str, top_features: int) -> Detection:
        parts = [Contribution(feature, 1.0 / feature) for feature in range(1, 101)]
        listed = tuple(parts[:top_features])
        others = sum(part.logit for part in parts[top_features:])
        logit = 0.25 + sum(part.logit for part in parts)
        findings = tuple(
            Finding("EMAIL", match.start(), match.end(), 0.75, logit, 0.25, listed, others) for match in EMAIL.finditer(text)
        )
        return Detection(findings, tokens=len(text.split()))


def slow_loader(seconds: float) -> Callable[[], FakeDetector]:
    def load() -> FakeDetector:
        time.sleep(seconds)
        return FakeDetector()

    return load


if __name__ == "__main__":
    logging.basicConfig(level=logging.INFO)
    sys.exit(asyncio.run(serve(Settings(), slow_loader(0.2))))

"""A detector that finds e-mail-looking tokens; as a program, a whole server around it."""

from __future__ import annotations

import asyncio
import logging
import re
import sys
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from probes.entity import ENTITY_TYPES
from probes.finding import Contribution, Detection, EvidenceShare, Finding
from probes.operating_point import OperatingPoint
from service.config import Settings
from service.server import serve

EMAIL = re.compile(r"\S+@\S+\.\w+")
BREAKS = "BREAK-THE-DETECTOR"
DIES = "KILL-THE-THREAD"
FORGETS = "FORGET-A-TEXT"
SLOW = "TAKE-YOUR-TIME"
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


class FakeDetector:
    """Breaks, dies, forgets or waits where a text holds the word for it; remembers what it was asked.

    A finding has probability .75 with structure, which `precision` does not report, and .375 without, which only `recall` does.
    """

    manifest = FakeManifest()
    digest = "ab" * 32

    def __init__(self) -> None:
        self.seen: list[str] = []
        self.asked: list[tuple[str, bool]] = []
        self.started = threading.Event()
        self.go_on = threading.Event()
        self.threads: set[int] = {threading.get_ident()}

    def detect(
        self, texts: Sequence[str], *, top_features: int = 5, operating_point: str = "balanced", structure: bool = True
    ) -> list[Detection]:
        self.seen.extend(texts)
        self.asked.append((operating_point, structure))
        self.threads.add(threading.get_ident())
        everything = " ".join(texts)
        if BREAKS in everything:
            raise RuntimeError(f"cannot read {everything}")
        if DIES in everything:
            raise SystemExit(f"cannot go on after {everything}")
        if SLOW in everything:
            self.started.set()
            self.go_on.wait(10)
        threshold = self.manifest.operating_points[operating_point].thresholds["EMAIL"]
        detections = [self._detection(text, top_features, threshold, structure) for text in texts]
        return detections[1:] if FORGETS in everything else detections

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
        return Detection(findings if probability >= threshold else (), tokens=len(text.split()))


def slow_loader(seconds: float) -> Callable[[], FakeDetector]:
    def load() -> FakeDetector:
        time.sleep(seconds)
        return FakeDetector()

    return load


if __name__ == "__main__":
    logging.basicConfig(level=logging.INFO)
    sys.exit(asyncio.run(serve(Settings(), slow_loader(0.2))))

"""`piiprobe evaluate --full`: measures everything and writes it down."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Protocol

from probes.bundle import Manifest
from probes.training.card import write_card
from probes.training.full_report import FullReport, measure_everything
from probes.training.settings_report import Reader


class Measured(Reader, Protocol):
    """A detector with its bundle's manifest."""

    @property
    def manifest(self) -> Manifest: ...
    @property
    def digest(self) -> str: ...


def evaluate_fully(
    detector: Measured,
    folder: Path,
    out: Path,
    *,
    command: str,
    sets: Sequence[str] | None = None,
    documents: int = 1000,
    noise_documents: int = 200,
    card: Path | None = None,
    progress: bool = True,
) -> FullReport:
    """Write the report to `out` (Markdown) and beside it with the suffix `.json`.

    Args:
        detector: what is measured.
        folder: of labelled sets; every one, or those named in `sets`.
        out: Markdown file.
        command: how this run was asked for.
        documents, noise_documents: generated documents a language.
        card: bundle folder of the detector, whose model card is written anew.
        progress: show bars on stderr.

    Raises:
        ProbesError: a set is missing or not in the format.
        ValueError: the detector did not answer every text, or a count is below 1.
    """
    # Before hours of work, not after.
    out.parent.mkdir(parents=True, exist_ok=True)
    report = measure_everything(
        detector,
        folder,
        name=detector.manifest.name,
        version=detector.manifest.version,
        digest=detector.digest,
        command=command,
        sets=sets,
        documents=documents,
        noise_documents=noise_documents,
        progress=progress,
    )
    out.write_text(report.as_markdown(), encoding="utf-8")
    out.with_suffix(".json").write_text(report.as_json(), encoding="utf-8")
    if card is not None:
        write_card(card, detector.manifest, report)
    return report

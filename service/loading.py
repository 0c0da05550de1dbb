"""The detector that the settings name."""

from __future__ import annotations

from typing import TYPE_CHECKING

from service.config import Settings

if TYPE_CHECKING:
    from probes.detector import Detector


def load(settings: Settings) -> Detector:
    """Raises `probes.errors.ProbesError` where something is missing, damaged or does not belong together."""
    # It imports torch, and whoever limits its threads does that first.
    from probes.detector import Detector

    return Detector.load(
        settings.bundle_folder,
        settings.base_model,
        dtype=settings.dtype,
        device=settings.device,
        threads=settings.threads,
        # A bar is no JSON.
        progress=settings.log_format == "text",
    )

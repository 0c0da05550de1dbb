"""How many processors this process may use, which in a container is fewer than the machine has."""

from __future__ import annotations

import math
import os
from collections.abc import Iterator
from pathlib import Path

from service.cgroups import CGROUPS, MEMBERSHIP, folders, read


def usable_cpus(cgroups: Path = CGROUPS, membership: Path = MEMBERSHIP) -> int:
    """The smallest of the scheduler's affinity and the quotas of the cgroups, rounded up; at least 1.

    Args:
        cgroups, membership: see `service.cgroups.folders`.
    """
    affinity = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return max(1, min([affinity, *(math.ceil(quota) for quota in _quotas(cgroups, membership))]))


def limit_thread_pools(threads: int) -> None:
    """Keeps OpenMP, OpenBLAS and tokenizers from starting a thread for every core of the machine.

    Only before torch and numpy are imported: torch's own setting does not reach the OpenMP teams of other threads than the one
    that made it. What the operator set stays.
    """
    os.environ.setdefault("OMP_NUM_THREADS", str(threads))
    os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")


def _quotas(cgroups: Path, membership: Path) -> Iterator[float]:
    """The quotas, in processors, of the process's cgroups and of those around them."""
    for folder in folders("cpu", cgroups, membership):
        limit = read(folder / "cpu.max").split() or [read(folder / "cpu.cfs_quota_us"), read(folder / "cpu.cfs_period_us")]
        try:
            quota, period = map(int, limit)
        except ValueError:
            # `max`, or no limit is kept here.
            continue
        if quota > 0 and period > 0:
            yield quota / period

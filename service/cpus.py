"""How many processors this process may use, which in a container is fewer than the machine has."""

from __future__ import annotations

import math
import os
from collections.abc import Iterator
from pathlib import Path

_CGROUPS = Path("/sys/fs/cgroup")
_MEMBERSHIP = Path("/proc/self/cgroup")


def usable_cpus(cgroups: Path = _CGROUPS, membership: Path = _MEMBERSHIP) -> int:
    """The smallest of the scheduler's affinity and the quotas of the cgroups, rounded up; at least 1.

    Args:
        cgroups: where the cgroup file systems are mounted.
        membership: what lists the process's cgroups, as `/proc/self/cgroup` does.
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
    for line in _read(membership).splitlines():
        _, controllers, path = line.split(":", 2)
        if not controllers:
            mounts = [cgroups]
        elif "cpu" in controllers.split(","):
            mounts = [cgroups / controllers, cgroups / "cpu"]
        else:
            continue
        # Without a cgroup namespace the path is the host's, while the container's own cgroup is mounted as the root.
        inside = Path(path.lstrip("/"))
        for mount in mounts:
            for folder in (inside, *inside.parents):
                yield from _quota(mount / folder)


def _quota(folder: Path) -> Iterator[float]:
    limit = _read(folder / "cpu.max").split() or [_read(folder / "cpu.cfs_quota_us"), _read(folder / "cpu.cfs_period_us")]
    try:
        quota, period = map(int, limit)
    except ValueError:
        # `max`, or no limit is kept here.
        return
    if quota > 0 and period > 0:
        yield quota / period


def _read(path: Path) -> str:
    try:
        return path.read_text()
    except OSError:
        return ""

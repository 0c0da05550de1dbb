"""How much memory this process may still take, which in a container is less than the machine has."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from service.cgroups import CGROUPS, MEMBERSHIP, folders, read

_MEMINFO = Path("/proc/meminfo")


def usable_memory(cgroups: Path = CGROUPS, membership: Path = MEMBERSHIP, meminfo: Path = _MEMINFO) -> int:
    """Bytes: the smaller of what the system has available and what the limits of the cgroups leave; 0 where neither is known.

    Args:
        cgroups, membership: see `service.cgroups.folders`.
        meminfo: the system's memory, as `/proc/meminfo` lists it.
    """
    available = [int(line.split()[1]) * 1024 for line in read(meminfo).splitlines() if line.startswith("MemAvailable:")]
    return max(0, min([*available, *_left(cgroups, membership)], default=0))


def _left(cgroups: Path, membership: Path) -> Iterator[int]:
    for folder in folders("memory", cgroups, membership):
        limit = read(folder / "memory.max") or read(folder / "memory.limit_in_bytes")
        used = read(folder / "memory.current") or read(folder / "memory.usage_in_bytes")
        try:
            yield int(limit) - int(used) + _given_back(folder)
        except ValueError:
            # `max`, or no limit is kept here.
            continue


def _given_back(folder: Path) -> int:
    """Bytes of files that count as used, and are forgotten as soon as somebody needs memory."""
    # Version 1 lists the folder's own first, and then with those below it.
    lines = [line.split() for line in read(folder / "memory.stat").splitlines()]
    counts = {name: int(value) for name, value in lines}
    return counts.get("total_inactive_file", counts.get("inactive_file", 0))

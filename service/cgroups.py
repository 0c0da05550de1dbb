"""Where the limits of this process are kept that a container has."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

CGROUPS = Path("/sys/fs/cgroup")
MEMBERSHIP = Path("/proc/self/cgroup")


def folders(controller: str, cgroups: Path = CGROUPS, membership: Path = MEMBERSHIP) -> Iterator[Path]:
    """Folders of the process's cgroup and of those around it, of version 1 and 2; some may not exist.

    Args:
        controller: `cpu` or `memory`.
        cgroups: where the cgroup file systems are mounted.
        membership: what lists the process's cgroups, as `/proc/self/cgroup` does.
    """
    for line in read(membership).splitlines():
        _, controllers, path = line.split(":", 2)
        if not controllers:
            mounts = [cgroups]
        elif controller in controllers.split(","):
            mounts = [cgroups / controllers, cgroups / controller]
        else:
            continue
        # Without a cgroup namespace the path is the host's, while the container's own cgroup is mounted as the root.
        inside = Path(path.lstrip("/"))
        for mount in mounts:
            for folder in (inside, *inside.parents):
                yield mount / folder


def read(path: Path) -> str:
    """Its text; empty where it cannot be read."""
    try:
        return path.read_text()
    except OSError:
        return ""

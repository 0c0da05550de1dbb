"""The processors of a container."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

from service.config import Settings
from service.cpus import limit_thread_pools, usable_cpus

MANY = set(range(16))


@pytest.fixture(autouse=True)
def _machine(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: MANY)


def cpus(folder: Path, membership: str, files: Mapping[str, str]) -> int:
    for name, content in files.items():
        path = folder / "cgroup" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content)
    listed = folder / "membership"
    listed.write_text(membership)
    return usable_cpus(folder / "cgroup", listed)


@pytest.mark.parametrize(
    ("membership", "files", "expected"),
    [
        ("0::/\n", {"cpu.max": "200000 100000\n"}, 2),
        ("0::/\n", {"cpu.max": "150000 100000\n"}, 2),
        ("0::/\n", {"cpu.max": "10000 100000\n"}, 1),
        ("0::/\n", {"cpu.max": "max 100000\n"}, 16),
        ("0::/\n", {"cpu.max": "9900000 100000\n"}, 16),
        ("0::/\n", {}, 16),
        ("0::/\n", {"cpu.max": "what is this"}, 16),
        # A group's own limit, and that of a group around it.
        ("0::/pod/box\n", {"pod/box/cpu.max": "300000 100000", "pod/cpu.max": "max 100000"}, 3),
        ("0::/pod/box\n", {"pod/box/cpu.max": "300000 100000", "pod/cpu.max": "200000 100000"}, 2),
        # The container's group is mounted as the root, but the path is the host's.
        ("0::/kubepods/pod/box\n", {"cpu.max": "400000 100000"}, 4),
        ("4:cpu,cpuacct:/\n", {"cpu,cpuacct/cpu.cfs_quota_us": "250000\n", "cpu,cpuacct/cpu.cfs_period_us": "100000\n"}, 3),
        ("4:cpu,cpuacct:/box\n", {"cpu/box/cpu.cfs_quota_us": "50000", "cpu/box/cpu.cfs_period_us": "50000"}, 1),
        ("4:cpu:/\n", {"cpu/cpu.cfs_quota_us": "-1", "cpu/cpu.cfs_period_us": "100000"}, 16),
        # Both kinds at once, and groups that do not limit the processor.
        ("1:cpu:/\n0::/\n", {"cpu/cpu.cfs_quota_us": "500000", "cpu/cpu.cfs_period_us": "100000", "cpu.max": "800000 100000"}, 5),
        ("2:cpuset:/\n3:name=systemd:/\n", {"cpuset/cpu.cfs_quota_us": "100000", "cpuset/cpu.cfs_period_us": "100000"}, 16),
        ("", {}, 16),
    ],
)
def test_the_smallest_limit_counts(tmp_path: Path, membership: str, files: Mapping[str, str], expected: int) -> None:
    assert cpus(tmp_path, membership, files) == expected


def test_affinity_counts_where_it_is_smaller(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: {3})
    assert cpus(tmp_path, "0::/\n", {"cpu.max": "400000 100000"}) == 1


def test_without_cgroups_and_affinity_the_machine_counts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr(os, "sched_getaffinity")
    monkeypatch.setattr(os, "cpu_count", lambda: 6)
    assert usable_cpus(tmp_path, tmp_path / "none") == 6


@pytest.mark.parametrize(
    ("given", "cpus", "expected"),
    [
        ({}, 1, (1, 1)),
        ({}, 8, (8, 1)),
        ({"threads": 4}, 8, (2, 4)),
        ({"threads": 4}, 2, (1, 4)),
        ({"workers": 3, "threads": 2}, 2, (3, 2)),
    ],
)
def test_workers_share_the_processors(
    given: dict[str, int], cpus: int, expected: tuple[int, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("service.config.usable_cpus", lambda: cpus)
    settings = Settings(**given)
    assert (settings.worker_count, settings.worker_threads) == expected


def test_pools_of_threads_are_limited_unless_the_operator_says_otherwise(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OMP_NUM_THREADS", "7")
    # Set and deleted, so that it is deleted again after the test.
    monkeypatch.setenv("TOKENIZERS_PARALLELISM", "x")
    monkeypatch.delenv("TOKENIZERS_PARALLELISM")
    limit_thread_pools(2)
    assert (os.environ["OMP_NUM_THREADS"], os.environ["TOKENIZERS_PARALLELISM"]) == ("7", "false")


def test_the_limit_comes_before_what_reads_it() -> None:
    # OpenMP and OpenBLAS read the environment once, when they are loaded.
    script = "import sys, service.server; print([name for name in ('torch', 'numpy', 'tokenizers') if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"

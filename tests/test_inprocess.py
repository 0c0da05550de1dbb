"""The server in a thread, by way of a worker that pipelines use; each test in a process of its own, since the server stays."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

LOCAL = """
import sys, threading
sys.path.insert(0, {tests!r})
from fakes import FakeDetector
from piiprobe import DenyTerm
from piiprobe.rows import Job, Worker
from service import inprocess

loads = []

def load(settings):
    loads.append((settings.workers, settings.threads, settings.metrics_port, settings.tls_certificate))
    {broken}
    return FakeDetector()

real = inprocess.target
inprocess.target = lambda: real(load)
job = Job.of("text", "nobody.example:1", {{"local": True}})
"""

READS = """
workers = [Worker(job) for _ in range(2)]
for worker in workers:
    cells = list(worker.cells(["a@example.com", None, "nobody"]))
    print([cell.findings and cell.findings[0]["entity_type"] for cell in cells], [cell.error for cell in cells])
print(loads)
print(real(load).startswith("unix:"))
"""

FAILS = """
from probes.errors import BundleError
for _ in range(2):
    try:
        Worker(job)
    except BundleError as error:
        print(error)
print(len(loads))
"""


def run(script: str, broken: str = "", **environment: str) -> list[str]:
    source = LOCAL.format(tests=str(Path(__file__).parent), broken=broken or "pass") + script
    settings = {f"PIIPROBE_{name.upper()}": value for name, value in environment.items()}
    done = subprocess.run(
        [sys.executable, "-c", source], env={**os.environ, **settings}, capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.splitlines()


def test_a_process_loads_one_detector_for_all_its_workers(tmp_path: Path) -> None:
    lines = run(READS, tls_certificate=str(tmp_path / "none"), tls_key=str(tmp_path / "none"), tmpdir=str(tmp_path))
    assert lines == ["['EMAIL', None, []] [None, None, None]"] * 2 + ["[(1, 1, None, None)]", "True"]


def test_the_environment_says_how_many_workers(tmp_path: Path) -> None:
    assert run(READS, workers="3", threads="2")[2] == "[(3, 2, None, None)]"


def test_a_detector_that_cannot_be_loaded_is_an_error_and_tried_again() -> None:
    broken = "from probes.errors import BundleError; raise BundleError('it is damaged')"
    assert run(FAILS, broken) == ["it is damaged", "it is damaged", "2"]

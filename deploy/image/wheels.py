"""The image's packages: `lock` resolves and pins them, `gather` fetches what is pinned into build/image/wheels.

Both ask pip, as it is configured on this machine, for wheels of the image's platform, whatever runs here. The build that follows
takes these files and reaches no network, so nothing of this machine's configuration enters it.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
WHEELS = ROOT / "build/image/wheels"
REQUIREMENTS, TOOLS, TORCH = (HERE / name for name in ("requirements.txt", "tools.txt", "torch.txt"))
PROJECT = f"{ROOT}[serve,trace]"
BUILD_TOOLS = ("pip", "hatchling>=1.27", "cyclonedx-bom==7.5.0")
_PLATFORM = (
    *("--only-binary=:all:", "--implementation=cp", "--python-version=3.11"),
    *(f"--platform=manylinux{version}_x86_64" for version in ("_2_28", "_2_27", "_2_24", "_2_17", "2014")),
)
_NO_HASH = "torch"
"""Its CPU build has other bytes than the package of the same name and version that Python's index serves."""


def lock() -> None:
    """Writes the two files of pinned and hashed packages, and torch's version."""
    needed = _resolve(PROJECT)
    if cuda := sorted(name for name in needed if name.startswith("nvidia-")):
        sys.exit(f"pip found the CUDA build of torch, which wants {cuda[0]}: configure a source of the CPU build")
    version, _ = needed.pop(_NO_HASH)
    TORCH.write_text(f"{_NO_HASH}=={version.partition('+')[0]}\n")
    for path, packages in ((REQUIREMENTS, needed), (TOOLS, _resolve(*BUILD_TOOLS))):
        lines = (f"{name}=={version} --hash=sha256:{digest}\n" for name, (version, digest) in sorted(packages.items()))
        path.write_text("# Written by wheels.py.\n" + "".join(lines))


def gather() -> None:
    """Fetches the pinned wheels; pip checks the hashes."""
    WHEELS.mkdir(parents=True, exist_ok=True)
    for path in (REQUIREMENTS, TOOLS, TORCH):
        # Where a line has a hash, pip wants one for every line: torch's file may have one and has none here.
        _pip("download", "--quiet", "--no-deps", f"--dest={WHEELS}", *_PLATFORM, f"--requirement={path}")


def _resolve(*wanted: str) -> dict[str, tuple[str, str]]:
    # A target is what pip asks for with the flags of another platform; a dry run writes nothing into it.
    target = f"--target={ROOT / 'build/image/none'}"
    report = _pip("install", "--dry-run", "--ignore-installed", "--quiet", "--report=-", target, *_PLATFORM, *wanted)
    items: list[dict[str, Any]] = json.loads(report)["install"]
    return {
        item["metadata"]["name"].lower().replace("_", "-").replace(".", "-"): (
            item["metadata"]["version"],
            item["download_info"]["archive_info"]["hashes"]["sha256"],
        )
        for item in items
        if "dir_info" not in item["download_info"]
    }


def _pip(*arguments: str) -> str:
    command: Sequence[str] = (sys.executable, "-m", "pip", *arguments)
    return subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout


if __name__ == "__main__":
    {"lock": lock, "gather": gather}[sys.argv[1]]()

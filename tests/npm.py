"""Packages of npm that tests run."""

from __future__ import annotations

import hashlib
import shutil
import subprocess
from pathlib import Path

import pytest
from manifests import ROOT, tool


def installed(source: Path) -> Path:
    """A folder with what `package.json` of `source` names, kept from run to run while that stays as it is."""
    digest = hashlib.sha256((source / "package.json").read_bytes()).hexdigest()[:12]
    folder = ROOT / "build" / source.name / digest
    if not (folder / "node_modules").is_dir():
        folder.mkdir(parents=True, exist_ok=True)
        shutil.copy(source / "package.json", folder)
        command = [tool("npm"), "install", "--no-audit", "--no-fund", "--no-package-lock", "--ignore-scripts"]
        run = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
        if run.returncode:
            shutil.rmtree(folder)
            pytest.fail(run.stderr)
    return folder

"""What `kubectl kustomize` makes of deploy/kubernetes, and what stands where in it."""

from __future__ import annotations

import functools
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).parents[1]
KUBERNETES = ROOT / "deploy" / "kubernetes"
OVERLAYS = ("sidecar", "sidecar-socket", "standalone")
PODS = ("Deployment", "StatefulSet", "Job")

Object = dict[str, Any]


def tool(name: str) -> str:
    """The program of the virtual environment or, where it has none, of the machine."""
    found = shutil.which(name, path=f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}")
    assert found, f"{name} is missing: pip install -e '.[dev]'"
    return found


def built(folder: Path) -> list[Object]:
    """The objects of a kustomization."""
    run = subprocess.run([tool("kubectl"), "kustomize", str(folder)], capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stderr
    return list(yaml.safe_load_all(run.stdout))


@functools.cache
def overlay(name: str) -> list[Object]:
    """The objects of one of `OVERLAYS`. Do not change them."""
    return built(KUBERNETES / "overlays" / name)


def of_kind(objects: list[Object], *kinds: str) -> list[Object]:
    return [each for each in objects if each["kind"] in kinds]


def pod_of(objects: list[Object]) -> Object:
    """The pod template of the only workload."""
    (workload,) = of_kind(objects, *PODS)
    template: Object = workload["spec"]["template"]
    return template


def containers(pod: Object) -> list[Object]:
    """Those that start first come first."""
    return [*pod["spec"].get("initContainers", []), *pod["spec"]["containers"]]


def piiprobe_of(pod: Object) -> Object:
    (found,) = [each for each in containers(pod) if each["name"] == "piiprobe"]
    return found


def environment_of(container: Object) -> dict[str, str]:
    return {variable["name"]: variable["value"] for variable in container["env"]}

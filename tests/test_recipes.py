"""Every block of docs/pipelines.md, as it stands there, against a server in a process of its own around the fake detector."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import kubernetes_validate
import pandas as pd
import pytest
import yaml
from fakes import BREAKS
from manifests import KUBERNETES, ROOT, containers, overlay, piiprobe_of, pod_of, tool
from npm import installed
from recipes import blocks, names_of, said, written
from served import served

from piiprobe import PiiClient, UnavailableError
from piiprobe.redaction import Encrypt, Hash, Policy, load_policies, new_key, read_key, redact, restore, write_key
from service.process import wait_until_serving

PAGE = "docs/pipelines.md"
BLOCKS = blocks(PAGE)
RUN: set[str] = set()
# Where there is Spark.
ELSEWHERE = {"job.py": "tests/pipelines/test_spark_recipe.py"}
KEY = bytes(range(32))
ZOE = "write to zoë@example.com"
LOGS = Policy(operators={"EMAIL": Hash()})
ADDRESS = SimpleNamespace(entity_type="EMAIL", start=9, end=24, probability=1.0)
HIDDEN = "write to <EMAIL>"


def runs(*names: str, beside: Sequence[str] = ()) -> pytest.MarkDecorator:
    """The test runs each of these blocks, with those `beside` it."""
    RUN.update(names, beside)
    return pytest.mark.parametrize("name", names)


@pytest.fixture(scope="module")
def target() -> Iterator[str]:
    with served() as server:
        wait_until_serving(server.process, server.target, 60)
        yield server.target


@pytest.fixture
def client(target: str) -> Iterator[PiiClient]:
    with PiiClient(target) as client:
        yield client


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Policies, a key and texts, as the blocks expect them beside themselves."""
    written(tmp_path, "policies.yaml", BLOCKS["policies.yaml"])
    write_key(tmp_path / "key", new_key())
    (tmp_path / "dump.txt").write_text("nobody here. " * 10_000 + ZOE)
    return tmp_path


def here(**variables: str) -> dict[str, str]:
    """The environment with our programs and packages."""
    paths = {
        "PATH": os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]]),
        "PYTHONPATH": os.pathsep.join([str(ROOT), str(ROOT / "proto")]),
    }
    return {**os.environ, **paths, **variables}


def run(
    command: Sequence[str | Path], folder: Path, given: str | None = None, **variables: str
) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command, cwd=folder, env=here(**variables), input=given, capture_output=True, text=True, check=False)


def test_every_block_is_run() -> None:
    assert set(BLOCKS) == RUN | set(ELSEWHERE)
    assert all(f'"{name}"' in (ROOT / test).read_text(encoding="utf-8") for name, test in ELSEWHERE.items())


@runs("first.py", "many.py", "options.py", "rows.py", "redact.py")
def test_a_program_prints_what_its_comments_say(name: str, target: str, folder: Path) -> None:
    result = run([sys.executable, written(folder, name, BLOCKS[name], target)], folder)
    assert (result.stdout, result.stderr) == (said(BLOCKS[name]), "")
    assert result.stdout


@runs("chunks.py")
def test_a_text_in_chunks(name: str, target: str, folder: Path) -> None:
    result = run([sys.executable, written(folder, name, BLOCKS[name], target)], folder)
    assert (result.stdout, result.stderr) == ("EMAIL 130009 130024\n", "")


@runs("policies.yaml")
def test_the_policies_are_some(name: str, folder: Path) -> None:
    policy = load_policies(folder / name)["share"]
    assert policy.operator("EMAIL") == Encrypt()
    assert policy.scope == "crm"


@runs("redact.sh")
def test_the_commands_redact_and_restore(name: str, target: str, folder: Path) -> None:
    (folder / "key").unlink()
    (folder / "letter.txt").write_text(ZOE)
    result = run(["bash", "-e", written(folder, name, BLOCKS[name])], folder, PIIPROBE_PORT=target.rpartition(":")[2])
    assert (result.returncode, result.stderr) == (0, "1 put back, 0 of another key, 0 changed\n")
    assert (folder / "letter.redacted.txt").read_text().startswith("write to [EMAIL:v1:")
    assert (folder / "letter.restored.txt").read_text() == ZOE


def table(head: str) -> list[list[str]]:
    """The rows of the page's table with that head."""
    _, _, rows = (ROOT / PAGE).read_text(encoding="utf-8").partition(f"\n{head}\n")
    lines = rows.partition("\n\n")[0].splitlines()[1:]
    assert lines
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]


def rewritten(policy: Policy, entity_type: str, text: str) -> str:
    finding = SimpleNamespace(entity_type=entity_type, start=0, end=len(text), probability=1.0)
    return redact(text, [finding], policy, KEY).text


@pytest.mark.parametrize("row", table("| operator | of | gives |"))
def test_the_table_of_operators_says_what_they_give(row: list[str]) -> None:
    operator, (entity_type, text), gives = row[0].strip("`"), row[1].split(" ", 1), row[2].strip("`")
    policy = Policy.model_validate({"scope": "docs", "otherwise": yaml.safe_load(operator)})
    if operator == "encrypt":
        # A nonce is drawn each time.
        assert restore(gives, KEY).text == text
    else:
        assert rewritten(policy, entity_type, text) == ("" if operator == "drop" else gives)


def test_the_table_of_pseudonyms_says_what_they_are() -> None:
    policy = Policy.model_validate({"scope": "docs", "otherwise": "pseudonym"})
    entity_type = ""
    for named, text, pseudonym in table("| type | value | pseudonym |"):
        entity_type = named or entity_type
        assert rewritten(policy, entity_type, text) == pseudonym


@runs("scan.sh")
def test_files_are_scanned_and_redacted(name: str, target: str, folder: Path) -> None:
    lake = folder / "lake"
    lake.mkdir()
    (lake / "one.txt").write_text(ZOE)
    (lake / "two.csv").write_text("id,to\n7,nobody\n8,zoë@example.com\n")
    result = run(["bash", "-e", written(folder, name, BLOCKS[name])], folder, PIIPROBE_PORT=target.rpartition(":")[2])
    assert result.returncode == 0, result.stderr
    rows = pd.read_parquet(folder / "findings.parquet").to_dict("records")
    found = sorted((Path(row["file"]).name, row["entity_type"], row["start"], row["end"]) for row in rows)
    assert found == [("one.txt", "EMAIL", 9, 24), ("two.csv", "EMAIL", 0, 15)]
    assert json.loads((folder / "summary.json").read_text())["records"] == 3
    assert (folder / "redacted" / "one.txt").read_text().startswith("write to [EMAIL:v1:")
    assert (folder / "redacted" / "two.csv").read_text().startswith("id,to\n7,nobody\n8,[EMAIL:v1:")


@dataclass
class Message:
    value_: bytes | None
    broken: str | None = None

    def value(self) -> bytes | None:
        return self.value_

    def key(self) -> bytes:
        return b"key"

    def error(self) -> str | None:
        return self.broken


@dataclass
class Broker:
    """Consumer and producer of confluent_kafka, in memory. Ends as an interrupted loop does, when all is read."""

    messages: list[Message]
    deliver: bool = True
    produced: list[tuple[str, bytes | None, Any]] = field(default_factory=list)
    committed: int = 0
    read: int = 0
    _callbacks: list[Callable[..., None]] = field(default_factory=list)

    def consume(self, num_messages: int, timeout: float) -> list[Message]:
        if self.read == len(self.messages):
            raise KeyboardInterrupt
        taken = self.messages[self.read : self.read + min(num_messages, 3)]
        self.read += len(taken)
        return taken

    def produce(self, topic: str, value: bytes | None, key: bytes, headers: Any, on_delivery: Callable[..., None]) -> None:
        assert key == b"key"
        self.produced.append((topic, value, headers))
        self._callbacks.append(on_delivery)

    def flush(self, timeout: float) -> int:
        while self._callbacks:
            self._callbacks.pop()(None if self.deliver else "not delivered", None)
        return 0

    def commit(self, asynchronous: bool) -> None:
        assert not asynchronous
        self.committed = self.read


def impatient() -> Any:
    """A client of a server that is not there, which waits for it no longer than a second."""
    client = PiiClient("127.0.0.1:1", timeout=1)
    return SimpleNamespace(redact_many=lambda sources, **options: client.redact_many(sources, **{**options, "timeout": 1.0}))


def consumed(broker: Broker, client: Any) -> None:
    names_of(BLOCKS["consumer.py"])["redact_topic"](broker, broker, client, "letters", Policy(), b"")


@runs("consumer.py")
def test_a_consumer_redacts_and_puts_aside_what_cannot_be_read(name: str, client: PiiClient) -> None:
    broker = Broker([Message(each) for each in (ZOE.encode(), None, b"\xff", BREAKS.encode(), b"nobody")])
    with pytest.raises(KeyboardInterrupt):
        consumed(broker, client)
    assert sorted(broker.produced, key=str) == sorted(
        [
            ("letters.redacted", HIDDEN.encode(), None),
            ("letters.redacted", None, None),
            ("letters.dead", b"\xff", [("reason", b"NOT_UTF8")]),
            ("letters.dead", BREAKS.encode(), [("reason", b"INTERNAL")]),
            ("letters.redacted", b"nobody", None),
        ],
        key=str,
    )
    assert broker.committed == 5


def test_a_consumer_commits_nothing_that_was_not_delivered_or_not_read(client: PiiClient) -> None:
    undelivered = Broker([Message(ZOE.encode())], deliver=False)
    with pytest.raises(RuntimeError, match="not everything was delivered"):
        consumed(undelivered, client)
    broken = Broker([Message(None, broken="partition is gone")])
    with pytest.raises(RuntimeError, match="partition is gone"):
        consumed(broken, client)
    refused = Broker([Message(ZOE.encode())])
    with pytest.raises(UnavailableError):
        consumed(refused, impatient())
    assert (undelivered.committed, broken.committed, refused.committed) == (0, 0, 0)
    assert refused.produced == []


def partition(folder: Path, *rows: str) -> dict[str, Any]:
    """The arguments of the task for a partition of these lines."""
    (folder / "in.jsonl").write_text("".join(f"{row}\n" for row in rows), encoding="utf-8")
    files = {"source": folder / "in.jsonl", "target": folder / "out.jsonl"}
    return {**files, "policies": folder / "policies.yaml", "policy": "share", "key_file": folder / "key"}


@runs("task.py")
def test_a_task_redacts_a_partition(name: str, target: str, folder: Path) -> None:
    arguments = partition(folder, '{"to": "zoë@example.com", "n": 1.50}', '{"to": null}')
    counts = names_of(BLOCKS[name])["redact_partition"](server=target, **arguments)
    assert counts == {"rows": 2, "findings": 1}
    assert sorted(path.name for path in folder.glob("*.jsonl*")) == ["in.jsonl", "out.jsonl"]
    text = arguments["target"].read_text()
    assert text.startswith('{"to": "[EMAIL:v1:')
    assert restore(text, read_key(folder / "key"), json=True).text == arguments["source"].read_text()


@pytest.mark.parametrize("bad", [f'{{"to": "{BREAKS}"}}', "no JSON"])
def test_a_task_that_could_not_read_a_row_leaves_no_partition(bad: str, target: str, folder: Path) -> None:
    arguments = partition(folder, '{"to": "zoë@example.com"}', bad)
    with pytest.raises(RuntimeError, match=r"in\.jsonl, line 2: (INTERNAL|INVALID_ARGUMENT)") as raised:
        names_of(BLOCKS["task.py"])["redact_partition"](server=target, **arguments)
    assert BREAKS not in str(raised.value)
    assert not arguments["target"].exists()


@runs("ship.py")
def test_a_log_is_redacted_line_by_line(name: str, target: str, folder: Path) -> None:
    hidden = redact(ZOE, [ADDRESS], LOGS, read_key(folder / "key")).text
    command = [sys.executable, written(folder, name, BLOCKS[name], target)]
    with subprocess.Popen(command, cwd=folder, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=here()) as filter:
        assert filter.stdin
        assert filter.stdout
        # Each comes out before the next is written.
        for line, expected in ((ZOE, hidden), (BREAKS, "[not read: INTERNAL]"), ("nobody", "nobody")):
            filter.stdin.write(f"{line}\n".encode())
            filter.stdin.flush()
            assert filter.stdout.readline().decode() == f"{expected}\n"
        filter.stdin.write(f"{ZOE}\n".encode() * 1000 + b"nobody \xff")
        filter.stdin.close()
        assert filter.stdout.read().decode() == f"{hidden}\n" * 1000 + "nobody \ufffd"
    assert filter.returncode == 0


def test_a_log_filter_lets_nothing_through_where_the_server_is_gone(folder: Path) -> None:
    program = written(folder, "ship.py", BLOCKS["ship.py"].replace("timeout=30.0", "timeout=1.0"), "127.0.0.1:1")
    result = run([sys.executable, program], folder, f"{ZOE}\n")
    assert result.returncode == 1
    assert result.stdout == ""
    assert "piiprobe.errors.UnavailableError: UNAVAILABLE" in result.stderr
    assert "zoë" not in result.stderr


@runs("frames.py")
def test_a_column_of_a_frame(name: str, client: PiiClient) -> None:
    recipe = names_of(BLOCKS[name])
    texts = pd.Series([ZOE, None, "nobody"], index=[7, 8, 8])
    found = recipe["findings"](texts, client)
    assert found.reset_index().to_dict("records") == [
        {"row": 7, "entity_type": "EMAIL", "start": 9, "end": 24, "probability": 0.75}
    ]
    rewritten = recipe["redacted"](texts, client)
    assert rewritten.index.equals(texts.index)
    assert (rewritten.iloc[0], rewritten.isna().tolist(), rewritten.iloc[2]) == (HIDDEN, [False, True, False], "nobody")
    for function in ("findings", "redacted"):
        with pytest.raises(RuntimeError, match="not read: INTERNAL"):
            recipe[function](pd.Series([ZOE, BREAKS]), client)


@runs("template.sh", beside=("executor.yaml", "kustomization.yaml"))
def test_spark_gets_the_sidecar_in_its_pod_template(name: str, folder: Path) -> None:
    for file in ("executor.yaml", "kustomization.yaml"):
        block = BLOCKS[file].replace("piiprobe/deploy/kubernetes", os.path.relpath(KUBERNETES, folder.resolve()))
        written(folder, file, block)
    result = run(["bash", "-e", "-o", "pipefail", written(folder, name, BLOCKS[name])], folder)
    assert (result.returncode, result.stderr) == (0, "")
    pod = yaml.safe_load((folder / "executor-pod.yaml").read_text())
    kubernetes_validate.validate({**pod, "metadata": {**pod["metadata"], "name": "executor"}}, "1.33", strict=True)
    assert [each["name"] for each in containers(pod)] == ["piiprobe", "spark-kubernetes-executor"]
    assert piiprobe_of(pod) == {**piiprobe_of(pod_of(overlay("sidecar"))), "image": "images.example.com/piiprobe:0.1.0"}


@runs("detect.mjs")
def test_node_speaks_the_contract(name: str, target: str, folder: Path) -> None:
    (folder / "node_modules").symlink_to(installed(ROOT / "tests" / "node") / "node_modules")
    (folder / "pii.proto").write_bytes((ROOT / "proto" / "piiprobe" / "v1" / "pii.proto").read_bytes())
    result = run([tool("node"), written(folder, name, BLOCKS[name], target)], folder)
    assert (result.stdout, result.stderr) == (said(BLOCKS[name]), "")
    assert result.stdout.startswith("EMAIL zoë@example.com\n")

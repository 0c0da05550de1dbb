"""The shipped bundle, end to end: a real `piiprobe serve` with the real weights, asked over gRPC as a user would.

The first run converts the base model into the cache (about a minute).
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import grpc
import pytest

from piiprobe import PiiClient, Result
from piiprobe.v1 import pii_pb2, pii_pb2_grpc
from service import demo
from service.process import free_port, stop, wait_until_serving

CLI = [sys.executable, "-m", "service.cli"]
EVAL = Path(__file__).parents[2] / "shared" / "data" / "labelled" / "eval"


@pytest.fixture(scope="module")
def target() -> Iterator[str]:
    """A server in a process of its own."""
    port = free_port()
    server = subprocess.Popen([*CLI, "serve", "--port", str(port), "--metrics-port", "0"])
    try:
        wait_until_serving(server, f"127.0.0.1:{port}", 600.0)
        yield f"127.0.0.1:{port}"
    finally:
        assert stop(server) == 0


@pytest.fixture
def client(target: str) -> Iterator[PiiClient]:
    with PiiClient(target, timeout=300) as client:
        yield client


def found(result: Result, text: str) -> set[tuple[str, str]]:
    return {(finding.entity_type, text[finding.start : finding.end]) for finding in result.findings}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Please call Margaret Whitlow tomorrow.", ("PERSON", "Margaret Whitlow")),
        ("Send it to j.harper@example.com today.", ("EMAIL", "j.harper@example.com")),
        ("お世話になっております。みどり商事の佐藤美咲です。", ("PERSON", "佐藤美咲")),
        ("My card number is 4111 1111 1111 1111.", ("CREDIT_CARD", "4111 1111 1111 1111")),
        ("電話番号は090-5550-0142です。", ("PHONE", "090-5550-0142")),
    ],
)
def test_plain_cases(client: PiiClient, text: str, expected: tuple[str, str]) -> None:
    assert expected in found(client.detect(text), text)


@pytest.mark.parametrize(
    "text",
    [
        "The quarterly report is due on Friday and covers 1,204 units.",
        "Upgrade to version 10.2.3 before running step 5 of the manual.",
        "会議は10月3日の14時から第3会議室で行います。",
        "",
        " \r\n\t",
    ],
)
def test_look_alikes_stay_silent(client: PiiClient, text: str) -> None:
    assert client.detect(text).findings == ()


@pytest.mark.parametrize(
    "before",
    [
        "👩‍👩‍👧‍👦🏳️‍🌈 ",
        "e\u0301a\u0308 n\u0303 ",
        "<eos><start_of_turn>user\n",
        "<bos><eos><pad><unk> ",
        "first line\r\nsecond line\r\n",
        "שלום עולם، مرحبا بالعالم ",
        "\x00\x00 ",
        "１２３４５６ ",
        "\ufeff\u200b\u2060 ",
    ],
)
def test_offsets_after_unusual_text(client: PiiClient, before: str) -> None:
    text = f"{before}Please write to Margaret Whitlow at m.whitlow@example.com."
    result = client.detect(text)
    assert {("PERSON", "Margaret Whitlow"), ("EMAIL", "m.whitlow@example.com")} <= found(result, text)
    assert all(text[f.start : f.end] == text[f.start : f.end].strip() != "" for f in result.findings)


@pytest.mark.parametrize(
    ("written", "name"),
    [
        ("Please call Mar\u200bgaret Whit\u00adlow tomorrow.", "Mar\u200bgaret Whit\u00adlow"),
        ("Please call Ｍａｒｇａｒｅｔ Ｗｈｉｔｌｏｗ tomorrow.", "Ｍａｒｇａｒｅｔ Ｗｈｉｔｌｏｗ"),
        ("Please call Mаrgaret Whitlоw tomorrow.", "Mаrgaret Whitlоw"),  # two Cyrillic letters
        ("Please call 𝐌𝐚𝐫𝐠𝐚𝐫𝐞𝐭 𝐖𝐡𝐢𝐭𝐥𝐨𝐰 tomorrow.", "𝐌𝐚𝐫𝐠𝐚𝐫𝐞𝐭 𝐖𝐡𝐢𝐭𝐥𝐨𝐰"),
    ],
)
def test_disguised_letters_are_read(client: PiiClient, written: str, name: str) -> None:
    assert ("PERSON", name) in found(client.detect(written), written)


def test_check_sums_are_evidence_that_can_be_turned_off(client: PiiClient) -> None:
    text = "My card number is 4111 1111 1111 1111."
    (card,) = client.detect(text).findings
    assert [share.name for share in card.evidence] == ["luhn"]
    assert not any(finding.evidence for finding in client.detect(text, structure=False).findings)


def test_operating_points_differ_in_what_they_report(client: PiiClient) -> None:
    thresholds = client.model_info().thresholds
    people = [thresholds[point]["PERSON"] for point in ("recall", "balanced", "precision")]
    assert people == sorted(set(people))
    reported = {
        point: sum(len(client.detect(message.text, operating_point=point).findings) for message in demo.MESSAGES)
        for point in ("recall", "balanced", "precision")
    }
    assert reported["recall"] > reported["balanced"] >= reported["precision"] > 0


def test_another_mention_of_a_certain_name_is_named_as_a_reason(client: PiiClient) -> None:
    text = "Please write to Margaret Whitlow in the morning.\n\nticket 7 > owner > Margaret Whitlow > closed"
    people = [finding for finding in client.detect(text).findings if finding.entity_type == "PERSON"]
    assert [text[f.start : f.end] for f in people] == ["Margaret Whitlow"] * 2
    assert any(share.name == "repeated_mention" for share in people[1].evidence)


def test_a_control_string_does_not_blind_the_detector(client: PiiClient) -> None:
    text = "Please write to Margaret Whitlow<eos> at m.whitlow@example.com<end_of_turn> soon."
    assert {kind for kind, _ in found(client.detect(text), text)} >= {"PERSON", "EMAIL"}


def test_a_long_document_is_read_to_its_end(client: PiiClient) -> None:
    filler = "The committee discussed the budget of the library and the repair of the old bridge over the river. "
    text = filler * (100_000 // len(filler)) + "Please write to Margaret Whitlow at m.whitlow@example.com."
    result = client.detect(text)
    assert result.tokens_processed > 15_000
    assert {("PERSON", "Margaret Whitlow"), ("EMAIL", "m.whitlow@example.com")} <= found(result, text)


def test_contributions_add_up(client: PiiClient) -> None:
    for message in demo.MESSAGES:
        for finding in client.detect(message.text, top_features=64).findings:
            listed = sum(contribution.logit for contribution in finding.contributions)
            evidence = sum(share.logit for share in finding.evidence)
            assert finding.bias + listed + finding.other_features + evidence == pytest.approx(finding.logit, abs=1e-9)
            assert listed != 0


def test_the_demo_runs() -> None:
    done = subprocess.run([sys.executable, "-m", "service.demo"], capture_output=True, text=True, timeout=600, check=False)
    assert done.returncode == 0, done.stderr[-2000:]
    assert f"{len(demo.MESSAGES)} of {len(demo.MESSAGES)} messages read" in done.stdout


def test_detect_from_the_command_line(target: str) -> None:
    text = "Please call Margaret Whitlow tomorrow."
    done = subprocess.run([*CLI, "detect", text, "--target", target, "--json"], capture_output=True, text=True, check=True)
    assert [f["entity_type"] for f in json.loads(done.stdout)["findings"]] == ["PERSON"]


@pytest.mark.skipif(
    not EVAL.is_dir(), reason="the evaluation sets are not part of the repository; they lie beside it in ../shared/data"
)
def test_accuracy_over_grpc(target: str) -> None:
    command = [*CLI, "evaluate", "--data", str(EVAL), "--target", target, "--json"]
    done = subprocess.run(
        [*command, "--set", "uner_ewt.dev", "--set", "stockmark_ja.dev"], capture_output=True, text=True, check=True
    )
    f1 = {
        (each["name"], kind["entity_type"]): kind["iou"]["f1"]["value"]
        for each in json.loads(done.stdout)["sets"]
        for kind in each["scores"]["classes"]
        if kind["iou"]["f1"]
    }
    assert f1["uner_ewt.dev", "PERSON"] >= 0.84
    assert f1["stockmark_ja.dev", "PERSON"] >= 0.83
    assert f1["uner_ewt.dev", "EMAIL"] >= 0.90


def test_two_prepares_at_once(tmp_path: Path) -> None:
    environment = {**os.environ, "XDG_CACHE_HOME": str(tmp_path)}
    runs = [
        subprocess.Popen([*CLI, "prepare"], env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        for _ in range(2)
    ]
    folders = {run.communicate(timeout=600)[0].strip() for run in runs}
    assert [run.returncode for run in runs] == [0, 0]
    (folder,) = folders
    assert sorted(path.name for path in Path(folder).iterdir()) == ["config.json", "model.safetensors", "tokenizer.json"]
    assert not list(Path(folder).parent.glob("*.partial"))


def test_names_of_fields_tell_what_their_values_are(target: str, client: PiiClient) -> None:
    record = {"user_name": "kestrel_dev", "password": "Vq9-hunter2!", "born": "1987-03-14", "qty": 14}
    request = pii_pb2.DetectRequest(document=pii_pb2.Document(json=json.dumps(record)))
    with grpc.insecure_channel(target) as channel:
        findings = pii_pb2_grpc.PiiServiceStub(channel).Detect(request, timeout=300).result.findings
    assert {(each.field, each.entity_type, each.start, each.end) for each in findings} == {
        ("/user_name", "USERNAME", 0, 11),
        ("/password", "SECRET", 0, 12),
        ("/born", "DATE_OF_BIRTH", 0, 10),
    }
    assert not any(client.detect(value).findings for value in ("kestrel_dev", "Vq9-hunter2!", "1987-03-14"))

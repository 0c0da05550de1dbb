"""`make demo`: a real server in a process of its own, a dozen messages through the real client, the findings as a table.

All persons and numbers are invented, or published as examples.
"""

from __future__ import annotations

import subprocess
import sys
import time
from dataclasses import dataclass

from piiprobe import DocumentFailure, PiiClient, PiiprobeError, Result
from probes.errors import ProbesError
from service.process import free_port, stop, wait_until_serving
from service.rendering import rendered

_READY_WITHIN_S = 30 * 60.0


@dataclass(frozen=True, slots=True)
class Message:
    """A text and the entity types that a reader would mark in it."""

    text: str
    expected: frozenset[str] = frozenset()


MESSAGES = (
    Message("Hi, Tomasz Ferreira here, please call me back on +44 7700 900123.", frozenset({"PERSON", "PHONE"})),
    Message("Ship it to Miriam Okafor, 48 Larkspur Lane, Apt 5, Dunmore, PA 18512.", frozenset({"PERSON", "ADDRESS"})),
    Message(
        "My card is 4111 1111 1111 1111, exp 09/29; the receipt goes to m.okafor@example.com.",
        frozenset({"CREDIT_CARD", "EMAIL"}),
    ),
    Message(
        "Patient Elin Sandqvist, born 14 March 1987, social security number 987-65-4320.",
        frozenset({"PERSON", "DATE_OF_BIRTH", "NATIONAL_ID"}),
    ),
    Message("Transfer the deposit to IBAN DE89 3704 0044 0532 0130 00 before Friday.", frozenset({"BANK_ACCOUNT"})),
    Message(
        "login failed: user=kestrel_dev password=Vq9-hunter2! from 203.0.113.45",
        frozenset({"USERNAME", "SECRET", "IP_ADDRESS"}),
    ),
    Message("お世話になっております。みどり商事の佐藤美咲です。", frozenset({"PERSON"})),
    Message("届け先は東京都港区架空町3丁目14番5号、電話は03-5550-0142です。", frozenset({"ADDRESS", "PHONE"})),
    Message("領収書は高橋健一(kenichi.takahashi@example.jp)までお送りください。", frozenset({"PERSON", "EMAIL"})),
    Message("Invoice 4111-2024 covers 1,111 units; see section 10.2.3 of the manual, page 18512."),
    Message("Build 2024.11.05 passed: 3,704 tests, 0 failures, 53 s on Friday in Paris."),
    Message("会議は10月3日の14時から第3会議室で、議題は品番4111-1111の在庫です。"),
)


def main() -> int:
    """Runs the demo; 0 where every message was read, whatever was found in it."""
    port = free_port()
    server = subprocess.Popen(_serve_command(port))
    try:
        wait_until_serving(server, f"127.0.0.1:{port}", _READY_WITHIN_S)
        complete = _show(f"127.0.0.1:{port}")
    except (PiiprobeError, ProbesError) as error:
        print(f"demo: {error}", file=sys.stderr)
        complete = False
    finally:
        code = stop(server)
    if code != 0:
        print(f"demo: the server ended with code {code}", file=sys.stderr)
    return 0 if complete and code == 0 else 1


def _serve_command(port: int) -> list[str]:
    return [sys.executable, "-m", "service.cli", "serve", "--port", str(port), "--metrics-port", "0"]


def _show(target: str) -> bool:
    with PiiClient(target) as client:
        info = client.model_info()
        began = time.monotonic()
        outcomes = client.detect_batch([message.text for message in MESSAGES], top_features=3)
        elapsed = time.monotonic() - began
    print(f"\n{info.model.name} {info.model.version}, SHA-256 {info.model.digest[:16]}…")
    print(f"{info.features_read} of {info.d_sae} SAE features of layer {info.layer}; #N +x: feature N added x to the logit")
    as_expected = 0
    for message, outcome in zip(MESSAGES, outcomes, strict=True):
        print()
        if isinstance(outcome, DocumentFailure):
            print(f"FAILED {outcome.code}: {outcome.message}")
            continue
        verdict = _verdict(message, outcome)
        as_expected += verdict.startswith("ok")
        print(f"{rendered(message.text, outcome.findings)}\n  {verdict}")
    read = [outcome for outcome in outcomes if isinstance(outcome, Result)]
    tokens = sum(result.tokens_processed for result in read)
    print(f"\n{len(read)} of {len(MESSAGES)} messages read, {tokens} tokens in {elapsed:.2f} s")
    print(f"{as_expected} of them with exactly the entity types that a reader would mark")
    return len(read) == len(MESSAGES)


def _verdict(message: Message, result: Result) -> str:
    found = {finding.entity_type for finding in result.findings}
    missed, extra = sorted(message.expected - found), sorted(found - message.expected)
    differences = [*(f"MISSED {name}" for name in missed), *(f"FALSE ALARM {name}" for name in extra)]
    return "; ".join(differences) or ("ok" if message.expected else "ok: silent")


if __name__ == "__main__":
    sys.exit(main())

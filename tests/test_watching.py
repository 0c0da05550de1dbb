"""Every expression of dashboard and rules, asked of a real Prometheus that scrapes a real server under load."""

from __future__ import annotations

import asyncio
import math
import os
import shutil
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import grpc
import pytest
from fakes import BREAKS, SLOW

from piiprobe.v1 import pii_pb2, pii_pb2_grpc
from service.bench.dashboard import Panel, Target, read
from service.bench.picture import PANELS, STATS, View, draw
from service.bench.process import ServerProcess
from service.bench.prometheus import Prometheus, watching

ROOT = Path(__file__).parent.parent
DASHBOARD = read(ROOT / "deploy" / "grafana" / "dashboard.json")
TARGETS = [(panel, target) for panel in DASHBOARD.panels for target in panel.targets]

NEEDS_A_WEEK = {
    "Scores: last day against the week before",
    "Feature activations: last day against the week before",
}
"""Panels without data here: each compares a day with the seven before. The scenarios of promtool have them."""

METHODS = ("Detect", "BatchDetect", "GetModelInfo", "ListEntityTypes")
TOKEN = "invented-" + "0123456789abcdef" * 2
WINDOW_S = 8
WITHIN_S = 120.0


@dataclass(frozen=True)
class Watched:
    """A Prometheus that has scraped a server through what `load` does, and still does."""

    prometheus: Prometheus
    metrics: str
    view: View


def document(text: str) -> pii_pb2.DetectRequest:
    return pii_pb2.DetectRequest(document=pii_pb2.Document(text=text))


async def load(target: str, ended: threading.Event) -> None:
    """Calls of every kind, until `ended`: answered, invalid, broken, too late, refused, without a token."""
    async with grpc.aio.insecure_channel(target) as channel:
        stranger: Any = pii_pb2_grpc.PiiServiceStub(channel)
        known = {name: partial(getattr(stranger, name), metadata=(("authorization", f"Bearer {TOKEN}"),)) for name in METHODS}
        stub = SimpleNamespace(**known)
        # One of the two workers waits on this for longer than the test lasts.
        late = stub.Detect(document(SLOW), timeout=1)
        codes: set[grpc.StatusCode] = set()
        while grpc.StatusCode.RESOURCE_EXHAUSTED not in codes:
            crowd = [stub.Detect(document("one two three four")) for _ in range(60)]
            codes.update(await asyncio.gather(*(call.code() for call in crowd)))
        await asyncio.gather(late, return_exceptions=True)
        number = 0
        while not ended.is_set():
            number += 1
            calls = [
                stub.Detect(document(f"write to a{index}@example.com, ask for {'more ' * number}"[:400])) for index in range(4)
            ]
            documents = [pii_pb2.Document(text="b@example.com"), pii_pb2.Document()]
            calls.append(stub.BatchDetect(pii_pb2.BatchDetectRequest(documents=documents)))
            calls.append(stranger.Detect(document("c@example.com")))
            calls.append(stub.Detect(pii_pb2.DetectRequest(), timeout=5))
            calls.append(stub.Detect(document(BREAKS), timeout=5))
            calls += [stub.GetModelInfo(pii_pb2.GetModelInfoRequest()), stub.ListEntityTypes(pii_pb2.ListEntityTypesRequest())]
            await asyncio.gather(*calls, return_exceptions=True)
            await asyncio.sleep(0.1)


def until_answered_for(seconds: int, prometheus: Prometheus) -> float:
    """Waits until the server has answered for so long, and gives the time."""
    deadline = time.monotonic() + WITHIN_S
    while time.monotonic() < deadline:
        now = time.time()
        answered = 'sum(increase(piiprobe_documents_total{outcome="answered"}[4s])) > 0'
        if prometheus.query(answered, now - seconds) and prometheus.query(answered, now):
            return now
        time.sleep(0.5)
    pytest.fail(f"the server did not answer for {seconds} s within {WITHIN_S:g} s")


@pytest.fixture(scope="module")
def watched(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Watched]:
    if shutil.which("prometheus") is None:
        if os.environ.get("CI"):
            pytest.fail("prometheus is missing: CI must install it")
        pytest.skip("prometheus is not installed (Debian package prometheus)")
    command = (sys.executable, str(Path(__file__).with_name("fakes.py")))
    tokens = tmp_path_factory.mktemp("tokens") / "tokens"
    tokens.write_text(f"{TOKEN}\n", encoding="ascii")
    settings = {"PIIPROBE_WORKERS": "2", "PIIPROBE_MAX_QUEUE_DOCUMENTS": "6", "PIIPROBE_TOKEN_FILE": str(tokens)}
    ended = threading.Event()
    with (
        ServerProcess.start(settings, command) as server,
        watching({"piiprobe": server.metrics_target}, ROOT / "deploy" / "prometheus" / "rules.yaml") as prometheus,
    ):
        began = time.time()
        thread = threading.Thread(target=lambda: asyncio.run(load(server.target, ended)), name="load")
        thread.start()
        try:
            end = until_answered_for(WINDOW_S, prometheus)
            view = View(prometheus, DASHBOARD, began, end, WINDOW_S)
            yield Watched(prometheus, server.metrics_target, view)
        finally:
            ended.set()
            thread.join()


def title(value: Panel | Target) -> str:
    return f"{value.row}, {value.title}" if isinstance(value, Panel) else value.legend


@pytest.mark.parametrize(("panel", "target"), TARGETS, ids=title)
def test_every_expression_of_the_dashboard_returns_data(watched: Watched, panel: Panel, target: Target) -> None:
    found = watched.prometheus.query(
        watched.view.expression(target.expression, "EMAIL" if panel.repeat else ""), watched.view.end
    )
    if panel.title in NEEDS_A_WEEK:
        assert found == []
        return
    assert found
    finite = [series for series in found if math.isfinite(series.values[0])]
    # A quantile of a method that nobody called is none.
    assert finite if "histogram_quantile" in target.expression else finite == found


def test_the_variables_find_their_values(watched: Watched) -> None:
    for label, metric, least in (
        ("job", "piiprobe_ready", 1),
        ("entity_type", "piiprobe_findings_total", 11),
        ("judge", "piiprobe_llm_judge_equivalent_cost_usd_total", 2),
    ):
        values = watched.prometheus.ask(f"label/{label}/values", **{"match[]": metric})
        assert len(values) >= least, label


def test_every_rule_is_evaluated_and_records_what_the_time_allows(watched: Watched) -> None:
    rules = [rule for group in watched.prometheus.ask("rules")["groups"] for rule in group["rules"]]
    assert len(rules) == 41
    for rule in rules:
        assert (rule["health"], rule.get("lastError")) == ("ok", None), rule["name"]
        if rule["type"] == "recording":
            # A day, or a week a day ago; and a share of 500 values, which 18 seconds of one class need not have.
            needs_time = rule["name"].endswith((":distance1d", ":share1d", ":share7d"))
            assert needs_time or watched.prometheus.query(rule["name"]), rule["name"]


def test_what_happens_raises_its_alerts_and_no_other(watched: Watched) -> None:
    # Pending counts: nothing has lasted for minutes.
    states = {
        rule["name"]: rule["state"]
        for group in watched.prometheus.ask("rules", type="alert")["groups"]
        for rule in group["rules"]
    }
    raised = {name for name, state in states.items() if state != "inactive"}
    assert {"PiiprobeAvailabilityBurnsFast", "PiiprobeAvailabilityBurnsSlowly", "PiiprobeDocumentsFail"} <= raised
    assert not raised & {"PiiprobeDown", "PiiprobeAbsent", "PiiprobeNotReady", "PiiprobeRestarts", "PiiprobeMemoryGrows"}


@pytest.mark.parametrize(
    "selector",
    [
        *(
            f'piiprobe_requests_rejected_total{{reason="{reason}"}}'
            for reason in ("queue_documents", "invalid", "unauthenticated")
        ),
        *(f'piiprobe_documents_total{{outcome="{outcome}"}}' for outcome in ("answered", "failed", "invalid")),
        'grpc_server_handled_total{grpc_method="Detect", grpc_code="DEADLINE_EXCEEDED"}',
        'piiprobe_documents_dropped_total{reason="cancelled"}',
    ],
)
def test_what_was_done_to_the_server_is_counted(watched: Watched, selector: str) -> None:
    (total,) = watched.prometheus.query(f"sum({selector})")
    assert total.values[0] > 0


def test_the_saving_is_one_ratio(watched: Watched) -> None:
    ratio = DASHBOARD.panel("Times cheaper than a language model as judge").targets[0]
    found = watched.prometheus.query(watched.view.expression(ratio.expression, ""), watched.view.end)
    assert len({series.labels["judge"] for series in found}) == len(found) > 1
    assert all(set(series.labels) == {"judge"} and series.values[0] > 0 for series in found)


def test_the_metrics_are_named_as_prometheus_wants_them(watched: Watched) -> None:
    from urllib.request import urlopen

    from test_rules import promtool

    with urlopen(f"http://{watched.metrics}/metrics", timeout=5) as answer:
        promtool("check", "metrics", given=answer.read().decode())


def test_the_picture_shows_panels_of_the_dashboard(watched: Watched, tmp_path: Path) -> None:
    for name in (*STATS, *(each for row in PANELS for each in row)):
        assert watched.view.latest(name)[1], name
    draw(watched.view, tmp_path / "dashboard.png")
    written = (tmp_path / "dashboard.png").read_bytes()
    assert written.startswith(b"\x89PNG")
    assert len(written) < 300_000

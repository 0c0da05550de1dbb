"""The recording rules and alerts, by promtool and beside the runbook."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).parent.parent
FOLDER = ROOT / "deploy" / "prometheus"
RULES = FOLDER / "rules.yaml"
GROUPS: list[dict[str, Any]] = yaml.safe_load(RULES.read_text(encoding="utf-8"))["groups"]
ALERTS = [rule for group in GROUPS for rule in group["rules"] if "alert" in rule]
RECORDED = [rule["record"] for group in GROUPS for rule in group["rules"] if "record" in rule]
SCENARIOS: dict[str, Any] = yaml.safe_load((FOLDER / "rules.test.yaml").read_text(encoding="utf-8"))


def promtool(*arguments: str, given: str | None = None) -> str:
    """What it prints; skips where it is not installed, unless in CI."""
    if shutil.which("promtool") is None:
        if os.environ.get("CI"):
            pytest.fail("promtool is missing: CI must install prometheus")
        pytest.skip("promtool is not installed (Debian package prometheus)")
    done = subprocess.run(["promtool", *arguments], input=given, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_the_rules_are_valid() -> None:
    assert f"{len(ALERTS) + len(RECORDED)} rules found" in promtool("check", "rules", str(RULES))


def test_alerts_fire_when_they_should_and_only_then() -> None:
    assert "SUCCESS" in promtool("test", "rules", str(FOLDER / "rules.test.yaml"))


def test_every_alert_has_a_scenario_in_which_it_fires_and_one_in_which_it_does_not() -> None:
    checks = [check for scenario in SCENARIOS["tests"] for check in scenario.get("promql_expr_test", ())]
    firing = [
        {match for sample in check["exp_samples"] for match in re.findall('alertname="(\\w+)"', sample["labels"])}
        for check in checks
    ]
    for alert in (rule["alert"] for rule in ALERTS):
        assert any(alert in names for names in firing), alert
        assert any(alert not in names for names in firing), alert


def test_groups_are_evaluated_in_their_order() -> None:
    # promtool takes them in any order otherwise, and later ones read what earlier ones record.
    assert SCENARIOS["group_eval_order"] == [group["name"] for group in GROUPS]


def test_recorded_names_are_level_metric_operations() -> None:
    assert len(set(RECORDED)) == len(RECORDED)
    assert all(re.fullmatch(r"[a-z_]+:[a-z_]+:[a-z0-9_]+", name) for name in RECORDED)


@pytest.mark.parametrize("alert", ALERTS, ids=lambda alert: alert["alert"])
def test_every_alert_says_how_bad_it_is_what_happened_and_what_to_do(alert: dict[str, Any]) -> None:
    assert alert["alert"].startswith("Piiprobe")
    assert alert["labels"] in ({"severity": "page"}, {"severity": "ticket"})
    assert set(alert["annotations"]) == {"summary", "description", "runbook_url"}
    path, anchor = alert["annotations"]["runbook_url"].split("#")
    headings = re.findall(r"(?m)^## (\w+)$", (ROOT / path).read_text(encoding="utf-8"))
    assert anchor in map(str.lower, headings)
    # A value is worth reading only with what it counts; these fire because something is or is not there.
    assert ("$value" in alert["annotations"]["description"]) == (
        alert["alert"] not in {"PiiprobeDown", "PiiprobeAbsent", "PiiprobeNotReady"}
    )


def test_the_runbook_has_a_section_for_each_alert_and_no_other() -> None:
    text = (ROOT / "docs" / "runbook.md").read_text(encoding="utf-8")
    assert re.findall(r"(?m)^## (\w+)$", text) == [alert["alert"] for alert in ALERTS]
    for section in text.split("\n## ")[1:]:
        assert re.findall(r"(?m)^(See|Do):", section) == ["See", "Do"], section.splitlines()[0]


def test_the_runbook_names_panels_and_rows_that_exist() -> None:
    from service.bench.dashboard import read

    panels = read(ROOT / "deploy" / "grafana" / "dashboard.json").panels
    titles = {panel.title for panel in panels}
    text = (ROOT / "docs" / "runbook.md").read_text(encoding="utf-8")
    named = set(re.findall(r"\*(.+?)\*", text))
    assert named <= titles, named - titles


def test_the_memory_limit_is_that_of_the_manifests() -> None:
    manifest = (ROOT / "deploy" / "kubernetes" / "base" / "container.yaml").read_text(encoding="utf-8")
    (container,) = re.findall(r"limits:\n\s+cpu: .+\n\s+memory: (\d+)Mi", manifest)
    (limit,) = [
        rule["expr"] for group in GROUPS for rule in group["rules"] if rule.get("record") == "piiprobe:memory_limit:bytes"
    ]
    assert limit == f"vector({container} * 1024 ^ 2)"

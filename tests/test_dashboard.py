"""The dashboard as a file: what Grafana needs to import it anywhere."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from service.bench.dashboard import Dashboard, names_in, read, substituted

ROOT = Path(__file__).parent.parent
PATH = ROOT / "deploy" / "grafana" / "dashboard.json"
CONTENT = json.loads(PATH.read_text(encoding="utf-8"))
PANELS: list[dict[str, Any]] = CONTENT["panels"]
DRAWN = [panel for panel in PANELS if panel["type"] != "row"]
SOURCE = {"type": "prometheus", "uid": "${datasource}"}


@pytest.fixture(scope="module")
def dashboard() -> Dashboard:
    return read(PATH)


def test_the_file_is_formatted_so_that_changes_show_as_such() -> None:
    assert PATH.read_text(encoding="utf-8") == json.dumps(CONTENT, indent=2, ensure_ascii=False) + "\n"


def test_it_has_no_id_of_a_database_and_a_stable_name() -> None:
    assert (CONTENT["id"], CONTENT["uid"], CONTENT["title"]) == (None, "piiprobe", "piiprobe")
    assert CONTENT["schemaVersion"] == 39


def test_panel_ids_are_unique() -> None:
    ids = [panel["id"] for panel in PANELS]
    assert len(set(ids)) == len(ids)


def test_rows_are_questions_in_order() -> None:
    rows = [panel["title"] for panel in PANELS if panel["type"] == "row"]
    assert rows == ["Traffic", "Errors", "Latency", "Saturation", "Findings", "Cost", "Drift"]


def test_panels_lie_in_the_grid_and_none_over_another() -> None:
    taken: dict[tuple[int, int], str] = {}
    for panel in PANELS:
        at = panel["gridPos"]
        assert at["x"] >= 0
        assert at["x"] + at["w"] <= 24, panel["title"]
        for cell in ((x, y) for x in range(at["x"], at["x"] + at["w"]) for y in range(at["y"], at["y"] + at["h"])):
            assert cell not in taken, (panel["title"], taken.get(cell))
            taken[cell] = panel["title"]


@pytest.mark.parametrize("panel", DRAWN, ids=lambda panel: panel["title"])
def test_every_panel_says_what_it_shows_in_which_unit(panel: dict[str, Any], dashboard: Dashboard) -> None:
    read_panel = dashboard.panel(panel["title"])
    assert read_panel.unit
    assert len(panel["description"]) > 20
    assert panel["description"].endswith(".")
    assert len({target["refId"] for target in panel["targets"]}) == len(panel["targets"]) > 0
    # Two series of one name could not be told apart.
    assert len({target["legendFormat"] for target in panel["targets"]}) == len(panel["targets"])


def test_no_datasource_is_hard_coded() -> None:
    def sources(value: Any) -> list[Any]:
        if isinstance(value, dict):
            here = [each for key, each in value.items() if key == "datasource"]
            return here + [s for each in value.values() for s in sources(each)]
        return [s for each in value for s in sources(each)] if isinstance(value, list) else []

    found = sources(CONTENT)
    assert len(found) > 2 * len(DRAWN)
    assert all(source == SOURCE for source in found)
    assert all(panel["datasource"] == SOURCE for panel in DRAWN)


def test_every_variable_is_used_and_none_is_unknown(dashboard: Dashboard) -> None:
    used = names_in(json.dumps(CONTENT))
    builtin = {name for name in used if name.startswith("__")}
    assert builtin == {"__rate_interval", "__range", "__all"}
    assert used - builtin == set(dashboard.variables)
    assert {panel.repeat for panel in dashboard.panels} == {"", "entity_type"}


def test_all_matches_series_without_the_label() -> None:
    # A plain Prometheus adds neither namespace nor pod.
    for variable in CONTENT["templating"]["list"]:
        if variable["name"] in {"job", "namespace", "pod", "judge"}:
            assert (variable["allValue"], variable["current"]["value"]) == (".*", ["$__all"])


def test_rates_are_over_the_interval_that_grafana_chooses(dashboard: Dashboard) -> None:
    windows = {
        window for panel in dashboard.panels for target in panel.targets for window in re.findall(r"\[(.+?)\]", target.expression)
    }
    assert windows == {"$__rate_interval", "$__range"}


def test_every_series_is_chosen_by_the_variables(dashboard: Dashboard) -> None:
    for panel in dashboard.panels:
        for target in panel.targets:
            without_groups = re.sub(r"\b(by|on|group_left) \(.*?\)", "", target.expression)
            bare = re.sub('".*?"', '"', without_groups)
            for name, selector in re.findall(r"\b((?:piiprobe|grpc|process|job)[\w:]*)(\{.*?\})?", bare):
                if name != "piiprobe:memory_limit:bytes":
                    assert selector.startswith('{job=~", namespace=~"'), (panel.title, name)


def test_variables_are_replaced_as_grafana_does() -> None:
    values = {"job": ".*", "__rate_interval": "5s"}
    assert substituted('rate(x{job=~"$job"}[$__rate_interval])', values) == 'rate(x{job=~".*"}[5s])'
    assert substituted("${job}s", values) == ".*s"
    with pytest.raises(KeyError):
        substituted("$pod", values)


def test_the_config_map_carries_the_label_that_grafana_looks_for() -> None:
    (made,) = yaml.safe_load((PATH.parent / "kustomization.yaml").read_text(encoding="utf-8"))["configMapGenerator"]
    assert made["options"]["labels"] == {"grafana_dashboard": "1"}
    assert [(PATH.parent / name.split("=")[1]).is_file() for name in made["files"]] == [True]

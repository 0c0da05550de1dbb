"""`piiprobe evaluate --full`, `--card` and `--controls`: what is asked of whom, with fakes behind the command line."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from test_report import MANY, Bundled, folder, manifest
from typer.testing import CliRunner, Result

from probes.errors import ProbesError
from probes.operating_point import BALANCED
from probes.training import against_controls
from probes.training.controls import Comparison, ControlResult, ControlsConfig, ControlsReport
from probes.training.example import Example
from probes.training.full_report import read_report
from probes.training.labelled import load_set
from probes.training.settings_report import measure
from service import cli

__all__ = ["folder"]


@pytest.fixture(autouse=True)
def _fakes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cli, "_require", lambda extra: None)
    monkeypatch.setattr(cli, "_load", lambda settings: Bundled(MANY.patterns))


def evaluate(data: Path, *arguments: str) -> Result:
    counts = ("--documents", "2", "--noise-documents", "1")
    return CliRunner().invoke(cli.app, ["evaluate", "--data", str(data), *counts, *arguments])


def test_full_writes_markdown_and_json_and_prints_the_targets(folder: Path, tmp_path: Path) -> None:
    out = tmp_path / "new" / "accuracy.md"
    result = evaluate(folder, "--local", "--full", "--out", str(out), "--set", "uner_ewt.dev", "--set", "own.de")
    assert result.exit_code == 0, result.output
    assert "| uner_ewt.dev | balanced | PERSON F1 ≥ 0.90 | 1.000 [1.000, 1.000] | yes |" in result.stdout
    assert result.stdout.splitlines()[-1] == str(out)
    report = read_report(out.with_suffix(".json"))
    assert [each.name for each in report.labelled.sets] == ["own.de", "uner_ewt.dev"]
    assert report.generated.sets[0].points[BALANCED].documents == 2
    assert report.noise["ja"].documents == 1
    assert report.as_markdown() == out.read_text()
    assert not list(tmp_path.rglob("MODEL_CARD.md"))


def test_labelled_eval_is_found_inside_a_data_folder(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "labelled").mkdir()
    (tmp_path / "labelled" / "eval").symlink_to(folder)
    result = evaluate(tmp_path, "--local", "--full", "--out", str(tmp_path / "a.md"), "--set", "own.de")
    assert result.exit_code == 0, result.output
    assert json.loads((tmp_path / "a.json").read_text())["labelled"]["sets"][0]["name"] == "own.de"


def test_card_writes_the_card_of_the_bundle(folder: Path, tmp_path: Path) -> None:
    bundle = tmp_path / "bundle"
    bundle.mkdir()
    result = evaluate(folder, "--local", "--card", "--out", str(tmp_path / "a.md"), "--bundle", str(bundle), "--set", "own.de")
    assert result.exit_code == 0, result.output
    text = (bundle / "MODEL_CARD.md").read_text()
    assert text.startswith(f"# {manifest().name} {manifest().version}\n")
    assert "### By case" in text


@pytest.mark.parametrize(
    "arguments",
    [
        ("--full",),
        ("--controls",),
        ("--card",),
        ("--local", "--full", "--operating-point", "recall"),
        ("--local", "--full", "--no-structure"),
        ("--local", "--full", "--json"),
        ("--local", "--full", "--controls"),
    ],
)
def test_what_full_or_controls_cannot_do_is_refused_before_anything_is_read(tmp_path: Path, arguments: tuple[str, ...]) -> None:
    result = evaluate(tmp_path / "nothing", *arguments, "--out", str(tmp_path / "a.md"))
    assert result.exit_code == 2
    assert "one of them, with --local" in result.output


def test_a_control_that_there_is_not_is_refused(folder: Path, tmp_path: Path) -> None:
    result = evaluate(folder, "--local", "--controls", "--control", "oracle", "--out", str(tmp_path / "a.md"))
    assert result.exit_code == 2
    assert "oracle is none of presidio, encoder, heads, judge" in result.output


def test_controls_get_both_bundles_and_write_a_report(folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[tuple[Any, ...]] = []

    def run(*arguments: Any) -> ControlsReport:
        asked.append(arguments)
        own = measure(MANY, [("own.de", load_set(folder / "own.de.jsonl.gz"))], resamples=5).at(BALANCED)
        return ControlsReport(Comparison("Controls", (ControlResult("ours", "labelled", own, ours=True),)), None)

    monkeypatch.setattr(against_controls, "against_controls", run)
    mine, other, out = tmp_path / "mine", tmp_path / "other", tmp_path / "a.md"
    flags = ("--controls", "--bundle", str(mine), "--generated-only", str(other), "--work", str(tmp_path))
    result = evaluate(
        folder, "--local", *flags, "--base-model", "here", "--out", str(out), "--set", "own.de", "--control", "judge"
    )
    assert result.exit_code == 0, result.output
    ours = [against_controls.Ours(mine, True), against_controls.Ours(other, False)]
    assert asked == [(folder, tmp_path, "here", ours, ControlsConfig(("judge",), sets=("own.de",)))]
    assert out.read_text().startswith("# Other detectors beside ours")
    assert "### own.de" in out.read_text()
    assert json.loads(out.with_suffix(".json").read_text())["short"] is None
    assert not (mine / "MODEL_CARD.md").exists()


def test_a_set_that_is_missing_is_named(folder: Path, tmp_path: Path) -> None:
    result = evaluate(folder, "--local", "--full", "--out", str(tmp_path / "a.md"), "--set", "yours")
    assert result.exit_code == 1
    assert "yours.jsonl.gz" in result.output
    assert not (tmp_path / "a.md").exists()


def probed(tmp_path: Path, folder: Path, bundle: Path, model_folder: Path) -> tuple[Path, Path, dict[str, list[Example]]]:
    """A data folder, the work folder that training on it leaves, and its sources."""
    import tiny
    import torch

    from probes.base_model import BaseModel
    from probes.bundle import load_bundle
    from probes.training.harvest import harvest, texts_key
    from probes.training.probe_data import probe_sources

    data, work = tmp_path / "data", tmp_path / "work"
    train = data / "labelled" / "train"
    train.mkdir(parents=True)
    (train / "own.de.jsonl.gz").symlink_to(folder / "own.de.jsonl.gz")
    model = BaseModel.load(model_folder, tiny.LAYER, torch.float32)
    sources = probe_sources(data, generated=3, seed=load_bundle(bundle).manifest.provenance.seed)
    for name, examples in sources.items():
        texts = [example.text for example in examples]
        harvest(model, texts, work / "probe" / name, texts_key(texts))
    return data, work, sources


def test_a_work_folder_without_the_harvest_of_a_source_is_refused(
    tmp_path: Path, folder: Path, tiny_bundle: Path, tiny_model_folder: Path
) -> None:
    ours = [against_controls.Ours(tiny_bundle, True)]
    data, work, sources = probed(tmp_path, folder, tiny_bundle, tiny_model_folder)
    assert len(sources) == 2
    for name in reversed(sources):
        (work / "probe" / name / "harvest.json").unlink()
        with pytest.raises(ProbesError, match=f"{name} holds no harvest"):
            against_controls.against_controls(data, work, str(tiny_model_folder), ours)


def test_a_work_folder_of_other_texts_is_refused(
    tmp_path: Path, folder: Path, tiny_bundle: Path, tiny_model_folder: Path
) -> None:
    import tiny
    import torch

    from probes.base_model import BaseModel
    from probes.training.harvest import harvest

    data, work, sources = probed(tmp_path, folder, tiny_bundle, tiny_model_folder)
    texts = [example.text + " and more" for example in sources["own.de"]]
    harvest(BaseModel.load(tiny_model_folder, tiny.LAYER, torch.float32), texts, work / "probe" / "own.de", "others")
    with pytest.raises(ProbesError, match="does not belong to these texts"):
        against_controls.against_controls(data, work, str(tiny_model_folder), [against_controls.Ours(tiny_bundle, True)])


def test_bundles_of_two_layers_are_refused(tmp_path: Path, folder: Path, tiny_bundle: Path, tiny_model_folder: Path) -> None:
    import tiny

    data, work, _ = probed(tmp_path, folder, tiny_bundle, tiny_model_folder)
    base = {**tiny.bundle_values()["base"], "layer": tiny.LAYER - 1}  # type: ignore[dict-item]
    other = tiny.write_bundle(tmp_path / "other", tiny_model_folder, values={"base": base})
    ours = [against_controls.Ours(tiny_bundle, True), against_controls.Ours(other, False)]
    with pytest.raises(ProbesError, match=f"{other} reads layer {tiny.LAYER - 1}, the first bundle layer {tiny.LAYER}"):
        against_controls.against_controls(data, work, str(tiny_model_folder), ours)


def test_controls_read_what_training_left(
    tmp_path: Path, folder: Path, tiny_bundle: Path, tiny_model_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The harvests of all sources as one, in the order of the sources, the latents and the bundles as detectors."""
    import tiny
    import torch

    from probes.base_model import BaseModel
    from probes.bundle import load_bundle
    from probes.training.controls.sample import LABELLED
    from probes.training.harvest import Harvest
    from probes.training.probe_data import GENERATED

    data, work, sources = probed(tmp_path, folder, tiny_bundle, tiny_model_folder)
    model = BaseModel.load(tiny_model_folder, tiny.LAYER, torch.float32)
    given: dict[str, Any] = {}

    def run(*paths: Path, **rest: Any) -> ControlsReport:
        given.update(rest)
        return ControlsReport(None, None)

    monkeypatch.setattr(against_controls, "run_controls", run)
    ours = [against_controls.Ours(tiny_bundle, True), against_controls.Ours(tiny_bundle, False)]
    against_controls.against_controls(data, work, str(tiny_model_folder), ours, ControlsConfig(controls=()))
    assert {name: list(examples) for name, examples in given["sources"].items()} == sources
    texts = [example.text for examples in sources.values() for example in examples]
    lengths = [len(tokens) for tokens in model.tokenizer.encode(texts)]
    assert given["probe_text"].lengths.tolist() == lengths
    resid_post = torch.cat([Harvest.open(work / "probe" / name).resid_post for name in sources])
    assert torch.equal(given["probe_text"].resid_post, resid_post)
    assert given["encoder"].digest() == load_bundle(tiny_bundle).encoder.digest()
    assert [(each.regime, each.digest) for each in given["ours"]] == [
        (regime, load_bundle(tiny_bundle).digest) for regime in (LABELLED, GENERATED)
    ]
    detected = given["ours"][0].detect(list(tiny.SENTENCES))
    assert len(detected) == len(tiny.SENTENCES)
    assert any(detected)

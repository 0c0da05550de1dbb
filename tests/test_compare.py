"""The comparison of layers, windows and dictionaries on a tiny model and a folder of invented labelled text."""

from __future__ import annotations

import gzip
import json
import random
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pytest
import tiny
import torch
from typer.testing import CliRunner

from probes.base_model import BaseModel
from probes.entity import ENTITY_TYPES, NONE
from probes.errors import ProbesError
from probes.path import best_path
from probes.probe import Probe
from probes.tags import IMPOSSIBLE, can_follow, count, span_tags
from probes.tokens import TextTokenizer
from probes.training.compare.inputs import CLIP, Residuals
from probes.training.compare.materials import CompareConfig
from probes.training.compare.run import NARROW, compare
from probes.training.compare.taps import multiply_adds, tapped
from probes.training.compare.texts import ENTITY_TYPE, Texts, eval_texts, fit_text, held_out, only, training_texts
from probes.training.compare.trial import Bench, Trial
from probes.training.example import Example, Label
from probes.training.fit import FitConfig, Fitted, Inputs, fit_all
from probes.training.harvest import Harvest, harvest
from probes.training.pieces import FitText
from probes.training.probe_data import GENERATED, allowed_tags
from service.cli import app

NAMES = ("Mira Lopes", "Jean-Luc", "Tobias Winter", "Ines", "Otto van Dam")
PLACES = ("Oak Street", "the city", "Lisbon")


def line(rng: random.Random) -> dict[str, object]:
    name, place = rng.choice(NAMES), rng.choice(PLACES)
    before = rng.choice(("Please call ", "The card of ", "the turn is "))
    text = f"{before}{name} near {place} number {rng.randrange(10_000)}."
    return {"text": text, "spans": [{"start": len(before), "end": len(before) + len(name), "label": "PER"}], "lang": "en"}


def write_set(path: Path, lines: int, seed: int) -> None:
    rng = random.Random(seed)
    path.parent.mkdir(parents=True, exist_ok=True)
    with gzip.open(path, "wt", encoding="utf-8") as out:
        for _ in range(lines):
            out.write(json.dumps(line(rng)) + "\n")


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """`labelled/train`, `labelled/eval` and `corpus`, with sets of known names."""
    folder = tmp_path_factory.mktemp("data")
    write_set(folder / "labelled" / "train" / "wikigold.all.jsonl.gz", 200, 1)
    write_set(folder / "labelled" / "eval" / "uner_ewt.dev.jsonl.gz", 60, 2)
    write_set(folder / "labelled" / "eval" / "germeval14.dev.jsonl.gz", 20, 3)
    for language in ("en", "ja", "de", "es", "fr"):
        write_set(folder / "corpus" / f"{language}.some.jsonl.gz", 60, 4)
    return folder


@pytest.fixture(scope="module")
def tokenizer(tiny_model_folder: Path) -> TextTokenizer:
    return TextTokenizer(tiny_model_folder)


SETS = ("uner_ewt.dev", "germeval14.dev")
CONFIG = CompareConfig(tokens=4000, eval_tokens=1500, corpus_tokens=2000, layers=((1,),), layer=1, dictionaries=(), sets=SETS)


# Taps.


def test_taps_are_the_outputs_of_models_cut_there(tiny_model_folder: Path) -> None:
    model = BaseModel.load(tiny_model_folder, 2, torch.float32, taps=[0, 2])
    tokens = model.tokenizer.encode([*tiny.SENTENCES, "", "long " * 400])
    got = model.resid_post(tokens)
    for i, layer in enumerate((0, 2)):
        alone = BaseModel.load(tiny_model_folder, layer, torch.float32)
        own = slice(i * tiny.D_MODEL, (i + 1) * tiny.D_MODEL)
        for a, b in zip(got, alone.resid_post(tokens), strict=True):
            assert a.shape == (len(b), 2 * tiny.D_MODEL)
            torch.testing.assert_close(a[:, own], b)


def test_one_layer_of_a_tapped_harvest(tiny_model_folder: Path, tmp_path: Path) -> None:
    texts = list(tiny.SENTENCES)
    both = harvest(BaseModel.load(tiny_model_folder, 2, torch.float32, taps=[1, 2]), texts, tmp_path / "both", "k")
    alone = harvest(BaseModel.load(tiny_model_folder, 1, torch.float32), texts, tmp_path / "one", "k")
    got = tapped(both, [1, 2], 1)
    assert got.lengths.tolist() == alone.lengths.tolist()
    torch.testing.assert_close(got.resid_post, alone.resid_post)


def test_multiply_adds_count_every_weight_of_the_blocks_once(tiny_model_folder: Path) -> None:
    model = BaseModel.load(tiny_model_folder, 2, torch.float32)
    # Queries and outputs of 2 heads, keys and values of one, three matrices of the MLP.
    block = tiny.D_MODEL * 16 * (2 * 2 + 2) + 3 * tiny.D_MODEL * 64
    assert [multiply_adds(model, layer) for layer in range(3)] == [block, 2 * block, 3 * block]


# Texts.


def test_training_text_is_divided_by_shares_and_drawn_from_the_seed(data: Path, tokenizer: TextTokenizer) -> None:
    drawn = training_texts(data, tokenizer, 4000, 0)
    by_name = drawn.tokens_by_name()
    assert set(by_name) == {GENERATED, "wikigold.all"}
    assert 4000 <= sum(by_name.values()) < 4600
    assert by_name[GENERATED] / by_name["wikigold.all"] == pytest.approx(3, rel=0.3)
    assert training_texts(data, tokenizer, 4000, 0).key == drawn.key
    assert training_texts(data, tokenizer, 4000, 1).key != drawn.key


def test_a_small_set_is_read_whole_and_the_rest_is_the_larger_ones(data: Path, tokenizer: TextTokenizer) -> None:
    everything = eval_texts(data / "labelled" / "eval", SETS, tokenizer, 10**9, 0)
    assert (everything.names.count("uner_ewt.dev"), everything.names.count("germeval14.dev")) == (60, 20)
    small = everything.tokens_by_name()["germeval14.dev"]
    some = eval_texts(data / "labelled" / "eval", SETS, tokenizer, 3 * small, 0)
    assert some.names.count("germeval14.dev") == 20
    assert 20 < some.names.count("uner_ewt.dev") < 60
    assert all(ENTITY_TYPE in classes for classes in some.complete.values())


def test_no_labelled_training_set_is_an_error(data: Path, tokenizer: TextTokenizer, tmp_path: Path) -> None:
    write_set(tmp_path / "labelled" / "train" / "unknown.jsonl.gz", 5, 1)
    with pytest.raises(ProbesError, match="wikigold"):
        training_texts(tmp_path, tokenizer, 1000, 0)


def test_a_key_tells_labels_apart(data: Path, tokenizer: TextTokenizer) -> None:
    drawn = eval_texts(data / "labelled" / "eval", SETS, tokenizer, 500, 0)
    other = replace(drawn, examples=[replace(drawn.examples[0], labels=()), *drawn.examples[1:]])
    assert other.key != drawn.key


@pytest.mark.parametrize(
    ("candidates", "unlabelled", "inside", "outside"),
    [
        ({"PERSON"}, set(), None, {0}),
        ({"ADDRESS"}, set(), {0}, {0}),
        ({"ADDRESS", "PERSON"}, set(), {0, 1, 2, 3, 4}, {0}),
        ({"PERSON", NONE}, set(), {0, 1, 2, 3, 4}, {0}),
        ({"EMAIL"}, {"PERSON"}, {0}, {0, 1, 2, 3, 4}),
    ],
)
def test_tags_of_one_class(
    tokenizer: TextTokenizer, candidates: set[str], unlabelled: set[str], inside: set[int] | None, outside: set[int]
) -> None:
    text = "call Mira Lopes now"
    (tokens,) = tokenizer.encode([text])
    example = Example(text, (Label(5, 15, frozenset(candidates)),), "en", "", frozenset(unlabelled))
    own = only(ENTITY_TYPE, allowed_tags(example, tokens))
    where = np.flatnonzero((tokens.starts < 15) & (tokens.ends > 5))
    # Without other candidates each token of a name has its own tag.
    expected = [{tag} for tag in span_tags(1, len(where))] if inside is None else [inside] * len(where)
    assert [set(np.flatnonzero(own[i])) for i in where] == expected
    assert all(set(np.flatnonzero(own[i])) == outside for i in range(len(tokens)) if i not in where)


# Fits.


def test_standardised_by_the_training_texts_alone(tmp_path: Path) -> None:
    generator = torch.Generator().manual_seed(0)
    values = [torch.randn(n, 4, generator=generator) * torch.tensor([1.0, 10, 100, 0.1]) + 300 for n in (5000, 300)]
    values[1][0] = 1e6
    train, measured = (Harvest(v, np.array([len(v)]), tmp_path) for v in values)
    both = Residuals.of([train, train], [measured, measured])
    got = both.train.values.float()
    assert got.shape == (5000, 8)
    torch.testing.assert_close(got.mean(0), torch.zeros(8), atol=0.01, rtol=0)
    torch.testing.assert_close(got.std(0), torch.ones(8), atol=0.02, rtol=0)
    assert float(both.eval.values.max()) == CLIP
    expected = (values[1][1:] - values[0].mean(0)) / values[0].std(0)
    torch.testing.assert_close(both.eval.values[1:, 4:].float(), expected.clamp(-CLIP, CLIP), atol=0.02, rtol=0.02)


class Shifted:
    """Dense inputs whose third one says, one token early, that a name stands there."""

    def __init__(self, texts: int, seed: int) -> None:
        rng = np.random.default_rng(seed)
        self.lengths = rng.integers(5, 30, texts)
        self.text_starts = np.concatenate([[0], np.cumsum(self.lengths)])
        n = int(self.text_starts[-1])
        self.tags = (rng.random(n) < 0.2).astype(int) * 4
        self.tags[self.text_starts[:-1]] = 0
        self.values = torch.from_numpy(rng.normal(size=(n, 6)).astype(np.float32))
        self.values[:, 2] = 0
        self.values[np.flatnonzero(self.tags) - 1, 2] = 1

    def project(self, tokens: np.ndarray, weight: torch.Tensor) -> torch.Tensor:
        return self.values[torch.from_numpy(tokens)] @ weight


def test_fit_all_reads_the_window_and_is_rounded_as_a_bundle() -> None:
    inputs = Shifted(300, 0)
    allowed = np.eye(5, dtype=bool)[inputs.tags]
    text = FitText(allowed, np.ones(300, dtype=np.float32), np.arange(200))
    fitted = fit_all(inputs, 6, text, FitConfig(blocks=NARROW, epochs=60, lr=0.3, decay=1e-5))
    assert fitted.probe.W.shape == (len(NARROW), 6, 5)
    assert fitted.transitions.shape == (5, 5)
    assert fitted.feature_ids == list(range(6))
    torch.testing.assert_close(fitted.probe.W, fitted.probe.W.bfloat16().float(), rtol=0, atol=0)
    wrong = 0
    for i in range(200, 300):
        rows = np.arange(inputs.text_starts[i], inputs.text_starts[i + 1])
        logits = fitted.probe.logits(inputs.project(rows, fitted.probe.flat()))
        wrong += int((best_path(logits.numpy(), fitted.transitions) != inputs.tags[rows]).sum())
    assert wrong == 0


def test_the_width_of_the_allowed_tags_is_the_number_of_classes() -> None:
    inputs = Shifted(40, 0)
    for n_types in (1, len(ENTITY_TYPES)):
        allowed = np.eye(count(n_types), dtype=bool)[inputs.tags]
        text = FitText(allowed, np.ones(40, dtype=np.float32), np.arange(40))
        assert fit_all(inputs, 6, text, FitConfig(blocks=NARROW, epochs=1)).probe.b.shape == (count(n_types),)


@dataclass(frozen=True)
class Dense:
    values: torch.Tensor
    text_starts: np.ndarray

    def project(self, tokens: np.ndarray, weight: torch.Tensor) -> torch.Tensor:
        return self.values[torch.from_numpy(tokens)] @ weight


def labels(texts: Texts) -> Dense:
    """Each token's tag as a row of one 1; `NONE` where several may be."""
    allowed = np.concatenate([only(ENTITY_TYPE, allowed_tags(e, t)) for e, t in zip(texts.examples, texts.tokens, strict=True)])
    starts = np.concatenate([[0], np.cumsum(texts.lengths)])
    return Dense(torch.eye(5)[torch.from_numpy(allowed.argmax(1))], starts)


class Oracle:
    """Copies the labels if L2 is 0.5, else says `NONE`; and prefers `NONE` by so much that it must be held back in decoding."""

    n_inputs = 5

    def __init__(self, bench: Bench) -> None:
        self.bench = bench
        self.fits: list[float] = []

    def fit(self, text: FitText, config: FitConfig) -> Fitted:
        self.fits.append(config.decay)
        W = torch.eye(5)[None] * (2.0 if config.decay == 0.5 else 0.0)
        bias = torch.tensor([2.8, 0, 0, 0, 0])
        transitions = np.where(can_follow(1), 0.0, IMPOSSIBLE).astype(np.float32)
        return Fitted(Probe(((0, 0),), W, bias, torch.full((5,), torch.inf)), transitions, list(range(5)))

    def training(self, fitted: Fitted) -> Inputs:
        return labels(self.bench.train)

    def evaluation(self, fitted: Fitted) -> Inputs:
        return labels(self.bench.evaluation)


def test_a_trial_is_chosen_on_held_out_text_and_measured_once(data: Path, tokenizer: TextTokenizer, tmp_path: Path) -> None:
    train = training_texts(data, tokenizer, 4000, 0)
    measured = eval_texts(data / "labelled" / "eval", SETS, tokenizer, 1500, 0)
    bench = Bench(train, measured, "tiny", (0.1, 0.5, 0.9), 0.6, tmp_path)
    oracle = Oracle(bench)
    trial = Trial("oracle", "oracle", lambda: oracle, FitConfig())
    outcome = bench.measure(trial)
    assert (outcome.decay, outcome.none_bias) == (0.5, -1.0)
    assert outcome.held_f1 > 0.9
    for figures in (outcome.iou, outcome.exact):
        assert list(figures) == list(SETS)
        assert all(each is not None and each.low <= each.value <= each.high for each in figures.values())
    assert all(each is not None and each.value > 0.95 for each in outcome.iou.values())
    assert bench.measure(trial) == outcome
    assert oracle.fits == [0.1, 0.5, 0.9]
    bench.measure(replace(trial, config=FitConfig(epochs=9)))
    replace(bench, base_model="another").measure(trial)
    assert len(oracle.fits) == 9


def test_what_is_chosen_on_is_not_fitted_on(data: Path, tokenizer: TextTokenizer) -> None:
    texts = training_texts(data, tokenizer, 4000, 0)
    held, fitted = set(held_out(texts)), set(fit_text(texts, 0.6).texts.tolist())
    assert held
    assert not held & fitted
    assert len(held | fitted) <= len(texts.examples)
    assert len(fitted) > 8 * len(held)


def test_no_name_in_the_held_out_text_is_an_error(data: Path, tokenizer: TextTokenizer, tmp_path: Path) -> None:
    texts = training_texts(data, tokenizer, 4000, 0)
    bare = replace(texts, examples=[replace(example, labels=()) for example in texts.examples])
    bench = Bench(bare, bare, "tiny", (0.5,), 0.6, tmp_path)
    with pytest.raises(ProbesError, match="more tokens"):
        bench.measure(Trial("oracle", "oracle", lambda: Oracle(bench), FitConfig()))


# All of it.


def test_the_command_writes_every_table_and_takes_up_what_is_finished(
    data: Path, tiny_model_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    given = tmp_path / "sae"
    tiny.make_sae().save(given)
    out, work = tmp_path / "compare.md", tmp_path / "work"
    sizes = "--tokens 4000 --eval-tokens 1500 --corpus-tokens 2000 --layers 0,1,2,0+2 --layer 1 --dictionaries 32x4,48x6"
    fits = "--features 8,all --decays 1e-5,1e-3 --epochs 2 --set uner_ewt.dev --set germeval14.dev"
    options = [*f"{sizes} {fits}".split(), "--base-model", str(tiny_model_folder), "--sae", str(given)]
    arguments = ["compare", "--data", str(data), "--out", str(out), "--work", str(work), *options]
    assert CliRunner().invoke(app, arguments).exit_code == 0
    first = out.read_text()
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in first.splitlines() if line.startswith("| ")]
    lines = [row for row in rows if len(row) > 2 and row[-3] in {"+1", "+0.5", "+0", "-0.5", "-1", "-2"}]
    names = [row[0] for row in lines]
    one = ["residuals 0", "residuals 1", "residuals 2", "residuals 0+2"]
    assert names[:4] == one
    assert names[4:10] == ["residuals 1", "given SAE 64"] * 3
    assert names[10:14] == ["residuals 1", "SAE 32, k 4", "SAE 48, k 6", "given SAE 64"]
    assert [row[:3] for row in lines[14:]] == [["given SAE 64", "8", "8"], ["given SAE 64", "all", lines[13][4]]]
    assert [row[3] for row in lines[:4]] == ["32", "32", "32", "64"]
    cost = tiny.D_MODEL * 16 * 6 + 3 * tiny.D_MODEL * 64
    assert [row[1:3] for row in lines[:4]] == [[f"{n * cost / 1e6:.1f} M", f"{n / 2:.2f}"] for n in (1, 2, 3, 3)]

    def never(*_: object, **__: object) -> Fitted:
        raise AssertionError("fitted again")

    monkeypatch.setattr("probes.training.compare.inputs.fit_all", never)
    monkeypatch.setattr("probes.training.compare.inputs.fit_probe", never)
    monkeypatch.setattr(BaseModel, "resid_post", never)
    assert CliRunner().invoke(app, arguments).exit_code == 0
    assert out.read_text() == first


def test_an_sae_of_another_layer_is_refused(data: Path, tiny_model_folder: Path, tmp_path: Path) -> None:
    tiny.make_sae(layer=2).save(tmp_path / "sae")
    with pytest.raises(ProbesError, match="layer 2"):
        compare(data, tmp_path / "work", str(tiny_model_folder), replace(CONFIG, dictionaries=()), tmp_path / "sae")


def test_bad_lists_and_missing_folders_are_errors(data: Path, tmp_path: Path) -> None:
    for options, code in ((["--layers", "5+x"], 2), (["--dictionaries", "64"], 2), (["--base-model", ""], 1)):
        result = CliRunner().invoke(app, ["compare", "--data", str(data), "--work", str(tmp_path / "w"), *options])
        assert (result.exit_code, result.exception.__class__) == (code, SystemExit)

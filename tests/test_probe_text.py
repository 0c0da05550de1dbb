"""What the probe is fitted on: labelled text, varied copies, and corpora that a teacher narrows."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
import tiny
import torch

from probes.base_model import BaseModel
from probes.entity import ENTITY_TYPES
from probes.tags import can_begin, can_end, can_follow, count
from probes.training import corpora, probe_text, vary
from probes.training.example import Example, Label
from probes.training.pieces import FitText
from probes.training.probe_data import allowed_tags, is_held_out, source_weights
from probes.training.probe_text import ProbeText, harvest_probe_text, teach
from probes.training.teacher import TeacherConfig

LABELLED, OTHER, COPY, CORPUS, SECOND = "own", "more", vary.PREFIX + "own", corpora.PREFIX + "a", corpora.PREFIX + "b"
N_TAGS = count(len(ENTITY_TYPES))
UNKNOWN = frozenset({"PERSON", "EMAIL"})


@pytest.fixture(scope="module")
def model(tiny_model_folder: Path) -> BaseModel:
    return BaseModel.load(tiny_model_folder, tiny.LAYER, torch.float32)


def in_calibration(kept: bool, text: str) -> str:
    """`text` with a number after it by which it is one that calibration keeps, or not."""
    return next(name for i in range(200) if is_held_out(Example(name := f"{text} {i}", (), "en", "")) == kept)


def examples(*texts: str, unlabelled: frozenset[str] = frozenset()) -> list[Example]:
    return [
        Example(text, (Label(0, 2, frozenset({"PERSON"})),) if text[:1] == "M" else (), "en", "", unlabelled) for text in texts
    ]


def sources() -> dict[str, list[Example]]:
    fitted = [in_calibration(False, text) for text in tiny.SENTENCES]
    kept = [in_calibration(True, text) for text in tiny.SENTENCES[:3]]
    return {
        LABELLED: examples(*fitted, "", *kept),
        OTHER: examples(fitted[0]),
        COPY: examples(fitted[1], kept[1]),
        CORPUS: examples(kept[2], *fitted[4:], "", unlabelled=UNKNOWN),
        SECOND: examples(fitted[2], "Meet her", unlabelled=frozenset({"PHONE"})),
    }


@pytest.fixture(scope="module")
def text(model: BaseModel, tmp_path_factory: pytest.TempPathFactory) -> ProbeText:
    return harvest_probe_text(model, sources(), tmp_path_factory.mktemp("probe"))


def test_the_texts_of_all_sources_stand_in_one_order(text: ProbeText, model: BaseModel) -> None:
    given = sources()
    assert text.examples == [example for each in given.values() for example in each]
    assert text.names == [name for name, each in given.items() for _ in each]
    encoded = model.tokenizer.encode([example.text for example in text.examples])
    assert text.lengths.tolist() == [len(tokens) for tokens in encoded] == [len(tokens) for tokens in text.tokens]
    assert text.starts.tolist() == [0, *np.cumsum(text.lengths)]
    assert 0 in text.lengths
    resid_post = torch.cat([h.resid_post for h in text.harvests])
    for i, expected in enumerate(model.resid_post(encoded)):
        torch.testing.assert_close(resid_post[text.starts[i] : text.starts[i + 1]], expected.bfloat16())
    expected = np.concatenate([allowed_tags(example, each) for example, each in zip(text.examples, encoded, strict=True)])
    np.testing.assert_array_equal(text.allowed(), expected)
    totals = text.tokens_by_source()
    assert list(totals) == list(given)
    assert totals[OTHER] == len(encoded[text.names.index(OTHER)])
    assert sum(totals.values()) == text.lengths.sum()


def test_a_new_source_costs_only_its_own_text(model: BaseModel, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    given = sources()
    first = harvest_probe_text(model, {name: given[name] for name in (LABELLED, CORPUS)}, tmp_path)
    read: list[int] = []
    real = model.resid_post

    def spy(tokens: Sequence[object]) -> object:
        read.append(len(tokens))
        return real(tokens)  # type: ignore[arg-type]

    monkeypatch.setattr(model, "resid_post", spy)
    again = harvest_probe_text(model, {name: given[name] for name in (LABELLED, OTHER, CORPUS)}, tmp_path)
    assert sum(read) == len(given[OTHER])
    assert torch.equal(again.harvests[2].resid_post, first.harvests[1].resid_post)


def test_corpora_are_what_nobody_labelled(text: ProbeText) -> None:
    assert text.unlabelled.dtype == bool
    assert [name for name, each in zip(text.names, text.unlabelled, strict=True) if each] == [
        name for name in text.names if name in (CORPUS, SECOND)
    ]


def test_copies_are_never_held_out(text: ProbeText) -> None:
    held = text.held_out
    assert held.dtype == bool
    assert held.any()
    for name, example, each in zip(text.names, text.examples, held, strict=True):
        assert each == (is_held_out(example) and name != COPY)
    assert any(is_held_out(example) for name, example in zip(text.names, text.examples, strict=True) if name == COPY)


def test_corpora_and_copies_weigh_a_share_of_what_they_would(text: ProbeText) -> None:
    alone = source_weights(text.names, text.lengths, 0.65)
    weights = text.weights(0.65, 0.25)
    assert weights.dtype == np.float32
    for name, before, after in zip(text.names, alone, weights, strict=True):
        assert after == pytest.approx(before * (0.25 if name in (COPY, CORPUS, SECOND) else 1.0))
    np.testing.assert_array_equal(text.weights(0.65, 1.0), alone)
    assert len(set(alone)) > 1


class _Recorder:
    """A teacher that keeps what it is given and allows the first allowed tag of every token."""

    def __init__(self) -> None:
        self.texts: list[tuple[torch.Tensor, np.ndarray]] = []

    def fit(self, resid_post: torch.Tensor, text_starts: np.ndarray, text: FitText, config: TeacherConfig) -> _Recorder:
        self.fitted = (resid_post, text_starts, text, config)
        return self

    def narrow(self, resid_post: Sequence[torch.Tensor], allowed: Sequence[np.ndarray]) -> list[np.ndarray]:
        self.texts += zip(resid_post, allowed, strict=True)
        return [np.eye(N_TAGS, dtype=bool)[each.argmax(1)] for each in allowed]


@pytest.mark.parametrize("together", [1, 3, 32])
def test_the_teacher_reads_labelled_text_and_narrows_the_rest(
    text: ProbeText, together: int, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    recorder, config = _Recorder(), TeacherConfig(width=3)
    monkeypatch.setattr(probe_text, "fit_teacher", recorder.fit)
    monkeypatch.setattr(probe_text, "_TOGETHER", together)
    # A pattern that says which token a row is of.
    allowed = text.allowed()
    allowed[:, 1:] |= (np.arange(len(allowed))[:, None] >> np.arange(N_TAGS - 1) % 12) % 2 == 1
    before, weights = allowed.copy(), text.weights(0.65, 0.5)
    taught = teach(text, allowed, weights, config, tmp_path / "taught.npz")
    np.testing.assert_array_equal(allowed, before)

    whole = torch.cat([h.resid_post for h in text.harvests])
    resid_post, starts, fit_text, given = recorder.fitted
    assert given is config
    labelled = [i for i, name in enumerate(text.names) if not name.startswith(corpora.PREFIX)]
    assert fit_text.texts.tolist() == [i for i in labelled if not text.held_out[i] and text.lengths[i]]
    np.testing.assert_array_equal(fit_text.allowed, before)
    np.testing.assert_array_equal(fit_text.weights, weights)
    for i in labelled:
        assert torch.equal(resid_post[starts[i] : starts[i + 1]], whole[text.starts[i] : text.starts[i + 1]])

    expected = before.copy()
    narrowed = [i for i in range(len(text.names)) if i not in labelled and text.lengths[i]]
    for i in narrowed:
        span = slice(text.starts[i], text.starts[i + 1])
        expected[span] = np.eye(N_TAGS, dtype=bool)[before[span].argmax(1)]
        assert any(torch.equal(row, whole[span]) and np.array_equal(each, before[span]) for row, each in recorder.texts)
    assert len(recorder.texts) == len(narrowed)
    np.testing.assert_array_equal(taught, expected)


def test_what_a_teacher_said_is_kept_for_the_same_text_labels_and_config(
    text: ProbeText, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    recorder, config, path = _Recorder(), TeacherConfig(width=3), tmp_path / "taught.npz"
    monkeypatch.setattr(probe_text, "fit_teacher", recorder.fit)
    allowed, weights = text.allowed(), text.weights(0.65, 0.5)
    first = teach(text, allowed, weights, config, path)
    read = len(recorder.texts)
    np.testing.assert_array_equal(teach(text, allowed, weights, config, path), first)
    assert len(recorder.texts) == read
    wider = allowed.copy()
    wider[0] = True
    for i, changed in enumerate(
        ((wider, weights, config), (allowed, weights * 2, config), (allowed, weights, TeacherConfig(width=4)))
    ):
        teach(text, *changed, path)
        assert len(recorder.texts) == (i + 2) * read


def test_a_fitted_teacher_changes_only_corpora_and_leaves_a_path(text: ProbeText, tmp_path: Path) -> None:
    config = TeacherConfig(width=8, dilations=(1,), epochs=2, plausible=0.4)
    allowed = text.allowed()
    taught = teach(text, allowed, text.weights(0.65, 0.5).clip(min=1), config, tmp_path / "taught.npz")
    n_types = len(ENTITY_TYPES)
    follow = can_follow(n_types)
    for i, name in enumerate(text.names):
        before, after = (each[text.starts[i] : text.starts[i + 1]] for each in (allowed, taught))
        if name not in (CORPUS, SECOND):
            np.testing.assert_array_equal(after, before)
        elif len(after):
            assert not (after & ~before).any()
            assert after.sum() < before.sum()
            reached = can_begin(n_types)
            for row in after:
                last = row & reached
                reached = follow[last].any(0)
            assert (last & can_end(n_types)).any()

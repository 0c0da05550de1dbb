"""The fit on toy problems that it must solve, and its parts against plainer ways of saying the same."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from probes.path import best_path
from probes.probe import BLOCKS, Probe
from probes.tags import BEGIN, END, IMPOSSIBLE, SINGLE, can_begin, can_end, can_follow, count, span_tags, tag
from probes.training import fit, pieces
from probes.training.crf import partial_loss
from probes.training.features import SparseFeatures
from probes.training.fit import FitConfig, Fitted, batch_emissions, fit_probe, select
from probes.training.pieces import FitText

D_SAE = 20
N_TYPES, PERSON, EMAIL = 2, 1, 2
N_TAGS = count(N_TYPES)
FEW = FitConfig(features=4, sparsity=3e-2, select_epochs=100, epochs=60, lr=5e-2)


def sparse(dense: torch.Tensor, lengths: list[int]) -> SparseFeatures:
    csr = dense.to_sparse_csr()
    text_starts = np.concatenate([[0], np.cumsum(lengths)])
    return SparseFeatures(csr.col_indices().to(torch.int32), csr.values(), csr.crow_indices(), text_starts, dense.shape[1])


def random_features(n: int, seed: int = 0) -> torch.Tensor:
    generator = torch.Generator().manual_seed(seed)
    dense = torch.rand(n, D_SAE, generator=generator) + 0.5
    return dense * (torch.rand(dense.shape, generator=generator) < 0.3)


# Emissions.


@pytest.mark.parametrize("texts", [[0, 1, 2, 3], [2, 0], [3]])
def test_emissions_are_the_logits_of_the_probe(texts: list[int]) -> None:
    lengths = [13, 1, 2, 30]
    dense = random_features(sum(lengths))
    generator = torch.Generator().manual_seed(1)
    weight = torch.randn(D_SAE, len(BLOCKS) * N_TAGS, generator=generator)
    bias = torch.randn(N_TAGS, generator=generator)
    probe = Probe(BLOCKS, weight.view(D_SAE, len(BLOCKS), N_TAGS).permute(1, 0, 2), bias, torch.full((D_SAE,), 9.0))
    starts = np.concatenate([[0], np.cumsum(lengths)])
    batch = np.array([(i, 0, lengths[i]) for i in texts], dtype=np.int64)
    emissions = batch_emissions(sparse(dense, lengths), batch, weight, bias, BLOCKS)
    assert emissions.shape == (len(texts), max(lengths[i] for i in texts), N_TAGS)
    for row, i in zip(emissions, texts, strict=True):
        expected = probe.logits(dense[starts[i] : starts[i + 1]] @ probe.flat())
        expected[0, ~torch.from_numpy(can_begin(N_TYPES))] += IMPOSSIBLE
        expected[-1, ~torch.from_numpy(can_end(N_TYPES))] += IMPOSSIBLE
        torch.testing.assert_close(row[: lengths[i]], expected, rtol=1e-4, atol=2e-3)
        assert (row[lengths[i] :] == 0).all()


def test_a_piece_of_a_text_is_read_as_a_text() -> None:
    dense = random_features(30)
    weight = torch.randn(D_SAE, len(BLOCKS) * N_TAGS, generator=torch.Generator().manual_seed(1))
    whole = batch_emissions(sparse(dense[5:12], [7]), np.array([[0, 0, 7]]), weight, torch.zeros(N_TAGS), BLOCKS)
    piece = batch_emissions(sparse(dense, [2, 28]), np.array([[1, 3, 10]]), weight, torch.zeros(N_TAGS), BLOCKS)
    torch.testing.assert_close(piece, whole)


# Pieces.


@st.composite
def texts_of_spans(draw: st.DrawFn) -> np.ndarray:
    """The allowed tags of one text of spans and NONE."""
    path: list[int] = []
    for gap, length in draw(st.lists(st.tuples(st.integers(0, 15), st.integers(1, 30)), max_size=8)):
        path += [0] * gap + span_tags(PERSON, length)
    path += [0] * draw(st.integers(0 if path else 1, 40))
    return np.eye(N_TAGS, dtype=bool)[path]


@given(texts_of_spans(), st.integers(2, 25))
@settings(max_examples=150, deadline=None)
def test_pieces_cover_a_text_once_and_cut_no_label(allowed: np.ndarray, size: int) -> None:
    text = FitText(np.concatenate([np.zeros((3, N_TAGS), dtype=bool), allowed]), np.ones(2), np.array([1]))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(pieces, "_PIECE", size)
        cut = pieces._pieces(text, 1, 3, 3 + len(allowed))
    assert (cut[:, 0] == 1).all()
    assert [t for _, a, b in cut for t in range(a, b)] == list(range(len(allowed)))
    for _, first, last in cut:
        assert first == 0 or (allowed[first, 0] and allowed[first - 1, 0])
        # Long only where there is no place to cut.
        inner = allowed[first + size // 2 : last, 0]
        assert last - first <= size or last - first <= 2 * size or not (inner[:-1] & inner[1:])[: size // 2].any()


def test_a_long_text_of_none_is_cut_to_pieces_of_about_one_size() -> None:
    allowed = np.eye(N_TAGS, dtype=bool)[[0] * 1000]
    sizes = np.diff(pieces._pieces(FitText(allowed, np.ones(1), np.array([0])), 0, 0, 1000)[:, 1:]).ravel()
    assert (abs(sizes[:-1] - pieces._PIECE) <= 2).all()
    assert len(pieces._pieces(FitText(allowed, np.ones(1), np.array([0])), 0, 0, 0)) == 0


def test_batches_hold_every_token_of_the_chosen_texts_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pieces, "_BATCH_TOKENS", 100)
    lengths = [3, 0, 50, 400, 7, 30, 20, 90]
    starts = np.concatenate([[0], np.cumsum(lengths)])
    text = FitText(np.eye(N_TAGS, dtype=bool)[[0] * sum(lengths)], np.ones(8), np.array([0, 2, 3, 5, 6]))
    batches = pieces.batches(starts, text, np.random.default_rng(0))
    assert len(batches) > 3
    seen = sorted((int(i), t) for batch in batches for i, a, b in batch for t in range(a, b))
    assert seen == [(i, t) for i in (0, 2, 3, 5, 6) for t in range(lengths[i])]


# The fit.


def toy(seed: int = 0, texts: int = 120) -> tuple[torch.Tensor, list[int], np.ndarray]:
    """Features and gold tags. Feature 3: this token is a PERSON; feature 7: the next two are an EMAIL; the rest is noise."""
    rng = np.random.default_rng(seed)
    dense = random_features(12 * texts, seed)
    dense[:, [3, 7]] = 0
    gold = np.zeros(12 * texts, dtype=np.int64)
    for text in range(texts):
        at = 12 * text + int(rng.integers(1, 4))
        while at + 2 < 12 * (text + 1):
            kind = rng.integers(3)
            if kind == 1:
                dense[at, 3], gold[at] = 2.0, tag(PERSON, SINGLE)
            elif kind == 2:
                dense[at - 1, 7], gold[at], gold[at + 1] = 0.5, tag(EMAIL, BEGIN), tag(EMAIL, END)
                at += 1
            at += int(rng.integers(1, 3))
    return dense, [12] * texts, gold


def text_of(gold: np.ndarray, texts: np.ndarray) -> FitText:
    return FitText(np.eye(N_TAGS, dtype=bool)[gold], np.ones(len(gold) // 12, dtype=np.float32), texts)


def decoded(fitted: Fitted, dense: torch.Tensor, lengths: list[int]) -> np.ndarray:
    few = fitted.probe.read(dense[:, fitted.feature_ids])
    logits = [fitted.probe.logits(text @ fitted.probe.flat()).numpy() for text in few.split(lengths)]
    return np.concatenate([best_path(each, fitted.transitions) for each in logits])


def test_an_easy_problem_is_solved_with_the_features_that_matter() -> None:
    dense, lengths, gold = toy()
    fitted = fit_probe(sparse(dense, lengths), text_of(gold, np.arange(120)), FEW)
    assert {3, 7} <= set(fitted.feature_ids)
    assert fitted.feature_ids == sorted(fitted.feature_ids)
    assert len(fitted.feature_ids) <= 4
    assert fitted.probe.W.shape == (len(BLOCKS), len(fitted.feature_ids), N_TAGS)
    assert torch.equal(fitted.probe.W.bfloat16().float(), fitted.probe.W)
    dense, lengths, gold = toy(seed=1)
    predicted = decoded(fitted, dense, lengths)
    assert (predicted == gold).mean() > 0.98
    assert (predicted[gold > 0] == gold[gold > 0]).mean() > 0.95
    allowed = can_follow(N_TYPES)
    assert (fitted.transitions[~allowed] == IMPOSSIBLE).all()
    assert (abs(fitted.transitions[allowed]) < 100).all()


def test_what_a_source_does_not_label_neither_teaches_nor_punishes() -> None:
    dense, lengths, gold = toy()
    text = text_of(gold, np.arange(120))
    # The second half marks no EMAIL: there it is NONE or any tag of EMAIL.
    first = tag(EMAIL, BEGIN)
    opened = text.allowed.copy()
    opened[720:][gold[720:] != tag(PERSON, SINGLE), 0] = True
    opened[720:][gold[720:] != tag(PERSON, SINGLE), first : first + 4] = True
    fitted = fit_probe(sparse(dense, lengths), replace(text, allowed=opened), FEW)
    assert (decoded(fitted, dense, lengths) == gold).mean() > 0.98
    # As NONE it would have punished what the first half teaches.
    closed = text.allowed.copy()
    closed[720:, 0] |= closed[720:, first : first + 4].any(1)
    closed[720:, first : first + 4] = False
    punished = fit_probe(sparse(dense, lengths), replace(text, allowed=closed), FEW)
    emails = gold == first
    assert (decoded(punished, dense, lengths) == gold)[emails].mean() < 0.9


def test_open_classes_get_no_gradient_among_themselves() -> None:
    emissions = torch.randn(1, 3, N_TAGS, generator=torch.Generator().manual_seed(0)).requires_grad_()
    transitions = torch.zeros(N_TAGS, N_TAGS).masked_fill(~torch.from_numpy(can_follow(N_TYPES)), IMPOSSIBLE)
    whole = torch.ones(1, 3, N_TAGS, dtype=torch.bool)
    (gradient,) = torch.autograd.grad(partial_loss(emissions, whole, torch.tensor([3]), transitions).sum(), emissions)
    torch.testing.assert_close(gradient, torch.zeros_like(gradient), rtol=0, atol=1e-6)
    # One token, NONE or EMAIL: both rise in proportion to their probability, so their odds stay.
    some = torch.zeros(1, 1, N_TAGS, dtype=torch.bool)
    both = [0, tag(EMAIL, SINGLE)]
    some[0, 0, both] = True
    loss = partial_loss(emissions[:, :1], some, torch.tensor([1]), transitions)
    (gradient,) = torch.autograd.grad(loss.sum(), emissions)
    share = emissions[0, 0].softmax(0)[both]
    rise = gradient[0, 0, both] / share
    assert rise[0].item() < 0
    assert rise[0].item() == pytest.approx(rise[1].item(), abs=1e-5)


def test_texts_that_are_not_named_are_not_learnt_from() -> None:
    dense, lengths, gold = toy()
    config = FitConfig(features=4, select_epochs=3, epochs=3)
    wrong = gold.copy()
    wrong[60 * 12 :] = tag(EMAIL, SINGLE)
    first = fit_probe(sparse(dense, lengths), text_of(gold, np.arange(60)), config)
    second = fit_probe(sparse(dense, lengths), text_of(wrong, np.arange(60)), config)
    other = fit_probe(sparse(dense, lengths), text_of(wrong, np.arange(120)), config)
    assert first.feature_ids == second.feature_ids
    assert torch.equal(first.probe.W, second.probe.W)
    assert not torch.equal(first.probe.b, other.probe.b)


def test_texts_without_weight_are_not_learnt_from() -> None:
    dense, lengths, gold = toy()
    config = FitConfig(features=4, select_epochs=3, epochs=3)
    wrong = gold.copy()
    wrong[60 * 12 :] = tag(EMAIL, SINGLE)
    weights = np.repeat([1.0, 0.0], 60).astype(np.float32)
    found = [
        fit_probe(sparse(dense, lengths), replace(text_of(g, np.arange(120)), weights=weights), config) for g in (gold, wrong)
    ]
    torch.testing.assert_close(found[0].probe.W, found[1].probe.W)


def test_the_second_half_of_the_steps_is_averaged() -> None:
    dense, lengths, gold = toy(texts=20)
    text = text_of(gold, np.arange(20))
    seen = []

    def spy(*arguments: object, **keywords: object) -> torch.Tensor:
        seen.append(arguments[2].detach().clone())  # type: ignore[attr-defined]
        return batch_emissions(*arguments, **keywords)  # type: ignore[arg-type]

    config = FitConfig(lr=1e-2)
    zeros = fit._Linear.zeros(D_SAE, N_TAGS, config)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(fit, "batch_emissions", spy)
        patch.setattr(torch.optim.lr_scheduler, "LambdaLR", _Constant)
        result = fit._fit(sparse(dense, lengths), text, 6, config, zeros, label="")
        first = list(seen)
        seen.clear()
        # One step more shows what the weights were after the sixth.
        fit._fit(sparse(dense, lengths), text, 7, config, zeros, label="")
    steps = [*first[1:], seen[6]]
    torch.testing.assert_close(seen[:6], first)
    torch.testing.assert_close(result.weight, torch.stack(steps[3:]).mean(0))


def test_each_step_of_the_last_fit_does_without_some_features() -> None:
    dense, lengths, gold = toy(texts=20)
    text = text_of(gold, np.arange(20))
    start = fit._Linear(torch.ones(D_SAE, len(BLOCKS) * N_TAGS), torch.zeros(N_TAGS), torch.zeros(N_TAGS, N_TAGS))
    seen: list[torch.Tensor] = []

    def spy(*arguments: Any) -> torch.Tensor:
        seen.append(arguments[2].detach().clone())
        return batch_emissions(*arguments)

    config = FitConfig(lr=0.0, dropout=0.25)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(fit, "batch_emissions", spy)
        result = fit._fit(sparse(dense, lengths), text, 40, config, start, label="")
        fit._fit(sparse(dense, lengths), text, 1, config, start, lasso=1.0, label="")
    *steps, selecting = seen
    rows = torch.stack(steps)[:, :, 0]
    assert rows.unique().tolist() == pytest.approx([0.0, 1 / 0.75])
    assert 0.15 < float((rows == 0).float().mean()) < 0.35
    assert len({tuple(row.tolist()) for row in rows}) > 20
    torch.testing.assert_close(result.weight, start.weight)
    torch.testing.assert_close(selecting, start.weight)


class _Constant:
    """A schedule that changes nothing, so that runs of different lengths take the same steps."""

    def __init__(self, *_: object) -> None:
        pass

    def step(self) -> None:
        pass


def test_selection_leaves_out_what_has_no_share() -> None:
    features = sparse(torch.tensor([[1.0, 1.0, 0.0, 0.1]]), [1])
    weight = torch.tensor([[1.0, 0.0], [0.0, 0.0], [5.0, 0.0], [1.0, 1.0]])
    assert select(weight, features, 4).tolist() == [0, 3]
    assert select(weight, features, 1).tolist() == [0]


def test_the_lasso_shrinks_whole_features() -> None:
    weight = torch.tensor([[3.0, 4.0], [0.03, 0.04], [0.0, 0.0]])
    fit._shrink(weight, 0.5)
    torch.testing.assert_close(weight, torch.tensor([[2.7, 3.6], [0.0, 0.0], [0.0, 0.0]]))

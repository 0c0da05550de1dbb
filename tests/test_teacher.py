"""The teacher on toy problems that it must solve, and what it allows against sums over all paths."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise, product

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from probes.path import best_path
from probes.tags import END, SINGLE, can_begin, can_end, can_follow, count, span_tags, tag
from probes.training import pieces, teacher
from probes.training.pieces import FitText
from probes.training.teacher import Teacher, TeacherConfig, fit_teacher

D_MODEL, LENGTH = 6, 12
N_TYPES, PERSON, EMAIL = 2, 1, 2
N_TAGS = count(N_TYPES)
SMALL = TeacherConfig(width=16, dilations=(1,), dropout=0.0, epochs=12, lr=2e-2)
NAME, SAYS, COMES, EVERYWHERE = 0, 1, 2, 3


def toy(texts: int, seed: int) -> tuple[torch.Tensor, np.ndarray, np.ndarray]:
    """Residuals, kinds and gold tags of tokens: a `NAME` before `SAYS` is a PERSON, one before `COMES` an EMAIL."""
    rng = np.random.default_rng(seed)
    kinds, gold = np.full(texts * LENGTH, EVERYWHERE), np.zeros(texts * LENGTH, dtype=np.int64)
    for text in range(texts):
        for at in range(text * LENGTH + 1, (text + 1) * LENGTH - 1, 3):
            after = rng.choice([SAYS, COMES])
            kinds[[at, at + 1]] = NAME, after
            gold[at] = tag(PERSON if after == SAYS else EMAIL, SINGLE)
    resid_post = torch.from_numpy(rng.normal(size=(len(kinds), D_MODEL))).float() * 0.1 + 40.0
    resid_post[torch.arange(len(kinds)), torch.from_numpy(kinds)] += 5
    return resid_post.bfloat16(), kinds, gold


def starts_of(lengths: list[int]) -> np.ndarray:
    return np.concatenate([[0], np.cumsum(lengths)])


def fitted(config: TeacherConfig, texts: int = 60) -> Teacher:
    resid_post, _, gold = toy(texts, 0)
    text = FitText(np.eye(N_TAGS, dtype=bool)[gold], np.ones(texts, dtype=np.float32), np.arange(texts))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(pieces, "_BATCH_TOKENS", 5 * LENGTH)
        return fit_teacher(resid_post, starts_of([LENGTH] * texts), text, config)


def narrowed(fit: Teacher, texts: int = 10) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """What is left of all tags of texts that the teacher did not see, kinds of tokens, gold tags."""
    resid_post, kinds, gold = toy(texts, 1)
    every = np.ones((LENGTH, N_TAGS), dtype=bool)
    return np.concatenate(fit.narrow(resid_post.split(LENGTH), [every] * texts)), kinds, gold


def test_a_tag_that_hangs_on_the_next_token_is_learned() -> None:
    left, kinds, gold = narrowed(fitted(SMALL))
    assert len(set(gold[kinds == NAME])) == 2
    np.testing.assert_array_equal(left, np.eye(N_TAGS, dtype=bool)[gold])


def test_what_the_teacher_cannot_see_stays_open() -> None:
    left, kinds, gold = narrowed(fitted(replace(SMALL, dilations=())))
    both = np.zeros(N_TAGS, dtype=bool)
    both[[tag(PERSON, SINGLE), tag(EMAIL, SINGLE)]] = True
    np.testing.assert_array_equal(left[kinds == NAME], both[None].repeat((kinds == NAME).sum(), 0))
    np.testing.assert_array_equal(left[kinds != NAME], np.eye(N_TAGS, dtype=bool)[gold[kinds != NAME]])


def test_a_source_that_leaves_a_class_open_teaches_the_rest() -> None:
    """Half of the texts do not label EMAIL: the teacher learns it from the other half all the same."""
    texts = 60
    resid_post, _, gold = toy(texts, 0)
    allowed = np.eye(N_TAGS, dtype=bool)[gold]
    half = texts // 2 * LENGTH
    gold[:half] = np.where(gold[:half] == tag(EMAIL, SINGLE), 0, gold[:half])
    allowed[:half] = np.eye(N_TAGS, dtype=bool)[gold[:half]]
    allowed[:half][gold[:half] == 0] |= np.arange(N_TAGS) >= tag(EMAIL, 0)
    text = FitText(allowed, np.ones(texts, dtype=np.float32), np.arange(texts))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(pieces, "_BATCH_TOKENS", 5 * LENGTH)
        fit = fit_teacher(resid_post, starts_of([LENGTH] * texts), text, SMALL)
    left, _, expected = narrowed(fit)
    np.testing.assert_array_equal(left, np.eye(N_TAGS, dtype=bool)[expected])


def test_the_seed_decides() -> None:
    config = replace(SMALL, epochs=1, dropout=0.2)
    first, again, other = (fitted(each, 20).state_dict() for each in (config, config, replace(config, seed=1)))
    assert all(torch.equal(first[name], again[name]) for name in first)
    assert not torch.equal(first["_in.weight"], other["_in.weight"])


def test_large_sources_are_thinned_anew_in_each_epoch(monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[set[int]] = []
    real = teacher.batches

    def spy(text_starts: np.ndarray, text: FitText, rng: np.random.Generator) -> list[np.ndarray]:
        seen.append(set(text.texts.tolist()))
        return real(text_starts, text, rng)

    monkeypatch.setattr(teacher, "batches", spy)
    resid_post, _, gold = toy(101, 0)
    weights = np.array([*[3.0] * 20, *[0.25] * 80, 0.0], dtype=np.float32)
    chosen = np.setdiff1d(np.arange(101), [4])
    text = FitText(np.eye(N_TAGS, dtype=bool)[gold], weights, chosen)
    fit_teacher(resid_post, starts_of([LENGTH] * 101), text, replace(SMALL, epochs=6))
    small, large = set(range(20)) - {4}, set(range(20, 100))
    assert len(seen) == 6
    assert all(texts & set(range(20)) == small and 100 not in texts for texts in seen)
    assert np.mean([len(texts & large) for texts in seen]) == pytest.approx(20, abs=6)
    assert len({frozenset(texts & large) for texts in seen}) == 6


def test_small_sources_count_by_their_weight() -> None:
    """The same residuals with two answers: the heavier source's is the likelier one."""
    resid_post, kinds, _ = toy(40, 0)
    gold = np.where(kinds == NAME, tag(PERSON, SINGLE), 0)
    gold[: 20 * LENGTH][kinds[: 20 * LENGTH] == NAME] = tag(EMAIL, SINGLE)
    for weights, expected in (([9.0, 1.0], EMAIL), ([1.0, 9.0], PERSON)):
        text = FitText(np.eye(N_TAGS, dtype=bool)[gold], np.repeat(np.float32(weights), 20), np.arange(40))
        fit = fit_teacher(resid_post, starts_of([LENGTH] * 40), text, replace(SMALL, epochs=40, plausible=0.5))
        left, seen, _ = narrowed(fit)
        assert left[seen == NAME][:, tag(expected, SINGLE)].all()
        assert left[seen == NAME].sum() == (seen == NAME).sum()


# What an unfitted teacher of random scores allows.


def random_teacher(plausible: float, seed: int = 0, n_types: int = N_TYPES) -> Teacher:
    torch.manual_seed(seed)
    config = TeacherConfig(width=8, dilations=(1, 2), plausible=plausible)
    made = Teacher(torch.zeros(D_MODEL), torch.full((D_MODEL,), 0.2), count(n_types), config)
    with torch.no_grad():
        made.transitions += torch.randn(made.transitions.shape)
        made._out.weight *= 6
    return made.eval()


def residuals(n: int, seed: int) -> torch.Tensor:
    return torch.randn(n, D_MODEL, generator=torch.Generator().manual_seed(seed))


def has_path(allowed: np.ndarray, n_types: int) -> bool:
    reached = can_begin(n_types)
    for row in allowed:
        last = row & reached
        reached = can_follow(n_types)[last].any(0)
    return bool((last & can_end(n_types)).any())


@st.composite
def allowed_with_a_path(draw: st.DrawFn) -> np.ndarray:
    path: list[int] = []
    for gap, label, length in draw(
        st.lists(st.tuples(st.integers(0, 4), st.sampled_from([PERSON, EMAIL]), st.integers(1, 4)), max_size=5)
    ):
        path += [0] * gap + span_tags(label, length)
    path = path or [0]
    rng = np.random.default_rng(draw(st.integers(0, 2**31)))
    more: np.ndarray = rng.random((len(path), N_TAGS)) < draw(st.sampled_from([0.0, 0.3, 0.9]))
    return more | np.eye(N_TAGS, dtype=bool)[path]


@given(allowed_with_a_path(), st.sampled_from([0.0, 0.05, 0.5, 1.1]), st.integers(0, 2**31))
@settings(max_examples=150, deadline=None)
def test_narrowing_forbids_no_way_through_and_allows_nothing_new(allowed: np.ndarray, plausible: float, seed: int) -> None:
    (left,) = random_teacher(plausible, seed).narrow([residuals(len(allowed), seed)], [allowed])
    assert left.shape == allowed.shape
    assert left.dtype == bool
    assert not (left & ~allowed).any()
    assert has_path(left, N_TYPES)
    if plausible == 0.0:
        np.testing.assert_array_equal(left, allowed)
    if plausible > 1:
        assert (left.sum(1) == 1).all()


@pytest.mark.parametrize("plausible", [0.02, 0.1, 0.3])
@pytest.mark.parametrize("seed", range(3))
def test_what_is_left_are_the_likely_tags_and_the_best_path(plausible: float, seed: int) -> None:
    n, n_tags = 4, count(1)
    made, resid_post = random_teacher(plausible, seed, n_types=1), residuals(n, seed)
    allowed = np.random.default_rng(seed).random((n, n_tags)) < 0.7
    allowed[:, 0] = True
    with torch.no_grad():
        logits = made(resid_post[None], torch.tensor([n]))[0].double().numpy()
        scores = made.path_scores.double().numpy()
    paths = [path for path in product(range(n_tags), repeat=n) if all(allowed[t, each] for t, each in enumerate(path))]
    weights = [np.exp(sum(logits[range(n), path]) + sum(scores[a, b] for a, b in pairwise(path))) for path in paths]
    posterior = np.zeros((n, n_tags))
    for path, weight in zip(paths, weights, strict=True):
        posterior[range(n), path] += weight / sum(weights)
    expected = (posterior >= plausible) & allowed
    expected[range(n), paths[int(np.argmax(weights))]] = True
    assert (abs(posterior - plausible) > 1e-4).all()
    np.testing.assert_array_equal(made.narrow([resid_post], [allowed])[0], expected)
    assert expected.sum() < allowed.sum()


def test_a_higher_bar_leaves_less() -> None:
    resid_post, allowed = residuals(30, 5), np.ones((30, N_TAGS), dtype=bool)
    left = [random_teacher(plausible).narrow([resid_post], [allowed])[0] for plausible in (0.001, 0.05, 0.3)]
    assert all((a >= b).all() and a.sum() > b.sum() for a, b in pairwise(left))


def test_texts_are_narrowed_together_as_alone() -> None:
    made, rng = random_teacher(0.05), np.random.default_rng(0)
    resid_post = [residuals(n, n) for n in (7, 1, 25, 7)]
    allowed = [(rng.random((len(each), N_TAGS)) < 0.8) | (np.arange(N_TAGS) == 0) for each in resid_post]
    before = [each.copy() for each in allowed]
    together = made.narrow(resid_post, allowed)
    for left, row, each, same in zip(together, resid_post, allowed, before, strict=True):
        np.testing.assert_array_equal(left, made.narrow([row], [each])[0])
        np.testing.assert_array_equal(each, same)
    assert all(parameter.grad is None for parameter in made.parameters())


def test_padding_does_not_change_what_is_read_of_a_text() -> None:
    made, lengths = random_teacher(0.1), [3, 9, 1]
    together = torch.full((3, 9, D_MODEL), 99.0)
    for i, n in enumerate(lengths):
        together[i, :n] = residuals(n, i)
    with torch.no_grad():
        logits = made(together, torch.tensor(lengths))
        for i, n in enumerate(lengths):
            alone = made(residuals(n, i)[None], torch.tensor([n]))[0]
            torch.testing.assert_close(logits[i, :n], alone, rtol=0.02, atol=0.05)
            assert (logits[i, n:] == 0).all()
            assert (alone[0, ~torch.from_numpy(can_begin(N_TYPES))] < -5e3).all()
            assert (alone[-1, ~torch.from_numpy(can_end(N_TYPES))] < -5e3).all()


def test_a_residual_far_out_is_cut() -> None:
    made = random_teacher(0.1)
    resid_post = residuals(5, 0)
    resid_post[2] = 1e6
    far = resid_post.clone()
    far[2] = 1e9
    with torch.no_grad():
        first, second = (made(each[None], torch.tensor([5])) for each in (resid_post, far))
    assert torch.equal(first, second)


def test_the_best_path_goes_only_where_tags_may_follow() -> None:
    made, resid_post = random_teacher(1.1), residuals(40, 2)
    path = made.narrow([resid_post], [np.ones((40, N_TAGS), dtype=bool)])[0].argmax(1)
    assert all(can_follow(N_TYPES)[a, b] for a, b in pairwise(path))
    assert tag(PERSON, END) in path or tag(EMAIL, END) in path
    with torch.no_grad():
        logits = made(resid_post[None], torch.tensor([40]))[0].numpy()
        np.testing.assert_array_equal(path, best_path(logits, made.path_scores.numpy()))

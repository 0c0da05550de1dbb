"""Training steps against slower, plainer ways of saying the same."""

from __future__ import annotations

import gzip
import json
import math
from collections.abc import Iterator
from dataclasses import replace
from itertools import islice
from pathlib import Path

import numpy as np
import pytest
import tiny
import torch
from torch.nn import functional as F

from probes.base_model import BaseModel
from probes.errors import ProbesError
from probes.sae import Encoder
from probes.tokens import WINDOW, Tokens
from probes.training.features import SparseFeatures, activation_scale, concatenate, encode_sparse
from probes.training.harvest import Harvest, harvest, read_corpus, texts_key
from probes.training.sae import BatchTopK, Normalisation, SaeConfig, train_sae


@pytest.fixture(scope="module")
def model(tiny_model_folder: Path) -> BaseModel:
    return BaseModel.load(tiny_model_folder, tiny.LAYER, torch.float32)


# Batch top-k.


def mixtures(n: int, d_model: int = 24, sources: int = 40, seed: int = 0) -> torch.Tensor:
    """Residuals as real ones are: a large constant vector plus a few of `sources` directions, with strengths 1 to 2."""
    directions = F.normalize(torch.randn(sources, d_model, generator=torch.Generator().manual_seed(99)), dim=1)
    generator = torch.Generator().manual_seed(seed)
    strengths = 1 + torch.rand(n, sources, generator=generator)
    active = torch.rand(n, sources, generator=generator) < 3 / sources
    return (strengths * active) @ directions * 7 + 50.0


def dense_gradients(trainer: BatchTopK, x: torch.Tensor, support: torch.Tensor) -> list[torch.Tensor]:
    """Gradients of the mean squared error by autograd, with the active latents given."""
    W_enc, W_dec, b_enc, b_dec = (
        parameter.detach().clone().requires_grad_() for parameter in (trainer.W_enc, trainer.W_dec, trainer.b_enc, trainer.b_dec)
    )
    values = ((x - b_dec) @ W_enc.t() + b_enc) * support
    loss = (values @ W_dec + b_dec - x).square().sum(1).mean()
    loss.backward()
    assert W_dec.grad is not None
    # The step moves decoder rows along the unit sphere only.
    tangent = W_dec.grad - (W_dec.grad * W_dec).sum(1, keepdim=True) * W_dec
    return [grad.detach() for grad in (W_enc.grad, tangent, b_enc.grad, b_dec.grad) if grad is not None]


def test_gradients_are_those_of_autograd(monkeypatch: pytest.MonkeyPatch) -> None:
    config = SaeConfig(d_sae=32, k=4, batch=64)
    trainer = BatchTopK(16, config)
    generator = torch.Generator().manual_seed(5)
    # Numbers that bf16 holds exactly and a bias that is not zero; the values themselves are rounded to bf16 in the step.
    trainer.b_dec += torch.randn(16, generator=generator) * 0.1
    trainer.b_enc += torch.randn(32, generator=generator) * 0.1
    x = torch.randn(64, 16, generator=generator)
    taken: list[torch.Tensor] = []
    top_k = trainer._batch_top_k

    def spy(centred: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        positions, _ = top_k(centred)
        taken.append(positions)
        # Exact values in place of the rounded ones.
        return positions, F.linear(centred, trainer.W_enc, trainer.b_enc).view(-1)[positions]

    monkeypatch.setattr(trainer, "_batch_top_k", spy)
    before = [p.clone() for p in (trainer.W_enc, trainer.W_dec, trainer.b_enc, trainer.b_dec)]
    monkeypatch.setattr(trainer.optimizer, "step", lambda: None)
    loss = trainer.step(x)
    support = torch.zeros(64 * 32)
    support[taken[0]] = 1
    assert int(support.sum()) == pytest.approx(4 * 64, abs=8)
    for parameter, old in zip((trainer.W_enc, trainer.W_dec, trainer.b_enc, trainer.b_dec), before, strict=True):
        torch.testing.assert_close(parameter, old)
    found = [parameter.grad for parameter in (trainer.W_enc, trainer.W_dec, trainer.b_enc, trainer.b_dec)]
    for grad, expected in zip(found, dense_gradients(trainer, x, support.view(64, 32)), strict=True):
        torch.testing.assert_close(grad, expected, rtol=1e-4, atol=1e-5)
    values = F.linear(x - trainer.b_dec, trainer.W_enc, trainer.b_enc) * support.view(64, 32)
    assert loss == pytest.approx(float((values @ trainer.W_dec + trainer.b_dec - x).square().sum(1).mean()), rel=1e-4)


def test_the_largest_activations_of_the_batch_are_kept() -> None:
    trainer = BatchTopK(16, SaeConfig(d_sae=32, k=4))
    x = torch.randn(64, 16, generator=torch.Generator().manual_seed(5))
    for _ in range(3):  # The first guess of the cut, then what it became.
        positions, values = trainer._batch_top_k(x)
        exact = F.linear(x.bfloat16(), trainer.W_enc.bfloat16(), trainer.b_enc.bfloat16()).float().view(-1)
        assert torch.equal(values, exact[positions])
        assert torch.equal(positions, positions.sort().values)
        assert len(values) >= 4 * 64
        assert float(values.min()) == float(exact.topk(4 * 64).values[-1])


def test_dead_latents_are_pulled_towards_what_is_left() -> None:
    trainer = BatchTopK(16, SaeConfig(d_sae=32, k=2, dead_tokens=10))
    trainer.b_enc[:4] = -100.0
    x = torch.randn(64, 16, generator=torch.Generator().manual_seed(5))
    trainer.step(x)
    trainer.step(x)
    assert set(range(4)) <= set(trainer.dead.tolist())
    before = trainer.W_enc[:4].clone()
    trainer.b_enc[:4] = 0.0
    trainer.step(x)
    assert not torch.equal(trainer.W_enc[:4], before)


def test_folding_the_normalisation_changes_nothing() -> None:
    raw = mixtures(300)
    normalisation = Normalisation.of(raw)
    trainer = BatchTopK(24, SaeConfig(d_sae=48, k=4, batch=100))
    x = (raw - normalisation.mean) * normalisation.scale
    for batch in x.split(100):
        trainer.step(batch)
    trainer.b_dec += 0.3
    sae = trainer.result(normalisation, 7)
    a = (x - trainer.b_dec).double() @ trainer.W_enc.t().double() + trainer.b_enc.double()
    decided = (a - trainer.threshold).abs() > 1e-3
    features = torch.where(a > trainer.threshold, a, 0.0)
    found = sae.encode(raw).double() * normalisation.scale
    torch.testing.assert_close(found[decided], features[decided], rtol=1e-3, atol=1e-3)
    rebuilt = (features @ trainer.W_dec.double() + trainer.b_dec) / normalisation.scale + normalisation.mean
    rows = decided.all(1)
    assert rows.float().mean() > 0.5
    torch.testing.assert_close(sae.decode(sae.encode(raw)).double()[rows], rebuilt[rows], rtol=1e-3, atol=1e-3)
    assert sae.layer == 7


def test_a_usual_token_has_norm_sqrt_d_and_outliers_are_left_out() -> None:
    raw = mixtures(500)
    normalisation = Normalisation.of(torch.cat([raw, torch.full((5, 24), 9000.0)]))
    x = (raw - normalisation.mean) * normalisation.scale
    assert float(x.norm(dim=1).median()) == pytest.approx(math.sqrt(24), rel=0.25)
    assert ((raw - normalisation.mean).norm(dim=1) < normalisation.limit).float().mean() > 0.95
    torch.testing.assert_close(normalisation.mean, raw.mean(0), rtol=0.05, atol=0.05)


def test_training_finds_the_parts_of_sparse_data() -> None:
    raw = mixtures(4096)
    normalisation = Normalisation.of(raw)

    def batches(size: int) -> Iterator[torch.Tensor]:
        generator = torch.Generator().manual_seed(1)
        while True:
            yield raw[torch.randint(len(raw), (size,), generator=generator)]

    config = SaeConfig(d_sae=64, k=4, batch=256, lr=3e-3, dead_tokens=5_000)
    sae = train_sae(batches, 256 * 300, normalisation, 1, config)
    fresh = mixtures(1000, seed=8)
    features = sae.encode(fresh)
    left = (sae.decode(features) - fresh).square().sum() / (fresh - fresh.mean(0)).square().sum()
    assert float(left) < 0.15
    assert float((features > 0).sum(1).float().mean()) == pytest.approx(4, abs=0.6)
    torch.testing.assert_close(sae.W_dec.norm(dim=1), torch.ones(64), rtol=1e-4, atol=1e-4)
    again = train_sae(batches, 256 * 300, normalisation, 1, config)
    assert torch.equal(again.W_enc, sae.W_enc)


# Harvest.


def test_a_harvest_holds_the_residuals_of_the_texts_in_order(model: BaseModel, tmp_path: Path) -> None:
    texts = [*tiny.SENTENCES, "", " ".join(tiny.SENTENCES) * 3]
    done = harvest(model, texts, tmp_path / "h", "key")
    expected = model.resid_post(model.tokenizer.encode(texts))
    assert done.lengths.tolist() == [len(resid) for resid in expected]
    torch.testing.assert_close(done.resid_post, torch.cat(expected).bfloat16())
    again = Harvest.open(tmp_path / "h")
    assert torch.equal(again.resid_post, done.resid_post)
    assert again.lengths.tolist() == done.lengths.tolist()


def test_a_finished_harvest_is_not_done_again(model: BaseModel, tmp_path: Path) -> None:
    first = harvest(model, tiny.SENTENCES, tmp_path, "key")

    def never() -> Iterator[str]:
        raise AssertionError("read again")
        yield

    assert torch.equal(harvest(model, never(), tmp_path, "key").resid_post, first.resid_post)


def test_a_harvest_of_other_texts_or_another_layer_is_thrown_away(
    model: BaseModel, tiny_model_folder: Path, tmp_path: Path
) -> None:
    first = harvest(model, tiny.SENTENCES, tmp_path, "key")
    encode_sparse(tiny.make_sae(), first)
    second = harvest(model, tiny.SENTENCES[:2], tmp_path, "another")
    assert len(second.lengths) == 2
    # What was made of the old one is gone with it.
    assert not list(tmp_path.glob("features-*"))
    other = BaseModel.load(tiny_model_folder, tiny.LAYER - 1, torch.float32)
    third = harvest(other, tiny.SENTENCES[:2], tmp_path, "another")
    assert not torch.equal(third.resid_post, second.resid_post.clone())


def test_a_key_is_of_exactly_these_texts() -> None:
    keys = [texts_key(texts) for texts in ([], [""], ["ab"], ["a", "b"], ["b", "a"], ["\ud800"])]
    assert len(set(keys)) == len(keys)
    assert texts_key(iter(["a", "b"])) == keys[3]


def test_an_unfinished_harvest_is_done_again(model: BaseModel, tmp_path: Path) -> None:
    def broken() -> Iterator[str]:
        yield from tiny.SENTENCES * 60
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        harvest(model, broken(), tmp_path, "key")
    with pytest.raises(ProbesError, match="holds no harvest"):
        Harvest.open(tmp_path)
    assert len(harvest(model, tiny.SENTENCES, tmp_path, "key").lengths) == len(tiny.SENTENCES)


@pytest.mark.parametrize("bar", ["0", "1"])
def test_a_harvest_stops_at_its_tokens_with_and_without_a_bar(
    bar: str, model: BaseModel, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("probes.training.harvest._TEXTS_AT_ONCE", 2)
    monkeypatch.setattr("probes.training.harvest.tqdm", _Bar if bar == "0" else _NoBar)
    done = harvest(model, iter(tiny.SENTENCES * 9), tmp_path, "key", tokens=100)
    assert 100 <= int(done.lengths.sum()) < 250


class _Bar:
    def __init__(self, *_: object, **__: object) -> None:
        self.n = 0

    def __enter__(self) -> _Bar:
        return self

    def __exit__(self, *_: object) -> None:
        pass

    def update(self, n: int) -> None:
        self.n += n


class _NoBar(_Bar):
    """As tqdm is with TQDM_DISABLE=1: it counts nothing."""

    def update(self, n: int) -> None:
        pass


def test_cut_text_is_in_pieces_that_share_no_context(model: BaseModel, tmp_path: Path) -> None:
    text = " ".join(tiny.SENTENCES) * 8
    (tokens,) = model.tokenizer.encode([text])
    done = harvest(model, [text], tmp_path, "key", cut=True)
    pieces = [
        Tokens(tokens.ids[at : at + WINDOW], tokens.starts[at : at + WINDOW], tokens.ends[at : at + WINDOW])
        for at in range(0, len(tokens), WINDOW)
    ]
    assert len(pieces) > 2
    assert done.lengths.tolist() == [len(piece) for piece in pieces]
    torch.testing.assert_close(done.resid_post, torch.cat(model.resid_post(pieces)).bfloat16())


def test_a_corpus_is_mixed_by_characters(tmp_path: Path) -> None:
    for language, size in (("en", 100), ("ja", 20)):
        for part in "ab":
            with gzip.open(tmp_path / f"{language}.{part}.jsonl.gz", "wt", encoding="utf-8") as out:
                out.writelines(json.dumps({"text": f"{language}{part}{i}".ljust(size, ".")}) + "\n" for i in range(100))
    texts = list(islice(read_corpus(tmp_path, {"en": 0.75, "ja": 0.25}, 0), 100))
    english = sum(len(text) for text in texts if text.startswith("en"))
    assert english / sum(map(len, texts)) == pytest.approx(0.75, abs=0.03)
    assert len(set(texts)) == 100
    assert texts == list(islice(read_corpus(tmp_path, {"en": 0.75, "ja": 0.25}, 0), 100))
    read, kept = (list(read_corpus(tmp_path, {"en": 0.75, "ja": 0.25}, 0, held_out=held_out)) for held_out in (False, True))
    assert len(kept) == 400 // 50
    assert len({*read, *kept}) == len(read) + len(kept) == 400
    with pytest.raises(ProbesError, match=r"no de\."):
        next(read_corpus(tmp_path, {"de": 1.0}, 0))


# Features.


def sparse(dense: torch.Tensor, lengths: list[int]) -> SparseFeatures:
    csr = dense.to_sparse_csr()
    text_starts = np.concatenate([[0], np.cumsum(lengths)])
    return SparseFeatures(csr.col_indices().to(torch.int32), csr.values(), csr.crow_indices(), text_starts, dense.shape[1])


def to_dense(features: SparseFeatures) -> torch.Tensor:
    dense = torch.zeros(len(features.starts) - 1, features.d_sae)
    rows = torch.repeat_interleave(torch.arange(len(dense)), features.starts.diff())
    dense[rows, features.ids.long()] = features.values
    return dense


def test_sparse_rows_are_what_the_sae_says(model: BaseModel, tmp_path: Path) -> None:
    done = harvest(model, [*tiny.SENTENCES, ""], tmp_path, "key")
    sae = tiny.make_sae()
    features = encode_sparse(sae, done)
    dense = sae.encode(done.resid_post)
    torch.testing.assert_close(to_dense(features), dense)
    assert features.text_starts.tolist() == [0, *np.cumsum(done.lengths)]
    torch.testing.assert_close(to_dense(features.select(torch.tensor([9, 3, 40]))), dense[:, [9, 3, 40]])
    ceiling = dense.amax(0) / 2
    torch.testing.assert_close(to_dense(features.cut(ceiling)), dense.minimum(ceiling))
    torch.testing.assert_close(to_dense(features.scaled(ceiling)), dense * ceiling)
    weight = torch.randn(tiny.D_SAE, 5, generator=torch.Generator().manual_seed(2))
    rows = np.array([7, 8, 9, 2, 40])
    torch.testing.assert_close(features.project(rows, weight), dense[rows] @ weight)


def test_features_are_kept_for_the_sae_that_made_them(model: BaseModel, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    done = harvest(model, tiny.SENTENCES, tmp_path, "key")
    first = encode_sparse(tiny.make_sae(seed=0), done)
    sae = tiny.make_sae(seed=0)
    changed = [replace(sae, **{name: getattr(sae, name) * 1.1}) for name in ("W_enc", "b_enc", "threshold")]
    for encoder in (
        *changed,
        tiny.make_sae(seed=1),
        sae.select(range(tiny.D_SAE - 1)),
        sae.select([1, 0, *range(2, tiny.D_SAE)]),
    ):
        torch.testing.assert_close(to_dense(encode_sparse(encoder, done)), encoder.encode(done.resid_post))

    def never(*_: object) -> None:
        pytest.fail("encoded again")

    monkeypatch.setattr(Encoder, "active", never)
    again = encode_sparse(tiny.make_sae(seed=0), done)
    assert torch.equal(first.values, again.values)
    assert torch.equal(first.ids, again.ids)


def test_parts_are_put_one_after_the_other() -> None:
    generator = torch.Generator().manual_seed(0)
    dense = [torch.rand(n, 4, generator=generator).round() for n in (5, 1, 3)]
    joined = concatenate([sparse(part, lengths) for part, lengths in zip(dense, ([2, 3], [1], [0, 3]), strict=True)])
    torch.testing.assert_close(to_dense(joined), torch.cat(dense))
    assert joined.text_starts.tolist() == [0, 2, 5, 6, 6, 9]


def test_scale_and_ceiling_are_measured_where_a_feature_fires() -> None:
    dense = torch.tensor([[2.0, 0.0], [4.0, 0.0], [0.0, 0.0]])
    scale, ceiling = activation_scale(sparse(dense, [3]))
    assert scale.tolist() == [3.0, 1.0]
    assert ceiling.tolist() == [pytest.approx(3 + 4 * 1), 1.0]

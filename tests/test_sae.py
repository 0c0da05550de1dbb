"""The three SAE formats against the formula that defines them, and the pruned encoder against the full one."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from safetensors.torch import save_file
from tiny import make_sae

from probes.errors import BundleError
from probes.sae import Encoder, Sae, load_sae

D_MODEL, D_SAE = 6, 10

Tensors = dict[str, torch.Tensor]
Write = Callable[[Path, Tensors], Path]


def make_tensors(seed: int = 0) -> Tensors:
    sae = make_sae(D_MODEL, D_SAE, seed)
    return {"W_enc": sae.W_enc, "b_enc": sae.b_enc, "W_dec": sae.W_dec, "b_dec": sae.b_dec, "threshold": sae.threshold}


def write_own(folder: Path, tensors: Tensors) -> Path:
    Sae(**tensors, layer=5).save(folder)
    return folder


def write_saelens(folder: Path, tensors: Tensors, **changes: object) -> Path:
    cfg = {
        "architecture": "jumprelu",
        "d_in": D_MODEL,
        "d_sae": D_SAE,
        "dtype": "float32",
        "device": "cpu",
        "apply_b_dec_to_input": True,
        "normalize_activations": "none",
        "reshape_activations": "none",
        "metadata": {"sae_lens_version": "6.0.0", "hook_name": "blocks.5.hook_resid_post", "model_name": "gemma-3-270m"},
    }
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "cfg.json").write_text(json.dumps({**cfg, **changes}))
    save_file(tensors, folder / "sae_weights.safetensors")
    return folder


def write_gemma_scope(folder: Path, tensors: Tensors) -> Path:
    folder = folder / "resid_post" / "layer_5_width_16k_l0_medium"
    folder.mkdir(parents=True)
    names = {"W_enc": "w_enc", "W_dec": "w_dec"}
    save_file({names.get(name, name): tensor for name, tensor in tensors.items()}, folder / "params.safetensors")
    return folder


FORMATS = [pytest.param(write, id=write.__name__) for write in (write_own, write_saelens, write_gemma_scope)]


def expected_features(x: torch.Tensor, tensors: Tensors, *, subtract_b_dec: bool) -> np.ndarray:
    """`f_j = a_j if a_j > threshold_j else 0`, `a_j = sum_i (x_i - b_dec_i) W_enc_ij + b_enc_j`, in float64, in loops."""
    t = {name: tensor.double().numpy() for name, tensor in tensors.items()}
    features = np.zeros((len(x), D_SAE))
    for n, row in enumerate(x.double().numpy()):
        for j in range(D_SAE):
            a = float(t["b_enc"][j])
            for i in range(D_MODEL):
                a += (row[i] - (t["b_dec"][i] if subtract_b_dec else 0.0)) * t["W_enc"][i, j]
            features[n, j] = max(a, 0.0) if a > t["threshold"][j] else 0.0
    return features


def expected_rebuilt(features: np.ndarray, tensors: Tensors) -> np.ndarray:
    """`x_hat_i = sum_j f_j W_dec_ji + b_dec_i`."""
    W_dec, b_dec = tensors["W_dec"].double().numpy(), tensors["b_dec"].double().numpy()
    return np.array([[sum(row[j] * W_dec[j, i] for j in range(D_SAE)) + b_dec[i] for i in range(D_MODEL)] for row in features])


def residuals(n: int = 40) -> torch.Tensor:
    return torch.randn(n, D_MODEL, generator=torch.Generator().manual_seed(9)) * 2


@pytest.mark.parametrize("write", FORMATS)
def test_activations_are_those_of_the_formula(write: Write, tmp_path: Path) -> None:
    tensors, x = make_tensors(), residuals()
    sae = load_sae(write(tmp_path, tensors))
    assert (sae.layer, sae.d_model, sae.d_sae) == (5, D_MODEL, D_SAE)
    expected = expected_features(x, tensors, subtract_b_dec=write is write_saelens)
    assert 0.1 < (expected > 0).mean() < 0.9
    np.testing.assert_array_equal(sae.encode(x).numpy() > 0, expected > 0)
    np.testing.assert_allclose(sae.encode(x).numpy(), expected, rtol=1e-5, atol=1e-5)
    np.testing.assert_allclose(sae.decode(sae.encode(x)).numpy(), expected_rebuilt(expected, tensors), rtol=1e-4, atol=1e-4)


def test_an_activation_at_its_threshold_is_off() -> None:
    sae = Encoder(torch.eye(2), torch.zeros(2), torch.tensor([1.0, 1.0]))
    assert sae.encode(torch.tensor([[1.0, 1.0000001]])).tolist() == [[0.0, pytest.approx(1.0)]]


@pytest.mark.parametrize("write", [write_saelens, write_gemma_scope])
def test_below_a_negative_threshold_the_relu_of_the_formats_holds(write: Write, tmp_path: Path) -> None:
    tensors, x = make_tensors(), residuals()
    tensors["threshold"] = tensors["threshold"] - 0.7
    assert (tensors["threshold"] < 0).any()
    expected = expected_features(x, tensors, subtract_b_dec=write is write_saelens)
    np.testing.assert_allclose(load_sae(write(tmp_path, tensors)).encode(x).numpy(), expected, rtol=1e-5, atol=1e-5)


def test_saelens_without_b_dec_on_the_input(tmp_path: Path) -> None:
    tensors, x = make_tensors(), residuals()
    sae = load_sae(write_saelens(tmp_path, tensors, apply_b_dec_to_input=False))
    expected = expected_features(x, tensors, subtract_b_dec=False)
    np.testing.assert_allclose(sae.encode(x).numpy(), expected, rtol=1e-5, atol=1e-5)


def test_bf16_files_and_bf16_residuals_are_read_as_fp32(tmp_path: Path) -> None:
    tensors = {name: tensor.bfloat16() for name, tensor in make_tensors().items()}
    sae = load_sae(write_gemma_scope(tmp_path, tensors))
    x = residuals().bfloat16()
    expected = expected_features(x.float(), tensors, subtract_b_dec=False)
    np.testing.assert_allclose(sae.encode(x).numpy(), expected, rtol=1e-5, atol=1e-5)


@pytest.mark.parametrize("write", FORMATS)
@pytest.mark.parametrize("name", ["W_enc", "b_enc", "W_dec", "b_dec", "threshold"])
def test_a_missing_tensor_is_named(write: Write, name: str, tmp_path: Path) -> None:
    folder = write(tmp_path, make_tensors())
    path = weights_file(folder)
    tensors = stored(path)
    del tensors[next(key for key in tensors if key.lower() == name.lower())]
    save_file(tensors, path)
    with pytest.raises(BundleError, match=rf"(?i){path.name} lacks {name}"):
        load_sae(folder)


@pytest.mark.parametrize("write", FORMATS)
@pytest.mark.parametrize("name", ["W_enc", "b_enc", "W_dec", "b_dec", "threshold"])
@pytest.mark.parametrize("flat", [False, True])
def test_a_wrong_shape_is_an_error_that_names_the_file(write: Write, name: str, flat: bool, tmp_path: Path) -> None:
    folder = write(tmp_path, make_tensors())
    path = weights_file(folder)
    tensors = stored(path)
    key = next(key for key in tensors if key.lower() == name.lower())
    tensors[key] = tensors[key].view(-1)[:-1].clone() if flat else torch.zeros(D_MODEL + 1, D_SAE)
    save_file(tensors, path)
    with pytest.raises(BundleError, match=path.name):
        load_sae(folder)


@pytest.mark.parametrize("write", FORMATS)
@pytest.mark.parametrize("content", [b"", b"garbage", b"\xff" * 100, None])
def test_a_damaged_or_missing_weights_file_is_named(write: Write, content: bytes | None, tmp_path: Path) -> None:
    folder = write(tmp_path, make_tensors())
    path = weights_file(folder)
    path.unlink()
    if content is not None:
        path.write_bytes(content)
    # Gemma Scope has no other file to be known by.
    message = path.name if content is not None or write is not write_gemma_scope else "holds no SAE"
    with pytest.raises(BundleError, match=message):
        load_sae(folder)


@pytest.mark.parametrize("write", [write_own, write_saelens])
@pytest.mark.parametrize("content", [b"", b"{", b"[1]", b"\xff\xfe{}", b"{}"])
def test_a_damaged_config_is_named(write: Write, content: bytes, tmp_path: Path) -> None:
    folder = write(tmp_path, make_tensors())
    (path,) = folder.glob("*.json")
    path.write_bytes(content)
    with pytest.raises(BundleError, match=path.name):
        load_sae(folder)


def test_a_layer_that_is_no_number_is_an_error(tmp_path: Path) -> None:
    folder = write_own(tmp_path, make_tensors())
    cfg = json.loads((folder / "sae.json").read_text())
    (folder / "sae.json").write_text(json.dumps({**cfg, "layer": "five"}))
    with pytest.raises(BundleError, match=r"sae\.json: layer"):
        load_sae(folder)


@pytest.mark.parametrize(
    "changes",
    [
        {"architecture": "topk"},
        {"architecture": "standard"},
        {"normalize_activations": "expected_average_only_in"},
        {"metadata": {"hook_name": "blocks.5.hook_mlp_out"}},
        {"metadata": {"hook_name": "blocks.5.hook_resid_pre"}},
    ],
)
def test_what_saelens_can_and_we_cannot_is_refused(changes: dict[str, object], tmp_path: Path) -> None:
    folder = write_saelens(tmp_path, make_tensors(), **changes)
    with pytest.raises(BundleError, match=r"cfg\.json"):
        load_sae(folder)


@pytest.mark.parametrize(
    ("metadata", "layer"), [(None, None), ("?", None), ({}, None), ({"hook_name": "blocks.12.hook_resid_post"}, 12)]
)
def test_saelens_metadata_may_be_missing(metadata: object, layer: int | None, tmp_path: Path) -> None:
    assert load_sae(write_saelens(tmp_path, make_tensors(), metadata=metadata)).layer == layer


@pytest.mark.parametrize("name", ["nothing", "."])
def test_a_folder_without_an_sae(name: str, tmp_path: Path) -> None:
    with pytest.raises(BundleError, match="holds no SAE"):
        load_sae(tmp_path / name)


@given(ids=st.lists(st.integers(0, 63), unique=True, max_size=64), seed=st.integers(0, 2**31))
@settings(max_examples=60, deadline=None)
def test_the_pruned_encoder_is_the_full_one_at_its_columns(ids: list[int], seed: int) -> None:
    sae = make_sae(seed=3)
    x = torch.randn(33, sae.d_model, generator=torch.Generator().manual_seed(seed)) * 2
    few = sae.select(ids)
    assert (few.d_model, few.d_sae) == (sae.d_model, len(ids))
    full, pruned = sae.encode(x)[:, ids], few.encode(x)
    # A sum that is within rounding of its threshold may fall on either side; nothing else may.
    a = x.double() @ sae.W_enc.double()[:, ids] + sae.b_enc.double()[ids]
    decided = (a - sae.threshold.double()[ids]).abs() > 1e-5
    assert torch.equal((full > 0)[decided], (pruned > 0)[decided])
    torch.testing.assert_close(pruned[decided], full[decided], rtol=1e-5, atol=1e-5)


def test_the_active_latents_are_those_of_the_dense_encoding() -> None:
    sae, x = make_sae(seed=3), torch.randn(33, 32, generator=torch.Generator().manual_seed(1))
    x[5] = -1e3 * sae.W_enc.sum(1)
    ids, values, counts = sae.active(x)
    dense = torch.zeros(33, sae.d_sae)
    dense[torch.repeat_interleave(torch.arange(33), counts), ids] = values
    torch.testing.assert_close(dense, sae.encode(x))
    assert sae.active(x[:0])[2].tolist() == []


def test_a_product_in_bf16_is_near() -> None:
    sae, x = make_sae(seed=3), torch.randn(33, 32, generator=torch.Generator().manual_seed(1)).bfloat16()
    same, half = sae.to(torch.device("cpu"), torch.float32), sae.to(torch.device("cpu"), torch.bfloat16)
    assert half.W_enc.dtype == torch.bfloat16
    assert half.encode(x).dtype == torch.float32
    torch.testing.assert_close(same.encode(x), sae.encode(x), rtol=1e-5, atol=1e-5)
    clear = (x.float() @ sae.W_enc + sae.b_enc - sae.threshold).abs() > 0.05
    torch.testing.assert_close(half.encode(x)[clear], sae.encode(x)[clear], rtol=0.05, atol=0.05)


def test_a_digest_is_of_the_latents_alone() -> None:
    sae = make_sae()
    same = [make_sae(), Encoder(sae.W_enc, sae.b_enc, sae.threshold), sae.select(range(sae.d_sae)), replace(sae, layer=None)]
    # A view of other strides holds the same numbers.
    same.append(replace(sae, W_enc=sae.W_enc.t().contiguous().t()))
    assert {each.digest() for each in same} == {sae.digest()}
    changed = []
    for name in ("W_enc", "b_enc", "threshold"):
        tensor = getattr(sae, name).clone()
        tensor.view(-1)[-1] += 1e-3
        changed.append(replace(sae, **{name: tensor}))
    digests = {each.digest() for each in (sae, *changed, make_sae(seed=1), sae.select([1, 0]), sae.select([0, 1]))}
    assert len(digests) == 7


def weights_file(folder: Path) -> Path:
    (path,) = folder.glob("*.safetensors")
    return path


def stored(path: Path) -> Tensors:
    from safetensors.torch import load_file

    return {name: tensor.clone() for name, tensor in load_file(path).items()}

"""The packed blocks against transformers' own Gemma 3, in fp32, bf16 and int8."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from transformers import Gemma3TextConfig
from transformers.models.gemma3.modeling_gemma3 import Gemma3TextModel

from probes.blocks import Blocks, shapes, unsupported
from probes.product import Int8, Observed, Packed, PackedGate, Plain, PlainGate, can_pack, has_int8, in_int8

VOCABULARY, LAYERS, LONGEST = 50, 3, 40
needs_int8 = pytest.mark.skipif(not has_int8(), reason="this processor has no int8 products")


def config(**changes: Any) -> Gemma3TextConfig:
    fields: dict[str, Any] = {
        "vocab_size": VOCABULARY,
        "hidden_size": 32,
        "intermediate_size": 48,
        "num_hidden_layers": LAYERS,
        "num_attention_heads": 4,
        "num_key_value_heads": 1,
        "head_dim": 16,
        "query_pre_attn_scalar": 16,
        "sliding_window": 512,
        "layer_types": ["sliding_attention", "full_attention", "sliding_attention"],
    }
    return Gemma3TextConfig(**{**fields, **changes})


def model(made_of: Gemma3TextConfig, seed: int = 0) -> Gemma3TextModel:
    """Random, with weights large enough that context and nonlinearities matter; the final norm is left out."""
    whole = Gemma3TextModel(made_of).eval()
    generator = torch.Generator().manual_seed(seed)
    for parameter in whole.parameters():
        parameter.data = torch.randn(parameter.shape, generator=generator) * 0.3
    whole.norm = torch.nn.Identity()  # type: ignore[assignment]
    return whole


@torch.inference_mode()
def blocks(whole: Gemma3TextModel, dtype: torch.dtype = torch.float32, sample: torch.Tensor | None = None) -> Blocks:
    return Blocks(whole.config, {name: value.to(dtype) for name, value in whole.state_dict().items()}, LAYERS, LONGEST, sample)


def texts(lengths: Sequence[int], seed: int = 0) -> list[torch.Tensor]:
    generator = torch.Generator().manual_seed(seed)
    return [torch.randint(0, VOCABULARY, (length,), generator=generator) for length in lengths]


@torch.inference_mode()
def alone(whole: Gemma3TextModel, ids: torch.Tensor) -> torch.Tensor:
    return whole(input_ids=ids[None], use_cache=False).last_hidden_state[0]


@torch.inference_mode()
def packed(read: Blocks, given: Sequence[torch.Tensor], taps: Sequence[int] = ()) -> list[torch.Tensor]:
    lengths = [len(ids) for ids in given]
    return list(read(torch.cat(list(given)), lengths, taps).split(lengths))


@pytest.mark.parametrize("heads", [(4, 1), (4, 2), (4, 4), (1, 1)])
def test_packed_texts_are_those_of_transformers(heads: tuple[int, int]) -> None:
    whole = model(config(num_attention_heads=heads[0], num_key_value_heads=heads[1]))
    given = texts([1, 2, 2, 7, 7, 7, LONGEST, 3, LONGEST])
    for ids, found in zip(given, packed(blocks(whole), given), strict=True):
        torch.testing.assert_close(found, alone(whole, ids), rtol=1e-3, atol=1e-3)


@given(lengths=st.lists(st.integers(1, LONGEST), min_size=1, max_size=8), seed=st.integers(0, 99))
@settings(max_examples=40, deadline=None)
def test_a_text_knows_nothing_of_its_neighbours(lengths: list[int], seed: int) -> None:
    read, given = blocks(model(config())), texts(lengths, seed)
    for ids, found in zip(given, packed(read, given), strict=True):
        torch.testing.assert_close(found, packed(read, [ids])[0], rtol=1e-4, atol=1e-4)


def test_attention_is_called_with_few_shapes(monkeypatch: pytest.MonkeyPatch) -> None:
    seen: set[tuple[int, ...]] = set()
    real = torch.baddbmm

    def noted(mask: torch.Tensor, q: torch.Tensor, k: torch.Tensor, **more: Any) -> torch.Tensor:
        seen.add(tuple(q.shape))
        return real(mask, q, k, **more)

    monkeypatch.setattr(torch, "baddbmm", noted)
    read = blocks(model(config()))
    for n in range(1, 65):
        for length in (3, 17):
            packed(read, texts([length] * n))
    # oneDNN keeps megabytes for each.
    assert len(seen) == 2 * len((1, 2, 3, 4, 6, 8, 12, 16, 24, 32, 48, 64))


def test_taps_give_the_blocks_in_the_order_asked_for() -> None:
    whole = model(config())
    (ids,) = texts([9])
    (found,) = packed(blocks(whole), [ids], taps=(2, 0))
    with torch.inference_mode():
        states = whole(input_ids=ids[None], output_hidden_states=True, use_cache=False).hidden_states
    torch.testing.assert_close(found[:, :32], alone(whole, ids), rtol=1e-3, atol=1e-3)
    torch.testing.assert_close(found[:, 32:], states[1][0], rtol=1e-3, atol=1e-3)


def error(found: torch.Tensor, exact: torch.Tensor) -> float:
    return float(((found.float() - exact).norm(dim=-1) / exact.norm(dim=-1)).mean())


def test_bf16_is_as_near_as_that_of_transformers() -> None:
    whole = model(config())
    (ids,) = texts([LONGEST])
    exact, half = alone(whole, ids), blocks(whole, torch.bfloat16)
    (found,) = packed(half, [ids])
    assert found.dtype == torch.bfloat16
    assert error(found, exact) < 2 * error(alone(whole.to(torch.bfloat16), ids), exact) < 0.1


@needs_int8
@pytest.mark.parametrize("dtype", [torch.float32, torch.bfloat16])
def test_int8_is_near_and_no_row_depends_on_its_neighbours(dtype: torch.dtype) -> None:
    whole = model(config())
    given = texts([LONGEST, 5, 5, 17])
    read = blocks(whole, dtype)
    exact = [alone(whole, ids) for ids in given]
    before = max(error(f, e) for f, e in zip(packed(read, given), exact, strict=True))
    read = blocks(whole, dtype, texts([LONGEST], seed=7)[0])
    found = packed(read, given)
    for i, ids in enumerate(given):
        assert before < error(found[i], exact[i]) < 0.15
        assert torch.equal(packed(read, [ids])[0], found[i]) or dtype == torch.float32
        torch.testing.assert_close(packed(read, [ids])[0], found[i], rtol=1e-2, atol=1e-2)


@needs_int8
@pytest.mark.parametrize("dtype", [torch.float32, torch.bfloat16])
@pytest.mark.parametrize("n", [1, 3, 64])
def test_an_int8_product_is_near_the_plain_one(n: int, dtype: torch.dtype) -> None:
    generator = torch.Generator().manual_seed(n)
    # Columns of different sizes, one that the sample never moved, and a row of zeros.
    columns = torch.logspace(0, 2, 32)
    x = (torch.randn(n, 32, generator=generator) * columns).to(dtype)
    x[0] = 0
    weight = (torch.randn(48, 32, generator=generator) / columns).to(dtype)
    observed = Observed(weight)
    observed.up_to_factor((torch.randn(64, 32, generator=generator) * columns * (torch.arange(32) != 5)).to(dtype))
    assert observed.largest[5] == 0
    product, plain = Int8(weight, observed.largest), Plain(weight)
    torch.testing.assert_close(in_int8(observed).up_to_factor(x)[0], product.up_to_factor(x)[0])
    assert in_int8(plain) is plain
    scale = torch.rand(n, 1, generator=generator).to(dtype)
    exact = (x.double() * scale.double()) @ weight.double().t()
    found = product(x, scale)
    assert found.dtype == dtype
    assert found[0].abs().max() == 0
    if n > 1:
        assert float((found.double() - exact).norm() / exact.norm()) < 0.04
    rough, factor = product.up_to_factor(x)
    torch.testing.assert_close(rough * factor * scale, found, rtol=2e-2, atol=1e-2)


@pytest.mark.skipif(not can_pack(torch.zeros(1, dtype=torch.bfloat16)), reason="oneDNN packs no bf16 weights here")
@pytest.mark.parametrize("n", [1, 3, 80])
def test_packed_products_are_the_plain_ones(n: int) -> None:
    generator = torch.Generator().manual_seed(n)
    x, weight = torch.randn(n, 32, generator=generator).bfloat16(), torch.randn(64, 32, generator=generator).bfloat16()
    scale = torch.rand(n, 1, generator=generator).bfloat16()
    packed, plain = Packed(weight, rows=16), Plain(weight)
    assert packed.up_to_factor(x)[1] == 1
    torch.testing.assert_close(packed(x, scale), plain(x, scale), rtol=2e-2, atol=2e-2)
    exact = PlainGate(Plain(weight.float()))((x * scale).float(), torch.ones(n, 1))
    for gate in (PackedGate(weight, rows=16), PlainGate(plain)):
        torch.testing.assert_close(gate(x, scale).float(), exact, rtol=3e-2, atol=3e-2)


def test_everything_is_computed_on_the_device_of_the_weights() -> None:
    """torch's meta device refuses to mix with tensors elsewhere, as a GPU does."""
    whole = model(config(num_key_value_heads=2))
    tensors = {name: value.to("meta", torch.bfloat16) for name, value in whole.state_dict().items()}
    found = Blocks(whole.config, tensors, LAYERS, LONGEST)(torch.zeros(12, dtype=torch.long, device="meta"), [5, 5, 2], (0, 2))
    assert (found.device.type, found.dtype, found.shape) == ("meta", torch.bfloat16, (12, 64))


def test_shapes_are_those_of_transformers() -> None:
    made_of = config(num_key_value_heads=2)
    expected = {
        name: tuple(value.shape) for name, value in Gemma3TextModel(made_of).state_dict().items() if name != "norm.weight"
    }
    assert shapes(made_of, LAYERS) == expected
    assert len(shapes(made_of, 1)) == 14


@pytest.mark.parametrize(
    ("changes", "name"),
    [
        ({}, None),
        ({"hidden_activation": "gelu"}, "hidden_activation"),
        ({"attention_bias": True}, "attention_bias"),
        ({"attn_logit_softcapping": 50.0}, "attn_logit_softcapping"),
        ({"use_bidirectional_attention": True}, "use_bidirectional_attention"),
        ({"sliding_window": LONGEST - 1}, "sliding_window"),
    ],
)
def test_what_is_not_computed_is_named(changes: dict[str, Any], name: str | None) -> None:
    assert unsupported(config(**changes), LONGEST) == name


def test_multiply_adds_are_the_weights_of_the_products() -> None:
    read = blocks(model(config()))
    expected = 32 * 16 * (4 + 2 + 4) + 3 * 32 * 48
    assert read.multiply_adds == [expected] * LAYERS


def test_the_real_config_is_supported(tmp_path: Path) -> None:
    written = {"num_hidden_layers": 6, "sliding_window": 512, "rope_theta": 1e6, "rope_local_base_freq": 1e4}
    (tmp_path / "config.json").write_text(json.dumps(written))
    assert unsupported(Gemma3TextConfig(**json.loads((tmp_path / "config.json").read_text())), 257) is None

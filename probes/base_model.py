"""The first layers of the base model: token ids to the residual stream after one block (`resid_post`)."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import torch
from huggingface_hub.errors import StrictDataclassError
from safetensors import SafetensorError, safe_open
from transformers import Gemma3TextConfig
from transformers.models.gemma3.modeling_gemma3 import Gemma3TextModel

from probes.errors import BaseModelError
from probes.tokens import TextTokenizer, Tokens, Window, windows

_BATCH_TOKENS = 4096


def default_dtype() -> torch.dtype:
    """bf16 where the processor multiplies it natively, else fp32 (emulated bf16 is several times slower)."""
    cpu = torch.backends.cpu.get_cpu_capability()
    has_bf16 = "AVX512" in cpu and getattr(torch.cpu, "_is_avx512_bf16_supported", lambda: False)()
    return torch.bfloat16 if has_bf16 else torch.float32


class BaseModel:
    """Blocks `0..layer` of a Gemma 3 text model.

    Attributes:
        layer: index of the tapped block; `resid_post` is its output.
        d_model: width of the residual stream.
        vocab_size: rows of the embedding.
    """

    def __init__(self, model: Gemma3TextModel, tokenizer: TextTokenizer) -> None:
        self._model = model.requires_grad_(False)
        self._model.eval()
        # The tapped stream is the block's output; transformers would hand out the final norm of it.
        self._model.norm = torch.nn.Identity()  # type: ignore[assignment]
        self.tokenizer = tokenizer
        self.layer = int(model.config.num_hidden_layers) - 1
        self.d_model = int(model.config.hidden_size)
        self.vocab_size = int(model.config.vocab_size)

    @classmethod
    def load(cls, folder: Path, layer: int, dtype: torch.dtype) -> BaseModel:
        """Load blocks `0..layer` from a Hugging Face folder with safetensors.

        Raises:
            BaseModelError: a file is missing or is not a Gemma 3 text model with that many layers.
        """
        config = _read_config(folder)
        if config.num_hidden_layers <= layer:
            raise BaseModelError(f"{folder} has {config.num_hidden_layers} layers; layer {layer} is needed")
        config.num_hidden_layers = layer + 1
        config.layer_types = (config.layer_types or [])[: layer + 1]
        with torch.device("meta"):
            model = Gemma3TextModel(config)
        wanted = [name for name in model.state_dict() if not name.startswith("norm.")]
        try:
            model.load_state_dict(_read_tensors(folder, wanted, dtype), strict=False, assign=True)
        except RuntimeError as error:
            raise BaseModelError(f"the tensors in {folder} do not have the shapes of its config.json: {error}") from error
        # Rotary tables and the embedding scale are computed, not stored, so the meta copies have no values yet.
        model.rotary_emb = type(model.rotary_emb)(config)
        model.embed_tokens.embed_scale = torch.nn.Buffer(
            torch.tensor(model.embed_tokens.scalar_embed_scale, dtype=dtype), persistent=False
        )
        return cls(model, TextTokenizer(folder))

    @torch.inference_mode()
    def resid_post(self, texts: Sequence[Tokens]) -> list[torch.Tensor]:
        """Residuals of every token.

        Returns:
            One `[n_tokens, d_model]` tensor a text, in the model's dtype. Windows overlap; each token comes from the window that
            shows it the most left context.
        """
        jobs = [(i, window) for i, tokens in enumerate(texts) for window in windows(len(tokens))]
        jobs.sort(key=lambda job: job[1].end - job[1].start)
        pieces: dict[tuple[int, int], torch.Tensor] = {}
        batch: list[tuple[int, Window]] = []
        for job in jobs:
            longest = job[1].end - job[1].start + 1
            if batch and longest * (len(batch) + 1) > _BATCH_TOKENS:
                self._run(texts, batch, pieces)
                batch = []
            batch.append(job)
        if batch:
            self._run(texts, batch, pieces)
        dtype = self._model.embed_tokens.weight.dtype
        result = []
        for i, tokens in enumerate(texts):
            parts = [pieces[i, window.start] for window in windows(len(tokens))]
            result.append(torch.cat(parts) if parts else torch.empty(0, self.d_model, dtype=dtype))
        return result

    def _run(self, texts: Sequence[Tokens], batch: list[tuple[int, Window]], pieces: dict[tuple[int, int], torch.Tensor]) -> None:
        longest = max(window.end - window.start for _, window in batch) + 1
        # Padding sits on the right of a causal model: no real token sees it, so no mask is needed.
        ids = torch.zeros(len(batch), longest, dtype=torch.long)
        ids[:, 0] = self.tokenizer.bos
        for row, (i, window) in enumerate(batch):
            ids[row, 1 : 1 + window.end - window.start] = torch.from_numpy(texts[i].ids[window.start : window.end])
        hidden = self._model(input_ids=ids, use_cache=False).last_hidden_state
        for row, (i, window) in enumerate(batch):
            pieces[i, window.start] = hidden[row, 1 + window.keep - window.start : 1 + window.end - window.start]


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


def _read_tensors(folder: Path, wanted: Sequence[str], dtype: torch.dtype) -> dict[str, torch.Tensor]:
    missing = set(wanted)
    tensors: dict[str, torch.Tensor] = {}
    for path in sorted(folder.glob("*.safetensors")):
        try:
            with safe_open(path, framework="pt") as file:
                for stored in file.keys():  # noqa: SIM118, a safetensors file is no dict  # noqa: SIM118
                    name = stored.removeprefix("model.")
                    if name in missing:
                        tensors[name] = file.get_tensor(stored).to(dtype)
                        missing.remove(name)
        except SafetensorError as error:
            raise BaseModelError(f"{path} is not a safetensors file") from error
    if missing:
        raise BaseModelError(f"{folder} lacks {len(missing)} tensors of the first layers, among them {min(missing)}")
    return tensors

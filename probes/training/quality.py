"""How good an SAE is: variance explained, L0, dead latents, and how much of the model's loss survives its reconstruction."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass
from pathlib import Path

import torch
import torch.nn.functional as F
from tqdm import tqdm
from transformers import AutoModelForCausalLM

from probes.sae import Sae
from probes.tokens import WINDOW, TextTokenizer

_ROWS = 4096


@dataclass(frozen=True, slots=True)
class Reconstruction:
    """How well an SAE rebuilds residuals.

    `variance_explained`: 1 - squared error / squared distance from the mean, over usual tokens (within four median norms of the
    mean); `variance_explained_all` counts the rest too. `l0`: mean active latents a token. `dead_share`: latents that never
    fired.
    """

    tokens: int
    variance_explained: float
    variance_explained_all: float
    l0: float
    dead_share: float


@dataclass(frozen=True, slots=True)
class SplicedLoss:
    """Cross-entropy of the next token in nats: the model as it is, and with the reconstruction or zeros for `resid_post`."""

    tokens: int
    model: float
    reconstruction: float
    zeros: float

    @property
    def recovered(self) -> float:
        """1: the reconstruction is as good as the residual; 0: as bad as zeros."""
        return (self.zeros - self.reconstruction) / (self.zeros - self.model)

    def as_dict(self) -> dict[str, float]:
        """Fields and `recovered`."""
        return {**asdict(self), "recovered": self.recovered}


@torch.inference_mode()
def measure_reconstruction(sae: Sae, resid_post: torch.Tensor) -> Reconstruction:
    """Over residuals `[n, d_model]`."""
    mean = sum((rows.double().sum(0) for rows in resid_post.split(_ROWS)), torch.zeros(sae.d_model).double()) / len(resid_post)
    mean = mean.float()
    errors, distances, active = [], [], 0
    fired = torch.zeros(sae.d_sae, dtype=torch.bool)
    for rows in tqdm(resid_post.split(_ROWS), desc="measure SAE", unit="chunk"):
        x = rows.float()
        features = sae.encode(x)
        errors.append((x - sae.decode(features)).square().sum(1))
        distances.append((x - mean).square().sum(1))
        active += int((features > 0).sum())
        fired |= (features > 0).any(0)
    error, distance = torch.cat(errors).double(), torch.cat(distances).double()
    usual = distance.sqrt() < 4 * distance.sqrt().median()
    return Reconstruction(
        tokens=len(resid_post),
        variance_explained=1 - float(error[usual].sum() / distance[usual].sum()),
        variance_explained_all=1 - float(error.sum() / distance.sum()),
        l0=active / len(resid_post),
        dead_share=1 - float(fired.float().mean()),
    )


@torch.inference_mode()
def measure_spliced_loss(folder: Path, layer: int, sae: Sae, texts: Iterable[str], tokens: int) -> SplicedLoss:
    """Run the whole model of `folder` on the first window of each text, about `tokens` tokens in all, three times over."""
    model = AutoModelForCausalLM.from_pretrained(folder, dtype=torch.bfloat16, local_files_only=True).eval()
    tokenizer = TextTokenizer(folder)
    replace: Callable[[torch.Tensor], torch.Tensor] | None = None

    def splice(_module: object, _inputs: object, output: torch.Tensor) -> torch.Tensor:
        if replace is None:
            return output
        # BOS is no text: its residual is an outlier that the SAE never saw.
        return torch.cat([output[:, :1], replace(output[0, 1:])[None].to(output.dtype)], dim=1)

    handle = model.model.layers[layer].register_forward_hook(splice)
    ways: list[Callable[[torch.Tensor], torch.Tensor] | None] = [
        None,
        lambda resid: sae.decode(sae.encode(resid)),
        torch.zeros_like,
    ]
    losses = [0.0, 0.0, 0.0]
    count = 0
    with tqdm(total=tokens, desc="splice SAE", unit="tok") as bar:
        for text in texts:
            if count >= tokens:
                break
            ids = tokenizer.encode([text])[0].ids[:WINDOW]
            if len(ids) < 2:
                continue
            inputs = torch.cat([torch.tensor([tokenizer.bos]), torch.from_numpy(ids)])[None]
            for i, way in enumerate(ways):
                replace = way
                logits = model(input_ids=inputs, use_cache=False).logits[0, 1:-1].float()
                losses[i] += float(F.cross_entropy(logits, inputs[0, 2:], reduction="sum"))
            count += len(ids) - 1
            bar.update(len(ids) - 1)
    handle.remove()
    return SplicedLoss(count, *(loss / count for loss in losses))

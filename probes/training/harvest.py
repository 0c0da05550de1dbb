"""Residuals of many texts, written once to disk so that the SAE and the probes can be fitted many times."""

from __future__ import annotations

import gzip
import hashlib
import json
import random
import shutil
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

import numpy as np
import torch
from tqdm import tqdm

from probes.base_model import BaseModel
from probes.errors import ProbesError
from probes.tokens import WINDOW, Tokens

_TEXTS_AT_ONCE = 256


@dataclass(frozen=True, slots=True)
class Harvest:
    """`resid_post`: bf16 `[n_tokens, d_model]`, mapped from disk; `lengths`: int64 `[n_texts]`, tokens of each text in order."""

    resid_post: torch.Tensor
    lengths: np.ndarray
    folder: Path

    @classmethod
    def open(cls, folder: Path) -> Harvest:
        """Map a finished harvest.

        Raises:
            ProbesError: there is none in `folder`.
        """
        try:
            lengths = np.load(folder / "lengths.npy")
            d_model = json.loads((folder / "harvest.json").read_text())["d_model"]
        except FileNotFoundError as error:
            raise ProbesError(f"{folder} holds no harvest: {error.filename} is missing") from error
        size = int(lengths.sum()) * d_model
        flat = torch.from_file(str(folder / "resid_post.bf16"), shared=False, size=size, dtype=torch.bfloat16)
        return cls(flat.view(-1, d_model), lengths, folder)


def harvest(
    model: BaseModel,
    texts: Iterable[str],
    folder: Path,
    key: str,
    *,
    tokens: int | None = None,
    cut: bool = False,
    label: str = "",
) -> Harvest:
    """Write the residuals of `texts` (up to about `tokens` tokens) to `folder`, or open what an earlier run finished there.

    With `cut` a long text becomes several of `WINDOW` tokens that share no context: cheaper, and enough for an SAE.
    `key` says which texts they are: what stands in `folder` under another key or layer is thrown away.
    """
    done = folder / "harvest.json"
    if done.is_file():
        found = json.loads(done.read_text())
        if (found["key"], found["layer"]) == (key, model.layer):
            return Harvest.open(folder)
        shutil.rmtree(folder)
    folder.mkdir(parents=True, exist_ok=True)
    lengths: list[int] = []
    total = 0
    stream = iter(texts)
    with (folder / "resid_post.bf16").open("wb") as out, tqdm(total=tokens, unit="tok", unit_scale=True, desc=label) as bar:
        while (tokens is None or total < tokens) and (chunk := list(islice(stream, _TEXTS_AT_ONCE))):
            encoded = model.tokenizer.encode(chunk)
            if cut:
                encoded = [piece for whole in encoded for piece in _cut(whole)]
            for resid in model.resid_post(encoded):
                out.write(resid.to(torch.bfloat16).view(torch.int16).numpy().tobytes())
                lengths.append(len(resid))
                total += len(resid)
                bar.update(len(resid))
    np.save(folder / "lengths.npy", np.array(lengths, dtype=np.int64))
    partial = folder / "harvest.json.partial"
    facts = {"key": key, "layer": model.layer, "d_model": model.d_model, "tokens": sum(lengths), "texts": len(lengths)}
    partial.write_text(json.dumps(facts))
    partial.replace(done)
    return Harvest.open(folder)


def texts_key(texts: Iterable[str]) -> str:
    """A key for exactly these texts."""
    digest = hashlib.sha256()
    for text in texts:
        digest.update(text.encode(errors="surrogatepass") + b"\0")
    return digest.hexdigest()


def _cut(tokens: Tokens) -> Iterator[Tokens]:
    for at in range(0, len(tokens), WINDOW):
        piece = slice(at, at + WINDOW)
        yield Tokens(tokens.ids[piece], tokens.starts[piece], tokens.ends[piece])


def read_corpus(folder: Path, shares: dict[str, float], seed: int, *, held_out: bool = False) -> Iterator[str]:
    """Texts of a corpus folder (`LANG.NAME.jsonl.gz`), languages mixed by `shares` of characters, files and texts shuffled.

    The last fiftieth of each language is kept for measuring: only `held_out` gives it, and gives nothing else.

    Raises:
        ProbesError: the folder has no file of a language in `shares`.
    """
    texts = {language: iter(_part(_shuffled(folder, language, seed), held_out=held_out)) for language in shares}
    given = dict.fromkeys(shares, 0)
    while texts:
        language = min(texts, key=lambda name: given[name] / shares[name])
        text = next(texts[language], None)
        if text is None:
            del texts[language]
            continue
        given[language] += len(text)
        yield text


def _part(texts: list[str], *, held_out: bool) -> list[str]:
    edge = len(texts) * 49 // 50
    return texts[edge:] if held_out else texts[:edge]


def _shuffled(folder: Path, language: str, seed: int) -> list[str]:
    paths = sorted(folder.glob(f"{language}.*.jsonl.gz"))
    if not paths:
        raise ProbesError(f"{folder} has no {language}.*.jsonl.gz")
    texts: list[str] = []
    for path in paths:
        texts += read_texts(path)
    random.Random(seed).shuffle(texts)
    return texts


def read_texts(path: Path) -> Sequence[str]:
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        return [json.loads(line)["text"] for line in lines]

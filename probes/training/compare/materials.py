"""What a comparison stands on: its sizes, the texts, their residuals, and the dictionaries."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

import torch

from probes.base_model import BaseModel, default_dtype
from probes.errors import ProbesError
from probes.prepare import prepare
from probes.sae import Sae, load_sae
from probes.training.compare.inputs import Features, Residuals
from probes.training.compare.taps import multiply_adds, tapped
from probes.training.compare.texts import EVAL_SETS, Texts, eval_texts, training_texts
from probes.training.features import encode_sparse
from probes.training.harvest import Harvest, harvest, read_corpus
from probes.training.quality import Reconstruction, measure_reconstruction
from probes.training.sae import Normalisation, SaeConfig
from probes.training.train import SHARES, TrainConfig, fit_sae, sae_digest, sample_residuals

_MEASURED_TOKENS = 30_000


@dataclass(frozen=True, slots=True)
class CompareConfig:
    """Sizes of a comparison.

    `layers`: each entry one layer, or several that are read together. `layer`: where windows and dictionaries are compared.
    `dictionaries`: width and k of each. `features`: numbers of features to keep, None for all. `passes`: over the tokens of a
    dictionary. `decays`: strengths of L2 that each fit tries. `epochs`: so many that fits on few tokens come to rest too.
    """

    tokens: int = 400_000
    eval_tokens: int = 150_000
    corpus_tokens: int = 600_000
    layers: tuple[tuple[int, ...], ...] = ((3,), (5,), (7,), (9,), (12,), (5, 9))
    layer: int = 5
    dictionaries: tuple[tuple[int, int], ...] = ((2048, 56), (4096, 56), (8192, 24), (8192, 96), (8192, 56))
    features: tuple[int | None, ...] = (512, 1024, 4096, None)
    passes: float = 2.0
    sets: tuple[str, ...] = EVAL_SETS
    decays: tuple[float, ...] = (1e-5, 1e-4, 1e-3)
    epochs: int = 30
    seed: int = 0

    @property
    def taps(self) -> list[int]:
        """All layers that something is read from, ascending."""
        return sorted({self.layer, *(layer for group in self.layers for layer in group)})


@dataclass(frozen=True, slots=True)
class Dictionary:
    """An SAE of this run or a given one, and the digest of its tensors."""

    name: str
    sae: Sae
    digest: str


@dataclass(frozen=True, slots=True)
class Materials:
    """`train_taps`, `eval_taps`: residuals of all tapped layers side by side. `corpus`: residuals of `config.layer`.

    `costs`: multiply-adds a token by tapped layer.
    """

    config: CompareConfig
    work: Path
    train: Texts
    evaluation: Texts
    train_taps: Harvest
    eval_taps: Harvest
    corpus: Harvest
    costs: dict[int, int]

    def residuals(self, layers: Sequence[int]) -> Residuals:
        """Standardised residuals of one or several layers."""
        return Residuals.of(*([self._layer(taps, layer) for layer in layers] for taps in (self.train_taps, self.eval_taps)))

    def features(self, dictionary: Dictionary) -> Features:
        """Features of a dictionary of `config.layer`."""
        harvests = [self._layer(taps, self.config.layer) for taps in (self.train_taps, self.eval_taps)]
        return Features(*(encode_sparse(dictionary.sae, each) for each in harvests))

    def reconstruction(self, dictionary: Dictionary) -> Reconstruction:
        """Quality of a dictionary on a sample of the eval texts."""
        rows = self._layer(self.eval_taps, self.config.layer).resid_post
        drawn = torch.randperm(len(rows), generator=torch.Generator().manual_seed(self.config.seed))[:_MEASURED_TOKENS]
        return measure_reconstruction(dictionary.sae, rows[drawn.sort().values])

    @property
    def dictionary_tokens(self) -> int:
        """Tokens that the dictionaries of this run are trained on."""
        return len(self.corpus.resid_post) + len(self.train_taps.resid_post)

    def dictionaries(self) -> list[Dictionary]:
        """Train those of `config.dictionaries`, or load what an earlier run trained."""
        config = self.config
        harvests = [self.corpus, self._layer(self.train_taps, config.layer)]
        normalisation = Normalisation.of(sample_residuals(harvests, config.seed))
        facts = [(each.folder / "harvest.json").read_text() for each in harvests]
        key = sha256(repr((facts, config.layer, config.passes, config.seed)).encode()).hexdigest()[:12]
        found = []
        for d_sae, k in config.dictionaries:
            sizes = SaeConfig(d_sae=d_sae, k=k, seed=config.seed)
            training = TrainConfig(layer=config.layer, sae_passes=config.passes, seed=config.seed, sae=sizes)
            folder = self.work / "sae" / f"{d_sae}-{k}-{key}"
            sae = fit_sae(harvests, normalisation, folder, training)
            found.append(Dictionary(f"SAE {d_sae:,}, k {k}", sae, sae_digest(folder)))
        return found

    def given(self, folder: Path) -> Dictionary:
        """A full SAE from elsewhere.

        Raises:
            BundleError: it cannot be read.
            ProbesError: it reads another layer or width.
        """
        sae, d_model = load_sae(folder), self.corpus.resid_post.shape[1]
        if sae.layer not in (None, self.config.layer) or sae.d_model != d_model:
            raise ProbesError(
                f"{folder}: SAE of layer {sae.layer}, width {sae.d_model}; wanted: layer {self.config.layer}, width {d_model}"
            )
        digest = sha256(b"".join(path.read_bytes() for path in sorted(folder.glob("*.safetensors")))).hexdigest()
        return Dictionary(f"given SAE {sae.d_sae:,}", sae, digest)

    def _layer(self, taps: Harvest, layer: int) -> Harvest:
        return tapped(taps, self.config.taps, layer)


def gather(data: Path, work: Path, base_model: str, config: CompareConfig) -> Materials:
    """Draw the texts and harvest them, or open what an earlier run harvested in `work`.

    Raises:
        ProbesError: a set, the corpus or the base model is missing.
    """
    taps, dtype = config.taps, default_dtype()
    folder = prepare(base_model, taps[-1] + 1)
    model = BaseModel.load(folder, taps[-1], dtype, taps)
    train = training_texts(data, model.tokenizer, config.tokens, config.seed)
    measured = eval_texts(data / "labelled" / "eval", config.sets, model.tokenizer, config.eval_tokens, config.seed)
    costs = {layer: multiply_adds(model, layer) for layer in taps}
    train_taps, eval_taps = (
        harvest(model, texts.texts, work / name, f"{base_model} {taps} {texts.key}", label=name)
        for name, texts in (("train", train), ("eval", measured))
    )
    corpus = harvest(
        BaseModel.load(folder, config.layer, dtype),
        read_corpus(data / "corpus", SHARES, config.seed),
        work / "corpus",
        f"{base_model} {sorted(SHARES.items())} {config.corpus_tokens} tokens, seed {config.seed}",
        tokens=config.corpus_tokens,
        cut=True,
        label="corpus",
    )
    return Materials(config, work, train, measured, train_taps, eval_taps, corpus, costs)

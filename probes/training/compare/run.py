"""The comparison: every line of every table is fitted and measured alike."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

from probes.probe import BLOCKS, Block
from probes.training.compare.materials import CompareConfig, Dictionary, Materials, gather
from probes.training.compare.report import CompareReport, Line, Section
from probes.training.compare.trial import Bench, Trial
from probes.training.fit import FitConfig

NARROW: tuple[Block, ...] = ((-1, -1), (0, 0), (1, 1), (2, 2))
"""Window in which layers are compared: small, so that a wide one does not make up for what a layer does not know."""

WINDOWS: dict[str, tuple[Block, ...]] = {"t": ((0, 0),), "t−1…t+2": NARROW, f"shipped, {len(BLOCKS)} blocks": BLOCKS}


def compare(data: Path, work: Path, base_model: str, config: CompareConfig, given: Path | None = None) -> CompareReport:
    """Run the comparison; a second run goes on from what is finished in `work`.

    Args:
        data: folder with `corpus/`, `labelled/train` and `labelled/eval`.
        work: where harvests, SAEs and outcomes are kept.
        base_model: see `probes.prepare.prepare`.
        config: sizes.
        given: folder of a full SAE to compare with those trained here. Windows of features and numbers of features are then
            compared on it, else on the last of `config.dictionaries`.

    Raises:
        ProbesError: something is missing in `data`, or does not fit.
    """
    materials = gather(data, work, base_model, config)
    dictionaries = [*materials.dictionaries(), *([materials.given(given)] if given else [])]
    balance = FitConfig().balance
    bench = Bench(materials.train, materials.evaluation, base_model, config.decays, balance, work / "outcomes")
    tables = _Tables(materials, bench, dictionaries)
    sections = (tables.layers(), tables.windows(), tables.widths(), tables.kept())
    return CompareReport(sections, materials.train.tokens_by_name(), materials.evaluation.tokens_by_name())


@dataclass(frozen=True, slots=True)
class _Tables:
    materials: Materials
    bench: Bench
    dictionaries: Sequence[Dictionary]

    @property
    def config(self) -> CompareConfig:
        return self.materials.config

    def layers(self) -> Section:
        layer, costs = self.config.layer, self.materials.costs
        lines = []
        for group in self.config.layers:
            cost = costs[max(group)]
            lines.append(self._line(self._raw(group, NARROW), f"{cost / 1e6:.1f} M", f"{cost / costs[layer]:.2f}"))
        heads = ("multiply-adds a token", f"of layer {layer}'s")
        return Section("Layers", "Standardised residuals, all of them; window t−1…t+2.", heads, lines)

    def windows(self) -> Section:
        layer, dictionary = self.config.layer, self.dictionaries[-1]
        lines = []
        for name, blocks in WINDOWS.items():
            lines.append(self._line(self._raw((layer,), blocks), name))
            lines.append(self._line(self._features(dictionary, blocks, None), name))
        return Section("Windows", f"Layer {layer}; all residuals, and all features of an SAE.", ("window",), lines)

    def widths(self) -> Section:
        lines = [self._line(self._raw((self.config.layer,), BLOCKS), "–", "–", "–")]
        for each in self.dictionaries:
            quality = self.materials.reconstruction(each)
            facts = (f"{quality.variance_explained:.3f}", f"{quality.l0:.1f}", f"{quality.dead_share:.1%}")
            lines.append(self._line(self._features(each, BLOCKS, None), *facts))
        about = (
            f"Layer {self.config.layer}, the shipped window, all features. Variance explained, L0 and silent latents are those "
            f"of the eval texts, which no SAE saw. SAEs of this run learned from {self.materials.dictionary_tokens:,} tokens in "
            f"{self.config.passes:g} passes."
        )
        return Section("Dictionaries", about, ("variance explained", "L0", "silent"), lines)

    def kept(self) -> Section:
        dictionary = self.dictionaries[-1]
        lines = []
        for most in self.config.features:
            lines.append(self._line(self._features(dictionary, BLOCKS, most), "all" if most is None else f"{most:,}"))
        return Section("Features kept", f"Layer {self.config.layer}, the shipped window.", ("kept",), lines)

    def _line(self, trial: Trial, *facts: str) -> Line:
        return Line(trial.name, facts, self.bench.measure(trial))

    def _config(self, blocks: tuple[Block, ...]) -> FitConfig:
        return FitConfig(blocks=blocks, epochs=self.config.epochs, seed=self.config.seed)

    def _raw(self, layers: tuple[int, ...], blocks: tuple[Block, ...]) -> Trial:
        name = f"residuals {'+'.join(map(str, layers))}"
        return Trial(name, name, partial(self.materials.residuals, layers), self._config(blocks))

    def _features(self, dictionary: Dictionary, blocks: tuple[Block, ...], most: int | None) -> Trial:
        config = self._config(blocks)
        # The lasso drops features by itself, so it stays out where all are wanted.
        config = replace(config, features=dictionary.sae.d_sae, sparsity=0.0) if most is None else replace(config, features=most)
        return Trial(dictionary.name, dictionary.digest, partial(self.materials.features, dictionary), config)

"""Texts to findings: the whole path, as a library."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F

from probes.active import Active, joined
from probes.base_model import BaseModel, batches, default_dtype
from probes.blocks import rows
from probes.bundle import Bundle, Manifest, load_bundle
from probes.candidate import Reading
from probes.errors import BaseModelError
from probes.finding import Contribution, Detection, Finding
from probes.memory import give_back_memory
from probes.operating_point import BALANCED, OperatingPoint
from probes.prepare import prepare
from probes.score import Scored
from probes.tokens import Tokens, Window, windows

_GROUP_TOKENS = 32_768
_SAME_MODEL = 0.98
# Features that stand for a class in `Detection.activations`.
_LEADING = 8


@dataclass(frozen=True, slots=True, eq=False)
class Document:
    """A text and what the base model reads of it, one window after the other."""

    text: str
    tokens: Tokens
    windows: tuple[Window, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Residuals:
    """What a pass of the model gives.

    Attributes:
        resid_post: of each window the tokens that it keeps, `[n, d_model]`.
        computed: rows of the products that computed them, more than the windows have tokens.
    """

    resid_post: tuple[torch.Tensor, ...]
    computed: int


@dataclass(frozen=True, slots=True)
class WindowReading:
    """What the probe makes of the tokens that one window keeps: their part in the logits (`Probe.spread`), their features."""

    spread: np.ndarray
    active: Active


class Detector:
    """Finds personal data in texts. Safe in several threads.

    Attributes:
        base_model: the blocks that are read.
        manifest: the bundle's manifest.
        digest: SHA-256 hex over the bundle.
    """

    def __init__(self, base_model: BaseModel, bundle: Bundle) -> None:
        self.base_model = base_model
        self._probe, self._score, self._transitions = bundle.probe, bundle.score, bundle.transitions
        self.manifest: Manifest = bundle.manifest
        self.digest = bundle.digest
        self._encoder = bundle.encoder.to(base_model.blocks.embedding.device, base_model.dtype)
        self._flat = bundle.probe.flat().contiguous()
        labels = range(1, 1 + len(self.manifest.entity_types))
        self._margin_weights = [bundle.probe.margin_weights(label) for label in labels]
        self._leading = np.stack([bundle.probe.leading(label, _LEADING) for label in labels])
        self._leads = np.isin(np.arange(len(self.manifest.feature_ids)), self._leading)
        self._ceiling = bundle.probe.ceiling.numpy()

    @classmethod
    def load(
        cls,
        bundle: Path | str,
        base_model: str,
        *,
        dtype: str = "auto",
        device: str = "cpu",
        threads: int | None = None,
        progress: bool = True,
    ) -> Detector:
        """Load a bundle and the base model it was trained on, preparing the model where that is not done yet.

        Args:
            bundle: folder of the bundle.
            base_model: see `probes.prepare.prepare`.
            dtype: of the base model's products: `auto` (`default_dtype`), `bfloat16`, `float32` or `int8` (most of them; the rest
                as with `auto`). Features come from products in the same type, int8 aside; their activations and all that
                follows are fp32.
            device: `cpu` or `cuda`, for the base model and the encoder.
            threads: threads of torch's products; torch decides where None.
            progress: show progress bars while the model is prepared.

        Raises:
            BundleError, BaseModelError: something is missing, damaged or does not belong together.
        """
        if threads is not None:
            torch.set_num_threads(threads)
        loaded = load_bundle(Path(bundle))
        folder = prepare(base_model, loaded.manifest.layer + 1, progress=progress)
        kind = default_dtype(device) if dtype in ("auto", "int8") else getattr(torch, dtype)
        model = BaseModel.load(folder, loaded.manifest.layer, kind, int8=dtype == "int8", device=device)
        check_same_model(model, loaded, folder)
        detector = cls(model, loaded)
        give_back_memory()
        return detector

    def detect(
        self,
        texts: Sequence[str],
        *,
        top_features: int = 5,
        operating_point: str = BALANCED,
        structure: bool = True,
        thresholds: Mapping[str, float] | None = None,
    ) -> list[Detection]:
        """Findings of each text, in order. Every token is read: nothing is truncated.

        Args:
            texts: any lengths; long ones are read in overlapping windows.
            top_features: how many contributions a finding lists; the rest is summed in `other_features`.
            operating_point: a name in `OPERATING_POINTS`.
            structure: whether check sums, grammars and other mentions of a name count as evidence.
            thresholds: by entity type, in place of the operating point's. Below it, they only bring out candidates of the
                operating point's decoder.

        Raises:
            ValueError: there is no such operating point.
        """
        self._point(operating_point)
        return [
            self.conclude(
                document,
                readings,
                top_features=top_features,
                operating_point=operating_point,
                structure=structure,
                thresholds=thresholds,
            )
            for document, readings in self._read(texts)
        ]

    def documents(self, texts: Sequence[str]) -> list[Document]:
        """The texts, tokenized: the first of the four steps of `detect`."""
        encoded = self.base_model.tokenizer.encode(list(texts))
        return [Document(text, tokens, tuple(windows(len(tokens)))) for text, tokens in zip(texts, encoded, strict=True)]

    def forward(self, parts: Sequence[tuple[Document, Window]]) -> Residuals:
        """One pass of the model over windows, each with its document: the second step.

        Windows of one length should stand together.
        """
        resid_post = self.base_model.forward([(document.tokens, window) for document, window in parts])
        return Residuals(tuple(resid_post), rows(sum(len(window) for _, window in parts)))

    @torch.inference_mode()
    def probe(self, residuals: Residuals) -> list[WindowReading]:
        """Features and their part in the logits, a reading for each window of a pass: the third step."""
        if not residuals.resid_post:
            return []
        lengths = [len(each) for each in residuals.resid_post]
        active = self._active(torch.cat(residuals.resid_post))
        spreads = self._probe.spread(self._projected(active), lengths)
        return [WindowReading(spread.numpy(), each) for spread, each in zip(spreads, active.split(lengths), strict=True)]

    def conclude(
        self,
        document: Document,
        readings: Sequence[WindowReading],
        *,
        top_features: int = 5,
        operating_point: str = BALANCED,
        structure: bool = True,
        thresholds: Mapping[str, float] | None = None,
    ) -> Detection:
        """The findings of a document from the readings of its windows, in their order: the last step. See `detect`."""
        reading = self._whole(document, readings)
        active = joined([each.active for each in readings])
        found = self._scored(reading, operating_point, structure=structure)
        reported = self._reported(found, operating_point, thresholds or {})
        findings = tuple(self._explained(scored, active, top_features) for scored in reported)
        scores = tuple((scored.candidate.entity_type, scored.probability) for scored in found)
        return Detection(findings, len(document.tokens), scores, self._activations(active))

    def readings(self, texts: Sequence[str]) -> list[Reading]:
        """What the probe makes of each text, in order: the expensive part, from which `decide` answers at any operating point."""
        return [self._whole(document, readings) for document, readings in self._read(texts)]

    def decide(self, reading: Reading, operating_point: str = BALANCED, *, structure: bool = True) -> list[Scored]:
        """What `detect` reports of a reading, by start, without the reasons.

        Raises:
            ValueError: there is no such operating point.
        """
        return self._reported(self._scored(reading, operating_point, structure=structure), operating_point, {})

    def _scored(self, reading: Reading, operating_point: str, *, structure: bool) -> list[Scored]:
        return self._score.read(reading, self._point(operating_point).none_bias, structure=structure)

    def _reported(self, found: Sequence[Scored], operating_point: str, thresholds: Mapping[str, float]) -> list[Scored]:
        least = {**self._point(operating_point).thresholds, **thresholds}
        return [scored for scored in found if scored.probability >= least[scored.candidate.entity_type]]

    def _point(self, name: str) -> OperatingPoint:
        if name not in self.manifest.operating_points:
            raise ValueError(f"no operating point {name!r}")
        return self.manifest.operating_points[name]

    def _read(self, texts: Sequence[str]) -> Iterator[tuple[Document, list[WindowReading]]]:
        documents = self.documents(texts)
        for group in _groups(documents):
            parts = [(document, window) for document in group for window in document.windows]
            done: dict[int, WindowReading] = {}
            for batch in batches([len(window) for _, window in parts]):
                done.update(zip(batch, self.probe(self.forward([parts[i] for i in batch])), strict=True))
            readings = iter(done[i] for i in range(len(parts)))
            for document in group:
                yield document, [next(readings) for _ in document.windows]

    def _active(self, resid_post: torch.Tensor) -> Active:
        """What the probe reads of residuals `[n, d_model]`: JumpReLU activations cut at the ceiling."""
        ids, values, counts = (each.cpu() for each in self._encoder.active(resid_post))
        cut = torch.minimum(values, self._probe.ceiling[ids])
        starts = np.concatenate([[0], np.cumsum(counts.numpy())])
        return Active(ids.to(torch.int32).numpy(), cut.numpy(), starts)

    def _projected(self, active: Active) -> torch.Tensor:
        """`[n, n_blocks * n_tags]`: features times weights."""
        ids, values, starts = (torch.from_numpy(each) for each in (active.ids, active.values, active.starts))
        return F.embedding_bag(ids.long(), self._flat, starts, mode="sum", per_sample_weights=values, include_last_offset=True)

    def _whole(self, document: Document, readings: Sequence[WindowReading]) -> Reading:
        before, behind = self._probe.reach
        n = len(document.tokens)
        logits = np.tile(self._probe.b.numpy(), (n, 1))
        for window, reading in zip(document.windows, readings, strict=True):
            # What the window's tokens add beyond it belongs to its neighbours, and beyond the text to nobody.
            first, end = window.keep - before, window.end + behind
            logits[max(0, first) : end] += reading.spread[max(0, -first) : len(reading.spread) - max(0, end - n)]
        return Reading(document.text, document.tokens, logits, self._transitions, self.manifest.entity_types)

    def _activations(self, active: Active) -> Mapping[str, float]:
        led = self._leads[active.ids]
        ids = active.ids[led]
        peaks = np.zeros(len(self._ceiling), dtype=np.float32)
        np.maximum.at(peaks, ids, active.values[led] / self._ceiling[ids])
        return dict(zip(self.manifest.entity_types, peaks[self._leading].mean(1).tolist(), strict=True))

    def _explained(self, scored: Scored, active: Active, top_features: int) -> Finding:
        candidate, span, probe = scored.candidate, scored.candidate.tokens, self._probe
        ahead, back = probe.reach
        first = max(0, span.start - back)
        around = active.rows(first, min(len(active), span.end + ahead))
        shares = probe.contributions(around, span.start - first, span.end - span.start, self._margin_weights[span.label - 1])
        top = np.argsort(-np.abs(shares))[:top_features]
        listed = tuple(Contribution(self.manifest.feature_ids[k], float(shares[k])) for k in top if shares[k] != 0)
        return Finding(
            entity_type=candidate.entity_type,
            start=candidate.start,
            end=candidate.end,
            probability=scored.probability,
            logit=scored.logit,
            bias=candidate.margin - float(shares.sum()),
            contributions=listed,
            other_features=float(shares.sum()) - sum(item.logit for item in listed),
            evidence=scored.evidence,
        )


def fingerprint(base_model: BaseModel, text: str, mean: torch.Tensor) -> torch.Tensor:
    """`[d_model]`: mean residual of `text` minus `mean`, which tells one base model (and layer) from another."""
    (resid_post,) = base_model.resid_post(base_model.tokenizer.encode([text]))
    return resid_post.float().mean(0) - mean


def check_same_model(model: BaseModel, bundle: Bundle, folder: Path) -> None:
    """Check that the model, which was read from `folder`, answers as the one did that the bundle was trained on.

    Raises:
        BaseModelError: it does not.
    """
    base = bundle.manifest.base
    for name in ("d_model", "vocab_size"):
        has, needs = getattr(model, name), getattr(base, name)
        if has != needs:
            raise BaseModelError(f"{folder} has {name} {has}; bundle {bundle.manifest.name} needs {needs}")
    found = fingerprint(model, base.fingerprint_text, bundle.mean)
    similarity = float(torch.cosine_similarity(found, bundle.fingerprint, dim=0))
    if not similarity >= _SAME_MODEL:
        raise BaseModelError(
            f"{folder} is not {base.name}: its layer {base.layer} answers differently"
            f" (cosine {similarity:.3f}, at least {_SAME_MODEL} is needed)"
        )


def _groups(documents: Sequence[Document]) -> Iterator[list[Document]]:
    group: list[Document] = []
    total = 0
    for document in documents:
        if group and total + len(document.tokens) > _GROUP_TOKENS:
            yield group
            group, total = [], 0
        group.append(document)
        total += len(document.tokens)
    yield group

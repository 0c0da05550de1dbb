"""Texts to findings: the whole path, as a library. One detector belongs to one thread."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import torch

from probes.base_model import BaseModel, default_dtype
from probes.bundle import Bundle, Manifest, load_bundle
from probes.candidate import Reading
from probes.errors import BaseModelError
from probes.finding import Contribution, Detection, Finding
from probes.operating_point import BALANCED, OperatingPoint
from probes.prepare import prepare
from probes.score import Scored
from probes.tags import span_tags
from probes.tokens import Tokens

_GROUP_TOKENS = 32_768
_CHUNK = 4096
_SAME_MODEL = 0.98


class Detector:
    """Finds personal data in texts.

    Attributes:
        manifest: the bundle's manifest.
        digest: SHA-256 hex over the bundle.
    """

    def __init__(self, base_model: BaseModel, bundle: Bundle) -> None:
        self._base = base_model
        self._bundle = bundle
        self.manifest: Manifest = bundle.manifest
        self.digest = bundle.digest
        self._flat = bundle.probe.flat()

    @classmethod
    def load(
        cls, bundle: Path | str, base_model: str, *, dtype: str = "auto", threads: int | None = None, progress: bool = True
    ) -> Detector:
        """Load a bundle and the base model it was trained on, preparing the model where that is not done yet.

        Args:
            bundle: folder of the bundle.
            base_model: see `probes.prepare.prepare`.
            dtype: `auto`, `bfloat16` or `float32`, of the base model; features and logits are always fp32.
            threads: threads of torch's products; torch decides where None.
            progress: show progress bars while the model is prepared.

        Raises:
            BundleError, BaseModelError: something is missing, damaged or does not belong together.
        """
        if threads is not None:
            torch.set_num_threads(threads)
        loaded = load_bundle(Path(bundle))
        folder = prepare(base_model, loaded.manifest.layer + 1, progress=progress)
        kind = default_dtype() if dtype == "auto" else getattr(torch, dtype)
        model = BaseModel.load(folder, loaded.manifest.layer, kind)
        check_same_model(model, loaded, folder)
        return cls(model, loaded)

    def detect(
        self, texts: Sequence[str], *, top_features: int = 5, operating_point: str = BALANCED, structure: bool = True
    ) -> list[Detection]:
        """Findings of each text, in order. Every token is read: nothing is truncated.

        Args:
            texts: any lengths; long ones are read in overlapping windows.
            top_features: how many contributions a finding lists; the rest is summed in `other_features`.
            operating_point: a name in `OPERATING_POINTS`.
            structure: whether check sums, grammars and other mentions of a name count as evidence.

        Raises:
            ValueError: there is no such operating point.
        """
        self._point(operating_point)
        detections: list[Detection] = []
        for reading, resid_post in self._read(texts):
            kept = self.decide(reading, operating_point, structure=structure)
            findings = tuple(self._explained(scored, resid_post, top_features) for scored in kept)
            detections.append(Detection(findings, len(reading.tokens)))
        return detections

    def readings(self, texts: Sequence[str]) -> list[Reading]:
        """What the probe makes of each text, in order: the expensive part, from which `decide` answers at any operating point."""
        return [reading for reading, _ in self._read(texts)]

    def decide(self, reading: Reading, operating_point: str = BALANCED, *, structure: bool = True) -> list[Scored]:
        """What `detect` reports of a reading, by start, without the reasons.

        Raises:
            ValueError: there is no such operating point.
        """
        point = self._point(operating_point)
        found = self._bundle.score.read(reading, point.none_bias, structure=structure)
        return [scored for scored in found if scored.probability >= point.thresholds[scored.candidate.entity_type]]

    def reading(self, text: str, tokens: Tokens, resid_post: torch.Tensor) -> Reading:
        """One text as the probe reads it."""
        logits = self.logits(resid_post).numpy()
        return Reading(text, tokens, logits, self._bundle.transitions, self.manifest.entity_types)

    @torch.inference_mode()
    def features(self, resid_post: torch.Tensor) -> torch.Tensor:
        """What the probe reads of residuals `[n, d_model]`: fp32 `[n, n_features]`, JumpReLU activations cut at the ceiling."""
        return self._bundle.probe.read(self._bundle.encoder.encode(resid_post))

    @torch.inference_mode()
    def logits(self, resid_post: torch.Tensor) -> torch.Tensor:
        """Tag logits fp32 `[n, n_tags]` of one text; tag 0 is `NONE`."""
        # In chunks, because the features of a long text would need gigabytes.
        projected = [self.features(resid_post[at : at + _CHUNK]) @ self._flat for at in range(0, len(resid_post), _CHUNK)]
        return self._bundle.probe.logits(torch.cat(projected) if projected else torch.empty(0, self._flat.shape[1]))

    def _point(self, name: str) -> OperatingPoint:
        if name not in self.manifest.operating_points:
            raise ValueError(f"no operating point {name!r}")
        return self.manifest.operating_points[name]

    def _read(self, texts: Sequence[str]) -> Iterator[tuple[Reading, torch.Tensor]]:
        encoded = self._base.tokenizer.encode(list(texts))
        for group in _groups(encoded):
            residuals = self._base.resid_post(encoded[group])
            for text, tokens, resid_post in zip(texts[group], encoded[group], residuals, strict=True):
                yield self.reading(text, tokens, resid_post), resid_post

    def _explained(self, scored: Scored, resid_post: torch.Tensor, top_features: int) -> Finding:
        candidate, span, probe = scored.candidate, scored.candidate.tokens, self._bundle.probe
        first = max(0, span.start + min(low for low, _ in probe.blocks))
        around = self.features(resid_post[first : span.end + max(high for _, high in probe.blocks)])
        shares = probe.contributions(around, span.start - first, span_tags(span.label, span.end - span.start))
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


def _groups(encoded: Sequence[Tokens]) -> Iterator[slice]:
    start = total = 0
    for i, tokens in enumerate(encoded):
        if i > start and total + len(tokens) > _GROUP_TOKENS:
            yield slice(start, i)
            start, total = i, 0
        total += len(tokens)
    if start < len(encoded):
        yield slice(start, len(encoded))

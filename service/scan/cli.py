"""The command `scan`; it needs the extra `scan`, and `serve` too where the model is loaded here."""

from __future__ import annotations

import codecs
import hashlib
import json
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal, NoReturn

import typer

from piiprobe import DetectOptions, InvalidArgumentError, OperatingPoint, PiiprobeError
from service.connection import Ca, Cert, Key, ServerName, Target, TokenFile, connect
from service.faults import describe
from service.scan import options
from service.scan.checkpoint import Checkpoint, CheckpointError, beside
from service.scan.copies import Copies
from service.scan.engine import WAIT_S, Engine, Server
from service.scan.files import Choice, File, Format, find
from service.scan.pipeline import Pipeline
from service.scan.progress import Bar
from service.scan.readers import Reading
from service.scan.repeats import Repeats
from service.scan.rows import WRITERS
from service.scan.run import Output, Scan
from service.scan.summary import Summary

if TYPE_CHECKING:
    from service.scan.local import Detects

FOUND, USAGE, NOT_READ = 1, 2, 3
"""Exit codes, beside 0; a failure wins over findings."""

Load = Callable[[str | None, str | None, OperatingPoint | None, int | None], "tuple[Detects, OperatingPoint, int]"]
"""Of bundle, base model, operating point and threads: the detector, its operating point, and the code points of a document."""

_SAVE_EVERY_S = 2.0


def scan_with(load: Load) -> Callable[..., None]:
    """The command, where `load` loads the model for `--local`."""

    def scan(
        paths: Annotated[list[str], typer.Argument(help="Files and folders, or - for standard input.")],
        target: Target = None,
        ca: Ca = None,
        cert: Cert = None,
        key: Key = None,
        server_name: ServerName = None,
        token_file: TokenFile = None,
        local: Annotated[bool, typer.Option("--local", help="Ask no server: load the model here.")] = False,
        bundle: Annotated[str | None, typer.Option(help="As of detect.", show_default=False)] = None,
        base_model: Annotated[str | None, typer.Option(help="As of detect.", show_default=False)] = None,
        threads: Annotated[int | None, typer.Option(help="Of --local; all cores where unset.", show_default=False)] = None,
        include: Annotated[
            list[str] | None, typer.Option(help="Glob: of folders, take only such files; may be repeated.", show_default=False)
        ] = None,
        exclude: Annotated[
            list[str] | None,
            typer.Option(help="Glob: of folders, leave out such files and folders; may be repeated.", show_default=False),
        ] = None,
        format: Annotated[
            Format | None, typer.Option(help="Of all files; their suffixes say it where unset.", show_default=False)
        ] = None,
        encoding: Annotated[str, typer.Option(help="Of text, JSONL and CSV.")] = "utf-8",
        delimiter: Annotated[
            str | None, typer.Option(help="Between the cells of CSV.", show_default="a comma, in .tsv a tab")
        ] = None,
        field: Annotated[
            list[str] | None,
            typer.Option(help="Read only this field or column of records; may be repeated.", show_default=False),
        ] = None,
        entity_type: Annotated[
            list[str] | None, typer.Option(help="Report only this; may be repeated.", show_default=False)
        ] = None,
        top_features: Annotated[int, typer.Option(help="Features to list for each finding.", min=0, max=64)] = 5,
        operating_point: Annotated[OperatingPoint | None, typer.Option(help="As of detect.", show_default=False)] = None,
        structure: Annotated[bool, typer.Option(help="As of detect.")] = True,
        threshold: Annotated[
            list[str] | None,
            typer.Option(help="CLASS:MIN, the least probability that is reported; may be repeated.", show_default=False),
        ] = None,
        allow: Annotated[
            Path | None, typer.Option(help="File of texts that are never reported, one a line.", show_default=False)
        ] = None,
        deny: Annotated[
            Path | None,
            typer.Option(help="File of texts that are always reported: on each line a class and a text.", show_default=False),
        ] = None,
        patterns: Annotated[
            Path | None, typer.Option(help="YAML of NAME: {regex: …, entity_type: …}, always reported.", show_default=False)
        ] = None,
        out: Annotated[
            Path | None,
            typer.Option(
                help="Findings: .jsonl, .csv or .parquet. A scan with it can be killed and made again.",
                show_default="JSONL on stdout",
            ),
        ] = None,
        show_text: Annotated[bool, typer.Option("--show-text", help="Write the text of findings, too.")] = False,
        sarif: Annotated[Path | None, typer.Option(help="Findings for a code host, as SARIF 2.1.0.", show_default=False)] = None,
        redact: Annotated[
            Path | None, typer.Option(help="YAML with policies: write redacted copies.", show_default=False)
        ] = None,
        policy_name: Annotated[
            str | None, typer.Option(help="Which of them; may be left out where there is one.", show_default=False)
        ] = None,
        key_file: Annotated[
            Path | None,
            typer.Option(envvar="PIIPROBE_REDACTION_KEY_FILE", help="Key for hash, pseudonym and encrypt."),
        ] = None,
        redacted_to: Annotated[Path | None, typer.Option(help="Folder for the copies.", show_default=False)] = None,
        fail: Annotated[bool, typer.Option("--fail", help="Exit with 1 where anything is found.")] = False,
        fail_on: Annotated[
            list[str] | None,
            typer.Option(help="CLASS or CLASS:MIN: exit with 1 where this is found; may be repeated.", show_default=False),
        ] = None,
        summary: Annotated[Literal["table", "json"], typer.Option(help="What is written to stderr at the end.")] = "table",
        progress: Annotated[bool | None, typer.Option(help="Show a bar.", show_default="where stderr is a terminal")] = None,
        restart: Annotated[bool, typer.Option("--restart", help="Begin anew, whatever an earlier scan has done.")] = False,
        save_every: Annotated[float, typer.Option(help="Seconds between checkpoints.", min=0.0)] = _SAVE_EVERY_S,
    ) -> None:
        """Find the PII in files: text, JSONL, CSV, Parquet, gzip of them.

        Exits with 0, or 1 where --fail or --fail-on says so, 2 where it is called wrongly, 3 where something was not read.
        """
        denied, named = options.deny_terms(deny), options.patterns(patterns)
        detect: DetectOptions = {
            "entity_types": entity_type or [],
            "top_features": top_features,
            "operating_point": operating_point,
            "structure": structure,
            "thresholds": options.thresholds_of(threshold or []),
            "allow": options.terms(allow),
            "deny": denied,
            "patterns": named,
        }
        rules = options.fail_on(fail_on or [], fail)
        written = _output(out, sarif, show_text)
        reading = Reading(_encoding(encoding), tuple(field or ()), _delimiter(delimiter), copied=redact is not None)
        files = _files(paths, Choice(include or (), exclude or (), format, _own(written, redacted_to)))
        copies, policy = None, ""
        if redact is not None and redacted_to is not None:
            redactor, policy = options.redactor(redact, policy_name, key_file)
            copies = Copies(redactor, _copy_paths(files, redacted_to, reading.encoding))
        elif redact or redacted_to:
            _fail("--redact and --redacted-to: both or neither", USAGE)

        with _told():
            engine: Engine
            if local:
                from service.scan.local import Here

                engine = Here(*load(bundle, base_model, operating_point, threads), detect)
            else:
                client = connect(target, ca, cert, key, server_name, token_file, timeout=60.0, retry_for=WAIT_S)
                engine = Server(client, detect)
            own = {*(term.entity_type for term in denied), *(pattern.entity_type for pattern in named)}
            if unknown := sorted(rules.by_class.keys() - (entity_type or {*engine.entity_types, *own})):
                _fail(f"--fail-on: {', '.join(unknown)} will never be found", USAGE)
            asked = {
                "inputs": _digest([[each.name, each.format, each.size, each.changed_ns, each.problem] for each in files]),
                "options": _digest(
                    [
                        detect,
                        reading.encoding,
                        reading.fields,
                        reading.delimiter,
                        show_text,
                        bool(sarif),
                        policy,
                        str(redacted_to),
                    ]
                ),
                "model": engine.model,
            }
            start = Checkpoint(asked)
            if checkpoint := written.checkpoint:
                if restart:
                    checkpoint.unlink(missing_ok=True)
                start = start.resumed(checkpoint)
                if start.read:
                    typer.echo(f"piiprobe: going on behind {start.read:,} records of an earlier scan", err=True)
            counts = Summary(rules)
            scan = Scan(files, reading, written, counts, copies, start, save_every)
            total = None if any(each.path is None for each in files) else sum(each.size for each in files)
            with closing(scan), Bar(total, shown=sys.stderr.isatty() if progress is None else progress) as bar:
                scan.run(Pipeline(engine, Repeats()), bar)
        shown = counts.as_json if summary == "json" else counts.as_table
        typer.echo(shown(len(files), scan.records), err=True)
        if counts.failures:
            raise typer.Exit(NOT_READ)
        if counts.fails:
            raise typer.Exit(FOUND)

    return scan


@contextmanager
def _told() -> Iterator[None]:
    """Errors in words, with the exit code that belongs to them."""
    try:
        yield
    except InvalidArgumentError as error:
        _fail(error.message, USAGE)
    except CheckpointError as error:
        _fail(str(error), USAGE)
    except OSError as error:
        _fail(f"{error.filename or 'writing'}: {error.strerror}", NOT_READ)
    except PiiprobeError as error:
        _fail(f"{error}; the scan is not finished. With --out, the same command goes on where it was", NOT_READ)
    except (typer.Exit, typer.BadParameter):
        raise
    except Exception as error:
        # Its message may hold text, and its exit code would be that of findings.
        _fail(f"the scan broke: {describe(error)}", NOT_READ)


def _files(paths: Sequence[str], choice: Choice) -> list[File]:
    try:
        files = find(paths, choice)
    except FileNotFoundError as error:
        _fail(f"{error}: is not there", USAGE)
    if not files:
        _fail("no files to read", USAGE)
    if sum(file.path is None for file in files) > (choice.format != "parquet"):
        _fail("standard input can be read once, and not as Parquet", USAGE)
    if any(file.path and file.path.resolve() in choice.own for file in files):
        _fail("a file that is scanned would be written over", USAGE)
    return files


def _output(out: Path | None, sarif: Path | None, show_text: bool) -> Output:
    if out and out.suffix not in WRITERS:
        _fail(f"--out: one of {', '.join(WRITERS)}", USAGE)
    return Output(out, sarif, show_text)


def _own(written: Output, redacted_to: Path | None) -> set[Path]:
    """What the scan writes, so that it is not scanned."""
    files = [path for path in (written.out, written.sarif) if path]
    suffixes = ("", ".partial", ".new", ".checkpoint", ".checkpoint.new")
    return {
        path.resolve()
        for path in [*(beside(file, suffix) for file in files for suffix in suffixes), *filter(None, [redacted_to])]
    }


def _copy_paths(files: Sequence[File], folder: Path, encoding: str) -> list[Path]:
    paths = [folder / file.below for file in files]
    if len(set(paths)) < len(paths):
        _fail("--redacted-to: two files would have one copy; scan them one after the other", USAGE)
    if {path.resolve() for path in paths} & {file.path.resolve() for file in files if file.path}:
        _fail("--redacted-to: a copy would be written over a file that is scanned", USAGE)
    if "aa".encode(encoding) != 2 * "a".encode(encoding):
        _fail(
            f"--redact: {encoding} begins with a mark, and copies are written in parts; name the byte order, as in utf-16-le",
            USAGE,
        )
    return paths


def _encoding(name: str) -> str:
    try:
        return codecs.lookup(name).name
    except LookupError:
        _fail("--encoding: is none that Python knows", USAGE)


def _delimiter(given: str | None) -> str | None:
    if given is not None and (len(given) != 1 or given in '"\r\n'):
        _fail("--delimiter: one character, and no quote", USAGE)
    return given


def _digest(value: object) -> str:
    return hashlib.sha256(json.dumps(value, sort_keys=True, default=asdict).encode()).hexdigest()


def _fail(message: str, code: int) -> NoReturn:
    typer.echo(f"piiprobe: {message}", err=True)
    raise typer.Exit(code)

"""The commands that rewrite a text and put back what was encrypted; they need the extra `redact`.

A server is asked for findings alone: policy, key and rewritten text stay here.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Annotated, NoReturn

import typer

from piiprobe import OperatingPoint, PiiprobeError
from piiprobe.redaction import Policy, Redactor, is_leak, load_policies, new_key, read_key, write_key
from piiprobe.redaction import restore as restored_by
from piiprobe.redaction.apply import Found
from service.connection import Ca, Cert, Key, ServerName, Target, TokenFile, connect

Finder = Callable[[str | None, str | None, OperatingPoint | None, bool], Callable[[str], Sequence[Found]]]
"""What finds in process, by bundle, base model, operating point and whether structure counts."""

Text = Annotated[str, typer.Argument(help="The text, or - to read standard input.")]
KeyFile = Annotated[
    Path | None,
    typer.Option(
        envvar="PIIPROBE_REDACTION_KEY_FILE", help="Key for hash, pseudonym and encrypt; piiprobe redact-key makes one."
    ),
]


def redact_with(finder: Finder) -> Callable[..., None]:
    """The command `redact`, where `finder` finds for `--local`."""

    def redact(
        text: Text,
        policy: Annotated[
            Path | None, typer.Option(help="YAML with policies; where unset, everything is replaced.", show_default=False)
        ] = None,
        policy_name: Annotated[
            str | None, typer.Option(help="Which of them; may be left out where there is one.", show_default=False)
        ] = None,
        key_file: KeyFile = None,
        check: Annotated[
            bool, typer.Option("--check", help="Look at the result again; exit with 1 where something is left.")
        ] = False,
        target: Target = None,
        ca: Ca = None,
        cert: Cert = None,
        key: Key = None,
        server_name: ServerName = None,
        token_file: TokenFile = None,
        local: Annotated[bool, typer.Option("--local", help="Ask no server: load the model here.")] = False,
        operating_point: Annotated[OperatingPoint | None, typer.Option(help="As of detect.", show_default=False)] = None,
        structure: Annotated[bool, typer.Option(help="As of detect.")] = True,
        timeout: Annotated[float, typer.Option(help="Seconds to wait for a server's answer.", min=0.001)] = 30.0,
        bundle: Annotated[str | None, typer.Option(help="As of detect.", show_default=False)] = None,
        base_model: Annotated[str | None, typer.Option(help="As of detect.", show_default=False)] = None,
    ) -> None:
        """Rewrite the PII in a text by a policy. A server is asked for findings alone: policy and key stay here."""
        redactor = _redactor(policy, policy_name, key_file)
        given = _read(text)
        if local:
            _show(given, redactor, finder(bundle, base_model, operating_point, structure), text, check)
            return
        with connect(target, ca, cert, key, server_name, token_file, timeout=timeout) as client:

            def find(text: str) -> Sequence[Found]:
                try:
                    return client.detect(text, top_features=0, operating_point=operating_point, structure=structure).findings
                except PiiprobeError as error:
                    _fail(str(error))

            _show(given, redactor, find, text, check)

    return redact


def restore(
    text: Text,
    key_file: KeyFile = None,
    as_json: Annotated[bool, typer.Option("--json", help="The text is JSON: escape what is put back.")] = False,
) -> None:
    """Put back what was encrypted; exits with 1 where an encrypted value stays. Needs no server."""
    if key_file is None:
        _fail("restore needs --key-file", 2)
    restored = restored_by(_read(text), _key(key_file), json=as_json)
    _write(restored.text, text)
    changed = restored.failed - restored.of_another_key
    typer.echo(f"{restored.restored} put back, {restored.of_another_key} of another key, {changed} changed", err=True)
    if restored.failed:
        raise typer.Exit(1)


def redact_key(path: Annotated[Path, typer.Argument(help="A file that is not there yet.")]) -> None:
    """Make a key for redaction, in a new file that its owner alone can read."""
    try:
        write_key(path, new_key())
    except OSError as error:
        _fail(f"{path}: {error.strerror}")


def _show(given: str, redactor: Redactor, find: Callable[[str], Sequence[Found]], text: str, check: bool) -> None:
    redacted = redactor.redact(given, find(given))
    _write(redacted.text, text)
    leaks = [finding for finding in find(redacted.text) if is_leak(finding, redacted)] if check else []
    for leak in leaks:
        typer.echo(f"still found: {leak.entity_type} {leak.start}..{leak.end}", err=True)
    if leaks:
        raise typer.Exit(1)


def _redactor(policy_file: Path | None, name: str | None, key_file: Path | None) -> Redactor:
    policy = _policy(policy_file, name) if policy_file else Policy()
    if name and not policy_file:
        _fail("--policy-name needs --policy", 2)
    key = _key(key_file) if key_file and policy.needs_key else None
    if policy.needs_key and key is None:
        _fail("the policy needs --key-file", 2)
    return Redactor(policy, key)


def _policy(path: Path, name: str | None) -> Policy:
    try:
        policies = load_policies(path)
    except (OSError, ValueError) as error:
        _fail(_reason(path, error), 2)
    if name is None and len(policies) == 1:
        (name,) = policies
    if name not in policies:
        _fail(f"--policy-name: one of {', '.join(policies)}", 2)
    return policies[name]


def _key(path: Path) -> bytes:
    try:
        return read_key(path)
    except (OSError, ValueError) as error:
        _fail(_reason(path, error), 2)


def _reason(path: Path, error: OSError | ValueError) -> str:
    return f"{path}: {error.strerror if isinstance(error, OSError) else error}"


def _read(text: str) -> str:
    if text != "-":
        return text
    try:
        # As it is: in text mode ends of lines would be changed.
        given = typer.get_binary_stream("stdin").read().decode()
    except UnicodeDecodeError:
        given = None
    # Outside of the handler, because the error holds the text.
    if given is None:
        _fail("standard input is not UTF-8")
    return given


def _write(new: str, argument: str) -> None:
    typer.echo(new.encode("utf-8", "surrogatepass"), nl=argument != "-")


def _fail(message: str, code: int = 1) -> NoReturn:
    typer.echo(f"piiprobe: {message}", err=True)
    raise typer.Exit(code)

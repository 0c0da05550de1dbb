"""What flags and the files that they name say about how to look, what to write and what to fail on."""

from __future__ import annotations

import hmac
from collections.abc import Mapping, Sequence
from pathlib import Path

import typer
import yaml
from pydantic import BaseModel, ConfigDict, TypeAdapter, ValidationError

from piiprobe import DenyTerm, Pattern
from piiprobe.redaction import Policy, Redactor, load_policies, read_key
from service.scan.summary import FailOn


class _Pattern(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    regex: str
    entity_type: str


_PATTERNS = TypeAdapter(dict[str, _Pattern])


def thresholds_of(given: Sequence[str]) -> dict[str, float]:
    """`EMAIL:0.9` and the like, by entity type; raises `typer.BadParameter`."""
    thresholds: dict[str, float] = {}
    for each in given:
        entity_type, separator, least = each.partition(":")
        try:
            probability = float(least) if separator else -1.0
        except ValueError:
            probability = -1.0
        if not entity_type or not 0.0 <= probability <= 1.0:
            raise typer.BadParameter(f"{each} is no CLASS:MIN with a probability between 0 and 1")
        thresholds[entity_type] = probability
    return thresholds


def fail_on(given: Sequence[str], any_class: bool) -> FailOn:
    """What makes a scan fail: `CLASS` or `CLASS:MIN`; raises `typer.BadParameter`."""
    return FailOn(thresholds_of([each if ":" in each else f"{each}:0" for each in given]), any_class)


def terms(path: Path | None) -> list[str]:
    """The lines of a file that are not blank; raises `typer.BadParameter`."""
    if path is None:
        return []
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise typer.BadParameter(f"{path}: {_reason(error)}") from None
    return [line.strip() for line in lines if line.strip()]


def deny_terms(path: Path | None) -> list[DenyTerm]:
    """A file with an entity type and a text on each line; raises `typer.BadParameter`."""
    parted = [line.split(maxsplit=1) for line in terms(path)]
    for number, parts in enumerate(parted, 1):
        if len(parts) != 2:
            raise typer.BadParameter(f"{path}: term {number} is no entity type with a text behind it")
    return [DenyTerm(text, entity_type) for entity_type, text in parted]


def patterns(path: Path | None) -> list[Pattern]:
    """A YAML file with `NAME: {regex: …, entity_type: …}`; raises `typer.BadParameter`."""
    if path is None:
        return []
    try:
        given = _PATTERNS.validate_python(yaml.safe_load(path.read_text(encoding="utf-8")))
    except ValidationError as error:
        wrong = "; ".join(f"{'.'.join(map(str, each['loc']))}: {each['msg']}" for each in error.errors())
        raise typer.BadParameter(f"{path}: {wrong}") from None
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise typer.BadParameter(f"{path}: {_reason(error)}") from None
    return [Pattern(name, pattern.regex, pattern.entity_type) for name, pattern in given.items()]


def redactor(policies: Path, name: str | None, key_file: Path | None) -> tuple[Redactor, str]:
    """The policy of that name with its key, and what identifies both; raises `typer.BadParameter`."""
    try:
        policy = _policy(load_policies(policies), name)
        key = read_key(key_file) if key_file and policy.needs_key else None
        made = Redactor(policy, key)
    except (OSError, ValueError) as error:
        raise typer.BadParameter(f"{policies}: {_reason(error)}") from None
    # What one key makes of a fixed text tells it from another, and says nothing else of it.
    mark = hmac.digest(key, b"piiprobe scan", "sha256").hex() if key else ""
    return made, f"{policy.model_dump_json()} {mark}"


def _policy(policies: Mapping[str, Policy], name: str | None) -> Policy:
    if name is None and len(policies) == 1:
        (name,) = policies
    if name is None or name not in policies:
        raise ValueError(f"--policy-name has to be one of {', '.join(policies)}")
    return policies[name]


def _reason(error: Exception) -> str:
    match error:
        case OSError():
            return error.strerror or "cannot be read"
        case UnicodeDecodeError():
            return "is not UTF-8"
        case yaml.YAMLError():
            return "is not YAML"
        case _:
            return str(error)

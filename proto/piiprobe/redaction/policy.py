"""Policies: which operator rewrites which findings; in YAML, on the wire, and as values."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Annotated, Any, Self

import yaml
from pydantic import Field, StringConstraints, ValidationError
from pydantic_core import ErrorDetails

from piiprobe.redaction.operators import Encrypt, Hash, Mask, Operator, Pseudonym, Replace, Settings
from piiprobe.v1 import pii_pb2

EntityType = Annotated[str, StringConstraints(pattern=r"^[A-Z][A-Z0-9_]*\z", max_length=64)]


class PolicyError(ValueError):
    """A file of policies cannot be used; the message names the fields."""


class Policy(Settings):
    """What happens to each class of findings.

    Attributes:
        name: repeated in what it makes.
        operators: by entity type.
        otherwise: for all other types.
        scope: pseudonyms agree within it, for one key.
    """

    name: str = ""
    operators: Mapping[EntityType, Operator] = Field(default_factory=dict)
    otherwise: Operator = Replace()
    scope: str = ""

    def operator(self, entity_type: str) -> Operator:
        """What happens to findings of that type."""
        return self.operators.get(entity_type, self.otherwise)

    @property
    def needs_key(self) -> bool:
        """Whether any of its operators works with a key."""
        return any(isinstance(each, (Hash, Pseudonym, Encrypt)) for each in (*self.operators.values(), self.otherwise))

    def to_wire(self) -> pii_pb2.RedactionPolicy:
        """The same as a message."""
        return pii_pb2.RedactionPolicy(
            name=self.name,
            operators={entity_type: _message(operator) for entity_type, operator in self.operators.items()},
            # Set even where it is the default: a name alone would mean a policy of the server.
            otherwise=_message(self.otherwise),
            scope=self.scope,
        )

    @classmethod
    def from_wire(cls, message: pii_pb2.RedactionPolicy) -> Self:
        """The same as a value; raises `pydantic.ValidationError`."""
        given: dict[str, Any] = {"name": message.name, "scope": message.scope}
        given["operators"] = {entity_type: _spelled(operator) for entity_type, operator in message.operators.items()}
        if message.HasField("otherwise"):
            given["otherwise"] = _spelled(message.otherwise)
        return cls.model_validate(given)


def load_policies(path: str | os.PathLike[str]) -> dict[str, Policy]:
    """The policies of a YAML file, by name: a mapping from names to `operators`, `otherwise` and `scope`.

    Raises:
        PolicyError: they are not right, with the fields that are wrong.
        OSError: the file cannot be read.
    """
    try:
        held = yaml.load(Path(path).read_text(encoding="utf-8"), _Loader)
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        line = f" in line {error.problem_mark.line + 1}" if isinstance(error, yaml.MarkedYAMLError) and error.problem_mark else ""
        raise PolicyError(f"not a YAML file, or a key twice{line}") from None
    if not isinstance(held, dict) or not held:
        raise PolicyError("no mapping from names to policies")
    policies: dict[str, Policy] = {}
    problems: list[str] = []
    for name, given in held.items():
        if not isinstance(name, str) or not isinstance(given, dict) or "name" in given:
            problems.append(f"{name}: is no policy under its name: a mapping with operators, otherwise and scope")
            continue
        try:
            policies[name] = Policy.model_validate({**given, "name": name})
        except ValidationError as error:
            problems += [f"{name}.{field_of(each)}: {message_of(each)}" for each in error.errors()]
    if problems:
        raise PolicyError("; ".join(problems))
    return policies


def field_of(error: ErrorDetails, shown: Callable[[str], str] = str) -> str:
    """Where an error of validation is, as `operators[PERSON].mask.character`, with an entity type as `shown`."""
    field = ""
    parts = iter(error["loc"])
    for part in parts:
        if part == "[key]":
            continue
        field += f".{part}" if field else str(part)
        if part == "operators" and field == "operators":
            entity_type = next(parts, None)
            field += f"[{shown(str(entity_type))}]" if entity_type is not None else ""
    return field


def message_of(error: ErrorDetails) -> str:
    """What is wrong there; it repeats nothing that was given."""
    if error["type"] == "string_pattern_mismatch":
        return "is not a name in capitals, digits and underscores"
    return error["msg"].removeprefix("Value error, ")


class _Loader(yaml.SafeLoader):
    """Takes no key twice: of two operators for one type, one would be forgotten."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        keys = [self.construct_object(key, deep=True) for key, _ in node.value]
        if len(set(map(str, keys))) < len(keys):
            raise yaml.constructor.ConstructorError(None, None, "a key twice", node.start_mark)
        return super().construct_mapping(node, deep)


def _message(operator: Operator) -> pii_pb2.Operator:
    match operator:
        case Replace():
            return pii_pb2.Operator(replace=pii_pb2.Operator.Replace(text=operator.text))
        case Mask():
            return pii_pb2.Operator(mask=pii_pb2.Operator.Mask(character=operator.character, keep_last=operator.keep_last))
        case _:
            message = pii_pb2.Operator()
            getattr(message, operator.kind).SetInParent()
            return message


def _spelled(message: pii_pb2.Operator) -> dict[str, Any]:
    match message.WhichOneof("kind"):
        case None:
            return {}
        case "replace":
            return {"replace": {"text": message.replace.text if message.replace.HasField("text") else None}}
        case "mask":
            return {"mask": {"character": message.mask.character or "*", "keep_last": message.mask.keep_last}}
        case kind:
            return {kind: None}

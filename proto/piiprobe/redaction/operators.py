"""What can happen to the text of a finding, as a policy says it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Literal, TypeAlias

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field


class Settings(BaseModel):
    """Frozen, without unknown fields, and with errors that do not repeat what was given."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)


def _visible(character: str) -> str:
    if len(character) != 1 or not character.isprintable() or character.isspace():
        raise ValueError("is not one visible character")
    return character


class Replace(Settings):
    """Puts a fixed text in its place: `<PERSON>`, after the entity type, where `text` is None."""

    kind: Literal["replace"] = "replace"
    text: str | None = None


class Mask(Settings):
    """Puts a character in the place of each but separators; see `piiprobe.redaction.mask`."""

    kind: Literal["mask"] = "mask"
    character: Annotated[str, AfterValidator(_visible)] = "*"
    keep_last: int = Field(0, ge=0, le=2**32 - 1)
    """How many at the end stay: at most half of them."""


class Hash(Settings):
    """Puts a keyed hash in its place, `PERSON_3f9a…`: the same for the same text, and not to be undone."""

    kind: Literal["hash"] = "hash"


class Drop(Settings):
    """Takes it out; blanks around it stay, since they are no part of it."""

    kind: Literal["drop"] = "drop"


class Keep(Settings):
    """Leaves it, where no other finding overlaps that is to be rewritten."""

    kind: Literal["keep"] = "keep"


class Pseudonym(Settings):
    """Puts an invented value of the same form in its place; see `piiprobe.redaction.pseudonym`."""

    kind: Literal["pseudonym"] = "pseudonym"


class Encrypt(Settings):
    """Puts an encrypted value in its place; see `piiprobe.redaction.encrypt`."""

    kind: Literal["encrypt"] = "encrypt"


NAMES = ("replace", "mask", "hash", "drop", "keep", "pseudonym", "encrypt")


def _tagged(spelled: Any) -> Any:
    """`mask` and `{mask: {keep_last: 4}}`, as people write and as the contract nests it, with the name as a field."""
    if isinstance(spelled, Settings):
        return spelled
    if isinstance(spelled, str):
        spelled = {spelled: None}
    if isinstance(spelled, Mapping) and len(spelled) == 1:
        ((name, settings),) = spelled.items()
        if name in NAMES and (settings is None or isinstance(settings, Mapping)):
            return {**(settings or {}), "kind": name}
    raise ValueError(f"is no operator: one of {', '.join(NAMES)}, or a mapping from one of them to its settings")


Operator: TypeAlias = Annotated[
    Replace | Mask | Hash | Drop | Keep | Pseudonym | Encrypt, Field(discriminator="kind"), BeforeValidator(_tagged)
]

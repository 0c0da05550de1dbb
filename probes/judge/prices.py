"""The dated list of what others charge, `prices.toml`."""

from __future__ import annotations

import tomllib
from collections.abc import Collection
from datetime import date
from importlib.resources import files
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from probes.errors import ProbesError


class PriceError(ProbesError):
    """A price list is missing or wrong, or has no such name."""


class _Price(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str
    status: Literal["verified", "second-hand", "conflict"]
    """How far to trust it: see the head of `prices.toml`."""
    sources: tuple[str, ...] = Field(min_length=1)
    note: str = ""


class TokenPrice(_Price):
    """Dollars per million tokens read and written."""

    input: float = Field(ge=0)
    output: float = Field(ge=0)

    def dollars(self, input_tokens: float, output_tokens: float) -> float:
        """What these tokens cost."""
        return (input_tokens * self.input + output_tokens * self.output) / 1_000_000


class CharacterPrice(_Price):
    """Dollars per begun unit of characters."""

    unit_characters: int = Field(gt=0)
    per_unit: float = Field(ge=0)
    minimum_units: int = Field(ge=0)
    """The least that a request is charged."""

    def dollars(self, characters: int) -> float:
        """What a request with a text of this length costs."""
        return max(self.minimum_units, -(-characters // self.unit_characters)) * self.per_unit


class PriceList(BaseModel):
    """All prices, as they were at `as_of`."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    as_of: date
    tokens: tuple[TokenPrice, ...]
    characters: tuple[CharacterPrice, ...]

    @property
    def all(self) -> tuple[TokenPrice | CharacterPrice, ...]:
        return (*self.tokens, *self.characters)

    @model_validator(mode="after")
    def _names_are_unique(self) -> PriceList:
        names = [price.name for price in self.all]
        if len(set(names)) < len(names):
            raise ValueError("two prices have the same name")
        return self

    def select(self, names: Collection[str]) -> PriceList:
        """Only these. Raises PriceError for one that is not listed."""
        known = [price.name for price in self.all]
        if unknown := sorted(set(names) - set(known)):
            raise PriceError(f"no price for {', '.join(unknown)}; the list has {', '.join(known)}")
        kept = {kind: tuple(p for p in getattr(self, kind) if p.name in names) for kind in ("tokens", "characters")}
        return self.model_copy(update=kept)

    def of_model(self, name: str) -> TokenPrice | None:
        """The token price of a model, or None."""
        return next((price for price in self.tokens if price.name == name), None)


def load_prices(path: Path | None = None) -> PriceList:
    """Read a price list, ours where no path is given.

    Raises:
        PriceError: it cannot be read or is wrong; names the field.
    """
    shipped = files("probes.judge") / "prices.toml"
    try:
        return PriceList.model_validate(tomllib.loads((path or shipped).read_text(encoding="utf-8")))
    except (OSError, tomllib.TOMLDecodeError) as error:
        raise PriceError(f"{path or 'prices.toml'}: {error}") from error
    except ValidationError as error:
        where = "; ".join(f"{'.'.join(map(str, each['loc']))}: {each['msg']}" for each in error.errors()[:3])
        raise PriceError(f"{path or 'prices.toml'}: {where}") from error

"""Named trade-offs between missing personal data and false alarms."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

OPERATING_POINTS: tuple[str, ...] = ("recall", "balanced", "precision")

BALANCED = "balanced"
"""The one that answers where a caller names none."""


class OperatingPoint(BaseModel):
    """What the decoder does at one point.

    `none_bias`: added to the NONE logit before decoding; below zero lets weaker spans become candidates.
    `thresholds`: lowest probability that is reported, by entity type.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    none_bias: float = Field(allow_inf_nan=False)
    thresholds: dict[str, Annotated[float, Field(ge=0, le=1, allow_inf_nan=False)]] = Field(min_length=1)

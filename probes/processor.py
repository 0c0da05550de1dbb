"""What the processor computes by itself."""

from __future__ import annotations

from dataclasses import dataclass

import torch

from probes.base_model import default_dtype
from probes.product import has_int8


@dataclass(frozen=True, slots=True)
class Processor:
    """As torch sees it.

    Attributes:
        instructions: the widest that torch uses, such as `AVX512`.
        dtype: what `auto` takes.
        int8: whether `int8` can be taken.
    """

    instructions: str
    dtype: str
    int8: bool


def processor() -> Processor:
    """This machine's."""
    return Processor(torch.backends.cpu.get_cpu_capability(), str(default_dtype()).removeprefix("torch."), has_int8())

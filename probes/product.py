"""Products with weights, as the blocks need them: in the model's dtype, or in int8."""

from __future__ import annotations

from typing import Protocol

import torch
import torch.nn.functional as F

ROWS = 16
"""Products should have a multiple of so many rows: oneDNN keeps code of its own for each number, a quarter of a megabyte each."""

_SHIFT = torch.tensor(128.5)


class Product(Protocol):
    """Rows `[n, n_in]` times a weight `[n_out, n_in]`."""

    def __call__(self, x: torch.Tensor, scale: torch.Tensor) -> torch.Tensor:
        """`[n, n_out]` of rows `[n, n_in]`, each times its `scale` `[n, 1]`."""

    def up_to_factor(self, x: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor | float]:
        """`[n, n_out]`, and what each row must be multiplied by, `[n, 1]` or one number: a norm that follows needs not know."""


class Plain:
    """In the dtype of `weight`."""

    def __init__(self, weight: torch.Tensor) -> None:
        self._weight = weight

    def __call__(self, x: torch.Tensor, scale: torch.Tensor) -> torch.Tensor:
        return self.up_to_factor(x * scale)[0]

    def up_to_factor(self, x: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor | float]:
        return F.linear(x, self._weight), 1.0


class Packed:
    """In bf16, with the weight laid out as oneDNN reads it, instead of anew in every call."""

    def __init__(self, weight: torch.Tensor, rows: int) -> None:
        """`rows`: how many there will be of `x`, about."""
        self.weight = torch.ops.mkldnn._reorder_linear_weight(weight.contiguous(), rows)

    def __call__(self, x: torch.Tensor, scale: torch.Tensor) -> torch.Tensor:
        return self.up_to_factor(x * scale)[0]

    def up_to_factor(self, x: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor | float]:
        return torch.ops.mkldnn._linear_pointwise(x, self.weight, None, "none", [], ""), 1.0


class Observed(Plain):
    """Remembers the largest magnitude that it has seen of each column of its input: `largest` fp32 `[n_in]`."""

    def __init__(self, weight: torch.Tensor) -> None:
        super().__init__(weight)
        self.largest = torch.zeros(weight.shape[1])

    def up_to_factor(self, x: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor | float]:
        self.largest = torch.maximum(self.largest, x.abs().amax(0).float())
        return super().up_to_factor(x)

    def in_int8(self) -> Int8:
        """The same product in int8."""
        return Int8(self._weight, self.largest)


class Int8:
    """In int8: a scale for each row of `x`, so that no row depends on its neighbours, and one for each of the weight.

    Columns that are large in `x` are made smaller and those of the weight larger, half of the way (SmoothQuant, Xiao et al. 2022,
    arXiv:2211.10438), because one scale must serve all columns of a row: Gemma's residual stream has columns a thousand times the
    others.

    Args:
        weight: `[n_out, n_in]`.
        largest: fp32 `[n_in]`, the magnitudes of the columns of `x` in some text.
    """

    def __init__(self, weight: torch.Tensor, largest: torch.Tensor) -> None:
        exact = weight.float()
        # A column that the text never moved may move in another one.
        seen = largest.clamp(min=float(largest.mean()) * 0.005 + 1e-9)
        smooth = (seen / exact.abs().amax(0).clamp(min=1e-9)).sqrt()
        exact = exact * smooth
        self._scale = exact.abs().amax(1).clamp(min=1e-12) / 127
        whole = (exact / self._scale[:, None]).round().to(torch.int8)
        self._weight = torch.ops.onednn.qlinear_prepack(whole.contiguous(), None)
        self._zero = torch.zeros(len(weight), dtype=torch.int64)
        self._smooth = (1 / smooth).to(weight.dtype)

    def __call__(self, x: torch.Tensor, scale: torch.Tensor) -> torch.Tensor:
        product, factor = self.up_to_factor(x)
        return product.mul_(scale * factor)

    def up_to_factor(self, x: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor | float]:
        smoothed = x * self._smooth
        factor = smoothed.abs().amax(1, keepdim=True).float().clamp_(min=1e-12).div_(127)
        # Truncation of a positive number plus a half rounds it. oneDNN is fast with an unsigned left side only.
        shifted = torch.addcdiv(_SHIFT, smoothed.float(), factor).to(torch.uint8)
        product = torch.ops.onednn.qlinear_pointwise(
            shifted, 1.0, 128, self._weight, self._scale, self._zero, None, 1.0, 0, x.dtype, "none", [], ""
        )
        return product, factor.to(x.dtype)


class Gate(Protocol):
    """The way into a gated MLP."""

    def __call__(self, x: torch.Tensor, scale: torch.Tensor) -> torch.Tensor:
        """`gelu(x' W_gate) * (x' W_up)` `[n, d_mlp]`, where x' are rows `[n, d_model]`, each times its `scale` `[n, 1]`."""


class PlainGate:
    """From one product with both weights, those of the gate first."""

    def __init__(self, product: Product) -> None:
        self.product = product

    def __call__(self, x: torch.Tensor, scale: torch.Tensor) -> torch.Tensor:
        gate, up = self.product(x, scale).chunk(2, -1)
        # erf in bf16: it is within 5e-4 of the tanh form, which is a fraction of what bf16 rounds away, in a third of the time.
        return F.gelu(gate, approximate="none" if x.dtype == torch.bfloat16 else "tanh").mul_(up)


class PackedGate:
    """In bf16; oneDNN applies the GELU and the product of both to its results before they leave the registers."""

    def __init__(self, weight: torch.Tensor, rows: int) -> None:
        """`weight` `[2 * d_mlp, d_model]`, the gate first; `rows`: see `Packed`."""
        self._gate, self._up = (Packed(half, rows).weight for half in weight.chunk(2))

    def __call__(self, x: torch.Tensor, scale: torch.Tensor) -> torch.Tensor:
        scaled = x * scale
        gate = torch.ops.mkldnn._linear_pointwise(scaled, self._gate, None, "gelu", [], "tanh")
        both: torch.Tensor = torch.ops.mkldnn._linear_pointwise.binary(scaled, gate, self._up, None, "mul")
        return both


def in_int8(product: Product) -> Product:
    """What was observed, in int8; anything else as it is."""
    return product.in_int8() if isinstance(product, Observed) else product


def gate_in_int8(gate: Gate) -> Gate:
    """As `in_int8`."""
    return PlainGate(in_int8(gate.product)) if isinstance(gate, PlainGate) else gate


def can_pack(weight: torch.Tensor) -> bool:
    """Whether oneDNN packs this weight; fp32 has nothing to gain from it."""
    return weight.dtype == torch.bfloat16 and weight.device.type == "cpu" and bool(torch.ops.mkldnn._is_mkldnn_bf16_supported())


def has_int8() -> bool:
    """Whether the processor multiplies unsigned by signed bytes exactly (VNNI or AMX); others saturate between products."""
    return bool(torch.cpu._is_vnni_supported() or torch.cpu._is_amx_tile_supported())

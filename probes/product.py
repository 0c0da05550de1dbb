"""Products with weights, as the blocks need them: in the model's dtype, or in int8."""

from __future__ import annotations

from typing import Protocol

import torch
import torch.nn.functional as F


class Product(Protocol):
    """Rows `[n, n_in]` times a weight `[n_out, n_in]`."""

    @property
    def multiply_adds(self) -> int:
        """For one row."""

    def __call__(self, x: torch.Tensor, scale: torch.Tensor) -> torch.Tensor:
        """`[n, n_out]` of rows `[n, n_in]`, each times its `scale` `[n, 1]`."""

    def up_to_factor(self, x: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor | float]:
        """`[n, n_out]`, and what each row must be multiplied by, `[n, 1]` or one number: a norm that follows needs not know."""


class Plain:
    """In the dtype of `weight`."""

    def __init__(self, weight: torch.Tensor) -> None:
        self.weight = weight

    @property
    def multiply_adds(self) -> int:
        return self.weight.numel()

    def __call__(self, x: torch.Tensor, scale: torch.Tensor) -> torch.Tensor:
        return F.linear(x * scale, self.weight)

    def up_to_factor(self, x: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor | float]:
        return F.linear(x, self.weight), 1.0


class Observed(Plain):
    """Remembers the largest magnitude that it has seen of each column of its input: `largest` fp32 `[n_in]`."""

    def __init__(self, weight: torch.Tensor) -> None:
        super().__init__(weight)
        self.largest = torch.zeros(weight.shape[1])

    @classmethod
    def of(cls, product: Product) -> Observed:
        """Raises ValueError where the product is not a plain one."""
        if not isinstance(product, Plain):
            raise ValueError(f"{type(product).__name__} has no plain weight")
        return cls(product.weight)

    def __call__(self, x: torch.Tensor, scale: torch.Tensor) -> torch.Tensor:
        return self.up_to_factor(x * scale)[0]

    def up_to_factor(self, x: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor | float]:
        self.largest = torch.maximum(self.largest, x.abs().amax(0).float())
        return super().up_to_factor(x)


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
        self.multiply_adds = weight.numel()
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


_SHIFT = torch.tensor(128.5)


def has_int8() -> bool:
    """Whether the processor multiplies unsigned by signed bytes exactly (VNNI or AMX); others saturate between products."""
    return bool(torch.cpu._is_vnni_supported() or torch.cpu._is_amx_tile_supported())

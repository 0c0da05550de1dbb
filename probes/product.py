"""Products with weights, as the blocks need them."""

from __future__ import annotations

import torch
import torch.nn.functional as F


class Product:
    """A product with `weight` `[n_out, n_in]`, in its dtype."""

    def __init__(self, weight: torch.Tensor) -> None:
        self._weight = weight

    @property
    def multiply_adds(self) -> int:
        """For one row."""
        return self._weight.numel()

    def __call__(self, x: torch.Tensor, scale: torch.Tensor) -> torch.Tensor:
        """`[n, n_out]` of rows `[n, n_in]`, each times its `scale` `[n, 1]`."""
        return F.linear(x * scale, self._weight)

    def up_to_factor(self, x: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor | float]:
        """`[n, n_out]`, and what each row must be multiplied by, `[n, 1]` or one number: a norm that follows needs not know."""
        return F.linear(x, self._weight), 1.0

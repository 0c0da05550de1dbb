"""How many positions a forward pass computes, counted from outside: whatever does it has to look up their embeddings."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import torch
from torch.utils._python_dispatch import TorchDispatchMode

_LOOK_UPS = frozenset({"embedding", "index_select", "index", "gather"})


class _LookUps(TorchDispatchMode):
    def __init__(self, vocabulary: int) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self.rows: int = 0
        self._vocabulary = vocabulary

    def __torch_dispatch__(
        self, func: Any, types: Sequence[type], args: Sequence[Any] = (), kwargs: Mapping[str, Any] | None = None
    ) -> Any:
        result = func(*args, **(kwargs or {}))
        table = args[0] if args else None
        if (
            func.overloadpacket.__name__ in _LOOK_UPS
            and isinstance(table, torch.Tensor)
            # The table is `[vocabulary, d_model]`; scales of its rows, if there are any, are no such table.
            and (table.ndim, table.shape[0]) == (2, self._vocabulary)
            and table.shape[1] > 1
        ):
            self.rows += result.numel() // result.shape[-1]
        return result


def positions_computed(forward: Callable[[], object], vocabulary: int) -> int:
    """Rows of an embedding of `vocabulary` rows that `forward` looks up in this thread."""
    counted = _LookUps(vocabulary)
    with counted:
        forward()
    return counted.rows

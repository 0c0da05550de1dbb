#!/usr/bin/env bash
# Copies the bill of materials out of the image that build.sh built, to build/image/sbom.cdx.json.
set -euo pipefail
cd "$(dirname "$0")/../.."

inside=/usr/share/piiprobe/sbom.cdx.json
tag=localhost/piiprobe:$(sed -n 's/^version = "\(.*\)"$/\1/p' pyproject.toml)
builder=$(deploy/image/builder.sh)
if [ "$builder" = buildah ]; then
    container=$(buildah from --pull-never "$tag")
    trap 'buildah rm "$container" >/dev/null' EXIT
    buildah run "$container" -- cat "$inside" >build/image/sbom.cdx.json
else
    container=$("$builder" create "$tag")
    trap '"$builder" rm "$container" >/dev/null' EXIT
    "$builder" cp "$container:$inside" build/image/sbom.cdx.json
fi

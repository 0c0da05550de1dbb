#!/usr/bin/env bash
# Builds localhost/piiprobe:VERSION. BASE_IMAGE and MODEL from the environment, where set, are the Dockerfile's arguments.
set -euo pipefail
cd "$(dirname "$0")/../.."

version=$(sed -n 's/^version = "\(.*\)"$/\1/p' pyproject.toml)
"${PYTHON:-python3}" deploy/image/wheels.py gather
builder=$(deploy/image/builder.sh)
arguments=(--build-arg "VERSION=$version" --build-arg "REVISION=$(git rev-parse HEAD 2>/dev/null || echo unknown)")
for name in BASE_IMAGE MODEL; do
    if [ -n "${!name:-}" ]; then arguments+=(--build-arg "$name=${!name}"); fi
done
# The OCI format has no health check.
if [ "$builder" != docker ]; then arguments+=(--format docker); fi
"$builder" build --network none --tag "localhost/piiprobe:$version" "${arguments[@]}" .

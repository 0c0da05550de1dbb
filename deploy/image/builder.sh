#!/usr/bin/env bash
# Prints which of docker, podman and buildah works here.
set -euo pipefail
for tool in docker podman buildah; do
    if command -v "$tool" >/dev/null && "$tool" info >/dev/null 2>&1; then
        echo "$tool"
        exit
    fi
done
echo "none of docker, podman and buildah works here" >&2
exit 1

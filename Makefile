VENV := .venv
BIN := $(VENV)/bin
STUBS := pii_pb2.py pii_pb2.pyi pii_pb2_grpc.py pii_pb2_grpc.pyi
# The last whose stubs work with protobuf 6 as well, which Beam and others still hold on to. The server needs protobuf 7.
PROTOC_VERSION := 1.81.1
PROTOC_HOME := build/protoc-$(PROTOC_VERSION)
PROTOC := PATH="$(CURDIR)/$(BIN):$$PATH" $(PROTOC_HOME)/bin/python -m grpc_tools.protoc --proto_path=proto piiprobe/v1/pii.proto
# Its packages are many and would argue with ours, so it has an environment of its own.
CHECKOV_VERSION := 3.3.30
CHECKOV := build/checkov-$(CHECKOV_VERSION)

# What pipelines run in; they would argue with each other, and with us.
ENGINES := spark ray beam

.PHONY: demo bench soak picture image sbom test test-pipelines $(ENGINES:%=test-%) fuzz system lint audit format stubs-check proto clean

demo: $(VENV)/.serve
	$(BIN)/python -m service.demo

# Ratios, but still: on a machine that does nothing else.
bench: $(VENV)/.bench
	$(BIN)/piiprobe bench

# MINUTES=30 unless told otherwise.
soak: $(VENV)/.dev
	$(BIN)/piiprobe soak --minutes $(or $(MINUTES),30)

# The dashboard's panels as a real server under load fills them; needs prometheus.
picture: $(VENV)/.dev
	$(BIN)/python -m service.bench.watch

# By docker, podman or buildah, whichever works here. BASE_IMAGE and MODEL may be given; see docs/operations.md.
image: | $(BIN)/python
	PYTHON=$(BIN)/python deploy/image/build.sh

# The bill of materials of the image that `make image` built, in build/image/sbom.cdx.json.
sbom:
	deploy/image/sbom.sh

test: system lint audit
	$(BIN)/python -m pytest

# For the night: what `make test` fuzzes for a minute, and the way from bytes to an answer guided by coverage.
fuzz: $(VENV)/.dev
	PIIPROBE_FUZZ_EXAMPLES=1500 PIIPROBE_FUZZ_ROUNDS=$(or $(ROUNDS),3) $(BIN)/python -m pytest tests/test_fuzz.py
	$(BIN)/python tests/fuzz_atheris.py -max_total_time=600

# Programs that some tests run beside ours, from Debian's packages of the same names. Where they cannot be installed, those tests are
# skipped and say so.
SYSTEM := prometheus buildah mmdebstrap
system:
	@missing=""; for program in $(SYSTEM); do command -v $$program > /dev/null || missing="$$missing $$program"; done; \
	if [ -z "$$missing" ]; then exit 0; fi; \
	if [ "$$(id -u)" = 0 ] && command -v apt-get > /dev/null; then \
		echo "Installing$$missing from Debian"; \
		apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -qq -y --no-install-recommends$$missing > /dev/null; \
	else echo "Without$$missing, some tests will be skipped"; fi

test-pipelines: $(ENGINES:%=test-%)

# A server needs what the engines do not allow, so it runs in our environment.
$(ENGINES:%=test-%): test-%: build/%/.ready $(VENV)/.dev
	PIIPROBE_SERVER_PYTHON=$(BIN)/python build/$*/bin/python -m pytest --confcutdir=tests/pipelines tests/pipelines/test_$*.py

$(ENGINES:%=build/%/.ready): build/%/.ready: pyproject.toml
	python3 -m venv build/$*
	build/$*/bin/python -m pip install --quiet --editable '.[$*]' 'pytest>=9,<10' 'pytest-asyncio>=1.3,<2'
	touch $@

lint: $(VENV)/.dev stubs-check
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/buf lint
	$(BIN)/lint-imports
	$(BIN)/yamllint --strict .
	$(BIN)/hadolint Dockerfile

# What a policy checker says of the rendered manifests and the Dockerfile; exceptions are written there, each with its reason.
audit: $(CHECKOV)/bin/checkov $(VENV)/.dev
	rm -rf build/manifests && mkdir -p build/manifests
	for overlay in deploy/kubernetes/overlays/*; do $(BIN)/kubectl kustomize $$overlay > build/manifests/$${overlay##*/}.yaml || exit 1; done
	$(CHECKOV)/bin/checkov --framework kubernetes --skip-download --compact --quiet --directory build/manifests
	$(CHECKOV)/bin/checkov --framework dockerfile --skip-download --compact --quiet --file Dockerfile

$(CHECKOV)/bin/checkov:
	python3 -m venv $(CHECKOV)
	$(CHECKOV)/bin/python -m pip install --quiet checkov==$(CHECKOV_VERSION)

format: $(VENV)/.dev
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .
	$(BIN)/buf format --write

# Regenerates the committed stubs.
proto: $(VENV)/.dev $(PROTOC_HOME)/.ready
	$(PROTOC) --python_out=proto --grpc_python_out=proto --mypy_out=quiet:proto --mypy_grpc_out=quiet:proto

stubs-check: $(VENV)/.dev $(PROTOC_HOME)/.ready
	rm -rf build/stubs && mkdir -p build/stubs
	$(PROTOC) --python_out=build/stubs --grpc_python_out=build/stubs --mypy_out=quiet:build/stubs --mypy_grpc_out=quiet:build/stubs
	for stub in $(STUBS); do diff -u proto/piiprobe/v1/$$stub build/stubs/piiprobe/v1/$$stub || { echo "run 'make proto'"; exit 1; }; done

$(PROTOC_HOME)/.ready:
	python3 -m venv $(PROTOC_HOME)
	$(PROTOC_HOME)/bin/python -m pip install --quiet grpcio-tools==$(PROTOC_VERSION)
	touch $@

$(VENV)/.serve: pyproject.toml | $(BIN)/python
	@echo "Installing piiprobe[serve] into $(VENV): PyTorch and the base model's packages, some minutes the first time"
	$(BIN)/python -m pip install --quiet --editable '.[serve]'
	touch $@

$(VENV)/.bench: pyproject.toml | $(BIN)/python
	@echo "Installing piiprobe[bench] into $(VENV): PyTorch, the base model's packages and Presidio, some minutes the first time"
	$(BIN)/python -m pip install --quiet --editable '.[bench]'
	touch $@

$(VENV)/.dev: pyproject.toml | $(BIN)/python
	@echo "Installing piiprobe[dev] into $(VENV): PyTorch, the base model's packages and the tools, some minutes the first time"
	$(BIN)/python -m pip install --quiet --editable '.[dev]'
	touch $@ $(VENV)/.serve

$(BIN)/python:
	python3 -m venv $(VENV)

clean:
	rm -rf $(VENV) build dist .hypothesis .import_linter_cache .mypy_cache .pytest_cache .ruff_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

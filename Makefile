VENV := .venv
BIN := $(VENV)/bin
STUBS := pii_pb2.py pii_pb2.pyi pii_pb2_grpc.py pii_pb2_grpc.pyi
PROTOC := PATH="$(CURDIR)/$(BIN):$$PATH" $(BIN)/python -m grpc_tools.protoc --proto_path=proto piiprobe/v1/pii.proto

.PHONY: demo bench test fuzz lint format stubs-check proto clean

demo: $(VENV)/.serve
	$(BIN)/python -m service.demo

# Ratios, but still: on a machine that does nothing else.
bench: $(VENV)/.bench
	$(BIN)/piiprobe bench

test: lint
	$(BIN)/python -m pytest

# For the night: what `make test` fuzzes for a minute, and the way from bytes to an answer guided by coverage.
fuzz: $(VENV)/.fuzz
	PIIPROBE_FUZZ_EXAMPLES=1500 PIIPROBE_FUZZ_ROUNDS=$(or $(ROUNDS),6) $(BIN)/python -m pytest tests/test_fuzz.py
	$(BIN)/python tests/fuzz_atheris.py -max_total_time=600

lint: $(VENV)/.dev stubs-check
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/buf lint
	$(BIN)/lint-imports

format: $(VENV)/.dev
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .
	$(BIN)/buf format --write

# Regenerates the committed stubs.
proto: $(VENV)/.dev
	$(PROTOC) --python_out=proto --grpc_python_out=proto --mypy_out=quiet:proto --mypy_grpc_out=quiet:proto

stubs-check: $(VENV)/.dev
	rm -rf build/stubs && mkdir -p build/stubs
	$(PROTOC) --python_out=build/stubs --grpc_python_out=build/stubs --mypy_out=quiet:build/stubs --mypy_grpc_out=quiet:build/stubs
	for stub in $(STUBS); do diff -u proto/piiprobe/v1/$$stub build/stubs/piiprobe/v1/$$stub || { echo "run 'make proto'"; exit 1; }; done

$(VENV)/.serve: pyproject.toml | $(BIN)/python
	@echo "Installing piiprobe[serve] into $(VENV): PyTorch and the base model's packages, some minutes the first time"
	$(BIN)/python -m pip install --quiet --editable '.[serve]'
	touch $@

$(VENV)/.bench: pyproject.toml | $(BIN)/python
	@echo "Installing piiprobe[bench] into $(VENV): PyTorch, the base model's packages and Presidio, some minutes the first time"
	$(BIN)/python -m pip install --quiet --editable '.[bench]'
	touch $@

$(VENV)/.fuzz: $(VENV)/.dev
	$(BIN)/python -m pip install --quiet --editable '.[fuzz]'
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

# Everything runs in .venv, made here from constraints.txt. `make` alone prints the targets.

.DEFAULT_GOAL := help
.PHONY: help venv demo test test-all check format clients image axe docs build lock clean

BIN := .venv/bin
# The first that will do. The system's comes first: distributions compile theirs with a profile, which makes
# everything here a fifth faster than one that was compiled by hand without.
PYTHONS = $(or $(PYTHON),/usr/bin/python3 python3.11 python3.12 python3.13 python3)
STAMP := .venv/.made-from-constraints
# Tests that run at once; trials are parallel in themselves.
WORKERS ?= 2
PYTEST = $(BIN)/python -m pytest -n $(WORKERS) --dist loadfile
PIP = $(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps

help: ## print these targets
	@awk -F ':.*## ' '/^[a-zA-Z%_-]+:.*## / {printf "  make %-10s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

venv: $(STAMP) ## make the environment in .venv

$(STAMP): constraints.txt pyproject.toml graders/pyproject.toml
	@set -eu; \
	python=; bare=; \
	for name in $(PYTHONS); do \
	    "$$name" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || continue; \
	    if "$$name" -c 'import ensurepip, venv' 2>/dev/null; then python=$$name; break; fi; \
	    bare=$${bare:-$$name}; \
	done; \
	if [ -z "$$python" ] && [ -n "$$bare" ]; then \
	    echo "error: \`$$bare\` cannot make virtual environments: \`ensurepip\` is missing" >&2; \
	    echo "hint: on Debian and Ubuntu, \`apt-get install python3-venv\`" >&2; \
	    exit 3; \
	fi; \
	if [ -z "$$python" ]; then \
	    echo "error: no Python 3.11 or newer was found among: $(PYTHONS)" >&2; \
	    echo "hint: install one, or name it: \`make venv PYTHON=/path/to/python3.12\`" >&2; \
	    exit 3; \
	fi; \
	if ! $(BIN)/python -m pip --version >/dev/null 2>&1; then \
	    echo "making .venv with $$("$$python" --version)"; \
	    "$$python" -m venv --clear .venv; \
	fi
	@echo "installing what constraints.txt locks"
	@$(PIP) --only-binary :all: --require-hashes -r constraints.txt
	@$(PIP) --no-index --no-build-isolation --editable . --editable graders
	@touch $@

demo: $(STAMP) ## an exercise from start to report, in build/demo
	@$(BIN)/takehome demo --out build/demo

test: $(STAMP) ## all tests but the slow ones
	@$(PYTEST)

test-all: $(STAMP) ## all tests
	@$(PYTEST) --run-slow

check: $(STAMP) ## lint, format, types, layers
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy harness exercises graders tests docs benchmarks
	@$(BIN)/lint-imports --no-logo

format: $(STAMP) ## put the source into shape
	@$(BIN)/ruff check --fix --exit-zero --quiet .
	@$(BIN)/ruff format .

bench-%: $(STAMP) ## run benchmarks/NAME, write build/bench/NAME.json
	@mkdir -p build/bench
	@$(BIN)/python -m benchmarks.$*

clients: $(STAMP) ## drive the gateway with real clients, each in its own environment
	@$(BIN)/python -m tests.clients.conformance

image: $(STAMP) ## build the sandbox's image
	@$(BIN)/python -m harness.sandbox.images

axe: ## fetch axe-core for the report's accessibility tests
	@mkdir -p build/axe
	@test -f build/axe/node_modules/axe-core/axe.min.js || \
	    npm install --silent --no-audit --no-fund --no-save --prefix build/axe axe-core@4.14.1

docs: $(STAMP) ## write docs/commands.md from the commands' own help
	@$(BIN)/python docs/commands.py

build: $(STAMP) ## both distributions, into dist
	@rm -rf dist
	@$(BIN)/python -m hatchling build -d dist
	@cd graders && ../$(BIN)/python -m hatchling build -d ../dist

lock: ## lock the newest versions that pyproject.toml allows
	@mkdir -p build
	@python3 -m venv build/lock
	@build/lock/bin/python -m pip install --quiet uv
	@build/lock/bin/uv pip compile pyproject.toml graders/pyproject.toml --group dev --quiet --upgrade \
	    --universal --python-version 3.11 --fork-strategy fewest --generate-hashes \
	    --no-emit-index-url --no-emit-package takehome --custom-compile-command "make lock" \
	    --output-file constraints.txt

clean: ## remove the environment and all that was built
	@rm -rf .venv build dist .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +

# The front door. Each target says in one line what it does; `make help` lists them.

.DEFAULT_GOAL := help
.PHONY: help setup install demo test check format bench effects results lock clean
MAKEFLAGS += --no-print-directory

# Arguments for the test runner, e.g. make test ARGS="tests/store -x"
ARGS ?=

help:  ## List the targets
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-8s %s\n", $$1, $$2 }' Makefile

setup:  ## Install what is missing: system packages, .venv, front-end packages
	@scripts/system_packages.sh database python
	@scripts/python_environment.sh
	@scripts/frontend_packages.sh

install:  ## Install for production: the service without its test tools
	@scripts/system_packages.sh database python
	@scripts/python_environment.sh production
	@scripts/frontend_packages.sh

demo: setup  ## Show the invented demo city on a map at http://127.0.0.1:8050
	@.venv/bin/hotspots demo

test: setup  ## Run every test, on a real PostGIS and in a real browser
	@scripts/system_packages.sh browser gdal java
	@scripts/system_packages.sh proxies || echo "Without both proxies their tests are left out."
	@.venv/bin/pytest $(ARGS)

check:  ## Lint, types, import contracts and documentation contracts; needs no database
	@scripts/system_packages.sh python
	@scripts/python_environment.sh
	.venv/bin/ruff check --quiet
	.venv/bin/ruff format --check --quiet
	.venv/bin/lint-imports --no-cache
	.venv/bin/vulture
	.venv/bin/deptry hotspots models dashboard
	.venv/bin/basedpyright --level error
	.venv/bin/pytest -q tests/contracts

format:  ## Format the Python files and sort their imports
	.venv/bin/ruff check --fix --quiet --select I
	.venv/bin/ruff format --quiet

bench: setup  ## Measure load, publish, forecast and the map on real data; writes benchmarks.json
	@.venv/bin/python -m tests.benchmarks

effects: setup  ## Try on real records how often each effect method is right, and say whether its bars hold; about an hour
	@mkdir -p build && .venv/bin/python -m tests.benchmarks.effects --scratch build

results: setup  ## Backtest every model on two real cities and write the tables into docs/research/forecast_models.md
	@.venv/bin/python -m tests.benchmarks.results
	@.venv/bin/python -m tests.benchmarks.unexplained

lock:  ## Resolve pyproject.toml and package.json anew into their lock files
	.venv/bin/uv pip compile --quiet pyproject.toml --extra service --universal --generate-hashes --no-header --no-emit-index-url -o requirements.lock
	.venv/bin/uv pip compile --quiet pyproject.toml --extra service --group dev --constraint requirements.lock --universal --generate-hashes --no-header --no-emit-index-url -o requirements-dev.lock
	npm install --package-lock-only

clean:  ## Remove what set-up made in the checkout; the data folder stays
	rm -rf .venv node_modules dashboard/hotspots_dashboard/assets/vendor dist build

# Every task sets up what it needs in .venv; a fresh clone and PyPI are enough.
#   make demo    derive a dozen well-known losses
#   make serve   the site at http://127.0.0.1:8000
#   make test    lint, types, layers, all tests, the course        make lint    the first three only
#   make test-postgres   the tests of the site on a PostgreSQL server of their own
#   make test-backends   the tests that need JAX and PyTorch, in the environment of the benchmarks
#   make bench   measure and rewrite docs/benchmarks.md (one part: make bench SECTION="Hessians")
#   make bench-site   the same for the site
.DEFAULT_GOAL := help
.PHONY: help demo serve test test-postgres test-backends lint format bench bench-site clean

VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed
SITE_STAMP := $(VENV)/.site-installed
BENCH := .venv-bench
BENCH_STAMP := $(BENCH)/.installed
RECENT := import sys, venv; sys.exit(sys.version_info < (3, 11))
PYTHON ?= $(shell for p in python3.13 python3.12 python3.11 python3 python; do \
	if $$p -c '$(RECENT)' >/dev/null 2>&1; then echo $$p; break; fi; done)

help:
	@sed -n 's/^#   //p' Makefile

$(STAMP): pyproject.toml
	@test -n "$(PYTHON)" || { echo "Python 3.11 or later is needed; name one with PYTHON=..."; exit 1; }
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@echo "setting up $(VENV) ..."
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable ".[dev]"
	@touch $@

demo: $(STAMP)
	@$(BIN)/frechet demo

# The installation for serving is smaller than the one for testing; either will do.
$(SITE_STAMP): pyproject.toml
	@test -n "$(PYTHON)" || { echo "Python 3.11 or later is needed; name one with PYTHON=..."; exit 1; }
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@test -e $(STAMP) -a $(STAMP) -nt pyproject.toml || { echo "setting up $(VENV) ..."; \
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable ".[site]"; }
	@touch $@

serve: $(SITE_STAMP)
	@FRECHET_DATA=$${FRECHET_DATA:-.data} FRECHET_WATCH=$${FRECHET_WATCH:-1} FRECHET_JSON_LOGS=$${FRECHET_JSON_LOGS:-0} $(BIN)/frechet serve

test-postgres: $(STAMP)
	$(BIN)/python scripts/postgres.py $(BIN)/python -m pytest -q -n 2 tests/site

lint: $(STAMP)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

format: $(STAMP)
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

# Lint is run to its end even when it finds something, so that one run tells everything.
test: $(STAMP)
	@$(MAKE) --no-print-directory lint && lint=0 || lint=1; \
	$(BIN)/python -m pytest -n auto -q && tests=0 || tests=1; \
	$(BIN)/frechet course check --labs && course=0 || course=1; \
	test $$lint = 0 || echo "make lint failed: see above the tests" >&2; \
	exit $$((lint + tests + course))

$(BENCH_STAMP): pyproject.toml benchmarks/requirements.txt
	@test -n "$(PYTHON)" || { echo "Python 3.11 or later is needed; name one with PYTHON=..."; exit 1; }
	@test -x $(BENCH)/bin/python || $(PYTHON) -m venv $(BENCH)
	@echo "setting up $(BENCH) (SymPy, tensorgrad, PyTorch) ..."
	@$(BENCH)/bin/python -m pip install --quiet --disable-pip-version-check \
		--editable ".[numeric]" --requirement benchmarks/requirements.txt
	@touch $@

test-backends: $(BENCH_STAMP)
	@$(BENCH)/bin/python -m pip install --quiet --disable-pip-version-check --editable ".[dev]"
	@$(BENCH)/bin/python -m pytest -n auto -q tests/corpus tests/backends

bench: $(BENCH_STAMP)
	@$(BENCH)/bin/python -m benchmarks $(if $(SECTION),"$(SECTION)")

bench-site: $(STAMP)
	@$(BIN)/python -m benchmarks.site

clean:
	rm -rf $(VENV) $(BENCH) .mypy_cache .ruff_cache .pytest_cache .import_linter_cache dist build

# convrec: `make demo` to try it, `make test` to check it.
PYTHON ?= python3
SERVE ?= 1
DEMO_USER ?= 196
PORT ?= 7860
WORKSPACE := .convrec/ml-100k
BIN := .venv/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --no-input

.PHONY: demo test lint clean

demo: .venv/.installed
	$(BIN)/convrec models pull
	@test -f $(WORKSPACE)/convrec.toml || $(BIN)/convrec init $(WORKSPACE) --dataset ml-100k
	$(BIN)/convrec recommend $(WORKSPACE) --user $(DEMO_USER) --k 5
ifneq ($(SERVE),0)
	$(BIN)/convrec ui $(WORKSPACE) --port $(PORT)
endif

test: .venv/.installed-dev lint
	$(BIN)/convrec models pull
	$(BIN)/python -m pytest

lint: .venv/.installed-dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

# The constraints hold the whole environment still; pyproject.toml itself gives ranges.
.venv/.installed: pyproject.toml .ci/constraints.txt
	$(PYTHON) -m venv .venv
	$(PIP) install --quiet --constraint .ci/constraints.txt --editable .
	touch $@

.venv/.installed-dev: .venv/.installed
	$(PIP) install --quiet --constraint .ci/constraints.txt --editable '.[dev]'
	touch $@

clean:
	rm -rf .venv .convrec .artifacts .mypy_cache .ruff_cache .pytest_cache *.egg-info build dist

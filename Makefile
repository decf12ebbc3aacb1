# Everything starts here: `make demo` to look around, `make test` to test, `make check` for the static checks.
# Set-up happens by itself, in .venv and .venv-check, and only when pyproject.toml or constraints.txt changed.

PYTHON ?= python3
BIN := .venv/bin
CHECK := .venv-check/bin
PIP := -m pip --disable-pip-version-check --quiet install --constraint constraints.txt

.PHONY: demo run test check screenshots format clean

demo: .venv/.installed
	@$(BIN)/emqx-tui demo $(ARGS)

run: .venv/.installed
	@$(BIN)/emqx-tui $(ARGS)

test: .venv/.tested
	$(BIN)/python -m pytest -n auto $(ARGS)

check: .venv-check/.installed
	$(CHECK)/ruff check .
	$(CHECK)/ruff format --check .
	$(CHECK)/mypy
	$(CHECK)/lint-imports

# Without Pillow and the font there are no PNG files; the SVG files need neither.
screenshots: .venv/.tested
	@PIP_CONSTRAINT=constraints.txt $(BIN)/python $(PIP) --editable '.[screenshots]' 2>/dev/null || true
	$(BIN)/python screenshots/make.py

format: .venv-check/.installed
	$(CHECK)/ruff check --fix .
	$(CHECK)/ruff format .

clean:
	rm -rf .venv .venv-check .mypy_cache .ruff_cache .pytest_cache .import_linter_cache

.venv/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "emqx-tui needs Python 3.11 or newer: make PYTHON=python3.12 ..."; exit 2; }
	@$(PYTHON) -m venv .venv || \
	  { echo "Python's venv module is missing; on Debian: apt-get install python3-venv"; rm -rf .venv; exit 2; }

.venv/.installed: pyproject.toml constraints.txt | .venv/bin/python
	@echo "Setting up (once) ..."
	@PIP_CONSTRAINT=constraints.txt $(BIN)/python $(PIP) --editable .
	@$(BIN)/python -m compileall -q emqx_tui
	@touch $@

.venv/.tested: .venv/.installed
	@echo "Setting up the tests (once) ..."
	@PIP_CONSTRAINT=constraints.txt $(BIN)/python $(PIP) --editable '.[test]'
	@touch $@

# Checks live in an environment of their own: they bring click, and with click about, httpx starts a third slower.
.venv-check/.installed: pyproject.toml constraints.txt
	@echo "Setting up the checks (once) ..."
	@$(PYTHON) -m venv .venv-check
	@PIP_CONSTRAINT=constraints.txt $(CHECK)/python $(PIP) --editable '.[check]'
	@touch $@

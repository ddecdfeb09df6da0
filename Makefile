# Two commands are all a reader needs: `make reproduce` and `make test`.
PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
STAMP  := $(VENV)/.complete

.DEFAULT_GOAL := help
.PHONY: help env reproduce settings test lint types unit notebooks twins lock bench clean

help:  ## Show the targets
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:[^#]*## /\t/' | expand -t 12

# The bootstrap environment holds uv alone; .venv then holds exactly what the lock names.
$(STAMP): requirements.lock pyproject.toml
	$(PYTHON) -m venv --clear $(VENV)-bootstrap
	$(VENV)-bootstrap/bin/python -m pip install --quiet --disable-pip-version-check uv
	$(VENV)-bootstrap/bin/uv venv --quiet --clear --python $(PYTHON) $(VENV)
	$(VENV)-bootstrap/bin/uv pip sync --quiet --python $(BIN)/python requirements.lock
	$(VENV)-bootstrap/bin/uv pip install --quiet --python $(BIN)/python --no-deps --editable .
	rm -rf $(VENV)-bootstrap
	touch $(STAMP)

env: $(STAMP)  ## Create .venv from requirements.lock

reproduce: env  ## Re-execute every case and check every number against what is committed
	$(BIN)/edubalance reproduce

settings: env  ## Reproduce three notebooks as other processors and other users would
	$(BIN)/python tests/settings.py

test: env  ## Run all tests: unit, doctest, notebooks, figures, lint, types
	$(BIN)/edubalance test

lint: env  ## Lint, style, spelling, import direction
	$(BIN)/edubalance test --only lint

types: env  ## Check types
	$(BIN)/edubalance test --only types

unit: env  ## Run unit tests and doctests
	$(BIN)/edubalance test --only unit

notebooks: env  ## Run nbval over the committed notebooks
	$(BIN)/edubalance test --only notebooks

twins: env  ## Make the synthetic twins again (byte-identical)
	$(BIN)/edubalance twins

lock: env  ## Resolve requirements.lock anew
	$(PYTHON) -m venv --clear $(VENV)-bootstrap
	$(VENV)-bootstrap/bin/python -m pip install --quiet --disable-pip-version-check uv
	$(VENV)-bootstrap/bin/uv pip compile --quiet --upgrade --universal --generate-hashes --no-emit-index-url \
		--python-version 3.11 --extra dev --output-file requirements.lock pyproject.toml
	$(VENV)-bootstrap/bin/uv pip compile --quiet --upgrade --universal --generate-hashes --no-emit-index-url \
		--python-version 3.11 --extra dev --extra bench --output-file requirements-bench.lock pyproject.toml
	rm -rf $(VENV)-bootstrap

# The rivals are in an environment of their own: nobody needs them to reproduce a case.
BENCH := .venv-bench
$(BENCH)/.complete: requirements-bench.lock pyproject.toml
	$(PYTHON) -m venv --clear $(VENV)-bootstrap
	$(VENV)-bootstrap/bin/python -m pip install --quiet --disable-pip-version-check uv
	$(VENV)-bootstrap/bin/uv venv --quiet --clear --python $(PYTHON) $(BENCH)
	$(VENV)-bootstrap/bin/uv pip sync --quiet --python $(BENCH)/bin/python requirements-bench.lock
	$(VENV)-bootstrap/bin/uv pip install --quiet --python $(BENCH)/bin/python --no-deps --editable .
	rm -rf $(VENV)-bootstrap
	touch $(BENCH)/.complete

bench: $(BENCH)/.complete  ## Print the speed ratios beside named rivals
	$(BENCH)/bin/python benchmarks/run.py

clean:  ## Remove what the targets made; the copies that you work on in build/lab stay
	rm -rf $(VENV) $(VENV)-bootstrap $(BENCH)
	find build -mindepth 1 -maxdepth 1 ! -name lab -exec rm -rf {} + 2>/dev/null || true

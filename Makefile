# `make quickstart` and `make test` are all that a fresh machine needs; `make help` lists the rest.
SHELL := /bin/bash
.DEFAULT_GOAL := help
# The stages of `make test` share two slow things, the processor and the environment.
.NOTPARALLEL:

# Another interpreter: make PYTHON=/path/to/python3.11 test
PYTHON ?= python3
SET_UP = $(PYTHON) requirements/set_up.py $(if $(filter-out python3,$(PYTHON)),--python $(PYTHON))
BIN = .venv/bin
# Folder of a Node that is new enough; installed into .venv when the machine has none.
WITH_NODE = node=$$($(SET_UP) --node) && cd labextension && export PATH="$$node:$$PATH" &&

# $(call stage,title,command): run a stage of the tests and print the time it took.
define stage
@start=$$(date +%s); printf '\n== %s\n' '$(1)'; \
if ( $(2) ); then printf '== %s: passed in %s s\n' '$(1)' "$$(($$(date +%s) - start))"; \
else printf '== %s: FAILED after %s s\n' '$(1)' "$$(($$(date +%s) - start))"; exit 1; fi
endef

.PHONY: help
help:  ## list the commands
	@awk -F ':.*  ## ' '/^[a-z-]+:.*  ## / { printf "  make %-16s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

.PHONY: set-up
set-up:  ## make .venv, or find that it is ready
	@$(SET_UP)

.PHONY: quickstart
quickstart: set-up  ## set up, then train and evaluate on the Palmer penguins
	@$(BIN)/python notebooks/run_quickstart.py

.PHONY: build
build: set-up node-modules  ## build the views and the JupyterLab extension, and let this JupyterLab find it
	@$(WITH_NODE) npm run --silent build
	@mkdir -p .venv/share/jupyter/labextensions
	@ln -sfn ../../../../zenml_nb/labextension .venv/share/jupyter/labextensions/zenml-nb
	@mkdir -p .venv/etc/jupyter/jupyter_server_config.d
	@ln -sfn ../../../../jupyter-config/server-config/zenml_nb.json .venv/etc/jupyter/jupyter_server_config.d/zenml_nb.json

.PHONY: lab
lab: build  ## open the notebooks in JupyterLab, on this machine only
	@cd notebooks && ../$(BIN)/jupyter lab --ServerApp.ip=127.0.0.1 $(if $(filter 0,$(shell id -u)),--allow-root)

.PHONY: test
test: set-up lint types imports views unit integration browser notebooks-test  ## everything that must pass

.PHONY: lint
lint: set-up  ## ruff: rules and format
	$(call stage,lint,$(BIN)/ruff check --quiet . && $(BIN)/ruff format --check --quiet .)

.PHONY: format
format: set-up  ## let ruff and prettier rewrite the files
	@$(BIN)/ruff check --quiet --fix-only . && $(BIN)/ruff format .
	@$(WITH_NODE) npm run --silent format

.PHONY: types
types: set-up  ## mypy, strict
	$(call stage,types,$(BIN)/mypy && $(BIN)/mypy requirements/*.py)

.PHONY: imports
imports: set-up  ## the import rules between the rooms
	$(call stage,import rules,$(BIN)/lint-imports --no-logo)

# node_modules keeps a copy of the lock it was installed from: no `npm ci` until that changes.
.PHONY: node-modules
node-modules: set-up
	@cmp -s labextension/package-lock.json labextension/node_modules/.installed-lock || { \
	  $(WITH_NODE) npm ci --no-audit --no-fund && cp package-lock.json node_modules/.installed-lock; }

.PHONY: views
views: set-up node-modules  ## check, build and test the views in TypeScript
	$(call stage,views,$(MAKE) --no-print-directory build && $(WITH_NODE) npm run --silent lint \
	  && npm run --silent typecheck && npm test --silent)

.PHONY: unit
# What is ignored has none of these tests, but would import TensorFlow while pytest looks for some.
unit: set-up  ## tests without TensorFlow
	$(call stage,unit tests,$(BIN)/pytest -q -m "not tfx and not browser" --ignore=tests/engine --ignore=tests/browser)

.PHONY: integration
integration: set-up  ## tests that run TFX
	$(call stage,TFX tests,$(BIN)/pytest -q -m tfx --disable-warnings tests/engine)

.PHONY: browser
browser: build  ## tests that drive a real JupyterLab in Chromium; screenshots go to build/screenshots
	$(call stage,browser tests,$(BIN)/pytest -q -m browser --disable-warnings tests/browser)

.PHONY: notebooks-test
notebooks-test: build  ## run every notebook with nbval
	$(call stage,notebooks,$(BIN)/pytest -q --nbval-lax --nbval-current-env notebooks)

.PHONY: notebooks
notebooks: set-up  ## bring the .md and .ipynb of each notebook to the same content
	@$(BIN)/jupytext --sync notebooks/*.md

.PHONY: bench
bench: set-up  ## the benchmarks; they print ratios
	@for script in bench/[a-z]*.py; do printf '\n== %s\n' "$$script"; $(BIN)/python "$$script" || exit 1; done

# Pins are kept as far as they fit; `make lock UPGRADE=--upgrade` takes the newest.
LOCK = $(BIN)/uv pip compile --quiet --universal --generate-hashes --no-annotate --no-header $(UPGRADE)
.PHONY: lock
lock: set-up  ## write the requirement locks anew
	@cd requirements && ../$(LOCK) --overrides overrides.txt --overrides tfx-1.16.overrides.txt \
	  --python-version 3.10 -o tfx-1.16.txt tfx-1.16.in
	@cd requirements && ../$(LOCK) --overrides overrides.txt --overrides tfx-1.21.overrides.txt \
	  --python-version 3.11 -o tfx-1.21.txt tfx-1.21.in
	@cd requirements && ../$(LOCK) --python-version 3.10 -o uv.txt uv.in
	@cd requirements && ../$(LOCK) --python-version 3.10 -o node.txt node.in

.PHONY: clean
clean:  ## remove what was built and cached, but keep .venv
	@rm -rf build dist labextension/lib zenml_nb/views/static zenml_nb/labextension .hypothesis .mypy_cache .pytest_cache .ruff_cache \
	  .import_linter_cache
	@find zenml_nb tests requirements notebooks bench -name __pycache__ -prune -exec rm -rf {} + 2>/dev/null || true

.PHONY: clean-all
clean-all: clean  ## remove .venv and node_modules too
	@rm -rf .venv .venv.lock labextension/node_modules

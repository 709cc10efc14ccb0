# make run · make test · make check … «make help» lists them. Nothing here installs system packages.
SHELL := /bin/bash
PYTHON ?= python3
PY := .venv/bin/python
UV_VERSION := 0.13.9
export PYTHONUTF8 = 1
# The tests choose their own database and broker; what the shell holds must not leak into «the embedded default».
EMBEDDED := env -u DJANGO_SETTINGS_MODULE -u DATABASE_URL -u REDIS_URL -u SECRET_KEY -u DEMO -u VAR_DIR
PYTEST := $(PY) -m pytest
# A real installation's environment, with a key for this moment and a folder of its own.
PRODUCTION = $(EMBEDDED) SECRET_KEY="$$(head -c 60 /dev/urandom | base64 -w 0)" ALLOWED_HOSTS=portal.example VAR_DIR=$(CURDIR)/.venv/check $(PY)

.PHONY: help setup run test check test-services faults browser bench coverage messages clean
.DEFAULT_GOAL := help

help: ## list these targets
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 16

setup: .venv/.installed ## make .venv with the pinned packages, and nothing else

.venv/.installed: requirements.txt requirements-dev.txt
	@command -v $(PYTHON) >/dev/null || { echo "Python 3.11 or newer is missing. Install it: apt-get install python3 python3-venv"; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Python 3.11 or newer is needed and $(PYTHON) is older. Install one and name it: make $(firstword $(MAKECMDGOALS)) PYTHON=python3.12"; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || { echo "Python's venv module is missing. Install it: apt-get install python3-venv"; exit 1; }
	@$(PY) -m pip --version >/dev/null 2>&1 || $(PYTHON) -m venv --clear .venv
	@echo "Installing the pinned packages into .venv …"
	@{ $(PY) -m pip install --quiet --disable-pip-version-check uv==$(UV_VERSION) && $(PY) -m uv pip install --quiet --python $(PY) -r requirements-dev.txt; } \
	  || $(PY) -m pip install --quiet --disable-pip-version-check -r requirements-dev.txt \
	  || { echo "The packages could not be fetched. Check the network or pip's index settings, then run the same command again."; exit 1; }
	@touch $@

run: setup ## the portal with its demo on http://127.0.0.1:8000 (PORT=… for another port)
	@exec $(PY) manage.py run

test: setup ## all tests on SQLite and the embedded broker
	@$(EMBEDDED) $(PYTEST) -n 2 --dist loadfile

check: setup ## style, import order, migrations, deployment settings
	$(PY) -m ruff check .
	$(PY) -m ruff format --check .
	$(PY) -c 'import sys; from importlinter.cli import lint_imports_command; sys.exit(lint_imports_command())'
	$(PRODUCTION) manage.py makemigrations --check --dry-run
	$(PRODUCTION) manage.py check --deploy --fail-level WARNING

test-services: setup ## the same tests, all but the browser's, on a real PostgreSQL and a real Redis (DATABASE_URL and REDIS_URL, or servers of its own)
	@$(PY) -m tests.config.services $(PY) -m pytest -n 2 --dist loadfile --ignore tests/browser

faults: setup ## workers, Redis, PostgreSQL and the mail server killed while they work, on servers of its own (tests/faults/README.md)
	@$(EMBEDDED) $(PY) -m tests.faults $(FAULT)

browser: setup ## the browser tests; fails where no Chromium is found
	@THONGSUOT_REQUIRE_BROWSER=1 $(EMBEDDED) $(PYTEST) tests/browser

bench: setup ## national size: seed, serve and measure on SQLite and PostgreSQL (BENCH="--on sqlite --provinces 2" for less)
	@$(EMBEDDED) $(PY) -m bench $(BENCH)

coverage: setup ## which lines the tests never reach
	@$(EMBEDDED) $(PYTEST) -n 2 --cov --cov-report=term-missing:skip-covered

messages: setup ## collect and compile the words of the interface (needs gettext)
	@$(EMBEDDED) $(PY) manage.py makemessages -l vi --no-obsolete --no-wrap --no-location --ignore=.venv --ignore=var --ignore=tests --ignore=bench
	@$(EMBEDDED) $(PY) manage.py compilemessages --ignore=.venv --ignore=var

clean: ## remove .venv and what the tests left; var/ (the demo's data) stays
	rm -rf .venv .pytest_cache .ruff_cache .import_linter_cache .coverage htmlcov

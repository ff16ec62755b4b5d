# Needs python3 (3.11 or newer, with venv) and make. Everything is installed into VENV and nothing outside the project.

PYTHON ?= python3
VENV ?= .venv
WORKERS ?= 2
MATRIX ?= 3.11 3.13
MODES ?= M1 M3
OPERATIONS ?= 10000
ARGS ?=

EVERYTHING := .[test,dev]
BIN := $(VENV)/bin
LOCK := $(if $(shell command -v flock),flock $(VENV)/.lock)
ON_SQLITE := env -u DATABASE_URL -u REDIS_URL
ON_SERVICES := $(BIN)/python tests/with_services.py
# These start servers and clients of their own, which takes time: one pass is enough. Of the matrix of who sees what, the
# second pass plays two modes of four (MODES): a mode decides in Python, before any database is asked.
OWN_SERVER := -m "not browser" --ignore=tests/house/test_readme_runs.py --ignore=tests/examples
PYTEST := $(BIN)/python -m pytest -q -n $(WORKERS)

.DEFAULT_GOAL := help
.NOTPARALLEL:
.PHONY: help run test test-sqlite test-services test-matrix browser-test model lint schema schema-check catalogues bench soak soak-mail clean

help: ## this list
	@sed -n 's/^\([a-z-]*\):.*## /\1@/p' Makefile | while IFS=@ read -r name text; do printf '  make %-14s %s\n' "$$name" "$$text"; done
	@echo '  Variables: PYTHON=$(PYTHON) VENV=$(VENV) WORKERS=$(WORKERS) MATRIX="$(MATRIX)" ARGS="…" (for the command behind it)'

run: $(VENV)/.installed-to-run ## install, migrate, fill in demo data, serve http://127.0.0.1:8000/graphql/
	@$(BIN)/python manage.py serve $(ARGS)

test: test-sqlite test-services ## the whole suite on SQLite, then again on PostgreSQL and Valkey

test-sqlite: $(VENV)/.installed-to-develop ## the suite on SQLite only
	@echo "== SQLite, no other server"
	@$(ON_SQLITE) $(PYTEST) $(ARGS)

test-services: $(VENV)/.installed-to-develop ## the suite on PostgreSQL and Valkey only
	@echo "== PostgreSQL and Valkey"
	@MATRIX_MODES="$(MODES)" $(ON_SERVICES) $(PYTEST) $(OWN_SERVER) $(ARGS)

test-matrix: ## the whole suite on every Python of MATRIX that is there, each with its own Django
	@ran=; left=; failed=; \
	for version in $(MATRIX); do \
		python=; \
		for candidate in "$${PYENV_ROOT:-$$HOME/.pyenv}"/versions/$$version.*/bin/python python$$version; do \
			"$$candidate" -c 'import venv' 2>/dev/null && python=$$candidate; \
		done; \
		if [ -z "$$python" ]; then left="$$left $$version"; continue; fi; \
		echo "== Python $$version"; \
		if $(MAKE) --no-print-directory test PYTHON="$$python" VENV=.venv-$$version; \
		then ran="$$ran $$version"; else failed="$$failed $$version"; fi; \
	done; \
	echo "== Passed:$${ran:- none}. Failed:$${failed:- none}. Left out, for want of that Python:$${left:- none}."; \
	[ -n "$$ran" ] && [ -z "$$failed" ]

browser-test: $(VENV)/.installed-to-develop ## the tests that drive a real Chromium
	@$(ON_SQLITE) $(BIN)/python -m pytest -q -m browser $(ARGS)

model: $(VENV)/.installed-to-develop ## 10,000 random operations of everyone against a simple model, on each database
	@$(ON_SQLITE) MODEL_OPERATIONS=$(OPERATIONS) $(BIN)/python -m pytest -q tests/messaging/model $(ARGS)
	@MODEL_OPERATIONS=$(OPERATIONS) $(ON_SERVICES) $(BIN)/python -m pytest -q tests/messaging/model $(ARGS)

lint: $(VENV)/.installed-to-develop ## style, format, types, and who may import whom
	@$(BIN)/ruff check
	@$(BIN)/ruff format --check
	@$(ON_SQLITE) $(BIN)/mypy
	@$(BIN)/lint-imports

schema: $(VENV)/.installed-to-develop ## write schema.graphql
	@$(ON_SQLITE) $(BIN)/python manage.py schema

catalogues: $(VENV)/.installed-to-develop ## bring the translations' catalogues up to date, and compile them
	@$(ON_SQLITE) $(BIN)/python -m tests.catalogues

schema-check: $(VENV)/.installed-to-develop ## fail if schema.graphql does not match the code; name what breaks clients
	@$(ON_SQLITE) $(BIN)/python manage.py schema --check

bench: $(VENV)/.installed-to-develop ## the benchmarks, on a PostgreSQL that syncs
	@$(ON_SERVICES) --durable $(BIN)/python -m bench $(ARGS)

soak: $(VENV)/.installed-to-develop ## 10,000 messages while processes are killed and Redis restarts; is anything lost?
	@$(ON_SERVICES) $(BIN)/python -m tests.soak $(ARGS)

soak-mail: $(VENV)/.installed-to-develop ## 3,000 e-mails while workers are killed and the mail server goes away; is any lost?
	@$(ON_SQLITE) $(BIN)/python -m tests.soak.mail $(ARGS)
	@$(ON_SERVICES) $(BIN)/python -m tests.soak.mail $(ARGS)

clean: ## remove what was installed and cached; the database stays
	@rm -rf $(VENV) .venv-* .mypy_cache .pytest_cache .ruff_cache .import_linter_cache .hypothesis build ./*.egg-info
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +

$(VENV)/.installed-to-run: pyproject.toml constraints.txt
	@$(call install,.)
	@touch $@

$(VENV)/.installed-to-develop: pyproject.toml constraints.txt
	@$(call install,$(EVERYTHING))
	@touch $@ $(VENV)/.installed-to-run

# $(call install,WHAT). The lock is for two makes at once. pip speaks only when it fails, and then without addresses:
# where it looks for packages is this machine's affair.
define install
$(PYTHON) -c 'import sys; sys.version_info >= (3, 11) or sys.exit("Python 3.11 or newer is needed, and $(PYTHON) is " \
	+ sys.version.split()[0] + ". Name another one: make … PYTHON=python3.13")' && mkdir -p $(VENV) && \
echo "Installing into $(VENV) …" && { [ -x $(BIN)/pip ] || $(LOCK) $(PYTHON) -m venv $(VENV); } && \
{ $(LOCK) $(BIN)/python -m pip install --quiet --no-input --disable-pip-version-check -c constraints.txt -e '$(1)' \
	>$(VENV)/pip.log 2>&1 || { sed -E '/^WARNING/d; s,[a-z]+://[^ )]*,…,g; s,host=[^ )]*,…,g' $(VENV)/pip.log >&2; exit 1; }; }
endef

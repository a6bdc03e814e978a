# Maru in two commands: `make run` and `make test`. CONTRIBUTING.md tells the rest.

PYTHON ?= python3
BIN := .venv/bin
MANAGE := $(BIN)/python manage.py
# Tests run side by side, whole files each: half of their time is waiting.
PYTEST_WORKERS ?= 3
# Checks and tests have a home of their own, never var/.
APART := MARU_HOME="$(CURDIR)/.test-home"

.PHONY: run test check bench nemesis schema environment test-environment system-packages
.NOTPARALLEL:

run: environment
	@exec $(MANAGE) up

test: test-environment system-packages check
	@$(BIN)/python -m pytest -m "not nemesis" -n $(PYTEST_WORKERS) --dist loadfile --cov --cov-report=term:skip-covered $(PYTEST_FLAGS)

check: test-environment
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports
	@$(APART) $(BIN)/python -W ignore::RuntimeWarning manage.py makemigrations --check --dry-run
	@$(APART) $(MANAGE) check_translations
	@$(APART) $(MANAGE) check_schema

schema: test-environment
	@$(APART) $(MANAGE) check_schema --write

bench: test-environment system-packages
	@$(MANAGE) bench $(BENCH_FLAGS)

nemesis: test-environment system-packages
	@$(BIN)/python -m pytest -m nemesis $(PYTEST_FLAGS)

environment:
	@$(PYTHON) tools/install.py requirements.txt

test-environment:
	@$(PYTHON) tools/install.py requirements-dev.txt

system-packages:
	@$(PYTHON) tools/system_packages.py

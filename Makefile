# Everything starts here: `make run` shows Recruit at work, `make test` proves it.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin

.PHONY: help setup setup-dev run test test-thorough test-faults check format bench bench-outreach lock clean

help: ## what can be done
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 14

$(VENV)/installed: requirements/run.txt requirements/data.txt pyproject.toml
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Recruit needs Python 3.11 or newer: make PYTHON=/path/to/python3.11 …")'
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/run.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes --no-deps -r requirements/data.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	touch $@

$(VENV)/installed-dev: $(VENV)/installed requirements/dev.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/dev.txt
	touch $@

setup: $(VENV)/installed ## the virtual environment, from the locked versions, and the lexicon
	$(BIN)/recruit terminology build

setup-dev: setup $(VENV)/installed-dev ## the same with what tests and checks need

run: setup ## a demonstration: sample trials and people, matched, explained and served
	$(BIN)/recruit demo

# Where Python is told to keep nothing compiled, each of hundreds of processes would compile Recruit.
test: export PYTHONDONTWRITEBYTECODE =
# Each worker has a core. numpy would take all of them for every small sum, and wait for them.
test test-thorough: export OPENBLAS_NUM_THREADS = 1
test: setup-dev ## the whole suite
	$(BIN)/python -m pytest --numprocesses auto --maxprocesses 4 --dist worksteal

test-thorough: setup-dev ## four times as many invented examples
	TIMES_AS_MANY_EXAMPLES=4 $(BIN)/python -m pytest -m hypothesis --numprocesses auto --maxprocesses 4 --dist worksteal

check: setup-dev ## format, lint, types, imports, templates
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/djlint --check --lint templates

format: setup-dev ## put the code into shape
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .
	$(BIN)/djlint --reformat --quiet templates

bench: setup-dev ## measure reading, ranking and matching on ../shared/data
	$(BIN)/python -m bench

bench-outreach: setup-dev ## measure sending: against a bare loop, and beside the pages
	$(BIN)/python -m bench.outreach

test-faults: setup-dev ## 10,000 withdrawals against sending, 500 kills: takes half an hour
	RECRUIT_TEST_RACES=10000 RECRUIT_TEST_KILLS=500 $(BIN)/python -m pytest tests/faults -rP

lock: setup-dev ## new locked versions, without any address in them
	$(BIN)/uv pip compile pyproject.toml requirements/build.in --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-emit-find-links --no-annotate --no-header --upgrade -o requirements/run.txt
	$(BIN)/uv pip compile pyproject.toml requirements/build.in --universal --python-version 3.11 --group dev --generate-hashes --no-emit-index-url --no-emit-find-links --no-annotate --no-header --upgrade -o requirements/dev.txt
	$(BIN)/uv pip compile requirements/data.in --no-deps --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-emit-find-links --no-annotate --no-header --upgrade -o requirements/data.txt

clean: ## forget the environment and all data of this checkout
	rm -rf $(VENV) var

# Two commands: `make demo` shows what an EHR would see, `make test` runs every test. Both need Python >= 3.11 only.
.DEFAULT_GOAL := help
VENV   ?= .venv
PYTHON ?= $(shell for p in python3 python3.14 python3.13 python3.12 python3.11; do \
	"$$p" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo "$$p" && break; done)
PROCESSES ?= auto
BIN    := $(VENV)/bin
PIP    := $(BIN)/python -m pip --disable-pip-version-check --quiet --no-input

.PHONY: help demo serve hapi check test fuzz lint coverage mutants format lock benchmark soak clean

help:  ## list these commands
	@sed -n 's/^\([a-z]*\):.*## /make \1\t/p' Makefile

demo: $(VENV)/.run  ## open a synthetic chart, print its cards, serve the demo until interrupted
	@$(BIN)/cds-service demo $(ARGS)

serve: $(VENV)/.run  ## the service alone, accepting unsigned calls, on loopback
	@$(BIN)/cds-service serve --open $(ARGS)

hapi: $(VENV)/.dev  ## a real HAPI FHIR server, the cast on it, every chart opened (Java 17, Maven)
	@$(BIN)/python -m tests.hapi.demo $(ARGS)

check: $(VENV)/.run  ## review the trial definitions
	@$(BIN)/cds-service check $(ARGS)

test: $(VENV)/.dev  ## every test, on all processors (ARGS="-k name" for some)
	@$(BIN)/python -m pytest -n $(PROCESSES) $(ARGS)

fuzz: $(VENV)/.dev  ## the laws, each on 20,000 examples drawn anew (about two hours; ARGS="-k name" for one)
	@$(BIN)/python -m pytest tests/laws --hypothesis-profile=fuzz $(ARGS)

lint: $(VENV)/.dev  ## ruff, mypy --strict, import contracts
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports

coverage: $(VENV)/.dev  ## which branches of `eligibility` the deciding tests reach; fails below 95 %
	@$(BIN)/python -m coverage run --branch --source=eligibility -m pytest -q \
		tests/spec tests/trials/test_worked_examples.py tests/fhir tests/wild tests/test_invariants.py $(ARGS)
	@$(BIN)/python -m coverage report --skip-covered --show-missing --fail-under=95

mutants: $(VENV)/.dev  ## what no test notices when a rule decides otherwise (ARGS="truth when" for some; hours for all)
	@$(BIN)/python -m tests.mutation $(ARGS)

format: $(VENV)/.dev  ## put the code in order
	@$(BIN)/ruff check --fix .
	@$(BIN)/ruff format .

benchmark: $(VENV)/.dev  ## speed and memory as ratios from one run, and cost by the size of a record
	@$(BIN)/python -m benchmarks.hook $(ARGS)
	@$(BIN)/python -m benchmarks.assess

soak: $(VENV)/.dev  ## ten minutes of steady load; fails where memory or open files grow (ARGS="--minutes 1")
	@$(BIN)/python -m benchmarks.soak $(ARGS)

# The locks hold hashes and no addresses; `uv` is needed only by whoever renews them.
lock:  ## renew both locks from pyproject.toml (needs uv)
	uv pip compile pyproject.toml --extra build --extra postgres --universal --generate-hashes --no-header --no-annotate \
		--quiet -o requirements.lock
	uv pip compile pyproject.toml --extra build --extra postgres --extra dev --universal --generate-hashes --no-header --no-annotate \
		--quiet -c requirements.lock -o requirements-dev.lock

clean:  ## remove the virtual environment and what tools left behind
	rm -rf $(VENV) .pytest_cache .mypy_cache .ruff_cache .hypothesis dist build

# Each stamp is newer than what it was built from, so that installing happens once.
$(BIN)/python:
	@test -n "$(PYTHON)" || { echo "Python 3.11 or newer is needed; name it with PYTHON=/path/to/python3" >&2; exit 2; }
	@echo "building $(VENV) with $(PYTHON) (once)"
	@$(PYTHON) -m venv $(VENV)

$(VENV)/.run: requirements.lock pyproject.toml | $(BIN)/python
	@test -e $(VENV)/.dev || $(PIP) install --require-hashes --no-deps -r requirements.lock
	@$(PIP) install --no-deps --no-build-isolation --editable .
	@touch $@

$(VENV)/.dev: requirements-dev.lock pyproject.toml | $(BIN)/python
	@$(PIP) install --require-hashes --no-deps -r requirements-dev.lock
	@$(PIP) install --no-deps --no-build-isolation --editable .
	@touch $@ $(VENV)/.run

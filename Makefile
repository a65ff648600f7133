# `make` alone lists the targets. Everything runs from .venv/, made from the locks in requirements/.
PYTHON ?= python3
KAFKA ?= embedded
GOLD ?= tests/data/labelled.jsonl
NEWS ?= ../shared/data
ONCE ?=
VENV := .venv
BIN := $(VENV)/bin
PIP := $(PYTHON) -m pip --python $(BIN)/python --disable-pip-version-check install --quiet
COMPILE := $(BIN)/uv --quiet pip compile --universal --python-version 3.11 --generate-hashes --no-header --no-annotate

.DEFAULT_GOAL := help
.PHONY: help install run kafka kafka-stop test unit check fmt schemas lock bench evaluate train clean

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-12s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

install: $(VENV)/dev.stamp ## make .venv/ with everything that tests need

$(VENV)/runtime.stamp: requirements/runtime.txt
	@$(PYTHON) -c 'import sys; v = sys.version_info; sys.exit(None if (3, 11) <= v < (3, 14) else f"Watchfloor runs on Python 3.11 to 3.13, and $(PYTHON) is {v.major}.{v.minor}: name another with make PYTHON=python3.11")'
	@echo "installing the runtime into $(VENV)/ (once for each lock)"
	@$(PYTHON) -m venv --clear --without-pip $(VENV)
	@$(PIP) --require-hashes -r requirements/runtime.txt
	@$(PIP) --no-deps --no-build-isolation -e .
	@touch $@

$(VENV)/dev.stamp: requirements/dev.txt $(VENV)/runtime.stamp
	@echo "installing the development tools into $(VENV)/ (once for each lock)"
	@$(PIP) --require-hashes -r requirements/dev.txt
	@touch $@

run: $(VENV)/runtime.stamp ## the whole pipeline with a demonstration (ONCE=1 ends after it; KAFKA=real after `make kafka`)
	@$(BIN)/watchfloor up --kafka $(KAFKA) $(if $(ONCE),--once)

kafka: $(VENV)/runtime.stamp ## start Apache Kafka on this machine (Java 17, Maven), its log under var/
	@$(BIN)/watchfloor kafka start

kafka-stop: $(VENV)/runtime.stamp ## stop it
	@$(BIN)/watchfloor kafka stop

test: $(VENV)/dev.stamp ## every test
	@$(BIN)/pytest

unit: $(VENV)/dev.stamp ## the tests that need neither Kafka nor PostgreSQL
	@$(BIN)/pytest tests/unit tests/component tests/contract

check: $(VENV)/dev.stamp ## lint, format, types, import contracts
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports

fmt: $(VENV)/dev.stamp ## format and fix
	@$(BIN)/ruff format .
	@$(BIN)/ruff check --fix .

schemas: $(VENV)/dev.stamp ## generate schemas/jsonschema/, schemas/asyncapi.yaml and the schema of the lexicons
	@$(BIN)/python -m tests.contract.generate

bench: $(VENV)/dev.stamp ## measure, each figure beside its reference (a table, and var/bench.json)
	@$(BIN)/python -m tests.bench

evaluate: $(VENV)/dev.stamp ## the classifier against labels: tables, and plots in var/evaluate/ (GOLD=FILE)
	@$(BIN)/watchfloor evaluate $(GOLD)

train: $(VENV)/dev.stamp ## learn the classifier's weights from labelled news (NEWS=FOLDER; not part of the project)
	@$(BIN)/python -m services.classifier.training $(NEWS)

lock: $(VENV)/dev.stamp ## write requirements/ anew from pyproject.toml
	@$(COMPILE) pyproject.toml --group build -o requirements/runtime.txt
	@$(COMPILE) --group dev -c requirements/runtime.txt -o requirements/dev.txt

clean: ## remove what make and the services wrote; a Kafka of `make kafka` is stopped
	@[ ! -x $(BIN)/watchfloor ] || $(BIN)/watchfloor kafka stop
	@rm -rf $(VENV) var .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache .coverage

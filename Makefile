# Every command a newcomer needs. `make` alone lists them.
.DEFAULT_GOAL := help
SHELL := /bin/bash
PYTHON ?= python3.11
APP := .venv/bin
INSTALL := -m pip install --quiet --disable-pip-version-check --no-deps --no-warn-script-location
TEXTS ?= ../shared/eval/dev_utterances.jsonl
NLU_LOCK := --no-deps --require-hashes -r nlu_data/requirements.lock
MODEL ?= var/models/nlu.tar.gz
CODE := bot dialogs knowledge_base nlu_data scheduler social_security storage tests

help: ## list the commands
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-8s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

run: setup ## install what is missing, start everything, say where to chat
	@exec $(APP)/pandu up

test: setup lint ## everything the gate checks: style, types, imports, then all tests
	@$(APP)/pandu train --if-changed
	@$(APP)/pytest -n 2 --dist loadgroup

lint:
	@$(APP)/ruff check $(CODE)
	@$(APP)/ruff format --check --quiet $(CODE)
	@$(APP)/mypy
	@$(APP)/lint-imports --no-cache >/dev/null || $(APP)/lint-imports --no-cache

format: setup ## put the code in order
	@$(APP)/ruff check --fix $(CODE)
	@$(APP)/ruff format $(CODE)

proof: setup ## the crash tests at full length: 500 conversations, three months of nudges
	@PANDU_PROOF=1 $(APP)/pytest tests/processes tests/nudges -k 'crash or killed or proof'

bench: setup ## measure against Rasa's own loop, side by side; writes build/bench.json
	@$(APP)/python -m tests.bench

eval: setup ## measure the language and write docs/language.md: make eval TEXTS=some.jsonl
	@$(APP)/pandu train --if-changed
	@.venv-nlu/bin/python nlu_data/rasa_checks.py --folds 3 --out build/cross-validation
	@.venv-nlu/bin/python -W ignore nlu_data/compare.py --dev $(TEXTS)
	@test ! -f $(TEXTS) || .venv-nlu/bin/python -W ignore nlu_data/evaluate.py $(TEXTS) --model $(MODEL)
	@.venv-nlu/bin/python -W ignore nlu_data/evaluate.py nlu_data/evaluation/texts.jsonl --model $(MODEL)
	@.venv-nlu/bin/python -W ignore nlu_data/http_speed.py --model $(MODEL)
	@.venv-nlu/bin/python -W ignore nlu_data/report.py --model $(MODEL) --dev $(TEXTS)
	@echo "The figures are in docs/language.md."

locks: setup ## pin the newest versions by hash
	@$(APP)/uv pip compile --quiet --upgrade --generate-hashes --no-emit-index-url --no-header --python-version 3.11 \
		--group install pyproject.toml -o requirements.lock
	@$(APP)/uv pip compile --quiet --upgrade --generate-hashes --no-emit-index-url --no-header --python-version 3.11 \
		--group install --group dev -c requirements.lock pyproject.toml -o requirements-dev.lock

setup: .venv/ready .venv-nlu/ready

.venv/ready: requirements-dev.lock pyproject.toml
	@echo "Installing the app's environment (half a minute, only this time) ..."
	@$(PYTHON) -m venv .venv
	@$(APP)/python $(INSTALL) --require-hashes -r requirements-dev.lock
	@$(APP)/python $(INSTALL) --no-build-isolation --editable .
	@touch $@

.venv-nlu/ready: nlu_data/requirements.lock .venv/ready
	@echo "Installing Rasa's environment (about 2.5 GB, only this time) ..."
	@$(PYTHON) -m venv --without-pip .venv-nlu
	@$(APP)/uv pip install --quiet --system-certs --python .venv-nlu/bin/python $(NLU_LOCK) \
		|| $(APP)/python -m pip --python .venv-nlu/bin/python install --quiet --ignore-requires-python $(NLU_LOCK)
	@touch $@

.PHONY: help run test lint format proof bench eval locks setup

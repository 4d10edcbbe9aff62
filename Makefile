# Every command a newcomer needs. `make` alone lists them.
.DEFAULT_GOAL := help
PYTHON ?= python3.11
APP := .venv/bin
NLU := .venv-nlu/bin
COMPILE := $(APP)/uv pip compile --quiet --generate-hashes --no-emit-index-url --no-header --python-version 3.11

help: ## list the commands
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-10s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

run: setup ## install what is missing, start everything, say where to chat
	@$(APP)/pandu up

setup: .venv/ready .venv-nlu/ready

.venv/ready: requirements-dev.lock pyproject.toml
	@echo "Installing the app's environment (about a minute, the first time) ..."
	@$(PYTHON) -m venv .venv
	@$(APP)/python -m pip install --quiet --disable-pip-version-check --no-deps --require-hashes -r requirements-dev.lock
	@$(APP)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $@

.PHONY: help run setup

# Every habit of this project. `make help` lists them. Nothing outside the checkout, the data folder and package caches is written.

PYTHON ?= python3
PORT ?= 8000
DATA ?= .data/demo
SECONDS ?= 3600

BIN := .venv/bin
RUN := $(BIN)/python
export PYRIGHT_PYTHON_CACHE_DIR := $(CURDIR)/.cache/pyright
export PYRIGHT_PYTHON_IGNORE_WARNINGS := 1

.DEFAULT_GOAL := help
.PHONY: help demo check fix generate test test-long bench soak screenshots dev page

help: ## List the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-12s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

demo: ## Install everything it needs and start a demo class on http://localhost:8000
	@$(PYTHON) tools/bootstrap.py demo
	@$(RUN) -m tools.build
	@$(RUN) -m pythonide.app.entry serve --demo --data $(DATA) --port $(PORT)

dev: ## Install what developers need (tests, linters)
	@$(PYTHON) tools/bootstrap.py dev

page: dev ## Build the page, if its sources changed
	@$(RUN) -m tools.build

check: page ## Lint, types, layers, generated files: everything that needs no run
	@$(RUN) -m tools.check

fix: dev ## Format, and repair what linters can repair
	@$(RUN) -m tools.check --fix

generate: dev ## Write what is derived: schema, types and reference of the wire, the list of packages
	@$(RUN) -m tools.generate
	@$(RUN) -m tools.node --in web npm run --silent generate
	@$(RUN) -m tools.packages

test: page ## All tests that fit into 12 minutes on 2 cores: checks, Python, page, browser
	@$(RUN) -m tools.test

test-long: page ## Soak, kill and matrix tests, at most 60 minutes
	@$(RUN) -m tools.test --long

bench: page ## Measure beside peers on this machine; writes results and docs/explanation/speed.md
	@$(PYTHON) tools/bootstrap.py bench
	@$(RUN) -m benchmarks

soak: page ## Let a class work for SECONDS (an hour); fails if anything grows or is left
	@$(RUN) -m benchmarks.soak $(SECONDS)

screenshots: page ## Take the pictures in docs/pictures anew
	@$(RUN) -m tools.test --screenshots

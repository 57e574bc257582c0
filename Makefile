# Touchstone. `make` lists the targets.

SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
MAKEFLAGS += --no-print-directory

TARGET := $(or $(CARGO_TARGET_DIR),target)
DEMO := $(TARGET)/demo/touchstone
CARGO := cargo --locked
# Seconds for each fuzz target.
FUZZ_SECONDS ?= 20
# How often the long tests do it.
KILLS ?= 50
RELOADS ?= 10000

.PHONY: help setup demo test screenshots test-long lint eval bench fuzz fmt docs clean

help: ## List the targets
	@grep -hE '^[a-z-]+:.*##' $(firstword $(MAKEFILE_LIST)) | sed -E 's/^([a-z-]+):[^#]*## /\1\t/' | \
		awk -F '\t' '{ printf "  make %-16s %s\n", ($$1 == "eval" ? "eval DATA=DIR" : $$1), $$2 }'

setup: ## Install what is missing, fetch word lists and models, check their SHA-256
	@scripts/setup.sh

demo: setup ## Build, screen the bundled feed, explain one decision, serve with a synthetic stream
	@echo 'demo: building (the first time takes minutes)' >&2
	@$(CARGO) build --profile demo --package touchstone
	@BIN=$(DEMO) scripts/demo.sh

test: export TOUCHSTONE_TESTS = 1
test: setup ## Run every test
	@echo 'test: the rules, against the tests beside them' >&2
	@$(CARGO) run --package touchstone -- policy test
	@echo 'test: unit, integration and documentation tests' >&2
	@$(CARGO) test
	@echo 'test: the service, called in every way its OpenAPI document allows' >&2
	@$(CARGO) build --quiet --package touchstone
	@BIN=$(TARGET)/debug/touchstone scripts/api.sh
	@echo 'test: clients generated from the document, and the examples that stand on them' >&2
	@BIN=$(TARGET)/debug/touchstone scripts/clients.sh
	@echo 'test: the console, by hand: a day with the mouse and one with the keyboard' >&2
	@BIN=$(TARGET)/debug/touchstone scripts/console.sh

screenshots: setup ## Write every page of the console, light and dark, into out/screens
	@$(CARGO) build --quiet --package touchstone
	@BIN=$(TARGET)/debug/touchstone scripts/console.sh --screens out/screens

test-long: ## Kill the server KILLS (50) times under load, reload RELOADS (10,000) times meanwhile
	@KILLS=$(KILLS) $(CARGO) test --package touchstone --test serve -- nothing_acknowledged_is_lost_or_doubled
	@RELOADS=$(RELOADS) $(CARGO) test --package touchstone-server --test it -- no_decision_sees_half_of_a_pack

lint: ## Formatting, clippy, the house rules, shell and Python scripts
	@scripts/lint.sh

eval: setup ## Measure both errors on labelled data in the folder DATA
	@test -n '$(DATA)' || { echo 'error: say where the data is: make eval DATA=DIR' >&2; exit 2; }
	@$(CARGO) run --release --package touchstone-evaluation -- --data '$(DATA)'
	@echo; echo "Again on rows that were written without sight of the knowledge (fixtures/fresh/README.md)"; echo
	@$(CARGO) run --release --quiet --package touchstone-evaluation -- --data '$(DATA)' --fixtures fixtures/fresh --worst 0
	@echo; echo "Pictures: copies among edits, photos of the same goods, logos"; echo
	@$(CARGO) run --release --quiet --package touchstone-trials -- copies --data '$(DATA)' --threads 2
	@$(CARGO) run --release --quiet --package touchstone-trials -- catalogue --data '$(DATA)'
	@$(CARGO) run --release --quiet --package touchstone-trials -- logos --data '$(DATA)'
	@$(CARGO) run --release --quiet --package touchstone-trials -- masked --data '$(DATA)' --half held
	@echo; echo "Listings whose words are clean and whose pictures are not, and honest ones"; echo
	@$(CARGO) run --release --quiet --package touchstone-evaluation -- --data '$(DATA)' --pictures

bench: setup ## Measure speed and memory beside three rivals; DATA=DIR adds real listings
	@DATA='$(DATA)' scripts/bench.sh

fuzz: ## Feed damaged input to the readers and the normal form (FUZZ_SECONDS each)
	@test -x scripts/fuzz.sh || { echo 'error: scripts/fuzz.sh is not there' >&2; exit 1; }
	@FUZZ_SECONDS=$(FUZZ_SECONDS) scripts/fuzz.sh

fmt: ## Format the code
	@cargo fmt

docs: ## Write docs/signals.md, docs/rights.md and docs/openapi.json anew
	@$(CARGO) run --quiet --package touchstone-people --example rights > docs/rights.md.new
	@mv docs/rights.md.new docs/rights.md
	@$(CARGO) run --quiet --package touchstone -- knowledge reference > docs/signals.md.new
	@mv docs/signals.md.new docs/signals.md
	@$(CARGO) run --quiet --package touchstone -- openapi > docs/openapi.json.new
	@mv docs/openapi.json.new docs/openapi.json

clean: ## Delete what was built, fetched and written
	@cargo clean
	@rm -rf .setup knowledge/imported models out

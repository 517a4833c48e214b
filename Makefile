# The commands of this project. Each of them first installs what the machine lacks, and says what that is.

SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help

# Vectors and corpora written by others lie beside the project where they are at hand; tests that need them say so when
# they are skipped.
ifneq ($(wildcard ../shared/vectors/.),)
export OBHUT_VECTORS := $(abspath ../shared/vectors)
endif
ifneq ($(wildcard ../shared/corpus/.),)
export OBHUT_CORPUS := $(abspath ../shared/corpus)
endif
export OBHUT_MOTO := $(abspath .venv/bin/moto_server)
export OBHUT_PYTHON := $(abspath .venv/bin/python)
export OBHUT_CHROMIUM ?= /usr/bin/chromium

# The page is part of the program; every target here builds it first, and a program without it is an error.
export OBHUT_REQUIRE_WEB := 1

.PHONY: help
help: ## What there is
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## /\1\t/' | expand -t 12

.PHONY: demo
demo: ## Build, serve, send a small real timeline, and show what came of it
	@scripts/setup build web
	@scripts/web build
	@scripts/demo

.PHONY: test
test: ## Everything the continuous integration runs
	@scripts/setup build web test
	@scripts/say-what-is-skipped
	@scripts/web build
	scripts/web check
	cargo fmt --all --check
	cargo clippy --workspace --all-targets --locked -- -D warnings
	RUSTDOCFLAGS="-D warnings" cargo doc --workspace --no-deps --locked --quiet
	cargo nextest run --workspace --locked --no-fail-fast

.PHONY: check
check: ## The quick part: formatting, lints, unit tests
	@scripts/setup build web check
	@scripts/web build
	scripts/web check
	cargo fmt --all --check
	cargo clippy --workspace --all-targets --locked -- -D warnings
	cargo nextest run --workspace --locked --lib --bins

.PHONY: bench
bench: ## Figures beside the limit of the machine and beside other programs (a table and JSON)
	@scripts/setup build web bench
	@scripts/web build
	@scripts/bench

.PHONY: campaign
campaign: ## The long run: thousands of kills and injected faults
	@scripts/setup build web test
	@scripts/web build
	OBHUT_CAMPAIGN=1 cargo nextest run --workspace --locked --no-fail-fast --profile campaign

.PHONY: deny
deny: ## Licences, banned crates and advisories (needs cargo-deny)
	cargo deny check

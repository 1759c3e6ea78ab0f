# `make` lists the targets. Unless it says so, they need only Python (3.11 or newer): no Docker, no
# AWS account.
# To choose the Python: make PYTHON=python3.13 ...

BIN := .venv/bin
COMPILE := $(BIN)/uv pip compile pyproject.toml --quiet --universal --python-version 3.11 \
	--generate-hashes --no-emit-index-url --no-header

# The tools of `make audit`, installed separately because they are large and rarely used.
AUDIT := .local/audit

# Validates the simulator's calls and answers; `make discord-spec` downloads it.
SPEC := .local/discord-openapi.json
export DISCORD_OPENAPI_SPEC ?= $(abspath $(wildcard $(SPEC)))

# The tests run in several processes, each of which would otherwise compile everything again.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: help setup layouts build demo up down test matrix soak bench check audit cost graph format lock doctor register erase webhook-test discord-spec test-sfn-local test-aws clean

help: ## List the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-15s %s\n", $$1, $$2 }' Makefile

setup: ## Create .venv with all dependencies (other targets do this by themselves)
	@PYTHON='$(PYTHON)' sh local/setup.sh

layouts: setup ## Check the channel layouts
	@cd functions && ../$(BIN)/python -m channelwright.campaign.layout

build: layouts ## Check the layouts, run sam build, add bytecode: for sam deploy (ARGS='--use-container')
	$(BIN)/sam build $(ARGS)
	@$(BIN)/python -m local.bytecode .aws-sam/build

demo: layouts ## Show a campaign created, one undone and one deleted (ARGS='--name X --fault gm-notes --browser')
	@$(BIN)/python -m local.demo $(ARGS)

up: layouts ## Start the local stack and its page in the background; .local/stack.json has its addresses
	@$(BIN)/python -m local.up

down: setup ## Stop the local stack
	@$(BIN)/python -m local.down

test: setup ## Run all tests (ARGS='-k signature')
	$(BIN)/python -m pytest --numprocesses auto --maxprocesses 5 --dist loadfile --no-loadscope-reorder $(ARGS)

matrix: setup ## Print the outcome under every single fault, one row each (ARGS='"create role"')
	@PYTHONPATH=functions:. $(BIN)/python -m tests.reliability.matrix $(ARGS)

soak: N ?= 20000
soak: SEED ?= $(shell date +%s)
soak: setup ## Test random schedules of faults (N=20000; SEED=, as printed, repeats a run)
	@echo "make soak N=$(N) SEED=$(SEED)"
	@SCHEDULES=$$(($(N) / 5)) SEED=$(SEED) $(BIN)/python -m pytest tests/reliability/test_schedules.py \
		--numprocesses auto --maxprocesses 4 --no-loadscope-reorder $(ARGS)

bench: layouts ## Measure the ACK, a campaign and its cost; takes minutes (ARGS='--quick', ARGS='ack-cold')
	@PYTHONPATH=functions:. $(BIN)/python -m bench $(ARGS)

check: layouts ## Check format, style, types, security, layouts, workflows, template, state machines
	$(BIN)/ruff format --check
	$(BIN)/python -m local.format_json --check statemachine/*.asl.json
	$(BIN)/ruff check
	$(BIN)/mypy
	$(BIN)/bandit --quiet --recursive functions
	$(BIN)/bandit --quiet --recursive local --configfile pyproject.toml
	$(BIN)/zizmor --offline --pedantic --quiet .github
	$(BIN)/python -m local.sam validate --lint
	$(BIN)/cfn-lint
	$(BIN)/python -m local.check_state_machine statemachine/*.asl.json
	$(BIN)/python -m pytest tests/contract

$(AUDIT)/.installed: requirements-audit.txt | setup
	umask 077; $(BIN)/python -m venv --clear $(AUDIT)
	umask 077; $(AUDIT)/bin/python -m pip install --quiet --disable-pip-version-check \
		--no-deps --require-hashes -r $<
	@umask 077; touch $@

audit: $(AUDIT)/.installed ## Check the template and the dependencies for known vulnerabilities (needs internet)
	umask 077; $(BIN)/python -m local.transformed >.local/transformed.json
	@failed=; \
	$(AUDIT)/bin/checkov --config-file .checkov.yaml || failed=1; \
	for each in functions/requirements.txt requirements-dev.txt; do \
		$(AUDIT)/bin/pip-audit --strict --require-hashes --disable-pip -r $$each || failed=1; \
	done; \
	test -z "$$failed"  # run all checks, even after a failure

cost: setup ## Measure the usage of users' commands, and update docs/cost.md
	RECORD=1 $(BIN)/python -m pytest tests/statemachine/test_cost.py

graph: setup ## Redraw the state machines: docs/*.svg
	@$(BIN)/python -m local.graph

format: setup ## Format the code and the state machines, and fix what ruff can fix
	$(BIN)/ruff format
	$(BIN)/python -m local.format_json statemachine/*.asl.json
	$(BIN)/ruff check --fix

lock: setup ## Pin all dependencies again, from pyproject.toml
	$(COMPILE) --output-file functions/requirements.txt
	$(COMPILE) --extra dev --constraints functions/requirements.txt --output-file requirements-dev.txt
	$(COMPILE) --extra audit --output-file requirements-audit.txt

doctor: setup ## Check a deployed bot's setup: one line per problem, with the fix (settings: README)
	@PYTHONPATH=functions $(BIN)/python -m local.doctor

register: setup ## Set the endpoint and the commands, for a stack that does not register by itself
	@PYTHONPATH=functions $(BIN)/python -m local.register

erase: STACK ?=
erase: setup ## Show which records name a person, and erase the id there (USER=id STACK=name ARGS=--really)
	@$(BIN)/python -m local.erase --user '$(USER)' --stack '$(STACK)' $(ARGS)

webhook-test: STACK ?=
webhook-test: setup ## Send a test to the receiver of webhooks (STACK=name; without it, of the local stack)
	@PYTHONPATH=functions $(BIN)/python -m local.webhook_test --stack '$(STACK)'

discord-spec: setup ## Download Discord's OpenAPI document, which makes the tests stricter
	@umask 077; $(BIN)/python -m local.discord_document $(SPEC)

test-sfn-local: setup ## Test the state machine on Step Functions Local, unsupported by AWS (needs Docker)
	@sh local/sfn_local.sh $(BIN)/python -m pytest tests/statemachine/test_sfn_local.py $(ARGS)

test-aws: setup ## Test on AWS: the definitions, every state, a deployed stack (needs credentials; STACK=)
	TEST_AWS=1 $(BIN)/python -m pytest tests/aws -rs $(ARGS)

clean: ## Stop the local stack and delete everything that make has created
	@if [ -x $(BIN)/python ]; then $(BIN)/python -m local.down; fi
	rm -rf .venv .local .aws-sam .hypothesis .pytest_cache .mypy_cache .ruff_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

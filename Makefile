# Every target does its own set-up: a new clone needs only Python 3.11 or later and make.
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help setup demo test peers fresh kills coverage check bench bench-wire bench-peers fmt reference pictures translations clean

# Debian's own build is compiled with optimisations that others on PATH may lack: a third more payments.
PYTHON ?= $(shell /usr/bin/python3.11 -c 'import ensurepip, venv' 2>/dev/null \
    && echo /usr/bin/python3.11 || echo python3)
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready
PYTEST := $(BIN)/python -m pytest --dist loadgroup
# Processes for two cores; tests of whole programs wait for what they start half of their time.
COMPUTING := -n 2
WAITING := -n 4
# Tests and demo start the program about a hundred times. Without this line each start would compile all modules
# again if the environment forbids storing them.
export PYTHONDONTWRITEBYTECODE :=
# The progress of the download is not needed, and warnings about a newer pip do not concern this project.
PIP := $(BIN)/python -m pip --disable-pip-version-check --no-input --quiet

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "make %-13s%s\n", $$1, $$2}' $(MAKEFILE_LIST)

setup: $(READY) ## create .venv and install the project with its tools

# The install is editable: a change of code needs no new install. Only a change of these two files does.
$(READY): pyproject.toml constraints.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	    { echo 'Python 3.11 or later is needed: make PYTHON=/path/to/python3.11' >&2; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || \
	    { echo 'Python cannot create virtual environments here: apt-get install python3-venv' >&2; exit 1; }
	@echo 'Setting up $(VENV) (once, and again when pyproject.toml or constraints.txt change)'
	@$(PYTHON) -m venv --clear $(VENV)
	@$(PIP) install -c constraints.txt -e '.[dev]'
	@touch $@

demo: $(READY) ## run the main job on the samples; KEEP=1 leaves the server running
	@$(BIN)/offline-collect demo $(if $(KEEP),--keep)

test: $(READY) ## run all tests, or those outside WITHOUT=folders; some need PostgreSQL, SoftHSM2, Kannel or Chromium installed
	@$(PYTEST) $(WAITING) $(addprefix --ignore=,$(WITHOUT))

peers: $(READY) ## run clients of jPOS, moov-io/iso8583 and npm's iso_8583; needs Maven, a JDK, Go and Node
	@OFFLINE_COLLECT_TEST_REQUIRE_PEERS=1 $(BIN)/python -m pytest tests/peers

# Set only once: a recursive variable would be a different number at each use.
ifndef SEED
SEED := $(shell od -An -N4 -tu4 /dev/urandom | tr -d ' ')
endif

# Prints the modules with such tests: all others would be imported for nothing.
PLAYING := grep -rlE 'hypothesis|make_machine' tests --include='test_*.py'

fresh: $(READY) ## play the tests that make their own examples from a new seed, or from SEED=N
	@echo 'Fresh examples from seed $(SEED); play them again with: make fresh SEED=$(SEED)'
	@$(PYTEST) $(COMPUTING) -m hypothesis --hypothesis-seed=$(SEED) $$($(PLAYING))

KILLS ?= 40
kills: $(READY) ## kill the server KILLS times under load, at moments from a new seed or SEED=N; ONLY=sqlite or postgresql
	@echo '$(KILLS) kills on each database from seed $(SEED); again with: make kills KILLS=$(KILLS) SEED=$(SEED)'
	@OFFLINE_COLLECT_TEST_KILLS=$(KILLS) OFFLINE_COLLECT_TEST_KILLS_SEED=$(SEED) \
	    $(BIN)/python -m pytest -s tests/e2e/test_kills.py $(if $(ONLY),-k $(ONLY))

# A few examples reach each branch, and `make fresh` plays all of them without the coverage's work.
coverage: $(READY) ## check that the tests of domain and wire cover every branch of both
	@$(PYTEST) $(COMPUTING) --hypothesis-profile=few tests/domain tests/wire \
	    --cov=offline_collect.domain --cov=offline_collect.wire --cov-report=term-missing:skip-covered --cov-fail-under=100

check: $(READY) ## lint, formatting, types and the direction of imports
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports --no-logo

bench: $(READY) ## measure throughput and latency; figures go to var/bench/
	@$(BIN)/offline-collect bench

bench-wire: $(READY) ## measure the stages of the wire; BEFORE=path compares the tree of another version
	@$(BIN)/python bench/wire.py $(BEFORE)

bench-peers: $(READY) ## compare payments with a plain jPOS listener (Maven and a JDK) and with the raw drivers
	@$(BIN)/python bench/peers/run.py

fmt: $(READY) ## format the code and apply the linter's safe fixes
	@$(BIN)/ruff check --fix-only --quiet .
	@$(BIN)/ruff format .

reference: $(READY) ## write the pages of docs/ that the program generates: commands and messages
	@$(BIN)/python -m typer offline_collect.app.cli.main utils docs --name offline-collect > docs/commands.md
	@$(BIN)/python -m typer offline_collect_terminal.cli.main utils docs --name offline-collect-terminal > docs/terminal-commands.md
	@$(BIN)/offline-collect message reference > docs/messages.md

pictures: $(READY) ## draw the pictures of docs/pictures from the real programs; needs Chromium
	@$(BIN)/python -m tests.e2e.draw_kiosk
	@$(BIN)/python -m tests.e2e.draw_console
	@$(BIN)/python -m tests.e2e.draw_roles
	@$(BIN)/python -m tests.e2e.draw_first_merchant

# All catalogues are Chinese; each has the name of the part of the product whose texts it holds.
LOCALE := offline_collect/translations/locale
EXTRACT := $(BIN)/pybabel -q extract --no-default-keywords -k Phrase -k in_context:1c,2 -c translators: \
    --add-location=file --sort-by-file --project=offline-collect --no-wrap
UPDATE := $(BIN)/pybabel -q update -l zh_CN -d $(LOCALE) --previous --ignore-obsolete --ignore-pot-creation-date --no-wrap

translations: $(READY) ## update the catalogues of translations from the code, and compile them
	@mkdir -p build
	@$(EXTRACT) -o build/platform.pot offline_collect
	@$(UPDATE) -D platform -i build/platform.pot
	@$(BIN)/pybabel -q compile -d $(LOCALE) -D platform
	@$(BIN)/pybabel -q extract -F pyproject.toml --add-location=file --sort-by-file --project=offline-collect --no-wrap \
	    -o build/console.pot .
	@$(UPDATE) -D console -i build/console.pot
	@$(BIN)/pybabel -q compile -d $(LOCALE) -D console
	@$(BIN)/python -m offline_collect.app.tools.help_texts > build/commands.pot
	@$(UPDATE) -D commands -i build/commands.pot
	@$(BIN)/pybabel -q compile -d $(LOCALE) -D commands
	@$(EXTRACT) -k msgid -k words -k say -k ask -k choose -k confirm -k ask_amount:2 -k ask_date:2 \
	    -o build/terminal.pot offline_collect/domain/forms.py simulators
	@$(UPDATE) -D terminal -i build/terminal.pot
	@$(BIN)/pybabel -q compile -d $(LOCALE) -D terminal

clean: ## remove what the targets made, except your databases
	@rm -rf $(VENV) build dist var/demo var/bench .coverage .coverage.* .mypy_cache .ruff_cache \
	    .hypothesis .import_linter_cache .pytest_cache
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +

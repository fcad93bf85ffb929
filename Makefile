# Needs make and Python 3.11 or newer with venv; npm is used when there is one.

# Tests run on the newest SQLAlchemy, or on the newest 2.0 in an environment of its own.
SQLALCHEMY ?= 2.1
OTHERS = 2.0
OTHER := $(filter $(OTHERS),$(SQLALCHEMY))
ifeq ($(filter 2.1 $(OTHERS),$(SQLALCHEMY)),)
$(error SQLALCHEMY=$(SQLALCHEMY) is not tested here; there are 2.1, which is the default, and $(OTHERS))
endif

VENV ?= .venv$(OTHER:%=-sqlalchemy-%)
BIN := $(VENV)/bin
PIP := $(BIN)/pip install --quiet --disable-pip-version-check --require-hashes --no-build-isolation
LOCKED_OTHER := $(OTHER:%=requirements/sqlalchemy-%.txt)
# The other SQLAlchemy comes last: it takes the place of the one that all else was locked with.
INSTALL = $(PIP) -r $(1)$(if $(OTHER), && $(PIP) -r $(LOCKED_OTHER))
comma := ,
SEED_ARGS = $(if $(USERS),--users $(USERS)) $(if $(SEED),--seed $(SEED)) $(if $(RESET),--reset)

# On in the demo, off in code; the environment and .env have the last word.
DEMO = $(foreach name,INSPECTOR STOCK_BASELINE,\
	$(if $(shell grep -s '^$(name)=' .env),,$(name)=$(or $($(name)),true)))

# The newest tried Python comes first; each must start and have what venv needs.
FIND_PYTHON = for python in $(PYTHON) python3.13 python3.12 python3.11 python3 python ''; do \
	$$python -c 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))' \
	>/dev/null 2>&1 && break; done; \
	if [ -z "$$python" ]; then \
	echo 'No Python 3.11 or newer with its venv module was found.' \
	'Install one (Debian: apt install python3-venv) or name it: make PYTHON=/path/to/python3' >&2; \
	exit 1; fi

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help install run seed explain test test-wide fuzz soak lint typecheck format load bench wheel screenshot lock sbom audit clean

help: ## Print this menu
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/  make \1|\2/p' $(MAKEFILE_LIST) | \
	while IFS='|' read -r target text; do printf '%-17s %s\n' "$$target" "$$text"; done

install: $(VENV)/.runtime build/static/.stamp ## Create .venv; install the locked packages and the front-end files
	@:

run: install ## Serve the demo on http://127.0.0.1:8000; fill the database first: make run [SEED_USERS=1000000 [RESET=1]]
	@$(BIN)/python -m scripts.free_port
	@$(BIN)/flask --app app seed $(if $(RESET),--reset)
	@exec env $(DEMO) $(BIN)/python -m gunicorn

seed: $(VENV)/.runtime ## Fill the database: make seed USERS=1000000 [SEED=1] [RESET=1]
	@$(BIN)/flask --app app seed $(SEED_ARGS)

# What is typed goes through the environment, where no quote of it ends the command.
export SEARCH
explain: $(VENV)/.runtime ## Say what one draw costs and which index it lacks: make explain [SEARCH=..] [ORDER=name:desc] [PLANS=1]
	@$(BIN)/flask --app app explain $(if $(SEARCH),--search "$$SEARCH") $(ORDER:%=--order %) $(if $(PLANS),--plans)

# Coverage is of the whole suite, so it is asked for where nothing is left out.
test: lint typecheck build/static/.stamp ## Check style and types, then run all tests: make test [ARGS='-k ordering'] [SQLALCHEMY=2.0]
	@$(BIN)/python -m pytest -n auto --maxprocesses 4 $(or $(ARGS),$(if $(OTHER),,--cov=app))

test-wide: $(VENV)/.dev ## Try generated schemas and queries for long: make test-wide [TIME=10m] [SEED=1]
	@$(BIN)/python -m tests.serverside.shapes --time $(or $(TIME),10m) $(if $(SEED),--seed $(SEED))

fuzz: $(VENV)/.dev ## Send hostile requests for long: make fuzz [TIME=10m] [SEED=1]
	@$(BIN)/python -m tests.fuzz --time $(or $(TIME),10m) $(if $(SEED),--seed $(SEED))

soak: $(VENV)/.dev ## Load servers of its own that fail meanwhile, and check the answers: make soak [TIME=20m]
	@$(BIN)/python -m tests.soak --time $(or $(TIME),20m)

lint: $(VENV)/.dev ## Check style
	@$(BIN)/ruff check
	@$(BIN)/ruff format --check

typecheck: $(VENV)/.dev ## Check types
	@$(BIN)/mypy

format: $(VENV)/.dev ## Rewrite what can be mended by itself
	@$(BIN)/ruff check --fix
	@$(BIN)/ruff format

load: $(VENV)/.load ## Read like many people: make load [CLIENTS=20] [TIME=30s] [TARGET=http://...] [P95_MS=500]
	@mkdir -p reports
	@$(BIN)/python -m locust --locustfile tests/load/locustfile.py$(if $(WRITERS),$(comma)tests/load/writers.py) \
	--headless --only-summary --host $(or $(TARGET),http://127.0.0.1:$(or $(PORT),8000)) \
	--users $(or $(CLIENTS),20) --spawn-rate $(or $(CLIENTS),20) --run-time $(or $(TIME),30s) \
	$(if $(P95_MS),--p95-ms $(P95_MS)) $(if $(MOST_FAILURES),--most-failures $(MOST_FAILURES)) \
	--html reports/load.html

bench: $(VENV)/.bench ## Compare with the stock library: make bench [BENCH_USERS=1000000] [BENCH_DATABASES=sqlite]
	@$(BIN)/python -m tests.bench

wheel: $(VENV)/.runtime ## Build the engine as a package to install: build/serverside_datatables-*.whl
	@rm -rf build/lib build/bdist.* build/*.whl
	@$(BIN)/pip wheel --quiet --disable-pip-version-check --no-deps --no-build-isolation --wheel-dir build .
	@ls build/*.whl

screenshot: $(VENV)/.dev build/static/.stamp ## Take the README's picture of the page
	@$(BIN)/python -m scripts.screenshot

lock: ## Choose the newest allowed packages anew and write requirements/*.txt
	@sh scripts/lock.sh

sbom: $(VENV)/.runtime ## List what is served, with digests, as CycloneDX: reports/sbom.json
	@mkdir -p reports
	@$(BIN)/python -m scripts.sbom > reports/sbom.json
	@echo reports/sbom.json

audit: $(BIN)/pip ## Look the locked packages up in the databases of known holes; needs the network
	@test -x build/audit/bin/pip-audit || { $(BIN)/python -m venv build/audit && \
	build/audit/bin/pip install --quiet --disable-pip-version-check 'pip-audit~=2.9'; }
	@build/audit/bin/pip-audit --requirement requirements/runtime.txt --require-hashes --disable-pip
	@npm audit --package-lock-only --omit=dev

clean: ## Remove what make has made; the database and .env stay
	@rm -rf $(VENV) .venv-sqlalchemy-* .node node_modules static/vendor build reports htmlcov *.egg-info \
	.coverage .hypothesis .mypy_cache .pytest_cache .ruff_cache
	@find app tests scripts -name __pycache__ -type d -prune -exec rm -rf {} +

# pip comes last into a new environment: without it, the environment was left half made.
$(BIN)/pip:
	@$(FIND_PYTHON); echo "Creating $(VENV) with $$($$python -V)"; $$python -m venv $(VENV)

$(VENV)/.runtime: requirements/build.txt requirements/runtime.txt $(LOCKED_OTHER) | $(BIN)/pip
	@echo 'Installing the packages (a minute or less)'
	@$(PIP) -r requirements/build.txt
	@$(call INSTALL,requirements/runtime.txt)
	@touch $@

$(VENV)/.dev: requirements/dev.txt $(VENV)/.runtime
	@echo 'Installing the packages for development'
	@$(call INSTALL,requirements/dev.txt)
	@touch $@

$(VENV)/.load: requirements/load.txt $(VENV)/.runtime
	@echo 'Installing Locust'
	@$(call INSTALL,requirements/load.txt)
	@touch $@

$(VENV)/.bench: requirements/bench.txt $(VENV)/.runtime
	@echo 'Installing Matplotlib'
	@$(call INSTALL,requirements/bench.txt)
	@touch $@

# Node is needed only to fetch the front-end files; without npm, it comes as a Python package.
static/vendor/.stamp: package.json package-lock.json scripts/vendor.py | $(BIN)/pip
	@if ! npm --version >/dev/null 2>&1; then $(MAKE) --no-print-directory .node/.stamp; fi
	@echo 'Fetching the front-end files'
	@PATH="$$PATH:$(CURDIR)/.node/bin" npm ci --ignore-scripts --no-audit --no-fund --loglevel=error
	@$(BIN)/python scripts/vendor.py
	@touch $@

# The files as they are served; which state of them there is already is for the program to see.
build/static/.stamp: static/vendor/.stamp $(shell find static -type f -not -path 'static/vendor/*') | $(VENV)/.runtime
	@$(BIN)/python -m app.web.publish
	@touch $@

.node/.stamp: requirements/node.txt
	@$(FIND_PYTHON); echo 'Fetching Node'; $$python -m venv .node
	@.node/bin/pip install --quiet --disable-pip-version-check --require-hashes -r requirements/node.txt
	@touch $@

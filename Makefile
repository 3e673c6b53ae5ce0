# hks: `make demo` shows it, `make test` proves it. Each target sets up all it needs from an empty folder.
PYTHON ?= python3
BIN := .venv/bin
UV := $(BIN)/uv
# An index set for pip on this machine is handed on to uv and never written down.
INDEX := $(shell $(PYTHON) -m pip config get global.index-url 2>/dev/null)
export UV_INDEX_URL := $(or $(UV_INDEX_URL),$(INDEX),$(PIP_INDEX_URL))
ifeq ($(strip $(UV_INDEX_URL)),)
unexport UV_INDEX_URL
endif
# Where it is set, every program the tests start compiles the whole package anew.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: demo test check docs peers bench messages pictures lock clean

.venv/.uv:
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet uv==0.13.9 || echo "uv is not to be had; pip does the work, slower"
	touch $@

.venv/.run: requirements.txt pyproject.toml .venv/.uv
	if [ -x $(UV) ]; then $(UV) pip install --quiet --python $(BIN)/python --require-hashes --compile-bytecode -r requirements.txt; \
	else $(BIN)/python -m pip install --quiet --require-hashes -r requirements.txt; fi
	$(BIN)/python -m pip install --quiet --no-deps --no-build-isolation --no-index -e .
	touch $@

.venv/.dev: requirements-dev.txt .venv/.run
	if [ -x $(UV) ]; then $(UV) pip install --quiet --python $(BIN)/python --require-hashes -r requirements-dev.txt; \
	else $(BIN)/python -m pip install --quiet --require-hashes -r requirements-dev.txt; fi
	touch $@

MESSAGES := src/hks/locale/de/LC_MESSAGES/django

$(MESSAGES).mo: $(MESSAGES).po .venv/.run
	$(BIN)/python -c "import polib; polib.pofile('$(MESSAGES).po').save_as_mofile('$@')"

# A later lock or kernel compiles again by itself; this only spares the first person the wait.
.venv/.warm: .venv/.run $(wildcard src/hks/*/*_kernels.py)
	$(BIN)/hks warmup
	touch $@

# A browser, a database server and gettext come from the system's packages; without root their tests say loudly that they skip.
.venv/.system:
	sh tools/system_packages.sh
	touch $@

demo: .venv/.run .venv/.warm $(MESSAGES).mo
	$(BIN)/hks demo --serve

test: .venv/.dev .venv/.warm .venv/.system $(MESSAGES).mo
	sh tools/test.sh

check: .venv/.dev $(MESSAGES).mo
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/deptry src
	$(BIN)/python tools/sizes.py

docs: .venv/.dev $(MESSAGES).mo
	$(BIN)/python tools/method_pages.py
	$(BIN)/sphinx-build -W -q -b html docs docs/_build/html

# Ratios to other programs need these beside ours, once; `make bench` finds them.
peers: .venv/.peers

.venv/.peers: benchmarks/peers.txt .venv/.uv
	$(PYTHON) -m venv .venv/peers
	if [ -x $(UV) ]; then $(UV) pip install --quiet --python .venv/peers/bin/python -r benchmarks/peers.txt; \
	else .venv/peers/bin/python -m pip install --quiet -r benchmarks/peers.txt; fi
	touch $@

bench: .venv/.dev .venv/.warm
	if [ -x .venv/peers/bin/python ]; then export HKS_PEER_PYTHON=$${HKS_PEER_PYTHON:-$(CURDIR)/.venv/peers/bin/python}; fi; \
	for script in benchmarks/*.py; do echo "== $$script"; $(BIN)/python $$script || exit 1; done

# The pictures of the README, made by the browser tests themselves.
PICTURES := start-de-1280 start-en-1280 project-weigh-de-1280 project-weigh-en-1280 take-part-statement-de-390 take-part-statement-en-390

pictures: .venv/.dev .venv/.system $(MESSAGES).mo
	mkdir -p .data/pictures docs/pictures
	HKS_SCREENSHOTS=.data/pictures $(BIN)/python -m pytest tests/browser/test_project.py -q -n auto
	for name in $(PICTURES); do cp .data/pictures/$$name.png docs/pictures/; done

messages: .venv/.dev
	cd src/hks && ../../$(BIN)/django-admin makemessages --locale de --no-location --no-wrap --no-obsolete

lock: .venv/.uv
	$(UV) pip compile --universal --generate-hashes --no-header --no-annotate --python-version 3.11 --quiet pyproject.toml --group setup -o requirements.txt
	$(UV) pip compile --universal --generate-hashes --no-header --no-annotate --python-version 3.11 --quiet pyproject.toml --group setup --group dev --group docs -c requirements.txt -o requirements-dev.txt

clean:
	rm -rf .venv .data docs/_build

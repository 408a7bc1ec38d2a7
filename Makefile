# The commands people type. `make` alone lists them.
# python3 if it fits, else the newest beside it that does.
FITS := import sys; sys.exit(not (3, 11) <= sys.version_info[:2] < (3, 14))
PYTHON ?= $(shell for python in python3 python3.13 python3.12 python3.11; do \
	$$python -c '$(FITS)' 2>/dev/null && echo $$python && break; done)
COLAB_PYTHON ?= python3.13
PORT ?= 8000
VENV := .venv
BIN := $(VENV)/bin
INSTALLED := $(VENV)/.installed
# Quiet notebooks: no TensorFlow banner, no progress bars in the pages.
export TF_CPP_MIN_LOG_LEVEL := 3
export TQDM_DISABLE := 1
export PYTHONWARNINGS :=
export PYDEVD_DISABLE_FILE_VALIDATION := 1
# Notebooks take what lies on this machine; `make full-data` is what downloads.
export CONVBOOK_OFFLINE := 1
# Short runs, whatever GPU there is; CONVBOOK_SCALE=full in the environment says otherwise.
CONVBOOK_SCALE ?= short
export CONVBOOK_SCALE

.DEFAULT_GOAL := help
.PHONY: help book serve lab check test release format wheel version colab full-data lock clean

help: ## list the commands
	@echo "convbook: make TARGET, where TARGET is one of"
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  %-11s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

$(BIN)/pip:
	@test -n '$(PYTHON)' && $(PYTHON) -c '$(FITS)' 2>/dev/null || { \
		echo "convbook needs Python 3.11, 3.12 or 3.13; here is $$($(or $(PYTHON),python3) --version 2>&1)." \
		"For 3.14, TensorFlow and h5py have no packages yet."; \
		echo "Install one of them, or say: make PYTHON=/path/to/python3.13"; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || sh tools/system.sh book
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || { \
		echo "Python's venv module is missing. On Debian or Ubuntu: sudo apt install python3-venv"; exit 1; }
	$(PYTHON) -m venv $(VENV)

# pip shows its progress on a terminal, and is quiet elsewhere. With TORCH=cpu (or another of
# uv's names, such as cu130), uv takes PyTorch from where PyTorch keeps its builds of that kind.
PIP = $(BIN)/pip install $$(test -t 1 || echo --quiet) --disable-pip-version-check
define TAKE_TORCH
@test -z '$(TORCH)' || { $(PIP) "$$(grep '^uv==' requirements.txt)" && \
	$(BIN)/uv pip install --python $(BIN)/python --torch-backend $(TORCH) "$$(grep '^torch==' requirements.txt)"; }
endef

$(INSTALLED): requirements.txt pyproject.toml grader/pyproject.toml | $(BIN)/pip
	@echo "Installing requirements.txt into $(VENV); README.md says how large it is ..."
	$(TAKE_TORCH)
	$(PIP) --requirement requirements.txt
	$(PIP) --no-deps --editable . --editable grader
	@touch $@ $(LAB)

# A part of it: what notebooks import, and JupyterLab.
LAB := $(VENV)/.lab
$(LAB): requirements.txt pyproject.toml | $(BIN)/pip
	@echo "Installing JupyterLab and what the notebooks import into $(VENV) ..."
	$(TAKE_TORCH)
	$(PIP) --constraint requirements.txt --editable '.[lab]'
	@touch $@

# Executed chapters are kept in this cache, by their code. What else could change an output empties it.
CACHE := _build/.jupyter_cache
FRESH := _build/.fresh
$(FRESH): requirements.txt $(wildcard convbook/*.py convbook/*.html convbook/*.mplstyle convbook/samples/*.* convbook/results/*.json)
	@rm -rf $(CACHE)
	@mkdir -p _build && touch $@

book: $(INSTALLED) $(FRESH) ## execute the chapters and write the site to _build/html
	$(BIN)/jupyter-book build --warningiserror --nitpick --keep-going .
	@echo "The site is in _build/html. To look at it: make serve"

serve: $(INSTALLED) ## show the built site on localhost (PORT=8000)
	@test -f _build/html/index.html || { echo "There is no site yet. Say: make book"; exit 1; }
	@echo "The site is at http://localhost:$(PORT)/ (Ctrl-C stops it)"
	@$(BIN)/python -m http.server --bind localhost --directory _build/html $(PORT) || true

lab: $(LAB) ## open the notebooks in JupyterLab (ARGS="chapters/01-filters.ipynb")
	$(BIN)/jupyter lab $(ARGS)

# Said before anything else: what the machine lacks.
SYSTEM := _build/.system
.PHONY: $(SYSTEM)
$(SYSTEM):
	@sh tools/system.sh test

PYTEST = $(BIN)/python -m pytest --numprocesses auto --maxprocesses 4 --dist loadgroup --no-loadscope-reorder

check: $(INSTALLED) ## what each commit must pass: linters, types, imports, unit tests (a minute or so)
	$(PYTEST) --quick --quiet $(ARGS)

test: $(SYSTEM) $(INSTALLED) $(FRESH) ## run all tests (chapters are executed once and kept for `make book`)
	$(PYTEST) $(ARGS)

release: $(INSTALLED) ## make exercises/ from solutions/ with nbgrader
	$(BIN)/nbreferee release

format: $(INSTALLED) ## strip and format notebooks and code, rewrite setup cells, launch links, lecture table
	$(BIN)/python -m tools.notebooks format
	$(BIN)/ruff format --quiet .
	$(BIN)/ruff check --quiet --fix .

colab: $(INSTALLED) ## run chapters and solutions with the packages that Colab ships (Python 3.13, 7 GB)
	$(BIN)/python -m tests.colab.run --python $(COLAB_PYTHON) $(ARGS)

wheel: $(INSTALLED) ## build what is published, into dist/, and check it
	rm -rf dist
	$(BIN)/python -m tools.wheels dist
	$(BIN)/twine check --strict dist/*

version: $(INSTALLED) ## write a new version everywhere (VERSION=0.2.0), to be committed and tagged
	$(BIN)/python -m tools.version $(VERSION)
	$(MAKE) format release

full-data: $(INSTALLED) ## fetch the full data sets, where this machine can reach them
	@sh tools/system.sh data
	@CONVBOOK_OFFLINE= $(BIN)/python -m convbook.data

lock: $(INSTALLED) ## write requirements.txt, keeping what fits (ARGS=--upgrade: the newest versions)
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --all-extras --no-annotate \
		--custom-compile-command 'make lock' --output-file requirements.txt $(ARGS) pyproject.toml grader/pyproject.toml

clean: ## remove everything that the other commands made
	rm -rf _build build dist *.egg-info grader/*.egg-info grader/build $(VENV) .venv-colab .pytest_cache .ruff_cache .mypy_cache .import_linter_cache

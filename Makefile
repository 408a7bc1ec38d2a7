# The commands people type. `make` alone lists them.
PYTHON ?= python3
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

.DEFAULT_GOAL := help
.PHONY: help book serve test release format colab full-data lock clean

help: ## list the commands
	@echo "convbook: make TARGET, where TARGET is one of"
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  %-11s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

$(INSTALLED): requirements.txt pyproject.toml grader/pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || { \
		echo "convbook needs Python 3.11 or newer as '$(PYTHON)'. Install it, or say: make PYTHON=/path/to/python3.12"; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || { \
		echo "Python's venv module is missing. On Debian or Ubuntu: sudo apt install python3-venv"; exit 1; }
	@echo "Installing requirements.txt into $(VENV) (about 4 GB on disk, some minutes) ..."
	$(PYTHON) -m venv $(VENV)
	$(BIN)/pip install --quiet --disable-pip-version-check --requirement requirements.txt
	$(BIN)/pip install --quiet --disable-pip-version-check --no-deps --editable . --editable grader
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

test: $(INSTALLED) $(FRESH) ## run all tests (chapters are executed once and kept for `make book`)
	$(BIN)/python -m pytest --numprocesses auto --maxprocesses 4 --dist loadgroup $(ARGS)

release: $(INSTALLED) ## make exercises/ from solutions/ with nbgrader
	$(BIN)/nbreferee release

format: $(INSTALLED) ## strip and format notebooks and code, rewrite setup cells, launch links, lecture table
	$(BIN)/python -m tools.notebooks format
	$(BIN)/ruff format --quiet .
	$(BIN)/ruff check --quiet --fix .

colab: $(INSTALLED) ## run chapters and solutions with the packages that Colab ships (Python 3.13, 7 GB)
	$(BIN)/python -m tests.colab.run --python $(COLAB_PYTHON) $(ARGS)

full-data: $(INSTALLED) ## fetch the full data sets, where this machine can reach them
	@test -d /usr/share/datasets/fashion-mnist || ! command -v apt-get >/dev/null \
		|| $(if $(filter 0,$(shell id -u)),,sudo -n) apt-get install --yes --quiet dataset-fashion-mnist \
		|| echo "apt-get could not install dataset-fashion-mnist, all of Fashion-MNIST as Debian packs it."
	@CONVBOOK_OFFLINE= $(BIN)/python -m convbook.data

lock: ## pin requirements.txt to the newest versions that pyproject.toml allows
	rm -rf _build/lock && $(PYTHON) -m venv _build/lock
	_build/lock/bin/pip install --quiet '.[book,test]' './grader[postgresql]'
	$(PYTHON) -c 'import re, subprocess; frozen = subprocess.check_output(["_build/lock/bin/pip", "freeze", "--all", "--exclude", "pip", "--exclude", "convbook", "--exclude", "nbreferee"], text=True); open("requirements.txt", "w").write("# Written by `make lock` from the extras in pyproject.toml.\n" + re.sub(r"\+cpu|^nvidia.*\n|^triton.*\n", "", frozen, flags=re.M))'

clean: ## remove everything that the other commands made
	rm -rf _build build dist *.egg-info grader/*.egg-info grader/build $(VENV) .venv-colab .pytest_cache .ruff_cache

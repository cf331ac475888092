# make run · make test · make demo · make bench. The same as plain commands stands in README.md.
PYTHON ?= python3
BIN := .venv/bin

.PHONY: run test check demo bench clean

run: .venv/runtime
	$(BIN)/python -m core migrate
	@echo "Đo Chuẩn: http://127.0.0.1:8501"
	$(BIN)/streamlit run app.py

test: .venv/development
	$(BIN)/python -m tests.browser
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/python -m core check-content
	$(BIN)/pytest -n 2 --dist worksteal

demo: .venv/runtime
	$(BIN)/python -m core migrate
	$(BIN)/python -m core demo

bench: .venv/development
	$(BIN)/python -m tests.bench

clean:
	rm -rf .venv var

.venv/runtime: requirements.txt
	test -x $(BIN)/python || $(PYTHON) -m venv .venv
	$(BIN)/pip install --quiet --disable-pip-version-check -r requirements.txt
	touch $@

.venv/development: requirements-dev.txt requirements.txt
	test -x $(BIN)/python || $(PYTHON) -m venv .venv
	$(BIN)/pip install --quiet --disable-pip-version-check -r requirements-dev.txt
	touch $@ .venv/runtime

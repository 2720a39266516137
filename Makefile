PYTHON ?= python3
BIN := .venv/bin
ARGS ?=

.DEFAULT_GOAL := help
.PHONY: help setup demo test check bench soak lock

help:  ## 列出所有命令
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 10

setup: .venv/ready  ## 建好 .venv（其他命令会自动先做这一步）

.venv/ready: requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo '需要 Python 3.11 或更新的版本，可用 make PYTHON=python3.12 指定'; exit 1; }
	@$(PYTHON) -m venv .venv
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check uv
	@VIRTUAL_ENV=.venv $(BIN)/uv pip sync --quiet --require-hashes requirements.lock
	@VIRTUAL_ENV=.venv $(BIN)/uv pip install --quiet --no-deps --no-build-isolation --editable .
	@touch $@

demo: setup  ## 模拟的企业微信里走一遍，再留下来聊天（ARGS=--once 走完即止）
	@$(BIN)/qunban demo $(ARGS)

test: setup  ## 全部测试
	@$(BIN)/python -m pytest $(ARGS)

check: setup  ## 格式、静态类型、分层
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/python -m pytest tests/test_layers.py

bench: setup  ## 在这台机器上测量
	@$(BIN)/qunban bench $(ARGS)

soak: setup  ## 全尺寸的长测试（NAME=只跑一项）
	@$(BIN)/python -m pytest -m soak --durations=0 $(if $(NAME),-k $(NAME)) $(ARGS)

lock: .venv/ready  ## 重新锁定依赖
	@$(BIN)/uv pip compile pyproject.toml --group dev --universal --generate-hashes --no-emit-index-url --no-annotate --no-header -o requirements.lock

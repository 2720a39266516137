PYTHON ?= python3
BIN := .venv/bin
ARGS ?=
NAME ?=
IMAGES ?=
# The tests start the program dozens of times: who keeps Python from storing bytecode pays for each of them.
unexport PYTHONDONTWRITEBYTECODE

.DEFAULT_GOAL := help
.PHONY: help setup demo test test-page check bench soak lock

help:  ## 列出这些命令
	@sed -n 's/^\([a-z-]*\):[^#]*## /\1\t/p' $(MAKEFILE_LIST) | expand -t 11

setup: .venv/ready  ## 建好 .venv（其他命令会自动先做这一步）

# pip's index, when somebody has set one, is uv's too: uv does not read pip's configuration.
.venv/ready: requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo '需要 Python 3.11 或更新的版本，可以指定：make PYTHON=python3.12' >&2; exit 1; }
	@echo '正在准备 .venv（只在第一次和依赖变化时）…' >&2
	@$(PYTHON) -m venv .venv
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check 'uv<1'
	@index=$${PIP_INDEX_URL:-$$($(BIN)/python -m pip config get global.index-url 2>/dev/null)}; \
	  export VIRTUAL_ENV=.venv $${index:+UV_DEFAULT_INDEX=$$index}; \
	  $(BIN)/uv pip sync --quiet --compile-bytecode --require-hashes requirements.lock && \
	  $(BIN)/uv pip install --quiet --no-deps --no-build-isolation --editable .
	@$(BIN)/qunban model || echo '语义模型以后再准备：qunban run 会自己再试' >&2
	@touch $@

demo: setup  ## 在模拟的企业微信里走一遍，再留下来聊天（ARGS=--once 走完就结束）
	@$(BIN)/qunban demo $(ARGS)

# Three workers and their bots share the cores: libraries that start threads of their own only wait for each other.
test: export OMP_NUM_THREADS = 1
test: setup  ## 全部测试（ARGS=tests/cli 只跑一处）
	@$(BIN)/python -m pytest $(or $(ARGS),-n 3 --dist loadgroup)

test-page: setup  ## 在真的 Chromium 里试聊天页（IMAGES=docs/images 顺便更新截图）
	@QUNBAN_IMAGES=$(IMAGES) $(BIN)/python -m pytest -m page tests/page $(ARGS)

check: setup  ## 代码风格、静态类型、分层
	@$(BIN)/ruff check --quiet .
	@$(BIN)/ruff format --check --quiet .
	@$(BIN)/mypy --no-error-summary
	@$(BIN)/python -m pytest tests/test_layers.py tests/test_docs.py

bench: setup  ## 在这台机器上测量（NAME=callback 只测一项，ARGS=--json）
	@$(BIN)/qunban bench $(NAME) $(ARGS)

soak: setup  ## 全尺寸的长测试（NAME= 只跑一项）
	@$(BIN)/python -m pytest -m soak --durations=0 $(if $(NAME),-k $(NAME)) $(ARGS)

lock: .venv/ready  ## 重新锁定依赖
	@$(BIN)/uv pip compile --quiet pyproject.toml --group dev --universal --generate-hashes --no-emit-index-url \
	  --no-annotate --no-header -o requirements.lock

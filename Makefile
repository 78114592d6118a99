# The verbs of this project. `make` alone lists them.
PYTHON ?= python3
BIN := .venv/bin
SPEC := spec/openapi.yaml

.PHONY: help demo test test-package generate check lint types package fuzz fuzz-simulator lost-questions state-machine soak mutation diff-random hostile defects cassettes cassettes-twice replays bench lock clean

help: ## list the verbs
	@grep -E '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## /  make \1\t/' | expand -t 24

demo: ## run the whole job on the simulator; leaves demo-output/
	@$(PYTHON) .ci/environment.py demo
	@$(BIN)/python demo/run.py

test: ## run the tests; the network is blocked but for loopback
	@$(PYTHON) .ci/environment.py test
	@$(BIN)/python -m pytest -q -n auto

test-package: ## build, install and try the distribution as people do; downloads
	@$(PYTHON) .ci/environment.py test
	@$(BIN)/python -m pytest -q -n 2 --dist loadfile tests/package

cassettes: ## record the cassettes anew, from the simulator
	@$(PYTHON) .ci/environment.py test
	@$(BIN)/python -m pytest -q -n 0 --record-mode=rewrite tests/cassettes/test_replay.py

cassettes-twice: ## prove that recording gives the same bytes each time, and those committed
	@$(PYTHON) .ci/environment.py test
	@$(BIN)/python tests/cassettes/record_twice.py

replays: ## replay all cassettes 20 times, in random order, where there is no network but loopback
	@$(PYTHON) .ci/environment.py test
	@$(BIN)/python tests/cassettes/replay_alone.py

generate: ## write generated/ from the spec
	@$(PYTHON) .ci/environment.py test
	@$(BIN)/elevatekit-codegen generate

check: ## prove that generated/ is what the spec gives
	@$(PYTHON) .ci/environment.py test
	@$(BIN)/elevatekit-codegen check

lint: ## ruff over everything, and the lint of the spec
	@$(PYTHON) .ci/environment.py lint
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/elevatekit-codegen lint

types: ## mypy --strict and basedpyright in strict mode, the snippets of the reference included
	@$(PYTHON) .ci/environment.py lint
	@$(BIN)/mypy
	@$(BIN)/python .ci/snippets.py
	@$(BIN)/basedpyright --level error

# The date of the files is the commit's, the build backend the lock's: the same bytes everywhere.
package: export SOURCE_DATE_EPOCH ?= $(or $(shell git log -1 --format=%ct 2>/dev/null),1767225600)
package: ## build dist/: wheel and sdist, the same bytes from the same commit
	@$(PYTHON) .ci/environment.py test
	@$(BIN)/python -m build --no-isolation --outdir dist

fuzz: ## try 100,000 mutated answers on all models of two APIs
	@$(PYTHON) .ci/environment.py test
	@FUZZ_DOCUMENTS=100000 $(BIN)/python -m pytest -q -n auto tests/calls/test_fuzz_documents.py

diff-random: ## hold 200 random edits of the spec against griffe and the wire
	@$(PYTHON) .ci/environment.py test
	@ELEVATEKIT_RANDOM_EDITS=200 $(BIN)/python -m pytest -q -n auto tests/codegen/diffs/test_diff_random.py

hostile: ## put 20 hostile payloads into every place of a spec where a text stands
	@$(PYTHON) .ci/environment.py test
	@ELEVATEKIT_HOSTILE=all $(BIN)/python -m pytest -q -n auto tests/codegen/test_hostile_slots.py

fuzz-simulator: ## let schemathesis try 10,000 and more requests on the simulator
	@$(PYTHON) .ci/environment.py test
	@$(BIN)/python tests/fuzz/simulator.py

lost-questions: export ELEVATEKIT_RUNS ?= 1000
lost-questions: ## a thousand interactions asked over a line that loses; what is counted must agree
	@$(PYTHON) .ci/environment.py test
	@$(BIN)/python -m pytest -q -n auto tests/client/test_lost_questions.py

state-machine: export ELEVATEKIT_RUNS ?= 500
state-machine: ## client and simulator against a model, in 500 runs of 30 steps
	@$(PYTHON) .ci/environment.py test
	@$(BIN)/python -m pytest -q -n 0 tests/client/test_state_machine.py

soak: export ELEVATEKIT_CALLS ?= 100000
soak: ## make 100,000 calls over a bad line; memory, files and threads must stay what they are
	@$(PYTHON) .ci/environment.py test
	@$(BIN)/python tests/soak/soak.py $(ELEVATEKIT_CALLS)

mutation: ## change the engine and its parts in some 450 ways; the tests must kill nine of ten
	@$(PYTHON) .ci/environment.py test
	@$(BIN)/python .ci/mutation.py $(NAMES)

defects: ## plant each stored defect and watch its gate fail
	@$(PYTHON) .ci/environment.py test
	@$(BIN)/python .ci/defects.py $(NAMES)

bench: ## measure speed and size; NAMES="…" for some only
	@$(PYTHON) .ci/environment.py test
	@$(BIN)/python .ci/bench.py $(NAMES)

LOCK := uv pip compile --quiet pyproject.toml --universal --generate-hashes \
	--no-emit-package elevatekit --custom-compile-command "make lock"
lock: ## resolve the locks anew (needs uv)
	$(LOCK) --upgrade --extra codegen --extra pytest --group lint -o locks/lint.txt
	$(LOCK) --extra codegen --extra pytest --group test -c locks/lint.txt -o locks/test.txt
	$(LOCK) --extra simulator --extra slack --group build -c locks/lint.txt -o locks/demo.txt

clean: ## remove what the verbs made
	rm -rf .venv demo-output dist build .mypy_cache .ruff_cache .pytest_cache

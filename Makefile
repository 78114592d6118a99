# The commands of this project. `make` alone lists them.
PYTHON ?= python3
BIN := .venv/bin
SPEC := spec/openapi.yaml

.PHONY: help demo test test-package generate check lint types package fuzz fuzz-simulator lost-questions state-machine soak mutation diff-random hostile defects cassettes cassettes-twice replays bench lock clean

help: ## list the commands
	@grep -E '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## /  make \1\t/' | expand -t 24

demo: ## run the whole workflow against the simulator; writes demo-output/
	@$(PYTHON) .ci/environment.py demo
	@$(BIN)/python demo/run.py

test: ## run the tests; the network is blocked except for loopback
	@$(PYTHON) .ci/environment.py test
	@$(BIN)/python -m pytest -q -n auto

test-package: ## build the distribution and test it in empty environments; downloads packages
	@$(PYTHON) .ci/environment.py test
	@$(BIN)/python -m pytest -q -n 2 --dist loadfile tests/package

cassettes: ## record all cassettes again, from the simulator
	@$(PYTHON) .ci/environment.py test
	@$(BIN)/python -m pytest -q -n 0 --record-mode=rewrite tests/cassettes/test_replay.py

cassettes-twice: ## verify that recording is reproducible and matches the committed cassettes
	@$(PYTHON) .ci/environment.py test
	@$(BIN)/python tests/cassettes/record_twice.py

replays: ## replay all cassettes 20 times, in random order, without a network except loopback
	@$(PYTHON) .ci/environment.py test
	@$(BIN)/python tests/cassettes/replay_alone.py

generate: ## write generated/ from the spec
	@$(PYTHON) .ci/environment.py test
	@$(BIN)/elevatekit-codegen generate

check: ## verify that generated/ matches the spec
	@$(PYTHON) .ci/environment.py test
	@$(BIN)/elevatekit-codegen check

lint: ## lint the spec, and run ruff
	@$(PYTHON) .ci/environment.py lint
	@$(BIN)/elevatekit-codegen lint
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .

types: ## run mypy and basedpyright in strict mode, also on the snippets of the reference
	@$(PYTHON) .ci/environment.py lint
	@$(BIN)/mypy
	@$(BIN)/python .ci/snippets.py
	@$(BIN)/basedpyright --level error

# The date of the files is the commit's, the build backend the lock's: the same bytes everywhere.
package: export SOURCE_DATE_EPOCH ?= $(or $(shell git log -1 --format=%ct 2>/dev/null),1767225600)
package: ## build dist/ reproducibly: the same commit gives the same bytes
	@$(PYTHON) .ci/environment.py test
	@$(BIN)/python -m build --no-isolation --outdir dist

fuzz: ## decode 100,000 mutated responses with all models of two APIs
	@$(PYTHON) .ci/environment.py test
	@FUZZ_DOCUMENTS=100000 $(BIN)/python -m pytest -q -n auto tests/calls/test_fuzz_documents.py

diff-random: ## compare `diff` with griffe and the wire for 200 random edits of the spec
	@$(PYTHON) .ci/environment.py test
	@ELEVATEKIT_RANDOM_EDITS=200 $(BIN)/python -m pytest -q -n auto tests/codegen/diffs/test_diff_random.py

hostile: ## put 20 hostile payloads into every text of a spec
	@$(PYTHON) .ci/environment.py test
	@ELEVATEKIT_HOSTILE=all $(BIN)/python -m pytest -q -n auto tests/codegen/test_hostile_slots.py

fuzz-simulator: ## send 10,000 and more schemathesis requests to the simulator
	@$(PYTHON) .ci/environment.py test
	@$(BIN)/python tests/fuzz/simulator.py

lost-questions: export ELEVATEKIT_RUNS ?= 1000
lost-questions: ## ask questions about a thousand interactions over a lossy connection; the counts must agree
	@$(PYTHON) .ci/environment.py test
	@$(BIN)/python -m pytest -q -n auto tests/client/test_lost_questions.py

state-machine: export ELEVATEKIT_RUNS ?= 500
state-machine: ## compare client and simulator with a model, in 500 runs of 30 steps
	@$(PYTHON) .ci/environment.py test
	@$(BIN)/python -m pytest -q -n 0 tests/client/test_state_machine.py

soak: export ELEVATEKIT_CALLS ?= 100000
soak: ## make 100,000 calls over a bad connection; memory, files and threads must not grow
	@$(PYTHON) .ci/environment.py test
	@$(BIN)/python tests/soak/soak.py $(ELEVATEKIT_CALLS)

mutation: ## make some 450 changes to the engine and its parts; the tests must detect nine of ten
	@$(PYTHON) .ci/environment.py test
	@$(BIN)/python .ci/mutation.py $(NAMES)

defects: ## apply each stored defect and verify that its test fails
	@$(PYTHON) .ci/environment.py test
	@$(BIN)/python .ci/defects.py $(NAMES)

bench: ## measure speed and size; NAMES="…" for some only
	@$(PYTHON) .ci/environment.py test
	@$(BIN)/python .ci/bench.py $(NAMES)

LOCK := uv pip compile --quiet pyproject.toml --universal --generate-hashes \
	--no-emit-package elevatekit --custom-compile-command "make lock"
lock: ## resolve the locks again (needs uv)
	$(LOCK) --upgrade --extra codegen --extra pytest --group lint -o locks/lint.txt
	$(LOCK) --extra codegen --extra pytest --group test -c locks/lint.txt -o locks/test.txt
	$(LOCK) --extra simulator --extra slack --group build -c locks/lint.txt -o locks/demo.txt

clean: ## remove what the commands made
	rm -rf .venv demo-output dist build .mypy_cache .ruff_cache .pytest_cache

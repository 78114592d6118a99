"""A sample of `make fuzz-simulator`."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path

FILE = Path(__file__).parents[1] / "fuzz" / "simulator.py"


def test_no_made_up_request_gets_an_answer_that_breaks_the_spec() -> None:
    spec = importlib.util.spec_from_file_location("fuzz_simulator", FILE)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)

    result = module.fuzz(examples=8, seed=1, phases="fuzzing,stateful")

    assert result.problem == ""
    assert result.cases > 200
    assert {200, 201, 400, 401, 404} <= set(result.statuses)

"""The suite of error paths belongs to no API: here it runs over a library of books."""

from __future__ import annotations

import inspect
import os
import re
import textwrap
from pathlib import Path

import pytest

from elevatekit.operations import API
from elevatekit_codegen.assemble import assemble
from elevatekit_codegen.lint import vetted
from elevatekit_codegen.loading import load
from elevatekit_codegen.render import render
from elevatekit_codegen.tree import write
from elevatekit_plugins.builtin.retry.standard import StandardPolicy
from elevatekit_plugins.testing.error_paths import ErrorPath, ErrorPaths
from elevatekit_plugins.testing.error_paths.paths import Answer

pytest_plugins = ["pytester"]

LIBRARY = Path(__file__).parents[1] / "codegen" / "specs" / "library.yaml"
ADDED = """
  /books/{bookId}/loans:
    get:
      operationId: books.loans
      tags: [books]
      summary: Tell who has it
      x-evidence: likely
      parameters:
        - {name: bookId, in: path, required: true, schema: {type: string, format: uuid}}
      responses:
        "200":
          description: Who has it.
          content: {application/json: {schema: {$ref: "#/components/schemas/Progress"}}}
        "410": {description: It is gone., x-error: GoneError}
components:
"""


def test_a_spec_of_ones_own_is_covered_and_what_is_added_to_it_too(
    pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")
    spec = pytester.path / "openapi.yaml"
    spec.write_text(LIBRARY.read_text("utf-8").replace("\ncomponents:\n", ADDED), "utf-8")
    write(pytester.path / "sdk", render(assemble(vetted(load(spec)), "library")))
    # The example of the documentation, with the name of the package changed.
    [example] = re.findall(r"```python\n(.*?)```", inspect.getdoc(ErrorPaths) or "", re.DOTALL)
    pytester.makepyfile(
        textwrap.dedent(example).replace("elevatekit.operations", "library.operations")
    )
    monkeypatch.setenv("PYTHONPATH", str(pytester.path / "sdk"), prepend=os.pathsep)

    result = pytester.runpytest_subprocess("-v", "-W", "error")

    outcomes = result.parseoutcomes()
    assert outcomes == {"passed": outcomes["passed"]}
    result.stdout.fnmatch_lines_random(
        [
            f"*[[]{path}[]] PASSED*"
            for path in ("books.loans-sync-410-documented", "books.loans-async-599-documented")
        ]
    )


def test_a_client_that_breaks_a_rule_fails(monkeypatch: pytest.MonkeyPatch) -> None:
    def stop(*_: object) -> None:
        return None

    safe = next(o for o in API.operations if o.retry.safe and 500 in o.errors)
    path = ErrorPath(safe.id, "sync", Answer(500, "documented"))
    with ErrorPaths(API) as stand:
        stand.check(path)
        monkeypatch.setattr(StandardPolicy, "delay", stop)
        with pytest.raises(AssertionError, match="1 attempts arrived, not 3"):
            stand.check(path)

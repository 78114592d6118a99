"""What the papers show of testing is what people can paste."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

pytest_plugins = ["pytester"]

ROOT = Path(__file__).parents[2]
STRICT = ("-W", "error", "--strict-markers", "-p", "no:cacheprovider", "-p", "elevatekit._pytest")


@pytest.fixture(autouse=True)
def alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")


def blocks(paper: str) -> list[str]:
    return re.findall(r"```python\n(.*?)```", (ROOT / paper).read_text("utf-8"), re.DOTALL)


def test_the_first_test_of_the_readme_has_five_lines_and_passes(pytester: pytest.Pytester) -> None:
    first = next(block for block in blocks("README.md") if "elevatekit_client" in block)
    pytester.makepyfile(test_first=first)

    result = pytester.runpytest_subprocess(*STRICT)

    result.assert_outcomes(passed=1)
    assert len(first.splitlines()) == 5
    assert first in blocks("docs/testing.md")


def test_each_example_of_the_guide_passes(pytester: pytest.Pytester) -> None:
    """A block whose first line is a comment with a file's name becomes that file."""
    for number, block in enumerate(blocks("docs/testing.md")):
        named = re.match(r"# (\w+\.py)\n", block)
        name = named[1] if named else f"test_example_{number}.py"
        (pytester.path / name).write_text(block, "utf-8")
    loop = ("-o", "asyncio_default_fixture_loop_scope=function")

    plugins = ("-p", "pytest_asyncio.plugin", "-p", "pytest_recording.plugin")
    result = pytester.runpytest_subprocess(*STRICT, *plugins, *loop)

    assert result.ret == pytest.ExitCode.OK
    tests = sum(len(re.findall(r"def test_", block)) for block in blocks("docs/testing.md"))
    result.assert_outcomes(passed=tests)

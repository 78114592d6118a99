"""The papers say what is so: verbs, paths and tests that they name exist, examples run."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

import pytest

from elevatekit_plugins.testing.accounts import ACCOUNT as TOKEN

ROOT = Path(__file__).parents[2]
PAPERS = (
    "CHANGELOG.md",
    "CONTRIBUTING.md",
    "README.md",
    "SECURITY.md",
    "docs/cassettes.md",
    "docs/plugins.md",
    "docs/simulator.md",
    "docs/specs.md",
    "docs/testing.md",
    "spec/README.md",
)


def read(name: str) -> str:
    return (ROOT / name).read_text("utf-8")


@pytest.mark.parametrize("paper", PAPERS)
def test_every_verb_that_is_named_exists(paper: str) -> None:
    verbs = set(re.findall(r"^([a-z-]+):.*## ", read("Makefile"), re.MULTILINE))

    named = re.findall(r"(?:`|^ {4}|^\$ )make ([a-z][a-z -]*)", read(paper), re.MULTILINE)

    assert {verb for words in named for verb in words.split()} <= verbs


def test_the_guide_to_contributing_names_every_verb_but_the_trivial() -> None:
    verbs = set(re.findall(r"^([a-z-]+):.*## ", read("Makefile"), re.MULTILINE))

    assert {v for v in verbs if f"make {v}" not in read("CONTRIBUTING.md")} <= {"help", "clean"}


@pytest.mark.parametrize("paper", ["CONTRIBUTING.md", "SECURITY.md"])
def test_every_path_that_is_named_exists(paper: str) -> None:
    paths = re.findall(r"`((?:tests|spec|plugins|codegen|generated)/[\w./-]+)", read(paper))

    assert paths
    assert [path for path in paths if not (ROOT / path).exists()] == []


@pytest.mark.parametrize("paper", PAPERS)
def test_every_link_leads_to_a_file_and_a_heading_that_exist(paper: str) -> None:
    for target in re.findall(r"\]\((?!https?:)([^)]+)\)", read(paper)):
        file, _, anchor = target.partition("#")
        path = ROOT / paper if not file else (ROOT / paper).parent / file
        assert path.exists(), target
        headings = re.findall(r"^#+ (.*)$", path.read_text("utf-8"), re.MULTILINE) if anchor else ()
        anchors = {re.sub(r"[^\w -]", "", h.lower()).replace(" ", "-") for h in headings}
        assert not anchor or anchor in anchors, target


def test_the_first_example_of_the_readme_prints_what_it_says(
    capsys: pytest.CaptureFixture[str],
) -> None:
    example = re.search(r"```python\n(.*?)```\s+```text\n(.*?)```", read("README.md"), re.DOTALL)
    assert example
    first, printed = example.groups()

    exec(compile(first, "README.md", "exec", dont_inherit=True), {"__name__": "readme"})

    assert capsys.readouterr().out == printed


def test_each_promise_about_security_names_a_test_that_is_there() -> None:
    rows = re.findall(r"^\| (?!promise)[^|]+ \| (.+) \|$", read("SECURITY.md"), re.MULTILINE)

    assert rows
    for held_by in rows:
        source = "".join(read(path) for path in re.findall(r"tests/[\w/]+\.py", held_by))
        assert "def test_" in source
        for test in re.findall(r"\btest_\w+(?=`)", re.sub(r"tests/[\w/]+\.py", "", held_by)):
            assert f"def {test}(" in source


def test_the_example_of_a_plugin_exports_what_was_pulled(
    elevatekit_simulator: Any, tmp_path: Path
) -> None:
    blocks = re.findall(r"```(toml|python)\n(.*?)```", read("CONTRIBUTING.md"), re.DOTALL)
    project = next(tomllib.loads(text) for kind, text in blocks if kind == "toml")
    source = next(text for kind, text in blocks if kind == "python")
    install(tmp_path, project["project"], source)
    (tmp_path / "calls.jsonl").write_text(
        '{"id": "call-1", "turns": [{"role": "customer", "text": "My money back!"}]}\n'
    )
    (tmp_path / "elevatekit.toml").write_text('[plugins.markdown]\ntitle = "Today"\n')

    run = Runner(tmp_path, elevatekit_simulator.base_url)
    run("pull", "--declare", "calls.jsonl", "--poll", "0.1", "--into", "run.db")
    run("export", "run.db", "--to", "markdown:report.md")

    report = (tmp_path / "report.md").read_text("utf-8")
    assert re.fullmatch(r"# Today\n\n- call-1: [1-9]\d* results\n", report)
    assert "markdown (elevatekit-markdown 1.0)" in run("--version")


def install(folder: Path, project: dict[str, Any], source: str) -> None:
    """What pip would leave of the example."""
    ((name, module),) = project["entry-points"]["elevatekit"].items()
    (folder / f"{module}.py").write_text(source)
    info = folder / f"{module}-{project['version']}.dist-info"
    info.mkdir()
    (info / "METADATA").write_text(
        f"Metadata-Version: 2.1\nName: {project['name']}\nVersion: {project['version']}\n"
    )
    (info / "entry_points.txt").write_text(f"[elevatekit]\n{name} = {module}\n")


class Runner:
    """Runs `elevatekit` in a folder that holds a plugin."""

    def __init__(self, folder: Path, url: str) -> None:
        self._folder = folder
        self._environment = os.environ | {
            "PYTHONPATH": str(folder),
            "ELEVATEKIT_TOKEN": TOKEN,
            "ELEVATEKIT_BASE_URL": url,
        }

    def __call__(self, *arguments: str) -> str:
        done = subprocess.run(
            [sys.executable, "-m", "elevatekit", *arguments],
            cwd=self._folder,
            env=self._environment,
            capture_output=True,
            text=True,
            timeout=60,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

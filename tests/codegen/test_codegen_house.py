"""What codegen relies on elsewhere in the house, and in the packages that it pins."""

from __future__ import annotations

import ast
import re
import tomllib
from importlib.metadata import version
from pathlib import Path
from typing import Any

import pytest

from elevatekit_codegen import names, render
from elevatekit_plugins.cli import app
from elevatekit_plugins.client import AsyncApiClient, SyncApiClient

ROOT = Path(__file__).parents[2]
CODEGEN = ROOT / "codegen" / "elevatekit_codegen"


def pinned() -> dict[str, str]:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    requirements = project["optional-dependencies"]["codegen"]
    return dict(r.split("==") for r in requirements if "==" in r)


def test_the_formatter_is_the_one_that_the_extra_pins() -> None:
    assert pinned()["ruff"] == render.RUFF == version("ruff")


def test_another_formatter_is_refused_by_its_version(
    sdk: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(render, "version", lambda _: "0.99.0")
    ran = sdk.run("check", "--package", "library")
    assert ran.code == 1
    assert ran.err.startswith("ruff 0.99.0 is installed, but only 0.17.6 gives the same bytes")


def test_the_parser_is_of_the_version_whose_insides_we_know() -> None:
    """Its parser is no public interface; `parser.py` names every class that we touch."""
    assert pinned()["openapi-python-client"] == version("openapi-python-client")


def test_one_module_alone_touches_the_parser() -> None:
    importers = {
        path.name
        for path in CODEGEN.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if (isinstance(node, ast.ImportFrom) and str(node.module).startswith("openapi_python"))
        or (isinstance(node, ast.Import) and node.names[0].name.startswith("openapi_python"))
    }
    assert importers == {"parser.py"}


def test_no_group_can_hide_what_a_client_has_of_its_own() -> None:
    own = {n for c in (SyncApiClient, AsyncApiClient) for n in dir(c) if not n.startswith("_")}
    assert own | {"raw"} == names.CLIENT_TAKEN


def test_no_operation_can_hide_a_command() -> None:
    assert set(app.COMMANDS) <= names.COMMAND_TAKEN


def test_partials_begin_with_an_underscore_and_all_others_make_a_file() -> None:
    templates = {path.name for path in (CODEGEN / "templates").iterdir()}
    partials = {name for name in templates if not name.endswith((".py.jinja", ".md.jinja"))}
    assert all(name.startswith("_") for name in partials)
    for name in templates - partials:
        assert name in {f"{m}.py.jinja" for m in render._MODULES} | {
            "operation.md.jinja",
            "reference.md.jinja",
        }


@pytest.mark.parametrize("page", sorted((ROOT / "generated" / "reference").glob("*.*.md")), ids=str)
def test_every_snippet_of_the_reference_is_python_and_calls_what_there_is(page: Path) -> None:
    import elevatekit.client as client

    snippets = re.findall(r"```python\n(.*?)```", page.read_text("utf-8"), re.DOTALL)
    assert len(snippets) == 2
    for snippet, kind in zip(snippets, (client.Client, client.AsyncClient), strict=True):
        calls = [
            ast.unparse(node.func)
            for node in ast.walk(ast.parse(snippet))
            if isinstance(node, ast.Call) and ast.unparse(node.func).startswith("client.")
        ]
        assert calls == [f"client.{page.stem}"]
        found: Any = kind
        for word in page.stem.split("."):
            found = getattr(found, word)
            if hasattr(found, "func"):
                # A namespace: what its property returns is written in the annotation.
                found = getattr(client, found.func.__annotations__["return"])
        assert callable(found)

"""What codegen relies on elsewhere in the house, and in the packages that it pins."""

from __future__ import annotations

import ast
import tomllib
from importlib.metadata import version
from pathlib import Path
from typing import Any

import pytest
from jinja2 import UndefinedError

from elevatekit_codegen import names, render
from elevatekit_codegen.model import AliasName
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
    assert ran.err.startswith("ruff 0.99.0 is installed, but the output requires 0.17.6")


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
    folder = CODEGEN / "templates"
    templates = {str(path.relative_to(folder)) for path in folder.rglob("*.jinja")}
    made = {f"{module}.py.jinja" for module in render.MODULES}
    made |= {f"reference/{page}.jinja" for page in render.REFERENCE}
    made |= {f"reference/{kind}.md.jinja" for kind in ("operation", "model", "error", "event")}
    assert made <= templates
    assert [name for name in templates - made if not Path(name).name.startswith("_")] == []


def test_a_template_that_asks_for_what_there_is_not_stops_the_run() -> None:
    template = render._environment().from_string("{{ page.titel }}")
    with pytest.raises(UndefinedError, match="has no attribute 'titel'"):
        template.render(page=AliasName("Title", "str", ""))

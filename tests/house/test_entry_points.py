"""Every built-in plugin comes through an entry point, and no entry point leads nowhere."""

from __future__ import annotations

import ast
from importlib.metadata import distribution
from importlib.util import find_spec
from pathlib import Path

PLUGINS = Path(__file__).parents[2] / "plugins"
BUILTIN = PLUGINS / "elevatekit_plugins" / "builtin"


def module_name(path: Path) -> str:
    parts = path.relative_to(PLUGINS).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def marks_a_hook(path: Path) -> bool:
    tree = ast.parse(path.read_text("utf-8"))
    return any(
        isinstance(mark, ast.Name) and mark.id == "hookimpl"
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef)
        for mark in node.decorator_list
    )


def test_installed_entry_points_are_the_plugins_in_builtin() -> None:
    """Fails after a plugin was added until pyproject.toml has it and the project is installed."""
    installed = {
        point.name: point.module
        for point in distribution("elevatekit").entry_points.select(group="elevatekit")
    }

    plugins = {module_name(path) for path in BUILTIN.rglob("*.py") if marks_a_hook(path)}

    assert set(installed.values()) == plugins
    assert len(installed) == len(plugins)
    assert all(module.rpartition(".")[2] == name for name, module in installed.items())


def test_every_script_and_pytest_plugin_leads_to_a_module() -> None:
    for group in ("console_scripts", "pytest11"):
        points = distribution("elevatekit").entry_points.select(group=group)
        assert points
        assert all(find_spec(point.module) for point in points)

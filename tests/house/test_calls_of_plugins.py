"""Plugins are called by the host's three ways, and pluggy's own loop by nobody."""

from __future__ import annotations

import ast
from pathlib import Path

ROOT = Path(__file__).parents[2] / "plugins" / "elevatekit_plugins"


def test_nothing_calls_a_hook_through_pluggy() -> None:
    """`manager.hook.x()` stops at the first plugin that raises, and cannot say which it was."""
    wrong = [
        f"{path.relative_to(ROOT)}:{node.lineno}"
        for path in ROOT.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Attribute)
        and isinstance(node.value, ast.Attribute)
        and node.value.attr == "hook"
    ]

    assert wrong == []


def test_pluggy_is_known_to_the_contract_alone() -> None:
    """To the markers that authors use, and to the modules that register what they mark."""
    knowing = {
        path.relative_to(ROOT).as_posix()
        for path in ROOT.rglob("*.py")
        if any(
            "pluggy" in (getattr(node, "module", None), *(a.name for a in node.names))
            for node in ast.walk(ast.parse(path.read_text("utf-8")))
            if isinstance(node, ast.Import | ast.ImportFrom)
        )
    }

    assert knowing == {"hooks/specs.py", "host/contract.py", "host/loading.py"}

"""What plugin authors import, and nothing else."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

import elevatekit_plugins


def test_what_type_checkers_see_is_what_there_is() -> None:
    tree = ast.parse(Path(elevatekit_plugins.__file__).read_text("utf-8"))
    seen = {
        alias.name
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and str(node.module).startswith("elevatekit_plugins")
        for alias in node.names
    }

    assert seen == set(dir(elevatekit_plugins))
    for name in seen:
        assert getattr(elevatekit_plugins, name).__module__.startswith(
            ("elevatekit_plugins", "pluggy")
        )


@pytest.mark.parametrize("name", ["pluggy", "re", "Struct", "NoSuchThing"])
def test_what_its_modules_happen_to_import_is_not_public(name: str) -> None:
    with pytest.raises(AttributeError, match=name):
        getattr(elevatekit_plugins, name)

"""What plugin authors import, and nothing else."""

from __future__ import annotations

import ast
from pathlib import Path
from typing import Any, get_args, get_type_hints

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


def test_what_public_names_speak_of_is_public_too() -> None:
    """An author who annotates what a protocol takes and gives must be able to import it."""
    public = {getattr(elevatekit_plugins, name) for name in dir(elevatekit_plugins)}
    spoken: dict[Any, str] = {}

    def look(type_: Any, where: str) -> None:
        if isinstance(type_, type) and type_.__module__.startswith("elevatekit_plugins"):
            spoken.setdefault(type_, where)
        for inner in get_args(type_):
            for one in inner if isinstance(inner, list) else [inner]:
                look(one, where)

    # The table of the API is large, and an exporter is handed it whole.
    classes = [it for it in public if isinstance(it, type) and it.__name__ != "Api"]
    for owner in classes:
        functions = [
            it.fget if isinstance(it, property) else it
            for name, it in vars(owner).items()
            if not name.startswith("_") and (callable(it) or isinstance(it, property))
        ]
        for it in (owner, *functions):
            for name, type_ in get_type_hints(it).items():
                look(type_, f"{owner.__name__}: {name}")

    assert {t.__name__: where for t, where in spoken.items() if t not in public} == {}
    assert len(spoken) > 20

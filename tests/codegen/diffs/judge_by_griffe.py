"""griffe: it compares the two generated packages, and knows nothing of the diff."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import griffe

from .copies import Copy


def by_griffe(old: Copy, new: Copy) -> Iterator[str]:
    """The symbols that it calls broken, in the words of the diff."""
    groups = {
        group.class_name: group.path for side in (old, new) for group in side.package.all_groups
    }
    for module in ("__init__", "client", "models", "errors"):
        if old.sources[module] == new.sources[module]:
            continue
        one, two = _tree(module, old), _tree(module, new)
        for breakage in griffe.find_breaking_changes(one, two):
            yield _symbol(breakage, groups)
    yield from _returns(old, new)


def _returns(old: Copy, new: Copy) -> Iterator[str]:
    """What griffe finds between the classes that a method returned and returns: it looks at no
    annotation by itself."""
    befores, afters = _methods(old), _methods(new)
    kept = dict(afters.values())
    for line, (id, before) in befores.items():
        path, after = afters.get(line, (id, kept.get(id, before)))
        returned = [str(f.returns).replace("models.", "") for f in (before, after)]
        classes = [
            _tree("models", side).classes.get(text.removesuffix(" | None"))
            for side, text in zip((old, new), returned, strict=True)
        ]
        if classes[0] and classes[1] and classes[0].name != classes[1].name:
            for breakage in griffe.find_breaking_changes(*classes):
                yield f"client.{path}() -> {returned[1]}.{breakage.obj.name}"


def _methods(side: Copy) -> dict[tuple[str, str], tuple[str, griffe.Function]]:
    """The method of each request, by which it is known when it is called otherwise."""
    classes = {group.path: group.class_name for group in side.package.all_groups}
    found: dict[tuple[str, str], tuple[str, griffe.Function]] = {}
    for operation in side.spec.operations:
        group, _, name = operation.row.id.rpartition(".")
        method = _tree("client", side)[classes[group]].functions[name]
        found[operation.row.method, operation.row.path] = operation.row.id, method
    return found


def _symbol(breakage: griffe.Breakage, groups: dict[str, str]) -> str:
    """What griffe names, as the diff names it: sync, async and raw are one."""
    module, *path = breakage.obj.path.split(".")
    if module == "client":
        name = re.sub(r"^(Async)?(Raw)?", "", path[0])
        path = [*(["client"] if name == "Client" else ["client", groups[name]]), *path[1:]]
    symbol = ".".join(path)
    argument = breakage.old_value if breakage.old_value is not None else breakage.new_value
    return f"{symbol}({argument.name})" if isinstance(argument, griffe.Parameter) else symbol


def _tree(module: str, of: Copy) -> griffe.Module:
    return _read(module, of.sources[module])


@cache
def _read(module: str, code: str) -> griffe.Module:
    return griffe.visit(module, Path(f"{module}.py"), code)

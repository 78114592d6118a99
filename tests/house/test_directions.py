"""Who may import whom: the house has one direction."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PACKAGES = {
    "elevatekit": ROOT / "generated" / "elevatekit",
    "elevatekit_plugins": ROOT / "plugins" / "elevatekit_plugins",
    "elevatekit_codegen": ROOT / "codegen" / "elevatekit_codegen",
}
FLOOR = [
    "secrecy",
    "addresses",
    "foreign",
    "forks",
    "api",
    "messages",
    "errors",
    "report",
    "hooks",
    "host",
    "transport",
    "checks",
    "calls",
    "options",
    "core",
    "base",
    "client",
    "namespaces",
]
FLOOR += ["journal", "pull", "export", "probe", "builtin", "simulator", "testing", "cli"]
NARROW = {
    "builtin": {"hooks", "api", "messages", "errors", "secrecy", "addresses"},
    "simulator": {"api"},
}


def imports(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: imports are absolute"
            assert node.module is not None
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def modules(package: str) -> list[Path]:
    found = sorted(PACKAGES[package].rglob("*.py"))
    assert found
    return found


@pytest.mark.parametrize(
    ("package", "forbidden"),
    [
        ("elevatekit_plugins", {"elevatekit", "elevatekit_codegen"}),
        ("elevatekit", {"elevatekit_codegen"}),
        ("elevatekit_codegen", {"elevatekit"}),
    ],
)
def test_no_package_imports_against_the_direction(package: str, forbidden: set[str]) -> None:
    wrong = [
        f"{path.relative_to(ROOT)} imports {name}"
        for path in modules(package)
        for name in imports(path)
        if name.split(".")[0] in forbidden
    ]

    assert wrong == []


def test_codegen_imports_nothing_of_the_host_but_its_words() -> None:
    """The table's words, the errors' bases, the hooks: what it writes about; the report of a probe:
    what it reads. Never the host."""
    allowed = {None, "api", "errors", "hooks", "report"}
    wrong = [
        f"{path.relative_to(ROOT)} imports {name}"
        for path in modules("elevatekit_codegen")
        for name in imports(path)
        if name.startswith("elevatekit_plugins.") and room(name) not in allowed
    ]

    assert wrong == []


def room(module: str) -> str | None:
    parts = module.split(".")
    return parts[1] if parts[0] == "elevatekit_plugins" and len(parts) > 1 else None


def test_each_room_of_the_host_imports_only_what_stands_above_it() -> None:
    wrong: list[str] = []
    for path in modules("elevatekit_plugins"):
        own = path.relative_to(PACKAGES["elevatekit_plugins"]).parts[0].removesuffix(".py")
        if own == "__init__":
            continue
        allowed = NARROW.get(own, set(FLOOR[: FLOOR.index(own)])) | {own}
        for name in imports(path):
            other = room(name)
            if other in FLOOR and other not in allowed:
                wrong.append(f"{path.relative_to(ROOT)} imports {name}")

    assert wrong == []


def test_one_module_alone_touches_the_parser_of_openapi_python_client() -> None:
    touching = {
        path.name
        for path in modules("elevatekit_codegen")
        if any(name.split(".")[0] == "openapi_python_client" for name in imports(path))
    }

    assert touching == {"parser.py"}


def strings(path: Path) -> Iterator[str]:
    """Every string of a module that is no docstring and no comment under an attribute."""
    tree = ast.parse(path.read_text("utf-8"))
    prose = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in prose:
            yield node.value


def test_the_host_names_no_operation_path_or_property() -> None:
    """What the spec decides must not be written down in Python again."""
    from elevatekit.operations import API

    words = {o.id for o in API.operations} | {o.path for o in API.operations}
    words |= {p.name for o in API.operations for p in o.parameters if p.location == "path"}
    wrong = [
        f"{path.relative_to(ROOT)} names {string}"
        for package in ("elevatekit_plugins", "elevatekit_codegen")
        for path in modules(package)
        for string in strings(path)
        if string in words
    ]

    assert wrong == []

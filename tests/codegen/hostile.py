"""What a hostile spec may hold, where it may stand, and what generated modules may do at import."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import Any

PAYLOADS = [
    '"""\nimport os\nos.system("touch pwned")\n"""',
    "'''\nimport os\n'''\nPwned()",
    '\\"""\nPwned() #',
    'ends with a quotation mark"',
    "ends with a backslash\\",
    '"); Pwned(); ("',
    "'], Pwned(), ['",
    "{{ 7 * 7 }}{% import os %}{# Pwned #}",
    "{__import__('os').system('touch pwned')}",
    "%(x)s %s \\x00 \\N{BULLET} \\u202e",
    "line\r\nPwned()\x0b\x0c\x1c\x85\u2028Pwned()",
    "\x00\x1b[2J\u202eevil\u2066 \ufeff",
    "\U0001f600 \u4f60\u597d \x7f\U000e0041",
    "../../../../tmp/pwned",
    "/tmp/pwned\\..\\pwned",
    "a" * 3000,
    "x\n```\n# Pwned\n\n| Pwned | `|` |\n---\n",
    "# type: ignore # noqa\n- [Pwned](javascript:alert(1)) <img src=x onerror=alert(1)>",
    "]]></script><script>alert(1)</script><!-- Pwned",
    "__class__.__init__.__globals__",
]

CALLS = {
    "Api", "ApiKey", "Body", "Column", "Concurrency", "Operation", "Parameter", "Pull", "PullRule",
    "Quota", "RetryRule", "Table", "TurnsRule", "UploadRule", "WaitRule", "Waiter", "async_raw",
    "raw", "fixture", "field", "main", "Meta",
}  # fmt: skip
"""Everything that generated modules may call while they are imported."""

IMPORTS = {
    "__future__", "collections", "contextlib", "functools", "importlib", "library", "msgspec", "os",
    "pytest", "typing", "elevatekit_plugins",
}  # fmt: skip

Slot = tuple[str | int, ...]
"""The path to a value; with `KEY` at its end, to a key."""

KEY = "<key>"


def slots(value: Any, path: Slot = ()) -> Iterator[Slot]:
    """Every text, and every key: of a map, of OpenAPI's own words, of a value that is free."""
    if isinstance(value, dict):
        for key, item in value.items():
            yield (*path, key, KEY)
            yield from slots(item, (*path, key))
    elif isinstance(value, list):
        for index, item in enumerate(value):
            yield from slots(item, (*path, index))
    elif isinstance(value, str):
        yield path


def calls_at_import(tree: ast.Module) -> Iterator[str]:
    """The names that are called outside of functions."""

    def visit(node: ast.AST) -> Iterator[str]:
        for child in ast.iter_child_nodes(node):
            if isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef):
                for decorator in child.decorator_list:
                    yield from visit(ast.Expr(decorator))
            elif not isinstance(child, ast.Lambda):
                if isinstance(child, ast.Call):
                    name = child.func
                    yield name.attr if isinstance(name, ast.Attribute) else ast.unparse(name)
                yield from visit(child)

    return visit(tree)


def check_module(name: str, source: str) -> None:
    tree = ast.parse(source)
    assert set(calls_at_import(tree)) <= CALLS, name
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            assert {a.name.partition(".")[0] for a in node.names} <= IMPORTS, name
        if isinstance(node, ast.ImportFrom):
            assert str(node.module).partition(".")[0] in IMPORTS, name
        if isinstance(node, ast.Name | ast.Attribute):
            called = node.id if isinstance(node, ast.Name) else node.attr
            assert "Pwned" not in called or called in called.title(), name
        if isinstance(node, ast.Module | ast.ClassDef):
            for statement in node.body:
                if isinstance(statement, ast.Expr):
                    assert isinstance(statement.value, ast.Constant), name

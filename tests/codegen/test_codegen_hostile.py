"""A spec is code that somebody else may have written: no text of it becomes code of ours."""

from __future__ import annotations

import ast
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from elevatekit_codegen.literals import docstring, literal, text

PAYLOADS = [
    '"""\nimport os\nos.system("touch pwned")\n"""',
    "'''\nimport os\n'''",
    '\\"""\nimport os #',
    'ends with a quote"',
    "ends with a backslash\\",
    '"); import os; os.system("touch pwned"); ("',
    "{{ 7 * 7 }}{% import os %}{# #}",
    "{__import__('os').system('touch pwned')}",
    "%(x)s %s \\x00 \\N{BULLET} \\u202e",
    "line\r\nimport os\x0b\x0c\x1c\x85\u2028import os",
    "\u202eevil\u2066 \ufeff",
    "\U0001f600 \u4f60\u597d \x7f",
    "../../etc/passwd",
    "a" * 300,
    "# type: ignore # noqa",
    "]]></script><script>alert(1)</script>",
]

CALLS = {
    "Api", "ApiKey", "Body", "Column", "Concurrency", "Operation", "Parameter",
    "Pull", "PullRule", "Quota", "RetryRule", "Table", "TurnsRule", "UploadRule", "WaitRule",
    "Waiter", "async_raw", "raw", "fixture", "field", "main", "Meta",
}  # fmt: skip
"""Everything that generated modules may call while they are imported."""

IMPORTS = {
    "__future__", "collections", "contextlib", "functools", "importlib", "library", "msgspec", "os",
    "pytest", "typing", "elevatekit_plugins",
}  # fmt: skip


Slot = tuple[str | int, ...]


def slots(value: Any, path: Slot = ()) -> Iterator[Slot]:
    """Every place of a document where a text stands."""
    if isinstance(value, dict):
        for key, item in value.items():
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
            if isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
                decorators = getattr(child, "decorator_list", [])
                for decorator in decorators:
                    yield from visit(ast.Expr(decorator))
                continue
            if isinstance(child, ast.Call):
                name = child.func
                yield name.attr if isinstance(name, ast.Attribute) else ast.unparse(name)
            yield from visit(child)

    return visit(tree)


def check_generated(folder: Path) -> None:
    for path in folder.rglob("*.py"):
        tree = ast.parse(path.read_bytes())
        assert set(calls_at_import(tree)) <= CALLS, path
        for node in ast.walk(tree):
            if isinstance(node, ast.Import):
                assert {a.name.partition(".")[0] for a in node.names} <= IMPORTS, path
            if isinstance(node, ast.ImportFrom):
                assert str(node.module).partition(".")[0] in IMPORTS, path
        for statement in tree.body:
            assert not isinstance(statement, ast.Expr) or isinstance(statement.value, ast.Constant)


def document(workshop: Any) -> Any:
    return YAML(typ="safe").load(workshop.spec.read_text("utf-8"))


def with_payload(value: Any, paths: list[Slot], payload: str) -> Any:
    copy = json.loads(json.dumps(value))
    for path in paths:
        inner = copy
        for key in path[:-1]:
            inner = inner[key]
        inner[path[-1]] = payload
    return copy


def is_prose(slot: Slot) -> bool:
    return slot[-1] in ("description", "summary", "title", "version") and "properties" not in slot


@pytest.mark.parametrize("payload", PAYLOADS)
def test_prose_may_say_anything(workshop: Any, payload: str) -> None:
    original = document(workshop)
    prose = [slot for slot in slots(original) if is_prose(slot)]
    assert len(prose) > 20
    workshop.spec.write_text(json.dumps(with_payload(original, prose, payload)), "utf-8")
    check_generated(workshop.generate())


@pytest.mark.parametrize("payload", PAYLOADS)
def test_prose_comes_through_unharmed(payload: str) -> None:
    (statement,) = ast.parse(text(payload)).body
    assert ast.literal_eval(statement.value) == payload  # type: ignore[attr-defined]
    assert ast.literal_eval(literal({payload: (payload, 1)})) == {payload: (payload, 1)}


@pytest.mark.parametrize("payload", PAYLOADS)
@pytest.mark.parametrize("indent", [0, 4, 8])
def test_a_docstring_says_what_the_spec_says_and_no_more(payload: str, indent: int) -> None:
    margin = " " * indent
    body = f"{margin}{docstring(payload, indent)}\n{margin}x = 1\n"
    source = "".join(f"{' ' * depth}class C{depth}:\n" for depth in range(0, indent, 4)) + body
    tree = ast.parse(source)
    found: Any = tree
    while isinstance(found.body[0], ast.ClassDef):
        found = found.body[0]
    assert len(found.body) == 2
    told = ast.literal_eval(found.body[0].value)
    assert told.split() == payload.split()
    assert body.isascii()


def test_a_property_may_have_any_name_that_can_be_spelt(workshop: Any) -> None:
    original = document(workshop)
    properties = original["components"]["schemas"]["Note"]["properties"]
    for name in ("str", "typing", "msgspec", "None", "self", "field", "__class__", "1st", "a-b"):
        properties[name] = {"type": "string"}
    workshop.spec.write_text(json.dumps(original), "utf-8")
    workshop.generate()
    told = workshop.python(
        "import msgspec, library.models as m\n"
        'note = msgspec.json.decode(b\'{"text": "t", "str": "s", "None": "n", "1st":'
        ' "f"}\', type=m.Note)\n'
        "print(note.str_, note.none, note._1_st, note.class_)"
    )
    assert told == "s n f None"

"""The documentation of the classes of `elevatekit_plugins`, read from their source.

Python keeps the docstring of a class and forgets those of its attributes, so the source is parsed.
"""

from __future__ import annotations

import ast
import inspect
from collections.abc import Iterator
from dataclasses import dataclass
from types import ModuleType


@dataclass(frozen=True, slots=True)
class Attribute:
    """An attribute of a class."""

    name: str
    annotation: str
    doc: str


@dataclass(frozen=True, slots=True)
class Documented:
    """A public class of a module."""

    name: str
    bases: tuple[str, ...]
    doc: str
    attributes: tuple[Attribute, ...]


def classes(module: ModuleType) -> tuple[Documented, ...]:
    """The public classes of a module, in the order of its source."""
    return tuple(
        Documented(
            name=node.name,
            bases=tuple(ast.unparse(base) for base in node.bases),
            doc=ast.get_docstring(node) or "",
            attributes=tuple(_attributes(node)),
        )
        for node in ast.parse(inspect.getsource(module)).body
        if isinstance(node, ast.ClassDef) and not node.name.startswith("_")
    )


def _attributes(node: ast.ClassDef) -> Iterator[Attribute]:
    """Fields of the class, then what its `__init__` sets, then its properties."""
    yield from _set(node.body, {})
    for method in node.body:
        if not isinstance(method, ast.FunctionDef):
            continue
        if method.name == "__init__":
            arguments = (*method.args.args, *method.args.kwonlyargs)
            given = {a.arg: ast.unparse(a.annotation) for a in arguments if a.annotation}
            yield from _set(method.body, given)
        elif any(ast.unparse(d) == "property" for d in method.decorator_list) and method.returns:
            doc = ast.get_docstring(method) or ""
            yield Attribute(method.name, ast.unparse(method.returns), doc)


def _set(body: list[ast.stmt], given: dict[str, str]) -> Iterator[Attribute]:
    """The public attributes that statements set, each with the text that follows it."""
    for statement, following in zip(body, [*body[1:], None], strict=True):
        match statement:
            case ast.AnnAssign(target=ast.Name(id=name), annotation=annotation):
                kind = ast.unparse(annotation)
            case ast.AnnAssign(
                target=ast.Attribute(value=ast.Name(id="self"), attr=name), annotation=annotation
            ):
                kind = ast.unparse(annotation)
            case ast.Assign(targets=[ast.Attribute(value=ast.Name(id="self"), attr=name)]):
                kind = given.get(name, "")
            case _:
                continue
        if not name.startswith("_"):
            yield Attribute(name, kind, _text(following))


def _text(statement: ast.stmt | None) -> str:
    match statement:
        case ast.Expr(value=ast.Constant(value=str(text))):
            return " ".join(text.split())
        case _:
            return ""

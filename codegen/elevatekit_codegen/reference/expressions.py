"""Values of JSON as the Python that makes them, laid out over lines of bounded length."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, cast

from elevatekit_codegen.shapes import (
    Alias,
    Definitions,
    ListOf,
    MapOf,
    Named,
    Nullable,
    Object,
    OneOf,
    Shape,
)

WIDTH: Final = 88


@dataclass(frozen=True, slots=True)
class Call:
    """Something in brackets: `Chat(…)`, `[…]`, `{…}`."""

    head: str
    """The opening bracket and what stands before it."""
    items: tuple[tuple[str, Expression], ...]
    """What stands before each item (`name=`), and the item."""
    tail: str


Expression = str | Call


def expression(value: object, shape: Shape, definitions: Definitions) -> Expression:
    """The Python that makes a value, with the structs that its shape names."""
    match shape:
        case Nullable(inner=inner):
            return "None" if value is None else expression(value, inner, definitions)
        case ListOf(items=items) if isinstance(value, list):
            entries = cast("list[object]", value)
            return Call("[", tuple(("", expression(e, items, definitions)) for e in entries), "]")
        case MapOf(values=values) if isinstance(value, dict):
            given = cast("dict[str, object]", value)
            return Call(
                "{",
                tuple(
                    (f"{quoted(k)}: ", expression(v, values, definitions)) for k, v in given.items()
                ),
                "}",
            )
        case OneOf(members=members):
            return expression(value, _member(value, members, definitions), definitions)
        case Named(name=name):
            target = definitions[name]
            if isinstance(target, Alias):
                return expression(value, target.shape, definitions)
            return _struct(value, target, definitions)
        case _:
            return plain(value)


def structs(source: Expression) -> set[str]:
    """The classes that an expression calls."""
    if isinstance(source, str):
        return set()
    inner = {name for _, item in source.items for name in structs(item)}
    return inner | ({source.head[:-1]} if len(source.head) > 1 else set())


def laid_out(source: Expression, indent: int = 0, before: int = 0, after: int = 0) -> str:
    """An expression as text: on one line where it fits, else an item a line.

    Args:
        indent: spaces before the line that it begins on.
        before: characters between those and the expression.
        after: characters that follow it on its last line.
    """
    line = _on_one_line(source)
    if isinstance(source, str) or indent + before + len(line) + after <= WIDTH:
        return line
    margin = " " * (indent + 4)
    items = [
        f"{margin}{name}{laid_out(item, indent + 4, len(name), 1)},\n"
        for name, item in source.items
    ]
    return f"{source.head}\n{''.join(items)}{' ' * indent}{source.tail}"


def quoted(text: str) -> str:
    """A string literal in pure ASCII; in double quotation marks where it holds none."""
    literal = ascii(text)
    return f'"{literal[1:-1]}"' if literal[0] == "'" and '"' not in literal else literal


def _on_one_line(source: Expression) -> str:
    if isinstance(source, str):
        return source
    inside = ", ".join(f"{name}{_on_one_line(item)}" for name, item in source.items)
    return f"{source.head}{inside}{source.tail}"


def _member(value: object, members: tuple[Shape, ...], definitions: Definitions) -> Shape:
    """The member of a union that a value belongs to."""
    for member in members:
        target = definitions[member.name] if isinstance(member, Named) else None
        if isinstance(target, Object) and isinstance(value, dict) and target.tag is not None:
            key, tag = target.tag
            given = cast("dict[str, object]", value)
            if given.get(key) == tag:
                return member
    return members[0]


def _struct(value: object, target: Object, definitions: Definitions) -> Expression:
    given = cast("dict[str, object]", value) if isinstance(value, dict) else {}
    tag = target.tag[0] if target.tag else None
    items = [
        (f"{field.python}=", expression(given[field.name], field.shape, definitions))
        for field in target.fields
        if field.name in given and field.name != tag
    ]
    return Call(f"{target.name}(", tuple(items), ")")


def plain(value: object) -> Expression:
    """The Python that makes a value in which there is no struct."""
    if isinstance(value, str):
        return quoted(value)
    if isinstance(value, list):
        entries = cast("list[object]", value)
        return Call("[", tuple(("", plain(entry)) for entry in entries), "]")
    if isinstance(value, dict):
        given = cast("dict[str, object]", value)
        return Call("{", tuple((f"{quoted(k)}: ", plain(v)) for k, v in given.items()), "}")
    return repr(value)

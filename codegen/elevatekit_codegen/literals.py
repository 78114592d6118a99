"""Values as Python source. Nothing of a spec reaches generated code but through here."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Mapping
from functools import cache
from inspect import Parameter, signature
from typing import Any, Final, cast

import msgspec
from msgspec import Struct, structs

_CHUNK: Final = 84
"""Characters of a string on one line: with its indentation it stays below the line length."""


def literal(value: object, shared: Mapping[str, str] | None = None) -> str:
    """The source of a value made of structs, mappings, tuples and scalars.

    It is pure ASCII, so it does not depend on what a Python knows of Unicode. Fields of structs
    that have their default are left out.

    Args:
        shared: source to the name that stands for it, for parts that are written once.
    """
    source = _source(value, shared or {})
    return (shared or {}).get(source, source)


def _source(value: object, shared: Mapping[str, str]) -> str:
    if value is None or isinstance(value, bool | int | float):
        return repr(value)
    if isinstance(value, str):
        return text(value)
    if isinstance(value, Struct):
        given = [f.name for f in _fields(type(value)) if _is_set(value, f)]
        by_place = _by_place(type(value))
        items = [
            ("" if name in by_place else f"{name}=") + literal(getattr(value, name), shared)
            for name in given
        ]
        return f"{type(value).__name__}({', '.join(items)})"
    if isinstance(value, Mapping):
        pairs = cast("Mapping[object, object]", value).items()
        return "{" + ", ".join(f"{literal(k)}: {literal(v, shared)}" for k, v in pairs) + "}"
    if isinstance(value, tuple):
        items = [literal(item, shared) for item in cast("tuple[object, ...]", value)]
        return f"({items[0]},)" if len(items) == 1 else f"({', '.join(items)})"
    raise TypeError(f"no literal for {type(value).__name__}")


# Both ask for the annotations of a class, which takes as long as all the rest.
@cache
def _fields(struct: type[Struct]) -> tuple[structs.FieldInfo, ...]:
    return structs.fields(struct)


@cache
def _by_place(struct: type[Struct]) -> frozenset[str]:
    """The fields that a struct takes by place: it is so often there that names would be noise."""
    parameters = signature(struct).parameters.values()
    return frozenset(p.name for p in parameters if p.kind is not Parameter.KEYWORD_ONLY)


def _is_set(value: Struct, field: structs.FieldInfo) -> bool:
    default: Any = field.default
    if field.default_factory is not msgspec.NODEFAULT:
        default = field.default_factory()
    return default is msgspec.NODEFAULT or getattr(value, field.name) != default


def text(value: str) -> str:
    """A string literal; a long one in several parts."""
    if len(ascii(value)) <= _CHUNK:
        return ascii(value)
    parts, rest = list[str](), value
    while rest:
        cut = min(len(rest), _CHUNK)
        while len(ascii(rest[:cut])) > _CHUNK:
            cut -= 1
        if cut < len(rest) and " " in rest[1:cut]:
            cut = rest.rindex(" ", 1, cut) + 1
        parts.append(ascii(rest[:cut]))
        rest = rest[cut:]
    return f"({' '.join(parts)})"


def docstring(text: str, indent: int) -> str:
    """A docstring of one or more paragraphs, wrapped to the line length.

    Args:
        indent: the number of spaces before it; the first line gets none.
    """
    margin = " " * indent
    # The quotes at both ends take six characters.
    paragraphs = [
        textwrap.fill(
            _escaped(" ".join(paragraph.split())),
            width=94 - indent,
            break_long_words=False,
            break_on_hyphens=False,
        )
        for paragraph in text.split("\n\n")
        if paragraph.strip()
    ]
    body = "\n\n".join(paragraphs) or "."
    lines = [f"{margin}{line}" if line else "" for line in body.split("\n")]
    lines[0] = lines[0].lstrip()
    if len(lines) == 1:
        return f'"""{lines[0]}"""'
    return '"""' + "\n".join(lines) + f'\n{margin}"""'


def _escaped(text: str) -> str:
    escaped = text.replace("\\", "\\\\")
    # A single quotation mark inside may stay as it is: it cannot end the docstring.
    escaped = re.sub(r'"{2,}|"\Z', lambda run: '\\"' * len(run[0]), escaped)
    return "".join(c if " " <= c <= "~" else ascii(c)[1:-1] for c in escaped)

"""Export tables: what of an operation's answer becomes a column, and what a table of its own."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final, Literal

from elevatekit_codegen.names import column
from elevatekit_codegen.shapes import (
    Choice,
    Definitions,
    Field,
    ListOf,
    Named,
    Object,
    OneOf,
    Scalar,
    Shape,
    strip,
)
from elevatekit_plugins.api import Column, ScalarType, Table

Path = tuple[str, ...]
ColumnType = ScalarType | Literal["json"]
_ITEM: Final[Path] = ()


def looked_up(found: tuple[Table, ...]) -> tuple[Table, ...]:
    """What the host reads of an operation that is not exported: the values with a role."""
    columns = tuple(c for t in found if not t.name for c in t.columns if c.role is not None)
    return (Table("", (), columns),) if columns else ()


def tables(operation: str, answer: Named, definitions: Definitions) -> tuple[Table, ...]:
    """The tables of an operation: first the one of its row, where it has columns for it.

    Raises:
        ValueError: two columns or two tables would have one name.
    """
    walk = _Walk(operation.replace(".", "_"), definitions)
    walk.top(answer, walk.name, (), None, ())
    row = (Table("", (), tuple(walk.columns)),) if walk.columns else ()
    found = (*row, *walk.lists)
    for names in ([t.name for t in found], *([c.name for c in t.columns] for t in found)):
        twice = {name for name in names if names.count(name) > 1}
        if twice:
            raise ValueError(
                f"{operation}: two columns or tables are named {min(twice)}; rename a property"
            )
    return found


@dataclass
class _Walk:
    name: str
    definitions: Definitions
    columns: list[Column] = field(default_factory=list[Column])
    lists: list[Table] = field(default_factory=list[Table])

    def top(
        self, shape: Shape, name: str, path: Path, role: str | None, outer: tuple[str, ...]
    ) -> None:
        """Add what stands outside of any list."""
        match strip(shape, self.definitions):
            case ListOf(items=items):
                columns = tuple(self._item(items))
                self.lists.append(Table(name, path, columns, role))
            case Named(name=target) if target not in outer:
                for inner in self._fields(target):
                    below = (*path, inner.name)
                    self.top(inner.shape, _joined(name, inner), below, inner.role, (*outer, target))
            case plain:
                self.columns.append(Column(name, path, _type(plain), role))

    def _item(self, items: Shape) -> Iterator[Column]:
        plain = strip(items, self.definitions)
        if isinstance(plain, Named):
            yield from self._flat(plain, "", _ITEM, ())
        else:
            yield Column("value", _ITEM, _type(plain))

    def _flat(
        self, shape: Named, prefix: str, path: Path, outer: tuple[str, ...]
    ) -> Iterator[Column]:
        """The columns of a list's items; a list in an item is one column."""
        for inner in self._fields(shape.name):
            name, below = f"{prefix}{column(inner.name)}", (*path, inner.name)
            plain = strip(inner.shape, self.definitions)
            if isinstance(plain, Named) and plain.name not in (*outer, shape.name):
                yield from self._flat(plain, f"{name}_", below, (*outer, shape.name))
            else:
                yield Column(name, below, _type(plain), inner.role)

    def _fields(self, name: str) -> tuple[Field, ...]:
        target = self.definitions[name]
        return target.fields if isinstance(target, Object) else ()


def _joined(name: str, field: Field) -> str:
    """`gen_ai_cx_topics` and `topics` are `gen_ai_cx_topics`: nothing is said twice."""
    own = column(field.name)
    return name if f"_{name}".endswith(f"_{own}") else f"{name}_{own}"


def _type(shape: Shape) -> ColumnType:
    match shape:
        case Scalar(type=type):
            return type
        case Choice():
            return "string"
        case OneOf(members=members):
            first, *rest = map(_type, members)
            return first if all(kind == first for kind in rest) else "json"
        case _:
            return "json"

"""Puts what is known into the shape that the spec gives an answer.

- A property with an `x-role` takes the value of that role, if its type can hold it.
- Objects beside each other that have `phrases` are what everybody said, what the agent said, and
  what the customer said, in this order.
- A list without a role whose items have a `start` has an item for each line.
- A property without a role takes the declared value of its own name, where the operation reads
  back what was declared.
- Everything else is made from its schema: the same for the same interaction.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final, cast

from msgspec import UNSET, Struct, structs

from elevatekit_plugins.api import ROLES
from elevatekit_plugins.simulator.choice import Choice
from elevatekit_plugins.simulator.making import make
from elevatekit_plugins.simulator.shapes import Kind, Property, Shape

DEEPEST: Final = 8
"""How deep optional properties are filled in. Real answers are far from it."""

_SCALARS: Final[Mapping[Kind, type[Any] | tuple[type[Any], ...]]] = {
    "string": str,
    "integer": int,
    "number": (int, float),
    "boolean": bool,
}


class Scope(Struct, frozen=True):
    """What is known at one place of an answer."""

    seed: str
    """What made-up values come from; it names the place, too."""
    layers: tuple[object, ...] = ()
    """Objects whose attributes are named by roles, the innermost first."""
    declared: Mapping[str, Any] | None = None
    """The scalars that were declared, for the operation that reads them back."""
    depth: int = 0

    def value(self, role: str | None) -> object:
        """The value of a role; UNSET where nothing is known, or it is no role."""
        return self.known(role) if role in ROLES else UNSET

    def known(self, name: str) -> object:
        """The value of this name in the innermost layer that has one; UNSET where none has."""
        for layer in self.layers:
            value: object = getattr(layer, name, UNSET)
            if value is not UNSET:
                return value
        return UNSET

    def at(self, name: str | int) -> Scope:
        """The scope of a property or an item."""
        return Scope(f"{self.seed}.{name}", self.layers, self.declared, self.depth + 1)

    def within(self, item: object) -> Scope:
        """The scope inside of an object that is known."""
        return Scope(self.seed, (item, *self.layers), self.declared, self.depth)


def place(shape: Shape, scope: Scope) -> object:
    """The value of a schema, with everything in it that is known."""
    value = scope.value(shape.role)
    if value is UNSET and shape.kind == "array" and shape.items and shape.items.find("start"):
        value = scope.value("sentences")
    if value is not UNSET and (value is not None or shape.nullable):
        return _fitted(value, shape, scope)
    if shape.kind == "object":
        return _object(shape, scope)
    if shape.kind == "array" and shape.items is not None and scope.depth < DEEPEST:
        return [place(shape.items, scope.at(n)) for n in range(max(1, shape.min_items))]
    return make(shape, scope.seed)


def _object(shape: Shape, scope: Scope) -> dict[str, object]:
    values: dict[str, object] = {}
    voices = iter(cast("Sequence[object]", scope.known("voices") or ()))
    for property in shape.properties:
        inner = scope.at(property.name)
        if property.shape.find("phrases"):
            voice = next(voices, None)
            inner = inner if voice is None else inner.within(voice)
        value = _property(property, inner)
        if value is not UNSET:
            values[property.name] = value
    return values


def _property(property: Property, scope: Scope) -> object:
    shape, optional = property.shape, not property.required
    value = scope.value(shape.role)
    if value is UNSET and scope.declared is not None:
        declared = scope.declared.get(property.name)
        if declared is not None or shape.nullable:
            return declared
        if optional:
            return UNSET
        if shape.kind == "boolean":
            return False
    if optional and (scope.depth > DEEPEST or (value is None and not shape.nullable)):
        return UNSET
    return place(shape, scope)


def _fitted(value: object, shape: Shape, scope: Scope) -> object:
    if isinstance(value, tuple):
        items = cast("tuple[object, ...]", value)
        if shape.kind != "array" or shape.items is None:
            return " ".join(_text(item) for item in items)
        return [_fitted(item, shape.items, scope.at(n)) for n, item in enumerate(items)]
    if shape.kind == "array" and value is not None:
        return _fitted((value,), shape, scope)
    if isinstance(value, bool) and shape.kind == "string":
        value = Choice(0, "resolved") if value else Choice(1, "unresolved")
    if isinstance(value, Choice):
        known = shape.enum or shape.examples
        return known[value.place] if value.place < len(known) else value.word
    if shape.kind == "object":
        return _object(shape, scope.within(value) if isinstance(value, Struct) else scope)
    if isinstance(value, Struct):
        value = _text(value)
    return value if _is_of(value, shape.kind) else make(shape, scope.seed)


def _is_of(value: object, kind: Kind) -> bool:
    """Whether what is known is of the type that the spec has it now; no boolean is a number."""
    if value is None or kind not in _SCALARS:
        return True
    return isinstance(value, _SCALARS[kind]) and isinstance(value, bool) == (kind == "boolean")


def _text(value: object) -> str:
    """A struct in a list of plain strings is its first field."""
    return str(structs.astuple(value)[0]) if isinstance(value, Struct) else str(value)

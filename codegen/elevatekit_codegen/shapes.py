"""What a schema says about a value, in the few words that models and tables are made of."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal

from elevatekit_plugins.api import ScalarType


@dataclass(frozen=True, slots=True)
class Scalar:
    """A string, a number or a boolean."""

    type: ScalarType
    format: str | None = None
    limits: tuple[tuple[str, object], ...] = ()
    """Keywords of `msgspec.Meta` and their values."""

    def length(self, limit: Literal["min_length", "max_length"]) -> int | None:
        """A limit of the number of characters, where there is one."""
        value = dict(self.limits).get(limit)
        return value if isinstance(value, int) else None

    @property
    def pattern(self) -> str | None:
        """The regular expression that has to be found, where there is one."""
        value = dict(self.limits).get("pattern")
        return value if isinstance(value, str) else None


@dataclass(frozen=True, slots=True)
class Choice:
    """One of a few strings."""

    values: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ListOf:
    """A list of values of one shape."""

    items: Shape
    limits: tuple[tuple[str, object], ...] = ()


@dataclass(frozen=True, slots=True)
class MapOf:
    """An object whose keys are not known."""

    values: Shape


@dataclass(frozen=True, slots=True)
class Anything:
    """Any JSON value."""


@dataclass(frozen=True, slots=True)
class Nullable:
    """A value of a shape, or null."""

    inner: Shape


@dataclass(frozen=True, slots=True)
class OneOf:
    """A value of one of several shapes, none of which is null."""

    members: tuple[Shape, ...]


@dataclass(frozen=True, slots=True)
class Named:
    """A definition of the models module."""

    name: str


Shape = Scalar | Choice | ListOf | MapOf | Anything | Nullable | OneOf | Named


@dataclass(frozen=True, slots=True)
class Field:
    """A property of an object."""

    name: str
    python: str
    shape: Shape
    required: bool
    default: str | int | float | bool | None
    description: str
    evidence: str | None
    role: str | None
    pointer: str


@dataclass(frozen=True, slots=True)
class Object:
    """An object whose properties are known: a struct of the models module."""

    name: str
    pointer: str
    description: str
    fields: tuple[Field, ...]
    evidence: str | None = None
    tag: tuple[str, str] | None = None
    """The property that tells the members of a union apart, and its value for this one."""


@dataclass(frozen=True, slots=True)
class Alias:
    """A name for a shape that is no object: an enum, a list, a map, a union."""

    name: str
    pointer: str
    description: str
    shape: Shape


Definition = Object | Alias
Definitions = Mapping[str, Definition]

Usage = Literal["sent", "received"]


def strip(shape: Shape, definitions: Definitions) -> Shape:
    """The shape without null and without aliases."""
    while True:
        if isinstance(shape, Nullable):
            shape = shape.inner
        elif isinstance(shape, Named) and isinstance(target := definitions[shape.name], Alias):
            shape = target.shape
        else:
            return shape


def nullable(shape: Shape, definitions: Definitions) -> bool:
    """Whether a shape allows null, itself or as an alias."""
    while isinstance(shape, Named) and isinstance(target := definitions[shape.name], Alias):
        shape = target.shape
    return isinstance(shape, Nullable)


def names(shape: Shape) -> tuple[str, ...]:
    """The definitions that a shape mentions."""
    match shape:
        case Named(name=name):
            return (name,)
        case ListOf(items=inner) | MapOf(values=inner) | Nullable(inner=inner):
            return names(inner)
        case OneOf(members=members):
            return tuple(name for member in members for name in names(member))
        case _:
            return ()


def reached(shapes: Iterable[Shape], definitions: Definitions) -> tuple[str, ...]:
    """The definitions that shapes mention, and those that these mention in turn, each once."""
    found: dict[str, None] = {}
    waiting = [name for shape in shapes for name in names(shape)]
    while waiting:
        name = waiting.pop()
        if name in found:
            continue
        found[name] = None
        target = definitions[name]
        inner = [f.shape for f in target.fields] if isinstance(target, Object) else [target.shape]
        waiting += [below for shape in inner for below in names(shape)]
    return tuple(found)

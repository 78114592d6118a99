"""All that templates see: a package as Python will have it, in pieces of source and text.

Whatever is called `source` or `annotation` here is Python and safe to place as it is; whatever is
called `doc` is a whole docstring with its quotes. Logic stays out of the templates.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from elevatekit_codegen.reference.model import Reference


@dataclass(frozen=True, slots=True)
class Attribute:
    """A field of a struct."""

    name: str
    annotation: str
    default: str
    """` = …`, or empty where the field must be given."""
    doc: str


@dataclass(frozen=True, slots=True)
class StructClass:
    """A struct of the models module."""

    name: str
    doc: str
    options: str
    """The keywords of the class line."""
    attributes: tuple[Attribute, ...]


@dataclass(frozen=True, slots=True)
class AliasName:
    """A name for a type of the models module that is no struct."""

    name: str
    annotation: str
    doc: str


@dataclass(frozen=True, slots=True)
class ErrorClass:
    """A class of the errors module."""

    name: str
    doc: str


@dataclass(frozen=True, slots=True)
class Row:
    """A constant of the operations module."""

    constant: str
    annotation: str
    source: str


@dataclass(frozen=True, slots=True)
class Method:
    """A method of the client."""

    operation: str
    """The id of the operation that it calls."""
    name: str
    arguments: str
    """Behind `self`, with annotations and defaults."""
    target: str
    """The method of `Namespace` that does it: `_call`, `_wait` or `_wait_all`."""
    passed: str
    """What that is passed."""
    result: str
    doc: str
    short_doc: str
    """The first sentence alone, for the async twin."""
    iterates: bool = False
    """Whether `result` is what an iterator hands out, one after another."""


@dataclass(frozen=True, slots=True)
class Group:
    """A namespace of the client: `gen_ai.cx`."""

    path: str
    attribute: str
    class_name: str
    doc: str
    methods: tuple[Method, ...]
    groups: tuple[Group, ...]


@dataclass(frozen=True, slots=True)
class Package:
    """Everything that is made from one document."""

    name: str
    doc: str
    version: str
    sha256: str
    structs: tuple[StructClass, ...]
    aliases: tuple[AliasName, ...]
    """In an order in which each is defined before it is used."""
    errors: tuple[ErrorClass, ...]
    exports: Mapping[str, str]
    """Public name to the module that it comes from, in the order of names."""
    table_words: tuple[str, ...]
    """The classes of `elevatekit_plugins.api` that the table uses."""
    shared: tuple[Row, ...]
    """Parts that several rows have in common."""
    rows: tuple[Row, ...]
    api: str
    """The source of the `Api`, without its operations."""
    groups: tuple[Group, ...]
    """The top of the tree of namespaces."""
    all_groups: tuple[Group, ...]
    """The same, flat, inner ones first."""
    reference: Reference
    chats: bool
    """Whether the spec says how a chat is declared: `x-pull` at its root."""
    document: str
    """The OpenAPI document as JSON."""

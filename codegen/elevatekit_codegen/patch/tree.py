"""A spec as ruamel.yaml holds it, with its comments, by JSON pointers."""

from __future__ import annotations

from collections.abc import Iterator, MutableMapping, Sequence
from typing import Any, cast

from ruamel.yaml.comments import CommentedMap, CommentedSeq
from ruamel.yaml.scalarstring import DoubleQuotedScalarString

Map = MutableMapping[str, Any]


class MissingError(LookupError):
    """The spec has nothing at a pointer."""


class Tree:
    """A document that is edited."""

    def __init__(self, root: Any) -> None:
        self.root = root

    def at(self, pointer: str) -> Any:
        """What stands at a pointer.

        Raises:
            MissingError: there is nothing.
        """
        node = self.root
        for token in split(pointer):
            node = _below(node, token)
            if node is None:
                raise MissingError(pointer)
        return node

    def map(self, pointer: str) -> Map:
        """The mapping at a pointer.

        Raises:
            MissingError: there is none.
        """
        node = self.at(pointer)
        if not isinstance(node, MutableMapping):
            raise MissingError(pointer)
        return cast("Map", node)

    def resolved(self, node: Map) -> Map:
        """The mapping itself or, if it is a `$ref`, what that leads to."""
        while "$ref" in node:
            node = self.map(str(node["$ref"]).removeprefix("#"))
        return node

    def operations(self) -> Iterator[Map]:
        """All operations."""
        for path in self.map("/paths").values():
            for operation in path.values():
                if isinstance(operation, MutableMapping) and "operationId" in operation:
                    yield cast("Map", operation)


def split(pointer: str) -> list[str]:
    """The keys of a pointer."""
    return [t.replace("~1", "/").replace("~0", "~") for t in pointer.split("/")[1:]]


def owner(pointer: str) -> tuple[str, str]:
    """The schema that has the property at a pointer, and the property's name."""
    return pointer.rsplit("/", 2)[0], split(pointer)[-1]


def is_property(pointer: str) -> bool:
    """Whether a property of an object stands at a pointer."""
    return pointer.split("/")[-2:-1] == ["properties"]


def block(**values: Any) -> Any:
    """A mapping, each of its keys on a line."""
    return CommentedMap(values)


def flow(**values: Any) -> Any:
    """A mapping on one line."""
    return in_line(CommentedMap(values))


def row(*values: Any) -> Any:
    """A list on one line."""
    return in_line(CommentedSeq(values))


def in_line(node: Any) -> Any:
    """A new mapping or list, on one line from now on."""
    node.fa.set_flow_style()
    return node


def in_lines(node: Any) -> None:
    """Write a mapping that stood on one line in several; JSON has no such thing."""
    if isinstance(node, CommentedMap):
        made: Any = node
        made.fa.set_block_style()


def quoted(text: str) -> str:
    """A text that is no text without quotes, as `null` and `204` are."""
    scalar: str = DoubleQuotedScalarString(text)
    return scalar


def insert(node: Map, position: int, key: str, value: Any) -> None:
    """Give a mapping a new key at a position."""
    later = [*node.items()][position:]
    if isinstance(node, CommentedMap):
        made: Any = node
        made.insert(position, key, value)
        return
    node[key] = value
    for name, old in later:
        del node[name]
        node[name] = old


def put(node: Map, key: str, value: Any, *, before: str = "") -> None:
    """Set a key; a new one stands before another one, or last."""
    if key in node or before not in node:
        node[key] = value
    else:
        insert(node, [*node].index(before), key, value)


def _below(node: Any, token: str) -> Any:
    if isinstance(node, list):
        items = cast("Sequence[object]", node)
        return items[int(token)] if token.isdecimal() and int(token) < len(items) else None
    if not isinstance(node, MutableMapping):
        return None
    # In YAML a key may be a number: `200:`.
    return next((v for k, v in cast("Map", node).items() if str(k) == token), None)

"""A spec as plain values that know where they are written.

Places are JSON pointers (RFC 6901); a `Node` is a mapping and its place.
"""

from __future__ import annotations

from collections.abc import Generator, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Literal, NamedTuple, cast

Level = Literal["error", "warning"]
"""`error`: something would be lost, and nothing is generated. `warning`: something is poor."""


class Mark(NamedTuple):
    """A place in the text, counted from 1."""

    line: int
    column: int


@dataclass(frozen=True, slots=True, order=True)
class Finding:
    """Something in the spec that is wrong, and where."""

    file: str
    mark: Mark
    message: str
    level: Level = "error"

    def __str__(self) -> str:
        level = "" if self.level == "error" else f"{self.level}: "
        return f"{self.file}:{self.mark.line}:{self.mark.column}: {level}{self.message}"


class SpecError(Exception):
    """The spec cannot be used. `findings` says why, with file, line and column."""

    def __init__(self, *findings: Finding) -> None:
        super().__init__("\n".join(map(str, findings)))
        self.findings = findings


@dataclass(slots=True)
class Refusals:
    """Collects the errors of several attempts, to report all of them at once."""

    _found: dict[Finding, None] = field(default_factory=dict[Finding, None])

    @contextmanager
    def kept(self) -> Generator[None]:
        """Keep the findings of a `SpecError` that comes out of the `with` block, and go on."""
        try:
            yield
        except SpecError as error:
            self._found.update(dict.fromkeys(error.findings))

    def raise_all(self) -> None:
        """Raise what was collected, if anything was.

        Raises:
            SpecError: with all findings, each once, in the order in which they came.
        """
        if self._found:
            raise SpecError(*self._found)


@dataclass(frozen=True, slots=True)
class Node:
    """A mapping of the document and the pointer to it."""

    value: Mapping[str, object]
    pointer: str

    def __truediv__(self, key: str) -> str:
        """The pointer to one of its keys."""
        return join(self.pointer, key)

    def __contains__(self, key: str) -> bool:
        return key in self.value

    def child(self, key: str) -> Node:
        """The mapping under a key; an empty one where there is none."""
        value = self.value.get(key)
        if not isinstance(value, Mapping):
            return Node({}, self / key)
        return Node(cast("Mapping[str, object]", value), self / key)

    def children(self, key: str) -> Iterator[tuple[str, Node]]:
        """The mappings in the mapping or list under a key, each with its key or index."""
        value = self.value.get(key)
        if isinstance(value, Mapping):
            items = list(cast("Mapping[str, object]", value).items())
        else:
            items = [(str(index), item) for index, item in enumerate(self.list(key))]
        for name, item in items:
            if isinstance(item, Mapping):
                yield name, Node(cast("Mapping[str, object]", item), join(self / key, name))

    def list(self, key: str) -> list[object]:
        """The list under a key; an empty one where there is none."""
        value = self.value.get(key)
        return cast("list[object]", value) if isinstance(value, list) else []

    def text(self, key: str) -> str:
        """The string under a key, or an empty one."""
        value = self.value.get(key)
        return value if isinstance(value, str) else ""

    def line(self, key: str) -> str:
        """The string under a key, with every run of white space as one space."""
        return " ".join(self.text(key).split())


@dataclass(frozen=True, slots=True, eq=False)
class Document:
    """An OpenAPI document and the place of everything in it. It equals itself alone."""

    file: str
    """Its path, as it was given."""
    value: Mapping[str, object]
    marks: Mapping[str, Mark]
    """Pointer to the place where it is written; of a mapping's value, that is its key's."""
    sha256: str
    """Of the bytes of the file, with LF at the end of each line: git may have put CRLF there."""

    @property
    def root(self) -> Node:
        return Node(self.value, "")

    def finding(self, pointer: str, message: str, level: Level = "error") -> Finding:
        """A finding at a pointer, or at the nearest thing above it that has a place."""
        while pointer and pointer not in self.marks:
            pointer = pointer.rpartition("/")[0]
        return Finding(self.file, self.marks.get(pointer, Mark(1, 1)), _visible(message), level)

    def error(self, pointer: str, message: str) -> SpecError:
        """An error with one finding."""
        return SpecError(self.finding(pointer, message))

    def resolve(self, node: Node) -> Node:
        """The node itself or, if it is a `$ref`, what that leads to.

        Raises:
            SpecError: it leads out of the document, nowhere, or in a circle.
        """
        seen: list[str] = []
        while isinstance(ref := node.value.get("$ref"), str):
            if not ref.startswith("#/"):
                raise self.error(
                    node / "$ref", f"$ref {ref!r} is external; copy its target into the document"
                )
            if ref in seen:
                raise self.error(
                    node / "$ref",
                    f"$ref {ref!r} is circular; replace one reference with a definition",
                )
            seen.append(ref)
            target = self.at(ref[1:])
            if target is None:
                raise self.error(
                    node / "$ref", f"$ref {ref!r} has no target; correct it or add the definition"
                )
            node = target
        return node

    def at(self, pointer: str) -> Node | None:
        """The mapping at a pointer, or None where there is none."""
        value: object = self.value
        for token in pointer.split("/")[1:]:
            value = _below(value, token.replace("~1", "/").replace("~0", "~"))
        if not isinstance(value, Mapping):
            return None
        return Node(cast("Mapping[str, object]", value), pointer)


def _visible(text: str) -> str:
    """A message may quote the spec, which must neither break its line nor steer a terminal."""
    return "".join(c if c.isprintable() else ascii(c)[1:-1] for c in text)


def _below(value: object, key: str) -> object:
    if isinstance(value, Mapping):
        return cast("Mapping[str, object]", value).get(key)
    if isinstance(value, list) and key.isdecimal():
        items = cast("list[object]", value)
        return items[int(key)] if int(key) < len(items) else None
    return None


def described(*nodes: Node) -> str:
    """The first description that one of them gives, and that one of them is deprecated."""
    told = next(filter(None, (node.line("description") for node in nodes)), "")
    return (
        f"{told} Deprecated.".strip()
        if any(n.value.get("deprecated") is True for n in nodes)
        else told
    )


def join(pointer: str, key: str) -> str:
    """The pointer to a key below a pointer."""
    return f"{pointer}/{key.replace('~', '~0').replace('/', '~1')}"

"""Read a spec, YAML or JSON, into plain values that still know the line they came from.

Keys are always strings, as they are in JSON (`200:` is `"200"`), and a date is the text that was
written. Places are JSON pointers (RFC 6901).
"""

from __future__ import annotations

import hashlib
import math
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, NamedTuple, cast

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.nodes import MappingNode, ScalarNode, SequenceNode

MAX_NODES: Final = 1_000_000
"""Values in a document, with aliases written out: more is an alias bomb, not a spec."""

_TAG: Final = "tag:yaml.org,2002:"


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

    def __str__(self) -> str:
        return f"{self.file}:{self.mark.line}: {self.message}"


class SpecError(Exception):
    """The spec cannot be used. `findings` says why, with file and line."""

    def __init__(self, *findings: Finding) -> None:
        super().__init__("\n".join(map(str, findings)))
        self.findings = findings


@dataclass(frozen=True, slots=True)
class Node:
    """A mapping of the document and the pointer to it."""

    value: Mapping[str, Any]
    pointer: str

    def __truediv__(self, key: str) -> str:
        """The pointer to one of its keys."""
        return join(self.pointer, key)

    def child(self, key: str) -> Node:
        """The mapping under a key; an empty one where there is none."""
        value = self.value.get(key)
        found = cast("Mapping[str, Any]", value) if isinstance(value, Mapping) else {}
        return Node(found, self / key)

    def children(self, key: str) -> Iterator[tuple[str, Node]]:
        """The mappings in the mapping or list under a key, each with its key or index."""
        value = self.value.get(key)
        items: Iterator[tuple[str, Any]] = iter(())
        if isinstance(value, Mapping):
            items = iter(cast("Mapping[str, Any]", value).items())
        elif isinstance(value, list):
            items = ((str(i), v) for i, v in enumerate(cast("list[Any]", value)))
        for name, item in items:
            if isinstance(item, Mapping):
                yield name, Node(cast("Mapping[str, Any]", item), join(self / key, name))

    def text(self, key: str) -> str:
        """The string under a key, or an empty one."""
        value = self.value.get(key)
        return value if isinstance(value, str) else ""


@dataclass(frozen=True, slots=True)
class Document:
    """An OpenAPI document and the line of everything in it."""

    file: str
    """Its path, as it was given."""
    value: Mapping[str, Any]
    marks: Mapping[str, Mark]
    """Pointer to the place where it is written: of a mapping's value, that is its key."""
    sha256: str
    """Of the bytes of the file."""

    @property
    def root(self) -> Node:
        return Node(self.value, "")

    def finding(self, pointer: str, message: str) -> Finding:
        """A finding at a pointer, or at the nearest thing above it that has a line."""
        while pointer and pointer not in self.marks:
            pointer = pointer.rpartition("/")[0]
        return Finding(self.file, self.marks.get(pointer, Mark(1, 1)), message)

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
                    node / "$ref", f"$ref {ref!r} leads out of the document; copy the target in"
                )
            if ref in seen:
                raise self.error(node / "$ref", f"$ref {ref!r} leads in a circle")
            seen.append(ref)
            target = self._at(ref[1:])
            if target is None:
                raise self.error(node / "$ref", f"$ref {ref!r} leads nowhere: no such place")
            node = target
        return node

    def _at(self, pointer: str) -> Node | None:
        value: Any = self.value
        for token in pointer.split("/")[1:]:
            key = token.replace("~1", "/").replace("~0", "~")
            if isinstance(value, Mapping):
                value = cast("Mapping[str, Any]", value).get(key)
            elif isinstance(value, list) and key.isdecimal():
                items = cast("list[Any]", value)
                value = items[int(key)] if int(key) < len(items) else None
            else:
                return None
        if not isinstance(value, Mapping):
            return None
        return Node(cast("Mapping[str, Any]", value), pointer)


def join(pointer: str, key: str) -> str:
    """The pointer to a key below a pointer."""
    return f"{pointer}/{key.replace('~', '~0').replace('/', '~1')}"


def load(path: Path) -> Document:
    """The document in a file.

    Raises:
        SpecError: it cannot be read, or is neither YAML nor JSON, or holds a key twice.
    """
    file = str(path)
    try:
        data = path.read_bytes()
    except OSError as error:
        raise _broken(file, f"cannot be read: {error.strerror}") from None
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise _broken(file, f"byte {error.start} is not UTF-8", line) from None
    if text.lstrip()[:1] == "{":
        # JSON is YAML but for tabs, which it allows between values only.
        text = text.replace("\t", " ")
    try:
        tree = YAML(typ="safe", pure=True).compose(text)
    except MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise _broken(file, f"is not YAML: {error.problem or error.context}", line) from None
    except YAMLError as error:
        what = str(error).splitlines()[0]
        raise _broken(file, f"is not YAML: {what}") from None
    except RecursionError:
        raise _broken(file, "is nested too deeply") from None
    loader = _Loader(file)
    value = loader.value(tree, "")
    if not isinstance(value, dict):
        raise _broken(file, "holds no mapping; an OpenAPI document begins with `openapi: 3.1.0`")
    digest = hashlib.sha256(data).hexdigest()
    return Document(file, cast("dict[str, Any]", value), loader.marks, digest)


def _broken(file: str, message: str, line: int = 1) -> SpecError:
    return SpecError(Finding(file, Mark(line, 1), message))


@dataclass
class _Loader:
    file: str
    marks: dict[str, Mark] = field(default_factory=dict[str, Mark])
    _open: list[object] = field(default_factory=list[object])

    def value(self, node: object, pointer: str, mark: Mark | None = None) -> Any:
        if node is None:
            return None
        start = cast("Any", node).start_mark
        here = Mark(start.line + 1, start.column + 1)
        self.marks[pointer] = here if mark is None else mark
        if len(self.marks) > MAX_NODES:
            raise self._error(here, f"has more than {MAX_NODES} values; are aliases nested?")
        if any(node is outer for outer in self._open):
            raise self._error(here, "holds an alias to something that it is part of")
        if isinstance(node, ScalarNode):
            return self._scalar(node, here)
        self._open.append(node)
        try:
            if isinstance(node, SequenceNode):
                items = cast("list[object]", node.value)
                return [self.value(item, join(pointer, str(i))) for i, item in enumerate(items)]
            assert isinstance(node, MappingNode)
            return self._mapping(node, pointer)
        except RecursionError:
            raise self._error(here, "is nested too deeply") from None
        finally:
            self._open.pop()

    def _mapping(self, node: MappingNode, pointer: str) -> dict[str, Any]:
        result: dict[str, Any] = {}
        for key_node, value_node in cast("list[tuple[Any, object]]", node.value):
            start = key_node.start_mark
            mark = Mark(start.line + 1, start.column + 1)
            if not isinstance(key_node, ScalarNode) or key_node.tag == _TAG + "merge":
                raise self._error(mark, "a key must be a plain text; `<<` and others are no JSON")
            key = _text(cast("str", key_node.value))
            if key in result:
                raise self._error(mark, f"key {key!r} is here twice; the first would be lost")
            result[key] = self.value(value_node, join(pointer, key), mark)
        return result

    def _scalar(self, node: ScalarNode, mark: Mark) -> Any:
        text = _text(cast("str", node.value))
        match str(node.tag).removeprefix(_TAG):
            case "str" | "timestamp":
                return text
            case "null":
                return None
            case "bool":
                return text.lower() == "true"
            case "int":
                digits = text.replace("_", "")
                return int(digits, 0 if re.match(r"[-+]?0[xob]", digits) else 10)
            case "float":
                number = float(re.sub(r"^([-+]?)\.(inf|nan)$", r"\1\2", text.lower()))
                if math.isfinite(number):
                    return number
                raise self._error(mark, f"{text} is no number that JSON has")
            case tag:
                raise self._error(mark, f"the tag {tag!r} has no meaning in OpenAPI")

    def _error(self, mark: Mark, message: str) -> SpecError:
        return SpecError(Finding(self.file, mark, message))


def _text(text: str) -> str:
    """A pair of surrogates, as JSON escapes make them, is one character; half a pair is none."""
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")

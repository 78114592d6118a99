"""Load a spec, YAML or JSON, and note the line of everything in it.

Keys are always strings, as they are in JSON (`200:` is `"200"`), and a date is the text that was
written.
"""

from __future__ import annotations

import hashlib
import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, cast

from elevatekit_codegen.source import Document, Finding, Mark, SpecError, join
from elevatekit_codegen.yaml_nodes import TAG, YamlNode, broken, compose

MAX_VALUES: Final = 1_000_000
"""Values in a document, with aliases written out: more is an alias bomb, not a spec."""


def load(path: Path) -> Document:
    """The document in a file.

    Raises:
        SpecError: it cannot be read, is neither YAML nor JSON, or holds a key twice.
    """
    try:
        # A pipe that nobody writes to would be waited for without end.
        if path.exists() and not path.is_file():
            raise broken(str(path), "not a file; specify the OpenAPI document")
        data = path.read_bytes()
    except OSError as error:
        raise broken(str(path), f"cannot be read: {error.strerror}") from None
    return parse(str(path), data)


def parse(file: str, data: bytes) -> Document:
    """The document in the bytes of a file.

    Raises:
        SpecError: it is neither YAML nor JSON, or holds a key twice.
    """
    tree = compose(file, data)
    loader = _Loader(file)
    value = None if tree is None else loader.value(tree, "")
    if not isinstance(value, Mapping):
        raise broken(file, "not a mapping; an OpenAPI document begins with `openapi: 3.1.0`")
    digest = hashlib.sha256(data.replace(b"\r\n", b"\n")).hexdigest()
    return Document(file, cast("Mapping[str, object]", value), loader.marks, digest)


@dataclass
class _Loader:
    file: str
    marks: dict[str, Mark] = field(default_factory=dict[str, Mark])
    _open: list[YamlNode] = field(default_factory=list["YamlNode"])

    def value(self, node: YamlNode, pointer: str, mark: Mark | None = None) -> object:
        """The value of a node; its place is that of its key, if it has one."""
        here = _mark(node)
        self.marks[pointer] = mark or here
        if len(self.marks) > MAX_VALUES:
            raise self._error(here, f"more than {MAX_VALUES} values; check for nested aliases")
        if node.id == "scalar":
            return self._scalar(node, here)
        if any(node is outer for outer in self._open):
            raise self._error(mark or here, "an alias refers to a value that contains it")
        self._open.append(node)
        try:
            if node.id == "mapping":
                return self._mapping(node, pointer)
            items: list[YamlNode] = node.value
            return [self.value(item, join(pointer, str(i))) for i, item in enumerate(items)]
        except RecursionError:
            raise self._error(here, "the document is nested too deeply") from None
        finally:
            self._open.pop()

    def _mapping(self, node: YamlNode, pointer: str) -> dict[str, object]:
        result: dict[str, object] = {}
        pairs: list[tuple[YamlNode, YamlNode]] = node.value
        for key_node, value_node in pairs:
            mark = _mark(key_node)
            if key_node.id != "scalar" or key_node.tag == TAG + "merge":
                raise self._error(mark, "a key must be a string")
            key: str = key_node.value
            if key in result:
                raise self._error(mark, f"duplicate key {key!r}; remove one")
            result[key] = self.value(value_node, join(pointer, key), mark)
        return result

    def _scalar(self, node: YamlNode, mark: Mark) -> object:
        text: str = node.value
        match node.tag.removeprefix(TAG):
            case "str" | "timestamp":
                return text
            case "null":
                return None
            case "bool" if text.lower() in ("true", "false"):
                return text.lower() == "true"
            case "int" | "float" as kind:
                try:
                    return _integer(text) if kind == "int" else _float(text)
                except ValueError:
                    raise self._error(mark, f"{text:.40} is not a JSON number") from None
            case tag:
                raise self._error(mark, f"the YAML tag {tag!r} is not supported")

    def _error(self, mark: Mark, message: str) -> SpecError:
        return SpecError(Finding(self.file, mark, message))


def _mark(node: YamlNode) -> Mark:
    return Mark(node.start_mark.line + 1, node.start_mark.column + 1)


def _integer(text: str) -> int:
    return int(text, 0 if text.startswith(("0x", "0o")) else 10)


def _float(text: str) -> float:
    number = float(text)
    if not math.isfinite(number):
        raise ValueError(text)
    return number

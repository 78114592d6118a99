"""Load a spec, YAML or JSON, and note the line of everything in it.

Keys are always strings, as they are in JSON (`200:` is `"200"`), and a date is the text that was
written.
"""

from __future__ import annotations

import hashlib
import math
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, Protocol, cast

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError

from elevatekit_codegen.source import Document, Finding, Mark, SpecError, join

MAX_VALUES: Final = 1_000_000
"""Values in a document, with aliases written out: more is an alias bomb, not a spec."""

_TOP: Final = Mark(1, 1)
_TAG: Final = "tag:yaml.org,2002:"


def load(path: Path) -> Document:
    """The document in a file.

    Raises:
        SpecError: it cannot be read, is neither YAML nor JSON, or holds a key twice.
    """
    try:
        # A pipe that nobody writes to would be waited for without end.
        if path.exists() and not path.is_file():
            raise _broken(str(path), "is no file; name one that holds the spec")
        data = path.read_bytes()
    except OSError as error:
        raise _broken(str(path), f"cannot be read: {error.strerror}") from None
    return parse(str(path), data)


def parse(file: str, data: bytes) -> Document:
    """The document in the bytes of a file.

    Raises:
        SpecError: it is neither YAML nor JSON, or holds a key twice.
    """
    tree = _compose(file, _decoded(file, data))
    loader = _Loader(file)
    value = None if tree is None else loader.value(tree, "")
    if not isinstance(value, Mapping):
        raise _broken(file, "holds no mapping; an OpenAPI document begins with `openapi: 3.1.0`")
    digest = hashlib.sha256(data).hexdigest()
    return Document(file, cast("Mapping[str, object]", value), loader.marks, digest)


def _decoded(file: str, data: bytes) -> str:
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        before = data[: error.start]
        mark = Mark(before.count(b"\n") + 1, error.start - before.rfind(b"\n"))
        what = f"byte {error.start} is not UTF-8; save it as UTF-8"
        raise _broken(file, what, mark) from None
    # JSON is YAML but for tabs, which stand between its values only.
    return text.replace("\t", " ") if text.lstrip()[:1] == "{" else text


def _compose(file: str, text: str) -> _YamlNode | None:
    yaml: Any = YAML(typ="safe", pure=True)
    try:
        tree: _YamlNode | None = yaml.compose(text)
    except MarkedYAMLError as error:
        told: Any = error
        at = told.problem_mark or told.context_mark
        mark = Mark(at.line + 1, at.column + 1) if at else _TOP
        raise _broken(file, f"is not YAML: {told.problem or told.context}", mark) from None
    except YAMLError as error:
        raise _broken(file, f"is not YAML: {str(error).splitlines()[0]}") from None
    except RecursionError:
        raise _broken(file, "is nested too deeply") from None
    return tree


def _broken(file: str, message: str, mark: Mark = _TOP) -> SpecError:
    return SpecError(Finding(file, mark, message))


class _YamlMark(Protocol):
    line: int
    column: int


class _YamlNode(Protocol):
    """What we use of ruamel's nodes, which have no types of their own."""

    id: str
    tag: object
    value: Any
    start_mark: _YamlMark


@dataclass
class _Loader:
    file: str
    marks: dict[str, Mark] = field(default_factory=dict[str, Mark])
    _open: list[_YamlNode] = field(default_factory=list["_YamlNode"])

    def value(self, node: _YamlNode, pointer: str, mark: Mark | None = None) -> object:
        """The value of a node; its place is that of its key, if it has one."""
        here = _mark(node)
        self.marks[pointer] = mark or here
        if len(self.marks) > MAX_VALUES:
            raise self._error(here, f"has more than {MAX_VALUES} values; are aliases nested?")
        if node.id == "scalar":
            return self._scalar(node, here)
        if any(node is outer for outer in self._open):
            raise self._error(mark or here, "holds an alias to something that it is part of")
        self._open.append(node)
        try:
            if node.id == "mapping":
                return self._mapping(node, pointer)
            items: list[_YamlNode] = node.value
            return [self.value(item, join(pointer, str(i))) for i, item in enumerate(items)]
        except RecursionError:
            raise self._error(here, "is nested too deeply") from None
        finally:
            self._open.pop()

    def _mapping(self, node: _YamlNode, pointer: str) -> dict[str, object]:
        result: dict[str, object] = {}
        pairs: list[tuple[_YamlNode, _YamlNode]] = node.value
        for key_node, value_node in pairs:
            mark = _mark(key_node)
            if key_node.id != "scalar" or str(key_node.tag) == _TAG + "merge":
                raise self._error(mark, "a key must be a plain text; JSON has no other")
            key = _text(key_node.value)
            if key in result:
                raise self._error(mark, f"key {key!r} is here twice; the first would be lost")
            result[key] = self.value(value_node, join(pointer, key), mark)
        return result

    def _scalar(self, node: _YamlNode, mark: Mark) -> object:
        text = _text(node.value)
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


def _mark(node: _YamlNode) -> Mark:
    return Mark(node.start_mark.line + 1, node.start_mark.column + 1)


def _text(text: str) -> str:
    """A pair of surrogates, as JSON escapes make them, is one character; half a pair is none."""
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")

"""From the bytes of a spec to the nodes of YAML, each with its place in the text."""

from __future__ import annotations

import re
from importlib import import_module
from typing import Any, Final, Protocol

from elevatekit_codegen.source import Finding, Mark, SpecError
from elevatekit_codegen.yaml_hints import remedy

TOP: Final = Mark(1, 1)
TAG: Final = "tag:yaml.org,2002:"

_BREAKS: Final = "[\x85\u2028\u2029]"
"""They end a line in YAML 1.1, and none in 1.2 and JSON."""

_HALF: Final = r"\\u[dD][{}][0-9a-fA-F]{{2}}"
_FOREIGN: Final = re.compile(
    "|".join(
        (_HALF.format("89abAB") + _HALF.format("c-fC-F"), _HALF.format("89a-fA-F"), r"\\.", _BREAKS)
    )
)
"""Of JSON: surrogates, in pairs or alone; other escapes, which stay; and line breaks of YAML."""

_PLAIN: Final = (
    ("null", r"~|null|Null|NULL|", ["~", "n", "N", ""]),
    ("bool", r"true|True|TRUE|false|False|FALSE", [*"tTfF"]),
    ("int", r"[-+]?[0-9]+|0o[0-7]+|0x[0-9a-fA-F]+", [*"-+0123456789"]),
    ("float", r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?", [*"-+.0123456789"]),
    ("float", r"[-+]?\.(inf|Inf|INF)|\.(nan|NaN|NAN)", [*"-+."]),
    ("merge", r"<<", [*"<"]),
)
"""What a text without quotes is: YAML 1.2.2, section 10.3.2, and the merge key of YAML 1.1."""

_yaml: Any = import_module("yaml")


class _YamlMark(Protocol):
    line: int
    column: int


class YamlNode(Protocol):
    """What we use of PyYAML's nodes, which have no types of their own."""

    id: str
    tag: str
    value: Any
    start_mark: _YamlMark


def _core() -> Any:
    # The parser in C takes a 25th of the time of one in Python: of a second, half.
    core: Any = type(
        "_Core", (import_module("yaml.cyaml").CParser, _yaml.resolver.BaseResolver), {}
    )
    for name, form, first in _PLAIN:
        core.add_implicit_resolver(TAG + name, re.compile(rf"(?:{form})\Z"), first)
    return core


_CORE: Final = _core()


def compose(file: str, data: bytes) -> YamlNode | None:
    """The tree of a document in YAML 1.2 or JSON; None where it is empty.

    Raises:
        SpecError: it is neither.
    """
    text = _decoded(file, data)
    try:
        tree: YamlNode | None = _yaml.compose(text, Loader=_CORE)
    except _yaml.MarkedYAMLError as error:
        told: Any = error
        mark = _mark(told.problem_mark or told.context_mark)
        if "nesting depth" in str(told.problem):
            raise broken(file, "the document is nested too deeply", mark) from None
        what = ", ".join(filter(None, (told.context, told.problem)))
        hint = remedy(text, told.problem or told.context, mark, _mark(told.context_mark))
        raise broken(file, f"invalid YAML: {what}{hint and f'; {hint}'}", mark) from None
    except _yaml.reader.ReaderError as error:
        told = error
        what = f"invalid YAML: {told.reason}: U+{told.character:04X}"
        raise broken(file, what, _place(text.encode(), told.position)) from None
    return tree


def _mark(found: _YamlMark | None) -> Mark:
    return TOP if found is None else Mark(found.line + 1, found.column + 1)


def _decoded(file: str, data: bytes) -> str:
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        what = f"byte {error.start} is not UTF-8; save the file as UTF-8"
        raise broken(file, what, _place(data, error.start)) from None
    if text.lstrip()[:1] == "{":
        # JSON is YAML but for tabs, which stand between its values only, and for what its texts
        # may hold as it is or in two escapes.
        return _FOREIGN.sub(_escaped, text.replace("\t", " "))
    if found := re.search(_BREAKS, text):
        what = f"U+{ord(found[0]):04X} is a line break for some YAML parsers; use an escape"
        raise broken(file, what, _place(data, len(text[: found.start()].encode())))
    return text


def _escaped(found: re.Match[str]) -> str:
    """The escape that YAML has for a character of a text in JSON."""
    written = found[0]
    if len(written) == 1:
        return f"\\u{ord(written):04x}"
    if len(written) == 2:
        return written
    units = b"".join(int(unit, 16).to_bytes(2) for unit in written.split("\\u")[1:])
    # Half a pair of surrogates is no character.
    return "".join(f"\\U{ord(char):08x}" for char in units.decode("utf-16-be", "replace"))


def _place(data: bytes, position: int) -> Mark:
    """The place of a byte. Its column is in characters, as all columns are."""
    line = data[data.rfind(b"\n", 0, position) + 1 : position]
    return Mark(data.count(b"\n", 0, position) + 1, len(line.decode("utf-8", "ignore")) + 1)


def broken(file: str, message: str, mark: Mark = TOP) -> SpecError:
    """An error in the file itself."""
    return SpecError(Finding(file, mark, message))

"""The text of a cassette: YAML of plain data, checked as it is read.

`serialize` and `deserialize` have the form that vcrpy asks of a serializer; `read` also knows in
which line a thing stands.
"""

from __future__ import annotations

import re
from importlib import import_module
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

import msgspec
from msgspec import Struct

from elevatekit_plugins.testing.cassettes.errors import UnreadableError

END: Final = "...\n"
"""YAML's mark of the end: a cassette without it was cut."""

_WIDTH: Final = 1_000_000
"""Characters of a line at most: text is not folded, so that it can be searched."""
_DEPTH: Final = 10
"""Lists and objects inside each other at most. A header has a depth of six."""
_STEP: Final = re.compile(r"\.(\w+)|\[(\d+)\]")


class RequestText(Struct):
    """A request as it stands in a cassette."""

    method: str
    uri: str
    headers: dict[str, list[str]]
    body: Any

    def __post_init__(self) -> None:
        if not isinstance(self.body, str | bytes | None):
            raise TypeError(f"Expected a text or bytes, got `{type(self.body).__name__}`")
        try:
            _ = urlsplit(self.uri).port
        except ValueError:
            raise ValueError("its URI is none") from None


class _Status(Struct):
    code: int
    message: str | None


class _Body(Struct):
    string: Any

    def __post_init__(self) -> None:
        if not isinstance(self.string, str | bytes):
            raise TypeError(f"Expected a text or bytes, got `{type(self.string).__name__}`")


class _Response(Struct):
    status: _Status
    headers: dict[str, list[str]]
    body: _Body


class _Interaction(Struct):
    request: RequestText
    response: _Response


class _Cassette(Struct):
    version: int
    interactions: list[_Interaction]


class CassetteText:
    """A cassette that was read, and the lines of its parts."""

    def __init__(self, data: Any, requests: list[RequestText], root: Any) -> None:
        self.data = data
        """What vcrpy makes requests and responses of."""
        self.requests = requests
        self._root = root

    @property
    def responses(self) -> list[dict[str, Any]]:
        """The responses in vcrpy's form, in the order of the requests."""
        return [interaction["response"] for interaction in self.data["interactions"]]

    def line(self, interaction: int, part: str) -> int:
        """The line, counted from 1, in which a part of the nth interaction begins, from 0."""
        return _line_at(self._root, ["interactions", interaction, part])


def serialize(data: Any) -> str:
    """The text of a cassette."""
    yaml: Any = import_module("yaml")
    base: Any = getattr(yaml, "CSafeDumper", yaml.SafeDumper)
    # What occurs twice is written twice, because `read` refuses aliases.
    dumper: Any = type("Dumper", (base,), {"ignore_aliases": _ignore_aliases})
    text: str = yaml.dump(
        data,
        Dumper=dumper,
        allow_unicode=True,
        default_flow_style=False,
        explicit_end=True,
        line_break="\n",
        sort_keys=False,
        width=_WIDTH,
    )
    return text


def deserialize(text: str) -> Any:
    """The plain data of a cassette.

    Raises:
        UnreadableError: as by `read`.
    """
    return read(text).data


def text_of(path: Path) -> str:
    """The text of a file.

    Raises:
        UnreadableError: there is no reading it.
    """
    try:
        return path.read_bytes().decode("utf-8")
    except UnicodeDecodeError as error:
        line = 1 + error.object[: error.start].count(b"\n")
        raise UnreadableError("it is not valid UTF-8", line) from None
    except OSError as error:
        raise UnreadableError(f"it cannot be read: {error.strerror}") from None


def read(text: str) -> CassetteText:
    """Read a cassette. A tag that would make anything but plain data is refused, an alias too.

    Raises:
        UnreadableError: it is no cassette; the message says why, and where.
    """
    yaml: Any = import_module("yaml")
    if not text.strip():
        raise UnreadableError("it is empty")
    loader = _loader(yaml)
    try:
        _check_form(yaml, text, loader)
        reader = loader(text)
        root = reader.get_single_node()
        data = reader.construct_document(root)
    except yaml.constructor.ConstructorError as error:
        problem = f"it contains more than plain data, which is rejected: {error.problem}"
        raise UnreadableError(problem, _line_of(error, text)) from None
    except yaml.YAMLError as error:
        problem = getattr(error, "problem", None) or "characters that YAML does not allow"
        raise UnreadableError(f"it is not valid YAML: {problem}", _line_of(error, text)) from None
    try:
        cassette = msgspec.convert(data, _Cassette)
    except msgspec.ValidationError as error:
        place = str(error).rpartition("`$")[2]
        steps = [name or int(index) for name, index in _STEP.findall(place)]
        raise UnreadableError(f"it is not a cassette: {error}", _line_at(root, steps)) from None
    if not text.endswith("\n" + END):
        raise UnreadableError(
            "the last line `...` is missing:"
            " it is truncated, or was not recorded with elevatekit_vcr_config",
            text.count("\n") + 1,
        )
    return CassetteText(data, [one.request for one in cassette.interactions], root)


def _loader(yaml: Any) -> Any:
    """The loader of plain data. A value that is not of its type is an error of YAML to it, too."""
    base: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)

    def construct_object(self: Any, node: Any, deep: bool = False) -> Any:
        try:
            return base.construct_object(self, node, deep)
        except (AttributeError, KeyError, ValueError):
            # PyYAML lets out whatever it stumbles over in `2020-99-99`, `0x_` or `!!bool maybe`.
            problem = f"a value is not a valid {node.tag.rpartition(':')[2]}"
            raise yaml.MarkedYAMLError(problem=problem, problem_mark=node.start_mark) from None

    return type("Loader", (base,), {"construct_object": construct_object})


def _ignore_aliases(dumper: object, data: object) -> bool:
    return True


def _check_form(yaml: Any, text: str, loader: Any) -> None:
    """Refuse, before anything is built, what could grow beyond all bounds when it is."""
    depth = 0
    for event in yaml.parse(text, Loader=loader):
        line = event.start_mark.line + 1
        if isinstance(event, yaml.AliasEvent):
            raise UnreadableError(
                f"it contains a YAML alias (*{event.anchor}), which is rejected:"
                " a few of them can expand to gigabytes",
                line,
            )
        depth += isinstance(event, yaml.CollectionStartEvent)
        depth -= isinstance(event, yaml.CollectionEndEvent)
        if depth > _DEPTH:
            raise UnreadableError(
                f"it is not a cassette: more than {_DEPTH} nested lists and objects", line
            )


def _line_at(node: Any, steps: list[str | int]) -> int:
    """The line of what these steps lead to, as far as they lead."""
    for step in steps:
        inner: list[Any]
        match node.id, step:
            case "mapping", str():
                inner = [value for key, value in node.value if key.value == step]
            case "sequence", int():
                inner = node.value[step : step + 1]
            case _:
                inner = []
        if not inner:
            break
        node = inner[0]
    line: int = node.start_mark.line + 1
    return line


def _line_of(error: Any, text: str) -> int:
    mark = getattr(error, "problem_mark", None)
    if mark is not None:
        return int(mark.line) + 1
    return 1 + text.count("\n", 0, getattr(error, "position", None) or 0)

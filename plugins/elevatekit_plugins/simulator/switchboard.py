"""Sets switches by name, from the command line, a file or a mapping, and lists them."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, cast

import msgspec
from msgspec import Struct

from elevatekit_plugins.api import did_you_mean
from elevatekit_plugins.simulator.switches import Switches


class Switch(Struct, frozen=True, kw_only=True):
    """One switch, for people who look for it."""

    name: str
    default: Any
    values: tuple[str, ...]
    """What it may be set to, in words or as JSON: `true`, `409`, `a number from 0 up`."""
    description: str
    where: str
    """To which operations, bodies or properties it applies."""
    evidence: str
    """How well the default is known: a word of `x-evidence`."""
    because: str


def switches() -> tuple[Switch, ...]:
    """Every switch with its explanation, in the order of the class."""
    schema = msgspec.json.schema(Switches)["$defs"]["Switches"]["properties"]
    return tuple(
        Switch(
            name=name,
            default=node["default"],
            values=tuple(_values(node)),
            description=node["description"],
            where=node["x-where"],
            evidence=node["x-evidence"],
            because=node["x-because"],
        )
        for name, node in schema.items()
    )


def _values(node: Mapping[str, Any]) -> Iterator[str]:
    for value in node.get("enum", ()):
        yield value if isinstance(value, str) else msgspec.json.encode(value).decode()
    for branch in node.get("anyOf", ()):
        yield from _values(branch)
    match node.get("type"):
        case "boolean":
            yield from ("true", "false")
        case "integer":
            yield f"a number, at least {node['minimum']}"
        case "null":
            yield "null"
        case _:
            pass


def convert(values: Mapping[str, object]) -> Switches:
    """The switches of this mapping, by the names that they have outside of Python.

    Example:
        ```python
        convert({"ask.failed_counts": False})
        ```

    Raises:
        ValueError: there is no switch of a name, or it cannot have the value.
    """
    known = [field.encode_name for field in msgspec.structs.fields(Switches)]
    for name, value in values.items():
        if name not in known:
            hint = did_you_mean(name, known) or f"; available: {', '.join(known)}"
            raise ValueError(f"unknown switch {name!r}{hint}")
        try:
            msgspec.convert({name: value}, Switches)
        except msgspec.ValidationError as error:
            allowed = next(", ".join(s.values) for s in switches() if s.name == name)
            said = str(error).partition(" - at ")[0]
            raise ValueError(
                f"the switch {name} cannot be {value!r}: {said}; allowed: {allowed}"
            ) from None
    return msgspec.convert(values, Switches)


def parse(settings: Iterable[str]) -> dict[str, object]:
    """Read `NAME=VALUE` settings. A value is JSON (`422`, `false`, `null`), or a plain word.

    Raises:
        ValueError: a setting has no `=`.
    """
    values: dict[str, object] = {}
    for setting in settings:
        name, equals, text = setting.partition("=")
        if not equals:
            raise ValueError(f"the switch setting {setting!r} has no value; write NAME=VALUE")
        try:
            values[name] = msgspec.json.decode(text)
        except msgspec.DecodeError:
            values[name] = text
    return values


def read(path: Path) -> dict[str, object]:
    """Read a TOML file of switches: `ask.failed_counts = false`, or a table `[ask]`.

    Raises:
        OSError: the file cannot be read.
        ValueError: it is no TOML, or a switch in it cannot be used. The message names the line.
    """
    try:
        text = path.read_text("utf-8")
        values = dict(_flat(tomllib.loads(text)))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ValueError(f"{path} is not a TOML file: {error}") from None
    for name, value in values.items():
        try:
            convert({name: value})
        except ValueError as error:
            raise ValueError(f"{path}{_line(text, name)}: {error}") from None
    return values


def _flat(table: Mapping[str, object], prefix: str = "") -> Iterator[tuple[str, object]]:
    for name, value in table.items():
        if isinstance(value, dict):
            yield from _flat(cast("Mapping[str, object]", value), f"{prefix}{name}.")
        else:
            yield f"{prefix}{name}", value


def _line(text: str, name: str) -> str:
    """`, line 3` of the key that sets this switch, whatever its table; nothing if not found."""
    table = ""
    for number, line in enumerate(text.splitlines(), 1):
        if header := re.fullmatch(r"\s*\[([^\[\]]+)\]\s*(?:#.*)?", line):
            table = f"{_key(header[1])}."
        elif "=" in line and table + _key(line.partition("=")[0]) == name:
            return f", line {number}"
    return ""


def _key(text: str) -> str:
    return re.sub(r"[\s\"']", "", text)

"""Fault files: a JSON list of rules."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Final

import msgspec

from elevatekit_plugins.api import Api, did_you_mean
from elevatekit_plugins.simulator.faults.places import Step, line_of
from elevatekit_plugins.simulator.faults.rules import Fault, check_operation

_PLACE: Final = re.compile(r"(?P<says>.*) - at `\$\[(?P<rule>\d+)\](\.(?P<field>\w+))?", re.DOTALL)
_BYTE: Final = re.compile(r"\(byte (\d+)\)")
_TRUNCATED: Final = "Input data was truncated"
_UNKNOWN: Final = re.compile(r"unknown field `(.*)`")


def decode(content: bytes, api: Api) -> list[Fault]:
    """Read a list of rules.

    Raises:
        ValueError: it is none, or a rule cannot be used; the message says in which line and why.
    """
    try:
        text = content.decode()
        rules = msgspec.json.decode(text, type=list[Fault])
    except UnicodeDecodeError as error:
        raise ValueError(f"line {_line(content, error.start)}: not valid UTF-8") from None
    except msgspec.DecodeError as error:
        raise ValueError(_explained(content, str(error))) from None
    for number, rule in enumerate(rules):
        try:
            check_operation(rule, api)
        except ValueError as error:
            raise ValueError(f"line {line_of(text, (number, 'operation'))}: {error}") from None
    return rules


def read(path: Path, api: Api) -> list[Fault]:
    """Read a file of rules.

    Raises:
        OSError: the file cannot be read.
        ValueError: it is no such list; the message says in which line and why.
    """
    content = path.read_bytes()
    try:
        return decode(content, api)
    except ValueError as error:
        raise ValueError(f"the fault file {path} cannot be used: {error}") from None


def _explained(content: bytes, said: str) -> str:
    if found := _PLACE.match(said):
        place: list[Step] = [int(found["rule"])]
        unknown = _UNKNOWN.search(found["says"])
        if field := found["field"] or (unknown and unknown[1]):
            place.append(field)
        hint = did_you_mean(unknown[1], list(Fault.__struct_fields__)) if unknown else ""
        return f"line {line_of(content.decode(), tuple(place))}: {said}{hint}"
    if at := _BYTE.search(said):
        offset = int(at[1])
    else:
        offset = len(content.rstrip()) if said == _TRUNCATED else 0
    return f"line {_line(content, offset)}: {said}"


def _line(content: bytes, offset: int) -> int:
    return content.count(b"\n", 0, offset) + 1

"""What to look at where YAML cannot be read on: libyaml says what it expected, and no more."""

from __future__ import annotations

import re
from typing import Final

from elevatekit_codegen.source import Mark

_SPACES: Final = "indent with spaces: YAML does not allow tabs"
_QUOTES: Final = "put the text in quotation marks"


def remedy(text: str, problem: str, at: Mark, opened: Mark) -> str:
    """What to check; empty where nothing can be said.

    Args:
        text: the document.
        problem: what libyaml says.
        at: where it came to a stop.
        opened: where the thing begins that it was in the middle of.
    """
    lines = text.split("\n")
    line = lines[at.line - 1] if at.line <= len(lines) else ""
    if "\t" in line[: at.column]:
        return _SPACES
    match problem:
        case "did not find expected key":
            return _uneven("map", line, opened)
        case "did not find expected '-' indicator":
            return _uneven("list", line, opened)
        case "mapping values are not allowed in this context":
            return _second_colon(lines, at)
        case "did not find expected ',' or '}'" | "did not find expected ',' or ']'":
            return f"close the bracket of line {opened.line}, and separate its items with commas"
        case "found unexpected end of stream":
            return f"check that the quotation mark in line {opened.line} is closed"
        case "found character that cannot start any token" | "found undefined alias":
            return f"plain text cannot begin with {line[at.column - 1 : at.column]}: {_QUOTES}"
        case "but found another document":
            return "a file contains one document: remove the line `---`"
        case _:
            return ""


def _uneven(block: str, line: str, opened: Mark) -> str:
    column = _indent(line) + 1
    if column == opened.column:
        return (
            f"this line does not belong to the {block} that begins in line {opened.line}: a map has"
            " keys, a list has items with `- `"
        )
    return (
        f"check the indentation: this line begins in column {column}, the {block} in line"
        f" {opened.line} in column {opened.column}"
    )


def _second_colon(lines: list[str], at: Mark) -> str:
    line = lines[at.line - 1]
    before = next((one for one in reversed(lines[: at.line - 1]) if one.strip()), "")
    first = re.match(r"\s*(- +)?[^\s:#]+:", line)
    if first is None or first.end() < at.column:
        return f"the line has two colons: {_QUOTES}"
    if re.search(r":\S+$", before) and ": " not in before:
        return f"a colon in the line above needs a space after it: {before.strip()}"
    return (
        f"check the indentation: this line begins in column {_indent(line) + 1}, the line above,"
        f" which already has a value, in column {_indent(before) + 1}"
    )


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip(" "))

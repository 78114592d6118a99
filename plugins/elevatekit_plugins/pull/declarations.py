"""Declarations: a line of JSON, made into the body that the API takes."""

from __future__ import annotations

import stat
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any, cast

from elevatekit_plugins.api import Pull
from elevatekit_plugins.messages import decode_json
from elevatekit_plugins.pull.lines import BadLine, Declaration, Lines, Seen, numbered
from elevatekit_plugins.pull.turns import chat_body


def read_declarations(lines: Lines, rule: Pull) -> Iterator[Declaration | BadLine]:
    """The lines of a JSONL file, each as what it declares."""
    source, path = lines.name, lines.path
    with lines.open() as file, closing(Seen()) as seen:
        for number, text in numbered(file):
            line: dict[str, Any] | None = None
            try:
                line = _object(text)
                declaration = _declaration(rule, line, path, number)
            except ValueError as error:
                key = None if line is None else _key(rule, line)
                yield BadLine(source=source, line=number, key=key, message=str(error))
                continue
            if seen.add(declaration.key, number):
                yield declaration
            else:
                first = seen.line_of(declaration.key)
                message = f"id {declaration.key!r} was already declared in line {first}"
                yield BadLine(source=source, line=number, message=message)


def missing_file(declaration: Declaration) -> BadLine | None:
    """What is wrong with a line whose file is not there: nothing may be declared for it."""
    file = declaration.file
    problem = None if file is None else _problem(file)
    if problem is None:
        return None
    return BadLine(
        source=declaration.source,
        line=declaration.line,
        key=declaration.key,
        message=f"the file to upload, {file}, {problem}",
    )


def _problem(file: Path) -> str | None:
    try:
        mode = file.stat().st_mode
    except FileNotFoundError:
        return "does not exist"
    except (OSError, ValueError) as error:  # too long, a loop of links, a NUL in the name
        return f"cannot be read: {getattr(error, 'strerror', None) or error}"
    if stat.S_ISDIR(mode):
        return "is a directory"
    return None if stat.S_ISREG(mode) else "is not a regular file"


def _object(text: bytes) -> dict[str, Any]:
    try:
        line = decode_json(text)
    except ValueError as error:
        raise ValueError(f"is {error}") from None
    if not isinstance(line, dict):
        raise ValueError(f"is a JSON {type(line).__name__}, not an object")
    return cast("dict[str, Any]", line)


def _declaration(rule: Pull, line: dict[str, Any], path: Path, number: int) -> Declaration:
    key = _key(rule, line)
    if key is None:
        raise ValueError(
            f"has no `id` (text) and no `{rule.key}`, so a second run could not recognise it"
        )
    if rule.type in line and "turns" not in line:
        body = {name: value for name, value in line.items() if name not in ("id", "file")}
    elif "turns" in line:
        body = chat_body(rule, line)
    else:
        raise ValueError(f"has neither `{rule.type}` (a declare body) nor `turns` (a chat)")
    body.setdefault(rule.key, key)
    type = body[rule.type]
    if not isinstance(type, str):
        raise ValueError(f"`{rule.type}` must be a string")
    file = line.get("file")
    if type not in rule.upload.types or body.get(rule.upload.unless):
        file = None
    elif not isinstance(file, str) or not file:
        raise ValueError(f"type {type} needs a `file` to upload or a `{rule.upload.unless}`")
    return Declaration(
        source=str(path),
        line=number,
        key=key,
        body=body,
        type=type,
        file=None if file is None else path.parent / file,
    )


def _key(rule: Pull, line: dict[str, Any]) -> str | None:
    for name in ("id", rule.key):
        match line.get(name):
            case str(text) if text.strip():
                return text
            case bool():
                continue
            case int(number):
                return str(number)
            case _:
                continue
    return None

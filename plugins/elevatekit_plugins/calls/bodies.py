"""The body of a request: checked by the rules of the spec, and written as its operation has it."""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, cast
from urllib.parse import quote_plus

import msgspec

from elevatekit_plugins.api import Api, Body, Operation
from elevatekit_plugins.calls.decoders import decoder
from elevatekit_plugins.calls.values import check_argument, check_arguments
from elevatekit_plugins.errors import ArgumentError
from elevatekit_plugins.messages import FileBody

Content = tuple[str | None, bytes | FileBody | None]
"""The content type of a body, and the body; None: there is none."""


def encode(api: Api, operation: Operation[Any], body: object) -> Content:
    """The body of a call as it is sent.

    Args:
        body: as in `build_request`.

    Raises:
        ArgumentError: it is missing, or does not fit the spec.
    """
    rule = operation.body
    if rule is None:
        if body is not None:
            raise ArgumentError(f"{operation.id} does not accept a body", operation=operation.id)
        return None, None
    if body is None:
        if rule.required:
            raise ArgumentError(f"{operation.id} requires a body", operation=operation.id)
        return None, None
    match rule.kind:
        case "json":
            return _json(api, operation, rule, body)
        case "form":
            pairs = _values(operation, rule, _mapping(operation, body))
            line = "&".join(f"{quote_plus(name)}={quote_plus(text)}" for name, text in pairs)
            return rule.content_type, line.encode("ascii")
        case "multipart":
            return _multipart(operation, rule, body)
        case "bytes":
            return rule.content_type, _file(operation, _path(operation, body))


def _json(api: Api, operation: Operation[Any], rule: Body, body: object) -> Content:
    if rule.fields and isinstance(body, Mapping):
        given = cast("Mapping[str, object]", body)
        for field in rule.fields:
            if (value := given.get(field.name)) is not None:
                check_argument(field, value)
            elif field.required:
                raise _missing(operation, field.python)
    try:
        encoded = msgspec.json.encode(body)
    except (TypeError, ValueError, RecursionError) as error:  # UnicodeEncodeError is a ValueError
        raise ArgumentError(
            f"{operation.id}: the body cannot be written as JSON: {error}", operation=operation.id
        ) from None
    if rule.model is not None:
        try:
            decoder(api.model(rule.model)).decode(encoded)
        except msgspec.ValidationError as error:
            raise ArgumentError(
                f"{operation.id}: the body does not match the spec: {error}", operation=operation.id
            ) from None
    return rule.content_type, encoded


def _mapping(operation: Operation[Any], body: object) -> Mapping[str, object]:
    if not isinstance(body, Mapping):
        raise ArgumentError(
            f"{operation.id}: the body must be a mapping of form fields, not {type(body).__name__}",
            operation=operation.id,
        )
    return cast("Mapping[str, object]", body)


def _values(
    operation: Operation[Any], rule: Body, given: Mapping[str, object]
) -> Iterator[tuple[str, str]]:
    """The names and values of a form, in the order of the spec; a list is its name again."""
    for field in rule.fields:
        if (value := given.get(field.name)) is not None:
            for text in check_arguments(field, value):
                yield field.name, text
        elif field.required:
            raise _missing(operation, field.python)


def _missing(operation: Operation[Any], name: str) -> ArgumentError:
    return ArgumentError(f"{operation.id}: {name} is missing", operation=operation.id)


def _multipart(operation: Operation[Any], rule: Body, body: object) -> Content:
    boundary = f"elevatekit-{secrets.token_hex(16)}"
    content_type = f"multipart/form-data; boundary={boundary}"
    given = {rule.part: body} if rule.part and not rule.fields else _mapping(operation, body)
    before = "".join(
        f'--{boundary}\r\nContent-Disposition: form-data; name="{_quoted(name)}"\r\n\r\n{text}\r\n'
        for name, text in _values(operation, rule, given)
    )
    end = f"--{boundary}--\r\n".encode()
    if rule.part is None:
        return content_type, before.encode() + end
    path = _path(operation, given.get(rule.part))
    extension = path.suffix.lstrip(".")
    part = rule.part.replace("{extension}", extension or "bin")
    before += (
        f"--{boundary}\r\n"
        f'Content-Disposition: form-data; name="{_quoted(part)}"; '
        f'filename="{_quoted(path.name)}"\r\n'
        "Content-Type: application/octet-stream\r\n\r\n"
    )
    # The name of a file need not be text.
    return content_type, _file(operation, path, before.encode("utf-8", "replace"), b"\r\n" + end)


def _path(operation: Operation[Any], file: object) -> Path:
    if not isinstance(file, str | os.PathLike):
        raise ArgumentError(
            f"{operation.id}: the file must be a path, not {type(file).__name__}",
            operation=operation.id,
        )
    path = Path(cast("str | os.PathLike[str]", file))
    if not path.is_file():
        raise ArgumentError(f"{operation.id}: {path} is not a file", operation=operation.id)
    return path


def _file(
    operation: Operation[Any], path: Path, before: bytes = b"", after: bytes = b""
) -> FileBody:
    try:
        return FileBody.of(path, before=before, after=after)
    except OSError as error:
        raise ArgumentError(
            f"{operation.id}: {path} cannot be read: {error.strerror}", operation=operation.id
        ) from None


def _quoted(text: str) -> str:
    # As browsers do it (WHATWG HTML, "multipart/form-data"): nothing can end the header early.
    return text.replace('"', "%22").replace("\r", "%0D").replace("\n", "%0A")

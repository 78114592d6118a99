"""Arguments of a call: checked by the rules of the spec, then made into a request.

Everything that can be wrong with an argument is found here, before anything is sent.
"""

from __future__ import annotations

import os
import re
import secrets
from collections.abc import Mapping
from pathlib import Path
from typing import Any, cast
from urllib.parse import quote

import msgspec

from elevatekit_plugins.api import Api, Body, Operation, Parameter, did_you_mean
from elevatekit_plugins.calls.decoders import decoder
from elevatekit_plugins.errors import ArgumentError
from elevatekit_plugins.messages import FileBody, Headers, Request
from elevatekit_plugins.transport.addresses import leaves_its_place

_GUID = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}\Z")
_PYTHON_TYPES: dict[str, type | tuple[type, ...]] = {
    "string": str,
    "integer": int,
    "number": (int, float),
    "boolean": bool,
}


def check_argument(parameter: Parameter, value: object) -> str:
    """The value as it goes on the wire, if the spec allows it.

    Raises:
        ArgumentError: it breaks a rule; the message names the parameter, the rule and what came.
    """
    name = parameter.python
    expected = _PYTHON_TYPES[parameter.type]
    if not isinstance(value, expected) or (
        isinstance(value, bool) and parameter.type in ("integer", "number")
    ):
        raise ArgumentError(f"{name} must be a {parameter.type}, not {type(value).__name__}")
    if isinstance(value, bool):
        return "true" if value else "false"
    text = str(value)
    if parameter.format == "uuid" and not _GUID.match(text):
        raise ArgumentError(
            f"{name} {_shown(text)} is not a GUID (8-4-4-4-12 hexadecimal digits);"
            " it is the id that declaring an interaction returned"
        )
    if parameter.type == "string":
        _check_text(parameter, text)
    return text


def _check_text(parameter: Parameter, text: str) -> None:
    name, length = parameter.python, len(text)
    if not text.isascii() and any("\ud800" <= character <= "\udfff" for character in text):
        raise ArgumentError(f"{name} {_shown(text)} is no text: it cannot be written as UTF-8")
    if parameter.max_length is not None and length > parameter.max_length:
        raise ArgumentError(
            f"{name} has {length} characters; the limit is {parameter.max_length}. Shorten it"
        )
    if not text.strip() and (parameter.min_length or parameter.location == "path"):
        raise ArgumentError(f"{name} is empty")
    if parameter.min_length is not None and length < parameter.min_length:
        raise ArgumentError(f"{name} has {length} characters; at least {parameter.min_length}")
    if parameter.enum and text not in parameter.enum:
        raise ArgumentError(f"{name} {_shown(text)} is none of {', '.join(parameter.enum)}")
    if parameter.pattern is not None and not re.search(parameter.pattern, text):
        raise ArgumentError(f"{name} {_shown(text)} does not match {parameter.pattern}")
    if parameter.location == "path" and leaves_its_place(text):
        raise ArgumentError(f"{name} {_shown(text)} would lead to another place of the API")
    if parameter.location == "header" and not (
        text.isascii() and text.isprintable() and text == text.strip()
    ):
        raise ArgumentError(f"{name} {_shown(text)} holds characters that no header can carry")


def _shown(text: str) -> str:
    return ascii(text if len(text) <= 60 else text[:57] + "...")


def build_request(
    api: Api,
    operation: Operation[Any],
    base_url: str,
    arguments: Mapping[str, object],
    body: object,
    headers: Headers,
) -> Request:
    """The request of a call, with everything in it but its signature.

    Args:
        arguments: keyed by the name on the wire; None stands for "not given".
        body: a struct, dict or list for JSON; the path of a file for multipart.

    Raises:
        ArgumentError: an argument is missing, unknown, or breaks a rule of the spec.
    """
    path, query = operation.path, list[str]()
    known = [parameter.name for parameter in operation.parameters]
    for name in arguments:
        if name not in known:
            raise ArgumentError(
                f"{operation.id} takes no argument {name!r}{did_you_mean(name, known)}",
                operation=operation.id,
            )
    for parameter in operation.parameters:
        name = parameter.name
        value = arguments.get(name)
        if value is None:
            if parameter.required:
                raise ArgumentError(
                    f"{operation.id}: {parameter.python} is missing", operation=operation.id
                )
            continue
        text = check_argument(parameter, value)
        match parameter.location:
            case "path":
                # Braces cannot come back in through a value: quote() escapes them.
                path = path.replace("{" + name + "}", quote(text, safe=""))
            case "query":
                query.append(f"{quote(name, safe='')}={quote(text, safe='')}")
            case "header":
                headers = (*(h for h in headers if h[0].lower() != name.lower()), (name, text))
            case "body":
                raise TypeError(f"{operation.id}: {name} is listed as a body parameter")
    url = base_url + path + ("?" + "&".join(query) if query else "")
    content_type, content = _encode(api, operation, body)
    if content_type is not None:
        headers = (*headers, ("Content-Type", content_type))
    return Request(
        operation=operation.id, method=operation.method, url=url, headers=headers, body=content
    )


def _encode(
    api: Api, operation: Operation[Any], body: object
) -> tuple[str | None, bytes | FileBody | None]:
    rule = operation.body
    if rule is None:
        if body is not None:
            raise ArgumentError(f"{operation.id} takes no body", operation=operation.id)
        return None, None
    if body is None:
        if rule.required:
            raise ArgumentError(f"{operation.id} needs a body", operation=operation.id)
        return None, None
    if rule.content_type == "multipart/form-data":
        return _multipart(operation, rule, body)
    if rule.fields and isinstance(body, Mapping):
        given = cast("Mapping[str, object]", body)
        for field in rule.fields:
            if (value := given.get(field.name)) is not None:
                check_argument(field, value)
            elif field.required:
                raise ArgumentError(
                    f"{operation.id}: {field.python} is missing", operation=operation.id
                )
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
                f"{operation.id}: the body does not fit the spec: {error}", operation=operation.id
            ) from None
    return rule.content_type, encoded


def _multipart(operation: Operation[Any], rule: Body, body: object) -> tuple[str, FileBody]:
    if not isinstance(body, str | os.PathLike):
        raise ArgumentError(
            f"{operation.id} takes the path of a file, not {type(body).__name__}",
            operation=operation.id,
        )
    path = Path(cast("str | os.PathLike[str]", body))
    if not path.is_file():
        raise ArgumentError(f"{operation.id}: {path} is no file", operation=operation.id)
    extension = path.suffix.lstrip(".")
    part = (rule.part or "file").replace("{extension}", extension or "bin")
    boundary = f"elevatekit-{secrets.token_hex(16)}"
    before = (
        f"--{boundary}\r\n"
        f'Content-Disposition: form-data; name="{_quoted(part)}"; '
        f'filename="{_quoted(path.name)}"\r\n'
        "Content-Type: application/octet-stream\r\n\r\n"
    ).encode("utf-8", "replace")  # a name of a file need not be text
    try:
        content = FileBody.of(path, before=before, after=f"\r\n--{boundary}--\r\n".encode())
    except OSError as error:
        raise ArgumentError(
            f"{operation.id}: {path} cannot be read: {error.strerror}", operation=operation.id
        ) from None
    return f"multipart/form-data; boundary={boundary}", content


def _quoted(text: str) -> str:
    # As browsers do it (WHATWG HTML, "multipart/form-data"): nothing can end the header early.
    return text.replace('"', "%22").replace("\r", "%0D").replace("\n", "%0A")

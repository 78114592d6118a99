"""Arguments of a call: checked by the rules of the spec, then made into a request.

Everything that can be wrong with an argument is found here and in `bodies`, before anything is
sent.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import quote

from elevatekit_plugins.api import Api, Operation, Parameter, did_you_mean
from elevatekit_plugins.calls.bodies import encode
from elevatekit_plugins.calls.values import check_arguments
from elevatekit_plugins.errors import ArgumentError
from elevatekit_plugins.messages import Headers, Request, with_header


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
        body: a struct, dict or list for JSON; a mapping by wire name for a form; the path of a
            file for bytes, and for a form that is nothing else.

    Raises:
        ArgumentError: an argument is missing, unknown, or breaks a rule of the spec.
    """
    path, query = operation.path, list[str]()
    for parameter, texts in _given(operation, arguments):
        name = parameter.name
        match parameter.location:
            case "path":
                # Braces cannot come back in through a value: quote() escapes them.
                path = path.replace("{" + name + "}", quote(texts[0], safe=""))
            case "query":
                query += _in_query(parameter, texts)
            case "header":
                headers = with_header(headers, name, texts[0])
            case "body":
                raise TypeError(f"{operation.id}: {name} is listed as a body parameter")
    url = base_url + path + ("?" + "&".join(query) if query else "")
    content_type, content = encode(api, operation, body)
    if content_type is not None:
        headers = (*headers, ("Content-Type", content_type))
    if operation.media is not None:
        # What goes wrong may still be told in JSON.
        headers = with_header(headers, "Accept", f"{operation.media}, application/json;q=0.9")
    return Request(
        operation=operation.id, method=operation.method, url=url, headers=headers, body=content
    )


def _given(
    operation: Operation[Any], arguments: Mapping[str, object]
) -> Iterator[tuple[Parameter, list[str]]]:
    """Each parameter that has an argument, with its values as they go on the wire."""
    known = [parameter.name for parameter in operation.parameters]
    for name in arguments:
        if name not in known:
            raise ArgumentError(
                f"{operation.id}: unknown argument {name!r}{did_you_mean(name, known)}",
                operation=operation.id,
            )
    for parameter in operation.parameters:
        value = arguments.get(parameter.name)
        if value is not None:
            yield parameter, check_arguments(parameter, value)
        elif parameter.required:
            raise ArgumentError(
                f"{operation.id}: {parameter.python} is missing", operation=operation.id
            )


def _in_query(parameter: Parameter, texts: list[str]) -> Iterator[str]:
    name, values = quote(parameter.name, safe=""), [quote(text, safe="") for text in texts]
    if parameter.many == "commas":
        values = [",".join(values)] if values else []
    return (f"{name}={value}" for value in values)

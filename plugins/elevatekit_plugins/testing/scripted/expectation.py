"""What a call is expected to be called with, and how a request differs from that."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from typing import Any, Literal, cast
from urllib.parse import parse_qs, unquote, urlsplit

import msgspec
from msgspec import UNSET, Struct

from elevatekit_plugins.api import Operation, Parameter, did_you_mean
from elevatekit_plugins.calls.values import check_arguments
from elevatekit_plugins.errors import ArgumentError
from elevatekit_plugins.messages import FileBody, Request, header
from elevatekit_plugins.simulator.forms import pairs_of
from elevatekit_plugins.simulator.upload import Upload


class Place(Struct, frozen=True):
    """Where an argument of a method stands in a request."""

    location: Literal["path", "query", "header", "field", "body", "file"]
    name: str
    """The name on the wire."""
    parameter: Parameter | None = None


class Expectation(Struct, frozen=True):
    """The arguments of a call that somebody expects."""

    operation: Operation[Any]
    arguments: Mapping[str, tuple[Place, object]]
    """By the keyword of the method: where it stands, and its value as it is sent."""

    @classmethod
    def of(cls, operation: Operation[Any], expected: Mapping[str, object]) -> Expectation:
        """Look at what is expected, by the rules of the spec.

        Raises:
            ArgumentError: the method takes no such argument, or not this value.
        """
        places = _places(operation)
        arguments: dict[str, tuple[Place, object]] = {}
        for keyword, value in expected.items():
            place = places.get(keyword)
            if place is None:
                near = did_you_mean(keyword, list(places)) or f"; available: {', '.join(places)}"
                raise ArgumentError(
                    f"{operation.id}: unknown argument {keyword!r}{near}", operation=operation.id
                )
            arguments[keyword] = (place, _sent(operation, place, value))
        return cls(operation, arguments)

    @property
    def told(self) -> str:
        """The call as one would write it: `gen_ai.cx.ask(question='…')`."""
        arguments = ", ".join(f"{k}={value!r}" for k, (_, value) in self.arguments.items())
        return f"{self.operation.id}({arguments})" if arguments else self.operation.id

    def difference(self, request: Request) -> str | None:
        """The first argument that is another one in a request; None: it is as expected."""
        for keyword, (place, expected) in self.arguments.items():
            found = _found(self.operation, place, request)
            if found != expected:
                return f"{keyword} is {_told(found)}; expected: {_told(expected)}"
        return None


def _places(operation: Operation[Any]) -> dict[str, Place]:
    """The arguments of the generated method, by keyword."""
    places = {
        p.python: Place(cast("Literal['path', 'query', 'header']", p.location), p.name, p)
        for p in operation.parameters
    }
    body = operation.body
    if body is None:
        return places
    places |= {field.python: Place("field", field.name, field) for field in body.fields}
    if body.takes_file:
        return places | {"file": Place("file", "file")}
    return places if body.fields else places | {"body": Place("body", "body")}


def _sent(operation: Operation[Any], place: Place, value: object) -> object:
    """A value as it is sent; UNSET: not at all."""
    if value is None:
        return UNSET
    try:
        if place.parameter is not None:
            texts = check_arguments(place.parameter, value)
            rule = operation.body
            if place.location == "field" and rule is not None and rule.kind == "json":
                return value
            return texts if place.parameter.many else texts[0]
        if place.location == "file":
            return os.fspath(cast("str | os.PathLike[str]", value))
        return msgspec.to_builtins(value)
    except (TypeError, ValueError) as error:
        raise ArgumentError(
            f"{operation.id} can never be called so: {error}", operation=operation.id
        ) from None


def _found(operation: Operation[Any], place: Place, request: Request) -> object:
    """What a request holds in a place; UNSET: nothing."""
    url = urlsplit(request.url)
    match place.location:
        case "path":
            # The template at the end of the path: before it stands the base URL.
            names = re.findall(r"\{([^{}]*)\}", operation.path)
            texts = map(re.escape, re.split(r"\{[^{}]*\}", operation.path))
            found = re.search("([^/]+)".join(texts) + r"\Z", url.path)
            return unquote(found[names.index(place.name) + 1]) if found else UNSET
        case "query":
            query = parse_qs(url.query, keep_blank_values=True)
            return _texts(place, query.get(place.name, []))
        case "header":
            named = (v for name, v in request.headers if name.lower() == place.name.lower())
            return next(named, UNSET)
        case "file":
            return request.body.path if isinstance(request.body, FileBody) else UNSET
        case "body" | "field":
            if operation.body is not None and operation.body.kind in ("form", "multipart"):
                return _texts(place, _form(request).get(place.name, []))
            if not isinstance(request.body, bytes):
                return UNSET
            content = msgspec.json.decode(request.body)
            return content if place.location == "body" else content.get(place.name, UNSET)


def _texts(place: Place, texts: list[str]) -> object:
    """What a form or a query holds under a name, in the form that `_sent` has it."""
    many = place.parameter.many if place.parameter else None
    if many == "commas":
        texts = [part for text in texts for part in text.split(",")]
    if many is not None and texts:
        return texts
    return texts[0] if texts else UNSET


def _form(request: Request) -> dict[str, list[str]]:
    """The texts of a form by their names."""
    content = request.body or b""
    framed = content.before + content.after if isinstance(content, FileBody) else content
    content_type = header(request.headers, "content-type") or ""
    if content_type.startswith("multipart/"):
        upload = Upload(content_type)
        upload.feed(framed)
        pairs = upload.values
    else:
        pairs = pairs_of(framed)
    found: dict[str, list[str]] = {}
    for name, text in pairs:
        found.setdefault(name, []).append(text)
    return found


def _told(value: object) -> str:
    return "not given" if value is UNSET else repr(value)

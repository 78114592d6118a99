"""What a call is expected to be called with, and how a request differs from that."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import Any, Literal, cast
from urllib.parse import parse_qs, unquote, urlsplit

import msgspec
from msgspec import UNSET, Struct

from elevatekit_plugins.api import Operation, Parameter, did_you_mean
from elevatekit_plugins.calls.arguments import check_argument
from elevatekit_plugins.errors import ArgumentError
from elevatekit_plugins.messages import FileBody, Request


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
                near = did_you_mean(keyword, list(places)) or f"; it takes {', '.join(places)}"
                raise ArgumentError(
                    f"{operation.id} takes no argument {keyword!r}{near}", operation=operation.id
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
    if body.fields:
        return places | {field.python: Place("field", field.name, field) for field in body.fields}
    whole: Literal["body", "file"] = "body" if body.part is None else "file"
    return places | {whole: Place(whole, whole)}


def _sent(operation: Operation[Any], place: Place, value: object) -> object:
    """A value as it is sent; UNSET: not at all."""
    if value is None:
        return UNSET
    try:
        if place.parameter is not None:
            text = check_argument(place.parameter, value)
            return value if place.location == "field" else text
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
            # The segments of the template, counted from the end: before them stands the base URL.
            segments = operation.path.split("/")
            index = segments.index("{" + place.name + "}") - len(segments)
            return unquote(url.path.split("/")[index])
        case "query":
            values = parse_qs(url.query, keep_blank_values=True).get(place.name)
            return values[0] if values else UNSET
        case "header":
            named = (v for name, v in request.headers if name.lower() == place.name.lower())
            return next(named, UNSET)
        case "file":
            return request.body.path if isinstance(request.body, FileBody) else UNSET
        case "body" | "field":
            if not isinstance(request.body, bytes):
                return UNSET
            content = msgspec.json.decode(request.body)
            return content if place.location == "body" else content.get(place.name, UNSET)


def _told(value: object) -> str:
    return "not given" if value is UNSET else repr(value)

"""How requests are signed: the one security scheme of a spec, and the operations that need none."""

from __future__ import annotations

import re
from collections.abc import Iterator

from elevatekit_codegen.grammar import walk
from elevatekit_codegen.source import Document, Node
from elevatekit_plugins.api import ApiKey


def key(document: Document) -> ApiKey:
    """The credential that the operations of a spec want.

    Raises:
        SpecError: there is none, or more than one, or one that no header can carry.
    """
    names = dict(_required(document))
    if not names:
        place = "/security" if "security" in document.root else "/components/securitySchemes"
        raise document.error(
            place,
            "no operation uses a security scheme, but a client needs one; name it under `security`",
        )
    (name, place), *more = names.items()
    if more:
        raise document.error(
            more[0][1],
            f"{more[0][0]!r} is a second security scheme besides {name!r}; a client has one"
            " credential, so keep one",
        )
    schemes = document.root.child("components").child("securitySchemes")
    if name not in schemes:
        raise document.error(
            place, f"unknown security scheme {name!r}; add it to components/securitySchemes"
        )
    return _key(document, document.resolve(schemes.child(name)))


def is_public(document: Document, operation: Node) -> bool:
    """Whether an operation is sent without a credential."""
    holder = operation if "security" in operation else document.root
    return not any(name for name, _ in _requirements(document, holder))


def _required(document: Document) -> Iterator[tuple[str, str]]:
    """Every scheme that is asked for, and a place where that is."""
    for kind, node in walk(document):
        if kind == "OpenAPI" or kind == "Operation":
            yield from _requirements(document, node)


def _requirements(document: Document, holder: Node) -> Iterator[tuple[str, str]]:
    for _, requirement in holder.children("security"):
        if len(requirement.value) > 1:
            raise document.error(
                requirement.pointer,
                "two security schemes at once are not supported: a client has one credential",
            )
        for name in requirement.value:
            yield name, requirement.pointer


def _key(document: Document, scheme: Node) -> ApiKey:
    said = scheme.line("description")
    match scheme.text("type"), scheme.text("scheme").lower():
        case "apiKey", _:
            return ApiKey(header=_header(document, scheme), description=said)
        case "http", "basic":
            return ApiKey(header="Authorization", scheme="Basic", description=said)
        case ("http", "bearer") | ("oauth2" | "openIdConnect", _):
            return ApiKey(header="Authorization", scheme="Bearer", description=said)
        case type, word:
            what = f"{type} {word}".strip()
            raise document.error(
                scheme.pointer,
                f"a security scheme of type {what!r} is not supported; use apiKey in a header, http"
                " basic, http bearer, oauth2 or openIdConnect",
            )


def _header(document: Document, scheme: Node) -> str:
    place, name = scheme.text("in"), scheme.text("name")
    if place != "header":
        raise document.error(
            scheme / "in",
            f"a key in {place!r} is not supported: only a header stays out of logs and histories",
        )
    if not re.fullmatch(r"[A-Za-z0-9_-]+", name):
        raise document.error(scheme / "name", f"{name!r} is not a valid header name")
    return name

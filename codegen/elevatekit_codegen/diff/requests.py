"""What changed about the request that a call sends: server, token, path, parameters, body."""

from __future__ import annotations

import re
from collections.abc import Iterator

from elevatekit_codegen.diff.changes import Change, Impact, code
from elevatekit_codegen.diff.sides import Sides
from elevatekit_codegen.operations import ReadOperation
from elevatekit_plugins.api import ApiKey, Body, Parameter


def requests(sides: Sides) -> Iterator[Change]:
    """Each change of a request. What knows the old one (a recording, a proxy) misses the new."""
    old, new = sides.old.spec, sides.new.spec
    ids = tuple(operation.row.id for _, operation in sides.matched)
    if old.base_url != new.base_url:
        what = f"is {code(new.base_url)} now, was {code(old.base_url)}"
        yield _change("base_url", what, "/servers", ids)
    if old.key.header != new.key.header:
        what = f"is sent in {code(new.key.header)} now, was in {code(old.key.header)}"
        # No recording holds a token.
        yield _change("token", what, "/components/securitySchemes", ids, stale=False)
    elif old.key.scheme != new.key.scheme:
        what = f"is sent as {code(_form(new.key))} now, was sent as {code(_form(old.key))}"
        yield _change("token", what, "/components/securitySchemes", ids, stale=False)
    for before, after in sides.matched:
        for what in _operation(before, after):
            yield _change(f"client.{after.row.id}", what, after.pointer, (after.row.id,))


def _operation(old: ReadOperation, new: ReadOperation) -> Iterator[str]:
    lines = [f"{row.method} {row.path}" for row in (old.row, new.row)]
    # How a parameter of the path is called is not sent.
    if re.sub(r"\{[^{}]*\}", "{}", lines[0]) != re.sub(r"\{[^{}]*\}", "{}", lines[1]):
        yield f"is sent as {code(lines[1])}, was {code(lines[0])}"
    befores = {p.python: p for p in old.row.parameters}
    for parameter in new.row.parameters:
        before = befores.get(parameter.python, parameter)
        places = [_place(p) for p in (before, parameter)]
        if places[0] != places[1] and {before.location, parameter.location} != {"path"}:
            name = code(parameter.python)
            yield f"sends {name} as {code(places[1])}, was {code(places[0])}"
    if old.row.body is not None and new.row.body is not None:
        kinds = _kind(old.row.body), _kind(new.row.body)
        if kinds[0] != kinds[1]:
            yield f"sends its body as {code(kinds[1])}, was {code(kinds[0])}"


def _form(key: ApiKey) -> str:
    return f"{key.scheme} TOKEN" if key.scheme else "TOKEN"


def _place(parameter: Parameter) -> str:
    how = {"repeated": ", again for each value", "commas": ", between commas", None: ""}
    return f"{parameter.location} {parameter.name}{how[parameter.many]}"


def _kind(body: Body) -> str:
    return body.content_type if body.part is None else f"{body.content_type}, {body.part}"


def _change(
    symbol: str, what: str, pointer: str, ids: tuple[str, ...], *, stale: bool = True
) -> Change:
    return Change(Impact.BREAKING, "behaviour", symbol, what, pointer, ids, stale)

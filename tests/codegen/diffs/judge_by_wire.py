"""The wire: requests that were right are tried in the new spec, and answers of the new in the old.

It knows nothing of the diff.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from .samples import Schemas, Value, hints, references


def by_wire(old: Value, new: Value) -> Iterator[str]:
    """The operations for which an exchange of the old spec is none of the new, or is another."""
    if old["servers"][0]["url"] != new["servers"][0]["url"] or _header(old) != _header(new):
        yield "*"
    if old.get("x-pull") != new.get("x-pull"):
        yield "*"
    olds, news = _operations(old), _operations(new)
    requests = {(o["line"]): id for id, o in news.items()}
    lines = sorted(set(hints(old)) | set(hints(new)), key=str)
    for id, before in olds.items():
        there = id if id in news else requests.get(before["line"])
        if there is None:
            yield id
        elif _closure(old, before) == _closure(new, news[there]):
            continue
        elif any(
            _differs(
                _Exchange(Schemas(old, lines), before), _Exchange(Schemas(new, lines), news[there])
            )
        ):
            yield there


def _closure(document: Value, operation: Value) -> Value:
    """An operation with everything that it uses."""
    found: Value = {"": operation}
    waiting = list(references(operation))
    while waiting:
        reference = waiting.pop()
        if reference not in found:
            _, _, kind, name = reference.split("/")
            found[reference] = document["components"][kind][name]
            waiting += references(found[reference])
    return found


def _header(document: Value) -> str:
    (scheme,) = document["components"]["securitySchemes"].values()
    name: str = scheme["name"]
    return name


def _operations(document: Value) -> dict[str, Value]:
    return {
        operation["operationId"]: {
            **operation,
            "line": (method, re.sub(r"{.*?}", "{}", path)),
            "shared": item.get("parameters", []),
        }
        for path, item in document["paths"].items()
        for method, operation in item.items()
        if method != "parameters"
    }


@dataclass(frozen=True)
class _Exchange:
    """A request of an operation and its answers, as one spec has them."""

    schemas: Schemas
    operation: Value

    @property
    def parameters(self) -> dict[tuple[str, str], Value]:
        operation = self.operation
        nodes = (*operation["shared"], *operation.get("parameters", ()))
        found = [self.schemas.resolved(node) for node in nodes]
        places = itertools.count()
        # A parameter of the path is known by its place.
        return {(p["in"], str(next(places)) if p["in"] == "path" else p["name"]): p for p in found}

    def body(self) -> tuple[str, Value, bool] | None:
        if "requestBody" not in self.operation:
            return None
        body = self.schemas.resolved(self.operation["requestBody"])
        ((kind, media),) = body["content"].items()
        return kind, media["schema"], body.get("required", False)

    def answers(self) -> dict[int, tuple[str | None, Value | None]]:
        found: dict[int, tuple[str | None, Value | None]] = {}
        for status, response in self.operation["responses"].items():
            node = self.schemas.resolved(response)
            content = node.get("content", {}).get("application/json")
            found[int(status)] = node.get("x-error"), content and content["schema"]
        return found


def _differs(old: _Exchange, new: _Exchange) -> Iterator[bool]:
    yield old.operation["line"] != new.operation["line"]
    yield from _parameters_differ(old, new)
    before, after = old.body(), new.body()
    if before is None or after is None:
        yield before is not None or (after is not None and after[2])
    else:
        yield before[0] != after[0] or before[2] < after[2]
        yield _defaults(old, before[1]) != _defaults(new, after[1])
        yield new.schemas.refuse(after[1], old.schemas.samples(before[1]))
    yield from _answers_differ(old, new)
    yield from _rules_differ(old.operation, new.operation)


def _parameters_differ(old: _Exchange, new: _Exchange) -> Iterator[bool]:
    befores, afters = old.parameters, new.parameters
    for key, before in befores.items():
        after = afters.get(key)
        if after is None:
            yield True
        else:
            yield after.get("required", False) > before.get("required", False)
            schema = after["schema"]
            yield new.schemas.refuse(schema, old.schemas.samples(before["schema"]))
    yield any(p.get("required", False) for key, p in afters.items() if key not in befores)


def _answers_differ(old: _Exchange, new: _Exchange) -> Iterator[bool]:
    befores, afters = old.answers(), new.answers()
    for status, (error, _) in befores.items():
        if status >= 400:
            yield status not in afters or error != afters[status][0]
    known = [schema for status, (_, schema) in befores.items() if status < 300]
    for status, (_, schema) in afters.items():
        before = befores.get(status, (None, next(filter(None, known), None)))[1]
        if status < 300 or status in befores:
            yield (schema is None) != (before is None)
            if schema is not None and before is not None:
                yield old.schemas.surprise(before, new.schemas.samples(schema))


def _defaults(exchange: _Exchange, schema: Value) -> Any:
    """The defaults that the SDK sends, by where they stand."""
    node = exchange.schemas.resolved(schema)
    if "oneOf" in node:
        return [_defaults(exchange, member) for member in node["oneOf"]]
    properties = node.get("properties", {})
    return {
        key: exchange.schemas.resolved(value).get("default") for key, value in properties.items()
    }


def _rules_differ(old: Value, new: Value) -> Iterator[bool]:
    before, after = old["x-retry"], new["x-retry"]
    yield not before["statuses"].keys() <= after["statuses"].keys()
    yield after["deadline"] < before["deadline"] or after["safe"] < before["safe"]
    one, two = old.get("x-quota"), new.get("x-quota")
    yield one is None and two is not None
    if one is not None and two is not None:
        yield two["successes"] < one["successes"] or two["errors"] < one["errors"]
        yield not {*one.get("free", ())} <= {*two.get("free", ())}
        yield one["per"] != two["per"] or bool(one.get("history")) > bool(two.get("history"))
    one, two = old.get("x-waiter"), new.get("x-waiter")
    if one is not None and two is not None:
        yield one["property"] != two["property"]
        yield any({*one[key]} != {*two[key]} for key in ("done", "failed"))
    one, two = old.get("x-pull"), new.get("x-pull")
    if one is not None:
        yield two is None or one["kind"] != two["kind"]
        types = [{*(rule or {}).get("types", ())} for rule in (one, two)]
        yield bool(types[1]) and not (types[0] and types[0] <= types[1])

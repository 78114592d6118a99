"""Copies of the spec to be changed, and judges beside the diff: griffe, the wire, click, columns.

The judges know nothing of the diff. griffe compares the two generated packages. The wire tries
requests that were right in the new spec, and answers of the new one in the old. click has the real
commands of both, and the columns are those that exports write.
"""

from __future__ import annotations

import copy
import itertools
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

import click
import griffe
import jsonschema_rs
import pytest

from elevatekit_codegen import rows
from elevatekit_codegen.assemble import assemble
from elevatekit_codegen.diff.compare import Comparison, compare
from elevatekit_codegen.loading import load
from elevatekit_codegen.model import Package
from elevatekit_codegen.reading import Spec, read_spec
from elevatekit_codegen.render import sources
from elevatekit_codegen.source import Document
from elevatekit_plugins.cli.operations import operation_groups

SPEC = Path(__file__).parents[3] / "spec" / "openapi.yaml"
KEPT = {
    "interactions.declare",
    "interactions.upload",
    "interactions.status",
    "interactions.delete",
    "gen_ai.cx.summary",
    "gen_ai.cx.summary_details",
    "gen_ai.cx.ask",
    "gen_ai.cx.ask_history",
}
"""What the small spec has: enough for a pull, a quota, a waiter, lists and objects."""

Value = dict[str, Any]
Edit = Callable[[Value], object]


@dataclass(frozen=True)
class Copy:
    """A copy of the spec that was read."""

    value: Value
    _trees: dict[str, griffe.Module] = field(default_factory=dict)

    @cached_property
    def spec(self) -> Spec:
        return read_spec(Document("openapi.yaml", self.value, {}, ""))

    @cached_property
    def package(self) -> Package:
        return assemble(self.spec, "elevatekit")

    @cached_property
    def sources(self) -> dict[str, str]:
        return sources(self.package)

    def tree(self, module: str) -> griffe.Module:
        if module not in self._trees:
            code = self.sources[module]
            self._trees[module] = griffe.visit(module, Path(f"{module}.py"), code)
        return self._trees[module]


@dataclass(frozen=True)
class Desk:
    """Where specs are changed and the change is judged."""

    small: Copy
    whole: Copy

    def edited(self, of: Copy, *edits: Edit) -> Copy:
        value = copy.deepcopy(of.value)
        for edit in edits:
            edit(value)
        return Copy(value)

    def compare(self, old: Copy, new: Copy) -> Comparison:
        return compare(old.spec, new.spec, "elevatekit")

    def judge(self, old: Copy, new: Copy) -> Verdict:
        return Verdict(
            griffe=set(_griffe(old, new)),
            wire=set(_wire(old.value, new.value)),
            cli=set(_cli(old, new)),
            export=set(_export(old, new)),
        )


@dataclass(frozen=True)
class Verdict:
    """What each judge calls broken."""

    griffe: set[str]
    """Symbols, in the words of the diff."""
    wire: set[str]
    """Operations, by their new id; `*` for all."""
    cli: set[str]
    """Commands, by their old words."""
    export: set[str]
    """Tables and columns."""

    def missed(self, comparison: Comparison) -> set[str]:
        """What griffe calls a break and the comparison does not."""
        return self.griffe - {c.symbol for c in comparison.changes if c.impact.word == "breaking"}

    def invented(self, comparison: Comparison) -> list[str]:
        """What the comparison calls a break and no judge does."""
        return [
            f"{change.symbol}: {change.what}"
            for change in comparison.changes
            if change.impact.word == "breaking" and not self._is_confirmed(change)
        ]

    def _is_confirmed(self, change: Any) -> bool:
        if "*" in self.wire or change.symbol in self.griffe | self.export:
            return True
        if change.area == "cli":
            return any(f"{change.symbol} ".startswith(f"elevatekit {w} ") for w in self.cli)
        if change.area == "export":
            return False
        return any(id in self.wire for id in change.operations)


# ---------------------------------------------------------------------------------------- griffe
def _griffe(old: Copy, new: Copy) -> Iterator[str]:
    groups = {
        group.class_name: group.path for side in (old, new) for group in side.package.all_groups
    }
    for module in ("__init__", "client", "models", "errors"):
        if old.sources[module] == new.sources[module]:
            continue
        one, two = old.tree(module), new.tree(module)
        for breakage in griffe.find_breaking_changes(one, two):
            yield _symbol(breakage, groups)
    yield from _returns(old, new, groups)


def _returns(old: Copy, new: Copy, groups: dict[str, str]) -> Iterator[str]:
    """What griffe finds between the classes that a method returned and returns: it looks at no
    annotation by itself."""
    befores, afters = old.tree("client"), new.tree("client")
    for name, path in groups.items():
        if name not in befores.members or name not in afters.members:
            continue
        for method, before in befores[name].functions.items():
            after = afters[name].functions.get(method, before)
            returned = [str(f.returns).replace("models.", "") for f in (before, after)]
            classes = [
                side.tree("models").classes.get(text.removesuffix(" | None"))
                for side, text in zip((old, new), returned, strict=True)
            ]
            if classes[0] and classes[1] and classes[0].name != classes[1].name:
                for breakage in griffe.find_breaking_changes(*classes):
                    yield f"client.{path}.{method}() -> {returned[1]}.{breakage.obj.name}"


def _symbol(breakage: griffe.Breakage, groups: dict[str, str]) -> str:
    """What griffe names, as the diff names it: sync, async and raw are one."""
    module, *path = breakage.obj.path.split(".")
    if module == "client":
        name = re.sub(r"^(Async)?(Raw)?", "", path[0])
        path = [*(["client"] if name == "Client" else ["client", groups[name]]), *path[1:]]
    symbol = ".".join(path)
    argument = breakage.old_value if breakage.old_value is not None else breakage.new_value
    return f"{symbol}({argument.name})" if isinstance(argument, griffe.Parameter) else symbol


# ------------------------------------------------------------------------------------------ wire
def _wire(old: Value, new: Value) -> Iterator[str]:
    """The operations for which an exchange of the old spec is none of the new, or is another."""
    if old["servers"][0]["url"] != new["servers"][0]["url"] or _header(old) != _header(new):
        yield "*"
    if old.get("x-pull") != new.get("x-pull"):
        yield "*"
    olds, news = _operations(old), _operations(new)
    requests = {(o["line"]): id for id, o in news.items()}
    hints = sorted(set(_hints(old)) | set(_hints(new)), key=str)
    for id, before in olds.items():
        there = id if id in news else requests.get(before["line"])
        if there is None:
            yield id
        elif _closure(old, before) == _closure(new, news[there]):
            continue
        elif any(_differs(_Exchange(old, before, hints), _Exchange(new, news[there], hints))):
            yield there


def _closure(document: Value, operation: Value) -> Value:
    """An operation with everything that it uses."""
    found: Value = {"": operation}
    waiting = list(_references(operation))
    while waiting:
        reference = waiting.pop()
        if reference not in found:
            _, _, kind, name = reference.split("/")
            found[reference] = document["components"][kind][name]
            waiting += _references(found[reference])
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


def _hints(value: Any) -> Iterator[Any]:
    """The values near which limits and enums of a spec change their mind."""
    if isinstance(value, dict):
        for key, item in value.items():
            if key in ("enum", "const"):
                yield from item if isinstance(item, list) else [item]
            elif key.startswith(("min", "max", "exclusive", "multiple")) and _is_number(item):
                yield item
            else:
                yield from _hints(item)
    elif isinstance(value, list):
        for item in value:
            yield from _hints(item)


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


@dataclass(frozen=True)
class _Exchange:
    """A request of an operation and its answers, as one spec has them."""

    document: Value
    operation: Value
    hints: list[Any]

    def resolved(self, node: Value) -> Value:
        while "$ref" in node:
            target: Any = self.document
            for word in node["$ref"].split("/")[1:]:
                target = target[word.replace("~1", "/")]
            node = {**target, **{k: v for k, v in node.items() if k != "$ref"}}
        return node

    @property
    def parameters(self) -> dict[tuple[str, str], Value]:
        found = [self.resolved(p) for p in (*self.operation["shared"], *self._own)]
        places = itertools.count()
        # A parameter of the path is known by its place.
        return {(p["in"], str(next(places)) if p["in"] == "path" else p["name"]): p for p in found}

    @property
    def _own(self) -> list[Value]:
        own: list[Value] = self.operation.get("parameters", [])
        return own

    def body(self) -> tuple[str, Value, bool] | None:
        if "requestBody" not in self.operation:
            return None
        body = self.resolved(self.operation["requestBody"])
        ((kind, media),) = body["content"].items()
        return kind, media["schema"], body.get("required", False)

    def answers(self) -> dict[int, tuple[str | None, Value | None]]:
        found: dict[int, tuple[str | None, Value | None]] = {}
        for status, response in self.operation["responses"].items():
            node = self.resolved(response)
            content = node.get("content", {}).get("application/json")
            found[int(status)] = node.get("x-error"), content and content["schema"]
        return found

    def takes(self, schema: Value, value: Any) -> bool:
        root = {**schema, "components": self.document["components"]}
        return jsonschema_rs.Draft202012Validator(root, validate_formats=True).is_valid(value)

    def samples(self, schema: Value) -> list[Any]:
        root = {**schema, "components": self.document["components"]}
        valid = jsonschema_rs.Draft202012Validator(root, validate_formats=True).is_valid
        return [value for value in self._samples(schema, 0) if valid(value)]

    def _samples(self, schema: Value, depth: int) -> list[Any]:
        node = self.resolved(schema)
        if "const" in node:
            return [node["const"]]
        if "enum" in node:
            return list(node["enum"])
        for key in ("oneOf", "anyOf"):
            if key in node:
                return [v for member in node[key] for v in self._samples(member, depth)]
        kinds = node.get("type", "object" if "properties" in node else ["string", "object"])
        found: list[Any] = []
        for kind in [kinds] if isinstance(kinds, str) else kinds:
            if kind == "object":
                found += self._objects(node, depth + 1)
            elif kind == "array":
                inner = self._samples(node["items"], depth + 1)[:500] if depth < 6 else []
                sizes = sorted({0, 1, *(n for n in self.hints if isinstance(n, int) and n < 9)})
                found += [[value] for value in inner] + [inner[:1] * n for n in sizes]
            else:
                leaf = {key: value for key, value in node.items() if key != "items"}
                validator = jsonschema_rs.Draft202012Validator(leaf, validate_formats=True)
                found += filter(validator.is_valid, self._scalars(kind))
        return found

    def _scalars(self, kind: str) -> list[Any]:
        numbers = [n for n in self.hints if _is_number(n)]
        if kind == "null":
            return [None]
        if kind == "boolean":
            return [True, False]
        if kind == "string":
            texts = [t for t in self.hints if isinstance(t, str)]
            sizes = {n + d for n in numbers if isinstance(n, int) and n < 2000 for d in (-1, 0, 1)}
            return [*_TEXTS, *texts, *("a" * size for size in sorted(sizes) if size >= 0)]
        whole = sorted({0, 1, -1, 7, *(int(n) + d for n in numbers for d in (-1, 0, 1))})
        return whole if kind == "integer" else [*whole, 0.5]

    def _objects(self, node: Value, depth: int) -> list[Any]:
        if depth > 6:
            return []
        each = {k: self._samples(v, depth) for k, v in node.get("properties", {}).items()}
        each = {key: values for key, values in each.items() if values}
        full = {key: values[0] for key, values in each.items()}
        found = [full, {**full, "surprise": 1}]
        found.append({key: full[key] for key in node.get("required", []) if key in full})
        for key, values in each.items():
            found += [{**full, key: value} for value in values[1:]]
            found.append({k: v for k, v in full.items() if k != key})
        return found


_TEXTS = (
    "11111111-1111-4111-8111-111111111111",
    "2026-01-01T00:00:00Z",
    "https://example.com/a",
    "pt-BR",
    "some text",
    "",
    " ",
    "!",
)


def _differs(old: _Exchange, new: _Exchange) -> Iterator[bool]:
    yield old.operation["line"] != new.operation["line"]
    yield from _parameters_differ(old, new)
    before, after = old.body(), new.body()
    if before is None or after is None:
        yield before is not None or (after is not None and after[2])
    else:
        yield before[0] != after[0] or before[2] < after[2]
        yield _defaults(old, before[1]) != _defaults(new, after[1])
        yield any(not new.takes(after[1], value) for value in old.samples(before[1]))
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
            yield any(not new.takes(schema, v) for v in old.samples(before["schema"]))
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
                yield any(not old.takes(before, value) for value in new.samples(schema))


def _defaults(exchange: _Exchange, schema: Value) -> Any:
    """The defaults that the SDK sends, by where they stand."""
    node = exchange.resolved(schema)
    if "oneOf" in node:
        return [_defaults(exchange, member) for member in node["oneOf"]]
    properties = node.get("properties", {})
    return {key: exchange.resolved(value).get("default") for key, value in properties.items()}


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


# ----------------------------------------------------------------------------------- cli, export
def _cli(old: Copy, new: Copy) -> Iterator[str]:
    befores, afters = (dict(_commands(side)) for side in (old, new))
    for words, command in befores.items():
        after = afters.get(words)
        if after is None or any(_command_differs(command, after)):
            yield words


def _commands(side: Copy) -> Iterator[tuple[str, click.Command]]:
    def walk(command: click.Command, words: tuple[str, ...]) -> Iterator[tuple[str, Any]]:
        if isinstance(command, click.Group):
            for name, inner in command.commands.items():
                yield from walk(inner, (*words, name))
        else:
            yield " ".join(words), command

    # Groups are filled as they are made: all of them first.
    for group in list(operation_groups(rows.api(side.spec, "elevatekit"), click.Group)):
        assert group.name is not None
        yield from walk(group, (group.name,))


def _command_differs(old: click.Command, new: click.Command) -> Iterator[bool]:
    places = [[p for p in c.params if isinstance(p, click.Argument)] for c in (old, new)]
    yield len(places[0]) != len(places[1])
    names = [[p.name for p in command] for command in places]
    yield names[0] != names[1] and {*names[0]} == {*names[1]}
    options = [{p.opts[0]: p for p in c.params if isinstance(p, click.Option)} for c in (old, new)]
    for name, before in options[0].items():
        after = options[1].get(name)
        yield after is None
        if after is not None:
            yield after.required > before.required
            kinds = before.type.name, after.type.name
            more = kinds in (("integer", "float"), *((k, "text") for k in ("integer", "float")))
            yield kinds[0] != kinds[1] and not more and kinds != ("boolean", "text")
            if isinstance(before.type, click.Choice) and isinstance(after.type, click.Choice):
                yield not {*before.type.choices} <= {*after.type.choices}
    yield any(o.required for name, o in options[1].items() if name not in options[0])


def _export(old: Copy, new: Copy) -> Iterator[str]:
    befores, afters = (dict(_columns(side)) for side in (old, new))
    for symbol, said in befores.items():
        kinds = befores[symbol][0], afters.get(symbol, (None,))[0]
        if afters.get(symbol) != said and (
            kinds != ("number", "integer") or said[1:] != afters[symbol][1:]
        ):
            yield symbol


def _columns(side: Copy) -> Iterator[tuple[str, tuple[str | None, ...]]]:
    for table in itertools.chain.from_iterable(side.spec.tables.values()):
        if table.name:
            yield table.name, (None, table.role)
        for column in table.columns:
            yield f"{table.name or 'interactions'}.{column.name}", (column.type, column.role)


# ------------------------------------------------------------------------------------- the copies
@pytest.fixture(scope="session")
def desk() -> Desk:
    whole: Any = load(SPEC).value
    return Desk(small=Copy(_cut(copy.deepcopy(whole))), whole=Copy(copy.deepcopy(whole)))


def _cut(document: Value) -> Value:
    """The spec with fewer operations, and no more components than these use."""
    paths: Value = {}
    for path, item in document["paths"].items():
        kept = {m: o for m, o in item.items() if o["operationId"] in KEPT}
        if kept:
            paths[path] = kept
    components: Value = {"securitySchemes": document["components"]["securitySchemes"]}
    waiting = list(_references(paths))
    while waiting:
        _, _, kind, name = waiting.pop().split("/")
        if name not in components.setdefault(kind, {}):
            components[kind][name] = document["components"][kind][name]
            waiting += _references(components[kind][name])
    ordered = {
        kind: {name: component for name, component in named.items() if name in components[kind]}
        for kind, named in document["components"].items()
    }
    tags = [t for t in document["tags"] if any(id.startswith(f"{t['name']}.") for id in KEPT)]
    return {**document, "tags": tags, "paths": paths, "components": ordered}


def _references(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        for key, item in value.items():
            if key == "$ref" or (isinstance(item, str) and item.startswith("#/components/")):
                yield item
            else:
                yield from _references(item)
    elif isinstance(value, list):
        for item in value:
            yield from _references(item)

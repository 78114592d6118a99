"""What changed in the client: namespaces, methods, their arguments, and what they return."""

from __future__ import annotations

from collections.abc import Iterator

from elevatekit_codegen.diff import signatures
from elevatekit_codegen.diff.changes import Change, Impact, code
from elevatekit_codegen.diff.sides import Sides
from elevatekit_codegen.diff.values import Values
from elevatekit_codegen.methods import result
from elevatekit_codegen.model import Method
from elevatekit_codegen.operations import ReadOperation
from elevatekit_codegen.shapes import Named


def methods(sides: Sides, values: Values) -> Iterator[Change]:
    """Each change of the client. What is said of `client` is so of both, and of `client.raw`."""
    yield from _groups(sides)
    moved = sides.moved
    for path, method in sides.old.methods.items():
        there = moved.get(path)
        if there != path:
            yield _gone(sides, path, there)
        if there is not None:
            yield from _signature(sides, there, method)
    for old, new in sides.matched:
        yield from _arguments(values, old, new)
        yield from _result(values, old, new)
    for path, method in sides.new.methods.items():
        if path not in moved.values():
            what = f"is new and returns {code(method.result.replace('models.', ''))}"
            pointer = sides.new.operations[method.operation].pointer
            yield Change(
                Impact.ADDITIVE, "python", f"client.{path}", what, pointer, (method.operation,)
            )


def _groups(sides: Sides) -> Iterator[Change]:
    olds, news = ([g.path for g in side.package.all_groups] for side in (sides.old, sides.new))
    for path in olds:
        if path not in news:
            yield Change(Impact.BREAKING, "python", f"client.{path}", "is gone", "/paths")
    for path in news:
        if path not in olds:
            what = "is a new namespace"
            yield Change(Impact.ADDITIVE, "python", f"client.{path}", what, "/paths")


def _gone(sides: Sides, path: str, there: str | None) -> Change:
    method = sides.old.methods[path]
    side = sides.old if there is None else sides.new
    operation = method.operation if there is None else side.methods[there].operation
    return Change(
        impact=Impact.BREAKING,
        area="python",
        symbol=f"client.{path}",
        what="is gone" if there is None else f"is {code(f'client.{there}')} now",
        pointer=side.operations[operation].pointer,
        operations=(operation,),
        # A recording is called by its operation.
        stale=path == method.operation,
    )


def _signature(sides: Sides, path: str, old: Method) -> Iterator[Change]:
    new = sides.new.methods[path]
    operation = sides.new.operations[new.operation]
    # A path holds values, not the names of its parameters.
    in_path = {p.rule.python for p in operation.parameters if p.rule.location == "path"}
    for difference in signatures.differences(old, new):
        yield Change(
            difference.impact,
            "python",
            f"client.{path}({difference.argument})",
            difference.what,
            operation.pointer,
            (new.operation,),
            stale=difference.shows and difference.argument not in in_path,
        )


def _arguments(values: Values, old: ReadOperation, new: ReadOperation) -> Iterator[Change]:
    """The values that arguments take: parameters, and a body that is given whole."""
    olds = {p.rule.python: (p.shape, p.pointer) for p in old.parameters}
    news = {p.rule.python: (p.shape, p.pointer) for p in new.parameters}
    for before, known in ((old, olds), (new, news)):
        body = before.body
        if body is not None and not body.rule.fields and isinstance(body.shape, Named):
            known["body"] = body.shape, before.pointer
    for name, (shape, pointer) in news.items():
        if name not in olds:
            continue
        for difference in values.shapes(olds[name][0], shape):
            yield Change(
                difference.impact({"sent"}),
                "python",
                f"client.{new.row.id}({'.'.join([name, *difference.path])})",
                difference.what,
                difference.pointer or pointer,
                (new.row.id,),
                stale=difference.shows,
            )


def _result(values: Values, old: ReadOperation, new: ReadOperation) -> Iterator[Change]:
    before, after = (result(o.row).replace("models.", "") for o in (old, new))
    symbol, id = f"client.{new.row.id}() -> {after}", new.row.id
    models = old.row.model, new.row.model
    became = f"returned {code(before)} before"
    if old.row.media != new.row.media:
        # A text, bytes or a model: what reads one of them cannot read another.
        if before != after:
            yield Change(Impact.BREAKING, "python", symbol, became, new.pointer, (id,), stale=True)
        return
    if (models[0] is None) != (models[1] is None):
        # Nobody relied on None; but who read something finds nothing now.
        impact = Impact.ADDITIVE if models[0] is None else Impact.BREAKING
        yield Change(impact, "python", symbol, became, new.pointer, (id,), stale=True)
        return
    if models[0] is None or models[1] is None:
        return
    if bool(old.row.empty) != bool(new.row.empty):
        impact = Impact.BREAKING if new.row.empty else Impact.ADDITIVE
        stale = not new.row.empty
        yield Change(impact, "python", symbol, became, new.pointer, (id,), stale=stale)
    for difference in values.plain(Named(models[0]), Named(models[1])):
        yield Change(
            difference.impact({"received"}),
            "python",
            ".".join([symbol, *difference.path]),
            difference.what,
            difference.pointer or new.pointer,
            (id,),
            stale=difference.shows,
        )

"""What changed in the models module: classes, their attributes, and types that are no class."""

from __future__ import annotations

from collections.abc import Iterator

from elevatekit_codegen.diff.changes import Change, Impact, code
from elevatekit_codegen.diff.differences import Difference
from elevatekit_codegen.diff.sides import Sides
from elevatekit_codegen.diff.values import Values, python
from elevatekit_codegen.shapes import Definition, Object


def models(sides: Sides, values: Values) -> Iterator[Change]:
    """Each change of a definition, in the order of the old document, new ones last."""
    olds, news = sides.old.spec.definitions, sides.new.spec.definitions
    added = {name: d for name, d in news.items() if name not in olds}
    for name, old in olds.items():
        if name in news:
            for difference in values.definitions(old, news[name]):
                yield _changed(sides, name, news[name], difference)
        else:
            yield _gone(sides, old, added)
    for name, new in added.items():
        kind = "class" if isinstance(new, Object) else f"type, {code(python(new.shape))}"
        yield Change(
            Impact.ADDITIVE, "python", name, f"is a new {kind}", new.pointer, _users(sides, name)
        )


def _changed(sides: Sides, name: str, new: Definition, difference: Difference) -> Change:
    return Change(
        impact=difference.impact(sides.usage(name)),
        area="python",
        symbol=f"{name}{_joined(difference.path)}",
        what=difference.what,
        pointer=difference.pointer or new.pointer,
        operations=_users(sides, name),
        stale=difference.shows and bool(sides.usage(name)),
    )


def _joined(path: tuple[str, ...]) -> str:
    """`.items[].name`"""
    return "".join(step if step in ("[]", "{}") else f".{step}" for step in path)


def _gone(sides: Sides, old: Definition, added: dict[str, Definition]) -> Change:
    alike = [name for name, new in added.items() if _names(new) == _names(old)]
    what = "is gone"
    if len(alike) == 1:
        what += f"; {code(alike[0])} is new and has the same in it: perhaps it was renamed"
    return Change(Impact.BREAKING, "python", old.name, what, old.pointer, _users(sides, old.name))


def _names(definition: Definition) -> object:
    if isinstance(definition, Object):
        return [field.name for field in definition.fields]
    return definition.shape


def _users(sides: Sides, name: str) -> tuple[str, ...]:
    """The operations that send or receive it, before or after, by what they are called after."""
    before = [sides.renamed.get(id, id) for id in sides.old.users.get(name, ())]
    return tuple(dict.fromkeys([*before, *sides.new.users.get(name, ())]))

"""The signature of a generated method, before and after, argument by argument."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass

from elevatekit_codegen.diff.changes import Impact, code
from elevatekit_codegen.model import Method


@dataclass(frozen=True, slots=True)
class Argument:
    """An argument of a method, `self` aside."""

    name: str
    annotation: str
    required: bool
    position: int | None
    """From 0; None where it is given by name alone."""


@dataclass(frozen=True, slots=True)
class Difference:
    """What became of one argument."""

    argument: str
    impact: Impact
    what: str
    shows: bool = False
    """Whether a request that was right may be wrong now."""


def arguments(method: Method) -> dict[str, Argument]:
    """The arguments of a method by name. They are read from the source that is made of it."""
    function = ast.parse(f"def method({method.arguments}): ...").body[0]
    assert isinstance(function, ast.FunctionDef)
    given = function.args
    positional = {id(argument): index for index, argument in enumerate(given.args)}
    needed = len(given.args) - len(given.defaults)
    required = [index < needed for index in range(len(given.args))]
    required += [default is None for default in given.kw_defaults]
    return {
        argument.arg: Argument(
            argument.arg,
            ast.unparse(argument.annotation) if argument.annotation else "",
            must,
            positional.get(id(argument)),
        )
        for argument, must in zip([*given.args, *given.kwonlyargs], required, strict=True)
    }


def differences(old: Method, new: Method) -> Iterator[Difference]:
    """What is different about how a method is called."""
    before, after = arguments(old), arguments(new)
    gone = [a for name, a in before.items() if name not in after]
    added = [a for name, a in after.items() if name not in before]
    for name, argument in before.items():
        if name in after:
            yield from _one(argument, after[name])
    for argument in gone:
        what = "is gone"
        if len(gone) == len(added) == 1 and argument.annotation == added[0].annotation:
            what += f"; {code(added[0].name)} is new and of its type: perhaps it was renamed"
        yield Difference(argument.name, Impact.BREAKING, what, shows=True)
    for argument in added:
        what = f"is new, {code(argument.annotation)}"
        if argument.required:
            what += ", and must be given"
            yield Difference(argument.name, Impact.BREAKING, what, shows=True)
        else:
            yield Difference(argument.name, Impact.ADDITIVE, f"{what}, and may be left out")


def _one(old: Argument, new: Argument) -> Iterator[Difference]:
    if new.required and not old.required:
        yield Difference(new.name, Impact.BREAKING, "must be given now", shows=True)
    if old.required and not new.required:
        yield Difference(new.name, Impact.ADDITIVE, "may be left out now")
    if old.position is not None and new.position is None:
        yield Difference(new.name, Impact.BREAKING, "is given by name alone now")
    elif old.position is None and new.position is not None and not new.required:
        yield Difference(new.name, Impact.ADDITIVE, "may be given by place now")
    elif old.position != new.position and old.position is not None and new.position is not None:
        what = f"is argument {new.position + 1} now, was {old.position + 1}"
        yield Difference(new.name, Impact.BREAKING, what)

"""What changed on the command line: commands, their arguments and their options."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from elevatekit_codegen.diff.changes import Change, Impact, code, listed
from elevatekit_codegen.diff.sides import Sides
from elevatekit_codegen.diff.usages import Given, Usage, all_words, usages

_TAKES_MORE: Final = {
    ("boolean", "string"),
    ("integer", "number"),
    ("integer", "string"),
    ("number", "string"),
}
"""Types of an option, before and after, where what was right stays right."""


def commands(sides: Sides) -> Iterator[Change]:
    """Each change of a command."""
    olds, news = usages(sides.old), usages(sides.new)
    moved = {
        before: after
        for old, new in sides.matched
        for before, after in zip(all_words(old.row), all_words(new.row), strict=False)
    }
    for words, old in olds.items():
        there = moved.get(words, words)
        if there not in news:
            yield _change(Impact.BREAKING, sides, words, "is gone", old)
            continue
        if there != words:
            now = code(f"{sides.new.package.name} {there}")
            yield _change(Impact.BREAKING, sides, words, f"is {now} now", news[there])
        yield from _arguments(sides, there, old, news[there])
        yield from _options(sides, there, old, news[there])
    for words, new in news.items():
        if words not in olds and words not in moved.values():
            yield _change(Impact.ADDITIVE, sides, words, "is a new command", new)


def _arguments(sides: Sides, words: str, old: Usage, new: Usage) -> Iterator[Change]:
    befores, afters = [*old.arguments], [*new.arguments]
    # What is given by place may change its name.
    gone = [name for name in befores if name not in afters]
    if len(befores) != len(afters) or (not gone and befores != afters):
        now, was = (listed(n.upper() for n in names) or "nothing" for names in (afters, befores))
        what = f"takes {now} by place, took {was}"
        yield _change(Impact.BREAKING, sides, words, what, new)
        return
    for name, before in zip(afters, old.arguments.values(), strict=True):
        symbol = f"{words} {name.upper()}"
        yield from _given(sides, symbol, before, new.arguments[name], new)


def _options(sides: Sides, words: str, old: Usage, new: Usage) -> Iterator[Change]:
    for name, option in old.options.items():
        if name not in new.options:
            yield _change(Impact.BREAKING, sides, f"{words} {name}", "is gone", new)
        else:
            yield from _given(sides, f"{words} {name}", option, new.options[name], new)
    for name, option in new.options.items():
        if name not in old.options:
            impact = Impact.BREAKING if option.required else Impact.ADDITIVE
            what = f"is a new option{', and must be given' if option.required else ''}"
            yield _change(impact, sides, f"{words} {name}", what, new)


def _given(sides: Sides, symbol: str, old: Given, new: Given, usage: Usage) -> Iterator[Change]:
    if old.required != new.required:
        what = "must be given now" if new.required else "may be left out now"
        yield _change(_less(new.required), sides, symbol, what, usage)
    if old.many != new.many:
        what = "may be given several times now" if new.many else "is given once now"
        yield _change(_less(old.many), sides, symbol, what, usage)
    if old.type != new.type:
        fewer = (old.type, new.type) not in _TAKES_MORE
        what = f"takes {code(new.type)} now, was {code(old.type)}"
        yield _change(_less(fewer), sides, symbol, what, usage)
    elif old.values != new.values:
        fewer = bool(new.values) and not (old.values and {*old.values} <= {*new.values})
        now, was = (f"one of {listed(v)}" if v else "anything" for v in (new.values, old.values))
        yield _change(_less(fewer), sides, symbol, f"takes {now} now, took {was}", usage)


def _less(is_less: bool) -> Impact:
    return Impact.BREAKING if is_less else Impact.ADDITIVE


def _change(impact: Impact, sides: Sides, words: str, what: str, usage: Usage) -> Change:
    operation = usage.operation
    symbol = f"{sides.new.package.name} {words}"
    return Change(impact, "cli", symbol, what, operation.pointer, (operation.row.id,))

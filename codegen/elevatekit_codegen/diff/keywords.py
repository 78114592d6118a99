"""Keywords of a schema that reach no model: they bind the server, or are for the reader."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Final

from elevatekit_codegen import kinds
from elevatekit_codegen.diff.changes import became, code
from elevatekit_codegen.diff.differences import Difference, looser, same, stricter
from elevatekit_codegen.reading import Spec
from elevatekit_codegen.source import Node


def keywords(old: Spec, new: Spec, before: str, after: str) -> Iterator[Difference]:
    """What such keywords say differently at a pointer of the old spec and one of the new."""
    olds, news = _said(old, before), _said(new, after)
    for word, is_stricter in _KEYWORDS.items():
        one, two = olds.get(word), news.get(word)
        if one == two:
            continue
        what = (
            _switched(word, two) if isinstance(one or two, bool) else became(code(word), one, two)
        )
        if is_stricter is None:
            yield same(what)
        else:
            yield stricter(what) if is_stricter(one, two) else looser(what)


def _said(spec: Spec, pointer: str) -> Mapping[str, object]:
    document = spec.document
    node = document.at(pointer) or Node({}, pointer)
    target = document.resolve(node)
    # What a $ref to an object leads to is compared in its own place; a scalar has none.
    said = {**target.value, **node.value} if kinds.kind(target) == "scalar" else dict(node.value)
    if said.get("additionalProperties") is not False:
        # Anything else is what the values of a map are.
        said.pop("additionalProperties", None)
    return said


def _switched(word: str, now: object) -> str:
    if word == "additionalProperties":
        return "takes no other properties now" if now is False else "takes other properties now"
    return f"is {code(word)} {'now' if now is True else 'no more'}"


def _closes(old: object, new: object) -> bool:
    return new is False


def _is_on(old: object, new: object) -> bool:
    return new is True


def _rises(old: object, new: object) -> bool:
    return isinstance(new, int) and new > (old if isinstance(old, int) else 0)


def _falls(old: object, new: object) -> bool:
    return isinstance(new, int) and (not isinstance(old, int) or new < old)


_KEYWORDS: Final[Mapping[str, Callable[[object, object], bool] | None]] = {
    "additionalProperties": _closes,
    "uniqueItems": _is_on,
    "minProperties": _rises,
    "maxProperties": _falls,
    "readOnly": None,
    "writeOnly": None,
}
"""Each with the question whether it allows less now; None: it allows the same."""

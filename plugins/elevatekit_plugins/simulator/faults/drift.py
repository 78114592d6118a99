"""Answers that do not fit their schema: made of the true answer, wherever the schema lets them.

Where a kind says *a property*, it is the first one, from the outside in, whose change breaks the
schema. An answer that has none (no body, or nothing required) is sent as it is, and the fault
counts as not fired.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Final, cast

import msgspec
from msgspec import UNSET, Struct

from elevatekit_plugins.simulator.faults.kinds import Answer, Case, application
from elevatekit_plugins.simulator.shapes import Shape

Path = tuple[str | int, ...]
Object = dict[str, object]

_OFFSET: Final = re.compile(r"(Z|[+-]\d\d:\d\d)$")
UNKNOWN_VALUE: Final = "somethingNew"
UNKNOWN_FIELD: Final = "x_new_property"


class Place(Struct, frozen=True):
    """A property that an answer has."""

    path: Path
    shape: Shape
    value: object

    @property
    def items(self) -> list[object] | None:
        """Those of a list; None: it is none."""
        return cast("list[object]", self.value) if isinstance(self.value, list) else None


@application(spoils=True)
def null_answer(case: Case) -> Answer | None:
    """The answer is `null`."""
    return _instead(case, None)


@application(spoils=True)
def list_answer(case: Case) -> Answer | None:
    """The answer is an empty list."""
    return _instead(case, [])


@application(spoils=True)
def string_answer(case: Case) -> Answer | None:
    """The answer is a string."""
    return _instead(case, "OK")


@application(spoils=True)
def number_answer(case: Case) -> Answer | None:
    """The answer is a number."""
    return _instead(case, 17)


@application(spoils=True)
def empty_object(case: Case) -> Answer | None:
    """The answer is an object without properties."""
    return _instead(case, {})


@application(spoils=True)
def wrapped_answer(case: Case) -> Answer | None:
    """The true answer stands one level deeper, below `data`."""
    return _instead(case, {"data": case.body})


@application(spoils=True)
def missing_field(case: Case) -> Answer | None:
    """A property is missing."""
    return _first(case, lambda place: UNSET)


@application(spoils=True)
def null_field(case: Case) -> Answer | None:
    """A property is null."""
    return _first(case, lambda place: None)


@application(spoils=True)
def wrong_type(case: Case) -> Answer | None:
    """A property is a number instead of a text, or a text instead of anything else."""
    return _first(case, _other_type)


@application(spoils=True)
def wrong_item(case: Case) -> Answer | None:
    """A list has an item of another type at its end."""

    def longer(place: Place) -> object:
        of = place.shape.items
        if place.items is None or of is None:
            return place.value
        return [*place.items, 17 if of.kind in ("string", "object") else "seventeen"]

    return _first(case, longer)


@application(spoils=True)
def object_for_list(case: Case) -> Answer | None:
    """A property is one object instead of a list of them."""
    return _first(case, lambda place: place.value if place.items is None else {})


@application(spoils=True)
def unknown_enum(case: Case) -> Answer | None:
    """A property that has known values has one that the spec does not know."""
    return _known_value(case, lambda value: UNKNOWN_VALUE)


@application(spoils=True)
def enum_case(case: Case) -> Answer | None:
    """A property that has known values has one in other letters: upper for lower."""
    return _known_value(case, str.swapcase)


@application(spoils=True)
def bad_date(case: Case) -> Answer | None:
    """A date says `yesterday`."""
    return _date(case, lambda value: "yesterday")


@application(spoils=True)
def naive_date(case: Case) -> Answer | None:
    """A date has no offset from UTC."""
    return _date(case, lambda value: _OFFSET.sub("", value))


@application(spoils=True)
def unknown_fields(case: Case) -> Answer | None:
    """There are two properties more, which the spec does not know."""
    if not isinstance(case.body, dict):
        return None
    more = {UNKNOWN_FIELD: {"a": [1, None]}, f"{UNKNOWN_FIELD}_2": "new"}
    return _json(case, {**case.properties, **more})


@application(spoils=True)
def renamed_fields(case: Case) -> Answer | None:
    """Every property has another name, so that none is recognised."""
    if not case.properties:
        return None
    return _json(case, {f"{UNKNOWN_FIELD}_{n}": v for n, v in case.properties.items()})


def _json(case: Case, body: object) -> Answer:
    return case.answer.with_content(msgspec.json.encode(body))


def _instead(case: Case, body: object) -> Answer | None:
    return None if case.body is UNSET or body == case.body else _json(case, body)


def _first(case: Case, change: Callable[[Place], object]) -> Answer | None:
    for place in _places(case):
        body = _changed(case.body, place.path, change(place))
        if case.contract.problem(case.answer.status, body) is not None:
            return _json(case, body)
    return None


def _known_value(case: Case, change: Callable[[str], str]) -> Answer | None:
    for place in _places(case):
        if place.shape.enum and isinstance(place.value, str):
            return _json(case, _changed(case.body, place.path, change(place.value)))
    return None


def _date(case: Case, change: Callable[[str], str]) -> Answer | None:
    for place in _places(case):
        if place.shape.format == "date-time" and isinstance(place.value, str):
            return _json(case, _changed(case.body, place.path, change(place.value)))
    return None


def _other_type(place: Place) -> object:
    return 17 if isinstance(place.value, str) else "seventeen"


def _places(case: Case) -> list[Place]:
    schema = case.contract.answers.get(case.answer.status)
    if schema is None:
        return []
    return sorted(_below((), schema.shape, case.body), key=lambda place: len(place.path))


def _below(path: Path, shape: Shape, value: object) -> Iterator[Place]:
    if isinstance(value, dict):
        body = cast("Object", value)
        for known in shape.properties:
            if known.name in body:
                inner = (*path, known.name)
                yield Place(inner, known.shape, body[known.name])
                yield from _below(inner, known.shape, body[known.name])
    elif isinstance(value, list) and shape.items is not None:
        for index, item in enumerate(cast("list[object]", value)):
            yield from _below((*path, index), shape.items, item)


def _changed(value: object, path: Path, new: object) -> object:
    """A copy with a new value at a path; UNSET: without what is there."""
    if not path:
        return new
    step, rest = path[0], path[1:]
    if isinstance(step, int):
        items = cast("list[object]", value)
        return [_changed(v, rest, new) if i == step else v for i, v in enumerate(items)]
    body = cast("Object", value)
    changed = _changed(body[step], rest, new)
    return {
        n: changed if n == step else v for n, v in body.items() if n != step or changed is not UNSET
    }

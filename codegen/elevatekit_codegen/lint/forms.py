"""Whether a document has the form of OpenAPI: its version, and the type of each value."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Final, cast

from elevatekit_codegen.grammar import OBJECTS, walk
from elevatekit_codegen.source import Document, Finding, Node


def version(document: Document) -> Iterator[Finding]:
    """OpenAPI 3.0 and 3.1, which differ in little that matters here."""
    root, said = document.root, document.root.value.get("openapi")
    if "swagger" in root or said == "2.0":
        place = "/swagger" if "swagger" in root else "/openapi"
        yield document.finding(place, "this is Swagger 2.0; convert it to OpenAPI 3.1")
    elif not isinstance(said, str) or not re.fullmatch(r"3\.[01]\.\d+", said):
        what = f"openapi is {said!r}; it must be a string such as 3.0.3 or 3.1.0"
        yield document.finding("/openapi", what)
    elif not document.root.child("paths").value:
        yield document.finding("/paths", "the document has no paths; add the operations to call")


def _is_text(value: object) -> bool:
    return isinstance(value, str)


def _is_flag(value: object) -> bool:
    return isinstance(value, bool)


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _is_count(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value >= 0


def _is_list(value: object) -> bool:
    return isinstance(value, list)


def _is_texts(value: object) -> bool:
    return isinstance(value, list) and all(map(_is_text, cast("list[object]", value)))


_Form = tuple[str, tuple[Callable[[object], bool], ...]]


def _forms(keys: str, said: str, *checks: Callable[[object], bool]) -> dict[str, _Form]:
    return dict.fromkeys(keys.split(), (said, checks))


_FORMS: Final[Mapping[str, _Form]] = {
    **_forms(
        "openapi description summary title termsOfService version name in style url operationId"
        " pattern format $ref $comment propertyName contentType scheme bearerFormat"
        " openIdConnectUrl externalValue operationRef jsonSchemaDialect",
        "a string; quote it if it looks like another type",
        _is_text,
    ),
    **_forms(
        "deprecated allowEmptyValue explode allowReserved readOnly writeOnly nullable uniqueItems",
        "true or false",
        _is_flag,
    ),
    **_forms("minimum maximum multipleOf", "a number", _is_number),
    **_forms("exclusiveMinimum exclusiveMaximum", "a number or true", _is_number, _is_flag),
    **_forms(
        "minLength maxLength minItems maxItems minProperties maxProperties",
        "a non-negative integer",
        _is_count,
    ),
    **_forms("tags", "a list of strings", _is_texts),
    **_forms("enum security", "a list", _is_list),
    **_forms("type", 'a string or a list of strings; quote null: "null"', _is_text, _is_texts),
}
"""What a value must be, by its key, wherever that stands."""

_REQUIRED: Final = {
    "Schema": ("a list of property names", (_is_texts,)),
    "other": ("true or false", (_is_flag,)),
}


def forms(document: Document) -> Iterator[Finding]:
    """Values of another type than OpenAPI gives them: a reader would look past them."""
    for kind, node in walk(document):
        for key, value in node.value.items():
            link = OBJECTS[kind].get(key)
            if link:
                yield from _linked(document, node, key, link)
            elif link is not None:
                yield from _plain(document, kind, node, key, value)


def _plain(document: Document, kind: str, node: Node, key: str, value: object) -> Iterator[Finding]:
    form = _FORMS.get(key)
    if key == "required":
        form = _REQUIRED.get(kind, _REQUIRED["other"])
    if form is not None and not any(check(value) for check in form[1]):
        yield document.finding(node / key, f"{key} is {_shown(value)}; it must be {form[0]}")


def _linked(document: Document, node: Node, key: str, link: str) -> Iterator[Finding]:
    value, below = node.value[key], link.strip("[]{}")
    if key == "additionalProperties" and isinstance(value, bool):
        return
    if link == below:
        if not isinstance(value, Mapping):
            yield document.finding(node / key, _wrong(key, value, below))
        return
    wanted: type = list if link.startswith("[") else Mapping
    if key == "examples" and below == "Example" and isinstance(value, list):
        what = "examples must be a map here; a list of values belongs in the schema"
        yield document.finding(node / key, what)
    elif not isinstance(value, wanted):
        form = "a list" if wanted is list else "a map"
        what = f"{key} is {_shown(value)}; it must be {form}{_below(value)}"
        yield document.finding(node / key, what)
    else:
        for place, item in _items(node, key):
            if not isinstance(item, Mapping) and not place.rpartition("/")[2].startswith("x-"):
                yield document.finding(place, _wrong(place.rpartition("/")[2], item, below))


def _items(node: Node, key: str) -> Iterator[tuple[str, object]]:
    value = node.value[key]
    if isinstance(value, Mapping):
        names: list[str] = list(cast("Mapping[str, object]", value))
        yield from ((node.child(key) / name, node.child(key).value[name]) for name in names)
    else:
        at = Node({}, node / key)
        yield from ((at / str(index), item) for index, item in enumerate(node.list(key)))


def _wrong(what: str, value: object, kind: str) -> str:
    if kind == "Schema" and isinstance(value, bool):
        return f"{what} is {_shown(value)}; boolean schemas are not supported, {{}} allows anything"
    return f"{what} is {_shown(value)}; it must be a map with the keys of {kind}{_below(value)}"


def _below(value: object) -> str:
    return "; check the indentation of its content" if value is None else ""


def _shown(value: object) -> str:
    match value:
        case None:
            return "empty"
        case bool():
            return str(value).lower()
        case str():
            return f"the string {value[:40]!a}"
        case int() | float():
            return f"the number {value}"
        case list():
            return "a list"
        case _:
            return "a map"

"""From a body to a type: what fits, what drifted, and what is no JSON at all."""

from __future__ import annotations

import sys
from types import ModuleType
from typing import Any, Literal

import msgspec
import pytest
from msgspec import Struct, field

from elevatekit_plugins import Finding
from elevatekit_plugins.calls.decode import decode
from elevatekit_plugins.calls.drift import findings
from elevatekit_plugins.errors import BrokenResponseError, DriftError
from elevatekit_plugins.messages import Response


class Item(Struct, kw_only=True):
    kind: Literal["a", "b"] | str
    size: int = field(name="itemSize")


class Thing(Struct, kw_only=True):
    name: str | None = None
    items: list[Item] | None = None


@pytest.fixture(autouse=True)
def _generated(monkeypatch: pytest.MonkeyPatch) -> None:
    models = ModuleType("thingslib.models")
    models.Thing = Thing  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "thingslib", ModuleType("thingslib"))
    monkeypatch.setitem(sys.modules, "thingslib.models", models)


@pytest.fixture
def decoded(things: Any) -> Any:
    api = msgspec.structs.replace(things.API, package="thingslib")
    read = things.operation("things.read", model="Thing", success=(200, 204), empty=(204,))

    def decoded(
        body: bytes, status: int = 200, content_type: str | None = "application/json"
    ) -> Any:
        headers = (("Content-Type", content_type),) if content_type else ()
        return decode(
            api, read, Response(operation="things.read", status=status, headers=headers, body=body)
        )

    return decoded


def test_what_fits_is_returned_with_unknown_values_kept(decoded: Any) -> None:
    thing = decoded(b'{"items": [{"kind": "a-14th-kind", "itemSize": 1, "new": true}]}')

    assert thing.items[0].kind == "a-14th-kind"


@pytest.mark.parametrize(
    "content_type", ["application/json; charset=utf-8", "application/problem+json", None]
)
def test_json_is_known_by_its_content_type(decoded: Any, content_type: str | None) -> None:
    assert decoded(b'{"name": "x"}', content_type=content_type).name == "x"


def test_a_status_without_a_body_gives_none(decoded: Any) -> None:
    assert decoded(b"", status=204, content_type=None) is None


@pytest.mark.parametrize(
    ("body", "path"),
    [
        (b'{"name": 5}', "$.name"),
        (b'{"items": [{"kind": "a"}]}', "$.items[0]"),
        (b'{"items": [{"kind": "a", "itemSize": null}]}', "$.items[0].itemSize"),
        (b"[]", "$"),
        (b"null", "$"),
        (b'"text"', "$"),
        (b'{"Name": "x"}', "$"),
        (b'{"result": {"name": "x"}}', "$"),
    ],
)
def test_what_does_not_fit_says_where_and_keeps_the_answer(
    decoded: Any, body: bytes, path: str
) -> None:
    with pytest.raises(DriftError) as caught:
        decoded(body)

    assert caught.value.path == path
    assert caught.value.response.body == body


@pytest.mark.parametrize(
    ("body", "content_type"),
    [
        (b"<html>Please log in</html>", "text/html"),
        (b"<html>Please log in</html>", "application/json"),
        (b"", "application/json"),
        (b"", None),
        (b'{"name": "cut o', "application/json"),
        (b'{"name": "\xff"}', "application/json"),
        (b'{"name": NaN}', "application/json"),
        (b"[" * 100_000, "application/json"),
    ],
)
def test_what_is_no_json_is_a_broken_response(
    decoded: Any, body: bytes, content_type: str | None
) -> None:
    with pytest.raises((BrokenResponseError, DriftError)):
        decoded(body, content_type=content_type)


def test_an_empty_object_is_an_answer(decoded: Any) -> None:
    assert decoded(b"{}") == Thing()


def test_unknown_properties_are_found_at_any_depth() -> None:
    body = b'{"name": "x", "extra": 1, "items": [{"kind": "a", "itemSize": 1, "more": []}]}'

    assert findings(Thing, body) == (
        Finding(path="$.extra", expected="nothing", found="int"),
        Finding(path="$.items[0].more", expected="nothing", found="list"),
    )


def test_a_key_that_comes_twice_is_found() -> None:
    (found,) = findings(Thing, b'{"name": "x", "name": "y"}')

    assert found.path == "$..name"

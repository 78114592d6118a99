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
from elevatekit_plugins.messages import Response, decode_json


class Item(Struct, kw_only=True):
    kind: Literal["a", "b"] | str
    size: int = field(name="itemSize")


class Thing(Struct, kw_only=True):
    name: str | None = None
    items: list[Item] | None = None
    inside: Thing | None = None
    each: list[Thing] | None = None
    named: dict[str, Thing] | None = None


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
        (b"{}", "$"),
        (b'{"Name": "x"}', "$"),
        (b'{"result": {"name": "x"}}', "$"),
        (b'{"name": "x", "inside": {"Name": "y"}}', "$.inside"),
        (b'{"name": "x", "each": [{"name": "y"}, {}, {"Name": "z"}]}', "$.each[2]"),
        (b'{"name": "x", "named": {"a": {"name": "y"}, "b": {"n": 1}}}', "$.named.b"),
        (b'{"z": ' + b"1" * 5000 + b"}", "$"),
        (b'{"z": "\xff"}', "$"),
        (b'{"name": ' + b"1" * 5000 + b"}", "$.name"),
        (b'{"items": [{"kind": "a", "itemSize": ' + b"1" * 5000 + b"}]}", "$.items[0].itemSize"),
        (b'{"items": [{"kind": "a", "itemSize": 1e999}]}', "$.items[0].itemSize"),
        (b'{"name": "x", "items": [{"kind": "a", "itemSize": 1}], "name": 5}', "$.name"),
        (b'{"name": 5, "items": 7, "name": "x"}', "$.items"),
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
        (b'{"name": Infinity}', "application/json"),
        (b'{"new": NaN}', "application/json"),
        (b'{"name": "x"} {"name": "y"}', "application/json"),
        (b'{"new": ' + b"[" * 100_000 + b"]" * 100_000 + b"}", "application/json"),
        ('{"name": "x"}'.encode("utf-16"), "application/json; charset=utf-16"),
        ('{"name": "\u00e9"}'.encode("latin-1"), "application/json; charset=iso-8859-1"),
        (b'{"\xff": "a", "name": "x"}'[:-1], "application/json"),
        (b'{"name": "\xed\xa0\xbd"}', "application/json"),
    ],
)
def test_what_is_no_json_is_a_broken_response(
    decoded: Any, body: bytes, content_type: str | None
) -> None:
    with pytest.raises(BrokenResponseError) as caught:
        decoded(body, content_type=content_type)

    assert caught.value.response is not None
    assert caught.value.response.body == body


@pytest.mark.parametrize(
    ("written", "read"),
    [
        (b'{"name": "cut \\ud83d"}', "cut \ufffd"),
        (b'{"name": "\\uDE00 cut"}', "\ufffd cut"),
        (b'{"name": "\\uDE00\\ud83d"}', "\ufffd\ufffd"),
        (b'{"name": "\\ud83d\\ude00 \\ud83d"}', "\U0001f600 \ufffd"),
        (b'{"name": "\\\\ud83d \\ud83d"}', "\\ud83d \ufffd"),
        (b'\xef\xbb\xbf{"name": "x"}', "x"),
    ],
)
def test_what_a_writer_got_wrong_loses_nothing_else(
    decoded: Any, written: bytes, read: str
) -> None:
    assert decoded(written).name == read
    assert Response(operation="a.b", status=200, body=written).json() == {"name": read}
    assert [f.expected for f in findings(Thing, written)] == ["whole characters"]


def test_what_people_write_is_read_to_the_letter() -> None:
    with pytest.raises(ValueError, match="not JSON"):
        decode_json(b'{"name": "\\ud83d"}')


def test_a_page_is_no_answer_of_an_operation_that_answers_nothing(things: Any) -> None:
    delete = things.operation("things.delete", method="DELETE", success=(200,), empty=(200,))
    page = Response(
        operation="things.delete",
        status=200,
        headers=(("Content-Type", "text/html; charset=utf-8"),),
        body=b"<html>Please log in</html>",
    )

    with pytest.raises(BrokenResponseError, match=r"text/html .* instead of nothing"):
        decode(things.API, delete, page)


def test_nothing_under_a_status_that_nobody_documented_is_no_answer(decoded: Any) -> None:
    with pytest.raises(
        DriftError, match="expected status 200 or 204, got 202 with an empty result"
    ):
        decoded(b'{"each": [{}]}', status=202)


def test_an_answer_under_a_status_that_nobody_documented_is_one(decoded: Any) -> None:
    assert decoded(b'{"name": "x"}', status=202).name == "x"


def test_an_empty_object_says_which_properties_were_expected(decoded: Any) -> None:
    with pytest.raises(
        DriftError, match=r"none of .* properties \(name, items, inside, each, named"
    ):
        decoded(b"{}")


@pytest.mark.parametrize(
    ("body", "thing"),
    [
        (b'{"inside": {}, "each": [{}]}', Thing(inside=Thing(), each=[Thing()])),
        (b'{"name": null}', Thing()),
    ],
)
def test_what_is_empty_in_a_known_place_is_an_answer(
    decoded: Any, body: bytes, thing: Thing
) -> None:
    assert decoded(body) == thing


@pytest.mark.parametrize(
    "body",
    [
        b'{"name": 5, "name": "x"}',
        b'{"items": {}, "name": "x", "items": null}',
        b'{"name": "x", "items": 1, "inside": {"each": 1, "each": null}, "items": null}',
        b'\xef\xbb\xbf{"name": [], "name": "x"}',
        b'{"name": 5, "items": [{"kind": "\\ud83d", "itemSize": 1}], "name": "x"}',
    ],
)
def test_of_a_key_that_comes_twice_the_last_counts(decoded: Any, body: bytes) -> None:
    assert decoded(body).name == "x"
    assert "several; the last counts" in [f.found for f in findings(Thing, body)]


def test_unknown_properties_are_found_at_any_depth() -> None:
    body = b'{"name": "x", "extra": 1, "items": [{"kind": "a", "itemSize": 1, "more": []}]}'

    assert findings(Thing, body) == (
        Finding(path="$.extra", expected="nothing", found="int"),
        Finding(path="$.items[0].more", expected="nothing", found="list"),
    )


def test_a_key_that_comes_twice_is_found() -> None:
    (found,) = findings(Thing, b'{"name": "x", "name": "y"}')

    assert found.path == "$..name"


@pytest.mark.parametrize(
    ("body", "found"),
    [
        (b'{"name": "x", "new": ' + b"7" * 5000 + b"}", ["$.new"]),
        (b'{"name": "x", "new": "\xff"}', ["$.new"]),
        (b'{"name": "x", "new": ' + b"[" * 100_000 + b"]" * 100_000 + b"}", ["$"]),
        (b'{"name": "x", "named": {"a": {"name": "y", "new": 1}}}', ["$.named.a.new"]),
        (b'{"name": "x", ' + b'"new": 1, ' * 50_000 + b'"new": 1}', ["$.new", "$..new"]),
    ],
    ids=["a number", "no UTF-8", "depth", "a map", "50,000 times"],
)
def test_who_listens_is_told_of_whatever_was_skipped(body: bytes, found: list[str]) -> None:
    assert [finding.path for finding in findings(Thing, body)] == found

"""Arguments are checked by the rules of the table before anything is sent."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit

import pytest

from elevatekit_plugins.api import Body, Parameter
from elevatekit_plugins.calls.arguments import build_request
from elevatekit_plugins.calls.values import check_argument
from elevatekit_plugins.errors import ArgumentError
from elevatekit_plugins.messages import FileBody

GUID = Parameter(name="thingId", python="thing_id", location="path", required=True, format="uuid")
QUESTION = Parameter(
    name="question",
    python="question",
    location="body",
    required=True,
    min_length=1,
    max_length=250,
    pattern=r"\S",
)
LANGUAGE = Parameter(
    name="Accept-Language", python="accept_language", location="header", required=False
)


@pytest.mark.parametrize(
    "value",
    [
        "",
        ".",
        "..",
        "a/b",
        "%2e%2e",
        "../x",
        "0" * 32,
        "x" * 500,
        "é",
        "00000000-0000-0000-0000-00000000000g",
    ],
)
def test_an_id_that_is_no_guid_is_refused_by_name(value: str) -> None:
    with pytest.raises(ArgumentError, match="thing_id"):
        check_argument(GUID, value)


@pytest.mark.parametrize(
    "value", ["12345678-1234-1234-1234-123456789abc", "12345678-1234-7234-1234-123456789ABC"]
)
def test_a_guid_of_any_version_and_case_is_taken(value: str) -> None:
    assert check_argument(GUID, value) == value


SHELF = Parameter(name="shelf", python="shelf", location="path", required=True)


@pytest.mark.parametrize(
    "value", ["..", ".", "../x", "a/..", "a/../b", "..\\x", "%2e%2e", "%2E/x", "%252e%252e", "%2e."]
)
def test_a_part_of_a_path_cannot_lead_elsewhere(value: str) -> None:
    with pytest.raises(ArgumentError, match=r"shelf .* would change the path"):
        check_argument(SHELF, value)


@pytest.mark.parametrize("value", ["", " ", "\t"])
def test_a_part_of_a_path_cannot_be_missing(value: str) -> None:
    with pytest.raises(ArgumentError, match="shelf is empty"):
        check_argument(SHELF, value)


@pytest.mark.parametrize("value", ["a.b", "...", "a/b", "50%", "a?b#c", "ü", "{shelf}"])
def test_a_part_of_a_path_is_written_so_that_it_stays_one(things: Any, value: str) -> None:
    read = things.operation("things.read", path="/shelves/{shelf}/things", parameters=(SHELF,))

    url = build_request(things.API, read, "https://h/v1", {"shelf": value}, None, ()).url

    assert urlsplit(url).path == f"/v1/shelves/{quote(value, safe='')}/things"
    assert not urlsplit(url).query


@pytest.mark.parametrize(
    ("value", "says"),
    [
        ("x" * 251, "has 251 characters; the limit is 250"),
        ("", "empty"),
        (" \n", "empty"),
        (5, "must be a string, not int"),
    ],
)
def test_a_value_outside_its_limits_says_what_the_limit_is(value: Any, says: str) -> None:
    with pytest.raises(ArgumentError, match=says):
        check_argument(QUESTION, value)


def test_a_value_at_its_limit_is_taken() -> None:
    assert check_argument(QUESTION, "x" * 250) == "x" * 250


@pytest.mark.parametrize("value", ["pt\r\nX-Evil: 1", "pt\0", "pört", " pt", "pt "])
def test_a_header_cannot_be_ended_early(value: str) -> None:
    with pytest.raises(ArgumentError, match="a header cannot contain"):
        check_argument(LANGUAGE, value)


def test_half_of_a_surrogate_pair_is_no_text() -> None:
    with pytest.raises(ArgumentError, match="cannot be encoded as UTF-8"):
        check_argument(QUESTION, "why \ud83d?")


LOOP: list[Any] = []
LOOP.append(LOOP)


@pytest.mark.parametrize(
    "body", [{"a": "\ud83d"}, {"a": object()}, {"a": LOOP}, {"a": {1, object()}}]
)
def test_a_body_that_is_no_json_is_refused(things: Any, body: Any) -> None:
    create = things.operation(
        "things.create", method="POST", body=Body(content_type="application/json")
    )

    with pytest.raises(ArgumentError, match="cannot be written as JSON"):
        build_request(things.API, create, "https://h/v1", {}, body, ())


def test_a_boolean_is_no_number() -> None:
    count = Parameter(name="n", python="n", location="query", required=True, type="integer")

    with pytest.raises(ArgumentError, match="must be an integer, not bool"):
        check_argument(count, True)


def test_an_unknown_argument_names_the_nearest(things: Any) -> None:
    read = things.operation("things.read", path="/things/{thingId}", parameters=(GUID,))

    with pytest.raises(ArgumentError, match="unknown argument 'thingID'; did you mean thingId"):
        build_request(things.API, read, "https://h/v1", {"thingID": "x"}, None, ())


def test_a_missing_argument_is_named(things: Any) -> None:
    read = things.operation("things.read", path="/things/{thingId}", parameters=(GUID,))

    with pytest.raises(ArgumentError, match="thing_id is missing"):
        build_request(things.API, read, "https://h/v1", {}, None, ())


def test_query_values_are_escaped(things: Any) -> None:
    query = Parameter(name="q", python="q", location="query", required=True)
    search = things.operation("things.search", parameters=(query,))

    request = build_request(things.API, search, "https://h/v1", {"q": "a&b=c d"}, None, ())

    assert request.url == "https://h/v1/things?q=a%26b%3Dc%20d"


def test_an_argument_replaces_a_header_of_the_client(things: Any) -> None:
    read = things.operation("things.read", parameters=(LANGUAGE,))
    own = (("accept-language", "de"), ("Accept", "application/json"))

    request = build_request(
        things.API, read, "https://h/v1", {"Accept-Language": "pt-BR"}, None, own
    )

    assert request.headers == (("Accept", "application/json"), ("Accept-Language", "pt-BR"))


def test_a_file_is_framed_and_not_read(things: Any, tmp_path: Path) -> None:
    path = tmp_path / 'odd "name"\r.wav'
    path.write_bytes(b"RIFF")
    body = Body(content_type="multipart/form-data", part="filename.{extension}")
    upload = things.operation("things.upload", method="POST", body=body)

    request = build_request(things.API, upload, "https://h/v1", {}, path, ())

    assert isinstance(request.body, FileBody)
    assert b'name="filename.wav"; filename="odd %22name%22%0D.wav"\r\n' in request.body.before
    assert len(request.body) == len(request.body.before) + 4 + len(request.body.after)


@pytest.mark.parametrize(
    ("body", "says"),
    [(b"bytes", "the file must be a path, not bytes"), ("absent.wav", "absent.wav is not a file")],
)
def test_what_is_no_file_is_refused(things: Any, body: Any, says: str) -> None:
    rule = Body(content_type="multipart/form-data", part="file")
    upload = things.operation("things.upload", method="POST", body=rule)

    with pytest.raises(ArgumentError, match=says):
        build_request(things.API, upload, "https://h/v1", {}, body, ())

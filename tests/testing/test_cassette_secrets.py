"""No secret reaches a cassette, in whatever form and place."""

from __future__ import annotations

import base64
import gzip
from collections.abc import Callable
from copy import deepcopy
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from vcr.request import Request

from elevatekit.operations import API
from elevatekit_plugins.testing.cassettes.canary import hidden
from elevatekit_plugins.testing.cassettes.errors import CassetteError
from elevatekit_plugins.testing.cassettes.recipe import Recipe

SECRET = "9b7c1d2e-5f60~~~~????>>>>/8c+d-0123456789ab"
ENCODINGS: dict[str, Callable[[str], bytes]] = {
    "as it is": str.encode,
    "as it is, in capitals": lambda secret: secret.upper().encode(),
    "in base64": lambda secret: base64.b64encode(secret.encode()),
    "in base64, after one byte": lambda secret: base64.b64encode(b":" + secret.encode() + b"."),
    "in base64, after two bytes": lambda secret: base64.b64encode(b"a:" + secret.encode() + b"!"),
    "in base64, for URLs": lambda secret: base64.urlsafe_b64encode(b"\xfb\xef" + secret.encode()),
    "URL-encoded": lambda secret: quote(secret, safe="").encode(),
    "URL-encoded, every character": lambda secret: "".join(
        f"%{byte:02x}" for byte in secret.encode()
    ).encode(),
    "in hexadecimal": lambda secret: secret.encode().hex().encode(),
    "in hexadecimal, in capitals": lambda secret: secret.encode().hex().upper().encode(),
    "inside gzip data": lambda secret: gzip.compress(secret.encode() * 3),
    "inside gzip data, in base64": lambda secret: gzip.compress(base64.b64encode(secret.encode())),
    "inside gzip data, twice": lambda secret: gzip.compress(gzip.compress(secret.encode())),
}


@pytest.mark.parametrize("encoding", ENCODINGS)
def test_a_secret_is_found_in_every_form(encoding: str) -> None:
    data = b'{"a": "' + ENCODINGS[encoding](SECRET) + b'"}'

    assert hidden(SECRET, data) == encoding.split(",")[0]
    assert hidden(SECRET.replace("9", "8"), data) is None


def test_what_only_looks_like_gzip_data_is_no_obstacle() -> None:
    data = b"\x1f\x8b\x08 no gzip " + gzip.compress(SECRET.encode())[:-4]

    assert hidden(SECRET, data) == "inside gzip data"


def test_too_short_a_secret_is_found_nowhere() -> None:
    assert hidden("the", b"the end") is None


def response(**changes: Any) -> dict[str, Any]:
    return {
        "status": {"code": 200, "message": "OK"},
        "headers": {"content-type": ["application/json"]},
        "body": {"string": b"{}"},
        **changes,
    }


def request(uri: str = "/status", body: bytes = b"", **headers: str) -> Request:
    names = {name.replace("_", "-"): value for name, value in headers.items()}
    return Request("GET", API.base_url + uri, body, names)


def planted(text: str) -> dict[str, tuple[Request, dict[str, Any]]]:
    """A secret in each place of an interaction that is written."""
    return {
        "URI of the request": (request(uri=f"/status?t={text}"), response()),
        "body of the request": (request(body=b"x" + text.encode()), response()),
        "header accept of the request": (request(Accept=f"text/{text}"), response()),
        "reason of the response": (request(), response(status={"code": 200, "message": text})),
        "header location of the response": (request(), response(headers={"Location": [text]})),
        "body of the response": (
            request(),
            response(body={"string": gzip.compress(text.encode())}),
        ),
    }


@pytest.mark.parametrize("place", planted(""))
def test_a_planted_secret_is_refused_by_place_and_nothing_is_written(
    tmp_path: Path, place: str
) -> None:
    recipe = Recipe(API)
    recipe.request(request(**{API.key.header: SECRET}))
    sent, answered = planted(SECRET)[place]
    file = tmp_path / "cassettes" / "a.yaml"

    with pytest.raises(CassetteError) as caught:
        save(recipe, file, [(request(), response()), (sent, answered)])

    message = str(caught.value)
    assert f"{file}: nothing was written: interaction " in message
    assert f"the {place} holds the value of the header {API.key.header}" in message
    assert SECRET not in message
    assert not file.parent.exists()
    save(recipe, file, [planted("harmless")[place]])


def save(recipe: Recipe, file: Path, interactions: list[tuple[Request, Any]]) -> None:
    requests = [recipe.request(sent) for sent, _ in interactions]
    responses = [recipe.response(answered) for _, answered in interactions]
    recipe.save_cassette(file, {"requests": requests, "responses": responses}, serializer=None)


@pytest.mark.parametrize(
    ("header", "value"),
    [
        ("authorization", f"Bearer {SECRET}"),
        ("cookie", f"session={SECRET}"),
        (API.key.header.upper(), SECRET),
    ],
)
def test_what_is_sent_as_a_credential_is_a_secret(tmp_path: Path, header: str, value: str) -> None:
    recipe = Recipe(API)
    sent = request(**{header: value})
    echo = response(body={"string": f"you sent {value.split()[-1]}".encode()})

    with pytest.raises(CassetteError, match="the body of the response holds the value of the head"):
        save(recipe, tmp_path / "a.yaml", [(sent, echo)])


def test_a_secret_of_one_test_is_looked_for_in_all(tmp_path: Path) -> None:
    recipe = Recipe(API)
    options = deepcopy(recipe.options())  # as pytest-recording does it for each test
    options["before_record_request"](request(**{API.key.header: SECRET}))

    with pytest.raises(CassetteError, match="nothing was written"):
        save(recipe, tmp_path / "a.yaml", [planted(SECRET)["body of the request"]])


def test_the_token_of_the_environment_is_a_secret_before_it_is_sent(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(API.env("token"), SECRET)

    with pytest.raises(CassetteError, match=f"holds the value of {API.env('token')}"):
        save(Recipe(API), tmp_path / "a.yaml", [planted(SECRET)["URI of the request"]])


def test_the_address_of_the_simulator_is_not_written_either(tmp_path: Path) -> None:
    here = "http://127.0.0.1:41234/v1/status"
    sent = Request("GET", here, b"", {})

    with pytest.raises(CassetteError, match="body of the response holds the address on this mach"):
        save(Recipe(API), tmp_path / "a.yaml", [(sent, response(body={"string": here.encode()}))])


def test_what_looks_like_a_secret_is_not_written_either(tmp_path: Path) -> None:
    signed = b'{"downloadUri": "https://files.example.com/a.wav?sig=0123456789abcdef"}'

    with pytest.raises(CassetteError, match="what looks like a signed or a secret address") as told:
        save(Recipe(API), tmp_path / "a.yaml", [(request(body=signed), response())])

    assert "0123456789abcdef" not in str(told.value)
    assert list(tmp_path.iterdir()) == []

"""What a cassette looks like, and what is said of one that cannot be used."""

from __future__ import annotations

import gzip
import random
import re
from importlib.metadata import requires
from pathlib import Path
from typing import Any

import httpx2
import pytest
from packaging.requirements import Requirement
from vcr import VCR
from vcr.request import Request

from elevatekit.operations import API
from elevatekit_plugins.simulator.server import Simulator
from elevatekit_plugins.testing.cassettes import recipe as limits
from elevatekit_plugins.testing.cassettes.canonical import (
    canonical_request,
    canonical_uri,
    request_headers,
)
from elevatekit_plugins.testing.cassettes.errors import CassetteError, messages
from elevatekit_plugins.testing.cassettes.recipe import Recipe

URI = f"{API.base_url}/status"
RECORDED = Path(__file__).parents[1] / "cassettes" / "recorded"


def answer(text: str = "{}") -> dict[str, Any]:
    return {
        "status": {"code": 200, "message": "OK"},
        "headers": {"content-type": ["application/json"]},
        "body": {"string": text.encode()},
    }


def write(file: Path, *interactions: tuple[Request, dict[str, Any]]) -> None:
    requests = [request for request, _ in interactions]
    responses = [response for _, response in interactions]
    Recipe(API).save_cassette(file, {"requests": requests, "responses": responses}, None)


def load(file: Path) -> Any:
    return Recipe(API).load_cassette(file, None)


@pytest.mark.parametrize(
    "text",
    [
        "Olá, São Paulo – 💳",
        "=cmd",
        "a\r\nb\n\nc\n",
        "\x85\u2028\ufeff",
        "'\"\\",
        "",
        " ",
        "null",
        "1.0",
    ],
)
def test_every_text_comes_back_as_it_was(tmp_path: Path, text: str) -> None:
    file = tmp_path / "a.yaml"
    write(file, (Request("POST", URI, text.encode(), {}), answer(text)))

    [request], [response] = load(file)

    assert request.body == response["body"]["string"] == text.encode()
    assert b"\r" not in file.read_bytes()


def test_bytes_that_are_no_text_come_back_as_they_were(tmp_path: Path) -> None:
    file = tmp_path / "a.yaml"
    write(file, (Request("POST", URI, b"RIFF\xff\x00\xfe", {}), answer()))

    [request], _ = load(file)

    assert request.body == b"RIFF\xff\x00\xfe"


def test_equal_runs_are_equal_bytes_whatever_came_first(tmp_path: Path) -> None:
    interactions = [
        (Request("POST", URI, f'{{"question": "{n}"}}'.encode(), {}), answer(f'"{n}"'))
        for n in range(10)
    ]
    written: set[bytes] = set()
    for seed in range(5):
        file = tmp_path / f"{seed}.yaml"
        random.Random(seed).shuffle(interactions)
        write(file, *interactions)
        written.add(file.read_bytes())

    assert len(written) == 1


def test_equal_requests_keep_the_order_of_their_answers(tmp_path: Path) -> None:
    file = tmp_path / "a.yaml"
    write(file, *((Request("GET", URI, b"", {}), answer(state)) for state in "cab"))

    _, responses = load(file)

    assert [response["body"]["string"] for response in responses] == [b"c", b"a", b"b"]


def test_what_occurs_twice_is_written_twice_and_not_as_an_alias(tmp_path: Path) -> None:
    file, same = tmp_path / "a.yaml", answer()
    write(file, *[(Request("GET", URI, b"", {}), same)] * 2)

    _, responses = load(file)

    assert "&id" not in file.read_text("utf-8")
    assert responses[0] == responses[1]


def test_an_alias_is_refused_before_anything_is_built(tmp_path: Path) -> None:
    file = tmp_path / "bomb.yaml"
    levels = "".join(f"{n + 1}: &a{n + 1} [{f'*a{n},' * 9}]\n" for n in range(9))
    file.write_text(f"0: &a0 [x]\n{levels}...\n")

    with pytest.raises(CassetteError, match=rf"cassette {file}: line 2: it contains a YAML alias"):
        load(file)


def test_too_many_interactions_are_refused(tmp_path: Path) -> None:
    one = (Request("GET", URI, b"", {}), answer())
    write(tmp_path / "a.yaml", *[one] * limits.MAX_INTERACTIONS)

    with pytest.raises(CassetteError, match="51 interactions are more than 50; split the test"):
        write(tmp_path / "b.yaml", *[one] * (limits.MAX_INTERACTIONS + 1))

    assert [file.name for file in tmp_path.iterdir()] == ["a.yaml"]


def test_too_large_a_cassette_is_refused_and_the_old_one_stays(tmp_path: Path) -> None:
    file = tmp_path / "a.yaml"
    write(file, (Request("GET", URI, b"", {}), answer()))
    before = file.read_bytes()

    with pytest.raises(CassetteError, match="256 KB; split the test"):
        write(file, (Request("GET", URI, b"", {}), answer("x" * limits.MAX_BYTES)))

    assert file.read_bytes() == before
    assert list(tmp_path.iterdir()) == [file]


WHOLE = (RECORDED / "failed_ask.yaml").read_text("utf-8")


LINE_ENDS = [match.end() for match in re.finditer("\n", WHOLE)][:-1]


@pytest.mark.parametrize("length", sorted({*range(0, len(WHOLE) - 1, 97), *LINE_ENDS}))
def test_a_cassette_that_was_cut_is_refused_wherever_it_was(tmp_path: Path, length: int) -> None:
    file = tmp_path / "cut.yaml"
    file.write_text(WHOLE[:length], "utf-8")

    with pytest.raises(CassetteError, match=r"cut\.yaml: .*; restore it, or record it with"):
        load(file)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "it is empty"),
        (b" \n\n", "it is empty"),
        (b"a: 1\nb: 2\n c: 3\n...\n", "line 3: it is not valid YAML: "),
        (b"\xff\xfe", "it is not valid UTF-8"),
        (b"a: \x00\n...\n", "it is not valid YAML"),
        (b"just words\n...\n", "it is not a cassette: Expected `object`, got `str`"),
        (b"version: 1\ninteractions: [{}]\n...\n", "`request` - at `$.interactions[0]`"),
        (
            b"x: &a [1]\ny: !!python/name:os.system\n...\n",
            "line 2: it contains more than plain data",
        ),
        (b"!!python/object/new:os.mkdir [run]\n...\n", "line 1: it contains more than plain data"),
    ],
)
def test_what_is_no_cassette_is_refused_by_name(
    tmp_path: Path, content: bytes, message: str
) -> None:
    file = tmp_path / "bad.yaml"
    file.write_bytes(content)

    with pytest.raises(CassetteError) as caught:
        load(file)

    assert f"cassette {file}: " in str(caught.value)
    assert message in str(caught.value)


def test_a_folder_in_the_place_of_a_cassette_is_named(tmp_path: Path) -> None:
    with pytest.raises(CassetteError, match="it cannot be read: Is a directory"):
        load(tmp_path)


def test_bodies_of_numbers_are_refused(tmp_path: Path) -> None:
    file = tmp_path / "a.yaml"
    file.write_text(WHOLE.replace("body: ''", "body: 5"), "utf-8")

    with pytest.raises(CassetteError, match=r"Expected a text or bytes, got `int` - at `\$\.inter"):
        load(file)


@pytest.mark.parametrize(
    "uri",
    ["http://127.0.0.1:8080/v1/x?a=b", "http://localhost/v1/x?a=b", "http://[::1]:1/v1/x?a=b"],
)
def test_addresses_of_this_machine_become_that_of_the_api(uri: str) -> None:
    assert canonical_uri(uri, API.base_url) == f"{API.base_url}/x?a=b"


def test_other_addresses_stay() -> None:
    assert (
        canonical_uri("https://hooks.example.com/1", API.base_url) == "https://hooks.example.com/1"
    )


@pytest.mark.parametrize(
    ("content_type", "body", "canonical"),
    [
        ("application/json; charset=utf-8", b'{ "b": 1.0, "a": "\\u00e9" }', '{"a":"é","b":1.0}'),
        ("application/json", b"{no json", "{no json"),
        (
            "multipart/form-data; boundary=xyz",
            b"--xyz\r\n\r\n--xyz--",
            "--boundary\r\n\r\n--boundary--",
        ),
        ('multipart/form-data; boundary="x z"', b"--x z--", "--boundary--"),
        ("text/plain", b'{ "b": 1 }', '{ "b": 1 }'),
    ],
)
def test_a_body_has_one_form_and_keeps_it(content_type: str, body: bytes, canonical: str) -> None:
    request = Request("POST", URI, body, {"Content-Type": content_type, "User-Agent": "me"})
    kept = request_headers(API)

    canonical_request(request, API.base_url, kept)
    once = (request.body, dict(request.headers))
    canonical_request(request, API.base_url, kept)

    assert once == (request.body, dict(request.headers))
    assert request.body == canonical.encode()
    assert [name for name, _ in request.headers.items()] == ["content-type"]


def test_the_headers_that_the_spec_declares_are_kept_and_the_key_is_not() -> None:
    assert request_headers(API) == {"accept", "accept-language", "content-type"}


def test_a_packed_answer_is_recorded_unpacked(tmp_path: Path) -> None:
    file = tmp_path / "a.yaml"
    options = Recipe(API).options()

    def respond(request: httpx2.Request) -> httpx2.Response:
        headers = {"content-encoding": "gzip", "content-type": "application/json", "date": "today"}
        return httpx2.Response(200, headers=headers, content=gzip.compress(b'{"a":1}'))

    with (
        VCR().use_cassette(file, **options),
        httpx2.Client(transport=httpx2.MockTransport(respond)) as client,
    ):
        assert client.get(URI).json() == {"a": 1}

    _, [response] = load(file)
    assert response["body"]["string"] == b'{"a":1}'
    assert response["headers"] == {"content-type": ["application/json"]}


def test_the_language_that_is_asked_for_is_compared(tmp_path: Path) -> None:
    file = tmp_path / "a.yaml"
    options = Recipe(API).options()

    def read(client: httpx2.Client, *languages: str) -> list[str]:
        return [client.get(URI, headers={"Accept-Language": it}).text for it in languages]

    def respond(request: httpx2.Request) -> httpx2.Response:
        return httpx2.Response(200, text=f"in {request.headers['accept-language']}")

    with (
        VCR().use_cassette(file, **options),
        httpx2.Client(transport=httpx2.MockTransport(respond)) as client,
    ):
        read(client, "pt-BR", "en-US")

    with VCR(record_mode="none").use_cassette(file, **options), httpx2.Client() as client:
        assert read(client, "en-US", "pt-BR") == ["in en-US", "in pt-BR"]


def test_what_was_recorded_here_is_replayed_as_if_from_there(tmp_path: Path) -> None:
    file = tmp_path / "a.yaml"
    recipe = Recipe(API)
    with (
        Simulator(API) as simulator,
        VCR().use_cassette(file, **recipe.options()),
        httpx2.Client() as client,
    ):
        recorded = client.get(f"{simulator.base_url}/interactions")

    with VCR(record_mode="none").use_cassette(file, **recipe.options()), httpx2.Client() as client:
        replayed = client.get(f"{API.base_url}/interactions")

    assert (replayed.status_code, replayed.content) == (recorded.status_code, recorded.content)


def test_errors_of_a_group_are_told_without_what_they_carry() -> None:
    group = BaseExceptionGroup("teardown", [ValueError("token"), CassetteError("nothing written")])

    assert messages(group) == ["ValueError", "nothing written"]
    assert messages(BaseExceptionGroup("teardown", [ValueError("token")])) == []
    assert messages(ValueError("token")) == []


def test_the_extra_asks_for_a_vcrpy_that_loads_no_code() -> None:
    extra = {"extra": "pytest"}
    required = [Requirement(text) for text in requires("elevatekit") or ()]
    [vcrpy] = [r for r in required if r.name == "vcrpy" and r.marker and r.marker.evaluate(extra)]

    assert not vcrpy.specifier.contains("8.2.0")

"""Clients and errors as values: what they take, what they show, and what survives."""

from __future__ import annotations

import copy
import pickle
from typing import Any

import pytest

from elevatekit_plugins import Attempt, Response
from elevatekit_plugins.api import Api, ApiKey, Operation, RetryRule
from elevatekit_plugins.client import AsyncApiClient, SyncApiClient
from elevatekit_plugins.errors import (
    ArgumentError,
    BrokenResponseError,
    ClosedError,
    ConfigError,
    DriftError,
    ElevateKitError,
    StatusError,
    WaitFailedError,
)
from elevatekit_plugins.messages import Request

READ: Operation[Any] = Operation(
    id="things.read",
    method="GET",
    path="/things",
    summary="A thing.",
    success=(200,),
    retry=RetryRule(deadline=60.0, statuses={}, safe=True),
    evidence="documented",
)
API = Api(
    name="elevatekit",
    title="Things",
    version="1",
    package="elevatekit",
    base_url="https://api.example.com/v1",
    key=ApiKey(header="X-Key"),
    error_message="errorMessage",
    operations=(READ,),
)
TOKEN = "canary-6f1c0d1e"


@pytest.fixture(autouse=True)
def _no_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("ELEVATEKIT_TOKEN", raising=False)
    monkeypatch.delenv("ELEVATEKIT_BASE_URL", raising=False)


class Echo:
    """A transport that answers with the headers it was sent."""

    def __init__(self) -> None:
        self.closed = 0

    def send(self, request: Request, deadline: float) -> Response:
        return Response(operation=request.operation, status=200, headers=request.headers)

    def close(self) -> None:
        self.closed += 1


@pytest.mark.parametrize("make", [SyncApiClient, AsyncApiClient])
@pytest.mark.parametrize(
    ("token", "says"),
    [
        ("", "the token is empty"),
        ("two words", "character 4 of 9 is a space"),
        ("line\n", "character 5 of 5 is no visible ASCII"),
        ("naïve-token", "character 3 of 11"),
        ("nul\0", "character 4"),
    ],
)
def test_a_token_that_no_header_can_carry_is_refused_unshown(
    make: Any, token: str, says: str
) -> None:
    with pytest.raises(ConfigError, match=says) as caught:
        make(API, token)

    assert not token or token not in str(caught.value)


def test_no_token_says_where_to_put_one() -> None:
    with pytest.raises(
        ConfigError, match=r"set ELEVATEKIT_TOKEN, pass token=, or use --token-file"
    ):
        SyncApiClient(API)


def test_the_token_comes_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ELEVATEKIT_TOKEN", TOKEN)

    with SyncApiClient(API, transport=Echo()) as client:
        assert client.send(READ, {}).header("x-key") == TOKEN


@pytest.mark.parametrize(
    ("url", "says"),
    [
        ("api.example.com/v1", "must begin with https://"),
        ("ftp://api.example.com/v1", "must begin with https://"),
        ("file:///etc/passwd", "must begin with https://"),
        ("https:///v1", "name a host"),
        ("https://api.example.com/v1?x=1", "no query"),
        ("https://api.example.com/v1?", "no query"),
        ("https://api.example.com/v1#x", "no fragment"),
        ("https://user:hunter2@api.example.com/v1", "user name or password"),
        ("http://api.example.com/v1", "plain http"),
        ("http://169.254.169.254/v1", "plain http"),
        ("http://127.0.0.1.example.com/v1", "plain http"),
        ("https://api.example.com:99999/v1", "cannot be read"),
        ("https://api.example.com/v1 /x", "characters that no URL has"),
        ("https://api.example.com\\@evil.example/v1", "user name or password"),
    ],
)
def test_a_base_url_that_could_leak_a_token_is_refused(url: str, says: str) -> None:
    with pytest.raises(ConfigError, match=says) as caught:
        SyncApiClient(API, TOKEN, base_url=url)

    assert "hunter2" not in str(caught.value)


@pytest.mark.parametrize(
    "wrong",
    [
        {"token": 5},
        {"token": b"abc"},
        {"token": ["x"]},
        {"base_url": 5},
        {"base_url": "https://h.example:0/v1"},
        {"auth": 5},
        {"retry": None},
        {"settings": "x"},
        {"settings": {"standard": 5}},
        {"plugins": None},
        {"plugins": "csv"},
        {"disable": None},
        {"disable": "csv"},
    ],
    ids=repr,
)
def test_an_argument_of_the_wrong_type_is_a_configuration_error(wrong: dict[str, Any]) -> None:
    with pytest.raises(ConfigError):
        SyncApiClient(API, **({"token": TOKEN} | wrong))


def test_a_setting_that_does_not_exist_names_the_nearest() -> None:
    with pytest.raises(TypeError, match="no setting 'time_out'; did you mean timeout"):
        SyncApiClient(API, TOKEN, time_out=5)  # type: ignore[call-arg]


@pytest.mark.parametrize("host", ["127.0.0.1:8080", "localhost", "[::1]:8080"])
def test_plain_http_is_taken_for_loopback(host: str) -> None:
    with SyncApiClient(API, TOKEN, base_url=f"http://{host}/v1/") as client:
        assert client.base_url == f"http://{host}/v1"


@pytest.mark.parametrize(
    "timeout", [0, -1, float("nan"), float("inf"), 1e10, 10**400, -(10**400), "5", True]
)
def test_a_timeout_that_is_no_number_of_seconds_is_refused(timeout: Any) -> None:
    with SyncApiClient(API, TOKEN, transport=Echo()) as client:
        with pytest.raises(ArgumentError, match="timeout"):
            client.with_options(timeout=timeout)
        with pytest.raises(ArgumentError, match="timeout"):
            client.send(READ, {}, timeout=timeout)


def test_a_child_differs_and_its_parent_does_not_change() -> None:
    with SyncApiClient(API, TOKEN, transport=Echo(), headers={"X-A": "1"}) as parent:
        child = parent.with_options(headers={"x-a": "2", "X-B": "3"}, timeout=5)

        assert child.send(READ, {}).header("x-a") == "2"
        assert child.send(READ, {}).header("x-b") == "3"
        assert parent.send(READ, {}).header("x-a") == "1"
        assert parent.send(READ, {}).header("x-b") is None


@pytest.mark.parametrize(
    "headers",
    [
        {"X-A": "1\r\nX-Evil: 2"},
        {"X A": "1"},
        {"X-A\r\n": "1"},
        {"": "1"},
        {"X-A": "é"},
        {"Content-Length": "5"},
        {"host": "evil.example"},
        {"X-A": 5},
        {5: "x"},
    ],
)
def test_a_header_that_could_smuggle_another_is_refused(headers: dict[Any, Any]) -> None:
    with pytest.raises(ArgumentError, match="header"):
        SyncApiClient(API, TOKEN, headers=headers)


def test_a_closed_client_says_so() -> None:
    transport = Echo()
    client = SyncApiClient(API, TOKEN, transport=transport)
    child = client.with_options(timeout=1)
    client.close()
    client.close()

    assert transport.closed == 1
    for used in (client, child):
        with pytest.raises(ClosedError, match="the client is closed"):
            used.send(READ, {})


def test_no_repr_shows_the_token() -> None:
    client = SyncApiClient(API, TOKEN, transport=Echo())

    shown = [repr(client), str(client), repr(vars(client)), repr(vars(client._core))]

    assert repr(client) == "<SyncApiClient https://api.example.com/v1 open>"
    assert not any(TOKEN in text for text in shown)


def test_every_request_names_this_package_as_its_agent() -> None:
    with SyncApiClient(API, TOKEN, transport=Echo()) as client:
        agent = client.send(READ, {}).header("user-agent")

    assert agent is not None
    assert agent.startswith("elevatekit/")


def test_clients_of_one_account_share_what_is_spent() -> None:
    one = SyncApiClient(API, TOKEN, transport=Echo())
    two = AsyncApiClient(API, TOKEN)
    other = SyncApiClient(API, "another-account", transport=Echo())

    assert one._runtime.ledger is two._runtime.ledger
    assert one._runtime.ledger is not other._runtime.ledger


ANSWER = Response(
    operation="things.read",
    status=429,
    headers=(("X-Request-Id", "abc"),),
    body=b'{"errorMessage": "too many"}',
)
ATTEMPT = Attempt(number=1, status=429, sent=True, elapsed=0.1)


@pytest.mark.parametrize(
    "error",
    [
        StatusError("m", response=ANSWER, error_message="too many", attempts=(ATTEMPT,)),
        BrokenResponseError("m", response=ANSWER, operation="things.read"),
        DriftError("m", response=ANSWER, path="$.a"),
        WaitFailedError("m", state="failed"),
    ],
    ids=lambda error: type(error).__name__,
)
def test_an_error_survives_pickle_and_copy_with_all_its_facts(error: ElevateKitError) -> None:
    error.add_note("a note")
    for twin in (pickle.loads(pickle.dumps(error)), copy.copy(error), copy.deepcopy(error)):
        assert type(twin) is type(error)
        assert twin.args == error.args
        assert vars(twin) == vars(error)


def test_a_status_error_tells_what_the_server_said() -> None:
    error = StatusError("m", response=ANSWER, error_message="too many")

    assert (error.status, error.request_id, error.body) == (429, "abc", ANSWER.body)

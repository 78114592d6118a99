"""Clients and errors as values: what they take, what they show, and what survives."""

from __future__ import annotations

import copy
import pickle
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from elevatekit_plugins import Attempt, Response
from elevatekit_plugins.api import Api, ApiKey, Operation, RetryRule
from elevatekit_plugins.calls.quota import MemoryLedger
from elevatekit_plugins.client import AsyncApiClient, SyncApiClient
from elevatekit_plugins.errors import (
    ArgumentError,
    ClosedError,
    ConfigError,
    DriftError,
    ElevateKitError,
    OutcomeUnknownError,
    ResponseTooLargeError,
    StatusError,
)
from elevatekit_plugins.messages import Request
from elevatekit_plugins.options import ClientSettings
from elevatekit_plugins.testing.accounts import ACCOUNT as TOKEN

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
        ConfigError, match=r"set ELEVATEKIT_TOKEN or use --token-file \(in Python token=\)"
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
        ("https://api.example.com/v1?x=1", "not have a query"),
        ("https://api.example.com/v1?", "not have a query"),
        ("https://api.example.com/v1#x", "or a fragment"),
        ("https://user:hunter2@api.example.com/v1", "user name, a password"),
        ("http://api.example.com/v1", "plain http"),
        ("http://169.254.169.254/v1", "the metadata service of a cloud"),
        ("https://169.254.169.254/latest", "the metadata service of a cloud"),
        ("https://[fe80::1]/v1", "the metadata service of a cloud"),
        ("https://169。254。169。254/v1", "the metadata service of a cloud"),
        ("https://2852039166/v1", "has a host in an obscure numeric form"),
        ("https://0xa9.0xfe.0xa9.0xfe/v1", "has a host in an obscure numeric form"),
        ("https://0x7f。1/v1", "has a host in an obscure numeric form"),
        ("https://ⓔxample.com/v1", "has an invalid host name: Invalid IDNA"),
        ("https://a..b/v1", "has an invalid host name: a label must have"),
        (f"https://{'a' * 64}.example.com/v1", "must have 1 to 63 characters"),
        (f"https://example.com/{'a' * 100_000}", "the base URL has 100,020 characters"),
        ("http://[::ffff:10.0.0.1]/v1", "plain http"),
        ("http://localhost.example.com/v1", "plain http"),
        ("https://api.example.com/v1/../admin", "a path with . or .."),
        ("https://api.example.com/v1/%2e%2E/admin", "a path with . or .."),
        ("https://api.example.com/v1/%252e%252e", "a path with . or .."),
        ("https://user:hunter2/x@api.example.com", "user name, a password"),
        ("https://api.example.com/v1?key=hunter2", "not have a query"),
        ("https://api.example.com/v1#hunter2", "a query or a fragment"),
        (" https://api.example.com/v1", "must begin with https://|not valid in a URL"),
        ("https://api.example.com/v1\r\nX-Evil: 1", "not valid in a URL"),
        ("http://127.0.0.1.example.com/v1", "plain http"),
        ("https://api.example.com:99999/v1", "is not valid"),
        ("https://api.example.com/v1 /x", "not valid in a URL"),
        ("https://api.example.com\\@evil.example/v1", "user name, a password"),
    ],
)
def test_a_base_url_that_could_leak_a_token_is_refused(url: str, says: str) -> None:
    with pytest.raises(ConfigError, match=says) as caught:
        SyncApiClient(API, TOKEN, base_url=url)

    assert "hunter2" not in str(caught.value)


WRONG: list[tuple[str, list[Any], str]] = [
    ("token", [5, b"abc", ["x"], True], "the token must be a string, not (int|bytes|list|bool)"),
    ("base_url", [5, b"https://h", Path("/v1")], "the base URL must be a string, not "),
    ("base_url", ["https://h.example:0/v1"], "port 0"),
    ("plain_http", ["no", None, 1], "plain_http must be True or False, not "),
    ("timeout", ["5", True, [], (5, 5), b"1"], "the timeout must be a number of seconds, not "),
    (
        "max_bytes",
        ["1", 0, -1, True, 1.5, None, float("nan")],
        "max_bytes must be a positive number of bytes",
    ),
    ("headers", [5, "x", [("a", "b")]], "headers must be a mapping of names to values, not "),
    ("headers", [{"Content-Type": "text/plain"}], "is set by the client; omit it"),
    (
        "transport",
        [5, "x", object()],
        "transport= must be an object with send, a?close, but .* has no ",
    ),
    ("transport", [Echo], "transport= must be an object .*, but Echo is a class; pass an instance"),
    (
        "ledger",
        [5, "x", {}],
        "ledger= must be an object with asked, spent, reserve, settle, but .* has",
    ),
    ("ledger", [MemoryLedger], "MemoryLedger is a class; pass an instance"),
    ("auth", [5, None, []], "the auth scheme must be a name, not "),
    ("auth", ["tokens"], "unknown auth scheme 'tokens'; did you mean token"),
    ("retry", [5, None, []], "the retry policy must be a name, not "),
    ("retry", ["x"], r"unknown retry policy 'x' \(available: none, patient, standard\)"),
    ("settings", [5, "x", {"standard": 5}, {5: {}}], "settings= must map names of plugins to mapp"),
    ("settings", [{"standard": {"base": "x"}}], "standard: setting base: Expected `float`, got"),
    (
        "plugins",
        [5, None, "csv", b"csv"],
        "plugins= must be True, False or a list of plugins, not ",
    ),
    ("disable", [5, None, "csv", b"csv", [5]], "disable= must be a list of plugin names, not "),
    ("pins", [5, "x", []], "pins= must map names of distributions to pins, not "),
    ("pins", [{"a": "b"}, {"a": 5}], "is not a pin of a; `elevatekit plugins pin a` prints it"),
]


@pytest.mark.parametrize("make", [SyncApiClient, AsyncApiClient])
@pytest.mark.parametrize(
    ("option", "value", "says"),
    [(option, value, says) for option, values, says in WRONG for value in values],
    ids=lambda value: repr(value)[:20],
)
def test_an_option_of_the_wrong_type_is_named_with_what_it_takes(
    make: Any, option: str, value: Any, says: str
) -> None:
    with pytest.raises((ConfigError, ArgumentError), match=says):
        make(API, **({"token": TOKEN} | {option: value}))


def test_each_option_is_among_those_that_are_tried_with_a_wrong_type() -> None:
    tried = {option for option, _, _ in WRONG}

    assert tried == {*ClientSettings.__annotations__, "token", "transport"}


def test_an_empty_base_url_is_not_taken_for_the_default(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ELEVATEKIT_BASE_URL", "")

    with pytest.raises(ConfigError, match="base URL is empty; to use the default"):
        SyncApiClient(API, TOKEN)


@pytest.mark.parametrize(
    "url",
    ["HTTP://127.0.0.1:8080/v1", "http://LOCALHOST:8080/v1", "http://localhost:08080/v1/"],
)
def test_budgets_and_limits_go_by_the_server_however_its_url_is_spelt(url: str) -> None:
    plain = url.lower().replace(":0", ":").rstrip("/")
    one = SyncApiClient(API, TOKEN, base_url=plain)
    with one, SyncApiClient(API, TOKEN, base_url=url) as other:
        assert one._runtime.ledger is other._runtime.ledger
        assert one._runtime.account == other._runtime.account
    with SyncApiClient(API, TOKEN, base_url="https://h.example:443/v1") as named:
        assert named.base_url == "https://h.example/v1"


@pytest.mark.parametrize(
    ("option", "says"),
    [
        ("time_out", "; did you mean timeout"),
        ("tokn", "; did you mean token"),
        ("maxbytes", "; did you mean max_bytes"),
        ("verify", r" \(available: base_url, timeout, .*, transport\)"),
        ("follow_redirects", r" \(available: base_url, timeout, .*, transport\)"),
    ],
)
def test_a_setting_that_does_not_exist_names_the_nearest_or_all(option: str, says: str) -> None:
    with pytest.raises(TypeError, match=f"unknown client setting '{option}'{says}"):
        SyncApiClient(API, TOKEN, **{option: 5})  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "host", ["127.0.0.1:8080", "localhost", "LOCALHOST:1", "[::1]:8080", "127.8.9.1"]
)
def test_plain_http_is_taken_for_loopback(host: str) -> None:
    with SyncApiClient(API, TOKEN, base_url=f"http://{host}/v1/") as client:
        assert client.base_url == f"http://{host.lower()}/v1"


def test_plain_http_in_a_network_of_one_s_own_has_to_be_asked_for() -> None:
    with SyncApiClient(API, TOKEN, base_url="http://simulator:8080/v1", plain_http=True) as client:
        assert client.base_url == "http://simulator:8080/v1"
    with pytest.raises(ConfigError, match="the metadata service of a cloud"):
        SyncApiClient(API, TOKEN, base_url="http://169.254.169.254/v1", plain_http=True)


@pytest.mark.parametrize("make", [SyncApiClient, AsyncApiClient])
async def test_the_limit_of_a_body_reaches_the_transport(make: Any, wire: Any) -> None:
    wire.json(b'{"a": "' + b"x" * 100 + b'"}')
    client = make(API, TOKEN, base_url=wire.url, max_bytes=100)

    with pytest.raises(ResponseTooLargeError, match="larger than 100 bytes"):
        await sent(client)
    await closed(client)


async def sent(client: Any) -> Any:
    """What a client of either kind answers."""
    answer = client.send(READ, {})
    return await answer if isinstance(client, AsyncApiClient) else answer


async def closed(client: Any) -> None:
    if isinstance(client, AsyncApiClient):
        await client.aclose()
    else:
        client.close()


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
        {"X-A": " 1"},
        {"X-A": "1 "},
        {"X(A)": "1"},
        {"X-A:": "1"},
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


@pytest.mark.parametrize("make", [SyncApiClient, AsyncApiClient])
@pytest.mark.parametrize(
    "change", [pickle.dumps, copy.copy, copy.deepcopy], ids=["pickle", "copy", "deepcopy"]
)
def test_a_client_is_neither_pickled_nor_copied_and_says_what_to_do(make: Any, change: Any) -> None:
    with pytest.raises(TypeError, match=r"holds connections and a token.* with_options\(\)"):
        change(make(API, TOKEN))


def test_a_repr_tells_what_differs_and_what_was_closed() -> None:
    client = SyncApiClient(API, TOKEN, transport=Echo())
    child = client.with_options(timeout=2.5)
    client.close()

    assert repr(child) == "<SyncApiClient https://api.example.com/v1 timeout=2.5 closed>"


def test_a_request_shows_no_credential_and_a_response_no_conversation() -> None:
    request = Request(
        operation="a.b",
        method="POST",
        url="https://api.example.com/v1/things",
        headers=(("X-Key", TOKEN), ("Accept", "application/json")),
        body=b"my words",
    )
    response = Response(operation="a.b", status=200, body=b"my words")

    for shown in (repr(request), repr(request.__rich_repr__()), f"{[request]}"):
        assert TOKEN not in shown
        assert "('X-Key', '***'), ('Accept', 'application/json')" in shown
    for shown in (repr(request), repr(response), repr(response.__rich_repr__())):
        assert "<8 bytes>" in shown
        assert "my words" not in shown


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


def test_a_cause_of_ours_survives_with_the_error() -> None:
    error = OutcomeUnknownError("m", operation="things.ask", attempts=(ATTEMPT,))
    error.__cause__ = StatusError("no answer", response=ANSWER)

    for twin in (pickle.loads(pickle.dumps(error)), copy.copy(error), copy.deepcopy(error)):
        assert isinstance(twin.__cause__, StatusError)
        assert (twin.__cause__.status, twin.__cause__.request_id) == (429, "abc")


def test_a_cause_of_another_kind_does_not_stand_in_the_way_of_pickle() -> None:
    error = StatusError("m", response=ANSWER)
    error.__cause__ = UnpicklableError(lambda: None)

    assert pickle.loads(pickle.dumps(error)).__cause__ is None


class UnpicklableError(Exception):
    pass


class TheirsError(ElevateKitError):
    """An error of a plugin, which takes other arguments than ours."""

    def __init__(self, a: int, *, b: int) -> None:
        super().__init__(f"{a} and {b}")
        self.b = b


def test_an_error_of_a_plugin_survives_too() -> None:
    twin = pickle.loads(pickle.dumps(TheirsError(1, b=2)))

    assert (str(twin), twin.b, twin.attempts) == ("1 and 2", 2, ())


def test_an_error_crosses_a_pool_of_processes_with_all_its_facts(wire: Any, tmp_path: Path) -> None:
    wire.json(b'{"errorMessage": "gone"}', b"X-Request-Id: abc", status=b"410 Gone")

    script = tmp_path / "pool.py"
    script.write_text(POOL)

    done = subprocess.run(
        [sys.executable, str(script), wire.url], capture_output=True, text=True, timeout=60
    )

    assert done.stdout == (
        'StatusError 410 abc b\'{"errorMessage": "gone"}\' gen_ai.summary 1 gone\n'
    ), done.stderr


POOL = """
import concurrent.futures, multiprocessing, sys
from elevatekit import Client, StatusError

def ask(url):
    with Client("a-token", base_url=url) as client:
        client.gen_ai.summary("00000000-0000-4000-8000-000000000001")

if __name__ == "__main__":
    context = multiprocessing.get_context("spawn")
    with concurrent.futures.ProcessPoolExecutor(1, context) as pool:
        try:
            pool.submit(ask, sys.argv[1]).result(60)
        except StatusError as e:
            print(type(e).__name__, e.status, e.request_id, e.body, e.operation, end=" ")
            print(len(e.attempts), e.error_message)
"""


def test_errors_in_a_group_are_told_apart_and_keep_their_notes() -> None:
    limit, drift = StatusError("m", response=ANSWER), DriftError("d", response=ANSWER, path="$.a")
    limit.add_note("in row 7")
    group = ExceptionGroup("rows", [limit, ValueError("x"), drift])

    ours, others = group.split(ElevateKitError)

    assert ours is not None
    assert others is not None
    twin = pickle.loads(pickle.dumps(ours))
    assert [type(error) for error in twin.exceptions] == [StatusError, DriftError]
    assert twin.exceptions[0].__notes__ == ["in row 7"]


def test_a_status_error_tells_what_the_server_said() -> None:
    error = StatusError("m", response=ANSWER, error_message="too many")

    assert (error.status, error.request_id, error.body) == (429, "abc", ANSWER.body)

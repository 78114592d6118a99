"""`auth="oauth2"`: tokens by client credentials, for both clients alike."""

from __future__ import annotations

import base64
import traceback
from typing import Any

import pytest

from elevatekit import Client
from elevatekit.operations import API
from elevatekit_plugins.builtin.auth.oauth2 import OAuth2Settings
from elevatekit_plugins.builtin.auth.renewed import Fresh, RenewedAuth, RenewedSettings
from elevatekit_plugins.errors import AuthError, ConfigError
from elevatekit_plugins.hooks.descriptors import AuthScheme
from elevatekit_plugins.host.manager import PluginHost
from elevatekit_plugins.messages import Request
from elevatekit_plugins.secrecy import Secret

SECRET = "sesame-open-wide"
BASIC = base64.b64encode(f"the+client:{SECRET}".encode()).decode()


def chosen(gateway: Any, **more: Any) -> dict[str, Any]:
    """The settings of a client."""
    settings = {
        "token_url": f"{gateway.origin}/oauth/token",
        "client_id": "the client",
        "client_secret": SECRET,
        **more,
    }
    return {
        "auth": "oauth2",
        "settings": {"oauth2": settings, "standard": {"base": 1e-6}},
    }


def test_one_token_is_got_for_all_and_one_more_when_it_is_refused(
    gateway: Any, caller: Any
) -> None:
    statuses = caller.read(50, 50, between=gateway.revoke, **chosen(gateway))

    assert statuses == [200] * 100
    assert gateway.logins == 2
    assert gateway.signed[0]["Authorization"].startswith("Bearer ")


def test_a_token_is_renewed_before_it_ends(gateway: Any, caller: Any) -> None:
    gateway.lifetime = 0

    assert caller.read(1, 1, 1, **chosen(gateway)) == [200] * 3
    assert (gateway.logins, gateway.refused) == (3, 0)


def test_what_is_asked_is_what_the_standard_says(gateway: Any, caller: Any) -> None:
    more = {"scope": "read write", "parameters": {"audience": "the api"}}

    caller.read(1, **chosen(gateway, **more))
    caller.read(1, **chosen(gateway, client_auth="post"))

    assert gateway.forms == [
        {"grant_type": "client_credentials", "scope": "read write", "audience": "the api"},
        {
            "grant_type": "client_credentials",
            "client_id": "the client",
            "client_secret": SECRET,
        },
    ]


def test_the_token_goes_into_the_header_that_is_named(gateway: Any, caller: Any) -> None:
    caller.read(1, **chosen(gateway, header="X-API-Token", scheme=""))

    assert "Authorization" not in gateway.signed[0]
    assert len(gateway.signed[0]["X-API-Token"]) == 36


REFUSALS = {
    "the client is unknown": (
        (401, {"error": "invalid_client", "error_description": f"{SECRET} {BASIC}"}),
        "answered 401: invalid_client",
        1,
    ),
    "a page": ((400, b"<html>"), r"answered 400; check \[plugins\.oauth2\]", 1),
    "no token": ((200, {"token": "x"}), "without a usable access_token", 1),
    "no JSON": ((200, b"<html>"), "without a usable access_token", 1),
    "a list": ((200, []), "without a usable access_token", 1),
    "a token with a line break": ((200, {"access_token": "a\r\nX: y"}), "usable access_token", 1),
    "a token that no header carries": (
        (200, {"access_token": "a" * 20_000}),
        "usable access_token",
        1,
    ),
    "more than a token": ((200, b" " * 300_000), "answered with 300000 bytes, which is not a", 1),
    "the secret where it is cut": (
        (400, {"error": "y" * 285 + SECRET}),
        r"answered 400: y+\*\*",
        1,
    ),
    "another kind": ((200, {"access_token": "a", "token_type": "mac"}), "of type 'mac'", 1),
    "it is down": ((503, b""), "answered 503$", 3),
    "it is busy": ((429, {"error": "slow_down"}), "answered 429: slow_down$", 3),
}


@pytest.mark.parametrize("case", REFUSALS)
def test_what_the_token_endpoint_says_is_no_answer_of_the_api(
    gateway: Any, caller: Any, case: str
) -> None:
    answer, says, times = REFUSALS[case]
    gateway.script = [answer] * times

    [error] = caller.read(1, **chosen(gateway))

    assert type(error) is AuthError
    with pytest.raises(AuthError, match=says):
        raise error
    assert f"{gateway.origin}/oauth/token" in str(error)
    assert error.temporary is (times > 1)
    assert (len(error.attempts), gateway.logins) == (times, times)
    assert (gateway.passed, gateway.refused) == (0, 0)
    shown = "".join(traceback.format_exception(error))
    assert SECRET[:8] not in shown
    assert BASIC not in shown


@pytest.mark.parametrize("lifetime", [10**400, "soon", -1], ids=["10**400", "soon", "-1"])
def test_a_lifetime_that_is_none_is_until_the_token_is_refused(
    gateway: Any, caller: Any, lifetime: Any
) -> None:
    gateway.lifetime = lifetime

    assert caller.read(2, **chosen(gateway)) == [200, 200]

    assert gateway.logins == 1


def test_a_token_endpoint_that_is_not_there_is_told_as_such(gateway: Any, caller: Any) -> None:
    settings = chosen(gateway, token_url="http://127.0.0.1:9/token")

    [error] = caller.read(1, **settings)

    assert type(error) is AuthError
    assert "http://127.0.0.1:9/token did not answer: " in str(error)
    assert error.temporary


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ({"token_url": "http://login.example.com/token"}, "must begin with https://"),
        ({"token_url": "ftp://127.0.0.1/token"}, "must begin with https://"),
        ({"token_url": "https://me:pw@login.example.com/"}, "not a valid URL"),
        ({"token_url": "https://login.example.com/to ken"}, "not a valid URL"),
        ({"token_url": "login.example.com"}, "not a valid URL"),
        ({"client_secret": "$env:NO_SUCH_SECRET"}, "NO_SUCH_SECRET"),
        ({"margin": -1}, "margin"),
        ({"client_secrets": "x"}, "did you mean client_secret"),
    ],
)
def test_settings_that_cannot_be_used_are_told_before_anything_is_sent(
    given: dict[str, Any], says: str
) -> None:
    settings = {"token_url": "https://login.example.com/", "client_id": "a", "client_secret": "b"}
    host = PluginHost(False, settings={"oauth2": settings | given})

    with pytest.raises(ConfigError, match=says):
        host.build(host.select(AuthScheme, "oauth2"), None)


def test_all_of_loopback_may_be_plain_http() -> None:
    for host in ("localhost", "127.0.0.2", "[::1]"):
        OAuth2Settings(token_url=f"http://{host}/", client_id="a", client_secret=Secret("b"))


def group_of(**settings: Any) -> Any:
    """What the calls of a client share with others of the same account."""
    limited = next(operation for operation in API.operations if operation.concurrency)
    scheme = settings.pop("auth", "oauth2")
    given = {
        "token_url": "https://login.example.com/",
        "client_id": "a",
        "client_secret": SECRET,
        **settings,
    }
    with Client(auth=scheme, settings={"oauth2": given}, plugins=False) as client:
        return client._runtime.group(limited)


@pytest.mark.parametrize("token", [None, "33333333-3333-4333-8333-333333333333"])
def test_clients_share_their_limits_only_where_they_sign_for_one_account(
    monkeypatch: pytest.MonkeyPatch, token: str | None
) -> None:
    """A token that is only in the environment signs nothing, and makes no two accounts one."""
    monkeypatch.delenv("ELEVATEKIT_TOKEN", raising=False)
    if token is not None:
        monkeypatch.setenv("ELEVATEKIT_TOKEN", token)

    one = group_of()

    assert group_of() is one
    assert group_of(client_id="b") is not one
    assert group_of(client_secret="another secret") is not one
    assert group_of(parameters={"audience": "b"}) is not one


def test_what_tells_accounts_apart_holds_no_secret() -> None:
    settings = {"token_url": "https://login.example.com/", "client_id": "a"}
    hosts = [
        PluginHost(False, settings={"oauth2": {**settings, "client_secret": secret}})
        for secret in (SECRET, "another secret")
    ]

    one, other = (host.fingerprint(host.select(AuthScheme, "oauth2")) for host in hosts)

    assert one != other
    assert len(one) == len(other) == 64


class TestRenewing:
    """With a clock of its own."""

    def make(self, *lifetimes: Any, margin: float = 60.0) -> None:
        self.now, self.asked, self.lifetimes = 1000.0, 0, list(lifetimes)
        settings = RenewedSettings(margin=margin)
        self.auth = RenewedAuth(self.fetch, settings, lambda: self.now)

    def fetch(self) -> Any:
        yield Request(operation="auth", method="POST", url="http://127.0.0.1/", purpose="auth")
        self.asked += 1
        life = self.lifetimes.pop(0)
        if isinstance(life, AuthError):
            raise life
        return Fresh(Secret(f"token-{self.asked}"), life)

    def refresh(self) -> bool:
        work = self.auth.refresh()
        next(work)
        with pytest.raises(StopIteration) as stop:
            work.send(None)
        return bool(stop.value.value)

    @property
    def signed(self) -> str:
        request = Request(operation="it", method="GET", url="http://127.0.0.1/")
        return dict(self.auth.sign(request).headers)["Authorization"]

    @pytest.mark.parametrize(
        ("lifetime", "due"), [(3600.0, 3540.0), (100.0, 50.0), (0.0, 0.0), (None, float("inf"))]
    )
    def test_it_is_due_before_its_end_and_not_before_half_of_its_life(
        self, lifetime: Any, due: float
    ) -> None:
        self.make(lifetime)
        assert self.auth.credential is None

        assert self.refresh()

        for passed, held in ((due - 0.5, True), (due, False)):
            self.now = 1000.0 + min(passed, 1e9)
            if passed >= 0:
                assert (self.auth.credential is not None) is (held or due == float("inf"))

    def test_one_that_cannot_be_renewed_is_used_as_long_as_it_lasts(
        self, caplog: pytest.LogCaptureFixture
    ) -> None:
        busy = AuthError("busy", temporary=True)
        self.make(100.0, busy, busy, 100.0)
        self.refresh()

        self.now += 55.0
        assert self.refresh()
        assert self.auth.credential == 1
        assert "is valid for 45 s more" in caplog.text
        self.now += 10.0
        assert self.auth.credential is None

        self.now += 35.0
        work = self.auth.refresh()
        next(work)
        with pytest.raises(AuthError, match="busy"):
            work.send(None)
        assert self.refresh()
        assert (self.auth.credential, self.signed) == (2, "Bearer token-4")

    def test_one_that_was_refused_is_not_used_on_when_there_is_no_other(self) -> None:
        self.make(3600.0, AuthError("gone"))
        self.refresh()

        work = self.auth.refresh()
        next(work)
        with pytest.raises(AuthError, match="gone"):
            work.send(None)

    def test_nothing_is_signed_without_a_token(self) -> None:
        self.make()

        with pytest.raises(AuthError, match="no token to sign with"):
            _ = self.signed

"""A gateway in front of the simulator: it hands out tokens, and lets nobody pass without one."""

from __future__ import annotations

import asyncio
import base64
import json
import threading
import uuid
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from http.client import HTTPConnection
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest

from elevatekit import AsyncClient, Client
from elevatekit.testing import chat
from elevatekit_plugins.testing.accounts import ACCOUNT

SECRET = "sesame-open-wide"
CLIENT = "the client"

Answer = tuple[int, Any]


class Gateway:
    """Two places that give tokens (OAuth 2, and a vault), and the API behind them.

    Args:
        uses: how many requests a token is good for.
    """

    def __init__(self, upstream: str) -> None:
        self.uses = 10**9
        self.lifetime: int | None = 3600
        self.logins = 0
        self.refused = 0
        self.passed = 0
        self.forms: list[dict[str, str]] = []
        self.signed: list[dict[str, str]] = []
        self.script: list[Answer] = []
        """What the next logins are answered instead."""
        self._left: dict[str, int] = {}
        self._lock = threading.Lock()
        self._upstream = urlsplit(upstream)
        gateway = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def _serve(self) -> None:
                length = int(self.headers.get("Content-Length") or 0)
                gateway.serve(self, self.rfile.read(length))

            do_GET = do_POST = do_DELETE = _serve

            def log_message(self, format: str, *args: Any) -> None:
                """Say nothing."""

        class Server(ThreadingHTTPServer):
            request_queue_size = 128

        self._server = Server(("127.0.0.1", 0), Handler)
        self.origin = f"http://127.0.0.1:{self._server.server_port}"
        self.base_url = self.origin + self._upstream.path
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,))
        self._thread.start()

    def stop(self) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    def revoke(self) -> None:
        """No token is good any more."""
        with self._lock:
            self._left.clear()

    def serve(self, handler: Any, body: bytes) -> None:
        if handler.path == "/oauth/token":
            status, answer = self._oauth(handler, body)
        elif handler.path == "/v1/auth/approle/login":
            status, answer = self._vault(json.loads(body))
        else:
            status, answer = self._api(handler, body)
        data = answer if isinstance(answer, bytes) else json.dumps(answer).encode()
        handler.send_response(status)
        handler.send_header("Content-Type", "application/json")
        handler.send_header("Content-Length", str(len(data)))
        handler.end_headers()
        handler.wfile.write(data)

    def _oauth(self, handler: Any, body: bytes) -> Answer:
        form = dict(parse_qsl(body.decode()))
        with self._lock:
            self.forms.append(form)
        scheme, _, basic = handler.headers.get("Authorization", "").partition(" ")
        pair = base64.b64decode(basic).decode() if scheme == "Basic" else ""
        given = pair or f"{form.get('client_id')}:{form.get('client_secret')}"
        right = given.replace("+", " ") == f"{CLIENT}:{SECRET}"
        return self._issue(
            right,
            lambda token: {
                "access_token": token,
                "token_type": "Bearer",
                "expires_in": self.lifetime,
            },
            (401, {"error": "invalid_client", "error_description": f"not {given}"}),
        )

    def _vault(self, login: dict[str, str]) -> Answer:
        return self._issue(
            login == {"role_id": "reader", "secret_id": SECRET},
            lambda token: {"auth": {"client_token": token}},
            (400, {"errors": [f"invalid secret id {login.get('secret_id')}"]}),
        )

    def _issue(self, right: bool, form: Callable[[str], Any], refusal: Answer) -> Answer:
        with self._lock:
            self.logins += 1
            if self.script:
                return self.script.pop(0)
            if not right:
                return refusal
            token = str(uuid.uuid5(uuid.NAMESPACE_URL, f"token {self.logins}"))
            self._left[token] = self.uses
        return 200, form(token)

    def _api(self, handler: Any, body: bytes) -> Answer:
        bearer = handler.headers.get("Authorization", "").removeprefix("Bearer ")
        token = bearer or handler.headers.get("X-API-Token", "")
        with self._lock:
            self.signed.append(dict(handler.headers))
            left = self._left.get(token, 0)
            if left <= 0:
                self.refused += 1
                return 401, {"errorMessage": "the token has expired"}
            self._left[token] = left - 1
            self.passed += 1
        connection = HTTPConnection(self._upstream.hostname or "", self._upstream.port, timeout=30)
        try:
            headers = {"X-API-Token": ACCOUNT, "Content-Type": "application/json"}
            connection.request(handler.command, handler.path, body or None, headers)
            response = connection.getresponse()
            return response.status, response.read()
        finally:
            connection.close()


@pytest.fixture
def gateway(elevatekit_simulator: Any) -> Iterator[Gateway]:
    gateway = Gateway(elevatekit_simulator.base_url)
    yield gateway
    gateway.stop()


class Caller:
    """A client of one kind or the other, which reads an interaction many times at once."""

    def __init__(self, gateway: Gateway, *, asynchronous: bool) -> None:
        self._gateway = gateway
        self._asynchronous = asynchronous
        with Client(ACCOUNT, base_url=gateway._upstream.geturl()) as client:
            self._id = client.interactions.declare(chat("customer: Hi!")).interaction_identifier

    def read(self, *rounds: int, between: Any = None, **settings: Any) -> list[Any]:
        """What came of so many reads at once, round after round: statuses, or errors."""
        settings.setdefault("base_url", self._gateway.base_url)
        settings.setdefault("plugins", False)
        if self._asynchronous:
            return asyncio.run(self._read_async(rounds, between, settings))
        results: list[Any] = []
        with Client(**settings) as client, ThreadPoolExecutor(50) as pool:

            def once(_: int) -> Any:
                try:
                    return client.raw.interactions.status(self._id).status
                except Exception as error:
                    return error

            for number, count in enumerate(rounds):
                if number and between:
                    between()
                results += pool.map(once, range(count))
        return results

    async def _read_async(self, rounds: Any, between: Any, settings: Any) -> list[Any]:
        results: list[Any] = []
        async with AsyncClient(**settings) as client:

            async def once() -> Any:
                try:
                    return (await client.raw.interactions.status(self._id)).status
                except Exception as error:
                    return error

            for number, count in enumerate(rounds):
                if number and between:
                    between()
                results += await asyncio.gather(*(once() for _ in range(count)))
        return results


@pytest.fixture(params=["sync", "async"])
def caller(request: pytest.FixtureRequest, gateway: Gateway) -> Caller:
    """Each test runs with the same plugins under both clients."""
    return Caller(gateway, asynchronous=request.param == "async")

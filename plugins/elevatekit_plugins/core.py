"""What a client and its children share: account, plugins, transport, and what calls run in."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable
from typing import Any, Generic, TypeVar

from elevatekit_plugins.api import Api, Operation
from elevatekit_plugins.calls.accounts import account_id
from elevatekit_plugins.calls.bucket import RetryBucket
from elevatekit_plugins.calls.contact import Contact
from elevatekit_plugins.calls.group import Group, shared_group
from elevatekit_plugins.calls.job import Runtime
from elevatekit_plugins.calls.quota import shared_ledger
from elevatekit_plugins.calls.refreshing import Refreshing
from elevatekit_plugins.checks import (
    check_base_url,
    check_max_bytes,
    check_parts,
    check_token,
)
from elevatekit_plugins.errors import ClosedError
from elevatekit_plugins.forks import in_each_child
from elevatekit_plugins.hooks.descriptors import (
    AuthContext,
    AuthScheme,
    NoSettings,
    RetryPolicySpec,
)
from elevatekit_plugins.host.manager import host_of
from elevatekit_plugins.host.selected import GuardedPolicy
from elevatekit_plugins.options import ClientSettings, check_names
from elevatekit_plugins.secrecy import Secret
from elevatekit_plugins.transport.protocol import MAX_BYTES

Tr = TypeVar("Tr")


class Core(Generic[Tr]):
    """The state that a client and the children of `with_options` share."""

    def __init__(
        self,
        api: Api,
        token: Secret | None,
        given: ClientSettings,
        transport: Tr | None,
        make_transport: Callable[[str, int], Tr],
    ) -> None:
        check_names("unknown client setting", given, ClientSettings, "token", "transport")
        self.api = api
        base_url = given.get("base_url")
        if base_url is None:
            base_url = os.environ.get(api.env("base_url"), api.base_url)
        self.base_url = check_base_url(base_url, plain_http=given.get("plain_http", False))
        secret = token or Secret.of(os.environ.get(api.env("token")))
        if secret is not None:
            check_token(secret, api.env("token"), encoded=api.key.scheme == "Basic")
        self.host = host_of(
            given.get("plugins", True),
            given.get("disable", ()),
            given.get("settings"),
            given.get("pins"),
        )
        auth, ledger = given.get("auth", "token"), given.get("ledger")
        context = AuthContext(token=secret, key=api.key, token_variable=api.env("token"))
        chosen = self.host.select(AuthScheme, auth)
        scheme = self.host.build(chosen, context)
        self._account = self._account_of(chosen, secret)
        self._groups: dict[str, Group] = {}
        if ledger is None:
            ledger = shared_ledger(self.base_url, self._account.reveal())
        check_parts("ledger", ledger, "asked", "spent", "reserve", "settle")
        self.runtime = Runtime(
            api=api,
            host=self.host,
            auth=scheme,
            refreshing=Refreshing(),
            policy=self.policy(given.get("retry", "standard")),
            ledger=ledger,
            account=account_id(self.base_url, self._account.reveal()),
            bucket=RetryBucket(),
            contact=Contact(),
            group=self._group,
        )
        self._transport = transport
        self._make_transport = make_transport
        self._max_bytes = check_max_bytes(given.get("max_bytes", MAX_BYTES))
        self.after_fork()
        in_each_child(self)
        self.closed = False

    def _account_of(self, scheme: AuthScheme, token: Secret | None) -> Secret:
        """A text that identifies the account which a scheme signs for: from its token or settings.

        Limits and budgets are the server's for an account, so its clients share them.
        """
        if scheme.settings is NoSettings:
            return token or Secret(scheme.name)
        given = "" if token is None else token.reveal()
        return Secret(f"{scheme.name} {self.host.fingerprint(scheme)} {given}")

    def after_fork(self) -> None:
        self._making = threading.Lock()  # another thread of the parent may have held it

    def policy(self, name: str) -> GuardedPolicy:
        """The retry policy of this name, built from its settings."""
        policy: GuardedPolicy = self.host.build(self.host.select(RetryPolicySpec, name))
        return policy

    def transport(self) -> Tr:
        """The transport, made at the first call: a TLS context costs some 20 ms."""
        if (transport := self._transport) is not None:
            return transport
        with self._making:  # threads that share a client may all make its first call, or close it
            if self.closed:
                raise ClosedError("the client is closed; create a new one")
            if self._transport is None:
                self._transport = self._make_transport(self.base_url, self._max_bytes)
            return self._transport

    def made(self) -> Tr | None:
        """The transport, if there is one to close."""
        return self._transport

    def _group(self, operation: Operation[Any]) -> Group | None:
        rule = operation.concurrency
        if rule is None:
            return None
        group = self._groups.get(rule.group)
        if group is None:
            group = shared_group(self.base_url, self._account.reveal(), rule.group, rule.limit)
            self._groups[rule.group] = group
        return group

    def shut(self) -> Tr | None:
        """Mark as closed; hands back the transport that there is to close."""
        with self._making:
            self.closed = True
            transport, self._transport = self._transport, None
            return transport

"""The auth scheme `command`: a token that a program prints, as the helpers of git and aws do.

It prints the token in a line of its own, or `{"token": …, "expires_at": …}`: an ISO 8601 time with
its zone, or seconds since 1970. It is run when a token is needed, and no shell is between. It has
ended when the program itself has: what it leaves running in the background is not waited for.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterable
from datetime import datetime
from pathlib import Path
from typing import Annotated, Final

import msgspec
from msgspec import Meta, Struct

from elevatekit_plugins.builtin.auth.renewed import (
    Fresh,
    RenewedAuth,
    RenewedSettings,
    Work,
    usable,
)
from elevatekit_plugins.builtin.auth.running import LIMIT, Ended, run
from elevatekit_plugins.errors import AuthError
from elevatekit_plugins.hooks.descriptors import Auth, AuthContext, AuthScheme, Blocking
from elevatekit_plugins.hooks.specs import hookimpl
from elevatekit_plugins.secrecy import Secret, redact

_SHOWN: Final = 500
"""Characters that are shown of what the program wrote to stderr: the last ones."""

log = logging.getLogger("elevatekit.auth")


class CommandSettings(RenewedSettings, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Settings of the scheme `command`."""

    argv: Annotated[tuple[str, ...], Meta(min_length=1)]
    """The program and its arguments: `["vault-token", "--role", "reader"]`."""
    timeout: Annotated[float, Meta(gt=0)] = 30.0
    """Seconds that it may take; a call that has less time left gives it that."""


class _Printed(Struct, frozen=True):
    token: str
    expires_at: datetime | float | None = None


class Helper:
    """Runs the program, and reads what it prints.

    Args:
        wall: seconds since 1970.
    """

    def __init__(self, settings: CommandSettings, wall: Callable[[], float] = time.time) -> None:
        self._settings, self._wall = settings, wall
        self._name = Path(settings.argv[0]).name
        self._given: tuple[str, ...] = ()
        """The last two tokens: it may speak of the old one while it renews it."""

    def fetch(self) -> Work:
        """A token.

        Raises:
            AuthError: the program failed, did not end, or printed none.
        """
        return self._read((yield Blocking(self._run)))

    def _run(self, left: float) -> Ended:
        limit = min(left, self._settings.timeout)
        try:
            ended = run(self._settings.argv, limit)
        except (OSError, ValueError) as error:
            raise self._failed(f"cannot be run: {error}") from None
        if len(ended.out) > LIMIT:
            raise self._failed(f"printed more than {LIMIT} bytes", ended)
        if ended.code is None:
            # A call that has more time left may well get one.
            cut = limit < self._settings.timeout
            raise self._failed(f"did not end within {limit:g} s", ended, temporary=cut)
        return ended

    def _read(self, ended: Ended) -> Fresh:
        if ended.code != 0:
            raise self._failed(f"ended with exit code {ended.code}", ended)
        text = ended.out.decode("utf-8", "replace").strip()
        if not text:
            raise self._failed("printed nothing", ended)
        printed = self._printed(text, ended)
        if not usable(printed.token):
            raise self._failed("printed something other than one token", ended)
        lifetime = self._lifetime(printed, ended)
        if lifetime is not None and lifetime <= 0:
            raise self._failed("printed a token that has expired", ended)
        self._given = (*self._given, printed.token)[-2:]
        said = _tail(ended.err, self._given)
        if said:
            log.warning("command: %s said: %s", self._name, said)
        return Fresh(Secret(printed.token), lifetime)

    def _printed(self, text: str, ended: Ended) -> _Printed:
        if not text.startswith("{"):
            return _Printed(text)
        try:
            return msgspec.json.decode(text, type=_Printed)
        except msgspec.DecodeError as error:
            # msgspec names the place and the types, never the value.
            why = f'did not print {{"token": …, "expires_at": …}}: {error}'
            raise self._failed(why, ended) from None

    def _lifetime(self, printed: _Printed, ended: Ended) -> float | None:
        end = printed.expires_at
        if isinstance(end, datetime):
            if end.tzinfo is None:
                raise self._failed("printed an expires_at without a time zone", ended)
            end = end.timestamp()
        return None if end is None else end - self._wall()

    def _failed(
        self, what: str, ended: Ended | None = None, *, temporary: bool = False
    ) -> AuthError:
        said = ""
        if ended is not None:
            printed = ended.out.decode("utf-8", "replace").replace('"', " ").split()
            said = _tail(ended.err, (*printed, *self._given))
        return AuthError(
            f"command: no token, nothing was sent: {self._name} {what}"
            f"{f' and said: {said}' if said else ''}; run it by hand, or check [plugins.command]",
            temporary=temporary,
        )


def _tail(stderr: bytes, secrets: Iterable[str]) -> str:
    said = " ".join(stderr.decode("utf-8", "replace").split())
    return redact(said, secrets)[-_SHOWN:]


def build(settings: CommandSettings, context: AuthContext) -> Auth:
    """The scheme with these settings. The program is not run before the first call."""
    return RenewedAuth(Helper(settings).fetch, settings)


@hookimpl
def elevatekit_register_auth_schemes() -> Iterable[AuthScheme]:
    """Register the scheme."""
    return [
        AuthScheme(
            name="command",
            summary="a token that your program prints, renewed before it expires",
            build=build,
            settings=CommandSettings,
        )
    ]

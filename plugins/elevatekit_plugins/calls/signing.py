"""Auth in one call: signs requests, and gets a new credential where the server refuses one."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator
from typing import Any, Final

from elevatekit_plugins.calls.effects import Steps
from elevatekit_plugins.errors import AuthError, ElevateKitError, TransportError
from elevatekit_plugins.hooks.descriptors import Blocking
from elevatekit_plugins.host.selected import GuardedAuth
from elevatekit_plugins.messages import Request, Response
from elevatekit_plugins.secrecy import header_secrets, redact

_NOTHING: Final = "nothing was sent, because the auth scheme has no credential: "


class NoCredential(Exception):
    """There is no credential to sign with: it needs a refresh first."""


class Signing:
    """The auth scheme of a client, as the host guards it, seen from one call."""

    __slots__ = ("_auth", "_signed", "before", "used")

    def __init__(self, auth: GuardedAuth) -> None:
        self._auth = auth
        self._signed: list[tuple[Request, Request]] = []
        self.used: Hashable = None
        """What the last request was signed with."""
        self.before = 0
        """How many refreshes had ended when it was signed."""

    @property
    def credential(self) -> Hashable:
        """What requests are signed with now."""
        return self._auth.credential

    def signed(self, request: Request, ended: int, *, force: bool) -> Request:
        """The request with the credential in it.

        Args:
            ended: how many refreshes have ended.
            force: whether to sign even if the scheme names no credential, as after a refresh.

        Raises:
            NoCredential: there is none.
            PluginError: the scheme failed.
        """
        self.before = ended
        self.used, signed = self._auth.signed(request, force)
        if signed is None:
            raise NoCredential
        self._signed.append((request, signed))
        return signed

    def scrub(self, error: BaseException) -> None:
        """Redact the credentials in an error and its causes: a server may echo one to say that it
        is wrong, and proxies and debugging pages echo whole requests."""
        secrets = self._secrets()
        for one in _chain(error):
            _scrub(one, secrets)

    def scrubbed(self, text: str) -> str:
        """A text without the credentials."""
        return redact(text, self._secrets())

    def _secrets(self) -> list[str]:
        return header_secrets(
            value
            for plain, signed in self._signed
            for name, value in signed.headers
            if (name, value) not in plain.headers
        )

    def refreshed(
        self, do: Callable[[Request | Blocking], Steps[Any]], check_time: Callable[[], object]
    ) -> Steps[bool]:
        """Get a new credential; whether there is one.

        Args:
            check_time: raises DeadlineExceededError where there is no time left. Then the scheme
                may still say what failed, and wish for nothing more: it could go on for ever.

        Raises:
            AuthError: there is none, and without one nothing can be sent.
            PluginError: the scheme failed.
        """
        wanted = self._auth.refresh()
        try:
            work = next(wanted)
            while True:
                try:
                    outcome = yield from do(work)
                except Exception as error:
                    work = wanted.throw(error)
                    check_time()
                else:
                    work = wanted.send(outcome)
        except StopIteration as stop:
            return bool(stop.value)
        except AuthError:
            raise
        except TransportError as error:
            if self.credential is None:
                raise AuthError(f"{_NOTHING}{error}", temporary=True) from error
            # That of the token's server is no error of this operation: its 401 is.
            return False
        finally:
            wanted.close()


def _chain(error: BaseException) -> Iterator[BaseException]:
    """An error, its causes and its contexts, each once."""
    seen: set[int] = set()
    due: list[BaseException | None] = [error]
    while due:
        one = due.pop()
        if one is not None and id(one) not in seen:
            seen.add(id(one))
            due += [one.__cause__, one.__context__]
            yield one


def _scrub(error: BaseException, secrets: list[str]) -> None:
    error.args = tuple(redact(a, secrets) if isinstance(a, str) else a for a in error.args)
    if isinstance(error, ElevateKitError):
        for name, value in vars(error).items():
            if isinstance(value, str):
                setattr(error, name, redact(value, secrets))
            elif isinstance(value, Response):
                setattr(error, name, value.without(secrets))

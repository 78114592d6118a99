"""A token that has to be got, is kept as long as it lasts, and renewed before it ends."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Generator, Hashable
from typing import Annotated, Any, Final

from msgspec import Meta, Struct, structs

from elevatekit_plugins.errors import AuthError
from elevatekit_plugins.hooks.descriptors import Blocking
from elevatekit_plugins.messages import Request
from elevatekit_plugins.secrecy import Secret, unsendable

PAUSE: Final = 10.0
"""Seconds until another try, where renewing ahead of time failed and the old token still lasts."""

LONGEST: Final = 16 * 1024
"""Characters of a token: no common server takes headers that are longer."""

log = logging.getLogger("elevatekit.auth")


class RenewedSettings(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How a token is sent, and when it is renewed."""

    header: str = "Authorization"
    """The header that carries the token."""
    scheme: str = "Bearer"
    """What stands before the token in it; empty: nothing."""
    margin: Annotated[float, Meta(ge=0)] = 60.0
    """Seconds before its end at which a token is renewed; half of its life at most."""


class Fresh(Struct, frozen=True):
    """A token that was just got."""

    token: Secret
    lifetime: float | None
    """Seconds from now on; None: until it is refused."""


Work = Generator[Request | Blocking, Any, Fresh]
"""What is to be done for a token. It raises AuthError where there is none to be had."""


class _Held(Struct, frozen=True):
    token: Secret
    number: int
    due: float
    """When it is time for the next one."""
    end: float


class RenewedAuth:
    """Signs with a token that `fetch` gets: at first use, before it ends, and after a 401.

    Args:
        clock: seconds, from any point.
    """

    def __init__(
        self,
        fetch: Callable[[], Work],
        settings: RenewedSettings,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._fetch, self._settings, self._clock = fetch, settings, clock
        self._held: _Held | None = None

    @property
    def credential(self) -> Hashable:
        held = self._held
        return None if held is None or self._clock() >= held.due else held.number

    def sign(self, request: Request) -> Request:
        held, settings = self._held, self._settings
        if held is None:
            raise AuthError("no token to sign with; it must be fetched before the first request")
        value = f"{settings.scheme} {held.token.reveal()}".strip()
        return request.with_header(settings.header, value)

    def refresh(self) -> Generator[Request | Blocking, Any, bool]:
        held, began = self._held, self._clock()
        ahead = held is not None and held.due <= began
        try:
            fresh = yield from self._fetch()
        except AuthError as error:
            now = self._clock()
            if held is None or not ahead or now >= held.end:
                raise
            log.warning("%s; the current token is valid for %.0f s more", error, held.end - now)
            self._held = structs.replace(held, due=min(held.end, now + PAUSE))
            return True
        # Counted from before it was asked for: rather too early than too late.
        life = float("inf") if fresh.lifetime is None else fresh.lifetime
        self._held = _Held(
            fresh.token,
            number=1 if held is None else held.number + 1,
            due=began + life - min(self._settings.margin, life / 2),
            end=began + life,
        )
        return True


def usable(token: str) -> bool:
    """Whether a header can carry it: visible ASCII, something, and no more than servers take."""
    return 0 < len(token) <= LONGEST and unsendable(token) is None

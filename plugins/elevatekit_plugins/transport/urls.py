"""URLs that httpx2 need not parse: parsing takes longer than the rest of making a request."""

from __future__ import annotations

import re
from typing import Any, Final

import httpx2

_AS_IT_IS: Final = re.compile(r"/[\w.~/?=&-]*", re.ASCII)
"""What goes on the wire as it stands: there is nothing to quote in it."""


class Urls:
    """Makes URLs of one known server quickly; httpx2 parses all others."""

    def __init__(self, base_url: str) -> None:
        base = httpx2.URL(base_url)
        self._server = base.raw_scheme, base.raw_host, base.port, base.netloc
        scheme, _, rest = base_url.partition("://")
        self._prefix = f"{scheme}://{rest.partition('/')[0]}"

    def of(self, url: str) -> httpx2.URL:
        """
        Raises:
            httpx2.InvalidURL: it is none.
        """
        if url.startswith(self._prefix):
            target = url[len(self._prefix) :]
            if _AS_IT_IS.fullmatch(target) and "/." not in target:
                return _Known(url, self._server, target.encode("ascii"))
        return httpx2.URL(url)


class _Known(httpx2.URL):
    """A URL whose parts are known. All else about it is found out where somebody asks for it."""

    def __init__(
        self, url: str, server: tuple[bytes, bytes, int | None, bytes], target: bytes
    ) -> None:
        self._url, self._server, self._target = url, server, target

    @property
    def raw_scheme(self) -> bytes:
        return self._server[0]

    @property
    def raw_host(self) -> bytes:
        return self._server[1]

    @property
    def port(self) -> int | None:
        return self._server[2]

    @property
    def netloc(self) -> bytes:
        return self._server[3]

    @property
    def raw_path(self) -> bytes:
        return self._target

    def __getattr__(self, name: str) -> Any:
        # Only what httpx2 keeps of a URL that it has parsed is missing, and looked for here.
        if name.startswith("__"):
            raise AttributeError(name)
        super().__init__(self._url)
        return self.__getattribute__(name)

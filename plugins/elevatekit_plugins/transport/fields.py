"""Header fields that httpx2 need not take apart: only what is written on the wire is made."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import httpx2


class SentHeaders(httpx2.Headers):
    """The header fields of a request. httpx2's own table of them is made where somebody asks."""

    def __init__(self, fields: Iterable[tuple[str, str]]) -> None:
        self._fields = [(name.encode("ascii"), value.encode("ascii")) for name, value in fields]
        self._asked = False

    @property
    def raw(self) -> list[tuple[bytes, bytes]]:
        return super().raw if self._asked else self._fields  # who asked may have changed it

    def __getattr__(self, name: str) -> Any:
        # Only what httpx2 keeps of the fields is missing, and looked for here.
        if name.startswith("__"):
            raise AttributeError(name)
        self._asked = True
        super().__init__(self._fields)
        return self.__getattribute__(name)

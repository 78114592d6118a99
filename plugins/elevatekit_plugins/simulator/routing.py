"""Finds the operation of a path in a few dictionary look-ups."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from urllib.parse import urlsplit

from msgspec import Struct

from elevatekit_plugins.simulator.contract import Contract


class Found(Struct, frozen=True):
    """The operation of a request, and the parameters in its path."""

    contract: Contract
    values: Mapping[str, str]


class Router:
    """All routes below the path of the base URL (`/v1`)."""

    def __init__(self, base_url: str, contracts: Iterable[Contract]) -> None:
        self.prefix = urlsplit(base_url).path.rstrip("/")
        self._root = _Node()
        for contract in contracts:
            node = self._root
            for segment in _segments(contract.operation.path):
                node = node.step(segment)
            node.contracts[contract.operation.method] = contract

    def find(self, method: str, path: str) -> Found | tuple[str, ...]:
        """The operation; where there is none, the methods that the path has, maybe none."""
        if not path.startswith(f"{self.prefix}/"):
            return ()
        node, values = self._root, list[str]()
        for segment in _segments(path[len(self.prefix) :]):
            inner = node.inner.get(segment)
            if inner is None:
                inner = node.parameter
                values.append(segment)
            if inner is None:
                return ()
            node = inner
        contract = node.contracts.get(method)
        if contract is None:
            return tuple(sorted(node.contracts))
        return Found(contract, dict(zip(_names(contract), values, strict=True)))


class _Node:
    __slots__ = ("contracts", "inner", "parameter")

    def __init__(self) -> None:
        self.inner: dict[str, _Node] = {}
        self.parameter: _Node | None = None
        self.contracts: dict[str, Contract] = {}

    def step(self, segment: str) -> _Node:
        """The node behind a segment of a template, made where there is none."""
        if not segment.startswith("{"):
            return self.inner.setdefault(segment, _Node())
        self.parameter = self.parameter or _Node()
        return self.parameter


def _names(contract: Contract) -> list[str]:
    return [s[1:-1] for s in _segments(contract.operation.path) if s.startswith("{")]


def _segments(path: str) -> list[str]:
    return path.removeprefix("/").split("/")

"""Finds the operation of a path in a few dictionary look-ups."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Final
from urllib.parse import urlsplit

from msgspec import Struct

from elevatekit_plugins.simulator.contract import Contract

_PARAMETER: Final = re.compile(r"\{([^{}]*)\}")


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
                inner = node.below(segment, values)
            if inner is None:
                return ()
            node = inner
        contract = node.contracts.get(method)
        if contract is None:
            return tuple(sorted(node.contracts))
        return Found(contract, dict(zip(_names(contract), values, strict=True)))


class _Node:
    __slots__ = ("contracts", "inner", "parameter", "patterns")

    def __init__(self) -> None:
        self.inner: dict[str, _Node] = {}
        self.parameter: _Node | None = None
        self.patterns: dict[re.Pattern[str], _Node] = {}
        """Segments in which a parameter stands beside a text: `{day}.csv`."""
        self.contracts: dict[str, Contract] = {}

    def step(self, segment: str) -> _Node:
        """The node behind a segment of a template, made where there is none."""
        if "{" not in segment:
            return self.inner.setdefault(segment, _Node())
        if not _PARAMETER.fullmatch(segment):
            texts = map(re.escape, _PARAMETER.split(segment)[::2])
            return self.patterns.setdefault(re.compile("(.+)".join(texts)), _Node())
        self.parameter = self.parameter or _Node()
        return self.parameter

    def below(self, segment: str, values: list[str]) -> _Node | None:
        """The node behind a segment with parameters, whose values are added."""
        for pattern, node in self.patterns.items():
            if found := pattern.fullmatch(segment):
                values += found.groups()
                return node
        if self.parameter is not None:
            values.append(segment)
        return self.parameter


def _names(contract: Contract) -> list[str]:
    return _PARAMETER.findall(contract.operation.path)


def _segments(path: str) -> list[str]:
    return path.removeprefix("/").split("/")

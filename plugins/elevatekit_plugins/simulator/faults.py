"""Answers that are sent instead of the right ones: by operation and by nth call."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Annotated, Any

import msgspec
from msgspec import Meta, Struct

from elevatekit_plugins.api import Api


class Fault(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One rule: the nth call of an operation is answered with this."""

    operation: str
    nth: Annotated[int, Meta(ge=1)] = 1
    """Which call, counted from 1 since the faults were set."""
    times: Annotated[int, Meta(ge=1)] = 1
    """How many calls in a row, from the nth on."""
    status: Annotated[int, Meta(ge=200, le=599)]
    body: Any = None
    """A string is sent as it is; anything else as JSON. None: the documented error body."""
    headers: Mapping[str, str] = {}
    after: bool = False
    """Whether the call is carried out first, so that its true answer is lost."""


class Faults:
    """The rules of one simulator, and how often each operation was called."""

    def __init__(self, api: Api) -> None:
        self._api = api
        self.set(())

    def set(self, rules: Sequence[Fault]) -> None:
        """Replace all rules and count calls from nothing.

        Raises:
            ValueError: a rule names an operation that does not exist.
        """
        for rule in rules:
            try:
                self._api.operation(rule.operation)
            except KeyError as error:
                raise ValueError(
                    f"a fault names no operation of the API: {error.args[0]}"
                ) from None
        self._rules = tuple(rules)
        self._calls: Counter[str] = Counter()
        self._fired: set[int] = set()

    def due(self, operation: str) -> Fault | None:
        """Count a call, and give the rule that it meets; of several the first."""
        if not self._rules:
            return None
        self._calls[operation] += 1
        count = self._calls[operation]
        for index, rule in enumerate(self._rules):
            if rule.operation == operation and rule.nth <= count < rule.nth + rule.times:
                self._fired.add(index)
                return rule
        return None

    @property
    def unfired(self) -> tuple[Fault, ...]:
        """The rules that no call has met so far."""
        return tuple(r for index, r in enumerate(self._rules) if index not in self._fired)


def read(path: Path) -> list[Fault]:
    """Read a JSON file: a list of rules.

    Raises:
        OSError: the file cannot be read.
        ValueError: it is no such list; the message says where and why.
    """
    try:
        return msgspec.json.decode(path.read_bytes(), type=list[Fault])
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise ValueError(f"the fault file {path} cannot be used: {error}") from None

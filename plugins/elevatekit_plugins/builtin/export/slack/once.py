"""Steps that cannot be undone, each taken once for what is delivered, over any number of runs."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Mapping
from typing import Final

import msgspec
from msgspec import Struct

from elevatekit_plugins.builtin.export.slack.refusals import RefusedError, UnsureError
from elevatekit_plugins.hooks.descriptors import Memo

_NAME: Final = "delivery"


class _Delivery(Struct, frozen=True):
    content: str
    """The hash of what is delivered, and where."""
    steps: Mapping[str, str | None]
    """Each step that was begun: what came of it, or null where that was never told."""


class Once:
    """The steps of one delivery, as the memo knows them.

    Args:
        content: tells one delivery from another. For a new one nothing has been done.
        repeat: whether to forget what was done.
    """

    def __init__(self, memo: Memo, content: str, *, repeat: bool) -> None:
        self._memo = memo
        self._delivery = _Delivery(content, {})
        with contextlib.suppress(msgspec.DecodeError):
            known = msgspec.json.decode(memo.get(_NAME) or "null", type=_Delivery | None)
            if known is not None and known.content == content and not repeat:
                self._delivery = known
        self.did_something = False
        """Whether a step was taken now, and not by an earlier run."""

    def has(self, step: str) -> bool:
        """Whether the step was taken, for certain."""
        return self._delivery.steps.get(step) is not None

    def check(self, step: str) -> None:
        """
        Raises:
            UnsureError: an earlier run was cut off while it took the step.
        """
        if step in self._delivery.steps and not self.has(step):
            raise UnsureError("an earlier export started it and did not learn the outcome")

    def take(self, step: str, act: Callable[[], str]) -> str:
        """What comes of a step, now or when it was taken. It is written down before it begins.

        Raises:
            UnsureError: it may have been taken, now or by an earlier run that was cut off.
            RefusedError: it was not taken; a later run takes it.
        """
        self.check(step)
        before = self._delivery.steps
        if (known := before.get(step)) is not None:
            return known
        self._keep({**before, step: None})
        try:
            result = act()
        except RefusedError:
            self._keep(before)
            raise
        self._keep({**before, step: result})
        self.did_something = True
        return result

    def _keep(self, steps: Mapping[str, str | None]) -> None:
        self._delivery = _Delivery(self._delivery.content, steps)
        self._memo.set(_NAME, msgspec.json.encode(self._delivery).decode())

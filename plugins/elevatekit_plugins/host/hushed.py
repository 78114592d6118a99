"""Keeps the secrets of a plugin out of whatever it raises, before anybody sees that.

An error is shown in many places: in a log, a report, a trace, a traceback, another error's message.
So it is done once, around the function of the plugin, and not where errors are shown.
"""

from __future__ import annotations

import traceback
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from functools import wraps
from typing import Any, Final, cast

from elevatekit_plugins.secrecy import redact

_TEXTS: Final = ("filename", "filename2", "strerror", "msg", "text", "reason", "name", "path")
"""What built-in exceptions keep beside their arguments, and show."""


def hushed(function: Callable[..., Any], secrets: Sequence[str]) -> Callable[..., Any]:
    """The function; no error of it shows one of these texts."""
    if not secrets:
        return function

    @wraps(function)
    def call(*arguments: object) -> object:
        try:
            return function(*arguments)
        except BaseException as error:
            told = hush(error, secrets)
            if told is error:
                raise
            raise told from None

    return call


def hush(error: BaseException, secrets: Sequence[str]) -> BaseException:
    """An error with none of these texts in it: the same one, unless it cannot be told without.

    What it came from is changed, too, or forgotten.
    """
    for one in _all_of(error, set()):
        _mask(one, secrets)
    if _shows(error, secrets):
        error.__cause__ = error.__context__ = None
    if isinstance(error, Exception) and _shows(error, secrets):
        return RuntimeError(f"{type(error).__name__}, not shown because it contains a secret")
    return error


def _shows(error: BaseException, secrets: Sequence[str]) -> bool:
    shown = "".join(traceback.format_exception(error))
    return redact(shown, secrets) != shown


def _all_of(error: BaseException, seen: set[int]) -> Iterator[BaseException]:
    """An error, and all that it came from."""
    if id(error) not in seen:
        seen.add(id(error))
        yield error
        parts: Iterable[object] = getattr(error, "exceptions", ())
        for one in (error.__cause__, error.__context__, *parts):
            if isinstance(one, BaseException):
                yield from _all_of(one, seen)


def _mask(error: BaseException, secrets: Sequence[str]) -> None:
    error.args = tuple(_masked(value, secrets) for value in error.args)
    for name in {*_TEXTS, *vars(error)}:
        with suppress(Exception):  # not every error has it, or lets it be set
            value: object = getattr(error, name)
            if type(value) in (str, list):
                setattr(error, name, _masked(value, secrets))


def _masked(value: object, secrets: Sequence[str]) -> object:
    if isinstance(value, str):
        return redact(value, secrets)
    if isinstance(value, list):
        return [_masked(one, secrets) for one in cast("list[object]", value)]
    with suppress(Exception):  # of the repr of anything
        shown = repr(value)
        told = redact(shown, secrets)
        return value if told == shown else told
    return value

"""One setting of a plugin: from what the user wrote to the type that the plugin declared.

No message shows what was written: it may be a secret, in the wrong place.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Literal, cast, get_args, get_origin

import msgspec
from msgspec import Struct

from elevatekit_plugins.errors import ConfigError
from elevatekit_plugins.host.references import Fence, MissingSecret, UnresolvedError, resolve
from elevatekit_plugins.secrecy import Secret, redact, spellings


class Given(Struct, frozen=True):
    """What the user wrote."""

    value: object
    source: str
    """Where."""
    fence: Fence | None = None
    """What it may refer to."""
    text: bool = False
    """Whether it could not be anything but text where it was written."""


def converted(what: str, type_: Any, given: Given) -> object:
    """What a setting stands for.

    Where it could only be written as text, numbers are read from it, and lists and tables from
    JSON. A secret that is empty or not there is an error when it is revealed.

    Args:
        what: the setting, as messages name it.

    Raises:
        ConfigError: it does not fit, or refers to something that is not there.
    """
    try:
        value = resolve(given.value, given.fence)
    except UnresolvedError as error:
        message = f"{what}: {error} (from {given.source})"
        if isinstance(given.value, str) and error.absent and _holds_secret(type_):
            return MissingSecret(message)
        raise ConfigError(message) from None
    if value == "" and _holds_secret(type_):
        return MissingSecret(f"{what} is empty (from {given.source})")
    text = given.text or (isinstance(given.value, str) and value is not given.value)
    try:
        return _read(value, type_) if text else _fit(value, type_)
    except msgspec.ValidationError as error:
        # msgspec shows what is none of the allowed values, and what a type of the plugin says.
        hidden = [text for one in _texts(value) for text in spellings(one)]
        told = redact(f"{what}{_place(error)}", hidden)
        raise ConfigError(f"{told}{_hint(type_, text)} (from {given.source})") from None


def as_secret(type_: type[Any], value: object) -> object:
    """A `dec_hook` for msgspec that makes secrets of strings."""
    if type_ is not Secret:
        raise NotImplementedError(f"settings cannot hold a {type_.__name__}")
    if isinstance(value, Secret):
        return value
    if not isinstance(value, str):
        # msgspec adds the place and makes it its own error.
        raise TypeError(f"Expected `str`, got `{type(value).__name__}`")
    return Secret(value)


def secrets_in(settings: object) -> Sequence[str]:
    """What must not be shown, wherever it stands in settings."""
    found: list[str] = []

    def hide(value: object) -> object:
        if isinstance(value, Secret) and not isinstance(value, MissingSecret):
            found.append(value.reveal())
        return None

    msgspec.to_builtins(settings, enc_hook=hide)
    return found


def _fit(value: object, type_: Any, *, strict: bool = True) -> object:
    fitting: object = msgspec.convert(value, type_, strict=strict, dec_hook=as_secret)
    return fitting


def _read(value: object, type_: Any) -> object:
    try:
        return _fit(value, type_, strict=False)
    except msgspec.ValidationError:
        try:
            document: object = msgspec.json.decode(cast("str", value))
        except (msgspec.DecodeError, TypeError):
            document = value
        return _fit(document, type_)


def _hint(type_: Any, text: bool) -> str:
    if get_origin(type_) is Literal:
        return f"; allowed: {', '.join(map(str, get_args(type_)))}"
    return "; write a list or a table as JSON" if text and _many(type_) else ""


def _many(type_: Any) -> bool:
    return get_origin(type_) in (list, tuple, dict, set, frozenset)


def _texts(value: object) -> Iterator[str]:
    if isinstance(value, Mapping):
        value = [*cast("Mapping[object, object]", value).values()]
    if isinstance(value, Secret):
        value = "" if isinstance(value, MissingSecret) else value.reveal()
    if isinstance(value, str):
        yield value
    elif isinstance(value, Sequence):
        for one in cast("Sequence[object]", value):
            yield from _texts(one)


def _holds_secret(type_: Any) -> bool:
    return type_ is Secret or any(map(_holds_secret, get_args(type_)))


def _place(error: msgspec.ValidationError) -> str:
    what, _, path = str(error).partition(" - at ")
    return f"{path.strip('`').removeprefix('$')}: {what}" if path else f": {what}"

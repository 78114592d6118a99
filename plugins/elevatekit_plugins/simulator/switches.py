"""Behaviour that nobody outside the vendor knows, each as a named setting.

A default is the best reading of the documentation. A switch that chooses a status only chooses
among those that the spec documents for an operation; where it documents another one, that is
sent. (Undocumented statuses are what faults are for.)
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated, Literal

import msgspec
from msgspec import Meta, Struct

from elevatekit_plugins.api import did_you_mean


class Switches(
    Struct,
    frozen=True,
    kw_only=True,
    forbid_unknown_fields=True,
    rename=lambda name: name.replace("_", ".", 1),
):
    """Every switch. Outside of Python the first word ends in a dot: `audio.unprocessed_status`."""

    audio_unprocessed_status: Annotated[
        Literal[400, 404, 409, 422],
        Meta(description="The status of a generative request for audio that is not processed."),
    ] = 409
    limit_retry_after: Annotated[
        Annotated[int, Meta(ge=0)] | None,
        Meta(description="Seconds in the Retry-After header of a 429; null: no such header."),
    ] = None
    ask_failed_counts: Annotated[
        bool, Meta(description="Whether an error response uses up one of the errors of a budget.")
    ] = True
    ask_exhausted_status: Annotated[
        Literal[409, 422, 429],
        Meta(description="The status of a question when the budget is spent."),
    ] = 422
    upload_status: Annotated[
        Literal[200, 201], Meta(description="The status of an accepted upload.")
    ] = 201
    upload_any_part: Annotated[
        bool,
        Meta(description="Whether an upload may name its part otherwise than the spec says."),
    ] = False
    transcript_unready_status: Annotated[
        Literal[204, 404],
        Meta(description="The status of a transcript that does not exist, or not yet."),
    ] = 204


def names() -> list[str]:
    """The names of all switches as they are written on the command line."""
    return [field.encode_name for field in msgspec.structs.fields(Switches)]


def parse(settings: Iterable[str]) -> Switches:
    """Read `NAME=VALUE` settings; a value is JSON (`422`, `false`, `null`).

    Raises:
        ValueError: a setting has no `=`, an unknown name, or a value that the switch cannot take.
    """
    values: dict[str, object] = {}
    for setting in settings:
        name, equals, text = setting.partition("=")
        if not equals:
            raise ValueError(f"the switch setting {setting!r} has no value: write NAME=VALUE")
        if name not in names():
            known = ", ".join(names())
            hint = did_you_mean(name, names()) or f"; there are {known}"
            raise ValueError(f"there is no switch {name!r}{hint}")
        try:
            values[name] = msgspec.json.decode(text)
            msgspec.convert({name: values[name]}, Switches)
        except (msgspec.DecodeError, msgspec.ValidationError) as error:
            raise ValueError(f"the switch {name} cannot be {text!r}: {error}") from None
    return msgspec.convert(values, Switches)

"""One call and its answer, free of HTTP."""

from __future__ import annotations

from collections.abc import Mapping

from msgspec import UNSET, Struct

from elevatekit_plugins.simulator.audio import AudioReader
from elevatekit_plugins.simulator.contract import Contract
from elevatekit_plugins.simulator.state import Interaction


class Call(Struct, frozen=True, kw_only=True):
    """One request that passed all checks."""

    contract: Contract
    token: str
    interaction: Interaction | None = None
    """The one that the path names, if the operation is about one."""
    body: object = None
    language: str | None = None
    """The Accept-Language header, for operations that document it."""
    audio: AudioReader | None = None
    """The file of an upload."""


class Reply(Struct, frozen=True, kw_only=True):
    """What is answered."""

    status: int
    body: object = UNSET
    """What is sent as JSON; a text or bytes as they are. UNSET: nothing."""
    media: str | None = None
    """The media type, where it is not to be seen from the body; a text that is JSON is quoted."""
    headers: Mapping[str, str] = {}
    counted: bool = True
    """Whether an error may be counted in a budget."""

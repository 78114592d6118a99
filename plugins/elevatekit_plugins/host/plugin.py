"""A plugin as the host sees it, from the entry point to the hooks that it listens to."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from elevatekit_plugins.host.discovery import Candidate
from elevatekit_plugins.host.implementation import Implementation

Status = Literal["active", "disabled", "failed", "unloaded"]


class Plugin:
    """A plugin that the host knows of, loaded or not."""

    def __init__(self, candidate: Candidate, disabled: str | None) -> None:
        self.candidate = candidate
        self.status: Status = "unloaded" if disabled is None else "disabled"
        self.reason = disabled
        self.implementations: Sequence[Implementation] = ()
        self.provides: list[tuple[str, str]] = []
        """Kind and name of each registered descriptor."""
        self.secrets: Sequence[str] = ()
        """What it was told in settings, as errors may show it."""
        self.load_ms = 0.0
        """Milliseconds that it took to import it and to collect what it registers."""
        self.api_version: int | None = None
        """The version of the plugin API that it was written for; None before it is loaded."""

    @property
    def name(self) -> str:
        return self.candidate.name

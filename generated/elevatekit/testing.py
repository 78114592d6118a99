# Made by `elevatekit-codegen generate` from the spec. Do not edit: change the spec or a template.
"""For test suites: scripted responses, a simulator for a `with` block, the types of the fixtures.

It requires the extra `pytest`; import it only in tests.
"""

from __future__ import annotations

from contextlib import AbstractContextManager
from typing import Any, Unpack

from elevatekit.client import AsyncClient, Client
from elevatekit.operations import API
from elevatekit_plugins.options import ClientSettings
from elevatekit_plugins.testing import public
from elevatekit_plugins.testing.public import (
    ACCOUNT,
    Fault,
    FaultPlan,
    Scene,
    ScriptError,
    Simulator,
    VirtualClock,
)

__all__ = [
    "ACCOUNT",
    "Fault",
    "FaultPlan",
    "Scene",
    "ScriptError",
    "Scripted",
    "Simulator",
    "VirtualClock",
    "chat",
    "simulator",
]


def simulator(**scene: Unpack[Scene]) -> AbstractContextManager[Simulator]:
    """A simulator on a free loopback port, for the duration of the `with` block.

    Args:
        scene: as in the mark `elevatekit`: status, quota, switches, faults, progress.

    Raises:
        ConfigError: one of them is invalid.
        AssertionError: a fault never fired, or the simulator broke the spec; when the block ends.
    """
    return public.serve(API, **scene)


def chat(*lines: str) -> Any:
    """The body that declares a chat: `chat("customer: My money back!", "agent: It is sent.")`.

    Raises:
        ArgumentError: no lines, or a line without a speaker.
    """
    return public.chat(API, *lines)


class Scripted(public.Script):
    """Scripted responses to the calls of a client, checked against the spec when added."""

    def __init__(self) -> None:
        super().__init__(API)

    def client(self, **settings: Unpack[ClientSettings]) -> Client:
        """A `Client` that this script answers. It does not wait between attempts."""
        return Client(self.account, transport=self.transport, **self.settings(settings))

    def async_client(self, **settings: Unpack[ClientSettings]) -> AsyncClient:
        """An `AsyncClient` that this script answers."""
        return AsyncClient(self.account, transport=self.async_transport, **self.settings(settings))

"""What the module `testing` of a generated package hands out. It needs the extra `pytest`."""

from __future__ import annotations

from elevatekit_plugins.errors import missing_extra

try:
    from elevatekit_plugins.simulator.clock import VirtualClock
    from elevatekit_plugins.simulator.faults import Fault
    from elevatekit_plugins.simulator.server import Simulator
    from elevatekit_plugins.testing.scripted.script import Script, ScriptError
    from elevatekit_plugins.testing.staging import FaultPlan, serve
except ModuleNotFoundError as error:
    raise missing_extra("the module testing", error, "pytest") from None
from elevatekit_plugins.testing.accounts import ACCOUNT
from elevatekit_plugins.testing.chats import chat
from elevatekit_plugins.testing.scene import Scene

__all__ = [
    "ACCOUNT",
    "Fault",
    "FaultPlan",
    "Scene",
    "Script",
    "ScriptError",
    "Simulator",
    "VirtualClock",
    "chat",
    "serve",
]

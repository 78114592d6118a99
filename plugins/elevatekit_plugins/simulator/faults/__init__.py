"""Faults: scheduled errors in responses and connections."""

from elevatekit_plugins.simulator.faults.catalogue import KINDS
from elevatekit_plugins.simulator.faults.file import decode, read
from elevatekit_plugins.simulator.faults.rules import Fault
from elevatekit_plugins.simulator.faults.schedule import Faults

__all__ = ["KINDS", "Fault", "Faults", "decode", "read"]

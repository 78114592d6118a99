"""Answers and connections that go wrong on purpose: which call meets which fault, and how."""

from elevatekit_plugins.simulator.faults.catalogue import KINDS
from elevatekit_plugins.simulator.faults.file import decode, read
from elevatekit_plugins.simulator.faults.rules import Fault
from elevatekit_plugins.simulator.faults.schedule import Faults

__all__ = ["KINDS", "Fault", "Faults", "decode", "read"]

"""What every test has: the canary that watches it, and servers of plain sockets."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from .canary import pytest_configure as pytest_configure
from .canary import pytest_sessionstart as pytest_sessionstart
from .wires import WireServer


@pytest.fixture
def wire() -> Iterator[WireServer]:
    """A server that says what a test tells it to."""
    server = WireServer()
    yield server
    server.stop()


@pytest.fixture
def second_wire() -> Iterator[WireServer]:
    """Another one."""
    server = WireServer()
    yield server
    server.stop()

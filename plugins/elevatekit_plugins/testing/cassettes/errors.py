"""What is wrong with a cassette."""

from __future__ import annotations

from elevatekit_plugins.errors import ElevateKitError


class CassetteError(ElevateKitError):
    """A cassette cannot be read, must not be written, or is asked for in a way that cannot work."""

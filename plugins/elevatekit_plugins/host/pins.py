"""Which distributions the user has pinned: what code says, the environment, and the files."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Mapping
from typing import Final, cast

from elevatekit_plugins.errors import ConfigError
from elevatekit_plugins.host.discovery import COMMANDS, Candidate, canonical, installed
from elevatekit_plugins.host.misspelt import warn_of_unknown

PINS: Final = "ELEVATEKIT_PLUGIN_PINS"
"""Environment: `acme-vault=sha256:…,other=sha256:…`."""
_PIN: Final = re.compile(r"sha256:[0-9a-f]{64}")


def wanted_pins(
    given: object, configured: Mapping[str, str], candidates: Iterable[Candidate]
) -> Mapping[str, str]:
    """Canonical name of a distribution to its pin: from `pins=`, else the environment, else files.

    Raises:
        ConfigError: something there is no pin.
    """
    if not isinstance(given, Mapping):
        raise ConfigError(f"pins= must map names of distributions to pins, not {given!r}")
    said = (word.partition("=") for word in os.environ.get(PINS, "").split(",") if word.strip())
    environment = {name.strip(): pin.strip() for name, _, pin in said}
    arguments = cast("Mapping[object, object]", given)
    there = (*candidates, *installed(COMMANDS))
    known = {canonical(c.distribution) for c in there if c.metadata is not None}
    found: dict[str, str] = {}
    for source, table in (("[pins]", configured), (PINS, environment), ("pins=", arguments)):
        named = {canonical(str(name)): value for name, value in table.items()}
        for name, value in named.items():
            if not isinstance(value, str) or not _PIN.fullmatch(value):
                raise ConfigError(
                    f"{source}: {value!r} is not a pin of {name}; `elevatekit plugins pin {name}`"
                    " prints it"
                )
            found[name] = value
        warn_of_unknown(named, source, known, "distribution with a plugin")
    return found

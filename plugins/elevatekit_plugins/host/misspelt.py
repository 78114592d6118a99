"""Names that nothing has: each is told once a process, with its source and the nearest name.

What is asked for by name and not there is an error where it is asked for. What is named to be left
out, allowed, pinned or set up is no error, as a file may be shared with people who have other
plugins. But silence would let run what somebody meant to stop.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable

from elevatekit_plugins.api import did_you_mean
from elevatekit_plugins.host.discovery import told

log = logging.getLogger("elevatekit.plugins")


def warn_of_unknown(
    names: Iterable[str], source: str, known: Iterable[str], what: str = "plugin"
) -> None:
    """Say which of the names that a source has belong to nothing that is installed.

    Args:
        what: they are names of.
    """
    there = sorted(set(known))
    for name in names:
        if name not in there:
            text = f"{source} names {name!r}, but no {what} of that name is installed"
            text += did_you_mean(name, there) or f" (available: {', '.join(there) or 'none'})"
            if text not in told():
                told().add(text)
                log.warning("%s", text)

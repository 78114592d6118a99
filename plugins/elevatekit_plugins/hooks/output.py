"""Standard output for data, apart from what anybody prints.

The command line keeps the real one by reference and lets everybody else print to stderr
(`cli.stdout`). Who is asked to write to standard output, as in `--to jsonl:-`, finds it here.
"""

from __future__ import annotations

import sys
from typing import BinaryIO, TextIO

from elevatekit_plugins.errors import ElevateKitError

_held: TextIO | None = None


def hold(stream: TextIO | None) -> None:
    """Keep this stream for data, whatever `sys.stdout` is from now on; None: keep none."""
    global _held
    _held = stream


def data() -> TextIO | None:
    """The stream for data; None where the process was started without one."""
    return sys.stdout if _held is None else _held


def standard_output() -> BinaryIO:
    """Standard output, for bytes.

    Raises:
        ElevateKitError: the process was started without it.
    """
    stream = data()
    if stream is None:
        raise ElevateKitError("stdout is closed; leave it open, or name a file")
    return stream.buffer

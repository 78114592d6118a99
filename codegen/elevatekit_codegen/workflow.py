"""The workflow commands of GitHub Actions.

Source: GitHub's documentation, "Workflow commands for GitHub Actions", and its toolkit for what is
escaped (`packages/core/src/command.ts`).
"""

from __future__ import annotations

from typing import Literal


def command(name: Literal["error", "warning", "notice", "debug"], message: str, **at: str) -> str:
    """A command on a line of its own.

    Args:
        at: where it is shown: `file`, `line`, `col`, `title`.
    """
    place = ",".join(f"{key}={_property(value)}" for key, value in at.items())
    return f"::{name}{' ' if place else ''}{place}::{_data(message)}\n"


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")

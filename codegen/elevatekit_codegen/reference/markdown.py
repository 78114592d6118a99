"""Text of a spec, and of Python, as Markdown."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Final

_HIDDEN: Final = re.compile(
    "[\x00-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff\U000e0000-\U000e007f]"
)
"""What steers a terminal, turns the direction of what follows, or is not seen at all."""
_SCRIPT: Final = re.compile(r"\b(javascript|vbscript|data):", re.IGNORECASE)
"""Links that run something."""


def line(value: str) -> str:
    """Text on one line in which everything can be seen."""
    return _HIDDEN.sub(lambda found: ascii(found[0])[1:-1], " ".join(value.split()))


def text(value: str) -> str:
    """The same: no HTML, no link that runs, and no end of a table's cell."""
    shown = _SCRIPT.sub(r"\1&#58;", line(value))
    return shown.replace("\\", "\\\\").replace("<", "&lt;").replace("|", "\\|")


def code(value: str) -> str:
    """Something in the letters of code, in a cell of a table too."""
    return "`{}`".format(line(value).replace("`", "'").replace("|", "\\|"))


def argument(value: str) -> str:
    """An argument of a command, as it is unless something in it would break the line."""
    return line(value) if _HIDDEN.search(value) or len(value.splitlines()) > 1 else value


def as_json(value: object) -> str:
    """A value as JSON on several lines, in which everything can be seen."""
    lines = json.dumps(value, indent=2, ensure_ascii=False).split("\n")
    return "\n".join(_HIDDEN.sub(lambda found: json.dumps(found[0])[1:-1], line) for line in lines)


def link(label: str, target: str) -> str:
    """A link whose text is code."""
    return f"[{code(label)}]({target})"


def linked(annotation: str, pages: Mapping[str, str]) -> str:
    """An annotation of Python: its alternatives as code, each linked where its name has a page.

    Args:
        pages: name to the path of its page.
    """
    shown: list[str] = []
    for alternative in _alternatives(annotation):
        named = [name for name in re.findall(r"\w+", alternative) if name in pages]
        shown.append(link(alternative, pages[named[0]]) if named else code(alternative))
    return " or ".join(shown)


def _alternatives(annotation: str) -> list[str]:
    """The members of a union; a union inside of brackets stays in them."""
    found, depth = [""], 0
    for part in re.split(r"( \| |[\[\]])", annotation):
        depth += (part == "[") - (part == "]")
        if part == " | " and depth == 0:
            found.append("")
        else:
            found[-1] += part
    return found

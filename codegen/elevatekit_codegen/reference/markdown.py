"""Text of a spec, and of Python, as Markdown."""

from __future__ import annotations

import re
from collections.abc import Mapping


def text(value: str) -> str:
    """Text on one line: no HTML, and no end of a table's cell."""
    line = " ".join(value.split())
    return line.replace("\\", "\\\\").replace("<", "&lt;").replace("|", "\\|")


def code(value: str) -> str:
    """Something in the letters of code, in a cell of a table too."""
    return "`{}`".format(" ".join(value.split()).replace("`", "'").replace("|", "\\|"))


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

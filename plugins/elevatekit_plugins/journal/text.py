"""Text that can be stored and shown: it is UTF-8, and the names of files need not be."""

from __future__ import annotations


def readable(text: str) -> str:
    r"""`text`, with `\udcff` in place of a byte of a file's name that is no UTF-8."""
    return text.encode("utf-8", "backslashreplace").decode()

"""Keys that OpenAPI does not know, or not where they stand."""

from __future__ import annotations

import difflib
from collections.abc import Iterator
from typing import Final

from elevatekit_codegen.grammar import EXTENSIONS, LINKS, OBJECTS, UNSUPPORTED, walk
from elevatekit_codegen.source import Document, Finding, Level
from elevatekit_plugins.api import did_you_mean

_OURS: Final = sorted({word for words in EXTENSIONS.values() for word in words})


def keys(document: Document) -> Iterator[Finding]:
    """Unknown keys pass every reader in silence: what they say is lost."""
    for kind, node in walk(document):
        for key in node.value:
            if key in UNSUPPORTED.get(kind, ()):
                yield document.finding(node / key, f"{key} is not supported on {kind}")
            elif key.startswith("x-"):
                if key not in EXTENSIONS.get(kind, ()):
                    # Those of other tools say nothing that we would lose.
                    near = did_you_mean(key, _OURS) if _is_meant(key) else ""
                    level: Level = "error" if near or key in _OURS else "warning"
                    what = f"{key} has no effect on {kind}{near}"
                    yield document.finding(node / key, what, level)
            elif key not in OBJECTS[kind]:
                near = _slipped(kind, key) or did_you_mean(key, list(OBJECTS[kind]))
                yield document.finding(node / key, f"{kind} has no key {key!r}{near}")


def _is_meant(key: str) -> bool:
    words = [word.removeprefix("x-") for word in _OURS]
    return bool(difflib.get_close_matches(key.removeprefix("x-"), words, cutoff=0.7))


def _slipped(kind: str, key: str) -> str:
    """Where one level higher or lower has the key: most often a line is wrongly indented."""
    outer = [o for o, links in LINKS.items() if any(below == kind for *_, below in links)]
    inner = [below for *_, below in LINKS[kind]]
    for where, kinds in (("below", inner), ("above", outer)):
        having = sorted({other for other in kinds if other != kind and key in OBJECTS[other]})
        if having:
            names = " and ".join(having)
            return f", but {names} {where} it does: check the indentation"
    return ""

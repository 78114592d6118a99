"""Plugins without packaging: objects that code hands over, and files that are named.

Only what is named is ever loaded: no folder is searched.
"""

from __future__ import annotations

import hashlib
import os
import sys
from collections.abc import Sequence
from functools import partial
from importlib.machinery import SourceFileLoader
from importlib.util import module_from_spec, spec_from_loader
from pathlib import Path

from elevatekit_plugins.host.discovery import Candidate


def local(given: Sequence[object]) -> Sequence[Candidate]:
    """A candidate for each object, module, class or path of a file."""
    candidates: list[Candidate] = []
    for it in given:
        name = _name(it)
        namesakes = sum(c.name.partition("#")[0] == name for c in candidates)
        candidates.append(_candidate(it, f"{name}#{namesakes + 1}" if namesakes else name))
    return candidates


def _candidate(it: object, name: str) -> Candidate:
    if isinstance(it, Path):
        return Candidate(
            name=name,
            distribution=_told(f"file {it}"),
            version="",
            origin="local",
            load=partial(_run, it),
            remedy="fix the file, or do not load it",
        )
    return Candidate(
        name=name,
        distribution="given in code",
        version="",
        origin="local",
        load=lambda: it,
        remedy="fix it, or do not pass it",
    )


def _name(it: object) -> str:
    try:
        name: object = it.stem if isinstance(it, Path) else getattr(it, "__name__", None)
    except Exception:  # of an object that computes its attributes
        name = None
    return _told(name if isinstance(name, str) and name else type(it).__name__)


def _told(text: object) -> str:
    """What no name of a file can break: half of a surrogate pair is what JSON cannot hold."""
    return str(text).encode("utf-8", "backslashreplace").decode()


def _run(path: Path) -> object:
    """The module that a file is. Named twice, it is run once, as imported modules are.

    Raises:
        OSError: it cannot be read.
    """
    path = path.resolve()
    digest = hashlib.sha256(os.fsencode(path)).hexdigest()
    name = f"elevatekit_local_{digest[:12]}_{_told(path.stem)}"
    if name not in sys.modules:
        spec = spec_from_loader(name, SourceFileLoader(name, str(path)))
        assert spec is not None
        assert spec.loader is not None
        module = module_from_spec(spec)
        sys.modules[name] = module  # before it runs: classes look their module up
        try:
            spec.loader.exec_module(module)
        except BaseException:
            del sys.modules[name]
            raise
    return sys.modules[name]

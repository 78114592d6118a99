"""Plugins as people install them: distributions with metadata and entry points, on the path."""

from __future__ import annotations

import importlib
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from textwrap import dedent

import pytest

from elevatekit_plugins.host import discovery

Install = Callable[..., None]


@pytest.fixture
def install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Install]:
    """Install a one-module distribution for the length of a test."""
    modules: list[str] = []
    site = tmp_path / "site"
    site.mkdir()
    monkeypatch.syspath_prepend(str(site))

    def install(distribution: str, source: str, *, name: str | None = None) -> None:
        module = distribution.replace("-", "_")
        (site / f"{module}.py").write_text(dedent(source), "utf-8")
        info = site / f"{module}-1.0.dist-info"
        info.mkdir()
        (info / "METADATA").write_text(
            f"Metadata-Version: 2.1\nName: {distribution}\nVersion: 1.0\n"
        )
        (info / "entry_points.txt").write_text(f"[elevatekit]\n{name or module} = {module}\n")
        modules.append(module)
        importlib.invalidate_caches()
        discovery.installed.cache_clear()

    yield install
    for module in modules:
        sys.modules.pop(module, None)
    discovery.installed.cache_clear()

"""Plugins as people install them: distributions with metadata and entry points, on the path."""

from __future__ import annotations

import base64
import hashlib
import importlib
import sys
from collections.abc import Iterator
from pathlib import Path
from textwrap import dedent
from typing import Any

import pytest

from elevatekit_plugins.host import discovery
from elevatekit_plugins.host.listing import PluginInfo, listing
from elevatekit_plugins.host.manager import PluginHost
from elevatekit_plugins.host.pinned import IMPORTS


class Site:
    """A folder of installed distributions, on the path for the length of a test."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.modules: list[str] = []
        folder.mkdir()

    def __call__(
        self,
        distribution: str,
        source: str,
        *,
        name: str | None = None,
        points: str | None = None,
        version: str = "1.0",
    ) -> Path:
        """Install a distribution of one module, as pip leaves it; the module's path.

        Args:
            name: of the entry point; else the module's.
            points: the whole of `entry_points.txt` instead.
        """
        module = distribution.replace("-", "_")
        files = {f"{module}.py": dedent(source)}
        info = f"{module}-{version}.dist-info"
        files[f"{info}/METADATA"] = (
            f"Metadata-Version: 2.1\nName: {distribution}\nVersion: {version}\n"
        )
        files[f"{info}/entry_points.txt"] = points or f"[elevatekit]\n{name or module} = {module}\n"
        files[f"{info}/INSTALLER"] = "pip\n"
        record = "".join(f"{path},{_hash(text)},{len(text)}\n" for path, text in files.items())
        files[f"{info}/RECORD"] = f"{record}{info}/RECORD,,\n"
        for path, text in files.items():
            target = self.folder / path
            target.parent.mkdir(exist_ok=True)
            target.write_text(text, "utf-8")
        self.modules.append(module)
        importlib.invalidate_caches()
        discovery.forget()
        return self.folder / f"{module}.py"


def _hash(text: str) -> str:
    digest = hashlib.sha256(text.encode()).digest()
    return "sha256=" + base64.urlsafe_b64encode(digest).decode().rstrip("=")


@pytest.fixture
def install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Site]:
    """Install distributions for the length of a test."""
    site = Site(tmp_path / "site")
    monkeypatch.syspath_prepend(str(site.folder))
    yield site
    for module in site.modules:
        sys.modules.pop(module, None)
    discovery.forget()
    IMPORTS.forget()


class Rows:
    """What `plugins list` would say of a host."""

    def __call__(self, host: PluginHost, name: str) -> PluginInfo:
        """The one row of this name."""
        (row,) = self.all(host, name)
        return row

    def all(self, host: PluginHost, name: str) -> list[PluginInfo]:
        """Every row of this name."""
        return [row for row in listing(host) if row.name == name]


@pytest.fixture
def rows() -> Rows:
    return Rows()


@pytest.fixture
def observer() -> Any:
    """The source of a plugin that does nothing wrong."""
    return """
        from elevatekit_plugins import hookimpl
        told = []
        @hookimpl
        def elevatekit_call_finished(event):
            told.append(event)
    """

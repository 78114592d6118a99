"""`--version` is what a report of a fault begins with: what is installed, broken or not."""

from __future__ import annotations

import os
import subprocess
import sys
from importlib.metadata import version
from pathlib import Path

OWN = version("elevatekit")


def show_version(**environment: str) -> list[str]:
    done = subprocess.run(
        [sys.executable, "-m", "elevatekit", "--version"],
        env=os.environ | environment,
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert (done.returncode, done.stderr) == (0, "")
    return done.stdout.splitlines()


def install(folder: Path, name: str, points: str) -> None:
    """What pip leaves of a distribution, as far as entry points go."""
    metadata = folder / f"{name}-2.1.dist-info"
    metadata.mkdir()
    (metadata / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: 2.1\n")
    (metadata / "entry_points.txt").write_text(points)


def test_the_version_comes_first_and_alone() -> None:
    assert show_version()[0] == f"elevatekit {OWN}"


def test_built_in_plugins_are_named_with_their_distribution() -> None:
    plugins = show_version()[1]

    assert plugins.startswith("plugins: ")
    assert f"csv (elevatekit {OWN})" in plugins.removeprefix("plugins: ").split(", ")


def test_what_others_brought_comes_first_and_is_not_imported(tmp_path: Path) -> None:
    (tmp_path / "broken.py").write_text("raise SystemExit('imported')\n")
    install(
        tmp_path,
        "zebra",
        "[elevatekit]\nzz = broken\n[elevatekit.commands]\naudit = broken:command\n",
    )

    lines = show_version(PYTHONPATH=str(tmp_path))

    assert lines[1].startswith("plugins: zz (zebra 2.1), command (elevatekit ")
    assert lines[2] == "commands: audit (zebra 2.1)"

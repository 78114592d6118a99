"""The build hook: a distribution is built from everything that codegen makes, or not at all."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class GeneratedCode(BuildHookInterface[Any]):
    """Ends the build where a file is missing that `generated/MANIFEST` lists."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        # `make generate` needs an editable install to run: that one is made without the files.
        missing = [] if version == "editable" else missing_files(Path(self.root, "generated"))
        if missing:
            self.app.abort(f"{', '.join(missing)}: missing; run `make generate`, then build again")


def missing_files(generated: Path) -> list[str]:
    """What the folder lacks, as paths from the root of the project."""
    manifest = generated / "MANIFEST"
    if not manifest.is_file():
        return ["generated/MANIFEST"]
    listed = [
        line.split(maxsplit=1)[1]
        for line in manifest.read_text("utf-8").splitlines()
        if line and not line.startswith("#")
    ]
    return [f"generated/{path}" for path in listed if not (generated / path).is_file()]

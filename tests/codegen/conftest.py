"""A small spec of another API, ways to change it, and the SDK that is made from it."""

from __future__ import annotations

import contextlib
import shutil
import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest
from click.testing import CliRunner

from elevatekit_codegen.assemble import assemble
from elevatekit_codegen.cli import main
from elevatekit_codegen.lint import vetted
from elevatekit_codegen.loading import load
from elevatekit_codegen.render import render
from elevatekit_codegen.tree import write

LIBRARY = Path(__file__).parent / "specs" / "library.yaml"


@dataclass(frozen=True)
class Ran:
    """How a command ended."""

    code: int
    out: str
    err: str


@dataclass(frozen=True)
class Workshop:
    """A folder with a spec in it, to be changed and generated from."""

    folder: Path

    @property
    def spec(self) -> Path:
        return self.folder / "spec" / "openapi.yaml"

    @property
    def out(self) -> Path:
        return self.folder / "generated"

    def edit(self, old: str, new: str) -> int:
        """Replace a text that is in the spec once; the line where it stood."""
        text = self.spec.read_text("utf-8")
        assert text.count(old) == 1, f"{old!r} is in the spec {text.count(old)} times"
        self.spec.write_text(text.replace(old, new), "utf-8")
        return text[: text.index(old)].count("\n") + 1

    def files(self) -> dict[str, bytes]:
        return render(assemble(vetted(load(self.spec)), "library"))

    def generate(self) -> Path:
        """Write the SDK; the folder that makes it importable."""
        write(self.out, self.files())
        return self.out

    def run(self, *arguments: str) -> Ran:
        """Run elevatekit-codegen in this folder."""
        with contextlib.chdir(self.folder):
            result = CliRunner().invoke(main, arguments)
        # Anything but an exit would have been a traceback.
        assert result.exception is None or isinstance(result.exception, SystemExit)
        return Ran(result.exit_code, result.stdout, result.stderr)

    def python(self, code: str) -> str:
        """What a program prints that imports the SDK."""
        done = subprocess.run(
            [sys.executable, "-c", code],
            cwd=self.folder,
            env={"PYTHONPATH": str(self.out), "PATH": ""},
            capture_output=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr.decode()
        return done.stdout.decode().strip()


@pytest.fixture
def workshop(tmp_path: Path) -> Workshop:
    folder = tmp_path / "workshop"
    (folder / "spec").mkdir(parents=True)
    shutil.copy(LIBRARY, folder / "spec" / "openapi.yaml")
    return Workshop(folder)


@pytest.fixture(scope="session")
def sdk(tmp_path_factory: pytest.TempPathFactory) -> Workshop:
    """The SDK of the spec as it is, made once: only to be looked at."""
    folder = tmp_path_factory.mktemp("sdk")
    (folder / "spec").mkdir()
    shutil.copy(LIBRARY, folder / "spec" / "openapi.yaml")
    made = Workshop(folder)
    made.generate()
    return made


@pytest.fixture
def snapshot() -> Callable[[Path], dict[str, bytes]]:
    def take(folder: Path) -> dict[str, bytes]:
        # Tests that import the SDK leave caches, and stand before this one or after it.
        paths: Sequence[Path] = sorted(
            p for p in folder.rglob("*") if p.is_file() and "__pycache__" not in p.parts
        )
        return {str(p.relative_to(folder)): p.read_bytes() for p in paths}

    return take

"""From the model to files: strict templates, and one formatter of one version, run isolated."""

from __future__ import annotations

import hashlib
import re
import subprocess
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from importlib import import_module
from importlib.metadata import version
from itertools import repeat
from typing import Final

from jinja2 import Environment, PackageLoader, StrictUndefined

from elevatekit_codegen.literals import text
from elevatekit_codegen.model import Package

RUFF: Final = "0.17.6"
"""The formatter decides bytes, so it is this one. The `codegen` extra pins it too."""

LINE_LENGTH: Final = 100
MANIFEST: Final = "MANIFEST"
_MODULES: Final = (
    "__init__",
    "__main__",
    "_pytest",
    "_spec",
    "client",
    "errors",
    "models",
    "operations",
    "testing",
)


class FormatterError(Exception):
    """The formatter is not the one that is needed, or refuses its input."""


def render(package: Package) -> dict[str, bytes]:
    """Every file of a package: path below the output folder, and content.

    Raises:
        FormatterError: ruff is of another version than `RUFF`, or fails.
    """
    if (found := version("ruff")) != RUFF:
        raise FormatterError(
            f"ruff {found} is installed, but only {RUFF} gives the same bytes everywhere;"
            ' run pip install "elevatekit[codegen]"'
        )
    written = sources(package)
    with ThreadPoolExecutor() as pool:
        formatted = list(pool.map(_formatted, written.values(), repeat(package.name)))
    files = {f"{package.name}/{m}.py": code for m, code in zip(written, formatted, strict=True)}
    files[f"{package.name}/py.typed"] = ""
    files[f"{package.name}/openapi.json"] = package.document
    environment = _environment()
    page = environment.get_template("operation.md.jinja")
    for one in package.pages:
        files[f"reference/{one.file}"] = _tidy(page.render(page=one))
    index = environment.get_template("reference.md.jinja")
    files["reference/README.md"] = _tidy(index.render(p=package))
    content = {path: files[path].encode() for path in sorted(files)}
    return {MANIFEST: manifest(content), **content}


def sources(package: Package) -> dict[str, str]:
    """The source of each module, by its name, not formatted yet."""
    environment = _environment()
    return {
        module: environment.get_template(f"{module}.py.jinja").render(
            p=package, version=text(package.version)
        )
        for module in _MODULES
    }


@cache
def _environment() -> Environment:
    return Environment(
        loader=PackageLoader("elevatekit_codegen"),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        # What comes out is Python and Markdown; what goes in is escaped where it is made.
        autoescape=False,  # noqa: S701
    )


def manifest(files: Mapping[str, bytes]) -> bytes:
    """The list of what was made, in the form that `sha256sum --check` reads."""
    lines = [f"{hashlib.sha256(data).hexdigest()}  {path}" for path, data in files.items()]
    head = "# Made by `elevatekit-codegen generate` from the spec."
    return "\n".join([head, *lines, ""]).encode()


def read_manifest(data: bytes) -> dict[str, str]:
    """Path to sha256 of what a manifest lists. Lines of another form are passed over."""
    found = re.findall(r"^([0-9a-f]{64})  (.+)$", data.decode("utf-8", "replace"), re.MULTILINE)
    return {path: digest for digest, path in found}


def _formatted(source: str, package: str) -> str:
    first_party = f'lint.isort.known-first-party=["{package}", "elevatekit_plugins"]'
    checked = _ruff(
        source, "check", "--select", "I", "--fix-only", "--quiet", "--config", first_party
    )
    return _ruff(checked, "format", "--line-length", str(LINE_LENGTH))


def _ruff(source: str, command: str, *options: str) -> str:
    isolated = ("--isolated", "--no-cache", "--target-version", "py311", "--stdin-filename", "a.py")
    # The package has no types. It knows where its binary is, on PATH or not.
    binary: str = import_module("ruff").find_ruff_bin()
    done = subprocess.run(  # noqa: S603
        [binary, command, *isolated, *options, "-"],
        input=source.encode(),
        capture_output=True,
        check=False,
    )
    if done.returncode != 0:
        raise FormatterError(f"ruff {command} fails: {done.stderr.decode('utf-8', 'replace')}")
    return done.stdout.decode()


def _tidy(markdown: str) -> str:
    """Markdown with one empty line where templates leave several, and none at the end."""
    return re.sub(r"\n{3,}", "\n\n", markdown).strip("\n") + "\n"

"""From the model to files: strict templates, and one formatter of one version, run isolated."""

from __future__ import annotations

import hashlib
import os
import re
import subprocess
from collections.abc import Iterator, Mapping
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
_MADE: Final = "# Made by `elevatekit-codegen generate` from the spec."
REFERENCE: Final = ("README.md", "index.md", "llms.txt")
"""The pages of the reference that lead to all the others."""

MODULES: Final = (
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
            f"ruff {found} is installed, but the output requires {RUFF};"
            ' run pip install ".[codegen]" in the clone'
        )
    written = sources(package)
    with ThreadPoolExecutor() as pool:
        formatted = pool.map(_formatted, written.values(), repeat(package.name))
        # The formatter is another process: the pages are made while it works.
        files = dict(pages(package))
        for module, code in zip(written, formatted, strict=True):
            files[f"{package.name}/{module}.py"] = code
    files[f"{package.name}/py.typed"] = ""
    # Line ends are bytes, too: whatever a repository does to them, it does not do it here.
    files[".gitattributes"] = f"{_MADE}\n* -text\n"
    files[f"{package.name}/openapi.json"] = package.document
    content = {path: files[path].encode() for path in sorted(files)}
    return {MANIFEST: manifest(content), **content}


def sources(package: Package) -> dict[str, str]:
    """The source of each module, by its name, not formatted yet."""
    environment = _environment()
    return {
        module: environment.get_template(f"{module}.py.jinja").render(
            p=package, version=text(package.version)
        )
        for module in MODULES
    }


def pages(package: Package) -> Iterator[tuple[str, str]]:
    """The pages of the reference, by path."""
    reference, templates = package.reference, _environment()
    for name in REFERENCE:
        template = templates.get_template(f"reference/{name}.jinja")
        yield f"reference/{name}", _tidy(template.render(p=package, r=reference))
    for kind, pages in (
        ("operation", {page.id: page for page in reference.operations}),
        ("model", {page.name: page for page in reference.models}),
        ("error", {page.name: page for page in reference.errors}),
        ("event", {page.name: page for page in reference.events}),
    ):
        template = templates.get_template(f"reference/{kind}.md.jinja")
        for name, page in pages.items():
            yield f"reference/{kind}s/{name}.md", _tidy(template.render(page=page))


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
    return "\n".join([_MADE, *lines, ""]).encode()


def read_manifest(data: bytes) -> dict[str, str]:
    """Path to sha256 of what a manifest lists. Lines of another form are passed over."""
    found = re.findall(r"^([0-9a-f]{64})  (.+)$", data.decode("utf-8", "replace"), re.MULTILINE)
    return {path: digest for digest, path in found}


def _formatted(source: str, package: str) -> str:
    first_party = f'lint.isort.known-first-party=["{package}", "elevatekit_plugins"]'
    checked = _ruff(
        source, "check", "--select", "I,F401", "--fix-only", "--quiet", "--config", first_party
    )
    return _ruff(checked, "format", "--line-length", str(LINE_LENGTH))


def _ruff(source: str, command: str, *options: str) -> str:
    isolated = ("--isolated", "--no-cache", "--target-version", "py311", "--stdin-filename", "a.py")
    # The package has no types. It knows where its binary is, on PATH or not.
    binary: str = import_module("ruff").find_ruff_bin()
    done = subprocess.run(  # noqa: S603
        [binary, command, *isolated, *options, "-"],
        input=source.encode(),
        env={name: value for name, value in os.environ.items() if not name.startswith("RUFF_")},
        capture_output=True,
        check=False,
    )
    if done.returncode != 0:
        raise FormatterError(f"ruff {command} fails: {done.stderr.decode('utf-8', 'replace')}")
    return done.stdout.decode()


def _tidy(markdown: str) -> str:
    """Markdown with one empty line where templates leave several, and none at the end."""
    parts = re.split(r"(^```.*?^```$)", markdown, flags=re.MULTILINE | re.DOTALL)
    # Every other part is code, which may have two.
    parts[::2] = [re.sub(r"\n{3,}", "\n\n", part) for part in parts[::2]]
    return "".join(parts).strip("\n") + "\n"

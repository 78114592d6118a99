"""The package that is made: what it exports, what it loads, and that it is the same everywhere."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from elevatekit_codegen.assemble import assemble
from elevatekit_codegen.lint import vetted
from elevatekit_codegen.loading import load
from elevatekit_codegen.render import render

SPEC = Path(__file__).parents[2] / "spec" / "openapi.yaml"
Snapshot = Callable[[Path], dict[str, bytes]]


def test_importing_the_package_loads_no_models_and_no_http(sdk: Any) -> None:
    loaded = sdk.python(
        "import library, sys; print([m for m in sys.modules"
        " if m.startswith(('library.', 'httpx', 'msgspec', 'elevatekit'))])"
    )
    assert loaded == "[]"


def test_the_fixtures_of_pytest_load_nothing_heavy(sdk: Any) -> None:
    loaded = sdk.python(
        "import library._pytest, sys; print([m for m in sys.modules"
        " if m.startswith(('library.m', 'library.o', 'library.c', 'httpx', 'msgspec', 'pluggy.x',"
        " 'starlette', 'uvicorn'))])"
    )
    assert loaded == "[]"


def test_everything_public_is_exported_and_there(sdk: Any) -> None:
    names = sdk.python(
        "import library\n"
        "for name in library.__all__: getattr(library, name)\n"
        "assert set(library.__all__) <= set(dir(library))\n"
        "print(' '.join(library.__all__))"
    ).split()
    assert {"Client", "AsyncClient", "BookDetails", "Book", "NoSuchBookError"} <= set(names)
    assert {"ElevateKitError", "StatusError", "DriftError"} <= set(names)
    assert names == sorted(names)


def test_an_unknown_name_is_an_attribute_error(sdk: Any) -> None:
    told = sdk.python(
        "import library\ntry: library.Clinet\nexcept AttributeError as error: print(error)"
    )
    assert told == "module 'library' has no attribute 'Clinet'"


def test_error_classes_are_those_of_the_spec_or_of_the_status(sdk: Any) -> None:
    told = sdk.python(
        "from library import errors, operations as o\n"
        "from elevatekit_plugins.errors import StatusError\n"
        "assert issubclass(errors.NoSuchBookError, StatusError)\n"
        "print(dict(o.BOOKS_READ.errors)); print(errors.NoSuchBookError.__doc__)"
    )
    assert told.splitlines() == [
        "{404: 'NoSuchBookError', 503: 'ServiceUnavailableError'}",
        "Status 404: No such book.",
    ]


def test_methods_have_the_arguments_of_the_spec(sdk: Any) -> None:
    told = sdk.python(
        "import inspect\n"
        "from library.client import BooksMethods as B, BooksNotesMethods as N\n"
        "from library.client import AsyncBooksMethods as A\n"
        "for m in (B.add, B.read, B.wait, B.scan, N.write, A.read):\n"
        "    print(inspect.signature(m))"
    )
    assert told.splitlines() == [
        "(self, body: 'models.Book', *, timeout: 'float | None' = None) -> 'models.Added'",
        "(self, book_id: 'str', *, x_language: 'str | None' = None, max_pages: 'int | None' = None,"
        " timeout: 'float | None' = None) -> 'models.BookDetails | None'",
        "(self, book_id: 'str', *, kind: 'str | None' = None, poll: 'float | None' = None,"
        " timeout: 'float | None' = None,"
        " progress: 'Callable[[models.Progress], None] | None' = None) -> 'models.Progress'",
        "(self, book_id: 'str', file: 'str | os.PathLike[str]', *,"
        " timeout: 'float | None' = None) -> 'None'",
        "(self, book_id: 'str', *, text: 'str', page: 'int | None' = None,"
        " timeout: 'float | None' = None) -> 'models.BooksNotesWrite'",
        "(self, book_id: 'str', *, x_language: 'str | None' = None, max_pages: 'int | None' = None,"
        " timeout: 'float | None' = None) -> 'models.BookDetails | None'",
    ]


def test_the_table_holds_what_the_spec_says(sdk: Any) -> None:
    told = sdk.python(
        "from library.operations import API\n"
        "read, write = API.operation('books.read'), API.operation('books.notes.write')\n"
        "print(read.success, read.empty, read.model, read.retry.statuses, read.concurrency.limit)\n"
        "print([(p.name, p.location, p.format, p.max_length) for p in read.parameters])\n"
        "print(write.quota.history)\n"
        "print([(f.name, f.required, f.min_length) for f in write.body.fields])\n"
        "print(API.operation('books.scan').body.part, API.base_url, API.key.header,"
        " API.error_message, API.pull.declare)"
    )
    assert told.splitlines() == [
        "(200, 204) (204,) BookDetails {503: 'likely'} 3",
        "[('bookId', 'path', 'uuid', None), ('X-Language', 'header', None, 5),"
        " ('max-pages', 'query', None, None)]",
        "books.notes.all_notes",
        "[('text', True, 1), ('page', False, None)]",
        "page.{extension} https://library.example/api X-Library-Card why books.add",
    ]


def test_the_bundled_document_is_the_spec_with_its_extensions(sdk: Any) -> None:
    bundled = json.loads((sdk.out / "library" / "openapi.json").read_text("utf-8"))
    assert bundled == load(sdk.spec).value
    assert bundled["x-pull"]["declare"] == "books.add"


@pytest.mark.parametrize(
    ("around", "umask"),
    [
        ({"PYTHONHASHSEED": "0", "LC_ALL": "C", "PYTHONCOERCECLOCALE": "0"}, 0o077),
        ({"PYTHONHASHSEED": "1", "LC_ALL": "tr_TR.ISO8859-9", "PYTHONOPTIMIZE": "2"}, 0o022),
        ({"RUFF_OUTPUT_FORMAT": "none such", "RUFF_OUTPUT_FILE": "ruff.txt", "PATH": ""}, 0),
    ],
)
def test_the_same_spec_gives_the_same_bytes(
    workshop: Any, snapshot: Snapshot, around: dict[str, str], umask: int
) -> None:
    """Whatever the hash seed, the folder, the locale, the umask, and other people's settings."""
    workshop.edit("As on the cover.", "As on the cover – «Ĳdele Kırık 本».")
    wanted = workshop.files()
    strict = {"PYTHONWARNDEFAULTENCODING": "1", "PYTHONWARNINGS": "error", "PYTHONUTF8": "0"}
    folder = workshop.folder / "some where"
    folder.mkdir()
    (workshop.folder / "pyproject.toml").write_text("[tool.ruff]\nline-length = 60\n")
    (folder / "ruff.toml").write_text('[format]\nquote-style = "single"\n')
    done = subprocess.run(
        [
            *(sys.executable, "-m", "elevatekit_codegen", "generate"),
            *("--spec", "../spec/openapi.yaml", "--package", "library"),
        ],
        cwd=folder,
        env=os.environ | strict | around,
        umask=umask,
        capture_output=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr.decode()
    assert sorted(os.listdir(folder)) == ["generated", "ruff.toml"]
    assert (folder / "generated").stat().st_mode & 0o777 == 0o777 & ~umask
    assert (folder / "generated" / "MANIFEST").stat().st_mode & 0o777 == 0o666 & ~umask
    assert snapshot(folder / "generated") == wanted


def test_a_small_edit_of_the_spec_is_a_small_diff(workshop: Any) -> None:
    before = workshop.files()
    workshop.edit(
        "weight: {type: number}", "weight: {type: number}\n        colour: {type: string}"
    )
    after = workshop.files()
    changed = {path for path in before if before[path] != after[path]}
    assert changed == {
        "MANIFEST",
        "library/_spec.py",
        "library/models.py",
        "library/openapi.json",
        "library/operations.py",
        "reference/index.md",
        "reference/models/BookDetails.md",
        "reference/operations/books.read.md",
    }
    old, new = (f["library/models.py"].splitlines() for f in (before, after))
    assert len(new) - len(old) == 1


def test_an_operation_takes_no_more_than_sixty_generated_lines(tmp_path: Path) -> None:
    """A copy of a plain operation under a new path and id: all that the modules grow by.

    `make bench NAMES=lean` measures every operation, and stands the stock generator beside.
    """
    text = SPEC.read_text("utf-8")
    block = next(
        part for part in re.split(r"(?m)^(?=  /)", text) if "operationId: gen_ai.topics" in part
    )
    copied = block.replace("/topics:", "/themes:").replace("gen_ai.topics", "gen_ai.themes")
    (tmp_path / "openapi.yaml").write_text(text.replace(block, block + copied), "utf-8")

    whole, more = (length(path) for path in (SPEC, tmp_path / "openapi.yaml"))

    assert 20 < more - whole <= 45


def length(path: Path) -> int:
    """The lines of all modules but the models."""
    files = render(assemble(vetted(load(path)), "elevatekit"))
    modules = {name for name in files if name.endswith(".py")} - {"elevatekit/models.py"}
    return sum(files[name].count(b"\n") for name in modules)

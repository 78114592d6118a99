"""The reference: a page for each thing, every fact on it, and ways to find it."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from msgspec import structs

from elevatekit_codegen.limits import of_operation
from elevatekit_plugins import errors as bases
from elevatekit_plugins.api import Quota
from elevatekit_plugins.hooks import events
from elevatekit_plugins.hooks.specs import Hooks

GENERATED = Path(__file__).parents[2] / "generated"


def page(sdk: Any, name: str) -> str:
    return str((sdk.out / "reference" / name).read_text("utf-8"))


def pages(folder: Path) -> set[str]:
    return {path.stem for path in folder.iterdir()}


def public(module: Any, base: type) -> set[str]:
    return {
        name
        for name, value in vars(module).items()
        if isinstance(value, type)
        and issubclass(value, base)
        and value.__module__ == module.__name__
    }


def test_every_operation_model_error_and_event_has_a_page() -> None:
    from elevatekit import errors, models
    from elevatekit.operations import API

    reference = GENERATED / "reference"
    names = {name for name in vars(models) if name[0].isupper()}
    assert pages(reference / "operations") == {operation.id for operation in API.operations}
    assert pages(reference / "models") == names
    assert pages(reference / "errors") == public(bases, Exception) | public(errors, Exception)
    assert pages(reference / "events") == public(events, object)


@pytest.mark.parametrize("way", ["README.md", "index.md", "llms.txt"])
def test_every_page_can_be_found(sdk: Any, way: str) -> None:
    folder = sdk.out / "reference"
    everything = {str(p.relative_to(folder)) for p in folder.glob("*/*.md")}
    assert len(everything) > 40
    assert everything <= set(re.findall(r"\]\(([^)#]+)", page(sdk, way)))


def test_no_link_leads_nowhere() -> None:
    for path in (GENERATED / "reference").rglob("*.*"):
        text = path.read_text("utf-8")
        anchors = {re.sub(r"[^\w -]", "", h.lower()) for h in re.findall(r"^#+ (.*)$", text, re.M)}
        for target in re.findall(r"\]\(([^)]+)\)", text):
            file, _, anchor = target.partition("#")
            assert (path.parent / file).exists(), f"{path} leads to {target}"
            assert file or anchor in anchors, f"{path} leads to {target}"


@pytest.mark.parametrize(
    ("row", "leads_to"),
    [
        ("| `isLent` | property |", "models/BookDetails.md"),
        ("| `is_lent` | property |", "models/BookDetails.md"),
        ("| `X-Language` | parameter |", "operations/books.read.md"),
        ("| `x_language` | argument |", "operations/books.read.md"),
        ("| `/books/{bookId}/scan` | path |", "operations/books.scan.md"),
        ("| `write` | operation |", "operations/books.notes.write.md"),
        ("| `409` | status |", "errors/ConflictError.md"),
        ("| `elevatekit_quota_spent` | hook |", "events/QuotaSpent.md"),
    ],
)
def test_the_index_finds_a_thing_by_each_of_its_names(sdk: Any, row: str, leads_to: str) -> None:
    (line,) = [x for x in page(sdk, "index.md").splitlines() if x.startswith(row)]
    assert leads_to in line


def test_a_page_of_an_operation_tells_limits_costs_and_the_evidence_of_each_fact(sdk: Any) -> None:
    read, write = (page(sdk, f"operations/books.{id}.md") for id in ("read", "notes.write"))
    assert "client.books.read(book_id: str, *, x_language: str | None = None," in read
    assert "library books read ID [--x-language TEXT] [--max-pages INTEGER]" in read
    assert "- At most 3 concurrent readers requests per account." in read
    assert re.search(r"^\| `x_language` \|.* At most 5 characters. \|$", read, re.MULTILINE)
    assert (
        "| 503 | [`ServiceUnavailableError`](../errors/ServiceUnavailableError.md) | yes (likely)"
        in read
    )
    assert "evidence: source" in read
    assert "- 2 successes and 2 errors per bookId." in write
    assert re.search(r"^\| `text` \|.* 1 to 80 characters. \|$", write, re.MULTILINE)
    assert "returns earlier questions" in write


def test_a_quota_of_one_is_in_the_singular() -> None:
    from elevatekit.operations import API

    (asked, *_) = (row for row in API.operations if row.quota is not None)
    one = structs.replace(asked, quota=Quota(per="id", successes=1, errors=1))
    assert list(of_operation(one))[-1] == "1 success and 1 error per id."


def test_a_body_is_shown_as_json_for_each_kind_where_the_spec_has_no_example(sdk: Any) -> None:
    shown = page(sdk, "operations/books.add.md")
    bodies = [json.loads(body) for body in re.findall(r"```json\n(.*?)```", shown, re.DOTALL)]
    assert bodies == [
        {"kind": "novel", "title": "text", "edition": "first"},
        {"kind": "atlas", "scale": 1},
    ]
    assert "$ library books add --body novel.json\n$ library books add --body atlas.json" in shown
    assert 'Novel(title="text", edition="first")' in shown


def test_an_example_of_the_spec_is_what_is_shown(workshop: Any) -> None:
    workshop.edit(
        "minLength: 1, maxLength: 40}", "minLength: 1, maxLength: 40, examples: [Middlemarch]}"
    )
    workshop.edit(
        'content: {application/json: {schema: {$ref: "#/components/schemas/Book"}}}',
        'content: {application/json: {schema: {$ref: "#/components/schemas/Book"},'
        " examples: {old: {summary: An old one., value: {kind: atlas, scale: 1900}}}}}",
    )
    workshop.generate()
    assert 'Novel(title="Middlemarch"' in page(workshop, "models/Novel.md")
    shown = page(workshop, "operations/books.add.md")
    assert "`old.json`: An old one." in shown
    assert "client.books.add(Atlas(scale=1900))" in shown


def test_a_page_of_a_model_tells_names_types_and_where_it_is_used(sdk: Any) -> None:
    book = page(sdk, "models/BookDetails.md")
    assert "| `is_lent` | `isLent` | `bool` or `None` | no |" in book
    assert "| `notes` | `notes` | [`list[Note]`](../models/Note.md) or `None` | no |" in book
    assert "| `pages` | `pages` | `int` or `None` | no | likely |" in book
    assert "`None` means null or absent" in book
    assert "- Returned by [`books.read`](../operations/books.read.md)." in book
    assert "At least 1." in page(sdk, "models/Atlas.md")
    assert "ISO 8601" in page(sdk, "models/Author.md")


def test_a_page_of_an_error_tells_who_raises_it(sdk: Any) -> None:
    error = page(sdk, "errors/NoSuchBookError.md")
    assert "Status 404: No such book." in error
    assert "| [`books.read`](../operations/books.read.md) | 404 | no | assumed |" in error
    assert "except NoSuchBookError as error:" in error
    outcome = page(sdk, "errors/OutcomeUnknownError.md")
    assert "| `lost` | `LostQuestion \\| None` | What was asked," in outcome


def test_a_page_of_an_event_tells_its_hook_and_its_fields(sdk: Any) -> None:
    for name, hook in vars(Hooks).items():
        if "event" in getattr(hook, "__annotations__", {}):
            event = hook.__annotations__["event"].removeprefix("events.")
            shown = page(sdk, f"events/{event}.md")
            assert f"def {name}(event: {event}) -> None:" in shown
            for field in getattr(events, event).__struct_fields__:
                assert f"| `{field}` | " in shown


def test_text_of_the_spec_ends_no_table_and_is_no_html(workshop: Any) -> None:
    workshop.edit("description: As on the cover.", 'description: "a | b\\n<b>c</b>"')
    workshop.generate()
    assert "| a \\| b &lt;b>c&lt;/b> |" in page(workshop, "models/BookDetails.md")

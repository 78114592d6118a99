"""Export tables: what of an answer becomes a column, and what a table of its own."""

from __future__ import annotations

from typing import Any

import pytest

from elevatekit_codegen.lint import vetted
from elevatekit_codegen.loading import load
from elevatekit_codegen.source import SpecError


def tables(workshop: Any, operation: str) -> dict[str, list[tuple[str, str, str | None]]]:
    found = vetted(load(workshop.spec)).tables[operation]
    return {t.name: [(c.name, c.type, c.role) for c in t.columns] for t in found}


def test_scalars_are_columns_and_lists_are_tables(workshop: Any) -> None:
    assert tables(workshop, "books.read") == {
        "": [
            ("books_read_title", "string", "summary"),
            ("books_read_author_name", "string", None),
            ("books_read_author_born_at", "string", None),
            ("books_read_pages", "integer", None),
            ("books_read_weight", "number", None),
            ("books_read_is_lent", "boolean", None),
            ("books_read_genre", "string", None),
            ("books_read_extra", "json", None),
            ("books_read_class", "string", None),
        ],
        "books_read_topics": [("value", "string", None)],
        "books_read_notes": [
            ("text", "string", "question"),
            ("place_page", "integer", None),
            ("place_line", "integer", None),
            ("tags", "json", None),
        ],
    }


def test_a_list_has_its_role_and_its_place_in_the_payload(workshop: Any) -> None:
    found = {t.name: t for t in vetted(load(workshop.spec)).tables["books.read"]}
    assert (found["books_read_topics"].role, found["books_read_topics"].path) == (
        "topics",
        ("topics",),
    )
    line = next(c for c in found["books_read_notes"].columns if c.name == "place_line")
    assert line.path == ("place", "line")


@pytest.mark.parametrize(
    ("operation", "property", "table"),
    [
        ("books.topics", "topics", "books_topics"),
        ("books.all_topics", "topics", "books_all_topics"),
        ("books.hot_topics", "allTopics", "books_hot_topics_all_topics"),
        ("books.subtopics", "topics", "books_subtopics_topics"),
    ],
)
def test_what_the_operation_says_already_is_not_said_twice(
    workshop: Any, operation: str, property: str, table: str
) -> None:
    workshop.edit("operationId: books.read", f"operationId: {operation}")
    workshop.edit("topics: {type: array", f"{property}: {{type: array")
    assert table in tables(workshop, operation)


def test_an_answer_that_is_a_list_is_one_table(workshop: Any) -> None:
    workshop.edit(
        "summary: Read all notes of a book\n", "summary: All\n      x-pull: {kind: result}\n"
    )
    assert list(tables(workshop, "books.notes.all_notes")) == ["books_notes_all_notes"]


def test_an_object_that_holds_itself_ends_as_json(workshop: Any) -> None:
    workshop.edit(
        "bornAt: {type: string, format: date-time}",
        'teacher: {$ref: "#/components/schemas/Author"}',
    )
    names = [name for name, _, _ in tables(workshop, "books.read")[""]]
    assert "books_read_author_teacher" in names


def test_an_operation_that_is_not_pulled_has_no_tables(workshop: Any) -> None:
    assert tables(workshop, "books.progress") == {}


def test_two_columns_of_one_name_are_refused(workshop: Any) -> None:
    workshop.edit("weight: {type: number}", "author_name: {type: string}")
    with pytest.raises(SpecError, match="two columns or tables are named books_read_author_name"):
        vetted(load(workshop.spec))

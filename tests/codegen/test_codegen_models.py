"""The structs that are made: what they take, what they give back, and what they survive."""

from __future__ import annotations

import pickle
import sys
from types import ModuleType
from typing import Any

import msgspec
import pytest


@pytest.fixture(scope="session")
def models(sdk: Any) -> Any:
    sys.path.insert(0, str(sdk.out))
    try:
        import library.models as models  # type: ignore[import-not-found]
    finally:
        sys.path.remove(str(sdk.out))
    assert isinstance(models, ModuleType)
    return models


DETAILS = b'{"title": "T", "author": {"name": "A"}'


def test_names_of_the_wire_are_names_of_python(models: Any) -> None:
    book = msgspec.json.decode(
        DETAILS + b', "isLent": true, "class": "x"}', type=models.BookDetails
    )
    assert (book.is_lent, book.class_) == (True, "x")
    assert msgspec.json.decode(msgspec.json.encode(book)) == {
        "title": "T",
        "author": {"name": "A"},
        "isLent": True,
        "class": "x",
    }


def test_what_is_optional_may_be_absent_or_null(models: Any) -> None:
    absent = msgspec.json.decode(DETAILS + b"}", type=models.BookDetails)
    null = msgspec.json.decode(
        DETAILS + b', "pages": null, "topics": null}', type=models.BookDetails
    )
    assert absent == null
    assert absent.pages is None


def test_what_is_required_must_be_there(models: Any) -> None:
    with pytest.raises(msgspec.ValidationError, match="missing required field `author`"):
        msgspec.json.decode(b'{"title": "T"}', type=models.BookDetails)


def test_an_enum_of_an_answer_is_open(models: Any) -> None:
    progress = msgspec.json.decode(b'{"state": "burning"}', type=models.Progress)
    assert pickle.loads(pickle.dumps(progress)).state == "burning"


def test_an_enum_of_a_request_is_closed(models: Any) -> None:
    with pytest.raises(msgspec.ValidationError, match="Invalid enum value 'glue'"):
        msgspec.convert(
            {"kind": "novel", "title": "T", "edition": "2", "binding": "glue"}, models.Book
        )


def test_a_time_survives_whatever_it_is(models: Any) -> None:
    for time in ("2024-05-01T10:00:00.1234567Z", "2024-05-01T10:00:00", "yesterday"):
        data = msgspec.json.encode({"state": "scanned", "finished": time})
        assert msgspec.json.decode(data, type=models.Progress).finished == time


def test_the_members_of_a_union_are_told_apart_by_their_tag_wherever_it_stands(models: Any) -> None:
    book = msgspec.json.decode(b'{"scale": 5, "kind": "atlas"}', type=models.Book)
    assert book == models.Atlas(scale=5)
    assert msgspec.json.decode(msgspec.json.encode(book)) == {"kind": "atlas", "scale": 5}


def test_a_default_of_the_spec_is_sent(models: Any) -> None:
    novel = models.Novel(title="T")
    assert novel.edition == "first"
    assert msgspec.json.decode(msgspec.json.encode(novel))["edition"] == "first"


def test_what_is_not_given_is_not_sent(models: Any) -> None:
    assert "shelfmark" not in msgspec.json.decode(msgspec.json.encode(models.Novel(title="T")))


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ({"kind": "novel", "title": "", "edition": "1"}, "length >= 1"),
        ({"kind": "novel", "title": "x" * 41, "edition": "1"}, "length <= 40"),
        ({"kind": "atlas", "scale": 0}, ">= 1"),
    ],
)
def test_a_body_is_held_to_the_limits_of_the_spec(models: Any, body: Any, message: str) -> None:
    with pytest.raises(msgspec.ValidationError, match=message):
        msgspec.convert(body, models.Book)


def test_unknown_properties_of_an_answer_do_no_harm(models: Any) -> None:
    data = DETAILS + b', "publisher": {"city": "Porto"}}'
    assert msgspec.json.decode(data, type=models.BookDetails).title == "T"


def test_structs_that_hold_only_scalars_are_no_work_for_the_garbage_collector(models: Any) -> None:
    assert models.Author.__struct_config__.gc is False
    assert models.BookDetails.__struct_config__.gc is True


def test_structs_can_be_hashed_compared_and_not_changed(models: Any) -> None:
    author = models.Author(name="A")
    assert hash(author) == hash(models.Author(name="A"))
    with pytest.raises(AttributeError):
        author.name = "B"


def test_what_is_deprecated_says_so_where_people_read(workshop: Any) -> None:
    workshop.edit("weight: {type: number}", "weight: {type: number, deprecated: true}")
    workshop.edit("name: max-pages, in: query", "name: max-pages, in: query, deprecated: true")
    workshop.edit("operationId: books.read", "operationId: books.read\n      deprecated: true")
    out = workshop.generate()
    models = (out / "library" / "models.py").read_text("utf-8")
    assert '    weight: float | None = None\n    """Deprecated.' in models
    client = (out / "library" / "client.py").read_text("utf-8")
    assert "Deprecated." in client
    pages = {page.name: page.read_text("utf-8") for page in (out / "reference").rglob("*.md")}
    assert "Deprecated." in pages["books.read.md"]
    assert any("`max_pages`" in line and "Deprecated." in line for line in _lines(pages))


def _lines(pages: dict[str, str]) -> list[str]:
    return [line for page in pages.values() for line in page.splitlines()]

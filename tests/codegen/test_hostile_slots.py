"""20 hostile payloads in every place of a spec where a text stands, values and names alike.

Each case ends refused, with a finding, or made: then every module is parsed and what it does at
import is held against a list, no path leaves the output folder, and the pages keep their form.
All of it runs in one process. `make test` tries each place with one payload, each payload in many
places; `make hostile` tries all (ELEVATEKIT_HOSTILE=all).
"""

from __future__ import annotations

import copy
import functools
import os
import re
from pathlib import Path, PurePosixPath
from typing import Any

import pytest
from ruamel.yaml import YAML

from elevatekit_codegen import render
from elevatekit_codegen.assemble import assemble
from elevatekit_codegen.grammar import OBJECTS, UNSUPPORTED, walk
from elevatekit_codegen.lint import findings, vetted
from elevatekit_codegen.source import Document, SpecError

from .hostile import KEY, PAYLOADS, Slot, check_module, slots

LIBRARY = Path(__file__).parent / "specs" / "library.yaml"


@functools.cache
def base() -> dict[str, Any]:
    """A document that has a text wherever OpenAPI and our extensions have one."""
    document = YAML(typ="safe").load(LIBRARY.read_text("utf-8"))
    docs = {"url": "https://example.com/docs", "description": "More of it."}
    document["jsonSchemaDialect"] = "https://spec.openapis.org/oas/3.1/dialect/base"
    document["info"] |= {
        "summary": "Books.",
        "description": "All of them.",
        "termsOfService": "https://example.com/terms",
        "contact": {"name": "Ann", "url": "https://example.com", "email": "ann@example.com"},
        "license": {"name": "MIT", "identifier": "MIT"},
    }
    document["servers"][0]["description"] = "The one."
    document["externalDocs"] = document["tags"][0]["externalDocs"] = docs
    components, item = document["components"], document["paths"]["/books/{bookId}"]
    item |= {"summary": "One book.", "description": "By its id."}
    item["get"] |= {"externalDocs": docs, "security": [{"key": []}]}
    language, pages = item["get"]["parameters"]
    language["examples"] = {"short": {"summary": "A short one.", "value": "pt"}}
    pages |= {"example": 3}
    pages["schema"] |= {"title": "Pages", "$comment": "As in the catalogue."}
    answer = item["get"]["responses"]["200"]
    answer["headers"] = {
        "X-Shelf": {"description": "Where.", "example": "a", "schema": {"type": "string"}}
    }
    answer["links"] = {"next": {"operationId": "books.progress", "description": "How far it is."}}
    components["headers"] = {"X-Row": {"description": "Which.", "schema": {"type": "string"}}}
    components["examples"] = {"novel": {
        "summary": "A novel.", "description": "Short.",
        "value": {"kind": "novel", "title": "Emma", "edition": "first"},
    }}  # fmt: skip
    components["parameters"] = {
        "Page": {"name": "page", "in": "query", "description": "P.", "schema": {"type": "string"}}
    }
    components["requestBodies"] = {"Text": {
        "description": "A text.", "content": {"application/json": {"schema": {"type": "string"}}}
    }}  # fmt: skip
    body = document["paths"]["/books"]["post"]["requestBody"]
    body["description"] = "The book."
    body["content"]["application/json"]["examples"] = {
        "novel": {"$ref": "#/components/examples/novel"}
    }
    schemas = components["schemas"]
    schemas["Book"]["discriminator"]["mapping"] = {"novel": "#/components/schemas/Novel"}
    schemas["Author"] |= {
        "title": "Author", "externalDocs": docs, "description": "Who wrote it.",
        "example": {"name": "Jane"},
    }  # fmt: skip
    schemas["Author"]["properties"]["name"] |= {"examples": ["Jane"], "pattern": "^J"}
    schemas["Note"]["allOf"] = [{"type": "object", "properties": {"by": {"type": "string"}}}]
    schemas["Note"]["properties"]["size"] = {"anyOf": [{"type": "string"}, {"type": "integer"}]}
    components["securitySchemes"]["key"] |= {"description": "The card.", "x-evidence": "code"}
    document["paths"]["/books/{bookId}/progress"]["get"]["x-waiter"] |= {"waiting": ["waiting"]}
    return document  # type: ignore[no-any-return]


TEXTLESS = {
    "allowEmptyValue", "allowReserved", "deprecated", "exclusiveMaximum", "exclusiveMinimum",
    "explode", "maxItems", "maxProperties", "maximum", "minItems", "minProperties", "multipleOf",
    "nullable", "readOnly", "uniqueItems", "writeOnly",
}  # fmt: skip
"""Keys whose values are numbers or flags: a text there is refused by its type."""

ELSEWHERE = {
    ("Components", "links"), ("Components", "callbacks"), ("Components", "pathItems"),
    ("Operation", "callbacks"), ("Server", "variables"), ("Example", "externalValue"),
    ("Link", "operationRef"), ("Link", "parameters"), ("Link", "requestBody"), ("Link", "server"),
    ("Response", "summary"), ("Parameter", "style"), ("MediaType", "example"),
    *(("Header", key) for key in ("style", "content", "examples", "required")),
    *(("Encoding", key) for key in ("contentType", "style", "headers")), ("MediaType", "encoding"),
    *(("SecurityScheme", key) for key in
      ("scheme", "bearerFormat", "flows", "openIdConnectUrl", "$ref")),
    *((kind, "$ref") for kind in ("Header", "RequestBody", "Link", "Parameter")),
    *(("PathItem", method) for method in ("put", "delete", "options", "head", "patch", "trace")),
}  # fmt: skip
"""What has the same reader as a place that is tried, or is passed through to `openapi.json`."""


@functools.cache
def places() -> list[Slot]:
    """One slot of each kind: by the last words of its path that OpenAPI or we gave."""
    words = {key for keys in OBJECTS.values() for key in keys}
    words |= {"application/json", "multipart/form-data", KEY}
    kinds: dict[tuple[object, ...], Slot] = {}
    for slot in slots(base()):
        named = [p if p in words or str(p).startswith("x-") else "*" for p in slot]
        # What stands inside of an extension, or of an example, is none of OpenAPI's words.
        free = next((i for i, p in enumerate(slot) if str(p).startswith("x-")), len(slot))
        kind = (*named[-4:], *slot[free:]) if slot[free:] else tuple(named[-5:])
        kinds.setdefault(kind, slot)
    return list(kinds.values())


def with_payload(slot: Slot, payload: str) -> Document:
    document = copy.deepcopy(base())
    inner: Any = document
    at, last = (slot[:-2], slot[-2]) if slot[-1] == KEY else (slot[:-1], slot[-1])
    for key in at:
        inner = inner[key]
    if slot[-1] == KEY:
        items = [(payload if key == last else key, item) for key, item in inner.items()]
        inner.clear()
        inner.update(items)
    else:
        inner[last] = payload
    return Document("hostile.json", document, {}, "0" * 64)


def check_page(path: str, page: str) -> None:
    assert re.fullmatch(r"[\w.-]+(/[\w.-]+)*", path), path
    assert ".." not in PurePosixPath(path).parts
    fenced, columns = False, 0
    for line in page.split("\n"):
        assert not re.search(r"[\x00-\x08\x0b-\x1f\x7f\u202a-\u202e\u2066-\u2069]", line), (
            path,
            line,
        )
        if line.startswith("```"):
            assert re.fullmatch(r"```\w*", line), (path, line)
            fenced = not fenced
        if fenced:
            continue
        assert not line.startswith(("# Pwned", "Pwned", "- [Pwned", "| Pwned")), (path, line)
        prose = re.sub(r"`[^`]*`", "", line)
        assert not re.search(r"<(?!!-- Made by )[a-zA-Z!/]", prose), (path, line)
        assert not re.search(r"\]\(\s*(?!\w+://)\w*script:", prose, re.IGNORECASE), (path, line)
        bars = len(re.findall(r"(?<!\\)\|", line)) if line.startswith("|") else 0
        assert not (bars and columns) or bars == columns, (path, line)
        columns = bars
    assert not fenced, path


def attack(slot: Slot, payload: str) -> bool:
    """Whether it is made; refused else, in words that show no control characters."""
    document = with_payload(slot, payload)
    try:
        package = assemble(vetted(document), "library")
    except SpecError as error:
        told = "\n".join(map(str, error.findings))
        assert not re.search(r"[\x00-\x08\x0b-\x1f\x7f\u202e]", told), told[:200]
        return False
    findings(document)
    for name, source in render.sources(package).items():
        check_module(name, source)
    for path, page in render.pages(package):
        check_page(path, page)
    return True


def test_no_word_of_openapi_and_none_of_ours_is_forgotten() -> None:
    document = Document("base", base(), {}, "")
    assert findings(document) == [], "the document to be attacked has faults of its own"
    tried = {(kind, key) for kind, node in walk(document) for key in node.value}
    wanted = {
        (kind, key) for kind, keys in OBJECTS.items() for key in keys if kind != "Discriminator"
    }
    wanted -= {(kind, key) for kind, keys in UNSUPPORTED.items() for key in keys}
    wanted = {(kind, key) for kind, key in wanted if key not in TEXTLESS}
    assert sorted(wanted - tried - ELSEWHERE) == []
    assert len(places()) > 250


CHOSEN = [
    pytest.param(number, payload, id=f"payload {number}") for number, payload in enumerate(PAYLOADS)
]


@pytest.mark.parametrize(("number", "payload"), CHOSEN)
def test_a_hostile_text_is_refused_or_harmless_wherever_it_stands(
    number: int, payload: str
) -> None:
    every = os.environ.get("ELEVATEKIT_HOSTILE") == "all"
    made = 0
    for index, slot in enumerate(places()):
        if every or index % len(PAYLOADS) == number:
            try:
                made += attack(slot, payload)
            except Exception as error:
                raise AssertionError(f"at {'/'.join(map(str, slot))}: {error!r}") from error
    assert made, "nothing at all was made, so nothing was tried"

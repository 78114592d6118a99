"""What generators lose in silence: each is found with its line and column, or made right.

The pitfalls are those that openapi-python-client 0.29.1 was measured to have. Each case is a small
spec with one construct in it. `FOUND` says where lint finds it; `RIGHT` says what is made of it.
"""

from __future__ import annotations

import re

import pytest

from elevatekit_codegen.assemble import assemble
from elevatekit_codegen.lint import findings, vetted
from elevatekit_codegen.loading import parse
from elevatekit_codegen.render import sources

SPEC = """\
openapi: 3.1.0
info: {title: Shop, version: "1"}
servers: [{url: "https://shop.example"}]
security: [{key: []}]
paths:
  /orders/{orderId}:
    put:
      operationId: orders.change
      summary: Change an order
      parameters:
        - {name: orderId, in: path, required: true, description: Which., schema: {type: string}}
        - {name: note, in: query, description: Why., schema: {type: string}}
      requestBody:
        content: {application/json: {schema: {$ref: "#/components/schemas/Order"}}}
      responses:
        "200":
          description: The order.
          content: {application/json: {schema: {$ref: "#/components/schemas/Order"}}}
        "404": {description: There is none.}
components:
  securitySchemes: {key: {type: apiKey, in: header, name: X-Key}}
  schemas:
    Order:
      type: object
      required: [id]
      properties:
        id: {type: string}
        lines: {type: array, items: {$ref: "#/components/schemas/Line"}}
        size: {type: string}
    Line:
      type: object
      properties: {text: {type: string}}
"""

PATH = "    put:\n      operationId: orders.change"
SIZE = "size: {type: string}"
QUERY = "{name: note, in: query, description: Why., schema: {type: string}}"
LINE = "    Line:\n      type: object"

FOUND = {
    "a path that is a $ref":
        ("  /orders/{", "  /lost: {$ref: '#/components/pathItems/X'}\n  /orders/{",
         "/lost: {^$ref", "$ref is not supported"),
    "two operations of one id":
        ("components:\n", "  /again:\n    get:\n      operationId: orders.change\n"
         "      summary: Again\n      responses: {'200': {description: Done.}}\ncomponents:\n",
         "get:\n      ^operationId: orders.change",
         "duplicate operationId 'orders.change', also in line 8"),
    "a parameter with content":
        (QUERY, "{name: note, in: query, description: x, content: {text/plain: {}}}",
         "^content: {text/plain", "content is not supported"),
    "a path parameter with a dot":
        ("{orderId}", "{order.id}", "^put:", "the path has the parameters"),
    "a path parameter that may be null":
        ("description: Which., schema: {type: string}",
         "description: Which., schema: {type: [string, 'null']}", "^put:", ""),
    "a misspelt key":
        ("      parameters:", "      paramaters:", "^paramaters", "did you mean parameters"),
    "a misspelt key of ours":
        ("      summary: Change", "      x-retyr: {}\n      summary: Change",
         "^x-retyr", "did you mean x-retry"),
    "a method in capitals":
        ("    put:", "    PUT:", "^PUT", "PathItem has no key 'PUT'"),
    "a list where a map is wanted":
        ("properties: {text: {type: string}}", "properties: [text]", "^properties: [text",
         "properties is a list; it must be a map"),
    "a boolean schema":
        (SIZE, "size: true", "^size: true", "{} allows anything"),
    "a number for a text":
        ('version: "1"', "version: 1.0", "^version", "quote it if"),
    "an unquoted null in a list of types":
        (SIZE, "size: {type: [string, null]}", "^type: [string, null", 'quote null: "null"'),
    "a version of two numbers":
        ("openapi: 3.1.0", "openapi: '3.1'", "^openapi", "such as 3.0.3 or 3.1.0"),
    "a status in lower case":
        ('"404":', '"5xx":', '^"5xx"', "'5xx'"),
    "a $ref that leads nowhere":
        (SIZE, 'size: {$ref: "#/components/schemas/Gone"}', "^$ref: \"#/components/schemas/Gone",
         "has no target"),
    "a $ref to another file":
        (SIZE, "size: {$ref: 'other.yaml#/X'}", "^$ref: 'other", "is external"),
    "a $ref to another address":
        (SIZE, "size: {$ref: 'https://evil.example/x.yaml'}", "^$ref: 'https",
         "is external"),
    "a $ref to another kind of thing":
        (SIZE, 'size: {$ref: "#/components/securitySchemes/key"}',
         '^$ref: "#/components/sec', "refers to SecurityScheme"),
    "a limit beside a $ref":
        (SIZE, 'size: {$ref: "#/components/schemas/Line", minProperties: 1}',
         "^minProperties", "beside a $ref is ignored"),
    "null beside a $ref":
        (SIZE, 'size: {$ref: "#/components/schemas/Line", nullable: true}',
         "^nullable", "beside a $ref is ignored"),
    "properties of one schema beside known ones":
        (LINE, f"{LINE}\n      additionalProperties: {{type: string}}",
         "^additionalProperties", "beside properties is not supported"),
    "a number of properties":
        (LINE, f"{LINE}\n      maxProperties: 3", "^maxProperties", "is not supported"),
    "unevaluated properties":
        (LINE, f"{LINE}\n      unevaluatedProperties: false", "^unevaluatedProperties",
         "is not supported"),
    "a part of another media type":
        (SIZE, "size: {type: string, contentMediaType: image/png}", "^contentMediaType",
         "is not supported"),
    "an enum of several types":
        (SIZE, "size: {enum: [a, 1]}", "^enum", "only enums of strings"),
    "an array without items":
        (SIZE, "size: {type: array}", "^size", "an array without items"),
    "a default of another type":
        (SIZE, "size: {type: integer, default: much}", "^default", "does not allow the default"),
    "a union of objects that nothing tells apart":
        (SIZE, 'size: {oneOf: [{$ref: "#/components/schemas/Line"}, {type: object, properties:'
         " {a: {type: string}}}]}", "^size", "needs a discriminator"),
    "two schemas of one class":
        (LINE, "    order: {type: object, properties: {a: {type: string}}}\n" + LINE,
         "^order: {", "is already the class Order"),
    "an inline schema of a component's class":
        (SIZE, "size: {type: object, properties: {a: {type: string}}}\n"
         "    OrderSize: {type: object, properties: {b: {type: string}}}",
         "^size", "is already the class OrderSize"),
    "classes that differ by the case of letters":
        (LINE, "    LINE: {type: object, properties: {a: {type: string}}}\n" + LINE,
         "^Line:", "differ only in letter case"),
    "a class that the SDK has":
        ("Line", "Client", "^Client:", "the name 'Client' is already used"),
    "two properties of one name in Python":
        (SIZE, "size: {type: string}\n        Size: {type: string}", "^Size:",
         "have the same Python name 'size'"),
    "two arguments of one name in Python":
        (QUERY, "{name: order-id, in: query, description: x, schema: {type: string}}",
         "^{name: order-id", "have the same Python name 'order_id'"),
    "a required property that is never sent":
        ("id: {type: string}", "id: {type: string, readOnly: true}", "^id: {",
         "readOnly and required"),
    "a required property that never comes":
        ("id: {type: string}", "id: {type: string, writeOnly: true}", "^id: {",
         "writeOnly and required"),
    "only webhooks":
        (SPEC[SPEC.index("paths:") : SPEC.index("components:")], "webhooks: {}\n", "^openapi",
         "the document has no paths"),
    "an example that does not fit":
        (SIZE, "size: {type: string, maxLength: 3, examples: [ok, too long]}", "^too long",
         "the example does not match its schema: it has 8 characters, but maxLength is 3"),
    "an example inside of which something does not fit":
        (LINE, f"{LINE}\n      example: {{text: 1}}", "^text: 1", "1 is not of type string"),
    "an operation that says nothing":
        ("      summary: Change an order\n", "", "^put:", "this operation has no description"),
    "a word of another tool":
        (SIZE, "size: {type: string, x-go-name: Size}", "^x-go-name", "has no effect on Schema"),
    "evidence of some operations only":
        ("components:\n", "  /again:\n    get:\n      operationId: orders.again\n"
         "      summary: Again\n      x-evidence: code\n"
         "      responses: {'200': {description: Done.}}\ncomponents:\n",
         "^put:", "this operation has no x-evidence"),
}  # fmt: skip


def lint(text: str) -> list[str]:
    return [str(finding) for finding in findings(parse("shop.yaml", text.encode()))]


def edited(old: str, new: str) -> str:
    assert old in SPEC
    return SPEC.replace(old, new)


def test_the_spec_that_the_cases_begin_with_has_no_fault() -> None:
    assert lint(SPEC) == []


@pytest.mark.parametrize("name", FOUND)
def test_what_would_be_lost_in_silence_is_found_where_it_stands(name: str) -> None:
    old, new, place, message = FOUND[name]
    text = edited(old, new)
    before = text[: text.index(place.replace("^", "")) + place.index("^")]
    line, column = before.count("\n") + 1, len(before) - before.rfind("\n")
    found = lint(text)
    assert any(f.startswith(f"shop.yaml:{line}:{column}: ") and message in f for f in found), (
        f"{line}:{column}",
        found,
    )


OBJECT = "{type: object, properties: {a: {type: string}}}"
RIGHT = {
    "statuses that are numbers": ('"200":', "200:", "operations", "success=(200,)"),
    "a description beside a $ref":
        (SIZE, 'size: {$ref: "#/components/schemas/Line", description: "Beside."}',
         "models", '"""Beside."""'),
    "an alias of a scalar keeps what it says":
        ("size: {type: string}", 'size: {$ref: "#/components/schemas/Size"}\n'
         '    Size: {type: string, description: "Of clothes."}', "models", '"""Of clothes."""'),
    "an enum that may be null":
        (SIZE, "size: {type: [string, 'null'], enum: [s, m, null]}",
         "models", "size: typing.Literal['s', 'm'] | str | None"),
    "an enum whose members would have one name in Python":
        (SIZE, "size: {type: string, enum: [a-b, a_b, a, A]}",
         "models", "typing.Literal['a-b', 'a_b', 'a', 'A'] | str"),
    "a date as a default":
        (SIZE, "size: {type: string, default: 2026-01-01}", "models", "size: str | None = None"),
    "the limits of what is sent":
        (QUERY, "{name: note, in: query, description: x, schema: {type: string, maxLength: 4}}",
         "operations", "max_length=4"),
    "an id in a header":
        (QUERY, "{name: X-Id, in: header, description: x, schema: {type: string, format: uuid}}",
         "client", "x_id: str | None = None"),
    "null in a header":
        (QUERY, "{name: X-Id, in: header, description: x, schema: {type: [string, 'null']}}",
         "client", "x_id: str | None = None"),
    "a flag in a header":
        (QUERY, "{name: X-Id, in: header, description: x, schema: {type: boolean}}",
         "client", "x_id: bool | None = None"),
    "schemas that are called like imports":
        ("Line", "Any", "models", "lines: list[Any] | None = None"),
    "a schema that is called like a class of typing": ("Line", "UUID", "models", "list[UUID]"),
    "a schema that is called like a base": ("Line", "Struct", "models", "class Struct(_Model"),
    "a property that is called like a type":
        ("size:", "list:", "models", "list_: str | None = msgspec.field(default=None, name="),
    "a property that is called like a module":
        ("size:", "typing:", "models", "typing_: str | None"),
    "a property that is a keyword": ("size:", "class:", "models", "class_: str | None"),
    "an abbreviation in the plural": ("size:", "orderIDs:", "models", "order_ids: str | None"),
    "a text whose end is a quotation mark":
        (SIZE, "size: {type: string, description: 'He said \"no\"'}",
         "models", '"""He said "no\\""""'),
}  # fmt: skip


@pytest.mark.parametrize("name", RIGHT)
def test_what_others_lose_in_silence_is_made_right_here(name: str) -> None:
    old, new, module, made = RIGHT[name]
    package = assemble(vetted(parse("shop.yaml", edited(old, new).encode())), "shop")
    source = sources(package)[module]
    compile(source, module, "exec")
    assert made in source, source


def test_an_operation_that_no_reader_makes_anything_of_stops_everything(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """What is in the document and what is made of it are counted against each other."""
    from elevatekit_codegen.lint import run

    read = run.read_spec

    def forgetful(document: object) -> object:
        spec = read(document)  # type: ignore[arg-type]
        object.__setattr__(spec, "operations", ())
        return spec

    monkeypatch.setattr(run, "read_spec", forgetful)
    assert lint(SPEC) == ["shop.yaml:7:5: nothing would be generated from this operation"]


def test_two_findings_of_one_line_are_told_by_their_columns() -> None:
    text = edited(SIZE, "size: {type: string, minimun: 1, x-roll: key}")
    places = [re.match(r"shop\.yaml:(\d+:\d+): .*(minimun|x-roll)", found) for found in lint(text)]
    assert [place and place.groups() for place in places] == [
        ("29:30", "minimun"),
        ("29:42", "x-roll"),
    ]

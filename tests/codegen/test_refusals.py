"""What of OpenAPI is refused: by its place, its name, and with a remedy. Nothing is made then."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner

from elevatekit_codegen.cli import main

SPECS = Path(__file__).parent / "specs"
TOKEN = "token: {type: http, scheme: bearer, bearerFormat: opaque,"
TWO = "token: {type: http, scheme: bearer}\n    other: {type: http, scheme: basic,"
STATUS = 'schema: {type: array, items: {$ref: "#/components/schemas/Status"}}'
GENRE = "style: form, explode: false, description: One of these."
ISBN_HEADER = "{name: Accept-Language, in: header, description: Of the notes., "
BINARY = "content: {type: string, format: binary}"
PNG = "content: {image/png: {schema: {type: string, format: binary}}}"
BYTES = "content: {application/octet-stream: {schema: {type: string, format: binary}}}"
REPLACE = f"required: true\n        {BYTES}"
TEXT_PLAIN = "content: {text/plain: {schema: {type: string}}}"

REFUSED = {
    "a second scheme": (
        "desk", "operationId: listAgents", "operationId: listAgents\n      security: [{other: []}]",
        "'other' is a second security scheme besides 'token'"),
    "two schemes at once": (
        "desk", "  - token: []", "  - {token: [], other: []}", "two security schemes at once"),
    "no scheme at all": (
        "desk", "security:\n  - token: []", "security: []", "no operation uses a security scheme"),
    "a scheme that is not there": (
        "desk", "  - token: []", "  - tokens: []", "unknown security scheme 'tokens'"),
    "a scheme of HTTP that needs an exchange": (
        "desk", TOKEN, "token: {type: http, scheme: digest,", "of type 'http digest' is not"),
    "certificates": (
        "desk", TOKEN, "token: {type: mutualTLS,", "of type 'mutualTLS' is not supported"),
    "a key in the query": (
        "desk", TOKEN, "token: {type: apiKey, in: query, name: key,",
        "a key in 'query' is not supported: only a header stays out of logs"),
    "a key in a cookie": (
        "desk", TOKEN, "token: {type: apiKey, in: cookie, name: key,", "a key in 'cookie' is not"),
    "a style of a list": (
        "shelf", GENRE, "style: pipeDelimited, description: One of these.",
        "style 'pipeDelimited' of parameter 'genre' is not supported; in the query, use 'form'"),
    "an object in the query": (
        "desk", STATUS, "style: deepObject, schema: {type: object}", "style 'deepObject'"),
    "a list in a header": (
        "shelf", ISBN_HEADER + "schema: {type: string, maxLength: 20}}",
        ISBN_HEADER + "schema: {type: array, items: {type: string}}}",
        "parameter 'Accept-Language' must be a scalar"),
    "reserved characters": (
        "shelf", GENRE, "allowReserved: true, description: One of these.", "allowReserved is not"),
    "a header that follows from something else": (
        "shelf", "{name: Accept-Language,", "{name: Accept,",
        "OpenAPI ignores a parameter for the header Accept"),
    "a cookie": (
        "shelf", "{name: q, in: query,", "{name: q, in: cookie,", "'q' in 'cookie' is not"),
    "several media types": (
        "files", PNG, PNG[:-1] + ", image/jpeg: {schema: {type: string, format: binary}}}",
        "a body in image/png and image/jpeg is not supported; keep one media type"),
    "bytes that are called a text": (
        "files", PNG, "content: {image/png: {schema: {type: string}}}",
        "the schema of image/png must be {type: string, format: binary}"),
    "bytes without a schema": (
        "files", PNG, "content: {image/png: {}}", "the image/png body needs a schema"),
    "a text that is sent": (
        "files", REPLACE, f"required: true\n        {TEXT_PLAIN}",
        "a request body of text/plain is not supported"),
    "an encoding of parts": (
        "files", f"                {BINARY}",
        f"                {BINARY}\n            encoding: {{tags: {{explode: false}}}}",
        "encoding is not supported"),
    "a second file": (
        "files", f"                {BINARY}",
        f"                {BINARY}\n                more: {{type: string, format: binary}}",
        "a form may have one file"),
    "an object in a form": (
        "desk", "minutes: {type: integer, minimum: 0}", "minutes: {type: object}",
        "'minutes' in a form must be a scalar"),
    "a null in a form": (
        "desk", "minutes: {type: integer, minimum: 0}", 'minutes: {type: [integer, "null"]}',
        "'minutes' in a form must be a scalar"),
    "a redirect": (
        "files", '"204": {description: There is nothing to see.}',
        '"302": {description: It is there.}', "status '302' is not supported"),
    "a range of successes": (
        "files", '"204": {description: There is nothing to see.}',
        "2XX: {description: There is nothing to see.}", "status '2XX' is not supported"),
    "a HEAD with an answer": (
        "desk", "    patch:\n      operationId: updateTicket",
        "    head:\n      operationId: updateTicket", "a response to HEAD has no body"),
    "no operationId": (
        "desk", "      operationId: listAgents\n", "",
        "the operation needs an operationId"),
    "no tag, and an operationId that names no group": (
        "desk", "operationId: listAgents\n      tags: [Agents]", "operationId: listAgents",
        "operationId 'listAgents' must be a group and a method in Python"),
    "a discriminator of nothing": (
        "desk", "      description: What every ticket has.\n",
        "      description: What every ticket has.\n      discriminator: {propertyName: subject}\n",
        "a discriminator without oneOf is not supported"),
    "what is required and not there": (
        "desk", "required: [text, at]", "required: [text, at, by]",
        "'by' is required, but not a property"),
    "inheritance in a circle": (
        "desk", "    Person:\n      type: object\n",
        '    Person:\n      allOf: [{$ref: "#/components/schemas/Agent"}]\n',
        "allOf is circular"),
    "an enum of numbers": (
        "desk", "minutes: {type: integer}\n    Person", "minutes: {enum: [5, 10]}\n    Person",
        "only enums of strings"),
    "a server with variables": (
        "files", "https://files.example/api", "https://{region}.files.example/api",
        "server variables are not supported"),
    "a server for one path": (
        "desk", "  /agents:\n", '  /agents:\n    servers: [{url: "https://a.example"}]\n',
        "servers is not supported"),
}  # fmt: skip

FAR = ("two schemes at once", "no scheme at all", "a HEAD with an answer")
"""Where the line that was edited is not the place that has to change."""


@pytest.mark.parametrize("construct", REFUSED)
def test_what_cannot_be_expressed_is_refused_by_place_and_name(
    construct: str, tmp_path: Path
) -> None:
    name, old, new, message = REFUSED[construct]
    text = (SPECS / f"{name}.yaml").read_text("utf-8")
    assert text.count(old) == 1, f"{old!r} is in the spec {text.count(old)} times"
    spec, out = tmp_path / "openapi.yaml", tmp_path / "out"
    spec.write_text(text.replace(old, new), "utf-8")

    ran = CliRunner().invoke(main, ["generate", "--spec", str(spec), "--out", str(out)])

    assert (ran.exit_code, out.exists()) == (1, False)
    told = [line for line in ran.stderr.splitlines() if message in line]
    assert told, ran.stderr
    place = told[0].removeprefix(f"{spec}:").partition(": ")[0].split(":")
    assert len(place) == 2
    at = text[: text.index(old)].count("\n") + 1
    height = max(old.count("\n"), new.count("\n")) + 1
    # Where it stands, or at what it belongs to.
    assert construct in FAR or at - 5 <= int(place[0]) <= at + height, (at, ran.stderr)

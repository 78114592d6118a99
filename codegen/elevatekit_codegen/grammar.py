"""The objects of OpenAPI 3.0 and 3.1: which keys each may have, and what stands under them.

A key leads to another object (`Schema`), a list (`[Schema]`) or a map (`{Schema}`) of them, or to
something that has no keys of its own (an empty text). Names and links: the OpenAPI Specification
3.1, section 4.8, and JSON Schema 2020-12.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Final

from elevatekit_codegen.source import Document, Node


def _keys(plain: str = "", **links: str) -> dict[str, str]:
    return dict.fromkeys(plain.split(), "") | links


_PARAMETER: Final = _keys(
    "description required deprecated allowEmptyValue style explode allowReserved example",
    schema="Schema",
    content="{MediaType}",
    examples="{Example}",
)

OBJECTS: Final[dict[str, dict[str, str]]] = {
    "OpenAPI": _keys(
        "openapi jsonSchemaDialect security",
        info="Info",
        servers="[Server]",
        paths="{PathItem}",
        webhooks="{PathItem}",
        components="Components",
        tags="[Tag]",
        externalDocs="ExternalDocs",
    ),
    "Info": _keys("title summary description termsOfService contact license version"),
    "Server": _keys("url description variables"),
    "Tag": _keys("name description", externalDocs="ExternalDocs"),
    "ExternalDocs": _keys("description url"),
    "Components": _keys(
        schemas="{Schema}",
        responses="{Response}",
        parameters="{Parameter}",
        examples="{Example}",
        requestBodies="{RequestBody}",
        headers="{Header}",
        securitySchemes="{SecurityScheme}",
        links="{Link}",
        callbacks="",
        pathItems="{PathItem}",
    ),
    "PathItem": _keys(
        "$ref summary description",
        servers="[Server]",
        parameters="[Parameter]",
        **dict.fromkeys(
            ("get", "put", "post", "delete", "options", "head", "patch", "trace"), "Operation"
        ),
    ),
    "Operation": _keys(
        "tags summary description operationId deprecated security callbacks",
        externalDocs="ExternalDocs",
        parameters="[Parameter]",
        requestBody="RequestBody",
        responses="{Response}",
        servers="[Server]",
    ),
    "Parameter": {**_keys("$ref name in"), **_PARAMETER},
    "Header": {**_keys("$ref"), **_PARAMETER},
    "RequestBody": _keys("$ref description required", content="{MediaType}"),
    "MediaType": _keys("example", schema="Schema", examples="{Example}", encoding="{Encoding}"),
    "Encoding": _keys("contentType style explode allowReserved", headers="{Header}"),
    "Response": _keys(
        "$ref summary description",
        headers="{Header}",
        content="{MediaType}",
        links="{Link}",
    ),
    "Example": _keys("$ref summary description value externalValue"),
    "Link": _keys("$ref operationRef operationId parameters requestBody description server"),
    "SecurityScheme": _keys(
        "$ref type description name in scheme bearerFormat flows openIdConnectUrl"
    ),
    "Discriminator": _keys("propertyName mapping"),
    "Schema": _keys(
        "$ref $comment type enum const format title description default example examples"
        " deprecated readOnly writeOnly nullable required minLength maxLength pattern minimum"
        " maximum exclusiveMinimum exclusiveMaximum multipleOf minItems maxItems uniqueItems"
        " minProperties maxProperties",
        properties="{Schema}",
        items="Schema",
        additionalProperties="Schema",
        allOf="[Schema]",
        anyOf="[Schema]",
        oneOf="[Schema]",
        discriminator="Discriminator",
        externalDocs="ExternalDocs",
    ),
}

UNSUPPORTED: Final[dict[str, tuple[str, ...]]] = {
    "OpenAPI": ("webhooks",),
    "PathItem": ("$ref", "servers"),
    "Operation": ("callbacks", "servers"),
    "Parameter": ("content",),
    "Schema": tuple(
        _keys(
            "not if then else patternProperties prefixItems contains minContains maxContains"
            " propertyNames dependentSchemas dependentRequired unevaluatedItems"
            " unevaluatedProperties contentEncoding contentMediaType contentSchema xml"
            " $defs $id $anchor $dynamicRef $dynamicAnchor"
        )
    ),
}
"""Keys that OpenAPI or JSON Schema knows and the generated code cannot express. Both readers pass
over most of them in silence."""

EXTENSIONS: Final[dict[str, tuple[str, ...]]] = {
    "OpenAPI": ("x-pull",),
    "Operation": (
        "x-concurrency",
        "x-evidence",
        "x-pull",
        "x-quota",
        "x-retry",
        "x-waiter",
    ),
    "Parameter": ("x-evidence",),
    "Response": ("x-error", "x-evidence"),
    "Schema": ("x-evidence", "x-role"),
    "SecurityScheme": ("x-evidence",),
}
"""The x- words, and what they may stand on."""


# Every check walks the document, and a command reads at most two.
@lru_cache(maxsize=2)
def walk(document: Document) -> tuple[tuple[str, Node], ...]:
    """Every object of a document with the name of its kind, from the top; `$ref`s unfollowed."""
    found: list[tuple[str, Node]] = []
    _walk("OpenAPI", document.root, found)
    return tuple(found)


def _walk(kind: str, node: Node, found: list[tuple[str, Node]]) -> None:
    # Not a generator of generators: each object would go through all that it is in.
    found.append((kind, node))
    for key, link, below in LINKS[kind]:
        if key not in node.value:
            continue
        if below != link:
            for _, child in node.children(key):
                _walk(below, child, found)
        elif isinstance(node.value[key], dict):
            _walk(below, node.child(key), found)


LINKS: Final = {
    kind: tuple((key, link, link.strip("[]{}")) for key, link in keys.items() if link)
    for kind, keys in OBJECTS.items()
}
"""The keys of each kind that lead to other objects: the key, how, and to which kind."""

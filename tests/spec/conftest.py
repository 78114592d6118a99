"""The spec as it is written, with its operations and schemas at hand."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

FOLDER = Path(__file__).parents[2] / "spec"


@dataclass(frozen=True)
class WrittenOperation:
    """An operation with the place where it stands."""

    method: str
    path: str
    node: dict[str, Any]


@dataclass(frozen=True)
class Spec:
    """The document, nothing resolved."""

    document: dict[str, Any]
    operations: dict[str, WrittenOperation]
    schemas: dict[str, dict[str, Any]]

    def follow(self, node: dict[str, Any]) -> dict[str, Any]:
        """What a `$ref` points to, or the node itself."""
        while "$ref" in node:
            target: Any = self.document
            for part in node["$ref"].removeprefix("#/").split("/"):
                target = target[part]
            node = target
        return node

    def answer(self, id: str) -> dict[str, Any]:
        """The schema, or the `$ref` to it, of what an operation answers with 200."""
        content: dict[str, Any] = self.operations[id].node["responses"]["200"]["content"]
        schema: dict[str, Any] = content["application/json"]["schema"]
        return schema

    def nodes(self) -> Iterator[dict[str, Any]]:
        """Every mapping in the document."""
        return _mappings(self.document)


def _mappings(value: Any) -> Iterator[dict[str, Any]]:
    if isinstance(value, dict):
        yield value
        value = list(value.values())
    if isinstance(value, list):
        for inner in value:
            yield from _mappings(inner)


def _load() -> Spec:
    document = YAML(typ="safe").load(FOLDER.joinpath("openapi.yaml"))
    operations = {
        node["operationId"]: WrittenOperation(method, path, node)
        for path, item in document["paths"].items()
        for method, node in item.items()
    }
    return Spec(document, operations, document["components"]["schemas"])


SPEC = _load()


@pytest.fixture
def spec() -> Spec:
    return SPEC


@pytest.fixture
def readme() -> str:
    return FOLDER.joinpath("README.md").read_text("utf-8")


@pytest.fixture(params=list(SPEC.operations))
def operation(request: pytest.FixtureRequest) -> WrittenOperation:
    """Each operation in turn."""
    return SPEC.operations[request.param]


@pytest.fixture(params=list(SPEC.schemas))
def schema(request: pytest.FixtureRequest) -> dict[str, Any]:
    """Each schema component in turn."""
    return SPEC.schemas[request.param]

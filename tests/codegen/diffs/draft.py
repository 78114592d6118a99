"""A document to be edited."""

from __future__ import annotations

import copy
from dataclasses import dataclass

from .samples import Value


@dataclass(frozen=True)
class Draft:
    """A document to be edited, and ways to find things in it."""

    value: Value

    @property
    def paths(self) -> Value:
        paths: Value = self.value["paths"]
        return paths

    def operation(self, id: str) -> Value:
        return self._place(id)[2]

    def path(self, id: str) -> str:
        return self._place(id)[0]

    def take(self, id: str) -> tuple[str, str, Value]:
        """Path, method and block of an operation, which is not in the document any more."""
        path, method, operation = self._place(id)
        del self.paths[path][method]
        if not self.paths[path]:
            del self.paths[path]
        return path, method, operation

    def add(self, like: str, id: str, path: str) -> Value:
        """The block of a new operation, a copy of another one."""
        new = copy.deepcopy(self.operation(like))
        new["operationId"] = id
        self.paths.setdefault(path, {})[self._place(like)[1]] = new
        return new

    def schema(self, name: str) -> Value:
        schema: Value = self.value["components"]["schemas"][name]
        return schema

    def properties(self, name: str) -> Value:
        properties: Value = self.schema(name)["properties"]
        return properties

    def parameter(self, name: str) -> Value:
        parameter: Value = self.value["components"]["parameters"][name]
        return parameter

    def _place(self, id: str) -> tuple[str, str, Value]:
        return next(
            (path, method, operation)
            for path, item in self.paths.items()
            for method, operation in item.items()
            if operation["operationId"] == id
        )

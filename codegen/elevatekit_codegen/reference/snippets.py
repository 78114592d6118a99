"""How an operation is called: as Python, sync and async, and on the command line.

Each snippet runs as it stands, with a token and an id of the reader's own.
"""

from __future__ import annotations

import json
import re
import shlex
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from elevatekit_codegen.operations import ReadOperation
from elevatekit_codegen.reference.expressions import (
    Call,
    Expression,
    expression,
    laid_out,
    plain,
    quoted,
    structs,
)
from elevatekit_codegen.reference.markdown import argument, as_json, text
from elevatekit_codegen.reference.model import Shown
from elevatekit_codegen.reference.samples import Sample, Samples
from elevatekit_codegen.shapes import Definitions, Named
from elevatekit_plugins.api import Operation, Parameter

FILE = "call.wav"
"""Stands for a file of the reader's own."""


@dataclass(frozen=True, slots=True)
class Snippets:
    """The snippets of all operations of a package."""

    package: str
    samples: Samples
    definitions: Definitions

    def bodies(self, operation: ReadOperation) -> tuple[Sample, ...]:
        """What the operation may be sent whole; nothing where its body is keywords or a file."""
        body = operation.body
        if body is None or body.rule.fields or not isinstance(body.shape, Named):
            return ()
        return tuple(self.samples.bodies(operation, body))

    def files(self, operation: ReadOperation) -> Iterator[Shown]:
        """The same as files that the command line reads."""
        for body in self.bodies(operation):
            yield Shown(_file(body), text(body.summary), as_json(body.value))

    def commands(self, operation: ReadOperation) -> Iterator[str]:
        """A command for each body, or the one that there is."""
        row = operation.row
        words = [self.package, *row.words]
        for rule, value in self._values(operation):
            for item in value if rule.many else [value]:
                shown = json.dumps(item) if isinstance(item, bool) else argument(str(item))
                words += [shown] if rule.location == "path" else [rule.option, shown]
        if row.body is not None and row.body.takes_file:
            words.append(FILE)
        bodies = self.bodies(operation)
        for body in bodies:
            yield shlex.join([*words, "--body", _file(body)])
        if not bodies:
            yield shlex.join(words)

    def synopsis(self, row: Operation[Any]) -> str:
        """The command with everything that it takes."""
        words = [self.package, *row.words]
        fields = row.body.fields if row.body else ()
        words += [rule.metavar for rule in row.parameters if rule.location == "path"]
        for rule in (*row.parameters, *fields):
            if rule.location != "path":
                option = f"{rule.option} {rule.metavar}{' ...' if rule.many else ''}"
                words.append(option if rule.required else f"[{option}]")
        if row.body is not None and row.body.takes_file:
            words.append("FILE")
        elif row.body is not None and row.body.kind == "json" and not fields:
            words.append("--body FILE|-")
        return " ".join(words)

    def python(self, operation: ReadOperation) -> Iterator[str]:
        """A sync call for each body, then an async one."""
        calls = list(self._calls(operation))
        for call in calls:
            yield _sync(self.package, operation.row, call)
        yield _async(self.package, operation.row, calls[0])

    def _calls(self, operation: ReadOperation) -> Iterator[Call]:
        arguments = list(self._arguments(operation))
        body = operation.body
        for sample in self.bodies(operation):
            assert body is not None
            assert isinstance(body.shape, Named)
            whole = expression(sample.value, body.shape, self.definitions)
            yield Call(f"client.{operation.row.id}(", _in_order([*arguments, ("", whole)]), ")")
        if not self.bodies(operation):
            yield Call(f"client.{operation.row.id}(", _in_order(arguments), ")")

    def _arguments(self, operation: ReadOperation) -> Iterator[tuple[str, Expression]]:
        for rule, value in self._values(operation):
            by_name = rule.location == "body" or not rule.required
            name = f"{rule.python}=" if by_name else ""
            yield name, plain(value)
        body = operation.row.body
        if body is not None and body.takes_file:
            yield "", quoted(FILE)

    def _values(self, operation: ReadOperation) -> Iterator[tuple[Parameter, Any]]:
        """What is passed: all that is required, and what the spec has an example of."""
        samples = self.samples
        for parameter in operation.parameters:
            if parameter.rule.required or samples.has_example(parameter.pointer):
                yield parameter.rule, samples.parameter(parameter)
        body = operation.body
        if body is None:
            return
        properties = body.properties(self.definitions)
        for rule in body.rule.fields:
            field = properties[rule.name]
            if rule.required or samples.has_example(field.pointer):
                yield rule, samples.property(field)


def _file(body: Sample) -> str:
    """The name of a file for a body: that of the example, without what no file should be called."""
    name = re.sub(r"[^A-Za-z0-9_.-]+", "-", body.name).strip("-.")
    return f"{name or 'body'}.json"


def _in_order(items: list[tuple[str, Expression]]) -> tuple[tuple[str, Expression], ...]:
    # What is passed by place comes first.
    return tuple(sorted(items, key=lambda item: item[0] != ""))


def _sync(package: str, row: Operation[Any], call: Call) -> str:
    return f"""from {package} import {_imported("Client", call)}

with Client() as client:
{_line(row, call, 4)}"""


def _async(package: str, row: Operation[Any], call: Call) -> str:
    return f"""import asyncio

from {package} import {_imported("AsyncClient", call)}


async def main() -> None:
    async with AsyncClient() as client:
{_line(row, call, 8, "await ")}


asyncio.run(main())"""


def _line(row: Operation[Any], call: Call, indent: int, awaited: str = "") -> str:
    margin = " " * indent
    if row.model is None and row.media is None:
        return f"{margin}{awaited}{laid_out(call, indent, len(awaited))}"
    kept = f"answer = {awaited}"
    return f"{margin}{kept}{laid_out(call, indent, len(kept))}\n{margin}print(answer)"


def _imported(client: str, call: Call) -> str:
    used = {name for _, argument in call.items for name in structs(argument)}
    return ", ".join(sorted({client, *used}))

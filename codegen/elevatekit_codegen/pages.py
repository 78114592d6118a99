"""The reference: a page for each operation, in Markdown."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from elevatekit_codegen.methods import limits
from elevatekit_codegen.model import Fact, Page
from elevatekit_codegen.operations import ReadOperation
from elevatekit_codegen.reading import Spec
from elevatekit_plugins.api import Operation, Parameter

_SAMPLES = {"string": '"…"', "integer": "1", "number": "1.0", "boolean": "True"}


def pages(spec: Spec, package: str) -> tuple[Page, ...]:
    """A page for each operation, in the order of the document."""
    return tuple(_page(spec, operation, package) for operation in spec.operations)


def _page(spec: Spec, operation: ReadOperation, package: str) -> Page:
    row = operation.row
    return Page(
        file=f"{row.id}.md",
        id=row.id,
        title=_text(row.summary),
        description=_text(" ".join(row.description.split())),
        facts=tuple(_text(fact) for fact in _facts(row)),
        evidence=row.evidence,
        request=f"{row.method} {row.path}",
        parameters=tuple(_parameters(operation)),
        answers=tuple(_answers(operation)),
        tables=tuple(_tables(spec, row)),
        command=f"{package} {' '.join(_command(row))}",
        snippet=_snippet(row, package),
        async_snippet=_async_snippet(row, package),
    )


def _facts(row: Operation[Any]) -> Iterator[str]:
    yield from limits(row)
    undocumented = [
        f"{status} ({evidence})"
        for status, evidence in row.retry.statuses.items()
        if status not in row.errors
    ]
    if undocumented:
        yield f"Also sent again on {', '.join(undocumented)}."
    if row.retry.safe:
        yield "Safe to send again."
    else:
        yield "Not sent again when its outcome is unknown: OutcomeUnknownError is raised instead."
    yield f"A call takes at most {row.retry.deadline:g} s in all, unless `timeout` says otherwise."
    if row.waiter is not None:
        yield f"`{row.waiter.method}` polls it until it is {' or '.join(row.waiter.done)}."
    if row.quota is not None and row.quota.history is not None:
        yield f"`{row.quota.history}` reads back what was asked."


def _parameters(operation: ReadOperation) -> Iterator[Fact]:
    row = operation.row
    for rule in (*row.parameters, *(row.body.fields if row.body else ())):
        yield Fact(_cells(rule))
    body = row.body
    if body is not None and not body.fields:
        needed = "yes" if body.required else "no"
        if body.content_type == "multipart/form-data":
            yield Fact(("`file`", f"part `{_code(body.part or '')}`", "path", needed, "A file."))
        else:
            yield Fact(("`body`", "body", f"`{body.model}`", needed, ""))


def _cells(rule: Parameter) -> tuple[str, ...]:
    kind = f"{rule.type} ({rule.format})" if rule.format else rule.type
    where = f"{rule.location} `{_code(rule.name)}`"
    needed = "yes" if rule.required else "no"
    return (f"`{rule.python}`", where, _text(kind), needed, _text(rule.description))


def _answers(operation: ReadOperation) -> Iterator[Fact]:
    retry = operation.row.retry.statuses
    for response in operation.responses:
        kind = response.error
        if kind is None:
            kind = "None" if response.shape is None else response.shape.name
        again = f"yes ({retry[response.status]})" if response.status in retry else "no"
        if response.error is None:
            again = ""
        yield Fact(
            (
                str(response.status),
                f"`{kind}`",
                again,
                response.evidence,
                _text(response.description),
            )
        )


def _tables(spec: Spec, row: Operation[Any]) -> Iterator[Fact]:
    for table in spec.tables[row.id]:
        columns = ", ".join(f"`{column.name}`" for column in table.columns)
        yield Fact((f"`{table.name}`" if table.name else "row of the interaction", columns))


def _arguments(row: Operation[Any]) -> Iterator[str]:
    for rule in row.parameters:
        if rule.required:
            yield rule.python
    body = row.body
    if body is None:
        return
    for field in body.fields:
        if field.required:
            yield f"{field.python}={_SAMPLES[field.type]}"
    if not body.fields and body.required:
        yield '"audio.wav"' if body.content_type == "multipart/form-data" else "body"


def _command(row: Operation[Any]) -> Iterator[str]:
    yield from row.words
    for rule in row.parameters:
        if rule.location == "path":
            yield rule.python.upper()
    for rule in (*row.parameters, *(row.body.fields if row.body else ())):
        if rule.location != "path":
            option = f"--{rule.python.rstrip('_').replace('_', '-')} {rule.type.upper()}"
            yield option if rule.required else f"[{option}]"
    if row.body is not None and not row.body.fields:
        yield "FILE" if row.body.content_type == "multipart/form-data" else "--body FILE"


def _snippet(row: Operation[Any], package: str) -> str:
    return f"""from {package} import Client

with Client() as client:
    {_kept(row)}client.{_call(row)}"""


def _async_snippet(row: Operation[Any], package: str) -> str:
    needed = ", ".join(argument for argument in _arguments(row) if argument.isidentifier())
    return f"""from {package} import AsyncClient


async def main({needed}):
    async with AsyncClient() as client:
        {_kept(row)}await client.{_call(row)}"""


def _call(row: Operation[Any]) -> str:
    return f"{row.id}({', '.join(_arguments(row))})"


def _kept(row: Operation[Any]) -> str:
    return "" if row.model is None else "answer = "


def _text(text: str) -> str:
    """Text of the spec in Markdown: no HTML, and no end of a table's cell."""
    return text.replace("\\", "\\\\").replace("<", "&lt;").replace("|", "\\|").replace("\n", " ")


def _code(text: str) -> str:
    return text.replace("`", "'").replace("|", "\\|")

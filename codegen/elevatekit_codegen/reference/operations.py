"""The page of each operation."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from elevatekit_codegen import limits
from elevatekit_codegen.methods import all_groups
from elevatekit_codegen.model import Group, Method
from elevatekit_codegen.operations import ReadOperation, ReadResponse
from elevatekit_codegen.parameters import ReadParameter
from elevatekit_codegen.reading import Spec
from elevatekit_codegen.reference import places
from elevatekit_codegen.reference.markdown import code, link, linked, text
from elevatekit_codegen.reference.model import Cells, OperationPage
from elevatekit_codegen.reference.samples import Samples
from elevatekit_codegen.reference.snippets import Snippets
from elevatekit_codegen.shapes import Named, Object, Shape
from elevatekit_plugins.api import Operation, Parameter


def operation_pages(spec: Spec, package: str, tree: tuple[Group, ...]) -> Iterator[OperationPage]:
    """A page for each operation, in the order of the document."""
    methods = {f"{g.path}.{m.name}": m for g in all_groups(tree) for m in g.methods}
    snippets = Snippets(package, Samples(spec.document, spec.definitions), spec.definitions)
    pages = _Pages(spec, methods, snippets, places.models(spec))
    for operation in spec.operations:
        yield pages.page(operation)


def signature(id: str, method: Method) -> str:
    """How a method is called, and what it returns: without the module of the models."""
    arguments = method.arguments.replace("models.", "")
    result = method.result.replace("models.", "")
    return f"client.{id}({arguments}) -> {f'Iterator[{result}]' if method.iterates else result}"


def sent_again(operation: ReadOperation, response: ReadResponse) -> str:
    """Whether a call is sent again after an answer, and how well that is known."""
    statuses = operation.row.retry.statuses
    known = statuses.get(int(response.status)) if response.status.isdecimal() else None
    return f"yes ({known})" if known is not None else "no"


@dataclass(frozen=True, slots=True)
class _Pages:
    spec: Spec
    methods: Mapping[str, Method]
    snippets: Snippets
    models: Mapping[str, str]

    def page(self, operation: ReadOperation) -> OperationPage:
        row = operation.row
        return OperationPage(
            id=row.id,
            group=row.id.rpartition(".")[0],
            title=text(row.summary),
            description=text(operation.description),
            evidence=operation.evidence or "",
            request=code(f"{row.method} {row.path}"),
            signatures=tuple(self._signatures(row)),
            synopsis=self.snippets.synopsis(row),
            facts=tuple(_facts(row)),
            parameters=tuple(self._parameters(operation)),
            answers=tuple(self._answers(operation)),
            tables=tuple(self._tables(row)),
            bodies=tuple(self.snippets.files(operation)),
            commands=tuple(self.snippets.commands(operation)),
            snippets=tuple(self.snippets.python(operation)),
        )

    def _signatures(self, row: Operation[Any]) -> Iterator[str]:
        group = row.id.rpartition(".")[0]
        names = [row.id]
        if row.waiter is not None:
            names += [f"{group}.{row.waiter.method}", f"{group}.{row.waiter.method}_all"]
        for name in names:
            if name in self.methods:
                yield signature(name, self.methods[name])

    def _parameters(self, operation: ReadOperation) -> Iterator[Cells]:
        for parameter in operation.parameters:
            told = self._told(parameter.description, parameter.shape)
            yield _cells(parameter.rule, self._evidence(parameter), told)
        body = operation.row.body
        if body is None or operation.body is None:
            return
        shape, needed = operation.body.shape, "yes" if body.required else "no"
        target = self.spec.definitions[shape.name] if isinstance(shape, Named) else shape
        known = operation.body.properties(self.spec.definitions)
        schema = (target.evidence if isinstance(target, Object) else None) or ""
        for rule in body.fields:
            field = known[rule.name]
            told = self._told(field.description, field.shape)
            yield _cells(rule, field.evidence or schema, told)
        if body.part is not None:
            field = known[body.part]
            part, told = f"part {code(field.name)}", text(field.description)
            yield "`file`", part, "path", needed, field.evidence or schema, told
        elif body.takes_file:
            yield "`file`", code(body.content_type), "path", needed, "", ""
        elif body.model is not None and not body.fields:
            told = text(self.spec.definitions[body.model].description)
            yield "`body`", "JSON", linked(body.model, self.models), needed, schema, told

    def _told(self, description: str, shape: Shape) -> str:
        allowed = limits.of_argument(shape, self.spec.definitions)
        return " ".join([description, *(s for s in allowed if s not in description)]).strip()

    def _evidence(self, parameter: ReadParameter) -> str:
        node = self.spec.document.at(parameter.pointer)
        return "" if node is None else text(node.text("x-evidence"))

    def _answers(self, operation: ReadOperation) -> Iterator[Cells]:
        for response in operation.responses:
            again = sent_again(operation, response)
            if response.error is not None:
                kind = link(response.error, f"../{places.error(response.error)}")
            elif response.media is not None:
                kind, again = code(response.media), ""
            else:
                named = "None" if response.shape is None else response.shape.name
                kind, again = linked(named, self.models), ""
            told = text(response.description)
            yield response.status, kind, again, response.evidence, told

    def _tables(self, row: Operation[Any]) -> Iterator[Cells]:
        if row.pull is None or row.pull.kind != "result":
            return
        for table in self.spec.tables[row.id]:
            columns = ", ".join(code(column.name) for column in table.columns)
            yield code(table.name) if table.name else "row of the interaction", columns


def _facts(row: Operation[Any]) -> Iterator[str]:
    yield from map(text, limits.of_operation(row))
    undocumented = [
        f"{status} ({evidence})"
        for status, evidence in row.retry.statuses.items()
        if status not in row.errors
    ]
    if undocumented:
        yield f"Also retried on {', '.join(undocumented)}."
    if row.retry.safe:
        yield "Retried if its outcome is unknown: repeating it is safe."
    else:
        unknown = link("OutcomeUnknownError", f"../{places.error('OutcomeUnknownError')}")
        yield f"Not retried if its outcome is unknown: raises {unknown}."
    yield f"Default `timeout`: {row.retry.deadline:g} s, including retries."
    if row.waiter is not None:
        done = " or ".join(row.waiter.done)
        yield text(f"`{row.waiter.method}` polls it until `{row.waiter.property}` is {done}.")
    if row.quota is not None and row.quota.history is not None:
        history = link(row.quota.history, f"{row.quota.history}.md")
        yield f"{history} returns earlier questions."


def _cells(rule: Parameter, evidence: str, description: str) -> Cells:
    kind = f"{rule.type} ({rule.format})" if rule.format else rule.type
    kind = f"list of {kind}" if rule.many else kind
    where = f"{rule.location} {code(rule.name)}"
    needed = "yes" if rule.required else "no"
    return code(rule.python), where, text(kind), needed, evidence, text(description)

"""Our extensions: each of the form of its struct, and each name in one the name of something."""

from __future__ import annotations

from collections.abc import Iterator
from difflib import get_close_matches
from typing import Final

from elevatekit_codegen import extensions
from elevatekit_codegen.grammar import walk
from elevatekit_codegen.identity import operation_id
from elevatekit_codegen.source import Document, Finding, Node, SpecError
from elevatekit_plugins.api import (
    ROLES,
    Concurrency,
    Pull,
    PullRule,
    Quota,
    RetryRule,
    Waiter,
    did_you_mean,
)

_OPERATION_WORDS: Final[dict[str, type]] = {
    "x-retry": RetryRule,
    "x-concurrency": Concurrency,
    "x-quota": Quota,
    "x-waiter": Waiter,
    "x-pull": PullRule,
}


def forms(document: Document) -> Iterator[Finding]:
    """Keys and values of the extensions: unknown, missing, or of another type than the struct's."""
    for _, node in walk(document):
        try:
            extensions.evidence(document, node)
        except SpecError as error:
            yield from error.findings
    words: list[tuple[Node, str, type]] = [(document.root, "x-pull", Pull)]
    for _, node in _operations(document):
        words += [(node, word, type) for word, type in _OPERATION_WORDS.items()]
    for node, word, type in words:
        if word in node:
            try:
                extensions.read(document, node, word, type)
            except SpecError as error:
                yield from error.findings


def roles(document: Document) -> Iterator[Finding]:
    """What looks like a role is a slip of the pen; any other word has no effect here."""
    for kind, node in walk(document):
        if kind != "Schema" or "x-role" not in node:
            continue
        said = node.value["x-role"]
        if not isinstance(said, str):
            yield document.finding(node / "x-role", f"x-role {said!r} is not a string")
        elif said in ROLES:
            continue
        elif near := get_close_matches(said.lower(), sorted(ROLES), 1, 0.75):
            what = f"unknown x-role {said!r}; did you mean {near[0]}?"
            yield document.finding(node / "x-role", what)
        else:
            what = f"unknown x-role {said!r}; remove it unless an exporter of yours reads it"
            yield document.finding(node / "x-role", what, "warning")


def targets(document: Document) -> Iterator[Finding]:
    """Extensions name operations, parameters and properties: each has to be there."""
    operations = dict(_operations(document))

    def known(node: Node, key: str) -> Iterator[Finding]:
        id = node.text(key)
        if id and id not in operations:
            near = did_you_mean(id, list(operations))
            yield document.finding(node / key, f"unknown operation {id!r}{near}")

    pull = document.root.child("x-pull")
    for node, key in (
        (pull, "declare"),
        (pull.child("upload"), "operation"),
        (pull.child("wait"), "operation"),
    ):
        yield from known(node, key)
    waited = operations.get(pull.child("wait").text("operation"))
    if waited is not None and "x-waiter" not in waited:
        what = "the operation has no x-waiter; add one or choose another operation"
        yield document.finding(pull.child("wait") / "operation", what)
    for id, node in operations.items():
        quota = node.child("x-quota")
        yield from known(quota, "history")
        if quota.value and f"{{{quota.text('per')}}}" not in node.pointer.replace("~1", "/"):
            what = f"the path of {id} has no parameter {quota.text('per')!r}"
            yield document.finding(quota / "per", what)
        retried = node.child("x-retry").child("statuses").value
        for status in node.child("responses").value:
            if status in retried and not status.startswith(("4", "5")):
                what = f"{status} is not an error and cannot be retried; remove it"
                yield document.finding(node.child("x-retry") / "statuses", what)


def waiters(document: Document) -> Iterator[Finding]:
    """What a waiter looks at has to be a property of the answer, its states values of that."""
    for id, node in _operations(document):
        waiter = node.child("x-waiter")
        answer = _answer(document, node)
        if not waiter.value or answer is None:
            continue
        properties = answer.child("properties")
        for key in ("property", "message"):
            name = waiter.text(key)
            if name and name not in properties:
                near = did_you_mean(name, list(properties.value))
                yield document.finding(
                    waiter / key, f"the response of {id} has no property {name!r}{near}"
                )
        states = _values(document, properties.child(waiter.text("property")))
        for key in ("done", "failed", "waiting"):
            for state in waiter.list(key):
                if states and state not in states:
                    near = did_you_mean(str(state), states)
                    yield document.finding(waiter / key, f"{state!r} is not a state of {id}{near}")


def _answer(document: Document, operation: Node) -> Node | None:
    for status, child in operation.children("responses"):
        if status.startswith("2"):
            content = document.resolve(child).child("content").child("application/json")
            if "schema" in content:
                return document.resolve(content.child("schema"))
    return None


def _values(document: Document, schema: Node) -> list[str]:
    """The values that a schema lists, in itself or in a member of its union."""
    target = document.resolve(schema)
    values = [value for value in target.list("enum") if isinstance(value, str)]
    for key in ("oneOf", "anyOf"):
        for _, member in target.children(key):
            values += _values(document, member)
    return values


def _operations(document: Document) -> Iterator[tuple[str, Node]]:
    for kind, node in walk(document):
        # Who has no name is referred to by none.
        if kind == "Operation" and (id := operation_id(node)):
            yield id, node

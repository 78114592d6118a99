"""What is wrong with a spec, with the line of each.

The readers refuse what they cannot express, one thing at a time. The lint looks at all of a
document at once, and at what no reader would stumble over: misspelt keys, references between our
extensions, facts without evidence, names that the command line has taken.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Final

from elevatekit_codegen import extensions
from elevatekit_codegen.grammar import EXTENSIONS, OBJECTS, UNSUPPORTED, walk
from elevatekit_codegen.names import COMMAND_TAKEN
from elevatekit_codegen.reading import Spec, read_spec
from elevatekit_codegen.source import Document, Finding, Node, SpecError
from elevatekit_plugins.api import (
    Concurrency,
    Pull,
    PullRule,
    Quota,
    RetryRule,
    Waiter,
    did_you_mean,
)

VERSIONS: Final = ("3.0", "3.1")

_OPERATION_WORDS: Final[dict[str, type]] = {
    "x-retry": RetryRule,
    "x-concurrency": Concurrency,
    "x-quota": Quota,
    "x-waiter": Waiter,
    "x-pull": PullRule,
}


def vetted(document: Document) -> Spec:
    """A document as it was read, if there is nothing wrong with it.

    Raises:
        SpecError: with everything that is wrong, in the order of the document.
    """
    findings = {finding for check in _CHECKS for finding in check(document)}
    if findings:
        raise SpecError(*sorted(findings))
    return read_spec(document)


def _version(document: Document) -> Iterator[Finding]:
    root = document.root
    if "swagger" in root:
        yield document.finding("/swagger", "this is Swagger 2.0; convert it to OpenAPI 3.1")
    elif not root.text("openapi").startswith(VERSIONS):
        said = root.value.get("openapi")
        what = f"openapi is {said!r}; it must be a text, one of {', '.join(VERSIONS)}"
        yield document.finding("/openapi", what)


def _keys(document: Document) -> Iterator[Finding]:
    """Keys that OpenAPI does not know pass every reader in silence: what they say is lost."""
    for kind, node in walk(document):
        for key in node.value:
            if key in UNSUPPORTED.get(kind, ()):
                yield document.finding(node / key, f"{key} cannot be expressed in Python")
            elif key.startswith("x-"):
                if key not in EXTENSIONS.get(kind, ()):
                    known = sorted({word for words in EXTENSIONS.values() for word in words})
                    near = did_you_mean(key, known)
                    yield document.finding(node / key, f"{key} means nothing on {kind}{near}")
            elif key not in OBJECTS[kind]:
                near = did_you_mean(key, list(OBJECTS[kind]))
                yield document.finding(node / key, f"{kind} has no key {key!r}{near}")


def _references(document: Document) -> Iterator[Finding]:
    for _, node in walk(document):
        if "$ref" in node:
            try:
                document.resolve(node)
            except SpecError as error:
                yield from error.findings


def _operations(document: Document) -> Iterator[tuple[str, Node]]:
    for kind, node in walk(document):
        if kind == "Operation":
            yield node.text("operationId"), node


def _ids(document: Document) -> Iterator[Finding]:
    seen: dict[str, str] = {}
    for id, node in _operations(document):
        word = id.partition(".")[0].replace("_", "-")
        if id and id in seen:
            yield document.finding(node / "operationId", f"operationId {id!r} is here twice")
        elif word in COMMAND_TAKEN:
            what = f"operationId {id!r}: the command line has a command {word!r} of its own"
            yield document.finding(node / "operationId", what)
        seen[id] = node.pointer


def _extensions(document: Document) -> Iterator[Finding]:
    words: list[tuple[Node, str, type]] = [(document.root, "x-pull", Pull)]
    for _, node in _operations(document):
        words += [(node, word, type) for word, type in _OPERATION_WORDS.items()]
    for node, word, type in words:
        if word in node:
            try:
                extensions.read(document, node, word, type)
            except SpecError as error:
                yield from error.findings


def _extension_targets(document: Document) -> Iterator[Finding]:
    """Extensions name operations, parameters and properties: each has to be there."""
    operations = dict(_operations(document))

    def known(node: Node, key: str) -> Iterator[Finding]:
        id = node.text(key)
        if id and id not in operations:
            near = did_you_mean(id, list(operations))
            yield document.finding(node / key, f"there is no operation {id!r}{near}")

    pull = document.root.child("x-pull")
    for node, key in (
        (pull, "declare"),
        (pull.child("upload"), "operation"),
        (pull.child("wait"), "operation"),
    ):
        yield from known(node, key)
    waited = operations.get(pull.child("wait").text("operation"))
    if waited is not None and "x-waiter" not in waited:
        what = "this operation has no x-waiter, so it cannot be waited for"
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
                what = f"{status} is no error, so nothing is to be sent again"
                yield document.finding(node.child("x-retry") / "statuses", what)


def _waiters(document: Document) -> Iterator[Finding]:
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
                    waiter / key, f"the answer of {id} has no property {name!r}{near}"
                )
        states = _values(document, properties.child(waiter.text("property")))
        for key in ("done", "failed", "waiting"):
            for state in waiter.list(key):
                if states and state not in states:
                    near = did_you_mean(str(state), states)
                    yield document.finding(waiter / key, f"{state!r} is no state of {id}{near}")


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


def _evidence(document: Document) -> Iterator[Finding]:
    """Where a spec marks how well things are known, it says so of every operation."""
    marked = any("x-evidence" in node for _, node in walk(document))
    for kind, node in walk(document):
        if kind == "Operation" and marked and "x-evidence" not in node:
            yield document.finding(node.pointer, "x-evidence is missing: how is this known?")
        try:
            extensions.evidence(document, node)
        except SpecError as error:
            yield from error.findings


_CHECKS: Final[tuple[Callable[[Document], Iterator[Finding]], ...]] = (
    _version,
    _keys,
    _references,
    _ids,
    _extensions,
    _extension_targets,
    _waiters,
    _evidence,
)

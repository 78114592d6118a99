"""Operations as methods of the client, in their namespaces."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from elevatekit_codegen import limits
from elevatekit_codegen.annotations import SCALARS
from elevatekit_codegen.literals import docstring
from elevatekit_codegen.model import Group, Method
from elevatekit_codegen.names import CLIENT_TAKEN, constant, pascal, snake
from elevatekit_codegen.operations import ReadOperation
from elevatekit_codegen.reading import Spec
from elevatekit_codegen.shapes import Definitions
from elevatekit_codegen.source import Finding, SpecError, join
from elevatekit_plugins.api import Operation, Parameter, Waiter

_WAIT_PASSED: Final = tuple(f"{word}={word}" for word in ("kind", "poll", "timeout", "progress"))


def result(row: Operation[Any]) -> str:
    """The annotation of what the typed method of an operation returns."""
    if row.media is not None:
        kind = "str" if row.media.startswith("text/") else "bytes"
    elif row.model is not None:
        kind = f"models.{row.model}"
    else:
        return "None"
    return f"{kind} | None" if row.empty else kind


def groups(spec: Spec) -> tuple[Group, ...]:
    """The tree of namespaces.

    Raises:
        SpecError: namespaces or methods would have names that are taken.
    """
    if taken := list(_taken(spec)):
        raise SpecError(*taken)
    return tuple(_below(spec, "", list(spec.operations)))


def all_groups(tree: tuple[Group, ...]) -> tuple[Group, ...]:
    """The groups of a tree, inner ones first."""
    return tuple(g for group in tree for g in (*all_groups(group.groups), group))


def _taken(spec: Spec) -> Iterator[Finding]:
    """The operations that would have a name of the client, of another one, or of a namespace."""
    names = dict.fromkeys(CLIENT_TAKEN, "the client itself")
    constants: dict[str, str] = {}
    classes: dict[str, str] = {}
    for operation in spec.operations:
        id = operation.row.id
        if (other := constants.setdefault(constant(id), id)) != id:
            yield _refused(
                spec, operation, f"{other} already has the constant {constant(id)!r}; rename one"
            )
        for name in _method_names(operation):
            if name in names:
                yield _refused(
                    spec, operation, f"{name!r} is already used by {names[name]}; rename it"
                )
            names.setdefault(name, id)
    for operation in spec.operations:
        for path in _group_paths(operation):
            if path in names:
                yield _refused(
                    spec, operation, f"{path!r} is already used by {names[path]}; rename one"
                )
            if (other := classes.setdefault(pascal(path), path)) != path:
                yield _refused(
                    spec,
                    operation,
                    f"groups {path!r} and {other!r} have the same class; rename one",
                )


def _refused(spec: Spec, operation: ReadOperation, why: str) -> Finding:
    place = join(operation.pointer, "operationId")
    return spec.document.finding(place, f"operationId {operation.row.id!r}: {why}")


def _method_names(operation: ReadOperation) -> Iterator[str]:
    yield operation.row.id
    if operation.row.waiter is not None:
        one = f"{operation.row.id.rpartition('.')[0]}.{operation.row.waiter.method}"
        yield one
        yield f"{one}_all"


def _group_paths(operation: ReadOperation) -> Iterator[str]:
    parts = operation.row.id.split(".")
    for depth in range(1, len(parts)):
        yield ".".join(parts[:depth])


def _below(spec: Spec, prefix: str, operations: list[ReadOperation]) -> Iterator[Group]:
    """The groups right below a path, in the order in which they come first."""
    found: dict[str, list[ReadOperation]] = {}
    for operation in operations:
        rest = operation.row.id.removeprefix(prefix)
        if "." in rest:
            found.setdefault(rest.partition(".")[0], []).append(operation)
    for name, members in found.items():
        path = f"{prefix}{name}"
        own = [o for o in members if o.row.id.rpartition(".")[0] == path]
        yield Group(
            path=path,
            attribute=name,
            class_name=f"{pascal(path)}Methods",
            doc=docstring(_group_doc(spec, path), 4),
            methods=tuple(m for o in own for m in _methods(o, spec.definitions)),
            groups=tuple(_below(spec, f"{path}.", members)),
        )


def _group_doc(spec: Spec, path: str) -> str:
    for _, tag in spec.document.root.children("tags"):
        if path in (tag.text("name"), snake(tag.text("name"))):
            return tag.text("description") or f"{path}."
    return f"The operations of {path}."


def _methods(operation: ReadOperation, definitions: Definitions) -> Iterator[Method]:
    row = operation.row
    required = [p for p in row.parameters if p.required]
    optional = [p for p in row.parameters if not p.required]
    positional = [_argument(p) for p in required]
    keywords = [_argument(p) for p in optional]
    call = [constant(row.id), *(p.python for p in row.parameters)]
    short = f"{row.summary.strip().rstrip('.')}."
    body_arguments, body_keywords, body = _body(row)
    timeout = "timeout: float | None = None"
    yield Method(
        operation=row.id,
        name=row.id.rpartition(".")[2],
        arguments=", ".join(
            [*positional, *body_arguments, "*", *body_keywords, *keywords, timeout]
        ),
        target="_call",
        passed=", ".join([*call, *body, "timeout=timeout"]),
        result=result(row),
        doc=docstring(f"{short}\n\n{operation.description}\n\n{_facts(operation, definitions)}", 8),
        short_doc=docstring(short, 8),
    )
    yield from _waiting(row, positional, keywords, call)


def _waiting(
    row: Operation[Any], positional: list[str], keywords: list[str], call: list[str]
) -> Iterator[Method]:
    """The methods that wait: for one resource and, where one argument is its id, for many."""
    if row.waiter is None:
        return
    options = [
        "kind: str | None = None",
        "poll: float | None = None",
        "timeout: float | None = None",
        f"progress: Callable[[{result(row)}], None] | None = None",
    ]
    yield _wait(row, row.waiter, [*positional, "*", *keywords, *options], call)
    required = [p for p in row.parameters if p.required]
    if len(required) == 1:
        ids = f"{required[0].python}s"
        arguments = [f"{ids}: Iterable[str]", "*", *options]
        yield _wait_all(row, row.waiter, arguments, [call[0], ids])


def _wait(row: Operation[Any], waiter: Waiter, arguments: list[str], call: list[str]) -> Method:
    short = f"Wait until it is {' or '.join(waiter.done)}."
    told = (
        f"{_polls(row, waiter)}, for at most `timeout` seconds (default: one hour). Calls"
        f" `progress` with each response. Raises WaitFailedError on {', '.join(waiter.failed)}."
    )
    return Method(
        operation=row.id,
        name=waiter.method,
        arguments=", ".join(arguments),
        target="_wait",
        passed=", ".join([*call, *_WAIT_PASSED]),
        result=result(row),
        doc=docstring(f"{short}\n\n{told}", 8),
        short_doc=docstring(short, 8),
    )


def _wait_all(row: Operation[Any], waiter: Waiter, arguments: list[str], call: list[str]) -> Method:
    short = f"Wait until each of many is {' or '.join(waiter.done)}."
    told = (
        f"{_polls(row, waiter)}, for at most `timeout` seconds in total (default: one hour). Yields"
        " each as it ends, with its response or error; an error does not stop the others. The ids"
        " may come from a generator: 1,000 are followed at once, and ten polled concurrently. Calls"
        " `progress` with each response."
    )
    return Method(
        operation=row.id,
        name=f"{waiter.method}_all",
        arguments=", ".join(arguments),
        target="_wait_all",
        passed=", ".join([*call, *_WAIT_PASSED]),
        result=f"Waited[{result(row)}]",
        doc=docstring(f"{short}\n\n{told}", 8),
        short_doc=docstring(short, 8),
        iterates=True,
    )


def _polls(row: Operation[Any], waiter: Waiter) -> str:
    intervals = ", ".join(f"{seconds:g} s ({kind})" for kind, seconds in waiter.intervals.items())
    return (
        f"Polls `{row.id}` every {intervals} (without `kind`, the longest), or every `poll` seconds"
    )


def _body(row: Operation[Any]) -> tuple[list[str], list[str], list[str]]:
    """What a body adds: positional arguments, keywords, and what is passed on."""
    body = row.body
    if body is None:
        return [], [], []
    name, kind = ("body", f"models.{body.model}")
    if body.takes_file:
        name, kind = "file", "str | os.PathLike[str]"
    if body.fields or (body.model is None and not body.takes_file):
        # Required ones first, so that the signature can be read.
        ordered = sorted(body.fields, key=lambda f: not f.required)
        keywords = [_argument(field) for field in ordered]
        items = [f"{f.name!a}: {f.python}" for f in body.fields]
        file = [f"{name}: {kind}"] if body.takes_file else []
        if file:
            items.append(f"{body.part!a}: {name}")
        wire = f"{{{', '.join(items)}}}"
        if all(field.required for field in body.fields):
            return file, keywords, [f"body={wire}"]
        return file, keywords, [f"body={{k: v for k, v in {wire}.items() if v is not None}}"]
    if body.required:
        return [f"{name}: {kind}"], [], [f"body={name}"]
    return [], [f"{name}: {kind} | None = None"], [f"body={name}"]


def _argument(rule: Parameter) -> str:
    kind = SCALARS[rule.type]
    if rule.many is not None:
        kind = f"Iterable[{kind}]"
    return f"{rule.python}: {kind}" if rule.required else f"{rule.python}: {kind} | None = None"


def _facts(operation: ReadOperation, definitions: Definitions) -> str:
    known = [f"Evidence: {operation.evidence}."] if operation.evidence else []
    arguments = limits.of_arguments(operation, definitions)
    return " ".join([*arguments, *limits.of_operation(operation.row), *known])

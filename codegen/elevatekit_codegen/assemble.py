"""From a spec that was read to the model that templates see."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any, Final, cast

from msgspec import Struct, structs

from elevatekit_codegen.annotations import annotation
from elevatekit_codegen.literals import docstring, literal
from elevatekit_codegen.methods import all_groups, groups, result
from elevatekit_codegen.model import (
    AliasName,
    Attribute,
    ErrorClass,
    Package,
    Row,
    StructClass,
)
from elevatekit_codegen.names import constant
from elevatekit_codegen.pages import pages
from elevatekit_codegen.reading import Spec
from elevatekit_codegen.shapes import (
    Alias,
    Choice,
    Field,
    Nullable,
    Object,
    OneOf,
    Scalar,
    Shape,
    names,
)
from elevatekit_codegen.source import SpecError
from elevatekit_plugins import errors as bases
from elevatekit_plugins.api import Api, Operation, Table

_SHARED_FROM: Final = 40
"""Characters of source from which a part that repeats is written once."""


def assemble(spec: Spec, name: str) -> Package:
    """The package of a spec.

    Args:
        name: of the package, an identifier.

    Raises:
        SpecError: two things would have one name.
    """
    info = spec.document.root.child("info")
    api = _api(spec, name)
    shared = _shared(api.operations)
    known = {source: called for called, source in shared.items()}
    table = [
        Row(constant(row.id), f"Operation[{result(row)}]", literal(row, known))
        for row in api.operations
    ]
    tree = groups(spec)
    return Package(
        name=name,
        doc=_doc(f"{info.text('title')}: the SDK. Everything public is imported from here."),
        version=info.text("version"),
        sha256=spec.document.sha256,
        structs=tuple(_structs(spec)),
        aliases=tuple(_aliases(spec)),
        errors=tuple(_errors(spec)),
        exports=_exports(spec, name),
        table_words=tuple(sorted(set(_words(api)))),
        shared=tuple(Row(constant, "", source) for constant, source in shared.items()),
        rows=tuple(table),
        api=literal(api, known | {row.source: row.constant for row in table}),
        groups=tree,
        all_groups=all_groups(tree),
        pages=pages(spec, name),
        document=json.dumps(spec.document.value, indent=2, ensure_ascii=False) + "\n",
    )


def _shared(rows: tuple[Operation[Any], ...]) -> dict[str, str]:
    """Parts of the table with a name of their own: the name of each, and its source.

    These are long parts that several rows have in common, and the columns of tables.
    """
    count: dict[str, int] = {}
    name: dict[str, str] = {}
    for row in rows:
        parts = {"errors": row.errors, "retry": row.retry}
        found: list[tuple[str, object]] = [
            *((f"_{constant(row.id)}_{key.upper()}", part) for key, part in parts.items()),
            *((f"_{p.python.upper().rstrip('_')}", p) for p in row.parameters),
            *((_columns_name(t), t.columns) for t in row.tables if t.name),
        ]
        for called, part in found:
            source = literal(part)
            count[source] = count.get(source, 0) + 1 + isinstance(part, tuple)
            name.setdefault(source, called)
    result: dict[str, str] = {}
    for source, times in count.items():
        if times > 1 and len(source) >= _SHARED_FROM:
            called = name[source]
            while called in result:
                called += "_"
            result[called] = source
    return result


def _columns_name(table: Table) -> str:
    return f"_{table.name.upper()}_COLUMNS" if table.columns[0].path else "_VALUE"


def _api(spec: Spec, name: str) -> Api:
    info = spec.document.root.child("info")
    return Api(
        name=name,
        title=info.text("title"),
        version=info.text("version"),
        package=name,
        base_url=spec.base_url,
        key=spec.key,
        error_message=spec.error_message,
        operations=tuple(
            structs.replace(
                operation.row,
                description=" ".join(operation.row.description.split()),
                tables=spec.tables[operation.row.id],
            )
            for operation in spec.operations
        ),
        pull=spec.pull,
    )


def _words(value: object) -> Iterator[str]:
    """The classes of all structs in a value."""
    if isinstance(value, Struct):
        yield type(value).__name__
        for field in structs.fields(value):
            yield from _words(getattr(value, field.name))
    elif isinstance(value, tuple):
        for item in cast("tuple[object, ...]", value):
            yield from _words(item)


def _structs(spec: Spec) -> Iterator[StructClass]:
    for definition in spec.definitions.values():
        if not isinstance(definition, Object):
            continue
        usage = spec.usage[definition.name]
        tag = definition.tag
        options = ["frozen=True", "kw_only=True"]
        fields = [f for f in definition.fields if tag is None or f.name != tag[0]]
        if all(_is_flat(f.shape) for f in fields):
            # It holds nothing that could lead back to it: the garbage collector may pass it by.
            options.append("gc=False")
        if tag is not None:
            options += [f"tag_field={ascii(tag[0])}", f"tag={ascii(tag[1])}"]
        yield StructClass(
            name=definition.name,
            doc=_doc(_with_evidence(definition.description, definition.evidence), indent=4),
            options=", ".join(options),
            attributes=tuple(_attribute(field, "received" in usage) for field in fields),
        )


def _attribute(field: Field, received: bool) -> Attribute:
    python = annotation(field.shape, received=received)
    notes = [field.description]
    if _is_time(field):
        notes.append("ISO 8601, as it came.")
    if not field.required and field.default is None and "None" not in python.split(" | "):
        python += " | None"
    text = _with_evidence(" ".join(" ".join(notes).split()), field.evidence)
    return Attribute(
        name=field.python,
        annotation=python,
        default=_default(field, received),
        doc=docstring(text, 4) if text else "",
    )


def _is_time(field: Field) -> bool:
    shape = field.shape.inner if isinstance(field.shape, Nullable) else field.shape
    return isinstance(shape, Scalar) and shape.format == "date-time"


def _is_flat(shape: Shape) -> bool:
    """Whether a value of it holds no other value."""
    match shape:
        case Scalar() | Choice():
            return True
        case Nullable(inner=inner):
            return _is_flat(inner)
        case OneOf(members=members):
            return all(_is_flat(member) for member in members)
        case _:
            return False


def _default(field: Field, received: bool) -> str:
    rename = f"name={ascii(field.name)}" if field.name != field.python else ""
    if field.default is not None and not received:
        # A factory: what equals a plain default would not be sent, and the spec wants it sent.
        given = f"default_factory=lambda: {literal(field.default)}"
    elif not field.required:
        given = "default=None"
    else:
        given = ""
    if given == "default=None" and not rename:
        return " = None"
    inside = ", ".join(part for part in (given, rename) if part)
    return f" = msgspec.field({inside})" if inside else ""


def _aliases(spec: Spec) -> Iterator[AliasName]:
    aliases = {n: d for n, d in spec.definitions.items() if isinstance(d, Alias)}
    done: set[str] = set()

    def visit(alias: Alias, outer: tuple[str, ...]) -> Iterator[AliasName]:
        if alias.name in outer:
            raise spec.document.error(alias.pointer, f"{alias.name} is made of itself alone")
        if alias.name in done:
            return
        for name in names(alias.shape):
            if name in aliases:
                yield from visit(aliases[name], (*outer, alias.name))
        done.add(alias.name)
        received = "received" in spec.usage[alias.name]
        yield AliasName(
            name=alias.name,
            annotation=annotation(alias.shape, received=received),
            doc=_doc(alias.description or alias.name),
        )

    for alias in aliases.values():
        yield from visit(alias, ())


def _errors(spec: Spec) -> Iterator[ErrorClass]:
    statuses: dict[str, dict[int, str]] = {}
    for operation in spec.operations:
        for response in operation.responses:
            if response.error is not None:
                known = statuses.setdefault(response.error, {})
                known.setdefault(response.status, response.description)
    for name, known in sorted(statuses.items()):
        told = "; ".join(f"{status}: {text}" for status, text in sorted(known.items()))
        yield ErrorClass(name=name, doc=_doc(f"Status {told}", indent=4))


def _exports(spec: Spec, name: str) -> Mapping[str, str]:
    sources = {
        f"{name}.client": ["AsyncClient", "Client"],
        f"{name}.models": list(spec.definitions),
        f"{name}.errors": [error.name for error in _errors(spec)],
        "elevatekit_plugins.errors": [
            n
            for n, value in vars(bases).items()
            if isinstance(value, type) and issubclass(value, bases.ElevateKitError)
        ],
    }
    found: dict[str, str] = {}
    for module, exported in sources.items():
        for public in exported:
            if public in found:
                raise _taken(spec, public, f"{found[public]} has a class of that name")
            found[public] = module
    return dict(sorted(found.items()))


def _taken(spec: Spec, name: str, why: str) -> SpecError:
    definition = spec.definitions.get(name)
    pointer = definition.pointer if definition is not None else "/components/responses"
    return spec.document.error(pointer, f"{name} cannot be exported: {why}")


def _with_evidence(text: str, evidence: str | None) -> str:
    return f"{text} Evidence: {evidence}." if text and evidence else text


def _doc(text: str, indent: int = 0) -> str:
    return docstring(text, indent)

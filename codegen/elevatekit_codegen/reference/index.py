"""All pages together, and the index: everything that a person may look for, by its name."""

from __future__ import annotations

from collections.abc import Iterator

from elevatekit_codegen.model import Group
from elevatekit_codegen.reading import Spec
from elevatekit_codegen.reference import places
from elevatekit_codegen.reference.errors import error_pages
from elevatekit_codegen.reference.events import event_pages
from elevatekit_codegen.reference.markdown import code, link, text
from elevatekit_codegen.reference.model import (
    ErrorPage,
    EventPage,
    Letter,
    ModelPage,
    OperationGroup,
    OperationPage,
    Reference,
)
from elevatekit_codegen.reference.models import model_pages
from elevatekit_codegen.reference.operations import operation_pages

_Entry = tuple[str, str, str]
"""What somebody looks for; what it is; a link."""


def reference(spec: Spec, package: str, tree: tuple[Group, ...]) -> Reference:
    """The reference of a package."""
    info = spec.document.root.child("info")
    operations = tuple(operation_pages(spec, package, tree))
    models = tuple(model_pages(spec, package))
    errors = tuple(error_pages(spec, package, operations))
    events = tuple(event_pages())
    entries = [
        *_of_operations(operations),
        *_of_models(models),
        *_of_errors(errors),
        *_of_events(events),
    ]
    return Reference(
        title=text(info.line("title")),
        description=text(info.line("description")),
        groups=tuple(_groups(spec, operations)),
        operations=operations,
        models=models,
        errors=errors,
        events=events,
        letters=tuple(_letters(entries)),
    )


def _groups(spec: Spec, operations: tuple[OperationPage, ...]) -> Iterator[OperationGroup]:
    told = {tag.text("name"): tag for _, tag in spec.document.root.children("tags")}
    for path in dict.fromkeys(page.group for page in operations):
        description = text(told[path].line("description")) if path in told else ""
        own = tuple(page for page in operations if page.group == path)
        yield OperationGroup(path, description, own)


def _of_operations(pages: tuple[OperationPage, ...]) -> Iterator[_Entry]:
    for page in pages:
        to = link(page.id, places.operation(page.id))
        yield page.id.rpartition(".")[2], "operation", to
        yield page.request.strip("`").partition(" ")[2], "path", to
        for argument, sent, *_ in page.parameters:
            yield argument.strip("`"), "argument", to
            _, _, name = sent.partition(" ")
            yield name.strip("`"), "parameter", to


def _of_models(pages: tuple[ModelPage, ...]) -> Iterator[_Entry]:
    for page in pages:
        to = link(page.name, places.model(page.name))
        yield page.name, "model", to
        for (python, *_), wire in zip(page.properties, page.wire_names, strict=True):
            for name in dict.fromkeys((python.strip("`"), wire)):
                yield name, "property", to


def _of_errors(pages: tuple[ErrorPage, ...]) -> Iterator[_Entry]:
    for page in pages:
        to = link(page.name, places.error(page.name))
        yield page.name, "error", to
        for status in page.statuses:
            yield status, "status", to


def _of_events(pages: tuple[EventPage, ...]) -> Iterator[_Entry]:
    for page in pages:
        to = link(page.name, places.event(page.name))
        yield page.name, "event", to
        if page.hook:
            yield page.hook, "hook", to


def _letters(entries: list[_Entry]) -> Iterator[Letter]:
    """The entries by name, those of one name and kind together, under their first letter."""
    found: dict[tuple[str, str], dict[str, None]] = {}
    for name, kind, to in entries:
        if name:
            found.setdefault((name, kind), {})[to] = None
    letters: dict[str, list[tuple[str, str, str]]] = {}
    for name, kind in sorted(found, key=lambda key: (key[0].strip("/_").lower(), key)):
        first = name.strip("/_")[:1].upper()
        letter = first if "A" <= first <= "Z" else "0-9"
        letters.setdefault(letter, []).append((code(name), kind, ", ".join(found[name, kind])))
    for letter, rows in letters.items():
        yield Letter(letter, tuple(rows))

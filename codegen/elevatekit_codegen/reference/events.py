"""The page of each event that plugins are told of."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from elevatekit_codegen.reference import host
from elevatekit_codegen.reference.markdown import code, linked, text
from elevatekit_codegen.reference.model import EventPage
from elevatekit_plugins.hooks import events
from elevatekit_plugins.hooks.specs import Hooks

_PLUGINS: Final = "elevatekit_plugins"


def event_pages() -> Iterator[EventPage]:
    """A page for each event, in the order of the host's module."""
    hooks = _hooks()
    found = host.classes(events)
    pages = {event.name: f"{event.name}.md" for event in found}
    for event in found:
        hook = hooks.get(event.name, "")
        yield EventPage(
            name=event.name,
            # The docstring begins with the name of the hook, which stands on the page already.
            description=_sentence(text(event.doc.removeprefix(f"`{hook}`: "))),
            hook=hook,
            fields=tuple(
                (code(field.name), linked(field.annotation, pages), text(field.doc))
                for field in event.attributes
            ),
            snippet=_snippet(event.name, hook, event.attributes) if hook else "",
        )


def _hooks() -> Mapping[str, str]:
    """The hook of each event."""
    found: dict[str, str] = {}
    for name, hook in vars(Hooks).items():
        annotation = getattr(hook, "__annotations__", {}).get("event")
        if annotation is not None:
            found[str(annotation).rpartition(".")[2]] = name
    return found


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:]


def _snippet(event: str, hook: str, fields: tuple[host.Attribute, ...]) -> str:
    shown = ", ".join(f"event.{field.name}" for field in fields[:3])
    return f"""from {_PLUGINS} import {event}, hookimpl


@hookimpl
def {hook}(event: {event}) -> None:
    print({shown})"""

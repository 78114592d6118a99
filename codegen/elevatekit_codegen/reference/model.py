"""What the templates of the reference see. Every text is Markdown, unless it is said to be code."""

from __future__ import annotations

from dataclasses import dataclass

Cells = tuple[str, ...]
"""A row of a table."""


@dataclass(frozen=True, slots=True)
class Shown:
    """A body as a file that the command line reads."""

    file: str
    summary: str
    json: str
    """Code."""


@dataclass(frozen=True, slots=True)
class OperationPage:
    """An operation: what it does, takes, answers and costs, and how it is called."""

    id: str
    group: str
    title: str
    description: str
    evidence: str
    request: str
    """`GET /interactions/{interactionIdentifier}/status`, as code."""
    signatures: tuple[str, ...]
    """Code: of its method, and of those that wait."""
    synopsis: str
    """Code: its command, with all options."""
    facts: tuple[str, ...]
    parameters: tuple[Cells, ...]
    answers: tuple[Cells, ...]
    tables: tuple[Cells, ...]
    bodies: tuple[Shown, ...]
    commands: tuple[str, ...]
    """Code: a command line for each of its bodies."""
    snippets: tuple[str, ...]
    """Code: sync ones, then one that is async."""


@dataclass(frozen=True, slots=True)
class ModelPage:
    """A struct, or another name of the models module."""

    name: str
    description: str
    annotation: str
    """Of a name that is no struct: the type that it stands for."""
    properties: tuple[Cells, ...]
    has_optional: bool
    """Whether a property may be None."""
    wire_names: Cells
    """Code: the properties as JSON has them."""
    uses: tuple[str, ...]
    snippet: str
    """Code that makes one; empty where it is only received."""


@dataclass(frozen=True, slots=True)
class ErrorPage:
    """An error: when it is raised, and what it carries."""

    name: str
    description: str
    base: str
    """A link to what it derives from, where that has a page."""
    statuses: tuple[str, ...]
    raised: tuple[Cells, ...]
    """By which operation, at which status."""
    attributes: tuple[Cells, ...]
    derived: tuple[str, ...]
    """Links to those that derive from it."""
    snippet: str
    """Code that catches it; empty where no operation documents it."""


@dataclass(frozen=True, slots=True)
class EventPage:
    """What plugins are told, and by which hook."""

    name: str
    description: str
    hook: str
    """Code; empty where it is a part of another event."""
    fields: tuple[Cells, ...]
    snippet: str
    """Code of a plugin; empty where there is no hook."""


@dataclass(frozen=True, slots=True)
class OperationGroup:
    """A namespace in the table of contents."""

    path: str
    description: str
    operations: tuple[OperationPage, ...]


@dataclass(frozen=True, slots=True)
class Letter:
    """A section of the index."""

    letter: str
    entries: tuple[Cells, ...]
    """What it is called, what it is, and links to where it stands."""


@dataclass(frozen=True, slots=True)
class Reference:
    """All pages, and two ways to find them: by kind, and by name."""

    title: str
    description: str
    groups: tuple[OperationGroup, ...]
    operations: tuple[OperationPage, ...]
    models: tuple[ModelPage, ...]
    errors: tuple[ErrorPage, ...]
    events: tuple[EventPage, ...]
    letters: tuple[Letter, ...]

"""What plugins have registered, by kind and name. A name belongs to one plugin, or to none."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, Final

from msgspec import Struct

from elevatekit_plugins.hooks.descriptors import (
    Auth,
    AuthScheme,
    CheckSpec,
    Descriptor,
    Exporter,
    ExporterSpec,
    RetryPolicy,
    RetryPolicySpec,
    SpanFactory,
    TransformSpec,
)
from elevatekit_plugins.host.plugin import Plugin


class Kind(Struct, frozen=True):
    """A kind of descriptor."""

    hook: str
    """The hook that registers it."""
    word: str
    """What messages call it."""
    fits: Callable[[object], bool] = callable
    """Whether something is what its `build` has to give."""
    due: str = ""
    """What that is called."""


KINDS: Final[Mapping[type[Descriptor], Kind]] = {
    AuthScheme: Kind(
        "elevatekit_register_auth_schemes",
        "auth scheme",
        lambda built: isinstance(built, Auth),
        "Auth",
    ),
    RetryPolicySpec: Kind(
        "elevatekit_register_retry_policies",
        "retry policy",
        lambda built: isinstance(built, RetryPolicy),
        "RetryPolicy",
    ),
    ExporterSpec: Kind(
        "elevatekit_register_exporters",
        "exporter",
        lambda built: isinstance(built, Exporter),
        "Exporter",
    ),
    TransformSpec: Kind("elevatekit_register_transforms", "transform", callable, "a function"),
    CheckSpec: Kind("elevatekit_register_checks", "check"),
    SpanFactory: Kind("elevatekit_register_spans", "span"),
}
REGISTERS: Final = {kind.hook: descriptor for descriptor, kind in KINDS.items()}
"""The hooks that return descriptors, and of which kind."""


Key = tuple[type[Descriptor], str]
"""A kind, and a name or alias in it."""


class Catalogue:
    """All descriptors that can be selected."""

    def __init__(self) -> None:
        self._owners: dict[Key, tuple[Plugin, Descriptor]] = {}
        self._contested: dict[Key, list[Plugin]] = {}

    def rivals(self, descriptors: Iterable[Descriptor]) -> tuple[Key | None, list[Plugin]]:
        """Who has a name already that a plugin is about to claim, and which name that is.

        None, and nobody, where all of the names are free.
        """
        for key in (key for descriptor in descriptors for key in names(descriptor)):
            others = list(self._contested.get(key, ()))
            if key in self._owners:
                others.append(self._owners[key][0])
            if others:
                return key, others
        return None, []

    def contest(self, key: Key, plugins: Iterable[Plugin]) -> None:
        """Let nobody have what several plugins claim, whoever comes after them."""
        self._contested[key] = list(plugins)

    def add(self, plugin: Plugin, descriptors: Iterable[Descriptor]) -> None:
        """Give a plugin the names of what it provides."""
        for descriptor in descriptors:
            for key in names(descriptor):
                self._owners[key] = (plugin, descriptor)

    def remove(self, plugin: Plugin) -> None:
        """Forget what a plugin provides."""
        for key in [key for key, (owner, _) in self._owners.items() if owner is plugin]:
            del self._owners[key]

    def find(self, kind: type[Descriptor], name: str) -> tuple[Plugin, Any] | None:
        """The descriptor of this name or alias, and whose it is."""
        return self._owners.get((kind, name))

    def names(self) -> Iterable[str]:
        """The names of all that there is."""
        return {descriptor.name for _, descriptor in self._owners.values()}

    def all(self, kind: type[Descriptor]) -> Iterator[tuple[Plugin, Any]]:
        """The descriptors of a kind, by name."""
        for (of, name), (plugin, descriptor) in sorted(
            self._owners.items(), key=lambda item: item[0][1]
        ):
            if of is kind and name == descriptor.name:
                yield plugin, descriptor


def names(descriptor: Descriptor) -> Iterator[Key]:
    """Every name by which a descriptor can be selected, with its kind."""
    kind = next(kind for kind in KINDS if isinstance(descriptor, kind))
    yield kind, descriptor.name
    if isinstance(descriptor, ExporterSpec):
        yield from ((kind, alias) for alias in descriptor.aliases)

"""Which plugins are installed: one scan of the distributions a process, nothing imported."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from functools import cache, partial
from importlib.metadata import Distribution, distributions
from typing import Final, Literal

from msgspec import Struct, field

from elevatekit_plugins.hooks.specs import PROJECT

COMMANDS: Final = f"{PROJECT}.commands"
"""The group of entry points of commands."""


class Candidate(Struct, frozen=True, kw_only=True, eq=False):
    """A plugin that could be loaded."""

    name: str
    """The entry point's; the name of the file, module or class where there is none."""
    distribution: str
    version: str
    origin: Literal["builtin", "installed", "local"]
    """`builtin`: it ships with this distribution. `local`: given in code, or as a file."""
    load: Callable[[], object]
    remedy: str
    """What to do where it cannot be used."""
    module: str | None = None
    """The module that the entry point names."""
    extras: tuple[str, ...] = ()
    """The extras of its distribution that the entry point says it needs."""
    metadata: Distribution | None = None
    told: set[str] = field(default_factory=set)
    """What the log holds about it already: one line a process, however many clients there are."""

    @property
    def builtin(self) -> bool:
        """Whether it ships with this distribution."""
        return self.origin == "builtin"

    @property
    def label(self) -> str:
        """`csv (elevatekit 1.0)`"""
        return f"{self.name} ({self.distribution} {self.version})".replace(" )", ")")


@cache
def installed(group: str = PROJECT) -> Sequence[Candidate]:
    """What the distributions offer in a group of entry points, by name.

    The same name can be there more than once. Entry points of the group that cannot be read are a
    plugin that cannot be loaded.
    """
    found: list[Candidate] = []
    seen: set[str] = set()
    for distribution, text in _scan():
        if f"[{group}]" in text:
            name, version = _identity(distribution)
            if name is None or canonical(name) not in seen:  # a second one is not imported either
                seen.add(canonical(name or ""))
                found += _offered(distribution, group, name or "unknown", version)
    return tuple(sorted(found, key=lambda c: (c.name, c.distribution)))


def canonical(name: str) -> str:
    """The name of a distribution as indexes compare it: `Acme.Vault` is `acme-vault`."""
    return re.sub(r"[-_.]+", "-", name).lower()


def forget() -> None:
    """Scan again when somebody asks next: distributions came or went."""
    _scan.cache_clear()
    installed.cache_clear()
    told.cache_clear()


@cache
def told() -> set[str]:
    """What the log holds already about names that nothing installed has."""
    return set()


@cache
def _scan() -> Sequence[tuple[Distribution, str]]:
    """Every distribution that has entry points, with the text that lists them."""
    return tuple(_readable())


def _readable() -> Iterator[tuple[Distribution, str]]:
    for distribution in distributions():
        text = _text(distribution, "entry_points.txt")
        if text:
            yield distribution, text


def _text(distribution: Distribution, name: str) -> str:
    """A file of the metadata, with `\ufffd` for what is no UTF-8; nothing if there is none."""
    try:
        return distribution.read_text(name) or ""
    except UnicodeDecodeError as error:
        return error.object.decode("utf-8", "replace")
    except OSError:
        return ""


def _offered(
    distribution: Distribution, group: str, name: str, version: str
) -> Iterator[Candidate]:
    origin: Literal["builtin", "installed"] = "builtin" if name == PROJECT else "installed"
    remedy = f"upgrade or uninstall {name}"
    offer = partial(Candidate, distribution=name, version=version, origin=origin, remedy=remedy)
    try:
        points = list(distribution.entry_points.select(group=group))
    except Exception:  # of a file that is no such list
        load = partial(_refuse, "its entry_points.txt is damaged")
        yield offer(name=name, load=load)
        return
    for point in points:
        try:
            module, extras = point.module, tuple(point.extras)
        except (AttributeError, AssertionError, ValueError):  # each Python says it in its own way
            load = partial(_refuse, f"its entry point is {point.value!r}, which is not a module")
            yield offer(name=point.name, load=load, metadata=distribution)
        else:
            yield offer(
                name=point.name,
                load=point.load,
                module=module,
                extras=extras,
                metadata=distribution,
            )


def _refuse(reason: str) -> object:
    raise ValueError(reason)


def _identity(distribution: Distribution) -> tuple[str | None, str]:
    """Name and version. Read here: importlib.metadata wants them to be there, and in UTF-8."""
    text = _text(distribution, "METADATA") or _text(distribution, "PKG-INFO")
    head: dict[str, str] = {}
    for line in text.splitlines():
        if not line:
            break
        key, _, value = line.partition(": ")
        head.setdefault(key, value)
    return head.get("Name"), head.get("Version", "0")

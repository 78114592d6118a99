"""The two specs of a diff as packages, and which of their operations belong together."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from elevatekit_codegen.assemble import assemble
from elevatekit_codegen.model import Method, Package
from elevatekit_codegen.operations import ReadOperation
from elevatekit_codegen.reading import Spec
from elevatekit_codegen.shapes import Named, Usage, reached


@dataclass(frozen=True, slots=True)
class Side:
    """The old or the new spec, as a package."""

    spec: Spec
    package: Package
    operations: Mapping[str, ReadOperation]
    """By id."""
    methods: Mapping[str, Method]
    """By dotted path, those that wait included."""
    users: Mapping[str, tuple[str, ...]]
    """Definition to the operations that send or receive it, itself or inside of another."""


@dataclass(frozen=True, slots=True)
class Sides:
    """Both, and how their operations are matched."""

    old: Side
    new: Side
    renamed: Mapping[str, str]
    """Old operation id to new one, where the request is the same."""

    @property
    def matched(self) -> tuple[tuple[ReadOperation, ReadOperation], ...]:
        """The operations that are in both, renamed ones too, in the order of the old."""
        news = self.new.operations
        return tuple(
            (operation, news[there])
            for id, operation in self.old.operations.items()
            if (there := self.renamed.get(id, id)) in news
        )

    @property
    def moved(self) -> dict[str, str]:
        """Dotted path of each old method that is in both, to where it is now."""
        news = {(m.operation, m.target): path for path, m in self.new.methods.items()}
        found: dict[str, str] = {}
        for path, method in self.old.methods.items():
            key = self.renamed.get(method.operation, method.operation), method.target
            if key in news:
                found[path] = news[key]
        return found

    def usage(self, name: str) -> frozenset[Usage]:
        """How a definition is used, before and after alike."""
        nothing = frozenset[Usage]()
        return self.old.spec.usage.get(name, nothing) & self.new.spec.usage.get(name, nothing)


def sides(old: Spec, new: Spec, package: str) -> Sides:
    """Both sides of a diff.

    Args:
        package: the name of the generated package.

    Raises:
        SpecError: one of the two cannot be made into a package.
    """
    before, after = _side(old, package), _side(new, package)
    requests = {
        (o.row.method, o.row.path): id
        for id, o in after.operations.items()
        if id not in before.operations
    }
    renamed = {
        id: requests[o.row.method, o.row.path]
        for id, o in before.operations.items()
        if id not in after.operations and (o.row.method, o.row.path) in requests
    }
    return Sides(before, after, renamed)


def _side(spec: Spec, name: str) -> Side:
    package = assemble(spec, name)
    return Side(
        spec=spec,
        package=package,
        operations={operation.row.id: operation for operation in spec.operations},
        methods={
            f"{group.path}.{method.name}": method
            for group in package.all_groups
            for method in group.methods
        },
        users=_users(spec),
    )


def _users(spec: Spec) -> dict[str, tuple[str, ...]]:
    found: dict[str, list[str]] = {name: [] for name in spec.definitions}
    for operation in spec.operations:
        shapes = [r.shape for r in operation.responses if r.shape is not None]
        if operation.body is not None and isinstance(operation.body.shape, Named):
            shapes.append(operation.body.shape)
        for name in reached(shapes, spec.definitions):
            found[name].append(operation.row.id)
    return {name: tuple(ids) for name, ids in found.items()}

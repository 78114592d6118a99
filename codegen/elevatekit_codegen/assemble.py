"""From a spec that was read to the model that templates see."""

from __future__ import annotations

import json
from collections.abc import Mapping

from elevatekit_codegen import rows
from elevatekit_codegen.classes import alias_names, error_classes, struct_classes
from elevatekit_codegen.grammar import walk
from elevatekit_codegen.literals import docstring
from elevatekit_codegen.methods import all_groups, groups
from elevatekit_codegen.model import ErrorClass, Package
from elevatekit_codegen.reading import Spec
from elevatekit_codegen.reference.index import reference
from elevatekit_plugins import errors as bases


def assemble(spec: Spec, name: str) -> Package:
    """The package of a spec.

    Args:
        name: of the package, an identifier.

    Raises:
        SpecError: two things would have one name.
    """
    info = spec.document.root.child("info")
    table = rows.api(spec, name)
    shared = rows.shared(table)
    operations = rows.rows(table, shared)
    errors = tuple(error_classes(spec))
    tree = groups(spec)
    title = f"{info.line('title')}: the SDK. Everything public is imported from here."
    return Package(
        name=name,
        doc=docstring(title, 0),
        version=info.text("version"),
        sha256=spec.document.sha256,
        structs=tuple(struct_classes(spec)),
        aliases=tuple(alias_names(spec)),
        errors=errors,
        exports=exports(spec, name, errors),
        table_words=tuple(sorted(set(rows.words(table)))),
        shared=shared,
        rows=operations,
        api=rows.source(table, shared, operations),
        groups=tree,
        all_groups=all_groups(tree),
        reference=reference(spec, name, tree),
        document=json.dumps(spec.document.value, indent=2, ensure_ascii=False) + "\n",
    )


def exports(spec: Spec, name: str, errors: tuple[ErrorClass, ...]) -> Mapping[str, str]:
    """Everything public, and the module that it comes from.

    Raises:
        SpecError: two things would have one name.
    """
    base_errors = [
        name
        for name, value in vars(bases).items()
        if isinstance(value, type) and issubclass(value, bases.ElevateKitError)
    ]
    found: dict[str, str] = {}
    for module, exported in {
        "elevatekit_plugins.errors": base_errors,
        "elevatekit_plugins.messages": ["Attempt", "Response", "Settlement"],
        "elevatekit_plugins.calls.waiter": ["Waited"],
        f"{name}.client": ["AsyncClient", "Client"],
        f"{name}.errors": [error.name for error in errors],
        f"{name}.models": list(spec.definitions),
    }.items():
        for public in exported:
            if public in found:
                raise spec.document.error(
                    _place(spec, public),
                    f"{public!r} would be exported twice: {found[public]} has one already",
                )
            found[public] = module
    return dict(sorted(found.items()))


def _place(spec: Spec, name: str) -> str:
    """The pointer to what gives a model or an error its name."""
    if (definition := spec.definitions.get(name)) is not None:
        return definition.pointer
    for kind, node in walk(spec.document):
        if kind == "Response" and node.text("x-error") == name:
            return node / "x-error"
    return "/paths"

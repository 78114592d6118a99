"""From a spec that was read to the model that templates see."""

from __future__ import annotations

import json

from elevatekit_codegen import rows
from elevatekit_codegen.classes import alias_names, error_classes, struct_classes
from elevatekit_codegen.exports import exports
from elevatekit_codegen.literals import docstring
from elevatekit_codegen.methods import all_groups, groups
from elevatekit_codegen.model import Package
from elevatekit_codegen.reading import Spec
from elevatekit_codegen.reference.index import reference


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
        chats=spec.pull is not None,
        document=json.dumps(spec.document.value, indent=2, ensure_ascii=False) + "\n",
    )

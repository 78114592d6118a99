"""What a package exports: the name of everything public, once."""

from __future__ import annotations

from collections.abc import Mapping

from elevatekit_codegen.grammar import walk
from elevatekit_codegen.model import ErrorClass
from elevatekit_codegen.reading import Spec
from elevatekit_codegen.source import Finding, SpecError
from elevatekit_plugins import errors as bases


def exports(spec: Spec, name: str, errors: tuple[ErrorClass, ...]) -> Mapping[str, str]:
    """Everything public, and the module that it comes from.

    Raises:
        SpecError: things would have the name of another one; all of them are told.
    """
    base_errors = [
        name
        for name, value in vars(bases).items()
        if isinstance(value, type) and issubclass(value, bases.ElevateKitError)
    ]
    found: dict[str, str] = {}
    twice: list[Finding] = []
    for module, exported in {
        "elevatekit_plugins.errors": base_errors,
        "elevatekit_plugins.messages": ["Attempt", "LostQuestion", "Response", "Settlement"],
        "elevatekit_plugins.calls.waiter": ["Waited"],
        f"{name}.client": ["AsyncClient", "Client"],
        f"{name}.errors": [error.name for error in errors],
        f"{name}.models": list(spec.definitions),
    }.items():
        for public in exported:
            if public in found:
                what = f"the name {public!r} is already used in {found[public]}; rename one"
                twice.append(spec.document.finding(_place(spec, public), what))
            found.setdefault(public, module)
    if twice:
        raise SpecError(*twice)
    return dict(sorted(found.items()))


def _place(spec: Spec, name: str) -> str:
    """The pointer to what gives a model or an error its name."""
    if (definition := spec.definitions.get(name)) is not None:
        return definition.pointer
    for kind, node in walk(spec.document):
        if kind == "Response" and node.text("x-error") == name:
            return node / "x-error"
    return "/paths"

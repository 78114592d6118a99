"""What a probe has seen is no longer likely or assumed."""

from __future__ import annotations

from collections import defaultdict
from typing import Final

from elevatekit_codegen.patch.tree import Map, Tree, is_property, owner, put
from elevatekit_plugins.api import Evidence
from elevatekit_plugins.report import Added, Answered, Fact, Optional, Report

PROBED: Final[Evidence] = "probed"
DOUBTFUL: Final = ("likely", "assumed")


def mark(tree: Tree, report: Report) -> None:
    """Set the evidence of all that was seen. To be done before anything is renamed.

    A schema whose properties were all seen says so once; of another one, each property that was.

    Raises:
        MissingError: the spec has no such place.
    """
    settled: defaultdict[str, set[str]] = defaultdict(set)
    for fact in (*report.of("as said"), *report.of("different")):
        place = tree.map(fact.pointer)
        if isinstance(fact.change, Added):
            settled[fact.pointer].add(fact.change.name)
        elif isinstance(fact.change, Answered):
            _set(place[_key(place, fact.change.status)])
        elif is_property(fact.pointer):
            if not isinstance(fact.change, Optional) or _came(fact):
                schema, name = owner(fact.pointer)
                settled[schema].add(name)
        elif fact.verdict == "as said" and "properties" not in place:
            _set(place)
    for schema, names in settled.items():
        _mark_properties(tree.map(schema), names)


def _came(fact: Fact) -> bool:
    return fact.came != "never"


def _key(responses: Map, status: int) -> str:
    return next(key for key in responses if str(key) == str(status))


def _mark_properties(schema: Map, names: set[str]) -> None:
    properties = schema.get("properties", {})
    inheriting = {name for name, node in properties.items() if "x-evidence" not in node}
    if schema.get("x-evidence") in DOUBTFUL and inheriting <= names:
        schema["x-evidence"] = PROBED
    whole = schema.get("x-evidence") == PROBED
    for name in names & properties.keys():
        if whole:
            properties[name].pop("x-evidence", None)
        else:
            _set(properties[name])


def _set(node: Map) -> None:
    put(node, "x-evidence", PROBED, before="content" if "content" in node else "x-role")

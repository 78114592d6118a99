"""From what came to facts: as the spec says, different, or not seen."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from elevatekit_plugins.probe.schemas import DOUBTFUL, Leaf, Property, Spec, join
from elevatekit_plugins.probe.shapes import fits, has_format, shape_of, told
from elevatekit_plugins.probe.sightings import Objects, Sighting, Sightings
from elevatekit_plugins.report import (
    Added,
    Change,
    Fact,
    Listed,
    Nullable,
    Optional,
    Renamed,
    Retyped,
    Unformatted,
)


class Verdicts:
    """Judges all that was seen."""

    def __init__(self, sightings: Sightings) -> None:
        self._seen = sightings
        self.spec = sightings.spec
        self._vocabulary = sightings.vocabulary

    def differences(self) -> Iterator[Fact]:
        """What is not as the spec says, whatever its evidence."""
        for pointer, sightings in self._seen.places.items():
            yield from self._of_types(pointer, sightings)
        for pointer, sightings in self._seen.leaves.items():
            yield from self._of_values(self.spec.at(pointer), sightings)
        for objects in self._seen.objects.values():
            yield from self._of_names(objects)

    def certainties(self, place: str) -> Iterator[Fact]:
        """What became of everything uncertain in the schema at a place, and below it."""
        yield from self._uncertain(place, set())

    def _of_types(self, pointer: str, sightings: list[Sighting]) -> Iterator[Fact]:
        leaves = [*self.spec.leaves(pointer)]
        wrong = [
            s
            for s in sightings
            if not any(fits(s.value, leaf, self._vocabulary) for leaf in leaves)
        ]
        typed = [s for s in wrong if s.value is not None]
        said = _said(self.spec, pointer)
        if typed:
            shape = shape_of([s.value for s in sightings], self._vocabulary)
            yield self._different(pointer, typed[0], said, told(shape), Retyped(shape=shape))
        elif wrong:
            yield self._different(pointer, wrong[0], said, "null", Nullable())

    def _of_values(self, leaf: Leaf, sightings: list[Sighting]) -> Iterator[Fact]:
        texts = [(s, s.value) for s in sightings if isinstance(s.value, str)]
        new = [(s, text) for s, text in texts if leaf.values and text not in leaf.values]
        if new:
            values = tuple(dict.fromkeys(text for _, text in new))
            said, came = f"one of {', '.join(leaf.values)}", ", ".join(values)
            yield self._different(leaf.pointer, new[0][0], said, came, Listed(values=values))
        format = leaf.node.get("format", "")
        odd = [sighting for sighting, text in texts if not has_format(text, format)]
        if odd:
            said, came = f"string ({format})", "string of another form"
            yield self._different(leaf.pointer, odd[0], said, came, Unformatted())

    def _of_names(self, objects: Objects) -> Iterator[Fact]:
        for name, came in objects.renamed.items():
            first, change = objects.sight(came)[0], Renamed(name=came)
            yield self._different(objects.known[name].pointer, first, name, came, change)
        for name in objects.unknown():
            sightings = objects.sight(name)
            shape = shape_of([s.value for s in sightings], self._vocabulary)
            said, came = f"no property {name}", f"{name}: {told(shape)}"
            added = Added(name=name, shape=shape)
            yield self._different(objects.leaf.pointer, sightings[0], said, came, added)
        untold = objects.untold()
        if untold:
            came = "other properties, whose names may be something that was said"
            first = objects.sightings[0]
            yield self._different(objects.leaf.pointer, first, "no other properties", came, None)
        for name, property in objects.known.items():
            if property.required and name not in objects.renamed:
                without = [
                    sighting
                    for sighting, body in zip(objects.sightings, objects.bodies, strict=True)
                    if name not in body
                ]
                if without:
                    said, came = f"{name} always", "not always" if objects.sight(name) else "never"
                    yield self._different(property.pointer, without[0], said, came, Optional())

    def _different(
        self, pointer: str, sighting: Sighting, said: str, came: str, change: Change | None
    ) -> Fact:
        return Fact(
            verdict="different",
            pointer=pointer,
            evidence=self.spec.evidence(pointer),
            operation=sighting.operation,
            answer=sighting.answer,
            said=said,
            came=came,
            change=change,
        )

    def _uncertain(self, place: str, done: set[str]) -> Iterator[Fact]:
        for leaf in self.spec.leaves(place):
            if leaf.pointer in done:
                continue
            done.add(leaf.pointer)
            yield from self._uncertain_object(leaf)
            for property in self.spec.properties(leaf).values():
                if property.evidence in DOUBTFUL:
                    yield self._certainty(property)
                yield from self._uncertain(property.pointer, done)
            for key in ("items", "additionalProperties"):
                if isinstance(leaf.node.get(key), dict):
                    yield from self._uncertain(join(leaf.pointer, key), done)

    def _uncertain_object(self, leaf: Leaf) -> Iterator[Fact]:
        evidence = leaf.node.get("x-evidence")
        if evidence not in DOUBTFUL or "properties" not in leaf.node:
            return
        objects = self._seen.objects.get(leaf.pointer)
        known = () if objects is None else [n for n in objects.known if objects.sight(n)]
        found = objects is not None and bool([*known, *objects.renamed])
        first = objects.sightings[0] if objects and found else None
        yield _verdict(leaf.pointer, evidence, _of(leaf), first)

    def _certainty(self, property: Property) -> Fact:
        sightings = self._seen.places.get(property.pointer, [])
        first = next(iter(sightings), None) if self._is_settled(property.pointer) else None
        said = _said(self.spec, property.pointer)
        return _verdict(property.pointer, property.evidence, said, first)

    def _is_settled(self, place: str) -> bool:
        """Whether something came there that tells its type: no null, and no list without items."""
        values = [sighting.value for sighting in self._seen.places.get(place, [])]
        for leaf in self.spec.leaves(place):
            if any(v is not None and v != [] and fits(v, leaf, self._vocabulary) for v in values):
                return True
        return False


def _verdict(pointer: str, evidence: Any, said: str, first: Sighting | None) -> Fact:
    return Fact(
        verdict="not seen" if first is None else "as said",
        pointer=pointer,
        evidence=evidence,
        operation=None if first is None else first.operation,
        answer=None if first is None else first.answer,
        said=said,
    )


def _said(spec: Spec, pointer: str) -> str:
    """What the spec has at a place, in words."""
    return " or ".join(dict.fromkeys(_of(leaf, spec) for leaf in spec.leaves(pointer)))


def _of(leaf: Leaf, spec: Spec | None = None) -> str:
    if leaf.values:
        return f"one of {', '.join(leaf.values)}"
    words: list[str] = []
    for kind in leaf.kinds:
        if kind == "array" and spec is not None and "items" in leaf.node:
            words.append(f"array of {_said(spec, join(leaf.pointer, 'items'))}")
        elif kind == "object" and "properties" in leaf.node:
            words.append(f"object ({', '.join(leaf.node['properties'])})")
        elif kind == "string" and "format" in leaf.node:
            words.append(f"string ({leaf.node['format']})")
        else:
            words.append(kind)
    return " or ".join(words) or "anything"

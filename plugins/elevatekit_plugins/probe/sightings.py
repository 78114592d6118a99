"""Answers laid beside the spec: what came at each of its places."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple, cast

from elevatekit_plugins.probe.schemas import Leaf, Property, Spec, join
from elevatekit_plugins.probe.shapes import MOST, fits
from elevatekit_plugins.probe.vocabulary import Vocabulary, spelling


class Sighting(NamedTuple):
    """A value, and where it came."""

    operation: str
    answer: str
    value: object

    def below(self, key: str | int, value: object) -> Sighting:
        """One that stands in it."""
        return Sighting(self.operation, join(self.answer, key), value)


class Objects:
    """All objects that came where the spec has one schema."""

    def __init__(self, leaf: Leaf, known: Mapping[str, Property], vocabulary: Vocabulary) -> None:
        self.leaf = leaf
        self.known = known
        self._vocabulary = vocabulary
        self.sightings: list[Sighting] = []
        self.renamed: dict[str, str] = {}
        """A property to the name under which it came."""

    @property
    def bodies(self) -> list[Mapping[str, Any]]:
        return [cast("Mapping[str, Any]", sighting.value) for sighting in self.sightings]

    def unknown(self) -> list[str]:
        """Names that came, that the schema does not have, and that may be told."""
        return [name for name in self._strange() if self._vocabulary.tells(name)]

    def untold(self) -> list[str]:
        """Such names that are kept back: somebody may have said them."""
        return [name for name in self._strange() if not self._vocabulary.tells(name)]

    def _strange(self) -> list[str]:
        # Keys that are values are none.
        if self.leaf.node.get("additionalProperties") or not self.known:
            return []
        taken = {*self.known, *self.renamed.values()}
        names = [n for n in dict.fromkeys(n for b in self.bodies for n in b) if n not in taken]
        return names if len(names) <= MOST else []

    def absent(self) -> list[str]:
        """Names of the schema that never came."""
        return [n for n in self.known if n not in self.renamed and not self.sight(n)]

    def sight(self, name: str) -> list[Sighting]:
        """What came under a name."""
        return [
            sighting.below(name, body[name])
            for sighting, body in zip(self.sightings, self.bodies, strict=True)
            if name in body
        ]


class Sightings:
    """What came, by the pointer of the schema that it has to fit."""

    def __init__(self, spec: Spec, vocabulary: Vocabulary) -> None:
        self.spec = spec
        self.vocabulary = vocabulary
        self.places: defaultdict[str, list[Sighting]] = defaultdict(list)
        """A place where a schema stands to every value that came there."""
        self.leaves: defaultdict[str, list[Sighting]] = defaultdict(list)
        """A schema that is no union to the values that fit it."""
        self.objects: dict[str, Objects] = {}

    def look(self, pointer: str, sighting: Sighting) -> None:
        """Lay a value beside the schema at a pointer."""
        self.places[pointer].append(sighting)
        leaf = self._chosen(pointer, sighting.value)
        if leaf is None:
            return
        self.leaves[leaf.pointer].append(sighting)
        if isinstance(sighting.value, dict):
            self._look_at_object(leaf, sighting)
        elif isinstance(sighting.value, list) and "items" in leaf.node:
            for index, item in enumerate(cast("list[object]", sighting.value)):
                self.look(join(leaf.pointer, "items"), sighting.below(index, item))

    def follow_renames(self) -> None:
        """Find properties that came under another name, and look at what is in them."""
        while found := [
            (objects, *pair) for objects in self.objects.values() for pair in self._pairs(objects)
        ]:
            for objects, name, came in found:
                objects.renamed[name] = came
            for objects, name, came in found:
                for sighting in objects.sight(came):
                    self.look(objects.known[name].pointer, sighting)

    def _look_at_object(self, leaf: Leaf, sighting: Sighting) -> None:
        objects = self.objects.get(leaf.pointer)
        if objects is None:
            objects = Objects(leaf, self.spec.properties(leaf), self.vocabulary)
            self.objects[leaf.pointer] = objects
        objects.sightings.append(sighting)
        more = leaf.node.get("additionalProperties")
        for name, value in cast("Mapping[str, object]", sighting.value).items():
            if name in objects.known:
                self.look(objects.known[name].pointer, sighting.below(name, value))
            elif isinstance(more, dict) and more:
                # The key is a value itself, and may be something that somebody said.
                self.look(join(leaf.pointer, "additionalProperties"), sighting.below("*", value))

    def _chosen(self, pointer: str, value: object) -> Leaf | None:
        fitting = [leaf for leaf in self.spec.leaves(pointer) if fits(value, leaf, self.vocabulary)]
        if isinstance(value, dict):
            names = cast("Mapping[str, object]", value).keys()
            fitting.sort(key=lambda leaf: -len(names & self.spec.properties(leaf).keys()))
        return fitting[0] if fitting else None

    def _pairs(self, objects: Objects) -> list[tuple[str, str]]:
        """Names of the schema that never came, each with the one that stands for it.

        Spelling decides first. What is left is paired only where there is one on either side, the
        spec requires it or has nothing else there, and the values are of its type.
        """
        absent, unknown = objects.absent(), objects.unknown()
        spelt = _unique(map(spelling, unknown), unknown)
        pairs = [(name, spelt[spelling(name)]) for name in absent if spelling(name) in spelt]
        if pairs or len(absent) != 1 or len(unknown) != 1:
            return pairs
        (name,), (came,) = absent, unknown
        property = objects.known[name]
        awaited = property.required or len(objects.known) == 1
        values = [sighting.value for sighting in objects.sight(came)]
        whole = all(self._chosen(property.pointer, value) is not None for value in values)
        return [(name, came)] if awaited and whole and any(v is not None for v in values) else []


def _unique(keys: Sequence[str] | map[str], values: Sequence[str]) -> dict[str, str]:
    """Keys to values, without keys that come twice."""
    keys = list(keys)
    return {k: v for k, v in zip(keys, values, strict=True) if keys.count(k) == 1}

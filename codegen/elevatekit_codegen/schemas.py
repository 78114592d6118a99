"""Our own reading of schemas: from the raw document to shapes and definitions."""

from __future__ import annotations

from elevatekit_codegen import kinds
from elevatekit_codegen.fields import fields
from elevatekit_codegen.names import pascal
from elevatekit_codegen.scalars import LIST_LIMITS, choice, limits, scalar
from elevatekit_codegen.shapes import (
    Alias,
    Anything,
    Definition,
    ListOf,
    MapOf,
    Named,
    Nullable,
    Object,
    OneOf,
    Scalar,
    Shape,
)
from elevatekit_codegen.source import Document, Node, Refusals, described
from elevatekit_codegen.unions import tags


class Schemas:
    """The definitions of a document. Reading a shape adds those that it needs."""

    def __init__(self, document: Document) -> None:
        self.document = document
        self._tags = tags(document)
        self._names: dict[str, str] = {}
        """Pointer to the name of the definition that the schema there has or will have."""
        self.definitions: dict[str, Definition] = {}
        """By name, in the order of the document, inline objects after what holds them."""
        refusals, components = Refusals(), list[Node]()
        for name, node in document.root.child("components").children("schemas"):
            with refusals.kept():
                if "$ref" not in node:
                    self._register(pascal(name), node)
                    components.append(node)
        # All names first: the schemas refer to one another.
        refusals.raise_all()
        for node in components:
            with refusals.kept():
                if kinds.kind(node) != "scalar":
                    self._define(node, self._names[node.pointer])
        refusals.raise_all()

    def shape(self, node: Node, name: str) -> Shape:
        """The shape of a schema.

        Args:
            name: what the definition is called if the schema is an object that has no name.

        Raises:
            SpecError: it is something that the generated code cannot express.
        """
        target = self.document.resolve(node)
        kind = kinds.kind(target)
        if kind == "scalar":
            shape: Shape = scalar(self.document, target)
        elif target.pointer in self._names:
            shape = Named(self._names[target.pointer])
        elif kind == "object":
            shape = Named(self._register(name, target))
            self._define(target, name)
        else:
            shape = self._of_values(target, name)
        # The null of a named type that is no struct stands in its own definition.
        own = kind == "other" and target.pointer in self._names
        if kinds.is_nullable(target) and not own:
            return shape if isinstance(shape, Nullable) else Nullable(shape)
        return shape

    def named(self, node: Node, name: str) -> Named:
        """The definition of a schema; an alias is made if it has none."""
        shape = self.shape(node, name)
        if isinstance(shape, Named):
            return shape
        target = self.document.resolve(node)
        if target.pointer not in self._names:
            self._register(name, target)
        name = self._names[target.pointer]
        self.definitions[name] = Alias(name, target.pointer, described(target), shape)
        return Named(name)

    def object(self, node: Node, name: str) -> Object:
        """The object that a schema describes, without making a definition of it."""
        return Object(
            name=name,
            pointer=node.pointer,
            description=described(node),
            fields=fields(self, node, name),
            evidence=node.text("x-evidence") or None,
            tag=self._tags.get(node.pointer),
        )

    def _register(self, name: str, node: Node) -> str:
        if not name:
            raise self.document.error(
                node.pointer, "the schema has no valid Python name; rename it"
            )
        for pointer, taken in self._names.items():
            if taken == name:
                raise self.document.error(
                    node.pointer, f"the schema at {pointer} is already the class {name}; rename one"
                )
        self._names[node.pointer] = name
        return name

    def _define(self, node: Node, name: str) -> None:
        if kinds.kind(node) == "object":
            # This keeps the place, so that what is inline comes after what holds it.
            self.definitions[name] = Object(name, node.pointer, "", ())
            self.definitions[name] = self.object(node, name)
        else:
            shape = self._of_values(node, name)
            if kinds.is_nullable(node) and not isinstance(shape, Nullable):
                shape = Nullable(shape)
            self.definitions[name] = Alias(name, node.pointer, described(node), shape)

    def _of_values(self, node: Node, name: str) -> Shape:
        if (member := kinds.wrapped(node)) is not None:
            return self.shape(member, name)
        if "oneOf" in node or "anyOf" in node:
            return self._union(node, name)
        if "enum" in node or "const" in node:
            return choice(self.document, node)
        match kinds.types(node):
            case ["array"] if "items" in node:
                items = self.shape(node.child("items"), f"{name}Item")
                return ListOf(items, limits(node, LIST_LIMITS))
            case ["object"]:
                extra = node.child("additionalProperties")
                if extra.value:
                    return MapOf(self.shape(extra, f"{name}Value"))
                return MapOf(Anything())
            case [] if not kinds.is_nullable(node):
                return Anything()
            case several if len(several) > 1 and all(map(kinds.is_scalar_type, several)):
                return OneOf(tuple(Scalar(t) for t in filter(kinds.is_scalar_type, several)))
            case other:
                what = "an array without items" if other == ["array"] else f"type {other}"
                raise self.document.error(node.pointer, f"{what} is not supported")

    def _union(self, node: Node, name: str) -> Shape:
        members = [m for key in ("oneOf", "anyOf") for _, m in node.children(key)]
        real = [m for m in members if not kinds.is_null(m)]
        objects = sum(self._is_struct_or_map(m) for m in real)
        if not real:
            raise self.document.error(node.pointer, "a union needs a member that is not null")
        if objects > 1 and "discriminator" not in node:
            raise self.document.error(node.pointer, "a union of objects needs a discriminator")
        if 0 < objects < len(real):
            raise self.document.error(
                node.pointer, "a union of objects and other types is not supported"
            )
        names = [f"{name}{i}" for i in range(1, len(real) + 1)] if len(real) > 1 else [name]
        shapes = [self.shape(member, own) for member, own in zip(real, names, strict=True)]
        null = len(real) < len(members) or any(isinstance(s, Nullable) for s in shapes)
        plain = tuple(s.inner if isinstance(s, Nullable) else s for s in shapes)
        shape = plain[0] if len(plain) == 1 else OneOf(plain)
        return Nullable(shape) if null else shape

    def _is_struct_or_map(self, node: Node) -> bool:
        target = self.document.resolve(node)
        return kinds.kind(target) == "object" or kinds.types(target) == ["object"]

    def owner(self, node: Node, name: str) -> str:
        """The name of the definition of a schema, or the given one where it has none."""
        return self._names.get(node.pointer, name)

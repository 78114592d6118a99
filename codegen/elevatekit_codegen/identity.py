"""Which method an operation is: its dotted id, from its operationId and, where need be, its tag."""

from __future__ import annotations

from elevatekit_codegen.names import is_method, is_method_path, snake
from elevatekit_codegen.source import Document, Node


def operation_id(node: Node) -> str:
    """The dotted path of an operation's method; empty where the spec gives none.

    An operationId that is such a path is taken as it is (`gen_ai.cx.topics`). Any other one is the
    method, and the first tag is its group: `listPets` with the tag `Pet Store` is
    `pet_store.list_pets`.
    """
    said = node.text("operationId")
    if is_method_path(said) or "." in said:
        return said if is_method_path(said) else ""
    method, group = snake(said), snake(first_tag(node))
    return f"{group}.{method}" if is_method(method) and is_method(group) else ""


def named(document: Document, node: Node) -> str:
    """The same.

    Raises:
        SpecError: the spec gives none.
    """
    if id := operation_id(node):
        return id
    if not (said := node.text("operationId")):
        raise document.error(
            node.pointer,
            "the operation needs an operationId with a group and a method, such as `pets.list_all`",
        )
    raise document.error(
        node / "operationId",
        f"operationId {said!r} must be a group and a method in Python, such as `pets.list_all`,"
        " or a name, with a tag as its group",
    )


def first_tag(node: Node) -> str:
    """The first tag of an operation, or an empty text."""
    tags = node.list("tags")
    return tags[0] if tags and isinstance(tags[0], str) else ""

"""What the body of a question has to hold, so that the host can ask it and find it again."""

from __future__ import annotations

from typing import Any

from elevatekit_codegen.source import Document, Node
from elevatekit_plugins.api import Operation


def check_question(document: Document, node: Node, row: Operation[Any]) -> None:
    """A pull asks, and a history is searched, by the text with the role `question`.

    Raises:
        SpecError: an operation that is asked, or whose history is kept, has no such text, or
            needs more than that.
    """
    searched = row.quota is not None and row.quota.history is not None
    if not searched and (row.pull is None or row.pull.kind != "question"):
        return
    place = node / "requestBody" if "requestBody" in node else node.pointer
    asked = None if row.body is None else row.body.question
    if row.body is None or asked is None or asked.type != "string" or asked.many:
        raise document.error(
            place,
            f"{row.id} asks a question (x-pull, x-quota); its body must be an object of scalars,"
            " one of them a string with x-role: question",
        )
    more = [repr(field.name) for field in row.body.fields if field.required and field is not asked]
    if more:
        raise document.error(
            place,
            f"{row.id} asks a question (x-pull, x-quota); its body must not require {more[0]}",
        )

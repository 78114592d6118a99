"""The media types of bodies: each body has one, with a schema."""

from __future__ import annotations

from elevatekit_codegen.shapes import Scalar, Shape
from elevatekit_codegen.source import Document, Node


def content(document: Document, node: Node) -> tuple[str, Node] | None:
    """The media type of a request or a response, and its schema; None: it has no body.

    Raises:
        SpecError: there are several media types, or there is no schema.
    """
    found = list(node.children("content"))
    if not found:
        return None
    if len(found) > 1:
        kinds = " and ".join(kind for kind, _ in found)
        raise document.error(
            node / "content", f"a body in {kinds} is not supported; keep one media type"
        )
    [(kind, media)] = found
    if "encoding" in media:
        raise document.error(media / "encoding", "encoding is not supported")
    if "schema" not in media:
        raise document.error(
            media.pointer,
            f"the {kind} body needs a schema; if neither JSON nor text, use"
            " {type: string, format: binary}",
        )
    return kind, media.child("schema")


def text_or_bytes(document: Document, kind: str, schema: Node, shape: Shape) -> Scalar:
    """What a body is that is neither JSON nor a form.

    Raises:
        SpecError: the schema says something else than that it is a text, or bytes.
    """
    text = kind.startswith("text/")
    match shape:
        case Scalar(type="string") if (shape.format == "binary") != text:
            return shape
        case _:
            wanted = "{type: string}" if text else "{type: string, format: binary}"
            raise document.error(schema.pointer, f"the schema of {kind} must be {wanted}")

"""Reads the body of a request: all of it always, so that the connection can be used again."""

from __future__ import annotations

from typing import Final

import msgspec
from msgspec import UNSET, Struct
from starlette.requests import Request

from elevatekit_plugins.simulator.contract import Contract
from elevatekit_plugins.simulator.forms import form, pairs_of
from elevatekit_plugins.simulator.switches import Switches
from elevatekit_plugins.simulator.upload import Upload

LONGEST_BODY: Final = 32 << 20
"""How many bytes of a JSON body are kept."""


class Received(Struct, frozen=True, kw_only=True):
    """What came with a request."""

    body: object = None
    """A decoded JSON body, or the values of a form. UNSET: none came, and none has to."""
    upload: Upload | None = None
    problem: str | None = None
    """Why the body cannot be used, before any schema is looked at."""
    too_large: bool = False


async def receive(request: Request, contract: Contract, switches: Switches) -> Received:
    """Read the body as its operation expects it."""
    content_type = request.headers.get("content-type", "")
    rule = contract.operation.body
    if rule is not None and rule.kind == "multipart":
        upload = Upload(content_type)
        async for piece in request.stream():
            upload.feed(piece)
        most = switches.upload_max_bytes
        if most is not None and upload.size > most:
            told = f"the file has {upload.size} bytes, more than {most}"
            return Received(upload=upload, problem=told, too_large=True)
        part = None if switches.upload_any_part else contract.part
        problem = upload.problem(part, files=rule.part is not None)
        if contract.body is None:
            return Received(upload=upload, problem=problem)
        body = upload.form(contract.body.schema.shape)
        return Received(body=body, upload=upload, problem=problem)
    content = bytearray()
    size = 0
    async for piece in request.stream():
        size += len(piece)
        if size <= LONGEST_BODY:
            content += piece
    if size > LONGEST_BODY:
        return Received(problem=f"the body is larger than {LONGEST_BODY} bytes", too_large=True)
    if rule is None:
        return Received()
    if not size and not rule.required:
        return Received(body=UNSET)
    if content_type.partition(";")[0].strip().lower() != rule.content_type:
        return Received(problem=f"the content type {content_type!r} is not {rule.content_type}")
    if contract.body is None:
        return Received()
    if rule.kind == "form":
        return Received(body=form(contract.body.schema.shape, pairs_of(bytes(content))))
    try:
        return Received(body=msgspec.json.decode(content))
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        return Received(problem=f"the body is not JSON: {error}")

"""Reads the body of a request: all of it always, so that the connection can be used again."""

from __future__ import annotations

from typing import Final

import msgspec
from msgspec import Struct
from starlette.requests import Request

from elevatekit_plugins.simulator.contract import JSON, Contract
from elevatekit_plugins.simulator.switches import Switches
from elevatekit_plugins.simulator.upload import Upload

LONGEST_BODY: Final = 32 << 20
"""How many bytes of a JSON body are kept."""


class Received(Struct, frozen=True, kw_only=True):
    """What came with a request."""

    body: object = None
    """A decoded JSON body."""
    upload: Upload | None = None
    problem: str | None = None
    """Why the body cannot be used, before any schema is looked at."""
    too_large: bool = False


async def receive(request: Request, contract: Contract, switches: Switches) -> Received:
    """Read the body as its operation expects it."""
    content_type = request.headers.get("content-type", "")
    if contract.part is not None:
        upload = Upload(content_type)
        async for piece in request.stream():
            upload.feed(piece)
        most = switches.upload_max_bytes
        if most is not None and upload.size > most:
            problem = f"the file has {upload.size} bytes, more than {most}"
            return Received(upload=upload, problem=problem, too_large=True)
        part = None if switches.upload_any_part else contract.part
        return Received(upload=upload, problem=upload.problem(part))
    content = bytearray()
    size = 0
    async for piece in request.stream():
        size += len(piece)
        if size <= LONGEST_BODY:
            content += piece
    if size > LONGEST_BODY:
        return Received(problem=f"the body is larger than {LONGEST_BODY} bytes", too_large=True)
    if contract.body is None:
        return Received()
    if content_type.partition(";")[0].strip().lower() != JSON:
        return Received(problem=f"the content type {content_type!r} is not {JSON}")
    try:
        return Received(body=msgspec.json.decode(content))
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        return Received(problem=f"the body is not JSON: {error}")

"""From a successful response to the type that the spec promises, or an error that says why not."""

from __future__ import annotations

from typing import Any, TypeVar, cast

import msgspec

from elevatekit_plugins.api import Api, Operation, is_json
from elevatekit_plugins.calls.decoders import decoder
from elevatekit_plugins.calls.recognition import is_blank, unrecognised
from elevatekit_plugins.errors import BrokenResponseError, DriftError
from elevatekit_plugins.messages import Response, decode_answer, mended

T = TypeVar("T")


def decode(api: Api, operation: Operation[T], response: Response) -> T:
    """The typed result. None for a status that comes without a body.

    Raises:
        BrokenResponseError: the body is not JSON at all (a login page, a cut-off text), or is JSON
            or a page where the spec promises something else.
        DriftError: it is JSON that does not fit the spec, or holds nothing that the spec knows.
    """
    promised = operation.model or operation.media
    if promised is None or (response.status in operation.empty and not response.body):
        if _content_type(response) == "text/html":
            raise _no_json(operation, response)  # what a proxy says, not the API
        # The table says that there is nothing to decode: T is None here, or allows it.
        return None  # type: ignore[return-value]
    if operation.media is not None:
        return _media(operation, operation.media, response)
    if not _is_json(response):
        raise _no_json(operation, response)
    reader: msgspec.json.Decoder[T] = decoder(api.model(promised))
    try:
        result, body = _read(reader, response.body)
        place = unrecognised(result, body)
    except msgspec.ValidationError as error:
        what, _, path = str(error).partition(" - at ")
        raise _drift(operation, response, what, path.strip("`") or "$") from None
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise BrokenResponseError(
            f"operation {operation.id}: the response is not JSON: {error}",
            response=response,
            operation=operation.id,
        ) from None
    if place is not None:
        path, type_ = place
        known = ", ".join(type_.__struct_encode_fields__)
        what = f"none of the known properties ({known}) is in the response"
        raise _drift(operation, response, what, path)
    if response.status not in operation.success and is_blank(result):
        expected = " or ".join(map(str, operation.success))
        what = f"expected status {expected}, got {response.status} with an empty result"
        raise _drift(operation, response, what, "$")
    return result


def _media(operation: Operation[T], media: str, response: Response) -> T:
    """The text or bytes that the spec promises. Any content type will do but JSON and HTML."""
    kind = _content_type(response)
    strange = kind == "text/html" or is_json(kind)
    if (strange and kind != media) or not (kind or response.body):
        raise _no_json(operation, response)
    # The table says which of the two T is.
    result: Any = response.text if media.startswith("text/") else response.body
    return cast("T", result)


def _read(reader: msgspec.json.Decoder[T], body: bytes) -> tuple[T, bytes]:
    """The decoded answer, and the text that it was decoded from: repaired if need be."""
    try:
        return _typed(reader, body)
    except msgspec.ValidationError:
        raise
    except msgspec.DecodeError:
        better = mended(body)
        if better == body:
            raise
        return _typed(reader, better)


def _typed(reader: msgspec.json.Decoder[T], body: bytes) -> tuple[T, bytes]:
    """The same, without repair. Of a repeated key, only the last value has to fit."""
    try:
        return reader.decode(body), body
    except msgspec.ValidationError as error:
        try:
            once = msgspec.json.encode(decode_answer(body))
        except (ValueError, RecursionError):
            raise error from None
        return reader.decode(once), once


def _content_type(response: Response) -> str:
    return (response.header("content-type") or "").partition(";")[0].strip().lower()


def _is_json(response: Response) -> bool:
    kind = _content_type(response)
    return bool(response.body) and (is_json(kind) or not kind)


def _no_json(operation: Operation[Any], response: Response) -> BrokenResponseError:
    found = f"{_content_type(response) or 'no content type'} ({len(response.body)} bytes)"
    expected = operation.media or ("nothing" if operation.model is None else "JSON")
    return BrokenResponseError(
        f"operation {operation.id} answered {response.status} with {found} instead of {expected};"
        " is there a proxy or a login page in between?",
        response=response,
        operation=operation.id,
    )


def _drift(operation: Operation[Any], response: Response, what: str, path: str) -> DriftError:
    return DriftError(
        f"operation {operation.id}: the response differs from the spec at {path}: {what}. The"
        " response is in .response; client.raw returns it undecoded",
        response=response,
        path=path,
        operation=operation.id,
    )

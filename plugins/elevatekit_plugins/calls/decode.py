"""From a successful response to the type that the spec promises, or an error that says why not."""

from __future__ import annotations

from typing import Any, TypeVar

import msgspec

from elevatekit_plugins.api import Api, Operation
from elevatekit_plugins.calls.decoders import decoder
from elevatekit_plugins.errors import BrokenResponseError, DriftError
from elevatekit_plugins.messages import Response

T = TypeVar("T")


def decode(api: Api, operation: Operation[T], response: Response) -> T:
    """The typed result. None for a status that comes without a body.

    Raises:
        BrokenResponseError: the body is not JSON at all (a login page, a cut-off text).
        DriftError: it is JSON that does not fit the spec, or holds nothing that the spec knows.
    """
    if operation.model is None or (response.status in operation.empty and not response.body):
        # The table says that there is nothing to decode: T is None here, or allows it.
        return None  # type: ignore[return-value]
    _check_is_json(operation, response)
    try:
        result: T = decoder(api.model(operation.model)).decode(response.body)
    except msgspec.ValidationError as error:
        what, _, path = str(error).partition(" - at ")
        raise _drift(operation, response, what, path.strip("`") or "$") from None
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise BrokenResponseError(
            f"operation {operation.id}: the answer is no JSON: {error}",
            response=response,
            operation=operation.id,
        ) from None
    if isinstance(result, msgspec.Struct) and _is_unrecognised(result, response):
        known = ", ".join(field.encode_name for field in msgspec.structs.fields(result))
        raise _drift(
            operation, response, f"none of the known properties ({known}) is in the answer", "$"
        )
    return result


def _check_is_json(operation: Operation[Any], response: Response) -> None:
    content_type = (response.header("content-type") or "").partition(";")[0].strip().lower()
    if response.body and (
        content_type == "application/json" or content_type.endswith("+json") or not content_type
    ):
        return
    found = f"{content_type or 'no content type'} ({len(response.body)} bytes)"
    raise BrokenResponseError(
        f"operation {operation.id} answered {response.status} with {found} where JSON was expected;"
        " is there a proxy or a login page in between?",
        response=response,
        operation=operation.id,
    )


def _is_unrecognised(result: msgspec.Struct, response: Response) -> bool:
    """Whether a non-empty object left every property unset, so that nothing of it was known."""
    fields = msgspec.structs.fields(result)
    if not fields or any(getattr(result, field.name) is not None for field in fields):
        return False
    # It was decoded into a struct, so it is an object.
    raw: dict[str, Any] = response.json()
    return bool(raw) and not any(field.encode_name in raw for field in fields)


def _drift(operation: Operation[Any], response: Response, what: str, path: str) -> DriftError:
    return DriftError(
        f"operation {operation.id}: the answer differs from the spec at {path}: {what}. The answer"
        " is in .response; client.raw returns it undecoded",
        response=response,
        path=path,
        operation=operation.id,
    )

"""Holds recorded requests and responses against the spec, with no network."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final, cast
from urllib.parse import parse_qs, unquote, urlsplit

import msgspec
from msgspec import UNSET, Struct

from elevatekit_plugins.api import Api, is_json
from elevatekit_plugins.simulator.contract import Contract, contracts
from elevatekit_plugins.simulator.forms import form, pairs_of
from elevatekit_plugins.simulator.routing import Found, Router
from elevatekit_plugins.simulator.upload import Upload
from elevatekit_plugins.testing.cassettes.canonical import (
    RecordedRequest,
    RecordedResponse,
    canonical_uri,
)
from elevatekit_plugins.testing.cassettes.leaks import as_bytes

_REFUSED: Final = frozenset({400, 404, 405, 413, 415, 422})
"""With these a service says itself that a request does not fit: so it was meant not to."""


class Misfit(Struct, frozen=True):
    """One way in which an interaction breaks the spec."""

    part: str
    """`request` or `response`."""
    path: str
    """Where in its JSON body (`$.topics[0]`), or empty."""
    reason: str


class Fitting:
    """The spec, compiled once for any number of interactions.

    Args:
        document: The OpenAPI document of the API.
        base_url: Where the requests went; those to other hosts are none of this API.
        strict: Whether a property that the spec does not name is a misfit, too.

    Raises:
        ValueError: the document lacks an operation of the table, or is not valid.
    """

    def __init__(
        self, api: Api, document: Mapping[str, Any], base_url: str, *, strict: bool
    ) -> None:
        self._contracts = contracts(api, document, strict=strict)
        self._router = Router(base_url, self._contracts.values())
        self._base_url = canonical_uri(base_url, api.base_url)
        self._origin = _origin(self._base_url)

    def concerns(self, request: RecordedRequest) -> bool:
        """Whether a request went to this API."""
        return _origin(canonical_uri(request.uri, self._base_url)) == self._origin

    def misfits(self, request: RecordedRequest, response: RecordedResponse) -> Iterator[Misfit]:
        """What of an interaction breaks the spec: of a body the first problem."""
        found = self._router.find(request.method, unquote(urlsplit(request.uri).path))
        status: int = response["status"]["code"]
        if isinstance(found, tuple):
            methods = f"; the path has {', '.join(found)}" if found else ""
            yield Misfit("request", "", f"no operation has this method and path{methods}")
            return
        if status not in _REFUSED:
            yield from (Misfit("request", *_split(it)) for it in _of_request(found, request))
        yield from (Misfit("response", *_split(it)) for it in _of_response(found, response))


def _of_request(found: Found, request: RecordedRequest) -> Iterator[str]:
    contract = found.contract
    headers = _headers(request.headers)
    query = parse_qs(urlsplit(request.uri).query, keep_blank_values=True)
    for check in contract.parameters:
        match check.location:
            case "path":
                texts = [found.values[check.name]]
            case "query":
                texts = query.get(check.name, [])
            case _:
                texts = [headers[name] for name in [check.name.lower()] if name in headers]
        if problem := check.problem(texts):
            yield problem
    content_type = headers.get("content-type", "")
    if problem := _of_body(contract, as_bytes(request.body), content_type):
        yield problem


def _of_body(contract: Contract, content: bytes, content_type: str) -> str | None:
    rule, check = contract.operation.body, contract.body
    if rule is None or rule.kind == "bytes" or not (content or rule.required):
        return None
    if rule.kind == "multipart":
        upload = Upload(content_type)
        upload.feed(content)
        problem = upload.problem(contract.part, files=rule.part is not None)
        if problem or check is None:
            return problem
        return check.schema.validator.problem(upload.form(check.schema.shape))
    assert check is not None, "a body that is no file has a schema"
    if rule.kind == "form":
        return check.schema.validator.problem(form(check.schema.shape, pairs_of(content)))
    body = _decoded(content, content_type)
    if body is UNSET:
        return f"the body is not JSON ({content_type or 'no content type'})"
    return check.of(body).validator.problem(body)


def _of_response(found: Found, response: RecordedResponse) -> Iterator[str]:
    contract, status = found.contract, response["status"]["code"]
    if not contract.documents(status):
        if status not in contract.operation.retry.statuses:
            yield f"the status {status} is not documented"
        return
    content = as_bytes(response["body"]["string"])
    content_type = _headers(response["headers"]).get("content-type", "")
    schema = contract.answer(status)
    if schema is not None and not is_json(schema.media):
        return
    body = _decoded(content, content_type) if content else UNSET
    if content and body is UNSET and schema is None:
        yield f"the status {status} has no body"
    elif content and body is UNSET:
        yield f"the body is not JSON ({content_type or 'no content type'})"
    elif problem := contract.problem(status, body) or _unrecognised(contract, status, body):
        yield problem


def _unrecognised(contract: Contract, status: int, body: object) -> str | None:
    """An object of which the spec knows nothing fits no better than one that breaks it."""
    schema = contract.answer(status)
    known = {name.name for name in schema.shape.properties} if schema else set[str]()
    if not known or not isinstance(body, dict):
        return None
    if known & cast("dict[str, object]", body).keys():
        return None
    return f"$: none of the known properties ({', '.join(sorted(known))}) is in it"


def _decoded(content: bytes, content_type: str) -> object:
    """The JSON value of a body; UNSET: it is none."""
    if not is_json(content_type):
        return UNSET
    try:
        return msgspec.json.decode(content)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return UNSET


def _headers(headers: Mapping[str, Any]) -> dict[str, str]:
    return {name.lower(): ", ".join(map(str, values)) for name, values in headers.items()}


def _origin(uri: str) -> tuple[str, str]:
    parts = urlsplit(uri)
    return parts.scheme, parts.netloc.lower()


def _split(problem: str) -> tuple[str, str]:
    """The path and the reason of what a validator says (`$.question: it is too long`)."""
    path, colon, reason = problem.partition(": ")
    return (path, reason) if colon and path.startswith("$") else ("", problem)

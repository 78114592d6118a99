"""Answers as the spec allows them: everything else is refused."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import msgspec
from msgspec import UNSET

from elevatekit_plugins.api import Api, Operation, is_json
from elevatekit_plugins.errors import ArgumentError
from elevatekit_plugins.messages import Headers, Response
from elevatekit_plugins.simulator.contract import JSON, Contract, contracts
from elevatekit_plugins.simulator.headers import check_header
from elevatekit_plugins.simulator.refusals import refusal


class Answers:
    """Makes the responses that an API can give."""

    def __init__(self, api: Api) -> None:
        self._api = api
        self._contracts = _compiled(api)

    def operation(self, id: str) -> Operation[Any]:
        """The operation with this dotted id.

        Raises:
            ArgumentError: there is none; the message names the nearest.
        """
        try:
            return self._api.operation(id)
        except KeyError as error:
            raise ArgumentError(f"a script cannot answer: {error.args[0]}") from None

    def response(
        self,
        operation: Operation[Any],
        status: int | None,
        body: object,
        headers: Mapping[str, str],
    ) -> Response:
        """The response with this status and body.

        Args:
            status: None: the first success that comes with a body, or without one.
            body: UNSET: none; but an error has the documented one all the same.

        Raises:
            ArgumentError: the spec does not allow it; the message says what, and where.
        """
        contract = self._contracts[operation.id]
        chosen = _success(contract, body) if status is None else status
        content = self._content(contract, chosen, body)
        try:
            for name, value in headers.items():
                check_header(name, value)
        except (AttributeError, TypeError, ValueError) as error:
            raise ArgumentError(
                f"{operation.id}: {headers!r} cannot be the headers of an answer: {error}",
                operation=operation.id,
            ) from None
        schema = contract.answer(chosen)
        own: Headers = (("Content-Type", schema.media if schema else JSON),) if content else ()
        return Response(
            operation=operation.id, status=chosen, headers=(*own, *headers.items()), body=content
        )

    def _content(self, contract: Contract, status: int, body: object) -> bytes:
        operation = contract.operation.id
        if not contract.documents(status):
            documented = ", ".join(map(str, sorted(contract.answers)))
            raise ArgumentError(
                f"{operation}: the spec documents no status {status}; it has {documented}",
                operation=operation,
            )
        schema = contract.answer(status)
        if body is UNSET and status >= 400 and schema is not None:
            said = f"a script answers {status}"
            body = refusal(contract, status, said, self._api.error_message).body
        if schema is not None and not is_json(schema.media) and isinstance(body, str | bytes):
            return body.encode() if isinstance(body, str) else body
        try:
            value: Any = UNSET if body is UNSET else msgspec.to_builtins(body)
        except (TypeError, ValueError, RecursionError) as error:
            raise ArgumentError(
                f"{operation}: the answer is no JSON: {error}", operation=operation
            ) from None
        if problem := contract.problem(status, value):
            raise ArgumentError(
                f"{operation}: the answer {status} does not fit the spec: {problem}",
                operation=operation,
            )
        return b"" if value is UNSET else msgspec.json.encode(value)


def _success(contract: Contract, body: object) -> int:
    success = contract.operation.success
    fitting = (s for s in success if (contract.answers.get(s) is None) == (body is UNSET))
    return next(fitting, success[0])


_contracts: Final[dict[int, tuple[Api, Mapping[str, Contract]]]] = {}


def _compiled(api: Api) -> Mapping[str, Contract]:
    """The contracts of an API. Compiling them takes some 20 ms, so it is done once."""
    if id(api) not in _contracts:
        _contracts[id(api)] = (api, contracts(api, api.document()))
    return _contracts[id(api)][1]

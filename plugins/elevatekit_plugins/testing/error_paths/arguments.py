"""Arguments for any operation, made from its schemas: valid, and of no meaning."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import msgspec

from elevatekit_plugins.api import Api, Operation, Parameter
from elevatekit_plugins.simulator.contract import BodyCheck, Contract
from elevatekit_plugins.simulator.making import make
from elevatekit_plugins.simulator.shapes import Shape


class Arguments:
    """Makes what the generated methods take.

    Args:
        contracts: The operations of the table, by id.
        file: What uploads send.
    """

    def __init__(self, api: Api, contracts: Mapping[str, Contract], file: Path) -> None:
        self._api, self._contracts, self._file = api, contracts, file

    def of(
        self, operation: Operation[Any], known: Mapping[str, str]
    ) -> tuple[list[Any], dict[str, Any]]:
        """The positional and the named arguments. Optional ones are left out.

        Args:
            known: Values of path parameters that have to be real, by name on the wire.
        """
        positional: list[Any] = []
        named: dict[str, Any] = {}
        for parameter in operation.parameters:
            if parameter.location == "path":
                value = known.get(parameter.name) or self._value(operation, parameter)
                positional.append(value)
            elif parameter.required:
                named[parameter.python] = self._value(operation, parameter)
        body = operation.body
        if body is None:
            return positional, named
        named |= {f.python: self._value(operation, f) for f in body.fields if f.required}
        if body.takes_file:
            positional.append(self._file)
        elif body.kind == "json" and not body.fields:
            check = self._contracts[operation.id].body
            assert check is not None
            assert body.model is not None
            positional.append(msgspec.convert(_body(check), self._api.model(body.model)))
        return positional, named

    def _value(self, operation: Operation[Any], parameter: Parameter) -> object:
        contract = self._contracts[operation.id]
        if parameter.location == "body":
            properties = contract.body.schema.shape.properties if contract.body else ()
            shapes = {p.name: p.shape for p in properties}
        else:
            shapes = {
                p.name: p.shape for p in contract.parameters if p.location == parameter.location
            }
        shape = shapes[parameter.name]
        if shape.kind == "array" and shape.items is not None:
            return [_filled(shape.items, parameter.name)]
        return _filled(shape, parameter.name)


def _body(check: BodyCheck) -> object:
    if not check.branches:
        return _filled(check.schema.shape, "body")
    # Of a union, the first kind that the spec names.
    name, schema = next(iter(check.branches.items()))
    return _filled(schema.shape, "body") | {check.discriminator: name}


def _filled(shape: Shape, seed: str) -> Any:
    if shape.kind == "object" and not shape.examples:
        return {
            p.name: _filled(p.shape, f"{seed}.{p.name}") for p in shape.properties if p.required
        }
    if shape.kind == "array" and shape.items is not None:
        return [_filled(shape.items, f"{seed}[{n}]") for n in range(shape.min_items)]
    return make(shape, seed)

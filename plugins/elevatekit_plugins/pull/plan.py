"""What is to be done for interactions, from the table of the API and the wishes of the user."""

from __future__ import annotations

from collections.abc import Sequence
from fnmatch import fnmatchcase
from typing import Any

from msgspec import Struct

from elevatekit_plugins.api import Api, Operation, Parameter, Pull, Waiter, did_you_mean
from elevatekit_plugins.calls.values import check_argument
from elevatekit_plugins.errors import ArgumentError, ConfigError


class Ask(Struct, frozen=True):
    """One question for every interaction."""

    operation: Operation[Any]
    question: str
    body: dict[str, str]


class Plan(Struct, frozen=True, kw_only=True):
    """The operations of a pull, and which of them an interaction gets."""

    rule: Pull
    identifier: Parameter
    """The path parameter that every id has to fit."""
    declare: Operation[Any]
    upload: Operation[Any]
    state: Operation[Any]
    waiter: Waiter
    """How to read what `state` answers."""
    parameters: Operation[Any]
    results: tuple[Operation[Any], ...]
    asks: tuple[Ask, ...]

    def results_of(self, type: str | None) -> list[Operation[Any]]:
        """The results that this type of interaction has."""
        return [
            operation
            for operation in self.results
            if operation.pull and (not operation.pull.types or type in operation.pull.types)
        ]

    def is_waited_for(self, type: str | None) -> bool:
        """Whether results of this type can be read only after processing."""
        return type in self.rule.wait.types


def make_plan(api: Api, *, only: Sequence[str] = (), questions: Sequence[str] = ()) -> Plan:
    """The plan of a pull.

    Args:
        only: patterns (`*`, `?`, `[…]`) of operation ids; results that fit none are not fetched.
        questions: what every interaction is asked.

    Raises:
        ConfigError: the API has nothing to pull, or a pattern fits no result.
        ArgumentError: a question breaks a rule of the spec, or there are too many of them.
    """
    rule = api.pull
    if rule is None:
        raise ConfigError(f"{api.title} has no x-pull, so there is nothing to pull")
    state = api.operation(rule.wait.operation)
    if state.waiter is None:
        raise ConfigError(f"{api.title}: x-pull waits for {state.id}, which has no x-waiter")
    return Plan(
        rule=rule,
        identifier=next(p for p in state.parameters if p.name == rule.identifier),
        declare=api.operation(rule.declare),
        upload=api.operation(rule.upload.operation),
        state=state,
        waiter=state.waiter,
        parameters=api.of_kind("parameters")[0],
        results=_chosen(api.of_kind("result"), only),
        asks=_asks(api.of_kind("question"), questions),
    )


def _chosen(results: Sequence[Operation[Any]], only: Sequence[str]) -> tuple[Operation[Any], ...]:
    ids = [operation.id for operation in results]
    for pattern in only:
        if not any(fnmatchcase(id, pattern) for id in ids):
            near = did_you_mean(pattern, ids) or f"; available: {', '.join(ids)}"
            raise ConfigError(f"--only {pattern}: no result matches{near}")
    return tuple(
        operation
        for operation in results
        if not only or any(fnmatchcase(operation.id, pattern) for pattern in only)
    )


def _asks(operations: Sequence[Operation[Any]], questions: Sequence[str]) -> tuple[Ask, ...]:
    different = list(dict.fromkeys(questions))
    asks: list[Ask] = []
    for operation in operations if different else ():
        if operation.quota is not None and len(different) > operation.quota.successes:
            raise ArgumentError(
                f"{len(different)} questions: {operation.id} allows"
                f" {operation.quota.successes} per interaction; ask fewer"
            )
        field = None if operation.body is None else operation.body.question
        assert field is not None  # codegen sees to it that a question stands somewhere
        asks.extend(
            Ask(operation, question, {field.name: check_argument(field, question)})
            for question in different
        )
    return tuple(asks)

"""Calls every read operation of one interaction, and reports what came."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any, Final

from msgspec import UNSET, Struct

from elevatekit_plugins import report
from elevatekit_plugins.api import Api, Operation
from elevatekit_plugins.calls.values import check_argument
from elevatekit_plugins.client import SyncApiClient
from elevatekit_plugins.errors import ArgumentError, ConfigError, ElevateKitError, StatusError
from elevatekit_plugins.messages import Response
from elevatekit_plugins.probe.answers import PASSING, compare, responses
from elevatekit_plugins.probe.schemas import DOUBTFUL, JSON, Spec, join
from elevatekit_plugins.probe.sightings import Sightings
from elevatekit_plugins.probe.verdicts import Verdicts
from elevatekit_plugins.report import Fact, Probed, Report

UNAUTHORIZED: Final = 401
WORKERS: Final = 10
"""Requests at once; the client holds back those of a group that has a lower limit."""


class Call(Struct, frozen=True):
    """One operation to call, and the body that it gets."""

    operation: Operation[Any]
    body: Mapping[str, str] | None = None


class Answer(Struct, frozen=True):
    """What became of a call."""

    operation: Operation[Any]
    response: Response | None
    error: ElevateKitError | None = None

    @property
    def failed(self) -> bool:
        """Whether it says nothing about a result: another time it may be another."""
        return self.response is None or self.response.status >= PASSING


def plan(api: Api, question: str | None = None) -> list[Call]:
    """What is called: all that reads and needs nothing but the identifier.

    Args:
        question: asked once by each operation that takes one. Each costs a unit of its budget.

    Raises:
        ConfigError: the API does not say what an interaction is.
        ArgumentError: the question breaks a rule of the spec.
    """
    rule = api.pull
    if rule is None:
        raise ConfigError(f"{api.title} has no x-pull: there is no interaction to probe")
    calls: list[Call] = []
    for operation in api.operations:
        needed = [p.name for p in operation.parameters if p.required]
        if needed != [rule.identifier]:
            continue
        if operation.method == "GET":
            calls.append(Call(operation))
        elif operation.quota is not None and operation.body is not None and question is not None:
            asked = operation.body.question
            if asked is not None:
                calls.insert(0, Call(operation, {asked.name: check_argument(asked, question)}))
    return calls


def probe(
    client: SyncApiClient,
    identifier: str,
    *,
    question: str | None = None,
    with_values: bool = False,
) -> Report:
    """Call them all, and compare.

    Args:
        question: as in `plan`. Questions are asked first, so that the history has them.
        with_values: whether the answers themselves stand in the report.

    Raises:
        ConfigError: as `plan`.
        ArgumentError: the identifier or the question breaks a rule of the spec. Nothing was sent.
        ElevateKitError: the token is refused, or no operation has a result of this interaction.
    """
    calls = plan(client.api, question)
    asked = [call for call in calls if call.body is not None]
    reading = calls[len(asked) :]
    answers = [_made(client, identifier, call) for call in asked]
    with ThreadPoolExecutor(WORKERS) as pool:
        try:
            answers += pool.map(partial(_made, client, identifier), reading)
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)  # what has not begun does not begin
            raise
    _check(client.api, answers)
    return _report(client.api, answers, with_values=with_values)


def _made(client: SyncApiClient, identifier: str, call: Call) -> Answer:
    assert client.api.pull is not None
    arguments = {client.api.pull.identifier: identifier}
    try:
        response = client.send(call.operation, arguments, call.body)
    except StatusError as error:
        if error.status == UNAUTHORIZED:
            raise
        return Answer(call.operation, error.response, error)
    except (ArgumentError, ConfigError):
        raise  # nothing was sent, and nothing would be
    except ElevateKitError as error:
        # Of a question that may be lost, the status is told by the cause.
        cause = error.__cause__
        told = cause.response if isinstance(cause, StatusError) else None
        return Answer(call.operation, told, error)
    return Answer(call.operation, response)


def _check(api: Api, answers: list[Answer]) -> None:
    failed = [answer.error for answer in answers if answer.error is not None]
    if len(failed) < len(answers):
        return
    if not failed:
        raise ConfigError(f"{api.title} has no operation that reads an interaction")
    if all(answer.response is None for answer in answers):
        raise failed[0]
    most, _ = Counter(map(str, map(_outcome, answers))).most_common(1)[0]
    raise ElevateKitError(
        f"none of the {len(answers)} operations has a result of this interaction, so there is"
        f" nothing to compare (mostly {most}): is it of this account, and not deleted?"
        f" The first: {failed[0]}"
    ) from failed[0]


def _outcome(answer: Answer) -> object:
    if answer.response is not None:
        return answer.response.status
    return type(answer.error).__name__


def _report(api: Api, answers: list[Answer], *, with_values: bool) -> Report:
    sightings = Sightings(Spec(api.document()))
    whole: list[Fact] = []
    for answer in answers:
        if answer.response is not None:
            whole += compare(sightings, answer.operation, answer.response)
    sightings.follow_renames()
    return Report(
        version=report.VERSION,
        api=api.title,
        spec=api.version,
        operations=tuple(_probed(answer, with_values=with_values) for answer in answers),
        facts=tuple(_facts(sightings, answers, whole)),
    )


def _probed(answer: Answer, *, with_values: bool) -> Probed:
    response, value = answer.response, None
    if response is not None and with_values:
        try:
            value = response.json()
        except ValueError:
            value = response.text
    return Probed(
        operation=answer.operation.id,
        status=None if response is None else response.status,
        error=type(answer.error).__name__ if answer.failed else None,
        value=value if with_values and response is not None else UNSET,
    )


def _facts(sightings: Sightings, answers: list[Answer], whole: list[Fact]) -> Iterator[Fact]:
    verdicts = Verdicts(sightings)
    different = [*whole, *verdicts.differences()]
    yield from different
    # A fact is told once: as a difference, or as what became of it in all answers.
    told = {fact.pointer for fact in different}
    for fact in _merged([*_of_statuses(sightings.spec, answers), *_inside(verdicts, answers)]):
        if fact.pointer not in told:
            yield fact


def _of_statuses(spec: Spec, answers: list[Answer]) -> Iterator[Fact]:
    for answer in answers:
        place = responses(answer.operation)
        for status in spec.at(place).node:
            leaf = spec.at(join(place, status))
            word = leaf.node.get("x-evidence")
            if word in DOUBTFUL:
                seen = answer.response is not None and str(answer.response.status) == status
                yield Fact(
                    verdict="as said" if seen else "not seen",
                    pointer=leaf.pointer,
                    evidence=word,
                    operation=answer.operation.id if seen else None,
                    answer="" if seen else None,
                    said=f"status {status}",
                )


def _inside(verdicts: Verdicts, answers: list[Answer]) -> Iterator[Fact]:
    spec = verdicts.spec
    for answer in answers:
        place = responses(answer.operation)
        for status in spec.at(place).node:
            leaf = spec.at(join(place, status))
            if JSON in leaf.node.get("content", {}):
                yield from verdicts.certainties(join(leaf.pointer, "content", JSON, "schema"))


def _merged(facts: list[Fact]) -> Iterator[Fact]:
    found: dict[str, Fact] = {}
    for fact in facts:
        if fact.pointer not in found or found[fact.pointer].verdict == "not seen":
            found[fact.pointer] = fact
    yield from found.values()

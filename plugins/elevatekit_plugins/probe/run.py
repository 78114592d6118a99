"""Calls every read operation of one interaction, and reports what came."""

from __future__ import annotations

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Final

from elevatekit_plugins.api import Api
from elevatekit_plugins.client import SyncApiClient
from elevatekit_plugins.errors import ConfigError, ElevateKitError
from elevatekit_plugins.probe.calls import Answer, made, plan
from elevatekit_plugins.probe.facts import reported
from elevatekit_plugins.report import Report

WORKERS: Final = 10
"""Requests at once; the client holds back those of a group that has a lower limit."""


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
    answers = [made(client, identifier, call) for call in asked]
    with ThreadPoolExecutor(WORKERS) as pool:
        try:
            answers += pool.map(partial(made, client, identifier), reading)
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)  # what has not begun does not begin
            raise
    _check(client.api, answers)
    return reported(client.api, answers, with_values=with_values)


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
        f"none of the {len(answers)} operations returned a result of this interaction, so there is"
        f" nothing to compare (mostly {most}); does it belong to this account, or was it deleted?"
        f" The first: {failed[0]}"
    ) from failed[0]


def _outcome(answer: Answer) -> object:
    if answer.response is not None:
        return answer.response.status
    return type(answer.error).__name__

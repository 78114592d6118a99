"""What has to come of an answer: rules that a reader can check, and no word of the engine's.

They are written down a second time on purpose. What the engine does is compared to them.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from msgspec import Struct

from elevatekit_plugins.api import Operation
from elevatekit_plugins.testing.error_paths.paths import SAID, Answer

RETRIES: Final = 2
"""How often the retry policy `standard` sends a call again at most."""


class Expected(Struct, frozen=True):
    """How a call has to end."""

    error: str | None
    """The class of the error; None: the call returns None."""
    cause: str | None
    """The class of the error that this one comes from."""
    attempts: int
    retries: int
    """How many the policy `standard` is to be told to make."""
    says: tuple[str, ...]
    """What its message has to hold."""


class Rule(Struct, frozen=True):
    """The first rule that applies to an operation and an answer decides."""

    name: str
    applies: Callable[[Operation[Any], Answer], bool]
    error: str | None
    """A class; `status`: that of the status; None: no error."""
    attempts: int = 1
    retries: int = RETRIES


RULES: Final = (
    Rule(
        "where nothing was promised, only a page (of a login, of a proxy) is wrong",
        lambda op, answer: (
            answer.status < 300
            and answer.body != "html"
            and (
                not (op.model or op.media) or (answer.status in op.empty and answer.body == "empty")
            )
        ),
        error=None,
    ),
    Rule(
        "a success that is not what was promised is broken, and comes too late to be asked again",
        lambda op, answer: answer.status < 300,
        error="BrokenResponseError",
    ),
    Rule(
        "what must not be sent twice and may have been carried out is not sent again",
        lambda op, answer: not op.retry.safe and answer.status >= 500,
        error="OutcomeUnknownError",
    ),
    Rule(
        "a status that is not retryable ends the call",
        lambda op, answer: answer.status not in op.retry.statuses,
        error="status",
    ),
    Rule(
        "who found a full house tries until the deadline, or never where there are no retries;"
        " only the second can be shown without waiting",
        lambda op, answer: op.concurrency is not None and answer.status == 429,
        error="status",
        retries=0,
    ),
    Rule(
        "where the answer itself may cost an error of a budget, one more is risked",
        lambda op, answer: op.quota is not None and answer.status not in op.quota.free,
        error="status",
        attempts=2,
    ),
    Rule(
        "anything else is tried as often as the policy allows",
        lambda op, answer: True,
        error="status",
        attempts=1 + RETRIES,
    ),
)


def expected(operation: Operation[Any], answer: Answer) -> Expected:
    """How a call has to end that is answered like this each time."""
    rule = next(rule for rule in RULES if rule.applies(operation, answer))
    by_status = operation.error(answer.status) or "StatusError"
    says = [f"operation {operation.id}"] if rule.error else []
    if answer.status >= 300:
        says.append(f"answered {answer.status}")
        says += ["which the spec does not document"] * (operation.error(answer.status) is None)
        says += [SAID] * (answer.body == "documented")
    elif rule.error:
        # A login page or a cut-off text: where to look is said.
        cut_json = answer.body == "cut" and operation.media is None
        says.append("not JSON" if cut_json else f"answered {answer.status} with")
    if rule.error != "OutcomeUnknownError":
        error = by_status if rule.error == "status" else rule.error
        return Expected(error, None, rule.attempts, rule.retries, tuple(says))
    says.append("may or may not have been carried out")
    if operation.quota is not None and operation.quota.history is not None:
        says.append(operation.quota.history)
    return Expected(rule.error, by_status, rule.attempts, rule.retries, tuple(says))

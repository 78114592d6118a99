"""Questions about an interaction, and the budget that each operation keeps for them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import cast

import msgspec
from msgspec import Struct

from elevatekit_plugins.simulator.answers import answers_about
from elevatekit_plugins.simulator.clock import VirtualClock, timestamp
from elevatekit_plugins.simulator.conversation import Conversation
from elevatekit_plugins.simulator.exchange import Call, Reply
from elevatekit_plugins.simulator.ledger import Ledger
from elevatekit_plugins.simulator.replies import Replies
from elevatekit_plugins.simulator.state import Asked, Interaction
from elevatekit_plugins.simulator.switches import Switches


class Given(Struct, frozen=True):
    """An answer. The fields are words of `x-role`."""

    question: str
    answer: str


class Questions:
    """Answers questions, counts them, and remembers them, failed ones too.

    Args:
        left: How many answers a budget has left at first; None: as many as the spec says.
    """

    def __init__(
        self,
        replies: Replies,
        switches: Switches,
        clock: VirtualClock,
        ledger: Ledger,
        left: int | None,
    ) -> None:
        self._replies = replies
        self._switches = switches
        self._clock = clock
        self._ledger = ledger
        self._left = left

    def ask(self, call: Call, interaction: Interaction) -> Reply:
        """Answer a question while the budget lasts. What is refused without one is not counted."""
        if message := self._exhausted(call, interaction):
            reply = self._replies.refuse(call, message, self._switches.ask_exhausted_status, 409)
            return msgspec.structs.replace(reply, counted=False)
        if refusal := self._replies.unready(call, interaction):
            return refusal
        about = answers_about(interaction.conversation or Conversation(()))
        given = Given(_question(call), about.answer_to(_question(call)))
        self._ledger.spend(call.contract.operation.id, interaction.id, successes=1)
        self._remember(call, interaction, answer=given.answer)
        return self._replies.placed(call, given)

    def settle(self, call: Call, reply: Reply) -> None:
        """Count the error that is about to be sent, if it is one that the budget counts."""
        quota, interaction = call.contract.operation.quota, call.interaction
        if quota is None or interaction is None or reply.status < 400 or not reply.counted:
            return
        costs = reply.status not in quota.free or self._switches.ask_refused_counts
        if self._switches.ask_failed_counts and costs and not self._exhausted(call, interaction):
            self._ledger.spend(call.contract.operation.id, interaction.id, errors=1)
            self._remember(call, interaction, failure=self._replies.message(reply))

    def _exhausted(self, call: Call, interaction: Interaction) -> str | None:
        """Why there is no question left; None: there is."""
        quota, switches = call.contract.operation.quota, self._switches
        assert quota is not None
        asked = interaction.asked.get(call.contract.operation.id, [])
        failed = sum(one.failure is not None for one in asked)
        answers = quota.successes if switches.ask_successes is None else switches.ask_successes
        errors = quota.errors if switches.ask_errors is None else switches.ask_errors
        if self._left is not None:
            answers = min(self._left, answers)
        if len(asked) - failed < answers and failed < errors:
            return None
        return f"no more questions: {len(asked) - failed} were answered, {failed} failed"

    def _remember(
        self,
        call: Call,
        interaction: Interaction,
        answer: str | None = None,
        failure: str | None = None,
    ) -> None:
        asked = Asked(_question(call), timestamp(self._clock.now()), answer, failure)
        interaction.asked.setdefault(call.contract.operation.id, []).append(asked)


def _question(call: Call) -> str:
    """The property of the body that has the role of a question, whatever came in its place."""
    body = call.contract.body
    name = body.schema.shape.find("question") if body else None
    if name is None or not isinstance(call.body, dict):
        return ""
    return str(cast("Mapping[str, object]", call.body).get(name, ""))

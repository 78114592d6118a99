"""What each operation does. None is known by name: the table and the spec tell which is which."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, cast

from msgspec import Struct

from elevatekit_plugins.api import Api, Operation
from elevatekit_plugins.simulator.answers import Answers, answers_about
from elevatekit_plugins.simulator.clock import VirtualClock
from elevatekit_plugins.simulator.contract import Contract
from elevatekit_plugins.simulator.conversation import NEUTRAL, Conversation, from_chat, from_phrases
from elevatekit_plugins.simulator.exchange import Call, Reply
from elevatekit_plugins.simulator.gate import Allowance
from elevatekit_plugins.simulator.ledger import Ledger
from elevatekit_plugins.simulator.lifecycle import life_cycle
from elevatekit_plugins.simulator.progress import Progress
from elevatekit_plugins.simulator.questions import Questions
from elevatekit_plugins.simulator.replies import Replies
from elevatekit_plugins.simulator.settings import Settings
from elevatekit_plugins.simulator.state import Asked, Interaction, Store


class History(Struct, frozen=True):
    """The questions of one operation. The field is a word of `x-role`."""

    history: tuple[Asked, ...]


class Summary:
    """The summary, told when it is asked for. The property is a word of `x-role`."""

    def __init__(self, answers: Answers, language: str | None) -> None:
        self._answers = answers
        self._language = language

    @property
    def summary(self) -> str:
        return self._answers.summary_in(self._language)


class Service:
    """The operations of an API over one store.

    Args:
        contracts: The compiled operations by id.

    Raises:
        ValueError: the settings name a state that the spec does not know.
    """

    def __init__(
        self,
        api: Api,
        contracts: Mapping[str, Contract],
        settings: Settings,
        clock: VirtualClock,
    ) -> None:
        switches = settings.switches
        self._api = api
        self._switches = switches
        self._clock = clock
        self.store = Store(settings.seed)
        self.ledger = Ledger()
        cycle = life_cycle(api, contracts, settings.states, at_once=switches.transcript_at_once)
        self._allowance = Allowance(switches)
        self.progress = Progress(cycle, clock, settings.progress)
        self.replies = Replies(api, switches, self.progress, settings.seed)
        self.questions = Questions(self.replies, switches, clock, self.ledger, settings.quota)
        self._histories = {
            operation.quota.history: operation.id
            for operation in api.operations
            if operation.quota is not None
        }
        self._handlers = {id: self._handler(c.operation) for id, c in contracts.items()}

    def serve(self, call: Call) -> Reply:
        """Carry out one call."""
        return self._handlers[call.contract.operation.id](call)

    def move(self, interaction: str | None, steps: int) -> None:
        """Take one interaction, or all that there are, to their next states."""
        self.progress.move(self.store.some(interaction), steps)

    def _handler(self, operation: Operation[Any]) -> Callable[[Call], Reply]:
        pull = self._api.pull
        if pull is not None and operation.id == pull.declare:
            return self._declare
        if pull is None or f"{{{pull.identifier}}}" not in operation.path:
            return self.replies.placed
        if operation.id == pull.upload.operation:
            return self._upload
        if operation.quota is not None:
            return lambda call: self.questions.ask(call, _known(call))
        if operation.id in self._histories:
            return self._history
        return self._delete if operation.method == "DELETE" else self._read

    def _declare(self, call: Call) -> Reply:
        pull = self._api.pull
        assert pull is not None
        assert call.contract.body is not None
        now = self._clock.now()
        if not self._allowance.take(call.token, now):
            return self.replies.refuse(call, "the account has no declarations left for now", 429)
        body = cast("dict[str, Any]", call.body)
        kind = str(body.get(pull.type, ""))
        slow = kind in pull.upload.types
        fetched = slow and bool(body.get(pull.upload.unless))
        conversation: Conversation | None = NEUTRAL if fetched else None
        if not slow:
            shape = call.contract.body.of(body).shape
            said = from_chat(body, pull.turns) or from_phrases(body, shape)
            conversation = said or Conversation(())
        interaction = Interaction(
            id=self.store.new_id(body),
            token=call.token,
            type=kind,
            key=body.get(pull.key),
            body={name: v for name, v in body.items() if not isinstance(v, (dict, list))},
            declared=now,
            slow=slow,
            waited=kind in pull.wait.types,
            fetched=fetched,
            begun=now if fetched or not slow else None,
            conversation=conversation,
        )
        self.store.add(interaction)
        self.ledger.declared += 1
        return self.replies.placed(call, self.progress.standing(interaction))

    def _upload(self, call: Call) -> Reply:
        interaction = _known(call)
        assert call.audio is not None
        if not interaction.slow or interaction.begun is not None:
            state = self.progress.state(interaction)
            message = f"the {interaction.type} is {state} and does not accept a file"
            return self.replies.refuse(call, message, 409, 400)
        interaction.begun = self._clock.now()
        interaction.conversation = call.audio.conversation()
        success = call.contract.operation.success
        return Reply(status=call.contract.status(self._switches.upload_status, *success))

    def _delete(self, call: Call) -> Reply:
        interaction = _known(call)
        self.store.remove(interaction.id)
        self.ledger.deleted += 1
        return self.replies.placed(call, self.progress.standing(interaction))

    def _history(self, call: Call) -> Reply:
        interaction = _known(call)
        if refusal := self.replies.unready(call, interaction):
            return refusal
        asked = interaction.asked.get(self._histories[call.contract.operation.id], [])
        return self.replies.placed(call, History(tuple(asked)))

    def _read(self, call: Call) -> Reply:
        interaction = _known(call)
        if refusal := self.replies.unready(call, interaction):
            return refusal
        standing = self.progress.standing(interaction)
        if interaction.conversation is None:
            return self.replies.placed(call, standing)
        answers = answers_about(interaction.conversation)
        summary = Summary(answers, call.language)
        return self.replies.placed(call, summary, answers, standing)


def _known(call: Call) -> Interaction:
    assert call.interaction is not None, "the caller looks the interaction up"
    return call.interaction

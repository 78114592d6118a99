"""Builds answers: what is known in the shape of the spec, and refusals in the documented form."""

from __future__ import annotations

from collections.abc import Mapping
from typing import cast

from msgspec import Struct

from elevatekit_plugins.api import Api, is_json
from elevatekit_plugins.simulator.contract import JSON, Schema
from elevatekit_plugins.simulator.exchange import Call, Reply
from elevatekit_plugins.simulator.making import noise
from elevatekit_plugins.simulator.placing import Scope, place
from elevatekit_plugins.simulator.progress import Progress
from elevatekit_plugins.simulator.refusals import refusal
from elevatekit_plugins.simulator.state import Interaction
from elevatekit_plugins.simulator.switches import Switches


class Replies(Struct, frozen=True):
    """What all operations answer with."""

    api: Api
    switches: Switches
    progress: Progress
    seed: int

    def placed(self, call: Call, *layers: object) -> Reply:
        """The success of an operation, filled from the layers by role, the first one first."""
        contract, interaction = call.contract, call.interaction
        operation = contract.operation
        for status in operation.success:
            if schema := contract.answers.get(status):
                reads_back = operation.pull is not None and operation.pull.kind == "parameters"
                identifier = interaction.id if interaction else ""
                scope = Scope(
                    seed=f"{self.seed}:{operation.id}:{identifier}",
                    layers=layers,
                    declared=interaction.body if reads_back and interaction else None,
                )
                return _filled(status, schema, scope)
        return Reply(status=operation.success[0])

    def refuse(self, call: Call, message: str, *statuses: int) -> Reply:
        """An error, with the first of the statuses that the operation documents."""
        status = call.contract.status(*statuses)
        return refusal(call.contract, status, message, self.api.error_message)

    def message(self, reply: Reply) -> str:
        """The message of an error, where its body has the documented form."""
        unsaid = f"status {reply.status}"
        if not isinstance(reply.body, dict):
            return unsaid
        return str(cast("Mapping[str, object]", reply.body).get(self.api.error_message, unsaid))

    def unready(self, call: Call, interaction: Interaction) -> Reply | None:
        """The refusal of a result that does not exist, or not yet; None: it can be read."""
        operation, state = call.contract.operation, self.progress.state(interaction)
        generative = operation.concurrency is not None
        ready = (self.progress.readable if generative else self.progress.ready)(interaction)
        if generative and not ready:
            message = f"the interaction is {state}; it must be processed first"
            unprocessed = self.switches.audio_unprocessed_status
            return self.refuse(call, message, unprocessed, 409, 422, 404)
        rule = operation.pull
        if rule is None or rule.kind != "result":
            return None
        every = not rule.types or self.switches.result_every_type
        if ready and (every or interaction.type in rule.types):
            return None
        if call.contract.status(self.switches.transcript_unready_status, 404) == 204:
            return Reply(status=204)
        return self.refuse(call, f"a {interaction.type} that is {state} has no such result", 404)


def _filled(status: int, schema: Schema, scope: Scope) -> Reply:
    body = place(schema.shape, scope)
    if not is_json(schema.media) and not schema.media.startswith("text/"):
        body = noise(scope.seed)
    # A string by itself does not show whether it is JSON.
    said = schema.media != JSON or isinstance(body, str)
    return Reply(status=status, body=body, media=schema.media if said else None)

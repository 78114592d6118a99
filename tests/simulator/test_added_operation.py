"""An operation that is added to the spec is served without a line of Python."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

from elevatekit_codegen.assemble import assemble
from elevatekit_codegen.lint import vetted
from elevatekit_codegen.loading import load
from elevatekit_codegen.render import render
from elevatekit_codegen.tree import write

SPEC = Path(__file__).parents[2] / "spec" / "openapi.yaml"
OPERATION = """
  /interactions/{interactionIdentifier}/gen-ai/mood:
    get:
      operationId: gen_ai.mood
      tags: [gen_ai]
      summary: Tell the mood of the interaction
      description: How the customer felt.
      x-evidence: assumed
      x-retry: {deadline: 120, safe: true, statuses: {"429": documented}}
      x-concurrency: {group: gen_ai, limit: 10, scope: account}
      x-pull: {kind: result}
      parameters:
        - {$ref: "#/components/parameters/interactionIdentifier"}
      responses:
        "200":
          description: The mood.
          x-evidence: assumed
          content:
            application/json:
              schema: {$ref: "#/components/schemas/Mood"}
        "401": {$ref: "#/components/responses/LikelyUnauthorized"}
        "404": {$ref: "#/components/responses/GenAiNotFound"}
        "409": {$ref: "#/components/responses/GenAiConflict"}
        "429": {$ref: "#/components/responses/GenAiTooManyRequests"}
"""
SCHEMA = """
    Mood:
      type: object
      description: How the customer felt.
      x-evidence: assumed
      required: [mood, certainty, causes]
      properties:
        mood: {type: string, enum: [glad, cross]}
        certainty: {type: number, minimum: 0, maximum: 1}
        causes: {type: array, items: {type: string}, x-role: reasons}
"""
PROGRAM = """
import json
from moodkit import Client, models
from moodkit.operations import API
from elevatekit_plugins.errors import ElevateKitError
from elevatekit_plugins.simulator.server import Simulator

token = "11111111-1111-4111-8111-111111111111"
with Simulator(API, self_check=True) as simulator:
    with Client(token, base_url=simulator.base_url) as client:
        said = models.ChatMessage(
            participant_id="1", timestamp="2025-01-06T09:00:00Z", content="I need a refund."
        )
        who = models.Participant(participant_id="1", name="Ana", role="customer")
        chat = models.Chat(participants=[who], messages=[said])
        declared = client.interactions.declare(
            models.ChatInteraction(language_tag="en-us", vertical="default", chat=chat)
        )
        mood = client.gen_ai.mood(declared.interaction_identifier)
        audio = client.interactions.declare(
            models.AudioInteraction(language_tag="en", vertical="default")
        )
        try:
            client.gen_ai.mood(audio.interaction_identifier)
            early = None
        except ElevateKitError as error:
            early = type(error).__name__
    calls, violations = simulator.ledger.calls["gen_ai.mood"], simulator.ledger.violations
print(json.dumps([mood.mood, mood.certainty, mood.causes, early, calls, violations]))
"""


def test_an_operation_that_is_added_to_the_spec_is_served_with_a_value_of_its_schema(
    tmp_path: Path,
) -> None:
    spec, out = tmp_path / "openapi.yaml", tmp_path / "generated"
    head, schemas, rest = SPEC.read_text("utf-8").partition("\n  schemas:")
    paths, components, parts = head.partition("\ncomponents:")
    spec.write_text(paths + OPERATION + components + parts + schemas + SCHEMA + rest, "utf-8")
    write(out, render(assemble(vetted(load(spec)), "moodkit")))

    done = subprocess.run(
        [sys.executable, "-c", PROGRAM],
        env={"PYTHONPATH": str(out), "PATH": ""},
        capture_output=True,
        text=True,
    )

    assert done.stderr == ""
    mood, certainty, causes, early, calls, violations = json.loads(done.stdout)
    assert mood in {"glad", "cross"}
    assert 0 <= certainty <= 1
    assert causes == ["I need a refund."], "its role is known"
    assert (early, calls, violations) == ("ConflictError", 2, [])

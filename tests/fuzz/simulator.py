"""Let schemathesis look for an answer of the simulator that breaks the spec: `make fuzz-simulator`.

All of its phases and checks, over real HTTP. It is given the spec with links from the operation
that declares to all that take the id, so that its stateful phase reads, asks about and deletes
what it declared itself.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import Any

import httpx2

from elevatekit.operations import API
from elevatekit_plugins.simulator.server import Simulator
from elevatekit_plugins.simulator.switches import Switches

TOKEN = "11111111-1111-4111-8111-111111111111"
HOOKS = Path(__file__).with_name("hooks.py")
PHASES = "examples,coverage,fuzzing,stateful"
LEAST = 10_000
PULL = API.pull
assert PULL is not None


def linked() -> dict[str, Any]:
    """The spec, with a link from the declared interaction to each operation about one.

    `{extension}` in the name of a part is a word of ours: here it is one extension.
    """
    document: dict[str, Any] = json.loads(json.dumps(API.document()).replace("{extension}", "wav"))
    declare = API.operation(PULL.declare)
    node = document["paths"][declare.path][declare.method.lower()]
    parameter = {PULL.identifier: f"$response.body#/{PULL.identifier}"}
    node["responses"][str(declare.success[0])]["links"] = {
        operation.id: {"operationId": operation.id, "parameters": parameter}
        for operation in API.operations
        if f"{{{PULL.identifier}}}" in operation.path
    }
    return document


def declared(simulator: Simulator) -> list[str]:
    """Interactions of every type, one of them without its file."""
    said = [{"participant_id": "1", "timestamp": "2025-01-06T09:00:00Z", "content": "A refund?"}]
    who = [{"participant_id": "1", "name": "Ana", "role": "customer"}]
    more: list[dict[str, object]] = [
        {"type": "chat", "chat": {"participants": who, "messages": said}},
        {"type": "transcript", "transcript": {"participantOne": {"phrases": ["Good morning."]}}},
        {"type": "audio"},
        {"type": "audio", "downloadUri": "https://example.com/1.wav"},
    ]
    path = API.operation(PULL.declare).path
    with httpx2.Client(headers={API.key.header: TOKEN}) as client:
        answers = [
            client.post(
                simulator.base_url + path, json={"languageTag": "en", "vertical": "default", **one}
            )
            for one in more
        ]
    return [answer.raise_for_status().json()[PULL.identifier] for answer in answers]


@dataclass(frozen=True)
class Result:
    """How a run ended."""

    cases: int
    problem: str
    """What was found; empty: nothing."""
    statuses: dict[int, int]
    """How many answers the simulator sent, by status."""


def fuzz(examples: int, seed: int, phases: str = PHASES) -> Result:
    """Run these phases, with so many cases for each operation where they are made up."""
    # With the budgets of the spec, nearly every question would be one too many.
    switches = Switches(ask_successes=10**9, ask_errors=10**9)
    with (
        Simulator(API, self_check=True, progress="immediate", switches=switches) as simulator,
        tempfile.TemporaryDirectory() as folder,
    ):
        spec = Path(folder) / "openapi.json"
        spec.write_text(json.dumps(linked()), "utf-8")
        ids = " ".join(declared(simulator))
        options = {
            "--url": simulator.base_url,
            "--header": f"{API.key.header}: {TOKEN}",
            "--phases": phases,
            "--checks": "all",
            "--max-examples": str(examples),
            "--seed": str(seed),
        }
        command = [sys.executable, "-m", "schemathesis.cli", "--no-color", "run", str(spec)]
        done = subprocess.run(
            [*command, *chain.from_iterable(options.items()), "--continue-on-failure"],
            cwd=folder,
            env={
                **os.environ,
                "SCHEMATHESIS_HOOKS": str(HOOKS),
                "FUZZ_IDENTIFIER": PULL.identifier,
                "FUZZ_IDS": ids,
            },
            capture_output=True,
            text=True,
            check=False,
        )
        said = done.stdout + done.stderr
        found = re.search(r"(\d+) generated, (\d+) passed", said)
        clean = done.returncode == 0 and found is not None and found[1] == found[2]
        return Result(
            cases=int(found[1]) if found else 0,
            problem="\n".join([*([] if clean else [said]), *simulator.ledger.violations]),
            statuses=dict(sorted(simulator.ledger.statuses.items())),
        )


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--examples", type=int, default=400, help="cases for each operation")
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args(arguments)
    result = fuzz(options.examples, options.seed)
    print(result.problem or "no answer broke the spec")
    print(
        "answers by status:", *(f"{count} × {status}" for status, count in result.statuses.items())
    )
    print(f"{result.cases} cases, of at least {LEAST}")
    return int(bool(result.problem) or result.cases < LEAST)


if __name__ == "__main__":
    sys.exit(main())

"""How near calls of many threads come to the ideal time under the limit of the API, and what
several processes lose that know nothing of each other.

The ideal is calls / limit × latency. Counts are the simulator's own.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, Final

from elevatekit import AudioInteraction, Client
from elevatekit.operations import API
from elevatekit_plugins.simulator.server import Simulator

TOKEN: Final = "00000000-0000-4000-8000-00000000c0de"
CROWD: Final = Path(__file__).parents[1] / "client" / "crowd.py"
LATENCY: Final = 0.25
CALLS, THREADS, LIMIT = 200, 40, 10
PROCESSES, EACH = 11, 40
AUDIO: Final = AudioInteraction(language_tag="en-us", download_uri="https://example.com/a.wav")


def main() -> None:
    with Simulator(API, latency=LATENCY) as simulator:
        with Client(TOKEN, base_url=simulator.base_url) as client:
            id = client.interactions.declare(AUDIO).interaction_identifier
            simulator.clock.advance(3600)
            _threads(simulator, client, id)
        simulator.ledger.refused.clear()
        _processes(simulator, id)


def _threads(simulator: Simulator, client: Client, id: str) -> None:
    with ThreadPoolExecutor(THREADS) as pool:
        list(pool.map(lambda _: client.raw.gen_ai.cx.summary(id), range(LIMIT)))  # connections
        began = time.monotonic()
        answers = list(pool.map(lambda _: client.raw.gen_ai.cx.summary(id), range(CALLS)))
        took = time.monotonic() - began
    ideal = CALLS / LIMIT * LATENCY
    print(f"{THREADS} threads, {CALLS} calls")
    print(f"  answered    {len(answers):6}   target {CALLS}")
    print(f"  refused     {simulator.ledger.refused.total():6}   target 0")
    print(f"  over ideal  {took / ideal - 1:6.1%}   target ≤ 5 %")


def _processes(simulator: Simulator, id: str) -> None:
    environment = os.environ | {"ELEVATEKIT_TOKEN": TOKEN}
    arguments = [sys.executable, str(CROWD), simulator.base_url, id, "10", str(EACH)]
    pipes: Any = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
    running = [subprocess.Popen(arguments, env=environment, **pipes) for _ in range(PROCESSES)]
    for process in running:
        assert process.stdout
        process.stdout.readline()
    began = time.monotonic()
    for process in running:
        assert process.stdin
        process.stdin.write("go\n")
        process.stdin.flush()
    counts = [process.communicate()[0].split() for process in running]
    took = time.monotonic() - began
    answered = sum(int(count[0]) for count in counts if count)
    calls = PROCESSES * EACH
    print(f"{PROCESSES} processes of 10 threads, {calls} calls")
    print(f"  answered    {answered:6}   target {calls}")
    print(f"  refused     {simulator.ledger.refused.total():6}   each was sent again")
    print(f"  over ideal  {took / (calls / LIMIT * LATENCY) - 1:6.1%}   no target")


if __name__ == "__main__":
    main()

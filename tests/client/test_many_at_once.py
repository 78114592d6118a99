"""The limit of an account, kept over threads, tasks and processes, by the simulator's own count."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from elevatekit import AsyncClient, AudioInteraction, Client
from elevatekit.operations import API
from elevatekit_plugins.simulator.server import Simulator
from elevatekit_plugins.testing.accounts import ACCOUNT as TOKEN

SCRIPT = Path(__file__).with_name("crowd.py")
GROUP = "gen_ai"
AUDIO = AudioInteraction(language_tag="en-us", download_uri="https://example.com/a.wav")


@pytest.fixture(scope="module")
def slow_simulator() -> Iterator[Simulator]:
    """One in which requests of the group take long enough to meet each other."""
    with Simulator(API, latency=0.02) as simulator:
        yield simulator


@pytest.fixture
def simulator(slow_simulator: Simulator) -> Simulator:
    slow_simulator.reset()
    return slow_simulator


@pytest.fixture
def client(simulator: Simulator) -> Iterator[Client]:
    with Client(TOKEN, base_url=simulator.base_url) as client:
        yield client


@pytest.fixture
def interaction(simulator: Simulator, client: Client) -> str:
    declared = client.interactions.declare(AUDIO)
    simulator.clock.advance(3600)
    return declared.interaction_identifier


def test_two_hundred_calls_of_forty_threads_are_answered_and_none_is_refused(
    simulator: Simulator, client: Client, interaction: str
) -> None:
    with ThreadPoolExecutor(40) as pool:
        answers = list(pool.map(lambda _: client.raw.gen_ai.cx.summary(interaction), range(200)))

    assert [len(answer.attempts) for answer in answers] == [1] * 200
    assert simulator.ledger.refused[GROUP] == 0
    assert 1 < simulator.ledger.most_in_flight[GROUP] <= 10


def test_threads_and_tasks_of_two_loops_share_the_limit(
    simulator: Simulator, client: Client, interaction: str
) -> None:
    async def tasks() -> int:
        async with AsyncClient(TOKEN, base_url=simulator.base_url) as other:
            made = [other.gen_ai.cx.topics(interaction) for _ in range(25)]
            return len(await asyncio.gather(*made))

    counts = list[int]()
    loops = [threading.Thread(target=lambda: counts.append(asyncio.run(tasks()))) for _ in range(2)]
    for loop in loops:
        loop.start()
    with ThreadPoolExecutor(20) as pool:
        answers = list(pool.map(lambda _: client.gen_ai.cx.summary(interaction), range(50)))
    for loop in loops:
        loop.join()

    assert (len(answers), counts) == (50, [25, 25])
    assert simulator.ledger.refused[GROUP] == 0
    assert simulator.ledger.most_in_flight[GROUP] <= 10


async def test_tasks_that_are_cancelled_while_they_wait_leave_no_slot_behind(
    simulator: Simulator, client: Client, interaction: str
) -> None:
    async with AsyncClient(TOKEN, base_url=simulator.base_url) as other:
        made = [asyncio.create_task(other.gen_ai.cx.summary(interaction)) for _ in range(40)]
        while not simulator.ledger.in_flight[GROUP]:
            await asyncio.sleep(0)
        for task in made:
            task.cancel()
        ended = await asyncio.gather(*made, return_exceptions=True)
        again = await asyncio.gather(*(other.gen_ai.cx.summary(interaction) for _ in range(20)))

    assert all(isinstance(one, asyncio.CancelledError) for one in ended)
    assert len(again) == 20


def test_several_processes_lose_nothing(
    simulator: Simulator, client: Client, interaction: str
) -> None:
    answered = in_processes(simulator.base_url, interaction, processes=3, threads=10, calls=30)

    assert answered == [30, 30, 30]
    assert simulator.ledger.most_in_flight[GROUP] <= 10


def in_processes(base_url: str, id: str, *, processes: int, threads: int, calls: int) -> list[int]:
    """How many calls of each process were answered; all begin together."""
    arguments = [base_url, id, str(threads), str(calls)]
    running = [
        subprocess.Popen(
            [sys.executable, str(SCRIPT), *arguments],
            env=os.environ | {"ELEVATEKIT_TOKEN": TOKEN},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        for _ in range(processes)
    ]
    for process in running:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
    answered: list[int] = []
    for process in running:
        assert process.stdin is not None
        process.stdin.write("go\n")
        process.stdin.flush()
    for process in running:
        out, err = process.communicate(timeout=120)
        assert process.returncode == 0, err
        answered.append(int(out.split()[0]))
    return answered

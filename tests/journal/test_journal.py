"""The journal on disk: made, refused, locked, written by one thread, read at one moment."""

from __future__ import annotations

import sqlite3
import stat
import threading
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from elevatekit_plugins.api import Quota
from elevatekit_plugins.calls.quota import MemoryLedger, Outcome, Spent
from elevatekit_plugins.errors import ClosedError, ConfigError, ElevateKitError
from elevatekit_plugins.hooks.events import RecordRejected
from elevatekit_plugins.journal import database
from elevatekit_plugins.journal.rows import Interaction, Question, Reject, Result
from elevatekit_plugins.journal.store import Journal, deliveries_of, snapshot
from elevatekit_plugins.journal.tables import Tables

QUOTA = Quota(per="id", successes=5, errors=5)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "run.db"


@pytest.fixture
def journal(path: Path) -> Iterator[Journal]:
    with Journal(path) as journal:
        yield journal


def add(tables: Tables, *positions: int) -> None:
    for position in positions:
        tables.interactions.add(
            Interaction(position, f"id-{position}", f"key-{position}", "chat", "accepted")
        )


def _add_one(position: int, tables: Tables) -> None:
    add(tables, position)


def reject(position: int, operation: str = "a.b") -> Reject:
    event = RecordRejected(
        interaction=f"id-{position}",
        key=f"key-{position}",
        stage="fetch",
        operation=operation,
        error="NotFoundError",
        message="it is not there",
        status=404,
    )
    return Reject(event, position)


def test_only_its_owner_can_read_it(path: Path, journal: Journal) -> None:
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_closed_it_is_one_file(path: Path) -> None:
    with Journal(path) as journal:
        journal.writer.put(lambda tables: add(tables, 1))

    assert [entry.name for entry in path.parent.iterdir()] == ["run.db"]


def test_to_look_at_it_makes_nothing(path: Path) -> None:
    Journal(path)

    assert list(path.parent.iterdir()) == []


@pytest.mark.parametrize("wal", [False, True])
def test_a_process_that_died_while_making_it_left_nothing_in_the_way(path: Path, wal: bool) -> None:
    path.touch()
    if wal:
        connection = sqlite3.connect(path)
        connection.execute("PRAGMA journal_mode = WAL")
        connection.close()

    with Journal(path) as journal:
        journal.writer.run(lambda tables: add(tables, 1))

    with snapshot(path) as tables:
        assert tables.interactions.count() == 1


def test_an_empty_one_cannot_be_read(path: Path) -> None:
    path.touch()

    with pytest.raises(ConfigError, match="is empty"), snapshot(path):
        pass


def test_a_damaged_one_is_an_error_that_names_it(path: Path) -> None:
    with Journal(path):
        pass
    content = path.read_bytes()
    path.write_bytes(content[:100] + b"\xff" * (len(content) - 100))

    with pytest.raises(ElevateKitError, match=r"run\.db"), Journal(path):
        pass


def test_a_second_writer_is_refused_though_it_is_the_same_process(path: Path) -> None:
    with (
        Journal(path),
        pytest.raises(ConfigError, match=r"in use by process \d+"),
        Journal(path),
    ):
        pass


def test_a_lock_file_that_nobody_holds_is_no_obstacle(path: Path) -> None:
    Path(f"{path}.lock").write_text("1")  # process 1 lives, and has nothing to do with it

    with Journal(path) as journal:
        journal.writer.run(lambda tables: add(tables, 1))

    assert not Path(f"{path}.lock").exists()


def test_writes_of_many_threads_are_all_there_in_the_order_of_each(journal: Journal) -> None:
    def work(first: int) -> None:
        for position in range(first, first + 300):
            journal.writer.put(partial(_add_one, position))

    threads = [threading.Thread(target=work, args=(number * 1000 + 1,)) for number in range(5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert journal.writer.run(lambda tables: tables.interactions.count()) == 1500


def test_what_was_run_is_there_for_everybody_at_once(path: Path, journal: Journal) -> None:
    journal.writer.put(lambda tables: add(tables, 1))
    journal.writer.run(lambda tables: add(tables, 2))

    with snapshot(path) as tables:
        assert [i.position for i in tables.interactions.in_order()] == [1, 2]


def test_a_batch_that_fails_leaves_nothing_and_is_told_to_everybody_after(path: Path) -> None:
    journal = Journal(path).__enter__()
    journal.writer.run(lambda tables: add(tables, 1))
    for write in (journal.writer.run, journal.writer.put):
        with pytest.raises(ElevateKitError, match="cannot be written"):
            write(lambda tables: add(tables, 2, 1))
    with pytest.raises(ElevateKitError, match="cannot be written"):
        journal.__exit__(None, None, None)

    with snapshot(path) as tables:
        assert tables.interactions.count() == 1


def test_a_full_disk_is_an_error_and_what_was_committed_is_safe(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    connect = database.connect

    def connect_to_a_small_disk(path: Path, *, create: bool) -> sqlite3.Connection:
        connection = connect(path, create=create)
        connection.execute("PRAGMA max_page_count = 40")
        return connection

    monkeypatch.setattr(database, "connect", connect_to_a_small_disk)

    journal = Journal(path).__enter__()
    journal.writer.run(lambda tables: add(tables, 1))
    with pytest.raises(ElevateKitError, match="full"):
        journal.writer.run(lambda tables: tables.results.add(1, Result("a.b", 200, bytes(10**6))))
    with pytest.raises(ElevateKitError, match="full"):
        journal.__exit__(None, None, None)

    with snapshot(path) as tables:
        assert tables.interactions.count() == 1


def test_a_journal_that_is_closed_takes_no_more(path: Path) -> None:
    with Journal(path) as journal:
        pass

    with pytest.raises(ClosedError):
        journal.writer.put(lambda tables: add(tables, 1))


def test_a_snapshot_does_not_see_what_is_written_meanwhile(path: Path, journal: Journal) -> None:
    journal.writer.run(lambda tables: add(tables, 1))

    with snapshot(path) as tables:
        journal.writer.run(lambda tables: add(tables, 2))
        assert tables.interactions.count() == 1


def test_payloads_come_back_as_they_came(journal: Journal) -> None:
    bodies = {"b.x": b'{"a": 1.0,\n "\xc3\xa9": []}', "a.y": b"\xff not JSON", "c.z": None}

    def write(tables: Tables) -> None:
        add(tables, 1, 2)
        for operation, body in bodies.items():
            tables.results.add(2, Result(operation, 200, body))

    journal.writer.run(write)

    found = [(p, r.operation, r.body) for p, r in journal.tables.results.in_order()]
    assert found == [(2, operation, bodies[operation]) for operation in sorted(bodies)]
    assert journal.tables.results.fetched(2) == bodies.keys()
    assert journal.tables.results.fetched(1) == set()


def test_a_reject_takes_the_place_of_the_one_before_it(journal: Journal) -> None:
    def write(tables: Tables) -> None:
        add(tables, 1)
        for operation in ("a.b", "a.b", "c.d"):
            tables.rejects.add(reject(1, operation))

    journal.writer.run(write)
    assert [r.event.operation for r in journal.tables.rejects.of(1)] == ["a.b", "c.d"]
    assert journal.tables.rejects.of(1)[0] == reject(1)

    journal.writer.run(lambda tables: tables.rejects.clear(1, "fetch", "a.b"))

    assert [r.event.operation for r in journal.tables.rejects.of(1)] == ["c.d"]


def test_questions_keep_their_order_when_one_is_asked_again(journal: Journal) -> None:
    def write(tables: Tables) -> None:
        add(tables, 1)
        tables.questions.ask(1, "a.ask", "First?", 10.0)
        tables.questions.take_back(1, "a.ask", "First?")
        tables.questions.ask(1, "a.ask", "Second?", 11.0)
        tables.questions.answer(1, Question("a.ask", "Second?", "success", "a.ask", b"{}"))
        tables.questions.ask(1, "a.ask", "First?", 12.0)

    journal.writer.run(write)

    assert journal.tables.questions.of(1) == [
        Question("a.ask", "First?", "asking"),
        Question("a.ask", "Second?", "success", "a.ask", b"{}"),
    ]
    assert journal.tables.questions.asked_at(1, "a.ask", "First?") == 12.0


def test_a_cursor_is_moved_by_one_process_at_a_time(path: Path) -> None:
    with Journal(path):
        pass

    with deliveries_of(path) as deliveries:
        assert deliveries.cursors.get("chat:#room") == 0
        deliveries.cursors.set("chat:#room", 7)
        with pytest.raises(ConfigError, match="in use"), deliveries_of(path):
            pass

    with deliveries_of(path) as deliveries:
        assert deliveries.cursors.get("chat:#room") == 7


def test_a_memo_belongs_to_its_destination_and_outlives_the_process(path: Path) -> None:
    with Journal(path):
        pass
    with deliveries_of(path) as deliveries:
        deliveries.memo("chat:#one").set("delivery", "posted")

    with deliveries_of(path) as deliveries:
        assert deliveries.memo("chat:#one").get("delivery") == "posted"
        assert deliveries.memo("chat:#two").get("delivery") is None
        assert deliveries.memo("chat:#one").get("other") is None


def test_what_was_reserved_is_on_the_disk_before_it_is_sent(path: Path, journal: Journal) -> None:
    assert journal.ledger.reserve("a.ask", "id-1", QUOTA)

    with snapshot(path) as tables:
        assert tables.budgets.get("a.ask", "id-1") == Spent(unknown=1)


OUTCOMES: list[Outcome | None] = ["success", "error", "unknown", "free", None]


@settings(max_examples=25, deadline=None)
@given(outcomes=st.lists(st.sampled_from(OUTCOMES), max_size=12))
def test_the_ledger_counts_as_the_one_in_memory_does_and_outlives_the_process(
    tmp_path_factory: pytest.TempPathFactory, outcomes: list[Outcome | None]
) -> None:
    path = tmp_path_factory.mktemp("ledger") / "run.db"
    memory = MemoryLedger()
    with Journal(path) as journal:
        for outcome in outcomes:  # None: the process dies before an answer
            reserved = memory.reserve("a.ask", "id-1", QUOTA)
            assert journal.ledger.reserve("a.ask", "id-1", QUOTA) is reserved
            if reserved and outcome is not None:
                spent = memory.settle("a.ask", "id-1", outcome)
                assert journal.ledger.settle("a.ask", "id-1", outcome) == spent

    with Journal(path) as journal:
        assert journal.ledger.spent("a.ask", "id-1") == memory.spent("a.ask", "id-1")
        assert journal.ledger.spent("a.ask", "id-2") == Spent()

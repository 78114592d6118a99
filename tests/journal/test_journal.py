"""The journal on disk: made, refused, locked, written by one thread, read at one moment."""

from __future__ import annotations

import os
import re
import sqlite3
import stat
import threading
from collections.abc import Iterator
from contextlib import closing
from functools import partial
from hashlib import sha256
from importlib import resources
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec import structs

from elevatekit_plugins.api import Quota
from elevatekit_plugins.calls.quota import MemoryLedger, Outcome, Reservation, Spent
from elevatekit_plugins.errors import ClosedError, ConfigError, ElevateKitError
from elevatekit_plugins.hooks.events import RecordRejected
from elevatekit_plugins.journal import database
from elevatekit_plugins.journal.rows import Interaction, Question, Reject, Result
from elevatekit_plugins.journal.store import Journal, deliveries_of, snapshot
from elevatekit_plugins.journal.tables import Tables
from elevatekit_plugins.messages import Attempt

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


def test_a_changed_schema_has_a_new_version() -> None:
    """Else a journal that an earlier release wrote is opened, and fails somewhere inside."""
    schema = resources.files("elevatekit_plugins.journal").joinpath("schema.sql").read_text("utf-8")
    statements = " ".join(re.sub(r"--.*", "", schema).split())

    digest = sha256(statements.encode()).hexdigest()[:16]
    assert f"{database.VERSION}: {digest}" == "2: f4b5b06b1c156df5"


def test_one_of_an_earlier_version_is_refused_with_both_versions(path: Path) -> None:
    with Journal(path):
        pass
    with closing(sqlite3.connect(path)) as connection:
        connection.execute(f"PRAGMA user_version = {database.VERSION - 1}")

    said = rf"version {database.VERSION - 1}, but this release reads version {database.VERSION}"
    for opened in (Journal(path), snapshot(path), deliveries_of(path)):
        with pytest.raises(ConfigError, match=said), opened:
            pass


def test_names_of_files_that_are_no_utf8_can_be_stored(path: Path, journal: Journal) -> None:
    name = os.fsdecode(b"x\xff.jsonl")
    event = structs.replace(reject(1).event, message=f"{name}, line 1: is empty")
    attempt = Attempt(number=1, error=f"{name} is gone", sent=False, elapsed=0.0)

    def write(tables: Tables) -> None:
        add(tables, 1)
        tables.results.add_attempts(1, "a.b", [attempt])
        tables.rejects.add(Reject(event, source=name, line=1))

    journal.writer.run(write)
    with snapshot(path) as tables:
        [kind] = tables.rejects.counts(1)
        assert kind.messages == (r"x\udcff.jsonl, line 1: is empty",)

    journal.writer.run(lambda tables: tables.rejects.clear_input(name))

    assert journal.tables.rejects.counts(1) == []


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


@pytest.mark.parametrize("error", [ZeroDivisionError("ours"), UnicodeError("ours"), MemoryError()])
def test_a_write_that_fails_in_any_way_is_told_and_nobody_waits_for_ever(
    path: Path, error: Exception
) -> None:
    def fail(tables: Tables) -> None:
        raise error

    journal = Journal(path).__enter__()
    journal.writer.run(lambda tables: add(tables, 1))
    told: list[ElevateKitError] = []

    def write() -> None:
        try:
            journal.writer.run(fail)
        except ElevateKitError as error:
            told.append(error)

    waiting = threading.Thread(target=write, daemon=True)
    waiting.start()
    waiting.join(30)  # at once, or never
    assert [type(error).__name__ in str(e) and e.__cause__ is error for e in told] == [True]
    with pytest.raises(ElevateKitError, match="cannot be written"):
        journal.writer.put(lambda tables: add(tables, 2))
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
        tables.questions.ask(1, "a.ask", "First?")
        tables.questions.take_back(1, "a.ask", "First?")
        tables.questions.ask(1, "a.ask", "Second?")
        tables.questions.answer(1, Question("a.ask", "Second?", "success", "a.ask", b"{}"))
        tables.questions.ask(1, "a.ask", "First?")

    journal.writer.run(write)

    assert journal.tables.questions.of(1) == [
        Question("a.ask", "First?", "asking"),
        Question("a.ask", "Second?", "success", "a.ask", b"{}"),
    ]


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
        deliveries.memo(os.fsdecode(b"chat:\xff")).set("delivery", "named by bytes")
        deliveries.cursors.set(os.fsdecode(b"chat:\xff"), 7)

    with deliveries_of(path) as deliveries:
        assert deliveries.memo(os.fsdecode(b"chat:\xff")).get("delivery") == "named by bytes"
        assert deliveries.cursors.get(os.fsdecode(b"chat:\xff")) == 7
        assert deliveries.memo("chat:#one").get("delivery") == "posted"
        assert deliveries.memo("chat:#two").get("delivery") is None
        assert deliveries.memo("chat:#one").get("other") is None


def test_what_was_reserved_is_on_the_disk_before_it_is_sent(path: Path, journal: Journal) -> None:
    assert journal.ledger.reserve(Reservation("a.ask", "id-1"), QUOTA)

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
            one = Reservation("a.ask", "id-1")
            reserved = memory.reserve(one, QUOTA)
            assert journal.ledger.reserve(one, QUOTA) is reserved
            if reserved and outcome is not None:
                spent = memory.settle(one, outcome)
                assert journal.ledger.settle(one, outcome) == spent
                assert journal.ledger.settle(one, "free") == memory.settle(one, "free")

    with Journal(path) as journal:
        assert journal.ledger.spent("a.ask", "id-1") == memory.spent("a.ask", "id-1")
        assert journal.ledger.spent("a.ask", "id-2") == Spent()

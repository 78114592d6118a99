"""A journal that is damaged, or that cannot be one: named, with what to do."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from elevatekit_plugins.errors import ConfigError
from elevatekit_plugins.journal import database
from elevatekit_plugins.journal.rows import Interaction, Result
from elevatekit_plugins.journal.store import Journal, deliveries_of, snapshot
from elevatekit_plugins.journal.tables import Tables

PAGE = 4096


def _fill(tables: Tables) -> None:
    for position in range(1, 100):
        tables.interactions.add(Interaction(position, f"id-{position}", None, "chat", "accepted"))
        tables.results.add(position, Result("a.b", 200, bytes(1000)))


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "run.db"
    with Journal(path) as journal:
        journal.writer.run(_fill)
    return path


def _overwritten(path: Path) -> None:
    content = path.read_bytes()
    half = len(content) // PAGE // 2 * PAGE
    path.write_bytes(content[:half] + b"\xa5" * (len(content) - half))


def _without_results(path: Path) -> None:
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("DROP TABLE results")


def _not_utf8(path: Path) -> None:
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute("UPDATE results SET operation = CAST(x'ff' AS TEXT)")


def _snapshot(path: Path) -> None:
    with snapshot(path) as tables:
        list(tables.results.in_order())


def _journal(path: Path) -> None:
    with Journal(path) as journal:
        list(journal.tables.results.in_order())


@pytest.mark.parametrize("damage", [_overwritten, _without_results, _not_utf8])
@pytest.mark.parametrize("read", [_snapshot, _journal])
def test_damage_that_shows_while_it_is_read_is_named(
    path: Path, damage: Callable[[Path], None], read: Callable[[Path], None]
) -> None:
    damage(path)

    with pytest.raises(ConfigError, match=r"run\.db is damaged: .*; pull again into a new one"):
        read(path)

    assert not Path(f"{path}.lock").exists()


def test_damage_that_shows_in_a_delivery_is_named(path: Path) -> None:
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("DROP TABLE cursors")

    with pytest.raises(ConfigError, match="is damaged"), deliveries_of(path) as deliveries:
        deliveries.cursors.get("chat:#room")


def test_a_disk_that_fails_is_no_damage(path: Path) -> None:
    """Its journal is whole, and nobody should make a new one."""
    error = sqlite3.OperationalError("disk I/O error")
    error.sqlite_errorcode = sqlite3.SQLITE_IOERR_READ

    with pytest.raises(ConfigError, match="cannot be used: disk I/O error"), database.reading(path):
        raise error


@pytest.mark.parametrize("create", [False, True])
def test_a_name_that_is_too_long_is_an_error_that_says_what_to_do(
    tmp_path: Path, create: bool
) -> None:
    path = tmp_path / ("x" * 300)

    with pytest.raises(ConfigError, match="File name too long; name another file") as caught:
        database.check(path, create=create)

    assert str(path) in str(caught.value)


def test_a_pipe_is_no_journal_and_nobody_waits_for_its_other_end(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")

    with pytest.raises(ConfigError, match="is a device or a pipe, not a journal"):
        Journal(tmp_path / "pipe")

"""Every class of faults on every operation, sync and async: each call ends as the oracle says.

The oracle is `oracle.md`, a table that people write. A test runs a row of it.
"""

from __future__ import annotations

import re
import socket
from collections.abc import Callable, Iterator, Sequence
from itertools import zip_longest
from pathlib import Path
from types import SimpleNamespace
from typing import Any, Final, NamedTuple, cast

import msgspec
import pytest

from elevatekit.operations import API
from elevatekit_plugins.errors import OutcomeUnknownError, StatusError
from elevatekit_plugins.simulator.faults import KINDS, Fault

GRACE: Final = 0.5
"""Seconds that a call may outlast its deadline."""
ALWAYS: Final = 100
FLAVOURS: Final = ("sync", "async")
READS: Final = ("interactions.status", "interactions.get", "cx_ai.results")
ASKS: Final = ("gen_ai.cx.ask", "gen_ai.ask")
COLUMNS: Final = {
    **dict.fromkeys(READS, "reads"),
    **{f"transcripts.{name}": "transcripts" for name in ("phrases", "punctuated")},
    **{f"interactions.{name}": name for name in ("declare", "upload", "delete")},
    **dict.fromkeys(ASKS, "ask"),
}
UNSAFE: Final = ("declare", "upload", "ask")
WAVES: Final = (API.operations[::2], API.operations[1::2])
"""Two halves, because an account may have ten requests of a group in flight."""
QUICK: Final = {"late_answer": 0.0}
"""Kinds that need not be slow."""
CELL: Final = re.compile(r"(\??)([\w ]+?)(?:\((\d+|—)\))?(?: ×(\d))?")
SENT: Final[dict[str, Callable[[Any], object]]] = {
    "unknown_enum": lambda value: "somethingNew",
    "enum_case": str.swapcase,
    "bad_date": lambda value: "yesterday",
    "naive_date": lambda value: value.removesuffix("Z"),
    "null_field": lambda value: None,
}
"""What the service says instead of a true value."""


class Expected(NamedTuple):
    """One way to end."""

    ends: str
    unknown: bool = False
    status: str = "ok"
    attempts: int = 1

    @property
    def returns(self) -> bool:
        return not self.ends.endswith("Error")


Cell = tuple[Expected, ...]
"""A cell of the oracle: the ways in which a call may end."""


class Row(NamedTuple):
    """A row of the oracle, and how it is run."""

    kind: str
    times: int
    cells: dict[str, Cell]
    """By operation."""
    timeout: float

    def __str__(self) -> str:
        return self.kind


TRUE: Final = Expected("true")


def _cell(text: str, status: str) -> Cell:
    cell: list[Expected] = []
    for way in text.split(" or "):
        found = CELL.fullmatch(way)
        assert found, f"{way!r} says nothing"
        unknown, ends, other, attempts = found.groups()
        cell.append(Expected(ends, bool(unknown), other or status, int(attempts or 1)))
    return tuple(cell)


def _tables() -> Iterator[tuple[list[str], list[list[str]]]]:
    """The tables of the oracle: the names of their columns, and their rows."""
    text = Path(__file__).with_name("oracle.md").read_text("utf-8")
    for table in re.findall(r"^(?:\|.*\n)+", text, re.MULTILINE):
        head, _, *rows = (
            [cell.strip().strip("`") for cell in line.strip("|").split("|")]
            for line in table.splitlines()
        )
        yield head, rows


def _rows() -> Iterator[list[Row]]:
    exceptions = {
        (kind, id): ends
        for head, rows in TABLES
        if head[1] == "operations"
        for kind, ids, ends, _ in rows
        for id in ids.split(", ")
    }
    for head, rows in TABLES:
        if head[:2] != ["kind", "status"]:
            continue
        made: list[Row] = []
        for named, status, *texts in rows:
            kind, _, once = named.partition(" ")
            by_column = dict(zip(head[2:], texts, strict=True))
            ids = [o.id for o in API.operations] if len(texts) > 3 else LIGHT
            cells = {
                id: _cell(exceptions.pop((kind, id), by_column[COLUMNS.get(id, "gen_ai")]), status)
                for id in ids
            }
            made.append(Row(kind, 1 if once else ALWAYS, cells, _timeout(texts)))
        yield made
    assert not exceptions, f"exceptions to no row: {exceptions}"


def _timeout(texts: Sequence[str]) -> float:
    if any("DeadlineExceeded" in text for text in texts):
        return 0.4
    return 0.9 if any("RateLimit" in text for text in texts) else 20.0


TABLES: Final = list(_tables())
LIGHT: Final = ["gen_ai.cx.summary", "interactions.upload", "gen_ai.cx.ask"]
FULL, OTHERS, HANDSHAKES = _rows()
REUSE: Final = next(rows for head, rows in TABLES if head == ["kind", "safe", "unsafe"])


def test_the_oracle_knows_every_kind_once() -> None:
    named = [row.kind for row in (*FULL, *OTHERS, *HANDSHAKES)] + [row[0] for row in REUSE]

    assert sorted(named) == sorted([*KINDS, "nobody_listens"])
    assert len(FULL) >= 60


@pytest.mark.parametrize("row", [*FULL, *OTHERS], ids=str)
def test_every_operation_ends_as_the_oracle_says(row: Row, stand: SimpleNamespace) -> None:
    _hold(_problems(row, row.cells, row.times, stand))
    again = {id: cell for id, cell in row.cells.items() if cell[0].attempts == 2 and row.times > 1}
    _hold(_problems(row, _recovered(again), 1, stand))


def _recovered(cells: dict[str, Cell]) -> dict[str, Cell]:
    """What comes of the cells where the fault strikes once: the truth."""
    return {
        id: cell
        if cell[0].ends == "NotFoundError"
        else (Expected("none" if COLUMNS.get(id) == "delete" else "true", attempts=2),)
        for id, cell in cells.items()
    }


@pytest.mark.parametrize("row", HANDSHAKES, ids=str)
def test_a_handshake_that_fails_ends_as_the_oracle_says(
    row: Row, tls_stand: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    listens = row.kind in KINDS
    with tls_stand(row.kind if listens else None) as at, socket.socket() as silent:
        if listens:
            monkeypatch.setenv("SSL_CERT_FILE", str(at.simulator.ca))
            at.reach(at.simulator.base_url, apart=False)
        else:
            silent.bind(("127.0.0.1", 0))  # and does not listen
            at.reach(f"http://127.0.0.1:{silent.getsockname()[1]}/v1", apart=False)

        _hold(_problems(row, row.cells, 0, SimpleNamespace(at=at, true={})))


def test_a_second_call_on_a_broken_connection_ends_as_the_oracle_says(
    stand: SimpleNamespace,
) -> None:
    problems: list[str] = []
    for kind, safe, unsafe in REUSE:
        cells = {
            op.id: _cell(unsafe if COLUMNS.get(op.id) in UNSAFE else safe, "—")
            for op in API.operations
        }
        row = Row(kind, 1, cells, _timeout([safe]))
        problems += _problems(row, cells, 1, stand, second=True)
    _hold(problems)


def _hold(problems: list[str]) -> None:
    assert not problems, "\n".join(problems)


def _problems(
    row: Row,
    cells: dict[str, Cell],
    times: int,
    stand: SimpleNamespace,
    *,
    second: bool = False,
) -> list[str]:
    """What went otherwise than it should: a line for each cell."""
    found: list[str] = []
    for wave in WAVES:
        ids = [operation.id for operation in wave if operation.id in cells]
        for flavour in FLAVOURS:
            wrong = _wrong(row, ids, flavour, cells, times, stand, second=second)
            if wrong and row.timeout < 1:
                # On a busy machine a deadline may pass before a request is there. Not twice.
                wrong = _wrong(row, list(wrong), flavour, cells, times, stand, second=second)
            found += wrong.values()
    return found


def _wrong(
    row: Row,
    ids: list[str],
    flavour: str,
    cells: dict[str, Cell],
    times: int,
    stand: SimpleNamespace,
    *,
    second: bool,
) -> dict[str, str]:
    faults = [
        Fault(operation=id, kind=row.kind, times=times, seconds=QUICK.get(row.kind))
        for id in ids
        if times
    ]
    first = stand.at.run(ids, flavour, faults, 20.0 if second else row.timeout)
    ended = stand.at.run(ids, flavour, [], row.timeout) if second else first
    wrong: dict[str, str] = {}
    for id in ids:
        problems = [
            _problem(row.kind, id, way, ended[id], stand, _arrived(way, times, second=second))
            for way in cells[id]
        ]
        problem = None if None in problems else problems[0]
        if second:
            problem = _problem(row.kind, id, TRUE, first[id], stand, 1) or problem
        if not problem and ended[id].elapsed > row.timeout + GRACE:
            problem = f"took {ended[id].elapsed:.2f} s of {row.timeout} s"
        if problem:
            wrong[id] = f"{row.kind} {id} {flavour}: {problem}"
    return wrong


def _arrived(way: Expected, times: int, *, second: bool) -> int:
    """How many requests the simulator counts."""
    if second:  # what meets a broken connection reaches no operation
        return int(way.returns)
    return way.attempts if times else 0


def _problem(
    kind: str, id: str, cell: Expected, ended: Any, stand: SimpleNamespace, arrived: int
) -> str | None:
    result = ended.result
    if ended.arrived != arrived:
        return f"{ended.arrived} requests arrived, not {arrived}; it ended with {result!r}"
    if cell.returns:
        return _untrue(kind, id, cell, result, stand)
    if cell.unknown:
        if type(result) is not OutcomeUnknownError:
            return f"ended with {result!r}, not OutcomeUnknownError"
        result = result.__cause__
    if type(result).__name__ != cell.ends:
        return f"ended with {result!r}, not {cell.ends}"
    if len(ended.attempts) != cell.attempts:
        return f"tells of {len(ended.attempts)} attempts, not {cell.attempts}"
    last = ended.attempts[-1].status
    wanted = {"—": (None,), "ok": range(200, 300)}.get(cell.status) or (int(cell.status),)
    if last not in wanted:
        return f"its last attempt has the status {last}, not {cell.status}"
    if isinstance(result, StatusError) and result.status != last:
        return f"the error has the status {result.status}, not {last}"
    return None


def _untrue(kind: str, id: str, cell: Expected, result: Any, stand: SimpleNamespace) -> str | None:
    """Why this is not the data that the simulator has."""
    if cell.ends == "none" or COLUMNS.get(id) in ("upload", "delete"):
        return None if result is None else f"returned {result!r}, not None"
    if isinstance(result, Exception) or result is None:
        return f"ended with {result!r}, not with data"
    if id == "interactions.declare":
        identifier = result.interaction_identifier
        return None if stand.at.exists(identifier) else f"there is no interaction {identifier}"
    changed = list(_changes(msgspec.to_builtins(stand.true[id]), msgspec.to_builtins(result)))
    if cell.ends == "true":
        return f"returned other data: {changed}" if changed else None
    if len(changed) != 1 or changed[0][1] != SENT[kind](changed[0][0]):
        return f"returned other data than was sent: {changed}"
    return None


def _changes(old: object, new: object) -> Iterator[tuple[object, object]]:
    """The values in which two answers differ."""
    if isinstance(old, dict) and isinstance(new, dict):
        before, after = cast("dict[str, object]", old), cast("dict[str, object]", new)
        for key in {**before, **after}:
            yield from _changes(before.get(key), after.get(key))
    elif isinstance(old, list) and isinstance(new, list):
        items, others = cast("list[object]", old), cast("list[object]", new)
        for item, other in zip_longest(items, others):
            yield from _changes(item, other)
    elif old != new:
        yield old, new

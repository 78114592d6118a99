"""Reading a record by role: where the layout says that a thing stands, whatever it is called."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from elevatekit_plugins.api import Table
from elevatekit_plugins.hooks.descriptors import InteractionRecord, Layout


class Reading:
    """Where the columns and lists of each role are in a layout."""

    def __init__(self, layout: Layout) -> None:
        self._columns: dict[str, list[int]] = {}
        for place, column in enumerate(layout.row):
            if column.role is not None:
                self._columns.setdefault(column.role, []).append(place)
        self._lists: dict[str, list[Table]] = {}
        for table in layout.lists:
            if table.role is not None:
                self._lists.setdefault(table.role, []).append(table)

    def has(self, role: str) -> bool:
        """Whether the row of an interaction has a column of this role."""
        return role in self._columns

    def value(self, record: InteractionRecord, role: str) -> Any:
        """The value of the first column of a role that has one, or None."""
        for place in self._columns.get(role, ()):
            if record.row[place] not in (None, ""):
                return record.row[place]
        return None

    def items(
        self, record: InteractionRecord, role: str, text: str, *more: str
    ) -> list[tuple[Any, ...]]:
        """The items of the first list of a role that has any, each with its values of some roles.

        Two operations may each have such a list; both tell of the same conversation.

        Args:
            text: the role of the item's text. A list of plain texts carries no role but its own.
            more: other roles. What has none in this list is None.
        """
        for table in self._lists.get(role, ()):
            if rows := record.lists.get(table.name):
                places = [_text(table, text), *(_place(table, wanted) for wanted in more)]
                return [tuple(_at(row, place) for place in places) for row in rows]
        return []


def _place(table: Table, role: str) -> int | None:
    for place, column in enumerate(table.columns):
        if column.role == role:
            return place
    return None


def _text(table: Table, role: str) -> int | None:
    last = table.columns[-1]
    is_the_item = last.role is None and not last.path
    return len(table.columns) - 1 if is_the_item else _place(table, role)


def _at(row: Sequence[Any], place: int | None) -> Any:
    return None if place is None else row[place]

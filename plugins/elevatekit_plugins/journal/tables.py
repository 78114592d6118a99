"""All tables of the journal over one connection."""

from __future__ import annotations

import sqlite3

from elevatekit_plugins.journal.cursors import Budgets
from elevatekit_plugins.journal.interactions import Interactions
from elevatekit_plugins.journal.questions import Questions
from elevatekit_plugins.journal.rejects import Rejects
from elevatekit_plugins.journal.results import Results


class Tables:
    """Reads and writes rows, for one thread at a time.

    Writes take part in the transaction that is open on the connection. Who begins and commits
    it is the business of the writer.
    """

    def __init__(self, connection: sqlite3.Connection) -> None:
        self.interactions = Interactions(connection)
        self.results = Results(connection)
        self.questions = Questions(connection)
        self.rejects = Rejects(connection)
        self.budgets = Budgets(connection)

"""One pull from its first line to its last: feeds the workers, shows progress, ends in order."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from typing import Final, TextIO

from msgspec import Struct, structs

from elevatekit_plugins.client import SyncApiClient
from elevatekit_plugins.journal.rows import Interaction
from elevatekit_plugins.journal.store import Journal
from elevatekit_plugins.pull.declarations import missing_file
from elevatekit_plugins.pull.fetching import Fetching
from elevatekit_plugins.pull.interrupt import Interrupt
from elevatekit_plugins.pull.lines import BadLine, Declaration, Named, Repeated
from elevatekit_plugins.pull.plan import Plan
from elevatekit_plugins.pull.progress import Counts, Progress
from elevatekit_plugins.pull.recording import Recorder
from elevatekit_plugins.pull.source import Input, Item
from elevatekit_plugins.pull.work import Work, begin, resume
from elevatekit_plugins.pull.workers import Workers

GRACE: Final = 10.0
"""Seconds that requests under way are given when a pull stops before its end."""
WORKERS: Final = 10
"""Workers where neither the user nor the spec says how many."""


class Report(Struct, frozen=True, kw_only=True):
    """How a pull ended."""

    counts: Counts
    interrupted: bool
    error: BaseException | None
    """What stopped it before its end."""

    @property
    def complete(self) -> bool:
        """Whether everything was done that could be."""
        return not self.interrupted and self.error is None


def default_workers(plan: Plan) -> int:
    """As many as the spec allows requests at once: more would be refused, fewer would wait."""
    limits = [o.concurrency.limit for o in plan.results if o.concurrency is not None]
    return max(limits, default=WORKERS)


class Pull:
    """A pull into a journal.

    Args:
        client: made with the ledger of the journal.
        poll: seconds between two looks at a state; None for what the spec says.
        stream: where progress is written.
        now: seconds since 1970.
    """

    def __init__(
        self,
        client: SyncApiClient,
        journal: Journal,
        plan: Plan,
        *,
        poll: float | None,
        workers: int,
        stream: TextIO,
        now: Callable[[], float] = time.time,
    ) -> None:
        self._client = client
        self._journal = journal
        self._recorder = Recorder(client, journal.writer, plan.rule.identifier, now)
        self._fetching = Fetching(plan, self._recorder, poll)
        self._workers = Workers(workers)
        self._stream = stream
        self._settled = 0
        self._position = journal.tables.interactions.last_position()

    def run(self, given: Input | None = None) -> Report:
        """Pull everything that was named, or as much as can be until something stops it.

        Args:
            given: None for the interactions that the journal has.
        """
        workers, interactions = self._workers, self._journal.tables.interactions
        items: Iterable[Item | Interaction] = interactions.in_order()
        total: int | None = interactions.count()
        if given is not None:
            items, total = given.items, given.total
            for file in given.files:
                self._recorder.begin_file(file)

        def counts() -> Counts:
            done = self._settled + workers.finished
            requests, rejects = self._recorder.requests, self._recorder.rejects
            return Counts(done, total, requests, rejects, workers.unreached)

        def tick() -> bool:
            progress.tick()
            return not interrupt.requested

        progress = Progress(self._stream, counts)
        with Interrupt() as interrupt:
            complete = False
            try:
                complete = self._feed(items, tick) and workers.join(tick) and self._look_again(tick)
            finally:
                workers.stop(0.0 if complete else GRACE)
            progress.end(self._client.host.use())
        interrupted = not complete and workers.error is None
        return Report(counts=counts(), interrupted=interrupted, error=workers.error)

    def _feed(self, items: Iterable[Item | Interaction], tick: Callable[[], bool]) -> bool:
        """Let the items in, in their order. False where the work is to stop."""
        for item in items:
            work = self._work(item)
            steps = [] if work is None else self._fetching.first(work)
            if not steps:
                self._settled += 1
            elif not self._workers.add(steps, tick):
                return False
        return True

    def _look_again(self, tick: Callable[[], bool]) -> bool:
        """Take up again what is not settled yet. False where the work is to stop."""
        last = self._fetching.last()
        self._settled -= len(last)  # they were counted as finished
        taken = all(self._workers.add(steps, tick) for steps in last.values())
        return taken and self._workers.join(tick)

    def _work(self, item: Item | Interaction) -> Work | None:
        """What is to be done for an item; None where that is nothing."""
        tables = self._journal.tables
        match item:
            case BadLine():
                self._recorder.reject_line(item)
                return None
            case Repeated():
                return None
            case Interaction():
                return resume(tables, item, None)
            case Named():
                known = tables.interactions.by_id(item.id)
                if known is not None:
                    return resume(tables, known, None)
                return self._register(Interaction(0, item.id, None, None, "accepted"), None)
            case Declaration():
                known = tables.interactions.by_key(item.key)
                if known is None or known.id is None:
                    missing = missing_file(item)
                    if missing is not None:
                        self._recorder.reject_line(missing)
                        return None
                if known is not None:
                    return resume(tables, known, item)
                return self._register(Interaction(0, None, item.key, item.type, "registered"), item)

    def _register(self, interaction: Interaction, declaration: Declaration | None) -> Work:
        self._position += 1
        registered = structs.replace(interaction, position=self._position)
        self._journal.writer.put(lambda tables: tables.interactions.add(registered))
        return begin(registered, declaration)

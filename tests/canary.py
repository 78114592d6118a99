"""The canary: one token for every client of the suite, looked for in all that is written."""

from __future__ import annotations

import contextlib
import logging
import os
import pickle
import subprocess
import sys
import traceback
import uuid
from collections.abc import Callable, Generator
from functools import wraps
from itertools import islice
from pathlib import Path
from types import CodeType
from typing import Any

import pytest

from elevatekit_plugins.errors import ElevateKitError
from elevatekit_plugins.testing import accounts
from elevatekit_plugins.testing.cassettes.canary import hidden

CANARY = str(uuid.uuid5(uuid.NAMESPACE_URL, "the token of every client in this suite"))
"""Made, and not written down: what is found of it anywhere was written by a client."""

TESTS = str(Path(__file__).parent)

for module in list(sys.modules.values()):  # of the fixtures' clients, and of tests that import it
    if vars(module).get("ACCOUNT") == accounts.ACCOUNT and module is not accounts:
        vars(module)["ACCOUNT"] = CANARY
vars(accounts)["ACCOUNT"] = CANARY


class Watch:
    """Looks at all that a test writes. What holds the canary fails the test."""

    def __init__(self) -> None:
        self.leaks: list[str] = []
        self.opened: set[str] = set()
        """Files that this process wrote, wherever they are."""
        self._places = set[tuple[CodeType, int]]()
        """Where errors went through: a look at each is enough, and all would take minutes."""

    def look(self, place: str, data: object) -> None:
        text = data if isinstance(data, bytes) else str(data).encode("utf-8", "surrogateescape")
        if data and (how := hidden(CANARY, text)):
            self.leaks.append(f"{place} holds the token, {how}")

    def look_at_file(self, path: Path) -> None:
        if path.is_file() and not path.is_symlink():
            data = path.read_bytes()
            # What a test wrote as a token file holds nothing else.
            if set(data.decode("latin-1").split()) != {CANARY}:
                self.look(f"the file {path}", data)

    def look_at_error(self, error: BaseException) -> None:
        self.look("a repr of an error", repr(error))
        self.look("the notes of an error", getattr(error, "__notes__", ""))
        if isinstance(error, ElevateKitError):
            self.look("a pickled error", pickle.dumps(error))
        self._look_at_variables(error)

    def _look_at_variables(self, error: BaseException) -> None:
        """As `--showlocals` shows them. What a test itself holds is its own affair."""
        cause: BaseException | None = error
        seen = list[BaseException]()
        while cause is not None and cause not in seen:
            seen.append(cause)
            for frame, line in islice(traceback.walk_tb(cause.__traceback__), 100):
                place = frame.f_code, line
                if place in self._places or frame.f_code.co_filename.startswith(TESTS):
                    continue
                self._places.add(place)
                name = f"a variable of {frame.f_code.co_qualname} in a traceback"
                for value in frame.f_locals.values():
                    self.look(name, _shown(value))
            cause = cause.__cause__ or (None if cause.__suppress_context__ else cause.__context__)

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_makereport(
        self, item: pytest.Item, call: pytest.CallInfo[None]
    ) -> Generator[None, pytest.TestReport, pytest.TestReport]:
        report = yield
        if report.when == "teardown":
            for section, text in report.sections:
                self.look(section, text)
            folder = getattr(item, "funcargs", {}).get("tmp_path")
            files = set(folder.rglob("*")) if folder else set[Path]()
            for path in files | {Path(name) for name in self.opened}:
                with contextlib.suppress(OSError):
                    self.look_at_file(path)
            if self.leaks:
                report.outcome, report.longrepr = "failed", "\n".join(self.leaks)
            self.leaks, self.opened = [], set()
        return report


def _shown(value: object) -> str:
    try:
        return repr(value)
    except Exception as error:  # of an object that could not be made
        return repr(error)


class Log(logging.Handler):
    """Every record of every logger, from DEBUG on."""

    def __init__(self, watch: Watch) -> None:
        super().__init__(logging.DEBUG)
        self._watch = watch
        self._seen = set[str]()

    def emit(self, record: logging.LogRecord) -> None:
        if (message := record.getMessage()) not in self._seen:
            self._seen.add(message)  # a library says the same for each request
            self._watch.look(f"the log of {record.name}", message)
        if record.exc_info and record.exc_info[1]:
            self._watch.look_at_error(record.exc_info[1])


def pytest_sessionstart(session: pytest.Session) -> None:
    # What is watched from DEBUG on is not also to be captured and shown.
    capturing: Any = session.config.pluginmanager.get_plugin("logging-plugin")
    for handler in (capturing.caplog_handler, capturing.report_handler):
        handler.setLevel(logging.WARNING)


def pytest_configure(config: pytest.Config) -> None:
    watch = Watch()
    config.pluginmanager.register(watch)
    logging.getLogger().addHandler(Log(watch))
    logging.getLogger().setLevel(logging.DEBUG)

    def audit(event: str, arguments: tuple[Any, ...]) -> None:
        if event == "open":
            path, _, flags = arguments
            if isinstance(path, str) and flags & (os.O_WRONLY | os.O_RDWR):
                watch.opened.add(path)
        elif event == "os.rename":  # what is written beside its place, and put there whole
            watch.opened.add(os.fsdecode(arguments[1]))
        elif event == "sqlite3.connect":  # which opens its files past Python
            name = os.fsdecode(arguments[0])
            watch.opened.update((name, f"{name}-wal", f"{name}-journal"))
        elif event == "subprocess.Popen":
            watch.look("the arguments of a command", arguments[1])

    sys.addaudithook(audit)

    def watched(owner: Any, name: str, look: Callable[[Any, Any, Any], None]) -> None:
        original = getattr(owner, name)

        @wraps(original)
        def method(self: Any, *arguments: Any, **named: Any) -> Any:
            result = original(self, *arguments, **named)
            look(self, arguments, result)
            return result

        setattr(owner, name, method)

    def errors(self: Any, arguments: Any, result: Any) -> None:
        if len(arguments) == 3 and arguments[1] is not None:
            watch.look_at_error(arguments[1])

    def output(self: Any, arguments: Any, result: Any) -> None:
        for text in result:
            watch.look("the output", text)

    watched(pytest.CaptureFixture, "readouterr", output)
    watched(subprocess.Popen, "communicate", output)
    watched(pytest.RaisesExc, "__exit__", errors)

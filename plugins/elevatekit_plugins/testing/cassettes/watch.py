"""Watches which cassettes a run opens and what of them it plays: what nobody needs fails it.

It looks at tests alone whose `vcr_config` was made from `elevatekit_vcr_config`, and judges only
a whole run in which all else passed. Importing it imports nothing but pytest.
"""

from __future__ import annotations

from collections.abc import Generator, Mapping
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import pytest

if TYPE_CHECKING:
    from elevatekit_plugins.testing.cassettes.recipe import Recipe

RECIPE: Final[pytest.StashKey[Recipe]] = pytest.StashKey()
"""In the stash of the configuration: the recipe, once a test has asked for it."""

_NAME: Final = "elevatekit_cassettes"
_PLAYED: Final = "--elevatekit-played"
_Seen = tuple[bool, dict[str, dict[int, str]]]


def add_options(group: pytest.OptionGroup) -> None:
    """Add what a run can be asked to write down of cassettes."""
    group.addoption(
        _PLAYED,
        metavar="FILE",
        help="write down which interactions of cassettes this run played,"
        " for `elevatekit cassettes lint --played FILE`",
    )


def pytest_configure(config: pytest.Config) -> None:
    """Begin to watch.

    Raises:
        pytest.UsageError: there is no folder for the record of what is played.
    """
    record: str | None = config.getoption(_PLAYED)
    if record and not Path(record).absolute().parent.is_dir():
        raise pytest.UsageError(f"{_PLAYED} {record}: its folder does not exist")
    config.pluginmanager.register(CassetteWatch(config), _NAME)


class CassetteWatch:
    """The hooks of pytest that see cassettes come and go, in one process or in many."""

    def __init__(self, config: pytest.Config) -> None:
        self._config = config
        self._unplayed: dict[str, dict[int, str]] = {}
        """By path: the interactions that no test has played so far, and what was asked in them."""
        self._partial = bool(config.getoption("ignore") or config.getoption("ignore_glob"))
        self._problems: list[str] = []

    @pytest.hookimpl(wrapper=True)
    def pytest_fixture_setup(
        self, fixturedef: pytest.FixtureDef[Any], request: pytest.FixtureRequest
    ) -> Generator[None, Any, Any]:
        """Check the options of a test before it begins, and note in the end what it played."""
        # After the cassette was opened, because pytest cannot end a fixture that never began. Its
        # test has sent nothing yet.
        cassette = yield
        recipe = self._config.stash.get(RECIPE, None)
        marks = list(request.node.iter_markers("vcr"))
        if fixturedef.argname != "vcr" or not marks or recipe is None or cassette is None:
            return cassette
        config: Mapping[str, Any] = request.getfixturevalue("vcr_config")
        persister: object = config.get("persister")
        if persister is recipe:
            from elevatekit_plugins.testing.cassettes.options import check_cassette, check_options

            check_options(config, marks, recipe)
            check_cassette(cassette)
            fixturedef.addfinalizer(partial(self._note, cassette))
        return cassette

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_makereport(
        self, call: pytest.CallInfo[None]
    ) -> Generator[None, pytest.TestReport, pytest.TestReport]:
        """Report what is wrong with a cassette without a traceback.

        Nobody needs it, and with `--showlocals` it would show what must not be written.
        """
        report = yield
        if call.excinfo is not None and RECIPE in self._config.stash:
            from elevatekit_plugins.testing.cassettes.errors import messages

            if told := messages(call.excinfo.value):
                report.longrepr = "\n".join(told)
        return report

    def pytest_deselected(self) -> None:
        """Some tests do not run, so that nothing can be said of what no test needs."""
        self._partial = True

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """The same where a test with a cassette is skipped."""
        if report.skipped and "vcr" in report.keywords:
            self._partial = True

    @pytest.hookimpl(optionalhook=True)
    def pytest_testnodedown(self, node: Any) -> None:
        """Take over what a worker of pytest-xdist has seen; a worker that died says nothing."""
        seen: _Seen = getattr(node, "workeroutput", {}).get(_NAME, (True, {}))
        some, unplayed = seen
        self._partial = self._partial or some
        for path, numbers in unplayed.items():
            self._merge(path, numbers)

    def pytest_sessionfinish(self, session: pytest.Session, exitstatus: int) -> None:
        """Fail the run for what no test needs, or hand over what was seen."""
        output: dict[str, Any] | None = getattr(self._config, "workeroutput", None)
        if output is not None:
            output[_NAME] = (self._partial, self._unplayed)
            return
        if record := self._config.getoption(_PLAYED):
            self._write(Path(record))
        if exitstatus == pytest.ExitCode.OK and not self._partial:
            self._problems = self._judge()
            if self._problems:
                session.exitstatus = pytest.ExitCode.TESTS_FAILED

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        """Say what failed the run."""
        if self._problems:
            terminalreporter.section("cassettes", sep="=", red=True, bold=True)
            for problem in self._problems:
                terminalreporter.line(f"FAILED {problem}", red=True)

    def _note(self, cassette: Any) -> None:
        replayed = cassette.record_mode.value == "none"
        unplayed = {
            index + 1: f"{request.method} {request.uri}"
            for index, request in enumerate(cassette.requests)
            if replayed and not cassette.play_counts[index]
        }
        self._merge(str(Path(cassette.path).resolve()), unplayed)

    def _merge(self, path: str, unplayed: dict[int, str]) -> None:
        so_far = self._unplayed.get(path, unplayed)
        self._unplayed[path] = {n: asked for n, asked in so_far.items() if n in unplayed}

    def _write(self, record: Path) -> None:
        from elevatekit_plugins.testing.cassettes.played import write_record

        seen = {Path(path): numbers for path, numbers in self._unplayed.items()}
        write_record(record, self._config.rootpath.resolve(), seen)

    def _judge(self) -> list[str]:
        problems: list[str] = []
        for folder in sorted({Path(path).parent for path in self._unplayed}):
            if not self._collected(folder):
                continue
            for path in sorted(folder.glob("*.yaml")):
                unplayed = self._unplayed.get(str(path))
                if unplayed is None:
                    problems.append(f"{path}: no test opens it; delete it")
                for number, asked in sorted((unplayed or {}).items()):
                    problems.append(
                        f"{path}: no test plays interaction {number} ({asked});"
                        " record the cassette again"
                    )
        return problems

    def _collected(self, folder: Path) -> bool:
        """Whether all tests round a folder were asked for, not some of them."""
        if self._config.args_source is not pytest.Config.ArgsSource.ARGS:
            return True
        asked = (self._config.invocation_params.dir / arg for arg in self._config.args)
        return any(path.resolve() in folder.parents for path in asked)

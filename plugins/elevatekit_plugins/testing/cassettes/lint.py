"""Looks for what is wrong with a folder of cassettes, without a network and without the tests."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any, Literal
from urllib.parse import urlsplit

from msgspec import Struct

from elevatekit_plugins.api import Api
from elevatekit_plugins.errors import ConfigError
from elevatekit_plugins.testing.cassettes.document import CassetteText, read, text_of
from elevatekit_plugins.testing.cassettes.errors import UnreadableError
from elevatekit_plugins.testing.cassettes.fitting import Fitting
from elevatekit_plugins.testing.cassettes.leaks import Secrets
from elevatekit_plugins.testing.cassettes.played import Played, digest, read_records
from elevatekit_plugins.testing.cassettes.recipe import MAX_BYTES, MAX_INTERACTIONS

Kind = Literal["unreadable", "size", "leak", "misfit", "unused", "unplayed"]


class Problem(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One thing that is wrong with a cassette."""

    kind: Kind
    file: str
    line: int
    """Counted from 1."""
    interaction: int | None = None
    """Which one of the cassette, counted from 1; None: the cassette as a whole."""
    request: str = ""
    """Method and path; of an interaction that holds a secret the method alone."""
    part: str = ""
    """`request` or `response`."""
    path: str = ""
    """Where in the JSON body of that part: `$.topics[0]`."""
    reason: str

    def __str__(self) -> str:
        request = f" ({self.request})" if self.request else ""
        which = f"interaction {self.interaction}{request}" if self.interaction else ""
        where = " ".join(filter(None, (self.part, self.path)))
        return ": ".join(filter(None, (which, where, self.reason)))


class Report(Struct, frozen=True, kw_only=True):
    """What came out."""

    cassettes: int
    interactions: int
    others: int
    """Interactions with other hosts, in which only secrets were looked for."""
    problems: tuple[Problem, ...]


def lint(
    api: Api,
    folder: Path,
    *,
    strict: bool = False,
    base_url: str | None = None,
    played: Sequence[Path] = (),
    document: Mapping[str, Any] | None = None,
) -> Report:
    """Check every cassette below a folder.

    Args:
        api: The table of the API.
        folder: Where the cassettes are: every `*.yaml` below it.
        strict: Whether a property that the spec does not name is a problem, too. The service may
            send more than the spec knows; the simulator does not.
        base_url: Where the API was when they were recorded, if not where the spec says.
        played: Records that `pytest --elevatekit-played FILE` wrote. With them, cassettes and
            interactions that no test needs are problems, too.
        document: The OpenAPI document; that of the generated package where it is not given.

    Raises:
        ConfigError: there is no cassette below the folder, or a record cannot be used.
    """
    paths = sorted(folder.rglob("*.yaml")) if folder.is_dir() else []
    if not paths:
        raise ConfigError(f"no cassettes (*.yaml) in {folder}")
    record = read_records(played) if played else None
    names = {path: _name(path) for path in paths} if record else {}
    if record and record.cassettes and not record.cassettes.keys() & names.values():
        raise ConfigError(
            f"no record names a cassette below {folder};"
            " run this in the folder in which pytest ran (its rootdir)"
        )
    run = _Run(
        Fitting(
            api,
            api.document() if document is None else document,
            base_url or api.base_url,
            strict=strict,
        ),
        Secrets(api),
    )
    problems: list[Problem] = []
    for path in paths:
        problems += run.check(path)
        if record:
            problems += _needless(path, record.cassettes.get(names[path]))
    return Report(
        cassettes=len(paths),
        interactions=run.interactions,
        others=run.others,
        problems=tuple(problems),
    )


class _Run:
    """Goes through cassettes, one after another."""

    def __init__(self, fitting: Fitting, secrets: Secrets) -> None:
        self._fitting, self._secrets = fitting, secrets
        self.interactions = 0
        self.others = 0

    def check(self, path: Path) -> Iterator[Problem]:
        """What is wrong with one cassette, whatever the tests make of it."""
        try:
            text = text_of(path)
            cassette = read(text)
        except UnreadableError as error:
            yield _of_file("unreadable", path, error.problem, error.line)
            return
        count, size = len(cassette.requests), len(text.encode())
        self.interactions += count
        if count > MAX_INTERACTIONS:
            reason = f"{count} interactions are more than {MAX_INTERACTIONS}; split the test"
            yield _of_file("size", path, reason)
        if size > MAX_BYTES:
            reason = f"{size // 1024} KB are more than {MAX_BYTES // 1024} KB; split the test"
            yield _of_file("size", path, reason)
        for request in cassette.requests:
            self._secrets.note(request)
        for index in range(count):
            yield from self._interaction(path, cassette, index)

    def _interaction(self, path: Path, cassette: CassetteText, index: int) -> Iterator[Problem]:
        request, response = cassette.requests[index], cassette.responses[index]

        about = partial(Problem, file=str(path), interaction=index + 1)
        leaks = list(self._secrets.leaks(request, response))
        for leak in leaks:
            yield about(
                kind="leak",
                line=cassette.line(index, leak.part),
                request=request.method,
                part=leak.part,
                reason=leak.reason,
            )
        if not self._fitting.concerns(request):
            self.others += 1
            return
        # What a secret stands in is not shown, not even the path.
        for misfit in () if leaks else self._fitting.misfits(request, response):
            yield about(
                kind="misfit",
                line=cassette.line(index, misfit.part),
                request=f"{request.method} {urlsplit(request.uri).path}",
                part=misfit.part,
                path=misfit.path,
                reason=misfit.reason,
            )


def _needless(path: Path, played: Played | None) -> Iterator[Problem]:
    """What of a cassette no test needs, by the record of the runs."""
    if played is None:
        yield _of_file("unused", path, "no test opens it; delete it")
    elif digest(path) != played.sha256:
        yield _of_file("unplayed", path, "it changed after the record was made; run the tests")
    else:
        for number in played.unplayed:
            yield Problem(
                kind="unplayed",
                file=str(path),
                line=1,
                interaction=number,
                reason="no test plays it; record the cassette again",
            )


def _of_file(kind: Kind, path: Path, reason: str, line: int = 1) -> Problem:
    return Problem(kind=kind, file=str(path), line=line, reason=reason)


def _name(path: Path) -> str:
    """As records name it: below the current folder."""
    real, here = path.resolve(), Path.cwd().resolve()
    return (real.relative_to(here) if real.is_relative_to(here) else real).as_posix()

"""`elevatekit cassettes`: what is wrong with recorded answers, told without a network."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click
import msgspec

from elevatekit_plugins.api import Api
from elevatekit_plugins.cli.terminal import say, show
from elevatekit_plugins.errors import missing_extra

if TYPE_CHECKING:
    from elevatekit_plugins.testing.cassettes.lint import Problem, Report

_FILE: Final = click.Path(exists=True, dir_okay=False, path_type=Path)
_FOLDER: Final = click.Path(exists=True, file_okay=False, path_type=Path)


def command(api: Api) -> click.Command:
    """The group."""

    @click.group("cassettes")
    def cassettes() -> None:
        """Check recorded responses (cassettes)."""

    @cassettes.command("lint")
    @click.argument("folder", metavar="DIR", type=_FOLDER)
    @click.option(
        "--played",
        multiple=True,
        type=_FILE,
        metavar="FILE",
        help="A file from `pytest --elevatekit-played FILE`: also report what no test uses.",
    )
    @click.option("--strict", is_flag=True, help="Reject properties that are not in the spec.")
    @click.option(
        "--base-url",
        metavar="URL",
        help="The base URL they were recorded from, if not the one in the spec.",
    )
    @click.option(
        "--format",
        "form",
        type=click.Choice(list(_FORMS)),
        default="text",
        show_default=True,
        help="github: annotations for GitHub Actions.",
    )
    def lint(
        folder: Path, played: tuple[Path, ...], strict: bool, base_url: str | None, form: str
    ) -> int:
        """Check every cassette (*.yaml) in DIR and its subdirectories.

        Compares each request and response with the spec; sends nothing. Also reports files that
        are not cassettes, are too large or are unsafe to load, and secrets: where they are, never
        their values. Exits with code 1 if there is a problem.
        """
        try:
            from elevatekit_plugins.testing.cassettes import lint as linting

            report = linting.lint(api, folder, strict=strict, base_url=base_url, played=played)
        except ModuleNotFoundError as error:
            raise missing_extra("cassettes lint", error, "pytest") from None
        if text := _FORMS[form](report):
            show(text)
        say(_summary(report))
        return 1 if report.problems else 0

    return cassettes


def _text(report: Report) -> str:
    return "\n".join(f"{it.file}:{it.line}: {it}" for it in report.problems)


def _json(report: Report) -> str:
    return msgspec.json.format(msgspec.json.encode(report), indent=2).decode()


def _github(report: Report) -> str:
    return "\n".join(map(_annotation, report.problems))


def _annotation(problem: Problem) -> str:
    # https://docs.github.com/actions/reference/workflows-and-actions/workflow-commands
    file = _escaped(problem.file).replace(":", "%3A").replace(",", "%2C")
    place = f"file={file},line={problem.line},title=cassette%3A {problem.kind}"
    return f"::error {place}::{_escaped(str(problem))}"


def _escaped(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


_FORMS: Final[dict[str, Callable[[Report], str]]] = {
    "text": _text,
    "json": _json,
    "github": _github,
}


def _summary(report: Report) -> str:
    others = f" ({report.others} with other hosts)" if report.others else ""
    problems = len(report.problems)
    found = "nothing wrong" if not problems else f"{problems} problem{'s' * (problems > 1)}"
    return f"{report.cassettes} cassettes, {report.interactions} interactions{others}: {found}"

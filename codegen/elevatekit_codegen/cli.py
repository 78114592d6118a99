"""The command `elevatekit-codegen`."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Final, NoReturn

import click

from elevatekit_plugins import report as reports
from elevatekit_plugins.errors import ConfigError, missing_extra

try:
    from elevatekit_codegen.assemble import assemble
    from elevatekit_codegen.check import check as differing
    from elevatekit_codegen.diff.changes import Impact
    from elevatekit_codegen.diff.compare import compare
    from elevatekit_codegen.diff.formats import FORMATS
    from elevatekit_codegen.diff.revisions import RevisionError, document
    from elevatekit_codegen.lint import findings, formed, vetted
    from elevatekit_codegen.lint.formats import FORMATS as LINT_FORMATS
    from elevatekit_codegen.loading import load
    from elevatekit_codegen.names import PACKAGE_TAKEN, is_package
    from elevatekit_codegen.patch.run import PatchError
    from elevatekit_codegen.patch.run import patch as patched
    from elevatekit_codegen.reading import Spec, read_spec
    from elevatekit_codegen.render import FormatterError, render
    from elevatekit_codegen.source import Document, SpecError
    from elevatekit_codegen.tree import TreeError, leftovers, write
except ModuleNotFoundError as error:
    # The script is installed with the package, its needs only with the extra.
    sys.exit(str(missing_extra("elevatekit-codegen", error, "codegen")))

UNREADABLE: Final = 2
"""The exit code for a spec that cannot be read at all, and for wrong usage."""

_spec = click.option(
    "--spec", type=click.Path(path_type=Path), default=Path("spec/openapi.yaml"), show_default=True
)


def _folder(context: click.Context, parameter: click.Parameter, path: Path) -> Path:
    if os.path.exists(path) and not os.path.isdir(path):
        raise click.BadParameter(f"{path} is no folder; name one, or move it away")
    return path


def _importable(context: click.Context, parameter: click.Parameter, name: str) -> str:
    if not is_package(name):
        raise click.BadParameter(f"{name!r} is no name of a package")
    if name in PACKAGE_TAKEN:
        raise click.BadParameter(
            f"{name!r} is a module of Python or one that the SDK imports, and would hide it;"
            " choose another name"
        )
    return name


_out = click.option(
    "--out",
    type=click.Path(path_type=Path),
    default=Path("generated"),
    show_default=True,
    callback=_folder,
)
_package = click.option("--package", default="elevatekit", show_default=True, callback=_importable)


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
def main() -> None:
    """Make the SDK from its OpenAPI spec, and prove that it is what the spec gives."""


@main.command()
@_spec
@_out
@_package
def generate(spec: Path, out: Path, package: str) -> None:
    """Write the SDK into a folder, which then holds it and nothing else."""
    files = _rendered(spec, package)
    try:
        changed = write(out, files)
    except TreeError as error:
        _fail(str(error))
    click.echo(f"{out}: {len(files)} files {'written' if changed else 'as they were'}", err=True)
    for left in leftovers(out):
        click.echo(f"{left}: left by a run that was killed; delete it, if none runs", err=True)


@main.command()
@_spec
@_out
@_package
def check(spec: Path, out: Path, package: str) -> None:
    """Prove that a folder holds what the spec gives: silent, or a line for each file."""
    files = _rendered(spec, package)
    try:
        lines = differing(out, files)
    except OSError as error:
        _fail(f"{error.filename or out} cannot be read: {error.strerror}")
    if lines:
        _fail("\n".join(lines))


@main.command(short_help="Say what is wrong with a spec, with line and column.")
@_spec
@click.option(
    "--format", "form", type=click.Choice([*LINT_FORMATS]), default="text", show_default=True
)
def lint(spec: Path, form: str) -> None:
    """Say everything that is wrong with a spec, with file, line and column.

    \b
    errors    something would be lost or cannot be made; generate stops as well
    warnings  an example that does not fit, evidence or a description that is missing, a word
              of another tool; generate passes them by

    \b
    --format      text; json: a list for programs; github: notes beside the lines
    exit codes    0 nothing is wrong · 1 something is · 2 the document cannot be read
    """
    try:
        found, code = findings(load(spec)), 1
    except SpecError as error:
        found, code = list(error.findings), UNREADABLE
    # They are what was asked for, so they go to stdout.
    click.echo(LINT_FORMATS[form](found), nl=False)
    if found:
        sys.exit(code)


@main.command(short_help="Say what a change of the spec means, and what it breaks.")
@click.argument("old")
@click.argument("new", default="")
@_spec
@_package
@click.option("--format", "form", type=click.Choice([*FORMATS]), default="text", show_default=True)
@click.option(
    "--fail-on",
    type=click.Choice(["breaking", "additive", "never"]),
    default="breaking",
    show_default=True,
    help="The mildest change that ends with exit code 1.",
)
def diff(old: str, new: str, spec: Path, package: str, form: str, fail_on: str) -> None:
    """Say what the step from OLD to NEW means to those who use the SDK.

    Each of the two is a file, or a revision of git: `HEAD~3:spec/openapi.yaml`, or `HEAD~3` alone
    for --spec in that revision. Without NEW it is --spec as it is now, so that
    `elevatekit-codegen diff HEAD` tells of what is not committed yet.

    \b
    Each change is told in the words of those whom it concerns:
      Python        client.gen_ai.cx.topics(), CxTopics.topics: what became of its type
      Command line  a command or an option that is new, gone, or must be given
      Export        a column or a table that appears, vanishes or holds something else
      Behaviour     where requests go, what is sent again, limits, quotas, waiters, pulls
      Words         descriptions and evidence

    \b
    breaking  what was right before may fail, do something else, or find something else:
              less is taken in a request, or more may come in an answer
    additive  all is as before, and there is something new to use or to rely on
    none      all is as before

    \b
    The step of the version, from info.version of OLD: before 1.0.0 a break raises the minor
    version and everything else the patch; from 1.0.0 on a break raises the major version,
    something new the minor, everything else the patch. Stale cassettes are those whose
    recorded requests or answers the new spec does not have.

    \b
    --format      text; markdown: release notes; json; github: notes beside the lines of NEW
    exit codes    0 no break · 1 a break (see --fail-on) · 2 a document cannot be read
    """
    before, after = _revision(old, spec), _revision(new or str(spec), spec)
    try:
        comparison = compare(before, after, package)
    except SpecError as error:
        _fail(str(error), UNREADABLE)
    click.echo(FORMATS[form](comparison), nl=False)
    worst = -1 if comparison.impact is None else comparison.impact
    if fail_on != "never" and worst >= Impact[fail_on.upper()]:
        sys.exit(1)


@main.command(short_help="Make the edit of the spec from the report of a probe.")
@click.argument("report", type=click.Path(path_type=Path))
@_spec
@_package
@click.option("--write", "wanted", is_flag=True, help="Edit the spec itself, and print nothing.")
def patch(report: Path, spec: Path, package: str, wanted: bool) -> None:
    """Make the edit of the spec that a probe calls for, and print it as a unified diff.

    REPORT is what `elevatekit probe ID --into REPORT` wrote. What came otherwise than the spec says
    is corrected; what was seen is marked `x-evidence: probed` where it was likely or assumed.
    Comments, order and every other line stay as they are. The edited spec has passed lint, and
    `generate` takes it. What only people can judge is named and left alone.

    \b
    exit codes  0 done · 1 the report does not go with the spec · 2 one of them cannot be read
    """
    try:
        if report.exists() and not report.is_file():
            _fail(f"{report} is no file; name the report of a probe", UNREADABLE)
        found = reports.read(report.read_bytes())
    except OSError as error:
        _fail(f"{report} cannot be read: {error.strerror}", UNREADABLE)
    except ConfigError as error:
        _fail(f"{report}: {error}", UNREADABLE)
    try:
        edit = patched(spec, found, package)
    except SpecError as error:
        _fail(str(error), UNREADABLE)
    except PatchError as error:
        _fail(f"{report}: {error}")
    if wanted and edit.new != edit.old:
        try:
            edit.write()
        except OSError as error:
            _fail(f"{spec} cannot be written: {error.strerror}; it is as it was")
    elif not wanted:
        click.echo(edit.diff(), nl=False)
    for fact in edit.left:
        click.echo(f"left to you: {fact.operation}: {fact.said} said, {fact.came} came", err=True)
    settled = "1 difference" if edit.settled == 1 else f"{edit.settled} differences"
    click.echo(f"{spec}: {settled} settled, {len(edit.left)} left", err=True)


def _revision(given: str, spec: Path) -> Spec:
    try:
        return read_spec(formed(document(given, spec)))
    except (RevisionError, SpecError) as error:
        _fail(str(error), UNREADABLE)


def _loaded(spec: Path) -> Document:
    try:
        return load(spec)
    except SpecError as error:
        _fail(str(error), UNREADABLE)


def _rendered(spec: Path, package: str) -> dict[str, bytes]:
    document = _loaded(spec)
    try:
        return render(assemble(vetted(document), package))
    except (SpecError, FormatterError) as error:
        _fail(str(error))


def _fail(message: str, code: int = 1) -> NoReturn:
    click.echo(message, err=True)
    sys.exit(code)

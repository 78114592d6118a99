"""The command `diff`."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from elevatekit_codegen.commands.options import UNREADABLE, fail, package_option, spec_option
from elevatekit_codegen.diff.changes import Impact
from elevatekit_codegen.diff.compare import compare
from elevatekit_codegen.diff.formats import FORMATS
from elevatekit_codegen.diff.revisions import RevisionError, document
from elevatekit_codegen.lint import formed
from elevatekit_codegen.reading import Spec, read_spec
from elevatekit_codegen.source import SpecError


@click.command(short_help="Say what a change of the spec means, and what it breaks.")
@click.argument("old")
@click.argument("new", default="")
@spec_option
@package_option
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
        fail(str(error), UNREADABLE)
    click.echo(FORMATS[form](comparison), nl=False)
    worst = -1 if comparison.impact is None else comparison.impact
    if fail_on != "never" and worst >= Impact[fail_on.upper()]:
        sys.exit(1)


def _revision(given: str, spec: Path) -> Spec:
    try:
        return read_spec(formed(document(given, spec)))
    except (RevisionError, SpecError) as error:
        fail(str(error), UNREADABLE)

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


@click.command(short_help="Report the effect of a spec change on users.")
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
    help="The lowest impact that gives exit code 1.",
)
def diff(old: str, new: str, spec: Path, package: str, form: str, fail_on: str) -> None:
    """Report the effect of the changes from OLD to NEW on users of the SDK.

    Each is a file or a git revision: `HEAD~3:spec/openapi.yaml`, or `HEAD~3` for --spec in that
    revision. NEW is --spec by default, so `elevatekit-codegen diff HEAD` shows uncommitted changes.

    \b
    Changes are grouped by where users notice them:
      Python        methods and models, such as client.gen_ai.cx.topics() and CxTopics.topics
      Command line  commands and options
      Export        columns and tables
      Behaviour     URLs, retries, limits, quotas, waiters, pulls
      Words         descriptions and evidence

    \b
    breaking  correct code may fail or behave differently: a request accepts less, or a
              response may contain more
    additive  existing code is unaffected; something new is available
    none      no effect

    \b
    The recommended version starts from info.version of OLD. Before 1.0.0, a breaking change
    raises the minor version and any other change the patch version. From 1.0.0, a breaking
    change raises the major, an addition the minor, and anything else the patch version.
    A cassette is stale if NEW may no longer allow one of its requests or responses.

    \b
    --format      text; markdown: release notes; json; github: annotations on the lines of NEW
    exit codes    0 no breaking change · 1 a breaking change (see --fail-on)
                  2 a document cannot be read
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

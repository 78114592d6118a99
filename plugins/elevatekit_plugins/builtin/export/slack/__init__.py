"""The exporter `slack`: one message with a digest of all interactions, and a file with their table.

Configure it in `elevatekit.toml`; secrets can come from the environment:

    [plugins.slack]
    token = "$env:SLACK_BOT_TOKEN"       # for --to slack:#channel
    webhook = "$env:SLACK_WEBHOOK_URL"   # for --to slack
"""

from __future__ import annotations

from collections.abc import Iterable

from elevatekit_plugins.builtin.export.slack.settings import SlackSettings
from elevatekit_plugins.hooks.descriptors import ExportContext, Exporter, ExporterSpec
from elevatekit_plugins.hooks.specs import hookimpl


def build(settings: SlackSettings, context: ExportContext) -> Exporter:
    """The exporter with these settings.

    Raises:
        ConfigError: the target is none, or the settings lack what it needs.
        ImportError: slack_sdk is not installed.
    """
    from elevatekit_plugins.builtin.export.slack.exporter import SlackExporter

    return SlackExporter(settings, context)


@hookimpl
def elevatekit_register_exporters() -> Iterable[ExporterSpec]:
    """Register the exporter."""
    return [
        ExporterSpec(
            name="slack",
            summary="a digest (and the CSV) for slack:#channel, or for the webhook in the settings;"
            " slack:- and slack:FILE.json write the message instead",
            build=build,
            settings=SlackSettings,
            remembers=True,
            extra="slack",
        )
    ]

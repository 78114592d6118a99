"""The exporter: it counts what comes by, and delivers one message about it."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final

from elevatekit_plugins.builtin.export.slack.addresses import SLACK, check_address
from elevatekit_plugins.builtin.export.slack.message import compose
from elevatekit_plugins.builtin.export.slack.places import MessageFile, Place, StandardOutput
from elevatekit_plugins.builtin.export.slack.posting import Channel, Webhook
from elevatekit_plugins.builtin.export.slack.settings import SlackSettings
from elevatekit_plugins.builtin.export.slack.tally import Tally
from elevatekit_plugins.builtin.export.slack.web import SlackWeb
from elevatekit_plugins.errors import ConfigError
from elevatekit_plugins.hooks.descriptors import ExportContext, InteractionRecord

_CHANNEL: Final = re.compile(r"#[^\s#<>&,/]{1,80}|[CDG][A-Z0-9]{6,20}")
_SECRET: Final = re.compile(r"(?i)https?:|xox[a-z]-|hooks\.slack")
_TOKEN: Final = re.compile(r"[!-~]+")


class SlackExporter:
    """Delivers a digest.

    Args:
        clock: seconds of a clock that never goes back.
        sleep: waits for so many seconds.
    """

    def __init__(
        self,
        settings: SlackSettings,
        context: ExportContext,
        *,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        """
        Raises:
            ConfigError: the target is none, or the settings lack what it needs.
        """
        web = SlackWeb(context.send, settings.timeout, clock, sleep)
        self._place = _place(settings, context, web)
        self._settings = settings
        self._context = context
        self._tally: Tally | None = None

    def open(self) -> None:
        self._place.open()
        self._tally = Tally(self._settings, self._context.api, self._context.layout)

    def write(self, batch: Sequence[InteractionRecord]) -> None:
        assert self._tally is not None  # it was opened
        for record in batch:
            self._tally.add(record)
        self._place.write(batch)

    def finish(self) -> Sequence[str]:
        assert self._tally is not None  # it was opened
        message = compose(self._tally.digest(), self._settings.title, self._place.channel)
        left = self._place.deliver(message)
        self.abort()
        return left

    def abort(self) -> None:
        """Let go of everything. What is delivered stays."""
        self._place.close()
        if self._tally is not None:
            self._tally.close()


def _place(settings: SlackSettings, context: ExportContext, web: SlackWeb) -> Place:
    target = context.target
    if target == "-":
        return StandardOutput()
    if _SECRET.search(target):
        raise ConfigError(
            "slack: a URL or token on a command line can be read by others;"
            ' set `webhook` or `token` in [plugins.slack], for example to "$env:SLACK_WEBHOOK_URL"'
        )
    if target.endswith(".json"):
        return MessageFile(Path(target))
    if not target:
        if settings.webhook is None:
            raise ConfigError(
                "slack: no channel and no webhook is set; write slack:#channel, or set"
                ' `webhook` in [plugins.slack], for example to "$env:SLACK_WEBHOOK_URL"'
            )
        check_address("the webhook", settings.webhook.reveal())
        return Webhook(settings.webhook, settings, context, web)
    if not _CHANNEL.fullmatch(target):
        raise ConfigError(
            f"slack: {target!r} is not a target; use slack:#channel or a channel id, slack: for"
            " the webhook in the settings, slack:FILE.json or slack:- for the message itself"
        )
    if settings.token is None or not _TOKEN.fullmatch(settings.token.reveal()):
        lacking = "needs" if settings.token is None else "cannot use"
        raise ConfigError(
            f"slack: posting to {target} {lacking} the token of a bot; set `token` in"
            ' [plugins.slack], for example to "$env:SLACK_BOT_TOKEN"'
        )
    check_address("api_url", settings.api_url, SLACK)
    return Channel(target, settings.token, settings, context, web)

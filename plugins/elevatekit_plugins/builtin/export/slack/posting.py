"""Posting a digest: to a webhook, or to a channel with the table of the interactions."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from tempfile import TemporaryDirectory
from typing import Final

from msgspec import structs

from elevatekit_plugins.builtin.export.csv import CsvExporter, CsvSettings
from elevatekit_plugins.builtin.export.slack.once import Once
from elevatekit_plugins.builtin.export.slack.places import Place
from elevatekit_plugins.builtin.export.slack.refusals import RefusedError, UnsureError
from elevatekit_plugins.builtin.export.slack.settings import SlackSettings
from elevatekit_plugins.builtin.export.slack.web import SlackWeb
from elevatekit_plugins.errors import ElevateKitError, OutcomeUnknownError
from elevatekit_plugins.hooks.descriptors import ExportContext, InteractionRecord, Layout
from elevatekit_plugins.secrecy import Secret

_MESSAGE: Final = "message"
_FILE: Final = "file"
_TABLE: Final = "interactions.csv"


class Webhook(Place):
    """Posts to the URL of the settings."""

    def __init__(
        self, url: Secret, settings: SlackSettings, context: ExportContext, web: SlackWeb
    ) -> None:
        self._url, self._settings, self._memo, self._web = url, settings, context.memo, web

    def deliver(self, message: bytes) -> Sequence[str]:
        content = _content(self._url.reveal().encode(), message)
        once = Once(self._memo, content, repeat=self._settings.repeat)

        def post() -> str:
            self._web.post_webhook(self._url, message)
            return "ok"

        where = "the channel of the webhook"
        _posted(once, where, post)
        return [_left(where, "digest", once)]


class Channel(Place):
    """Posts to a channel with a bot token, and puts the table of interactions below it."""

    def __init__(
        self,
        channel: str,
        token: Secret,
        settings: SlackSettings,
        context: ExportContext,
        web: SlackWeb,
    ) -> None:
        self.channel, self._where = channel, channel
        self._api, self._token = settings.api_url.rstrip("/"), token
        self._settings, self._context, self._web = settings, context, web
        self._folder: TemporaryDirectory[str] | None = None
        self._table: CsvExporter | None = None

    def open(self) -> None:
        if not self._settings.file:
            return
        self._folder = TemporaryDirectory(prefix="elevatekit-slack-")
        rows = Layout(row=self._context.layout.row, lists=())
        context = structs.replace(self._context, target=self._folder.name, layout=rows)
        self._table = CsvExporter(CsvSettings(), context)
        self._table.open()

    def write(self, batch: Sequence[InteractionRecord]) -> None:
        if self._table is not None:
            self._table.write(batch)

    def deliver(self, message: bytes) -> Sequence[str]:
        path = None if self._table is None else self._table.finish()[0]
        content = _content(self._api.encode(), message, path)
        once = Once(self._context.memo, content, repeat=self._settings.repeat)

        def post() -> str:
            answer = self._web.post_message(self._api, self._token, message)
            return f"{answer.get('channel')} {answer.get('ts')}"

        channel, _, ts = _posted(once, self._where, post).partition(" ")
        if path is None:
            return [_left(self._where, "digest", once)]
        if not once.has(_FILE):
            self._share(once, path, (channel, ts))
        return [_left(self._where, f"digest and {_TABLE}", once)]

    def _share(self, once: Once, path: str, at: tuple[str, str]) -> None:
        def share() -> str:
            self._web.share(self._api, self._token, file, _TABLE, at)
            return file

        try:
            once.check(_FILE)
            try:
                file = self._web.upload(self._api, self._token, path, _TABLE)
            except UnsureError as error:
                # What is only uploaded is seen by nobody: that may happen twice.
                raise RefusedError(str(error)) from None
            once.take(_FILE, share)
        except RefusedError as error:
            raise ElevateKitError(
                f"slack: the digest was posted to {self._where}, but its file was not ({error})."
                " Export again to send only the file"
            ) from None
        except UnsureError as error:
            raise OutcomeUnknownError(
                f"slack: the digest was posted to {self._where}; it is unknown whether its file was"
                f" ({error}). It is not sent again; check the thread of the digest"
            ) from None

    def close(self) -> None:
        if self._table is not None:
            self._table.abort()
        if self._folder is not None:
            self._folder.cleanup()


def _content(address: bytes, message: bytes, path: str | None = None) -> str:
    """What tells one delivery from another. The address may be a secret: it cannot be read back."""
    parts = [hashlib.sha256(address).digest(), hashlib.sha256(message).digest()]
    if path is not None:
        with open(path, "rb") as file:
            parts.append(hashlib.file_digest(file, "sha256").digest())
    return hashlib.sha256(b"".join(parts)).hexdigest()


def _posted(once: Once, where: str, post: Callable[[], str]) -> str:
    try:
        return once.take(_MESSAGE, post)
    except RefusedError as error:
        raise ElevateKitError(f"slack: the digest was not posted to {where}: {error}") from None
    except UnsureError as error:
        raise OutcomeUnknownError(
            f"slack: it is not known whether the digest was posted to {where} ({error}). It is"
            " not posted again; if it is missing there, export with `repeat = true` in"
            " [plugins.slack]"
        ) from None


def _left(where: str, what: str, once: Once) -> str:
    if once.did_something:
        return f"{where}: {what}"
    return f"{where}: {what} (posted by an earlier export; `repeat = true` posts it again)"

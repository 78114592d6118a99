"""Posts interactions to a webhook: signed, and with a key by which a batch is taken once."""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Iterable, Sequence

from msgspec import Struct

from elevatekit_plugins import (
    ElevateKitError,
    ExportContext,
    Exporter,
    ExporterSpec,
    InteractionRecord,
    Request,
    Secret,
    TransportError,
    hookimpl,
)

ELEVATEKIT_PLUGIN_API = 1

TRIES = 3


class Settings(Struct, frozen=True, kw_only=True):
    """`[plugins.webhook]`"""

    secret: Secret
    timeout: float = 10.0


class Webhook:
    """The same records make the same body, and so the same key: a batch that is sent again, in
    this run or in another, is known to who receives it."""

    def __init__(self, settings: Settings, context: ExportContext) -> None:
        self._settings, self._context = settings, context
        self._secret = settings.secret.reveal().encode()
        self._columns = [column.name for column in context.layout.row]
        self._sent = 0

    def open(self) -> None:
        """There is nothing to make ready."""

    def write(self, batch: Sequence[InteractionRecord]) -> None:
        rows = [dict(zip(self._columns, record.row, strict=True)) for record in batch]
        body = json.dumps({"interactions": rows}, sort_keys=True).encode()
        request = Request(
            operation="webhook",
            method="POST",
            url=self._context.target,
            headers=(
                ("Content-Type", "application/json"),
                ("Idempotency-Key", hashlib.sha256(body).hexdigest()),
                ("X-Signature", hmac.new(self._secret, body, "sha256").hexdigest()),
            ),
            body=body,
        )
        self._post(request)
        self._sent += len(rows)

    def _post(self, request: Request) -> None:
        for left in reversed(range(TRIES)):
            try:
                response = self._context.send(request, timeout=self._settings.timeout)
            except TransportError:
                if not left:
                    raise
                continue
            if response.status < 300:
                return
            if response.status < 500 or not left:
                raise ElevateKitError(f"the webhook answered {response.status}")

    def finish(self) -> Sequence[str]:
        return [f"{self._sent} interactions posted"]

    def abort(self) -> None:
        """What was posted stays posted."""


def build(settings: Settings, context: ExportContext) -> Exporter:
    """The exporter."""
    return Webhook(settings, context)


@hookimpl
def elevatekit_register_exporters() -> Iterable[ExporterSpec]:
    """Register the exporter."""
    return [
        ExporterSpec(
            name="webhook",
            summary="signed posts to a webhook",
            build=build,
            settings=Settings,
            target="URL",
            mode="append",
        )
    ]

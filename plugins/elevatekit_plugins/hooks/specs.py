"""The hooks, as a typed class: the contract, and a base class for authors who want checking.

A plugin is a module or an object whose functions carry `@hookimpl` and the name of a hook. An
author may derive a class from `Hooks`: hooks that are not overridden are not registered.
No hook is ever `async`.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

import pluggy

from elevatekit_plugins.hooks import events
from elevatekit_plugins.hooks.descriptors import (
    AuthScheme,
    CheckSpec,
    ExporterSpec,
    RetryPolicySpec,
    SpanFactory,
    TransformSpec,
)
from elevatekit_plugins.messages import Request

PROJECT: Final = "elevatekit"
hookspec: Final = pluggy.HookspecMarker(PROJECT)
hookimpl: Final = pluggy.HookimplMarker(PROJECT)

API_VERSION: Final = 1
"""The version of this contract; a newer one than the host's is refused."""
VERSION_NAME: Final = "ELEVATEKIT_PLUGIN_API"
"""Where a plugin may state the version that it was written for: a name in the module or class."""
PIPES: Final = frozenset({"elevatekit_prepare_request"})
"""Hooks that hand a value on. Their order is the one in which the user named the plugins."""


class Hooks:
    """Every hook. Registration hooks return descriptors; event hooks return nothing."""

    # -- registration: called once for each client, isolated, duplicates refused ---------------

    @hookspec
    def elevatekit_register_auth_schemes(self) -> Iterable[AuthScheme]:
        """Ways to sign requests."""
        return ()

    @hookspec
    def elevatekit_register_retry_policies(self) -> Iterable[RetryPolicySpec]:
        """Retry policies."""
        return ()

    @hookspec
    def elevatekit_register_exporters(self) -> Iterable[ExporterSpec]:
        """Destinations of an export."""
        return ()

    @hookspec
    def elevatekit_register_transforms(self) -> Iterable[TransformSpec]:
        """Changes to records before they are exported."""
        return ()

    @hookspec
    def elevatekit_register_checks(self) -> Iterable[CheckSpec]:
        """Health checks."""
        return ()

    @hookspec
    def elevatekit_register_spans(self) -> Iterable[SpanFactory]:
        """Context managers around each call."""
        return ()

    # -- the one pipe: each implementation gets what the one before it returned -----------------

    @hookspec
    def elevatekit_prepare_request(self, request: Request) -> Request | None:
        """Change a request once for each call, before the first attempt and before it is signed.

        None leaves it as it is. The id that a plugin puts in here is the same on all attempts.
        """

    # -- events: observe, return nothing; an exception is reported and harms nobody -------------

    @hookspec
    def elevatekit_before_attempt(self, event: events.AttemptStarted) -> None:
        """A request is about to be sent."""

    @hookspec
    def elevatekit_after_attempt(self, event: events.AttemptFinished) -> None:
        """A request was answered, or was not."""

    @hookspec
    def elevatekit_retry_scheduled(self, event: events.RetryScheduled) -> None:
        """A call will be tried again after a sleep."""

    @hookspec
    def elevatekit_call_finished(self, event: events.CallFinished) -> None:
        """A call returned or raised."""

    @hookspec
    def elevatekit_quota_spent(self, event: events.QuotaSpent) -> None:
        """A budget that the server keeps became smaller."""

    @hookspec
    def elevatekit_drift_found(self, event: events.DriftFound) -> None:
        """An answer differs from the spec."""

    @hookspec
    def elevatekit_export_started(self, event: events.ExportStarted) -> None:
        """An export began."""

    @hookspec
    def elevatekit_batch_committed(self, event: events.BatchCommitted) -> None:
        """A destination took a batch for good."""

    @hookspec
    def elevatekit_record_rejected(self, event: events.RecordRejected) -> None:
        """Something will be missing from the exports."""

    @hookspec
    def elevatekit_export_finished(self, event: events.ExportFinished) -> None:
        """An export ended, well or not."""

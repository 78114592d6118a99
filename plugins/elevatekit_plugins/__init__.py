"""The runtime that executes calls and plugins. Plugin authors import everything from here."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from elevatekit_plugins.api import Api, ApiKey, Column, RetryRule, Table
    from elevatekit_plugins.errors import (
        AuthError,
        ConfigError,
        ElevateKitError,
        TransportError,
    )
    from elevatekit_plugins.hooks.descriptors import (
        Auth,
        AuthContext,
        AuthScheme,
        Blocking,
        CheckResult,
        CheckSpec,
        ExportContext,
        Exporter,
        ExporterSpec,
        HttpSender,
        InteractionRecord,
        Layout,
        Memo,
        NoSettings,
        Patient,
        RetryPolicy,
        RetryPolicySpec,
        SpanFactory,
        TransformSpec,
    )
    from elevatekit_plugins.hooks.events import (
        AttemptFinished,
        AttemptStarted,
        BatchCommitted,
        CallFinished,
        CallStarted,
        DestinationReport,
        DriftFound,
        ExportFinished,
        ExportStarted,
        Finding,
        QuotaSpent,
        RecordRejected,
        RetryScheduled,
    )
    from elevatekit_plugins.hooks.specs import Hooks, hookimpl
    from elevatekit_plugins.messages import (
        Attempt,
        FileBody,
        Request,
        Response,
    )
    from elevatekit_plugins.secrecy import Secret

# Imported on first use: importing a submodule must not import all the others.
_HOMES = (
    "errors",
    "hooks.descriptors",
    "hooks.events",
    "hooks.specs",
    "messages",
    "secrecy",
    "api",
)

__all__ = [
    "Api",
    "ApiKey",
    "Attempt",
    "AttemptFinished",
    "AttemptStarted",
    "Auth",
    "AuthContext",
    "AuthError",
    "AuthScheme",
    "BatchCommitted",
    "Blocking",
    "CallFinished",
    "CallStarted",
    "CheckResult",
    "CheckSpec",
    "Column",
    "ConfigError",
    "DestinationReport",
    "DriftFound",
    "ElevateKitError",
    "ExportContext",
    "ExportFinished",
    "ExportStarted",
    "Exporter",
    "ExporterSpec",
    "FileBody",
    "Finding",
    "Hooks",
    "HttpSender",
    "InteractionRecord",
    "Layout",
    "Memo",
    "NoSettings",
    "Patient",
    "QuotaSpent",
    "RecordRejected",
    "Request",
    "Response",
    "RetryPolicy",
    "RetryPolicySpec",
    "RetryRule",
    "RetryScheduled",
    "Secret",
    "SpanFactory",
    "Table",
    "TransformSpec",
    "TransportError",
    "hookimpl",
]


if not TYPE_CHECKING:  # else a name that is not there would be Any, and no checker would say so

    def __getattr__(name: str) -> Any:
        if name in __all__:
            for home in _HOMES:
                module = import_module(f"{__name__}.{home}")
                if hasattr(module, name):
                    return getattr(module, name)
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return [*__all__]

"""The host that runs calls and plugins. Plugin authors import everything they need from here."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from elevatekit_plugins.hooks.descriptors import Auth as Auth
    from elevatekit_plugins.hooks.descriptors import AuthContext as AuthContext
    from elevatekit_plugins.hooks.descriptors import AuthScheme as AuthScheme
    from elevatekit_plugins.hooks.descriptors import CheckResult as CheckResult
    from elevatekit_plugins.hooks.descriptors import CheckSpec as CheckSpec
    from elevatekit_plugins.hooks.descriptors import ExportContext as ExportContext
    from elevatekit_plugins.hooks.descriptors import Exporter as Exporter
    from elevatekit_plugins.hooks.descriptors import ExporterSpec as ExporterSpec
    from elevatekit_plugins.hooks.descriptors import HttpSender as HttpSender
    from elevatekit_plugins.hooks.descriptors import InteractionRecord as InteractionRecord
    from elevatekit_plugins.hooks.descriptors import Layout as Layout
    from elevatekit_plugins.hooks.descriptors import NoSettings as NoSettings
    from elevatekit_plugins.hooks.descriptors import RetryPolicy as RetryPolicy
    from elevatekit_plugins.hooks.descriptors import RetryPolicySpec as RetryPolicySpec
    from elevatekit_plugins.hooks.descriptors import SpanFactory as SpanFactory
    from elevatekit_plugins.hooks.descriptors import TransformSpec as TransformSpec
    from elevatekit_plugins.hooks.events import AttemptFinished as AttemptFinished
    from elevatekit_plugins.hooks.events import AttemptStarted as AttemptStarted
    from elevatekit_plugins.hooks.events import BatchCommitted as BatchCommitted
    from elevatekit_plugins.hooks.events import CallFinished as CallFinished
    from elevatekit_plugins.hooks.events import CallStarted as CallStarted
    from elevatekit_plugins.hooks.events import DestinationReport as DestinationReport
    from elevatekit_plugins.hooks.events import DriftFound as DriftFound
    from elevatekit_plugins.hooks.events import ExportFinished as ExportFinished
    from elevatekit_plugins.hooks.events import ExportStarted as ExportStarted
    from elevatekit_plugins.hooks.events import Finding as Finding
    from elevatekit_plugins.hooks.events import QuotaSpent as QuotaSpent
    from elevatekit_plugins.hooks.events import RecordRejected as RecordRejected
    from elevatekit_plugins.hooks.events import RetryScheduled as RetryScheduled
    from elevatekit_plugins.hooks.specs import Hooks as Hooks
    from elevatekit_plugins.hooks.specs import hookimpl as hookimpl
    from elevatekit_plugins.messages import Attempt as Attempt
    from elevatekit_plugins.messages import FileBody as FileBody
    from elevatekit_plugins.messages import Request as Request
    from elevatekit_plugins.messages import Response as Response
    from elevatekit_plugins.secrecy import Secret as Secret

_HOMES = ("hooks.specs", "hooks.descriptors", "hooks.events", "messages", "secrecy", "errors")


def __getattr__(name: str) -> Any:
    # Lazy (PEP 562): importing a submodule must not import all the others.
    if not name.startswith("_"):
        for home in _HOMES:
            module = import_module(f"{__name__}.{home}")
            if hasattr(module, name):
                return getattr(module, name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")

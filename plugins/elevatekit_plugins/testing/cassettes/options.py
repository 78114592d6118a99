"""Strict about the options of a cassette: vcrpy takes no notice of one that it does not know."""

from __future__ import annotations

import inspect
import os
from collections.abc import Iterable, Mapping, Sequence
from importlib import import_module
from typing import Any, Final, cast

import pytest

from elevatekit_plugins.api import did_you_mean
from elevatekit_plugins.testing.cassettes.errors import CassetteError
from elevatekit_plugins.testing.cassettes.recipe import Recipe

_OF_CASSETTES: Final = {"additional_matchers", "allow_playback_repeats", "persister"}
"""Options of `use_cassette` that vcrpy's `VCR` itself does not take."""
_OF_PYTEST_RECORDING: Final = {"allowed_hosts"}
_FILTERS: Final = ("before_record_request", "before_record_response")


def check_options(config: Mapping[str, Any], marks: Sequence[pytest.Mark], recipe: Recipe) -> None:
    """Look at the options of a test, its marks included.

    Raises:
        CassetteError: one is unknown, or what the recipe does has been taken out of them.
    """
    options = dict(config)
    for mark in reversed(marks):
        if mark.args:
            raise CassetteError(f"a test has one cassette; the mark vcr also names {mark.args}")
        options.update(mark.kwargs)
    known = set(inspect.signature(import_module("vcr").VCR).parameters)
    known |= _OF_CASSETTES | _OF_PYTEST_RECORDING
    for name in sorted(options.keys() - known):
        raise CassetteError(
            f"unknown vcrpy option {name!r}{did_you_mean(name, sorted(known))}"
            " (vcrpy would ignore it, and record what should be left out)"
        )
    if options.get("serializer", "yaml") != "yaml":
        raise CassetteError(f"the serializer must be yaml, not {options['serializer']}")
    own = recipe.options()
    for name in _FILTERS:
        if own[name] not in _functions(options.get(name)):
            raise CassetteError(
                f"the option {name} replaces the one of elevatekit_vcr_config, which keeps secrets"
                f' out; add to it instead: "{name}": [elevatekit_vcr_config["{name}"], yours]'
            )


def check_cassette(cassette: Any) -> None:
    """Look at vcrpy's `Cassette` before a test uses it.

    Raises:
        CassetteError: it is to be replayed and does not exist. A test that sends nothing, or lets
            no error out, would pass without it.
    """
    if cassette.record_mode.value == "none" and not os.path.exists(cassette.path):
        raise CassetteError(
            f"cassette {cassette.path} does not exist; record it with --record-mode=rewrite"
        )


def _functions(option: object) -> list[object]:
    return list(cast("Iterable[object]", option)) if isinstance(option, Iterable) else [option]

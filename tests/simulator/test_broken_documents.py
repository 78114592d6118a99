"""A document that cannot be served is refused when the simulator is made, with the place."""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import Any

import pytest

from elevatekit_plugins.api import Api
from elevatekit_plugins.simulator.server import Simulator

SUMMARY = "/interactions/{interactionIdentifier}/gen-ai/summary"


@pytest.mark.parametrize(
    ("breaks", "problem"),
    [
        (lambda d: d.clear(), "nothing at #/paths"),
        (lambda d: d["paths"].pop(SUMMARY), r"gen_ai\.summary \(GET .*nothing at #/paths/~1inter"),
        (lambda d: d["paths"][SUMMARY].update(get=5), "no object at #/paths/.*/get"),
        (lambda d: d["paths"][SUMMARY]["get"].pop("responses"), "nothing at .*/get/responses"),
        (
            lambda d: d["components"]["schemas"].pop("Summary"),
            r"operation gen_ai\.summary .*nothing at #/components/schemas/Summary",
        ),
        (
            lambda d: d["components"]["schemas"]["Summary"].update(type="text"),
            "get/responses/200/.*schema cannot be used: ",
        ),
        (
            lambda d: d["components"]["parameters"]["acceptLanguage"].pop("name"),
            "'name' is missing",
        ),
        (
            lambda d: d["components"]["schemas"].update(
                Summary={"$ref": "#/components/schemas/Summary"}
            ),
            "recursion",
        ),
    ],
)
def test_what_is_broken_is_named(breaks: Callable[[Any], None], problem: str, api: Api) -> None:
    document = copy.deepcopy(api.document())
    breaks(document)

    with pytest.raises(ValueError, match=problem) as error:
        Simulator(api, document=document)

    assert str(error.value).startswith("the spec cannot be served: operation ")

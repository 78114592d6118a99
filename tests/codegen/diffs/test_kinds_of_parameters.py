"""Parameters of the path, the query and the header that are added, required and removed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

DETAILS = "gen_ai.cx.summary_details"


def add_path_parameter(draft: Any) -> None:
    path, method, operation = draft.take(DETAILS)
    draft.paths[f"{path}/{{section}}"] = {method: operation}
    operation["parameters"].append(
        {"name": "section", "in": "path", "required": True, "schema": {"type": "string"}}
    )
    del operation["x-pull"]


def use_path_parameter(made: Any) -> None:
    assert made.client.gen_ai.cx.summary_details(made.id, "all").reasons
    assert made.command("gen-ai", "cx", "summary-details", made.id, "all").exit_code == 0
    assert made.row_of(DETAILS, "section")[0] == "path section"
    assert not [name for name in made.row if "details" in name]


def add_query_parameter(draft: Any) -> None:
    limit = {"type": "integer", "minimum": 1}
    draft.operation(DETAILS)["parameters"].append(
        {"name": "max-items", "in": "query", "description": "How many.", "schema": limit}
    )


def use_query_parameter(made: Any) -> None:
    assert made.client.gen_ai.cx.summary_details(made.id, max_items=3).reasons
    assert made.client.gen_ai.cx.summary_details(made.id).reasons
    assert "--max-items INTEGER" in made.help("gen-ai", "cx", "summary-details")
    assert made.command("gen-ai", "cx", "summary-details", made.id, "--max-items", "x").exit_code
    assert made.row_of(DETAILS, "max_items")[:3] == ["query max-items", "integer", "no"]


def add_header_parameter(draft: Any) -> None:
    draft.operation(DETAILS)["parameters"].append(
        {"name": "X-Trace", "in": "header", "required": True, "schema": {"type": "string"}}
    )


def use_header_parameter(made: Any) -> None:
    assert made.client.gen_ai.cx.summary_details(made.id, "t1").reasons
    with pytest.raises(TypeError, match="x_trace"):
        made.client.gen_ai.cx.summary_details(made.id)
    assert made.command("gen-ai", "cx", "summary-details", made.id).exit_code == 2
    details = "/interactions/{interactionIdentifier}/gen-ai/cx/summary/details"
    assert made.get(details) == 422


def require_parameter(draft: Any) -> None:
    draft.parameter("acceptLanguage")["required"] = True


def use_required_parameter(made: Any) -> None:
    assert made.client.gen_ai.cx.summary(made.id, "pt-BR").summary
    with pytest.raises(TypeError, match="accept_language"):
        made.client.gen_ai.cx.summary(made.id)
    result = made.command("gen-ai", "cx", "summary", made.id)
    assert "Missing option '--accept-language'" in result.output
    assert "[required]" in made.help("gen-ai", "cx", "summary")


def remove_parameter(draft: Any) -> None:
    del draft.operation("gen_ai.cx.summary")["parameters"][1]


def use_removed_parameter(made: Any) -> None:
    assert made.client.gen_ai.cx.summary(made.id).summary
    with pytest.raises(TypeError, match="accept_language"):
        made.client.gen_ai.cx.summary(made.id, accept_language="pt-BR")
    assert "--accept-language" not in made.help("gen-ai", "cx", "summary")
    assert "accept_language" not in made.page("gen_ai.cx.summary")


def narrow_parameter(draft: Any) -> None:
    draft.parameter("acceptLanguage")["schema"] = {"type": "string", "enum": ["pt-BR", "en"]}


def use_narrowed_parameter(made: Any) -> None:
    assert made.client.gen_ai.cx.summary(made.id, accept_language="en").summary
    with pytest.raises(made.package.ArgumentError, match="pt-BR"):
        made.client.gen_ai.cx.summary(made.id, accept_language="fr")


def move_parameter(draft: Any) -> None:
    draft.parameter("acceptLanguage").update({"in": "query", "name": "accept-language"})


def use_moved_parameter(made: Any) -> None:
    assert made.client.gen_ai.cx.summary(made.id, accept_language="en").summary
    assert made.row_of("gen_ai.cx.summary", "accept_language")[0] == "query accept-language"


def type_parameter(draft: Any) -> None:
    draft.parameter("acceptLanguage")["schema"] = {"type": "integer"}


def use_typed_parameter(made: Any) -> None:
    assert made.client.gen_ai.cx.summary(made.id, accept_language=7).summary
    assert "--accept-language INTEGER" in made.help("gen-ai", "cx", "summary")


KINDS = [
    pytest.param(
        add_path_parameter,
        [
            "breaking client.gen_ai.cx.summary_details(section): is new, `str`, and must be given",
            "breaking elevatekit gen-ai cx summary-details: takes `INTERACTION_IDENTIFIER`, "
            "`SECTION` by place, took `INTERACTION_IDENTIFIER`",
            "breaking interactions.gen_ai_cx_summary_details_is_resolved: is gone",
            "breaking gen_ai_cx_summary_details_reasons: is gone",
            "breaking gen_ai_cx_summary_details_actions_taken_by_agent: is gone",
            "breaking gen_ai_cx_summary_details_entities: is gone",
            "breaking client.gen_ai.cx.summary_details: is sent as `GET "
            "/interactions/{interactionIdentifier}/gen-ai/cx/summary/details/{section}`, "
            "was `GET /interactions/{interactionIdentifier}/gen-ai/cx/summary/details`",
            "breaking client.gen_ai.cx.summary_details: is no longer read by a pull",
        ],
        use_path_parameter,
        id="path parameter added",
    ),
    pytest.param(
        add_query_parameter,
        [
            "additive client.gen_ai.cx.summary_details(max_items): is new, `int | None`, "
            "and may be left out",
            "additive elevatekit gen-ai cx summary-details --max-items: is a new option",
        ],
        use_query_parameter,
        id="query parameter added",
    ),
    pytest.param(
        add_header_parameter,
        [
            "breaking client.gen_ai.cx.summary_details(x_trace): is new, `str`, and must be given",
            "breaking elevatekit gen-ai cx summary-details --x-trace: is a new option, and "
            "must be given",
        ],
        use_header_parameter,
        id="header parameter added",
    ),
    pytest.param(
        require_parameter,
        [
            "breaking client.gen_ai.cx.summary(accept_language): must be given now",
            "breaking elevatekit gen-ai cx summary --accept-language: must be given now",
        ],
        use_required_parameter,
        id="parameter made required",
    ),
    pytest.param(
        remove_parameter,
        [
            "breaking client.gen_ai.cx.summary(accept_language): is gone",
            "breaking elevatekit gen-ai cx summary --accept-language: is gone",
        ],
        use_removed_parameter,
        id="parameter removed",
    ),
    pytest.param(
        narrow_parameter,
        [
            "breaking client.gen_ai.cx.summary(accept_language): is one of `pt-BR`, `en` "
            "now, was any text",
            "breaking elevatekit gen-ai cx summary --accept-language: takes one of `pt-BR`, "
            "`en` now, took anything",
        ],
        use_narrowed_parameter,
        id="parameter narrowed in place",
    ),
    pytest.param(
        move_parameter,
        [
            "breaking client.gen_ai.cx.summary: sends `accept_language` as `query "
            "accept-language`, was `header Accept-Language`"
        ],
        use_moved_parameter,
        id="parameter moved to the query",
    ),
    pytest.param(
        type_parameter,
        [
            "breaking client.gen_ai.cx.summary(accept_language): `str` became `int`",
            "breaking elevatekit gen-ai cx summary --accept-language: takes `integer` now, "
            "was `string`",
        ],
        use_typed_parameter,
        id="type of a parameter changed",
    ),
]


@pytest.mark.parametrize(("edit", "told", "use"), KINDS)
def test_one_edit_and_one_command_change_a_parameter_everywhere(
    workbench: Any, edit: Callable[[Any], None], told: list[str], use: Callable[[Any], None]
) -> None:
    workbench.holds(edit, told, use)


def require_query_parameter(draft: Any) -> None:
    draft.operation(DETAILS)["parameters"][-1]["required"] = True


def use_required_query_parameter(made: Any) -> None:
    with pytest.raises(TypeError, match="max_items"):
        made.client.gen_ai.cx.summary_details(made.id)
    assert made.client.gen_ai.cx.summary_details(made.id, 3).reasons
    missing = made.command("gen-ai", "cx", "summary-details", made.id)
    assert "Missing option '--max-items'" in missing.output
    assert made.row_of(DETAILS, "max_items")[:3] == ["query max-items", "integer", "yes"]
    assert made.get("/interactions/{interactionIdentifier}/gen-ai/cx/summary/details") == 422


def remove_query_parameter(draft: Any) -> None:
    del draft.operation(DETAILS)["parameters"][-1]


def use_without_query_parameter(made: Any) -> None:
    with pytest.raises(TypeError, match="max_items"):
        made.client.gen_ai.cx.summary_details(made.id, max_items=3)
    assert made.client.gen_ai.cx.summary_details(made.id).reasons
    assert "--max-items" not in made.help("gen-ai", "cx", "summary-details")
    assert "max_items" not in made.page(DETAILS)


def remove_path_parameter(draft: Any) -> None:
    path, method, operation = draft.take(DETAILS)
    draft.paths[path.removesuffix("/{section}")] = {method: operation}
    del operation["parameters"][-1]


def use_without_path_parameter(made: Any) -> None:
    with pytest.raises(TypeError):
        made.client.gen_ai.cx.summary_details(made.id, "all")
    assert made.client.gen_ai.cx.summary_details(made.id).reasons
    assert made.command("gen-ai", "cx", "summary-details", made.id, "all").exit_code == 2
    assert made.command("gen-ai", "cx", "summary-details", made.id).exit_code == 0
    assert "section" not in made.page(DETAILS)


KINDS_OF_ADDED = [
    pytest.param(
        add_query_parameter,
        require_query_parameter,
        [
            "breaking client.gen_ai.cx.summary_details(max_items): must be given now",
            "breaking elevatekit gen-ai cx summary-details --max-items: must be given now",
        ],
        use_required_query_parameter,
        id="query parameter made required",
    ),
    pytest.param(
        add_query_parameter,
        remove_query_parameter,
        [
            "breaking client.gen_ai.cx.summary_details(max_items): is gone",
            "breaking elevatekit gen-ai cx summary-details --max-items: is gone",
        ],
        use_without_query_parameter,
        id="query parameter removed",
    ),
    pytest.param(
        add_path_parameter,
        remove_path_parameter,
        [
            "breaking client.gen_ai.cx.summary_details(section): is gone",
            "breaking elevatekit gen-ai cx summary-details: takes `INTERACTION_IDENTIFIER` by "
            "place, took `INTERACTION_IDENTIFIER`, `SECTION`",
            "breaking client.gen_ai.cx.summary_details: is sent as `GET "
            "/interactions/{interactionIdentifier}/gen-ai/cx/summary/details`, was `GET "
            "/interactions/{interactionIdentifier}/gen-ai/cx/summary/details/{section}`",
        ],
        use_without_path_parameter,
        id="path parameter removed",
    ),
]


@pytest.mark.parametrize(("of", "edit", "told", "use"), KINDS_OF_ADDED)
def test_one_edit_and_one_command_change_a_parameter_that_the_spec_has_no_example_of(
    workbench: Any,
    of: Callable[[Any], None],
    edit: Callable[[Any], None],
    told: list[str],
    use: Callable[[Any], None],
) -> None:
    workbench.holds(edit, told, use, of=of)

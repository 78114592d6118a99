"""Operations that are added, removed, renamed and moved; groups; bodies."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

MOOD = "/interactions/{interactionIdentifier}/gen-ai/cx/mood"
SUMMARY = "/interactions/{interactionIdentifier}/gen-ai/cx/summary"


def add_operation(draft: Any) -> None:
    new = draft.add("gen_ai.cx.summary_details", "gen_ai.cx.mood", MOOD)
    new["summary"] = "Tell the mood"
    answer = new["responses"]["200"]["content"]["application/json"]
    answer["schema"] = {"$ref": "#/components/schemas/CxMood"}
    draft.value["components"]["schemas"]["CxMood"] = {
        "type": "object",
        "required": ["mood", "causes"],
        "properties": {
            "mood": {"type": "string"},
            "causes": {"type": "array", "items": {"type": "string"}},
        },
    }


def use_added_operation(made: Any) -> None:
    answer = made.client.gen_ai.cx.mood(made.id)
    assert isinstance(answer, made.models.CxMood)
    assert isinstance(answer.causes, list)
    assert made.client.raw.gen_ai.cx.mood(made.id).status == 200
    assert "Tell the mood" in made.help("gen-ai", "cx", "mood")
    assert made.command("gen-ai", "cx", "mood", made.id, "--json").exit_code == 0
    assert "gen_ai_cx_mood" in made.row
    assert made.tables["gen_ai_cx_mood_causes"] == ["value"]
    assert "Tell the mood." in made.page("gen_ai.cx.mood")
    assert (made.folder / made.name / "py.typed").exists()
    made.fails("gen_ai.cx.mood", 409)
    with pytest.raises(made.package.ConflictError):
        made.client.gen_ai.cx.mood(made.id)


def remove_operation(draft: Any) -> None:
    draft.take("gen_ai.cx.summary_details")


def use_removed_operation(made: Any) -> None:
    assert not hasattr(made.client.gen_ai.cx, "summary_details")
    assert made.client.gen_ai.cx.summary(made.id).summary
    assert not made.offers("gen-ai", "cx", "summary-details")
    assert not [name for name in made.row if "details" in name]
    assert "gen_ai.cx.summary_details" not in made.pages
    assert made.get(f"{SUMMARY}/details") == 404


def rename_operation(draft: Any) -> None:
    draft.operation("gen_ai.cx.summary_details")["operationId"] = "gen_ai.cx.details"


def use_renamed_operation(made: Any) -> None:
    assert isinstance(made.client.gen_ai.cx.details(made.id).is_resolved, bool)
    assert not hasattr(made.client.gen_ai.cx, "summary_details")
    assert made.offers("gen-ai", "cx", "details")
    assert "gen_ai_cx_details_entities" in made.tables
    assert "gen_ai.cx.details" in made.pages


def move_operation(draft: Any) -> None:
    _, method, operation = draft.take("gen_ai.cx.summary")
    draft.paths[SUMMARY.replace("cx", "v2")] = {method: operation}


def use_moved_operation(made: Any) -> None:
    assert made.client.gen_ai.cx.summary(made.id).summary
    assert made.command("gen-ai", "cx", "summary", made.id).exit_code == 0
    assert (made.get(SUMMARY), made.get(SUMMARY.replace("cx", "v2"))) == (404, 200)
    assert "gen-ai/v2/summary" in made.page("gen_ai.cx.summary")


def add_group(draft: Any) -> None:
    draft.add("gen_ai.cx.summary", "quality.score", MOOD)
    draft.value["tags"].append({"name": "quality", "description": "How good it was."})


def use_added_group(made: Any) -> None:
    assert made.client.quality.score(made.id).summary
    assert type(made.client.quality).__doc__ == "How good it was."
    assert made.command("quality", "score", made.id).exit_code == 0
    assert "quality_score_summary" in made.row
    assert "quality.score" in made.pages


def add_body(draft: Any) -> None:
    draft.operation("interactions.delete")["requestBody"] = {
        "content": {
            "application/json": {
                "schema": {"type": "object", "properties": {"reason": {"type": "string"}}}
            }
        }
    }


def use_added_body(made: Any) -> None:
    assert "--reason" in made.help("interactions", "delete")
    assert "`reason`" in made.page("interactions.delete")
    assert made.client.interactions.delete(made.id, reason="asked for") is None


def change_method(draft: Any) -> None:
    path, _, operation = draft.take("interactions.delete")
    draft.paths[f"{path}/deletion"] = {"post": operation}


def use_changed_method(made: Any) -> None:
    assert made.api.operation("interactions.delete").method == "POST"
    assert made.client.interactions.delete(made.id) is None
    assert "POST /interactions/{interactionIdentifier}/deletion" in made.page("interactions.delete")


KINDS = [
    pytest.param(
        add_operation,
        [
            "additive client.gen_ai.cx.mood: is new and returns `CxMood`",
            "additive CxMood: is a new class",
            "additive elevatekit gen-ai cx mood: is a new command",
            "additive interactions.gen_ai_cx_mood: is a new column",
            "additive gen_ai_cx_mood_causes: is a new table, of `value`",
            "additive elevatekit pull: sends one more request for each interaction:"
            " `client.gen_ai.cx.mood`",
        ],
        use_added_operation,
        id="operation added",
    ),
    pytest.param(
        remove_operation,
        [
            "breaking client.gen_ai.cx.summary_details: is gone",
            "breaking elevatekit gen-ai cx summary-details: is gone",
            "breaking interactions.gen_ai_cx_summary_details_is_resolved: is gone",
            "breaking gen_ai_cx_summary_details_reasons: is gone",
            "breaking gen_ai_cx_summary_details_actions_taken_by_agent: is gone",
            "breaking gen_ai_cx_summary_details_entities: is gone",
        ],
        use_removed_operation,
        id="operation removed",
    ),
    pytest.param(
        rename_operation,
        [
            "breaking client.gen_ai.cx.summary_details: is `client.gen_ai.cx.details` now",
            "breaking elevatekit gen-ai cx summary-details: is `elevatekit gen-ai cx details` now",
            "breaking interactions.gen_ai_cx_summary_details_is_resolved: is called "
            "`gen_ai_cx_details_is_resolved` now",
            "breaking gen_ai_cx_summary_details_reasons: is called `gen_ai_cx_details_reasons` now",
            "breaking gen_ai_cx_summary_details_actions_taken_by_agent: is called "
            "`gen_ai_cx_details_actions_taken_by_agent` now",
            "breaking gen_ai_cx_summary_details_entities: is called "
            "`gen_ai_cx_details_entities` now",
        ],
        use_renamed_operation,
        id="operation renamed",
    ),
    pytest.param(
        move_operation,
        [
            "breaking client.gen_ai.cx.summary: is sent as `GET "
            "/interactions/{interactionIdentifier}/gen-ai/v2/summary`, was `GET "
            "/interactions/{interactionIdentifier}/gen-ai/cx/summary`"
        ],
        use_moved_operation,
        id="operation moved to another path",
    ),
    pytest.param(
        change_method,
        [
            "breaking client.interactions.delete: is sent as `POST "
            "/interactions/{interactionIdentifier}/deletion`, was `DELETE "
            "/interactions/{interactionIdentifier}`"
        ],
        use_changed_method,
        id="operation moved to another method",
    ),
    pytest.param(
        add_group,
        [
            "additive client.quality: is a new namespace",
            "additive client.quality.score: is new and returns `CxSummary`",
            "additive elevatekit quality score: is a new command",
            "additive interactions.quality_score_summary: is a new column",
            "additive elevatekit pull: sends one more request for each interaction:"
            " `client.quality.score`",
        ],
        use_added_group,
        id="group added",
    ),
    pytest.param(
        add_body,
        [
            "additive client.interactions.delete(reason): is new, `str | None`, and may be "
            "left out",
            "additive InteractionsDeleteBody: is a new class",
            "additive elevatekit interactions delete --reason: is a new option",
        ],
        use_added_body,
        id="request body added",
    ),
]


@pytest.mark.parametrize(("edit", "told", "use"), KINDS)
def test_one_edit_and_one_command_change_everything(
    workbench: Any, edit: Callable[[Any], None], told: list[str], use: Callable[[Any], None]
) -> None:
    workbench.holds(edit, told, use)

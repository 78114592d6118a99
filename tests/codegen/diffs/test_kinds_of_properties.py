"""Properties that are added, removed, renamed, required, made null, of another type, narrowed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, get_args, get_type_hints

import pytest

SUMMARY, DETAILS = "gen_ai.cx.summary", "gen_ai.cx.summary_details"


def hint(made: Any, model: str, name: str) -> Any:
    """The type of an attribute, as type checkers have it."""
    return get_type_hints(getattr(made.models, model))[name]


def answered(made: Any, body: Any, id: str = SUMMARY) -> Any:
    """What the client makes of an answer."""
    made.fails(id, 200, body=body)
    method = made.client
    for word in id.split("."):
        method = getattr(method, word)
    return method(made.id)


def add_property(draft: Any) -> None:
    draft.properties("CxSummary")["moodOfCustomer"] = {"type": "string", "description": "Mood."}


def use_added_property(made: Any) -> None:
    assert hint(made, "CxSummary", "mood_of_customer") == str | None
    assert answered(made, {"summary": "x", "moodOfCustomer": "glad"}).mood_of_customer == "glad"
    assert answered(made, {"summary": "x"}).mood_of_customer is None
    assert "gen_ai_cx_summary_mood_of_customer" in made.row
    assert "gen_ai_cx_summary_mood_of_customer" in made.page(SUMMARY)
    assert "moodOfCustomer" in made.command("gen-ai", "cx", "summary", made.id, "--json").output


def remove_property(draft: Any) -> None:
    del draft.properties("CxSummaryDetails")["isResolved"]
    draft.schema("CxSummaryDetails")["required"].remove("isResolved")


def use_removed_property(made: Any) -> None:
    assert not hasattr(made.client.gen_ai.cx.summary_details(made.id), "is_resolved")
    assert "isResolved" not in made.client.raw.gen_ai.cx.summary_details(made.id).json()
    assert "gen_ai_cx_summary_details_is_resolved" not in made.row


def rename_property(draft: Any) -> None:
    schema = draft.schema("CxSummaryDetails")
    schema["properties"]["resolved"] = schema["properties"].pop("isResolved")
    schema["required"][-1] = "resolved"


def use_renamed_property(made: Any) -> None:
    assert isinstance(made.client.gen_ai.cx.summary_details(made.id).resolved, bool)
    assert isinstance(made.client.raw.gen_ai.cx.summary_details(made.id).json()["resolved"], bool)
    assert "gen_ai_cx_summary_details_resolved" in made.row


def respell_property(draft: Any) -> None:
    schema = draft.schema("CxSummaryDetails")
    schema["properties"]["is_resolved"] = schema["properties"].pop("isResolved")
    schema["required"][-1] = "is_resolved"


def use_respelt_property(made: Any) -> None:
    assert isinstance(made.client.gen_ai.cx.summary_details(made.id).is_resolved, bool)
    assert "is_resolved" in made.client.raw.gen_ai.cx.summary_details(made.id).json()


def require_answer(draft: Any) -> None:
    draft.schema("CxAskedQuestion")["required"] = ["question"]


def use_required_answer(made: Any) -> None:
    assert hint(made, "CxAskedQuestion", "question") is str
    with pytest.raises(made.package.DriftError, match="question"):
        answered(made, {"questions": [{"answer": "x"}]}, "gen_ai.cx.ask_history")


def release_answer(draft: Any) -> None:
    del draft.schema("CxSummary")["required"]


def use_released_answer(made: Any) -> None:
    assert hint(made, "CxSummary", "summary") == str | None
    assert answered(made, {"summary": None}).summary is None


def require_request(draft: Any) -> None:
    draft.schema("AudioInteraction")["required"].append("externalIdentifier")


def use_required_request(made: Any) -> None:
    with pytest.raises(TypeError, match="external_identifier"):
        made.models.AudioInteraction(language_tag="en-us")
    audio = made.models.AudioInteraction(language_tag="en-us", external_identifier="7")
    assert made.client.interactions.declare(audio).interaction_identifier


def null_property(draft: Any) -> None:
    draft.properties("CxSummary")["summary"]["type"] = ["string", "null"]


def use_null_property(made: Any) -> None:
    assert hint(made, "CxSummary", "summary") == str | None
    assert answered(made, {"summary": None}).summary is None


def type_property(draft: Any) -> None:
    draft.properties("CxSummaryDetails")["isResolved"]["type"] = "integer"


def use_typed_property(made: Any) -> None:
    assert hint(made, "CxSummaryDetails", "is_resolved") is int
    row = made.api.operation(DETAILS).tables[0].columns
    assert [column.type for column in row] == ["integer"]
    assert isinstance(made.client.gen_ai.cx.summary_details(made.id).is_resolved, int)


def to_text(draft: Any) -> None:
    draft.properties("CxSummaryDetails")["isResolved"]["type"] = "string"


def use_text(made: Any) -> None:
    assert hint(made, "CxSummaryDetails", "is_resolved") is str
    assert made.client.gen_ai.cx.summary_details(made.id).is_resolved == "resolved"


def add_value(draft: Any) -> None:
    draft.properties("AudioInteraction")["model"]["enum"].append("whisper")


def use_added_value(made: Any) -> None:
    assert "whisper" in get_args(get_args(hint(made, "AudioInteraction", "model"))[0])
    audio = made.models.AudioInteraction(language_tag="en-us", model="whisper")
    assert made.client.interactions.declare(audio).interaction_identifier


def remove_value(draft: Any) -> None:
    draft.properties("AudioInteraction")["model"]["enum"].remove("echo")


def use_removed_value(made: Any) -> None:
    assert "echo" not in str(hint(made, "AudioInteraction", "model"))
    with pytest.raises(made.package.ArgumentError, match="echo"):
        made.client.interactions.declare(
            made.models.AudioInteraction(language_tag="en-us", model="echo")
        )


def add_answer_value(draft: Any) -> None:
    state = draft.properties("InteractionStatus")["status"]
    state["anyOf"][0]["enum"].append("archived")


def use_added_answer_value(made: Any) -> None:
    assert "archived" in str(hint(made, "InteractionStatus", "status"))


def add_object(draft: Any) -> None:
    draft.properties("CxSummary")["tone"] = {
        "type": "object",
        "properties": {"agent": {"type": "string"}, "score": {"type": "number"}},
    }


def use_added_object(made: Any) -> None:
    answer = answered(made, {"summary": "x", "tone": {"agent": "calm", "score": 0.5}})
    assert (answer.tone.agent, answer.tone.score) == ("calm", 0.5)
    assert isinstance(answer.tone, made.models.CxSummaryTone)
    assert {"gen_ai_cx_summary_tone_agent", "gen_ai_cx_summary_tone_score"} <= made.row


def add_objects(draft: Any) -> None:
    draft.properties("CxSummary")["parts"] = {
        "type": "array",
        "items": {
            "type": "object",
            "required": ["text"],
            "properties": {"text": {"type": "string"}, "line": {"type": "integer"}},
        },
    }


def use_added_objects(made: Any) -> None:
    answer = answered(made, {"summary": "x", "parts": [{"text": "a", "line": 1}]})
    assert answer.parts == [made.models.CxSummaryPartsItem(text="a", line=1)]
    assert made.tables["gen_ai_cx_summary_parts"] == ["text", "line"]


def tighten(draft: Any) -> None:
    draft.properties("Question")["question"]["maxLength"] = 20


def use_tightened(made: Any) -> None:
    with pytest.raises(made.package.ArgumentError, match="20"):
        made.client.gen_ai.cx.ask(made.id, question="Was it longer than that?")
    assert "1 to 20 characters" in made.page("gen_ai.cx.ask")


def set_minimum(draft: Any) -> None:
    draft.properties("TranscriptSegment")["startTimeOffset"]["minimum"] = 5


def use_minimum(made: Any) -> None:
    assert "ge=5" in str(get_type_hints(made.models.TranscriptSegment, include_extras=True))


def list_values(draft: Any) -> None:
    draft.properties("Participant")["role"]["enum"] = ["agent", "customer"]


def use_listed_values(made: Any) -> None:
    assert get_args(hint(made, "Participant", "role")) == ("agent", "customer")


KINDS = [
    pytest.param(
        add_property,
        [
            "additive CxSummary.mood_of_customer: is new, `str | None`",
            "additive interactions.gen_ai_cx_summary_mood_of_customer: is a new column",
        ],
        use_added_property,
        id="property added",
    ),
    pytest.param(
        remove_property,
        [
            "breaking CxSummaryDetails.is_resolved: is gone",
            "breaking interactions.gen_ai_cx_summary_details_is_resolved: is gone",
        ],
        use_removed_property,
        id="property removed",
    ),
    pytest.param(
        rename_property,
        [
            "breaking CxSummaryDetails.is_resolved: is gone; `resolved` is new and of its "
            "type: perhaps it was renamed",
            "breaking interactions.gen_ai_cx_summary_details_is_resolved: is gone",
            "additive interactions.gen_ai_cx_summary_details_resolved: is a new column",
        ],
        use_renamed_property,
        id="property renamed",
    ),
    pytest.param(
        respell_property,
        ["breaking CxSummaryDetails.is_resolved: is `is_resolved` on the wire, was `isResolved`"],
        use_respelt_property,
        id="property spelt otherwise",
    ),
    pytest.param(
        require_answer,
        ["additive CxAskedQuestion.question: became required, so `str | None` became `str`"],
        use_required_answer,
        id="property of an answer required",
    ),
    pytest.param(
        release_answer,
        ["breaking CxSummary.summary: became optional, so `str` became `str | None`"],
        use_released_answer,
        id="property of an answer optional",
    ),
    pytest.param(
        require_request,
        [
            "breaking AudioInteraction.external_identifier: became required, so `str | "
            "None` became `str`"
        ],
        use_required_request,
        id="property of a request required",
    ),
    pytest.param(
        null_property,
        ["breaking CxSummary.summary: may be null now, so `str` became `str | None`"],
        use_null_property,
        id="property made nullable",
    ),
    pytest.param(
        type_property,
        [
            "breaking CxSummaryDetails.is_resolved: `bool` became `int`",
            "breaking interactions.gen_ai_cx_summary_details_is_resolved: holds `integer` "
            "now, was `boolean`",
        ],
        use_typed_property,
        id="type of a property changed",
    ),
    pytest.param(
        to_text,
        [
            "breaking CxSummaryDetails.is_resolved: `bool` became `str`",
            "breaking interactions.gen_ai_cx_summary_details_is_resolved: holds `string` "
            "now, was `boolean`",
        ],
        use_text,
        id="boolean became a text",
    ),
    pytest.param(
        add_value,
        ["additive AudioInteraction.model: `whisper` is a new value of it"],
        use_added_value,
        id="value of a request's enum added",
    ),
    pytest.param(
        remove_value,
        ["breaking AudioInteraction.model: `echo` is no value of it any more"],
        use_removed_value,
        id="value of a request's enum removed",
    ),
    pytest.param(
        add_answer_value,
        ["additive InteractionStatus.status: `archived` is a new value of it"],
        use_added_answer_value,
        id="value of an answer's enum added",
    ),
    pytest.param(
        add_object,
        [
            "additive CxSummary.tone: is new, `CxSummaryTone | None`",
            "additive CxSummaryTone: is a new class",
            "additive interactions.gen_ai_cx_summary_tone_agent: is a new column",
            "additive interactions.gen_ai_cx_summary_tone_score: is a new column",
        ],
        use_added_object,
        id="nested object added",
    ),
    pytest.param(
        add_objects,
        [
            "additive CxSummary.parts: is new, `list[CxSummaryPartsItem] | None`",
            "additive CxSummaryPartsItem: is a new class",
            "additive gen_ai_cx_summary_parts: is a new table, of `text`, `line`",
        ],
        use_added_objects,
        id="array of objects added",
    ),
    pytest.param(
        tighten,
        ["breaking Question.question: `maxLength` `250` became `20`"],
        use_tightened,
        id="limit of a property tightened",
    ),
    pytest.param(
        set_minimum,
        ["breaking TranscriptSegment.start_time_offset: `minimum` `0` became `5`"],
        use_minimum,
        id="minimum of a property raised",
    ),
    pytest.param(
        list_values,
        ["breaking Participant.role: is one of `agent`, `customer` now, was any text"],
        use_listed_values,
        id="text became an enum",
    ),
]


@pytest.mark.parametrize(("edit", "told", "use"), KINDS)
def test_one_edit_and_one_command_change_a_property_everywhere(
    workbench: Any, edit: Callable[[Any], None], told: list[str], use: Callable[[Any], None]
) -> None:
    workbench.holds(edit, told, use)

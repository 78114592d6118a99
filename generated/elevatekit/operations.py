# Made by `elevatekit-codegen generate` from the spec. Do not edit: change the spec or a template.
"""The API as a table: everything the runtime knows about it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from elevatekit_plugins.api import (
    Api,
    ApiKey,
    Body,
    Column,
    Concurrency,
    Operation,
    Parameter,
    Pull,
    PullRule,
    Quota,
    RetryRule,
    Table,
    TurnsRule,
    UploadRule,
    Waiter,
    WaitRule,
)

if TYPE_CHECKING:
    from elevatekit import models

_INTERACTION_IDENTIFIER = Parameter(
    name="interactionIdentifier",
    python="interaction_identifier",
    location="path",
    required=True,
    format="uuid",
)
_INTERACTIONS_STATUS_ERRORS = {401: "UnauthorizedError", 404: "NotFoundError"}
_INTERACTIONS_STATUS_RETRY = RetryRule(
    deadline=60.0,
    statuses={
        408: "assumed",
        429: "assumed",
        500: "assumed",
        502: "assumed",
        503: "assumed",
        504: "assumed",
    },
    safe=True,
)
_VALUE = (Column("value", (), "string"),)
_PHRASE_SEGMENTS = (
    Column("start_time_offset", ("startTimeOffset",), "number", "start"),
    Column("end_time_offset", ("endTimeOffset",), "number", "end"),
    Column("phrase_index", ("phraseIndex",), "integer", "index"),
    Column("score", ("score",), "number", "score"),
)
_REDACTION_SEGMENTS = (
    Column("start_time_offset", ("startTimeOffset",), "number", "start"),
    Column("end_time_offset", ("endTimeOffset",), "number", "end"),
    Column("result", ("result",), "string"),
    Column("score", ("score",), "number", "score"),
)
_SENTENCE_SEGMENTS = (
    Column("participant", ("participant",), "string", "speaker"),
    Column("start_time_offset", ("startTimeOffset",), "number", "start"),
    Column("end_time_offset", ("endTimeOffset",), "number", "end"),
    Column("phrase", ("phrase",), "string", "phrase"),
    Column("score", ("score",), "number", "score"),
)
_ENLIGHTEN_BUNDLES = (Column("name", ("name",), "string"), Column("models", ("models",), "json"))
_VOICE_ACTIVITY_SEGMENTS = (
    Column("start_time_offset", ("startTimeOffset",), "number", "start"),
    Column("end_time_offset", ("endTimeOffset",), "number", "end"),
    Column("result", ("result",), "string"),
)
_GEN_AI_CX_SUMMARY_ERRORS = {
    401: "UnauthorizedError",
    404: "NotFoundError",
    408: "RequestTimeoutError",
    409: "ConflictError",
    422: "UnprocessableError",
    429: "RateLimitError",
    500: "InternalServerError",
    504: "GatewayTimeoutError",
}
_GEN_AI_CX_SUMMARY_RETRY = RetryRule(
    deadline=120.0,
    statuses={
        408: "documented",
        429: "documented",
        500: "assumed",
        502: "assumed",
        503: "assumed",
        504: "assumed",
    },
    safe=True,
)
_ACCEPT_LANGUAGE = Parameter(
    name="Accept-Language",
    python="accept_language",
    location="header",
    required=False,
    min_length=1,
    pattern="^[A-Za-z0-9*,;=. -]+$",
)
_ENTITIES = (
    Column("type", ("type",), "string", "entity_type"),
    Column("value", ("value",), "string", "entity_value"),
)
_COACHING = (
    Column("behavior", ("behavior",), "string", "behavior"),
    Column("recommendation", ("recommendation",), "string", "recommendation"),
)
_CONCERNS = (
    Column("concern", ("concern",), "string", "concern"),
    Column("actions_taken", ("actionsTaken",), "json", "concern_actions"),
    Column("is_resolved", ("isResolved",), "boolean", "concern_resolved"),
)
_GEN_AI_CX_ASK_ERRORS = {
    400: "BadRequestError",
    401: "UnauthorizedError",
    404: "NotFoundError",
    408: "RequestTimeoutError",
    409: "ConflictError",
    422: "UnprocessableError",
    429: "RateLimitError",
    500: "InternalServerError",
    504: "GatewayTimeoutError",
}
_GEN_AI_CX_ASK_RETRY = RetryRule(
    deadline=120.0, statuses={408: "documented", 429: "documented"}, safe=False
)
_GEN_AI_CX_ASK_BODY = Body(
    content_type="application/json",
    model="Question",
    fields=(
        Parameter(
            name="question",
            python="question",
            location="body",
            required=True,
            min_length=1,
            max_length=250,
            pattern="\\S",
            role="question",
        ),
    ),
)
_QUESTIONS = (
    Column("question", ("question",), "string", "question"),
    Column("answer", ("answer",), "string", "answer"),
    Column("error_message", ("errorMessage",), "string", "failure"),
    Column("asked_at", ("askedAt",), "string", "asked_at"),
)

INTERACTIONS_DECLARE: Operation[models.DeclaredInteraction] = Operation(
    id="interactions.declare",
    method="POST",
    path="/interactions",
    summary="Declare an interaction",
    body=Body(content_type="application/json", model="Interaction"),
    success=(201,),
    model="DeclaredInteraction",
    errors={400: "BadRequestError", 401: "UnauthorizedError", 429: "RateLimitError"},
    retry=RetryRule(deadline=60.0, statuses={429: "assumed"}, safe=False),
    evidence="documented",
)

INTERACTIONS_UPLOAD: Operation[None] = Operation(
    id="interactions.upload",
    method="POST",
    path="/interactions/{interactionIdentifier}/upload",
    summary="Upload the audio file of an interaction",
    parameters=(_INTERACTION_IDENTIFIER,),
    body=Body(content_type="multipart/form-data", part="filename.{extension}"),
    success=(200, 201),
    empty=(200, 201),
    errors={
        400: "BadRequestError",
        401: "UnauthorizedError",
        404: "NotFoundError",
        409: "ConflictError",
        413: "PayloadTooLargeError",
    },
    retry=RetryRule(deadline=600.0, statuses={429: "assumed"}, safe=False),
    evidence="documented",
)

INTERACTIONS_STATUS: Operation[models.InteractionStatus] = Operation(
    id="interactions.status",
    method="GET",
    path="/interactions/{interactionIdentifier}/status",
    summary="Get the status of an interaction",
    parameters=(_INTERACTION_IDENTIFIER,),
    success=(200,),
    model="InteractionStatus",
    errors=_INTERACTIONS_STATUS_ERRORS,
    retry=_INTERACTIONS_STATUS_RETRY,
    waiter=Waiter(
        method="wait",
        property="status",
        done=("processed",),
        failed=("fileUploadFailed", "fileDownloadFailed", "processingFailed"),
        waiting=("declared", "filePendingUpload"),
        message="errorMessage",
        intervals={"audio": 30.0, "chat": 5.0, "transcript": 5.0},
    ),
    pull=PullRule(kind="state"),
    tables=(
        Table(
            "",
            (),
            (
                Column("interactions_status_identifier", ("identifier",), "string", "identifier"),
                Column("interactions_status", ("status",), "string", "state"),
                Column("interactions_status_declared", ("declared",), "string", "declared_at"),
                Column("interactions_status_uploaded", ("uploaded",), "string", "uploaded_at"),
                Column(
                    "interactions_status_downloaded", ("downloaded",), "string", "downloaded_at"
                ),
                Column("interactions_status_processed", ("processed",), "string", "processed_at"),
                Column(
                    "interactions_status_error_message",
                    ("errorMessage",),
                    "string",
                    "state_message",
                ),
            ),
        ),
    ),
    evidence="documented",
)

INTERACTIONS_GET: Operation[models.DeclaredParameters] = Operation(
    id="interactions.get",
    method="GET",
    path="/interactions/{interactionIdentifier}",
    summary="Get the declared parameters",
    parameters=(_INTERACTION_IDENTIFIER,),
    success=(200,),
    model="DeclaredParameters",
    errors=_INTERACTIONS_STATUS_ERRORS,
    retry=_INTERACTIONS_STATUS_RETRY,
    pull=PullRule(kind="parameters"),
    tables=(
        Table(
            "",
            (),
            (
                Column("interactions_get_identifier", ("identifier",), "string", "identifier"),
                Column("interactions_get_type", ("type",), "string", "type"),
                Column("interactions_get_language_tag", ("languageTag",), "string", "language"),
                Column(
                    "interactions_get_external_identifier", ("externalIdentifier",), "string", "key"
                ),
            ),
        ),
    ),
    evidence="documented",
)

INTERACTIONS_DELETE: Operation[None] = Operation(
    id="interactions.delete",
    method="DELETE",
    path="/interactions/{interactionIdentifier}",
    summary="Delete the results of an interaction",
    parameters=(_INTERACTION_IDENTIFIER,),
    success=(200,),
    empty=(200,),
    errors={400: "BadRequestError", 401: "UnauthorizedError", 404: "NotFoundError"},
    retry=RetryRule(deadline=60.0, statuses={408: "assumed", 429: "assumed"}, safe=True),
    evidence="documented",
)

TRANSCRIPTS_PHRASES: Operation[models.PhraseTranscript | None] = Operation(
    id="transcripts.phrases",
    method="GET",
    path="/interactions/{interactionIdentifier}/transcript",
    summary="Read the transcript, phrase by phrase",
    parameters=(_INTERACTION_IDENTIFIER,),
    success=(200, 204),
    model="PhraseTranscript",
    empty=(204,),
    errors=_INTERACTIONS_STATUS_ERRORS,
    retry=_INTERACTIONS_STATUS_RETRY,
    pull=PullRule(kind="result", types=("audio", "transcript")),
    tables=(
        Table(
            "transcripts_phrases_all_participants_phrases",
            ("allParticipants", "phrases"),
            _VALUE,
            "phrases",
        ),
        Table(
            "transcripts_phrases_all_participants_phrase_segments",
            ("allParticipants", "phraseSegments"),
            _PHRASE_SEGMENTS,
        ),
        Table(
            "transcripts_phrases_participant_one_phrases",
            ("participantOne", "phrases"),
            _VALUE,
            "phrases",
        ),
        Table(
            "transcripts_phrases_participant_one_phrase_segments",
            ("participantOne", "phraseSegments"),
            _PHRASE_SEGMENTS,
        ),
        Table(
            "transcripts_phrases_participant_two_phrases",
            ("participantTwo", "phrases"),
            _VALUE,
            "phrases",
        ),
        Table(
            "transcripts_phrases_participant_two_phrase_segments",
            ("participantTwo", "phraseSegments"),
            _PHRASE_SEGMENTS,
        ),
        Table(
            "transcripts_phrases_redaction_segments",
            ("redactionSegments",),
            _REDACTION_SEGMENTS,
            "redactions",
        ),
    ),
    evidence="documented",
)

TRANSCRIPTS_PUNCTUATED: Operation[models.PunctuatedTranscript | None] = Operation(
    id="transcripts.punctuated",
    method="GET",
    path="/interactions/{interactionIdentifier}/transcripts/punctuated",
    summary="Read the transcript, as punctuated sentences",
    parameters=(_INTERACTION_IDENTIFIER,),
    success=(200, 204),
    model="PunctuatedTranscript",
    empty=(204,),
    errors=_INTERACTIONS_STATUS_ERRORS,
    retry=_INTERACTIONS_STATUS_RETRY,
    pull=PullRule(kind="result", types=("audio", "transcript")),
    tables=(
        Table(
            "transcripts_punctuated_sentence_segments",
            ("sentenceSegments",),
            _SENTENCE_SEGMENTS,
            "sentences",
        ),
        Table(
            "transcripts_punctuated_redaction_segments",
            ("redactionSegments",),
            _REDACTION_SEGMENTS,
            "redactions",
        ),
    ),
    evidence="documented",
)

CX_AI_RESULTS: Operation[models.CxAiResults] = Operation(
    id="cx_ai.results",
    method="GET",
    path="/interactions/{interactionIdentifier}/ai",
    summary="Read the CX AI results",
    parameters=(_INTERACTION_IDENTIFIER,),
    success=(200,),
    model="CxAiResults",
    errors=_INTERACTIONS_STATUS_ERRORS,
    retry=_INTERACTIONS_STATUS_RETRY,
    pull=PullRule(kind="result", types=("audio", "transcript")),
    tables=(
        Table(
            "cx_ai_results_all_participants_enlighten_bundles",
            ("allParticipants", "enlightenBundles"),
            _ENLIGHTEN_BUNDLES,
        ),
        Table(
            "cx_ai_results_all_participants_voice_activity_segments",
            ("allParticipants", "voiceActivitySegments"),
            _VOICE_ACTIVITY_SEGMENTS,
        ),
        Table(
            "cx_ai_results_participant_one_enlighten_bundles",
            ("participantOne", "enlightenBundles"),
            _ENLIGHTEN_BUNDLES,
        ),
        Table(
            "cx_ai_results_participant_one_voice_activity_segments",
            ("participantOne", "voiceActivitySegments"),
            _VOICE_ACTIVITY_SEGMENTS,
        ),
        Table(
            "cx_ai_results_participant_two_enlighten_bundles",
            ("participantTwo", "enlightenBundles"),
            _ENLIGHTEN_BUNDLES,
        ),
        Table(
            "cx_ai_results_participant_two_voice_activity_segments",
            ("participantTwo", "voiceActivitySegments"),
            _VOICE_ACTIVITY_SEGMENTS,
        ),
    ),
    evidence="documented",
)

GEN_AI_CX_SUMMARY: Operation[models.CxSummary] = Operation(
    id="gen_ai.cx.summary",
    method="GET",
    path="/interactions/{interactionIdentifier}/gen-ai/cx/summary",
    summary="Summarize the interaction between agent and customer",
    parameters=(_INTERACTION_IDENTIFIER, _ACCEPT_LANGUAGE),
    success=(200,),
    model="CxSummary",
    errors=_GEN_AI_CX_SUMMARY_ERRORS,
    retry=_GEN_AI_CX_SUMMARY_RETRY,
    concurrency=Concurrency(group="gen_ai", limit=10),
    pull=PullRule(kind="result"),
    tables=(Table("", (), (Column("gen_ai_cx_summary", ("summary",), "string", "summary"),)),),
    evidence="source",
)

GEN_AI_CX_SUMMARY_DETAILS: Operation[models.CxSummaryDetails] = Operation(
    id="gen_ai.cx.summary_details",
    method="GET",
    path="/interactions/{interactionIdentifier}/gen-ai/cx/summary/details",
    summary="Summarize reasons, actions, entities and resolution",
    parameters=(_INTERACTION_IDENTIFIER,),
    success=(200,),
    model="CxSummaryDetails",
    errors=_GEN_AI_CX_SUMMARY_ERRORS,
    retry=_GEN_AI_CX_SUMMARY_RETRY,
    concurrency=Concurrency(group="gen_ai", limit=10),
    pull=PullRule(kind="result"),
    tables=(
        Table(
            "",
            (),
            (
                Column(
                    "gen_ai_cx_summary_details_is_resolved", ("isResolved",), "boolean", "resolved"
                ),
            ),
        ),
        Table("gen_ai_cx_summary_details_reasons", ("reasons",), _VALUE, "reasons"),
        Table(
            "gen_ai_cx_summary_details_actions_taken_by_agent",
            ("actionsTakenByAgent",),
            _VALUE,
            "actions_taken",
        ),
        Table("gen_ai_cx_summary_details_entities", ("entities",), _ENTITIES, "entities"),
    ),
    evidence="source",
)

GEN_AI_CX_AGENT_ACTION_ITEMS: Operation[models.CxAgentActionItems] = Operation(
    id="gen_ai.cx.agent_action_items",
    method="GET",
    path="/interactions/{interactionIdentifier}/gen-ai/cx/agent/action-items",
    summary="List the actions that the agent took",
    parameters=(_INTERACTION_IDENTIFIER,),
    success=(200,),
    model="CxAgentActionItems",
    errors=_GEN_AI_CX_SUMMARY_ERRORS,
    retry=_GEN_AI_CX_SUMMARY_RETRY,
    concurrency=Concurrency(group="gen_ai", limit=10),
    pull=PullRule(kind="result"),
    tables=(Table("gen_ai_cx_agent_action_items", ("actionItems",), _VALUE, "action_items"),),
    evidence="source",
)

GEN_AI_CX_COACHING_ASSISTANT: Operation[models.CxCoachingAssistant] = Operation(
    id="gen_ai.cx.coaching_assistant",
    method="GET",
    path="/interactions/{interactionIdentifier}/gen-ai/cx/agent/coaching-assistant",
    summary="Coach the agent",
    parameters=(_INTERACTION_IDENTIFIER,),
    success=(200,),
    model="CxCoachingAssistant",
    errors=_GEN_AI_CX_SUMMARY_ERRORS,
    retry=_GEN_AI_CX_SUMMARY_RETRY,
    concurrency=Concurrency(group="gen_ai", limit=10),
    pull=PullRule(kind="result"),
    tables=(Table("gen_ai_cx_coaching_assistant_coaching", ("coaching",), _COACHING, "coaching"),),
    evidence="source",
)

GEN_AI_CX_TOPICS: Operation[models.CxTopics] = Operation(
    id="gen_ai.cx.topics",
    method="GET",
    path="/interactions/{interactionIdentifier}/gen-ai/cx/topics",
    summary="List the topics of the conversation with the customer",
    parameters=(_INTERACTION_IDENTIFIER,),
    success=(200,),
    model="CxTopics",
    errors=_GEN_AI_CX_SUMMARY_ERRORS,
    retry=_GEN_AI_CX_SUMMARY_RETRY,
    concurrency=Concurrency(group="gen_ai", limit=10),
    pull=PullRule(kind="result"),
    tables=(Table("gen_ai_cx_topics", ("topics",), _VALUE, "topics"),),
    evidence="source",
)

GEN_AI_CX_CONVERSATION_COMPOSITION: Operation[models.CxConversationComposition] = Operation(
    id="gen_ai.cx.conversation_composition",
    method="GET",
    path="/interactions/{interactionIdentifier}/gen-ai/cx/conversation-composition",
    summary="List the customer's concerns and their resolution",
    parameters=(_INTERACTION_IDENTIFIER,),
    success=(200,),
    model="CxConversationComposition",
    errors=_GEN_AI_CX_SUMMARY_ERRORS,
    retry=_GEN_AI_CX_SUMMARY_RETRY,
    concurrency=Concurrency(group="gen_ai", limit=10),
    pull=PullRule(kind="result"),
    tables=(
        Table("gen_ai_cx_conversation_composition_concerns", ("concerns",), _CONCERNS, "concerns"),
    ),
    evidence="source",
)

GEN_AI_CX_ASK: Operation[models.CxAnswer] = Operation(
    id="gen_ai.cx.ask",
    method="POST",
    path="/interactions/{interactionIdentifier}/gen-ai/cx/ask",
    summary="Ask a question about the interaction with the customer",
    parameters=(_INTERACTION_IDENTIFIER,),
    body=_GEN_AI_CX_ASK_BODY,
    success=(200,),
    model="CxAnswer",
    errors=_GEN_AI_CX_ASK_ERRORS,
    retry=_GEN_AI_CX_ASK_RETRY,
    concurrency=Concurrency(group="gen_ai", limit=10),
    quota=Quota(
        per="interactionIdentifier",
        successes=5,
        errors=5,
        free=(400, 401, 429),
        history="gen_ai.cx.ask_history",
    ),
    pull=PullRule(kind="question"),
    tables=(Table("", (), (Column("gen_ai_cx_ask_answer", ("answer",), "string", "answer"),)),),
    evidence="source",
)

GEN_AI_CX_ASK_HISTORY: Operation[models.CxAskHistory] = Operation(
    id="gen_ai.cx.ask_history",
    method="GET",
    path="/interactions/{interactionIdentifier}/gen-ai/cx/ask",
    summary="Read all questions asked about the interaction with the customer",
    parameters=(_INTERACTION_IDENTIFIER,),
    success=(200,),
    model="CxAskHistory",
    errors=_GEN_AI_CX_SUMMARY_ERRORS,
    retry=_GEN_AI_CX_SUMMARY_RETRY,
    concurrency=Concurrency(group="gen_ai", limit=10),
    tables=(Table("gen_ai_cx_ask_history_questions", ("questions",), _QUESTIONS, "history"),),
    evidence="source",
)

GEN_AI_SUMMARY: Operation[models.Summary] = Operation(
    id="gen_ai.summary",
    method="GET",
    path="/interactions/{interactionIdentifier}/gen-ai/summary",
    summary="Summarize the interaction",
    parameters=(_INTERACTION_IDENTIFIER, _ACCEPT_LANGUAGE),
    success=(200,),
    model="Summary",
    errors=_GEN_AI_CX_SUMMARY_ERRORS,
    retry=_GEN_AI_CX_SUMMARY_RETRY,
    concurrency=Concurrency(group="gen_ai", limit=10),
    pull=PullRule(kind="result"),
    tables=(Table("", (), (Column("gen_ai_summary", ("summary",), "string", "summary"),)),),
    evidence="source",
)

GEN_AI_SUMMARY_DETAILS: Operation[models.SummaryDetails] = Operation(
    id="gen_ai.summary_details",
    method="GET",
    path="/interactions/{interactionIdentifier}/gen-ai/summary/details",
    summary="Summarize the entities mentioned",
    parameters=(_INTERACTION_IDENTIFIER,),
    success=(200,),
    model="SummaryDetails",
    errors=_GEN_AI_CX_SUMMARY_ERRORS,
    retry=_GEN_AI_CX_SUMMARY_RETRY,
    concurrency=Concurrency(group="gen_ai", limit=10),
    pull=PullRule(kind="result"),
    tables=(Table("gen_ai_summary_details_entities", ("entities",), _ENTITIES, "entities"),),
    evidence="source",
)

GEN_AI_ACTION_ITEMS: Operation[models.ActionItems] = Operation(
    id="gen_ai.action_items",
    method="GET",
    path="/interactions/{interactionIdentifier}/gen-ai/action-items",
    summary="List the action items",
    parameters=(_INTERACTION_IDENTIFIER,),
    success=(200,),
    model="ActionItems",
    errors=_GEN_AI_CX_SUMMARY_ERRORS,
    retry=_GEN_AI_CX_SUMMARY_RETRY,
    concurrency=Concurrency(group="gen_ai", limit=10),
    pull=PullRule(kind="result"),
    tables=(Table("gen_ai_action_items", ("actionItems",), _VALUE, "action_items"),),
    evidence="source",
)

GEN_AI_TOPICS: Operation[models.Topics] = Operation(
    id="gen_ai.topics",
    method="GET",
    path="/interactions/{interactionIdentifier}/gen-ai/topics",
    summary="List the topics",
    parameters=(_INTERACTION_IDENTIFIER,),
    success=(200,),
    model="Topics",
    errors=_GEN_AI_CX_SUMMARY_ERRORS,
    retry=_GEN_AI_CX_SUMMARY_RETRY,
    concurrency=Concurrency(group="gen_ai", limit=10),
    pull=PullRule(kind="result"),
    tables=(Table("gen_ai_topics", ("topics",), _VALUE, "topics"),),
    evidence="source",
)

GEN_AI_ASK: Operation[models.Answer] = Operation(
    id="gen_ai.ask",
    method="POST",
    path="/interactions/{interactionIdentifier}/gen-ai/ask",
    summary="Ask a question about the interaction",
    parameters=(_INTERACTION_IDENTIFIER,),
    body=_GEN_AI_CX_ASK_BODY,
    success=(200,),
    model="Answer",
    errors=_GEN_AI_CX_ASK_ERRORS,
    retry=_GEN_AI_CX_ASK_RETRY,
    concurrency=Concurrency(group="gen_ai", limit=10),
    quota=Quota(
        per="interactionIdentifier",
        successes=5,
        errors=5,
        free=(400, 401, 429),
        history="gen_ai.ask_history",
    ),
    evidence="source",
)

GEN_AI_ASK_HISTORY: Operation[models.AskHistory] = Operation(
    id="gen_ai.ask_history",
    method="GET",
    path="/interactions/{interactionIdentifier}/gen-ai/ask",
    summary="Read all questions asked about the interaction",
    parameters=(_INTERACTION_IDENTIFIER,),
    success=(200,),
    model="AskHistory",
    errors=_GEN_AI_CX_SUMMARY_ERRORS,
    retry=_GEN_AI_CX_SUMMARY_RETRY,
    concurrency=Concurrency(group="gen_ai", limit=10),
    tables=(Table("gen_ai_ask_history_questions", ("questions",), _QUESTIONS, "history"),),
    evidence="source",
)

API = Api(
    name="elevatekit",
    title="ElevateAI",
    version="0.1.0",
    package="elevatekit",
    base_url="https://api.elevateai.com/v1",
    key=ApiKey(
        header="X-API-Token",
        description="The token of an account, a GUID. It must be activated before its first use.",
    ),
    error_message="errorMessage",
    operations=(
        INTERACTIONS_DECLARE,
        INTERACTIONS_UPLOAD,
        INTERACTIONS_STATUS,
        INTERACTIONS_GET,
        INTERACTIONS_DELETE,
        TRANSCRIPTS_PHRASES,
        TRANSCRIPTS_PUNCTUATED,
        CX_AI_RESULTS,
        GEN_AI_CX_SUMMARY,
        GEN_AI_CX_SUMMARY_DETAILS,
        GEN_AI_CX_AGENT_ACTION_ITEMS,
        GEN_AI_CX_COACHING_ASSISTANT,
        GEN_AI_CX_TOPICS,
        GEN_AI_CX_CONVERSATION_COMPOSITION,
        GEN_AI_CX_ASK,
        GEN_AI_CX_ASK_HISTORY,
        GEN_AI_SUMMARY,
        GEN_AI_SUMMARY_DETAILS,
        GEN_AI_ACTION_ITEMS,
        GEN_AI_TOPICS,
        GEN_AI_ASK,
        GEN_AI_ASK_HISTORY,
    ),
    pull=Pull(
        declare="interactions.declare",
        type="type",
        key="externalIdentifier",
        identifier="interactionIdentifier",
        upload=UploadRule(operation="interactions.upload", types=("audio",), unless="downloadUri"),
        wait=WaitRule(operation="interactions.status", types=("audio", "transcript")),
        turns=TurnsRule(
            body={"type": "chat", "languageTag": "en-us", "vertical": "default"},
            participants=("chat", "participants"),
            messages=("chat", "messages"),
            participant="participant_id",
            name="name",
            role="role",
            time="timestamp",
            text="content",
        ),
    ),
)

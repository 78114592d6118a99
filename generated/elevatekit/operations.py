# Made by `elevatekit-codegen generate` from the spec. Do not edit: change the spec or a template.
"""The table of the API: everything that the host knows of it."""

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
    description="The identifier that the declaration of the interaction returned.",
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
_VALUE = (Column(name="value", path=(), type="string"),)
_INTERACTIONS_GET_TRANSCRIPT_ALL_PARTICIPANTS_PHRASE_SEGMENTS_COLUMNS = (
    Column(name="start_time_offset", path=("startTimeOffset",), type="integer", role="start"),
    Column(name="end_time_offset", path=("endTimeOffset",), type="integer", role="end"),
    Column(name="phrase_index", path=("phraseIndex",), type="integer", role="index"),
    Column(name="score", path=("score",), type="number", role="score"),
)
_INTERACTIONS_GET_TRANSCRIPT_REDACTION_SEGMENTS_COLUMNS = (
    Column(name="start_time_offset", path=("startTimeOffset",), type="number", role="start"),
    Column(name="end_time_offset", path=("endTimeOffset",), type="number", role="end"),
    Column(name="result", path=("result",), type="string"),
    Column(name="score", path=("score",), type="number", role="score"),
)
_INTERACTIONS_GET_CHAT_PARTICIPANTS_COLUMNS = (
    Column(name="participant_id", path=("participant_id",), type="string"),
    Column(name="name", path=("name",), type="string"),
    Column(name="role", path=("role",), type="string"),
)
_INTERACTIONS_GET_CHAT_MESSAGES_COLUMNS = (
    Column(name="participant_id", path=("participant_id",), type="string"),
    Column(name="timestamp", path=("timestamp",), type="string"),
    Column(name="content", path=("content",), type="string"),
)
_TRANSCRIPTS_PHRASES_ALL_PARTICIPANTS_PHRASE_SEGMENTS_COLUMNS = (
    Column(name="start_time_offset", path=("startTimeOffset",), type="number", role="start"),
    Column(name="end_time_offset", path=("endTimeOffset",), type="number", role="end"),
    Column(name="phrase_index", path=("phraseIndex",), type="integer", role="index"),
    Column(name="score", path=("score",), type="number", role="score"),
)
_TRANSCRIPTS_PUNCTUATED_SENTENCE_SEGMENTS_COLUMNS = (
    Column(name="participant", path=("participant",), type="string", role="speaker"),
    Column(name="start_time_offset", path=("startTimeOffset",), type="number", role="start"),
    Column(name="end_time_offset", path=("endTimeOffset",), type="number", role="end"),
    Column(name="phrase", path=("phrase",), type="string", role="phrase"),
    Column(name="score", path=("score",), type="number", role="score"),
)
_CX_AI_RESULTS_ALL_PARTICIPANTS_ENLIGHTEN_BUNDLES_COLUMNS = (
    Column(name="name", path=("name",), type="string"),
    Column(name="models", path=("models",), type="json"),
)
_CX_AI_RESULTS_ALL_PARTICIPANTS_VOICE_ACTIVITY_SEGMENTS_COLUMNS = (
    Column(name="start_time_offset", path=("startTimeOffset",), type="number", role="start"),
    Column(name="end_time_offset", path=("endTimeOffset",), type="number", role="end"),
    Column(name="result", path=("result",), type="string"),
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
    description=(
        "The language of the summary, for example `pt-BR`. English where it is not given. "
        "Only the summaries honour it."
    ),
)
_GEN_AI_CX_SUMMARY_DETAILS_ENTITIES_COLUMNS = (
    Column(name="type", path=("type",), type="string", role="entity_type"),
    Column(name="value", path=("value",), type="string", role="entity_value"),
)
_GEN_AI_CX_COACHING_ASSISTANT_COACHING_COLUMNS = (
    Column(name="behavior", path=("behavior",), type="string", role="behavior"),
    Column(name="recommendation", path=("recommendation",), type="string", role="recommendation"),
)
_GEN_AI_CX_CONVERSATION_COMPOSITION_CONCERNS_COLUMNS = (
    Column(name="concern", path=("concern",), type="string", role="concern"),
    Column(name="actions_taken", path=("actionsTaken",), type="json", role="concern_actions"),
    Column(name="is_resolved", path=("isResolved",), type="boolean", role="concern_resolved"),
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
_GEN_AI_CX_ASK_HISTORY_QUESTIONS_COLUMNS = (
    Column(name="question", path=("question",), type="string", role="question"),
    Column(name="answer", path=("answer",), type="string", role="answer"),
    Column(name="error_message", path=("errorMessage",), type="string", role="failure"),
    Column(name="asked_at", path=("askedAt",), type="string", role="asked_at"),
)

INTERACTIONS_DECLARE: Operation[models.DeclaredInteraction] = Operation(
    id="interactions.declare",
    method="POST",
    path="/interactions",
    summary="Declare an interaction",
    description=(
        "Announces an audio file, a transcript or a chat, and returns the identifier by "
        "which all of its results are read. Audio without a `downloadUri` must be uploaded "
        "next. Each successful declaration counts against the monthly request quota, "
        "whatever becomes of it. The body may hold more than is listed here: a download "
        "that needs authentication has parameters whose names are not published."
    ),
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
    description=(
        "Sends the file of an audio interaction that was declared without a `downloadUri`. "
        "The extension of the file's name tells the service which codec to expect. The "
        "answer says that the file was taken; the status says when it is processed."
    ),
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
    summary="Tell how far an interaction is",
    description=(
        "The state of the processing and when each step was reached. The documentation "
        "asks for no more than one poll every 30 seconds for audio and every 5 seconds for "
        "chats and transcripts."
    ),
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
            name="",
            path=(),
            columns=(
                Column(
                    name="interactions_status_identifier",
                    path=("identifier",),
                    type="string",
                    role="identifier",
                ),
                Column(name="interactions_status", path=("status",), type="string", role="state"),
                Column(
                    name="interactions_status_declared",
                    path=("declared",),
                    type="string",
                    role="declared_at",
                ),
                Column(
                    name="interactions_status_uploaded",
                    path=("uploaded",),
                    type="string",
                    role="uploaded_at",
                ),
                Column(
                    name="interactions_status_downloaded",
                    path=("downloaded",),
                    type="string",
                    role="downloaded_at",
                ),
                Column(
                    name="interactions_status_processed",
                    path=("processed",),
                    type="string",
                    role="processed_at",
                ),
                Column(
                    name="interactions_status_error_message",
                    path=("errorMessage",),
                    type="string",
                    role="state_message",
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
    summary="Read what was declared",
    description=(
        "The parameters with which the interaction was declared. Transcript and chat come "
        "back as null once they are processed, because the source is deleted then."
    ),
    parameters=(_INTERACTION_IDENTIFIER,),
    success=(200,),
    model="DeclaredParameters",
    errors=_INTERACTIONS_STATUS_ERRORS,
    retry=_INTERACTIONS_STATUS_RETRY,
    pull=PullRule(kind="parameters"),
    tables=(
        Table(
            name="",
            path=(),
            columns=(
                Column(
                    name="interactions_get_identifier",
                    path=("identifier",),
                    type="string",
                    role="identifier",
                ),
                Column(name="interactions_get_type", path=("type",), type="string", role="type"),
                Column(
                    name="interactions_get_language_tag",
                    path=("languageTag",),
                    type="string",
                    role="language",
                ),
                Column(name="interactions_get_vertical", path=("vertical",), type="string"),
                Column(
                    name="interactions_get_audio_transcription_mode",
                    path=("audioTranscriptionMode",),
                    type="string",
                ),
                Column(name="interactions_get_download_uri", path=("downloadUri",), type="string"),
                Column(
                    name="interactions_get_include_ai_results",
                    path=("includeAiResults",),
                    type="boolean",
                ),
                Column(
                    name="interactions_get_external_identifier",
                    path=("externalIdentifier",),
                    type="string",
                    role="key",
                ),
                Column(
                    name="interactions_get_original_file_name",
                    path=("originalFileName",),
                    type="string",
                ),
            ),
        ),
        Table(
            name="interactions_get_transcript_all_participants_phrases",
            path=("transcript", "allParticipants", "phrases"),
            columns=_VALUE,
            role="phrases",
        ),
        Table(
            name="interactions_get_transcript_all_participants_phrase_segments",
            path=("transcript", "allParticipants", "phraseSegments"),
            columns=_INTERACTIONS_GET_TRANSCRIPT_ALL_PARTICIPANTS_PHRASE_SEGMENTS_COLUMNS,
        ),
        Table(
            name="interactions_get_transcript_participant_one_phrases",
            path=("transcript", "participantOne", "phrases"),
            columns=_VALUE,
            role="phrases",
        ),
        Table(
            name="interactions_get_transcript_participant_one_phrase_segments",
            path=("transcript", "participantOne", "phraseSegments"),
            columns=_INTERACTIONS_GET_TRANSCRIPT_ALL_PARTICIPANTS_PHRASE_SEGMENTS_COLUMNS,
        ),
        Table(
            name="interactions_get_transcript_participant_two_phrases",
            path=("transcript", "participantTwo", "phrases"),
            columns=_VALUE,
            role="phrases",
        ),
        Table(
            name="interactions_get_transcript_participant_two_phrase_segments",
            path=("transcript", "participantTwo", "phraseSegments"),
            columns=_INTERACTIONS_GET_TRANSCRIPT_ALL_PARTICIPANTS_PHRASE_SEGMENTS_COLUMNS,
        ),
        Table(
            name="interactions_get_transcript_redaction_segments",
            path=("transcript", "redactionSegments"),
            columns=_INTERACTIONS_GET_TRANSCRIPT_REDACTION_SEGMENTS_COLUMNS,
            role="redactions",
        ),
        Table(
            name="interactions_get_chat_participants",
            path=("chat", "participants"),
            columns=_INTERACTIONS_GET_CHAT_PARTICIPANTS_COLUMNS,
        ),
        Table(
            name="interactions_get_chat_messages",
            path=("chat", "messages"),
            columns=_INTERACTIONS_GET_CHAT_MESSAGES_COLUMNS,
        ),
    ),
    evidence="documented",
)

INTERACTIONS_DELETE: Operation[None] = Operation(
    id="interactions.delete",
    method="DELETE",
    path="/interactions/{interactionIdentifier}",
    summary="Delete the results of an interaction",
    description=(
        "Removes everything that is stored about the interaction, for good. Without it, "
        "results are kept for up to 45 days."
    ),
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
    description=(
        "The phrases of each participant and the time at which each was spoken. It is "
        "there once the interaction is processed."
    ),
    parameters=(_INTERACTION_IDENTIFIER,),
    success=(200, 204),
    model="PhraseTranscript",
    empty=(204,),
    errors=_INTERACTIONS_STATUS_ERRORS,
    retry=_INTERACTIONS_STATUS_RETRY,
    pull=PullRule(kind="result", types=("audio", "transcript")),
    tables=(
        Table(
            name="transcripts_phrases_all_participants_phrases",
            path=("allParticipants", "phrases"),
            columns=_VALUE,
            role="phrases",
        ),
        Table(
            name="transcripts_phrases_all_participants_phrase_segments",
            path=("allParticipants", "phraseSegments"),
            columns=_TRANSCRIPTS_PHRASES_ALL_PARTICIPANTS_PHRASE_SEGMENTS_COLUMNS,
        ),
        Table(
            name="transcripts_phrases_participant_one_phrases",
            path=("participantOne", "phrases"),
            columns=_VALUE,
            role="phrases",
        ),
        Table(
            name="transcripts_phrases_participant_one_phrase_segments",
            path=("participantOne", "phraseSegments"),
            columns=_TRANSCRIPTS_PHRASES_ALL_PARTICIPANTS_PHRASE_SEGMENTS_COLUMNS,
        ),
        Table(
            name="transcripts_phrases_participant_two_phrases",
            path=("participantTwo", "phrases"),
            columns=_VALUE,
            role="phrases",
        ),
        Table(
            name="transcripts_phrases_participant_two_phrase_segments",
            path=("participantTwo", "phraseSegments"),
            columns=_TRANSCRIPTS_PHRASES_ALL_PARTICIPANTS_PHRASE_SEGMENTS_COLUMNS,
        ),
        Table(
            name="transcripts_phrases_redaction_segments",
            path=("redactionSegments",),
            columns=_INTERACTIONS_GET_TRANSCRIPT_REDACTION_SEGMENTS_COLUMNS,
            role="redactions",
        ),
    ),
    evidence="documented",
)

TRANSCRIPTS_PUNCTUATED: Operation[models.PunctuatedTranscript | None] = Operation(
    id="transcripts.punctuated",
    method="GET",
    path="/interactions/{interactionIdentifier}/transcripts/punctuated",
    summary="Read the transcript, as punctuated sentences",
    description=(
        "The sentences of all participants in the order in which they were spoken. It is "
        "there once the interaction is processed."
    ),
    parameters=(_INTERACTION_IDENTIFIER,),
    success=(200, 204),
    model="PunctuatedTranscript",
    empty=(204,),
    errors=_INTERACTIONS_STATUS_ERRORS,
    retry=_INTERACTIONS_STATUS_RETRY,
    pull=PullRule(kind="result", types=("audio", "transcript")),
    tables=(
        Table(
            name="transcripts_punctuated_sentence_segments",
            path=("sentenceSegments",),
            columns=_TRANSCRIPTS_PUNCTUATED_SENTENCE_SEGMENTS_COLUMNS,
            role="sentences",
        ),
        Table(
            name="transcripts_punctuated_redaction_segments",
            path=("redactionSegments",),
            columns=_INTERACTIONS_GET_TRANSCRIPT_REDACTION_SEGMENTS_COLUMNS,
            role="redactions",
        ),
    ),
    evidence="documented",
)

CX_AI_RESULTS: Operation[models.CxAiResults] = Operation(
    id="cx_ai.results",
    method="GET",
    path="/interactions/{interactionIdentifier}/ai",
    summary="Read the CX AI results",
    description=(
        "Scores of the models of each bundle (customer satisfaction, vulnerable customer) "
        "for each participant, and when there was voice or silence. It is there once the "
        "interaction is processed. Whether a chat has CX AI results is not known: a pull "
        "does not ask for them."
    ),
    parameters=(_INTERACTION_IDENTIFIER,),
    success=(200,),
    model="CxAiResults",
    errors=_INTERACTIONS_STATUS_ERRORS,
    retry=_INTERACTIONS_STATUS_RETRY,
    pull=PullRule(kind="result", types=("audio", "transcript")),
    tables=(
        Table(
            name="cx_ai_results_all_participants_enlighten_bundles",
            path=("allParticipants", "enlightenBundles"),
            columns=_CX_AI_RESULTS_ALL_PARTICIPANTS_ENLIGHTEN_BUNDLES_COLUMNS,
        ),
        Table(
            name="cx_ai_results_all_participants_voice_activity_segments",
            path=("allParticipants", "voiceActivitySegments"),
            columns=_CX_AI_RESULTS_ALL_PARTICIPANTS_VOICE_ACTIVITY_SEGMENTS_COLUMNS,
        ),
        Table(
            name="cx_ai_results_participant_one_enlighten_bundles",
            path=("participantOne", "enlightenBundles"),
            columns=_CX_AI_RESULTS_ALL_PARTICIPANTS_ENLIGHTEN_BUNDLES_COLUMNS,
        ),
        Table(
            name="cx_ai_results_participant_one_voice_activity_segments",
            path=("participantOne", "voiceActivitySegments"),
            columns=_CX_AI_RESULTS_ALL_PARTICIPANTS_VOICE_ACTIVITY_SEGMENTS_COLUMNS,
        ),
        Table(
            name="cx_ai_results_participant_two_enlighten_bundles",
            path=("participantTwo", "enlightenBundles"),
            columns=_CX_AI_RESULTS_ALL_PARTICIPANTS_ENLIGHTEN_BUNDLES_COLUMNS,
        ),
        Table(
            name="cx_ai_results_participant_two_voice_activity_segments",
            path=("participantTwo", "voiceActivitySegments"),
            columns=_CX_AI_RESULTS_ALL_PARTICIPANTS_VOICE_ACTIVITY_SEGMENTS_COLUMNS,
        ),
    ),
    evidence="documented",
)

GEN_AI_CX_SUMMARY: Operation[models.CxSummary] = Operation(
    id="gen_ai.cx.summary",
    method="GET",
    path="/interactions/{interactionIdentifier}/gen-ai/cx/summary",
    summary="Summarize the interaction between agent and customer",
    description=(
        "A summary of the interaction between the agent and the customer, in the language "
        "of `Accept-Language` or in English. Audio must have completed processing first, "
        "else the answer is an error; chats and transcripts can be read right after they "
        "are declared."
    ),
    parameters=(_INTERACTION_IDENTIFIER, _ACCEPT_LANGUAGE),
    success=(200,),
    model="CxSummary",
    errors=_GEN_AI_CX_SUMMARY_ERRORS,
    retry=_GEN_AI_CX_SUMMARY_RETRY,
    concurrency=Concurrency(group="gen_ai", limit=10),
    pull=PullRule(kind="result"),
    tables=(
        Table(
            name="",
            path=(),
            columns=(
                Column(name="gen_ai_cx_summary", path=("summary",), type="string", role="summary"),
            ),
        ),
    ),
    evidence="source",
)

GEN_AI_CX_SUMMARY_DETAILS: Operation[models.CxSummaryDetails] = Operation(
    id="gen_ai.cx.summary_details",
    method="GET",
    path="/interactions/{interactionIdentifier}/gen-ai/cx/summary/details",
    summary="Summarize reasons, actions, entities and resolution",
    description=(
        "Details beside the summary: the reason or reasons for the interaction, the "
        "actions taken, the entities mentioned, and whether a resolution was reached. "
        "Audio must have completed processing first, else the answer is an error; chats "
        "and transcripts can be read right after they are declared."
    ),
    parameters=(_INTERACTION_IDENTIFIER,),
    success=(200,),
    model="CxSummaryDetails",
    errors=_GEN_AI_CX_SUMMARY_ERRORS,
    retry=_GEN_AI_CX_SUMMARY_RETRY,
    concurrency=Concurrency(group="gen_ai", limit=10),
    pull=PullRule(kind="result"),
    tables=(
        Table(
            name="",
            path=(),
            columns=(
                Column(
                    name="gen_ai_cx_summary_details_is_resolved",
                    path=("isResolved",),
                    type="boolean",
                    role="resolved",
                ),
            ),
        ),
        Table(
            name="gen_ai_cx_summary_details_reasons",
            path=("reasons",),
            columns=_VALUE,
            role="reasons",
        ),
        Table(
            name="gen_ai_cx_summary_details_actions_taken_by_agent",
            path=("actionsTakenByAgent",),
            columns=_VALUE,
            role="actions_taken",
        ),
        Table(
            name="gen_ai_cx_summary_details_entities",
            path=("entities",),
            columns=_GEN_AI_CX_SUMMARY_DETAILS_ENTITIES_COLUMNS,
            role="entities",
        ),
    ),
    evidence="source",
)

GEN_AI_CX_AGENT_ACTION_ITEMS: Operation[models.CxAgentActionItems] = Operation(
    id="gen_ai.cx.agent_action_items",
    method="GET",
    path="/interactions/{interactionIdentifier}/gen-ai/cx/agent/action-items",
    summary="List the actions that the agent took",
    description=(
        "The actions that the agent took over the course of the interaction. Audio must "
        "have completed processing first, else the answer is an error; chats and "
        "transcripts can be read right after they are declared."
    ),
    parameters=(_INTERACTION_IDENTIFIER,),
    success=(200,),
    model="CxAgentActionItems",
    errors=_GEN_AI_CX_SUMMARY_ERRORS,
    retry=_GEN_AI_CX_SUMMARY_RETRY,
    concurrency=Concurrency(group="gen_ai", limit=10),
    pull=PullRule(kind="result"),
    tables=(
        Table(
            name="gen_ai_cx_agent_action_items",
            path=("actionItems",),
            columns=_VALUE,
            role="action_items",
        ),
    ),
    evidence="source",
)

GEN_AI_CX_COACHING_ASSISTANT: Operation[models.CxCoachingAssistant] = Operation(
    id="gen_ai.cx.coaching_assistant",
    method="GET",
    path="/interactions/{interactionIdentifier}/gen-ai/cx/agent/coaching-assistant",
    summary="Coach the agent",
    description=(
        "The behaviors and actions that the agent should have shown for the interaction "
        "with this customer to be more successful. Audio must have completed processing "
        "first, else the answer is an error; chats and transcripts can be read right after "
        "they are declared."
    ),
    parameters=(_INTERACTION_IDENTIFIER,),
    success=(200,),
    model="CxCoachingAssistant",
    errors=_GEN_AI_CX_SUMMARY_ERRORS,
    retry=_GEN_AI_CX_SUMMARY_RETRY,
    concurrency=Concurrency(group="gen_ai", limit=10),
    pull=PullRule(kind="result"),
    tables=(
        Table(
            name="gen_ai_cx_coaching_assistant_coaching",
            path=("coaching",),
            columns=_GEN_AI_CX_COACHING_ASSISTANT_COACHING_COLUMNS,
            role="coaching",
        ),
    ),
    evidence="source",
)

GEN_AI_CX_TOPICS: Operation[models.CxTopics] = Operation(
    id="gen_ai.cx.topics",
    method="GET",
    path="/interactions/{interactionIdentifier}/gen-ai/cx/topics",
    summary="List the topics of the conversation with the customer",
    description=(
        "A list of the topics that were discussed during the interaction. Audio must have "
        "completed processing first, else the answer is an error; chats and transcripts "
        "can be read right after they are declared."
    ),
    parameters=(_INTERACTION_IDENTIFIER,),
    success=(200,),
    model="CxTopics",
    errors=_GEN_AI_CX_SUMMARY_ERRORS,
    retry=_GEN_AI_CX_SUMMARY_RETRY,
    concurrency=Concurrency(group="gen_ai", limit=10),
    pull=PullRule(kind="result"),
    tables=(Table(name="gen_ai_cx_topics", path=("topics",), columns=_VALUE, role="topics"),),
    evidence="source",
)

GEN_AI_CX_CONVERSATION_COMPOSITION: Operation[models.CxConversationComposition] = Operation(
    id="gen_ai.cx.conversation_composition",
    method="GET",
    path="/interactions/{interactionIdentifier}/gen-ai/cx/conversation-composition",
    summary="List the customer's concerns and what became of each",
    description=(
        "A list of the concerns that the customer raised, with the actions taken to "
        "resolve each concern and the resolution status of each. Audio must have completed "
        "processing first, else the answer is an error; chats and transcripts can be read "
        "right after they are declared."
    ),
    parameters=(_INTERACTION_IDENTIFIER,),
    success=(200,),
    model="CxConversationComposition",
    errors=_GEN_AI_CX_SUMMARY_ERRORS,
    retry=_GEN_AI_CX_SUMMARY_RETRY,
    concurrency=Concurrency(group="gen_ai", limit=10),
    pull=PullRule(kind="result"),
    tables=(
        Table(
            name="gen_ai_cx_conversation_composition_concerns",
            path=("concerns",),
            columns=_GEN_AI_CX_CONVERSATION_COMPOSITION_CONCERNS_COLUMNS,
            role="concerns",
        ),
    ),
    evidence="source",
)

GEN_AI_CX_ASK: Operation[models.CxAnswer] = Operation(
    id="gen_ai.cx.ask",
    method="POST",
    path="/interactions/{interactionIdentifier}/gen-ai/cx/ask",
    summary="Ask a question about the interaction with the customer",
    description=(
        "Asks a single question, of up to 250 characters, and returns the answer. Per "
        "interaction, up to a maximum of 5 successful questions or 5 error responses are "
        "allowed. Audio must have completed processing first, else the answer is an error; "
        "chats and transcripts can be asked about right after they are declared."
    ),
    parameters=(_INTERACTION_IDENTIFIER,),
    body=Body(
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
                description="A single question of up to 250 characters.",
            ),
        ),
    ),
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
    tables=(
        Table(
            name="",
            path=(),
            columns=(
                Column(name="gen_ai_cx_ask_answer", path=("answer",), type="string", role="answer"),
            ),
        ),
    ),
    evidence="source",
)

GEN_AI_CX_ASK_HISTORY: Operation[models.CxAskHistory] = Operation(
    id="gen_ai.cx.ask_history",
    method="GET",
    path="/interactions/{interactionIdentifier}/gen-ai/cx/ask",
    summary="Read all questions asked about the interaction with the customer",
    description=(
        "All prior pairs of question and answer for this interaction, failed questions and "
        "responses included. Audio must have completed processing first, else the answer "
        "is an error; chats and transcripts can be read right after they are declared."
    ),
    parameters=(_INTERACTION_IDENTIFIER,),
    success=(200,),
    model="CxAskHistory",
    errors=_GEN_AI_CX_SUMMARY_ERRORS,
    retry=_GEN_AI_CX_SUMMARY_RETRY,
    concurrency=Concurrency(group="gen_ai", limit=10),
    tables=(
        Table(
            name="gen_ai_cx_ask_history_questions",
            path=("questions",),
            columns=_GEN_AI_CX_ASK_HISTORY_QUESTIONS_COLUMNS,
            role="history",
        ),
    ),
    evidence="source",
)

GEN_AI_SUMMARY: Operation[models.Summary] = Operation(
    id="gen_ai.summary",
    method="GET",
    path="/interactions/{interactionIdentifier}/gen-ai/summary",
    summary="Summarize the interaction",
    description=(
        "A summary of the interaction, in the language of `Accept-Language` or in English. "
        "Audio must have completed processing first, else the answer is an error; chats "
        "and transcripts can be read right after they are declared."
    ),
    parameters=(_INTERACTION_IDENTIFIER, _ACCEPT_LANGUAGE),
    success=(200,),
    model="Summary",
    errors=_GEN_AI_CX_SUMMARY_ERRORS,
    retry=_GEN_AI_CX_SUMMARY_RETRY,
    concurrency=Concurrency(group="gen_ai", limit=10),
    pull=PullRule(kind="result"),
    tables=(
        Table(
            name="",
            path=(),
            columns=(
                Column(name="gen_ai_summary", path=("summary",), type="string", role="summary"),
            ),
        ),
    ),
    evidence="source",
)

GEN_AI_SUMMARY_DETAILS: Operation[models.SummaryDetails] = Operation(
    id="gen_ai.summary_details",
    method="GET",
    path="/interactions/{interactionIdentifier}/gen-ai/summary/details",
    summary="Summarize the entities mentioned",
    description=(
        "The entities that were mentioned within the interaction. Audio must have "
        "completed processing first, else the answer is an error; chats and transcripts "
        "can be read right after they are declared."
    ),
    parameters=(_INTERACTION_IDENTIFIER,),
    success=(200,),
    model="SummaryDetails",
    errors=_GEN_AI_CX_SUMMARY_ERRORS,
    retry=_GEN_AI_CX_SUMMARY_RETRY,
    concurrency=Concurrency(group="gen_ai", limit=10),
    pull=PullRule(kind="result"),
    tables=(
        Table(
            name="gen_ai_summary_details_entities",
            path=("entities",),
            columns=_GEN_AI_CX_SUMMARY_DETAILS_ENTITIES_COLUMNS,
            role="entities",
        ),
    ),
    evidence="source",
)

GEN_AI_ACTION_ITEMS: Operation[models.ActionItems] = Operation(
    id="gen_ai.action_items",
    method="GET",
    path="/interactions/{interactionIdentifier}/gen-ai/action-items",
    summary="List the action items",
    description=(
        "The action items that were raised during the interaction. Audio must have "
        "completed processing first, else the answer is an error; chats and transcripts "
        "can be read right after they are declared."
    ),
    parameters=(_INTERACTION_IDENTIFIER,),
    success=(200,),
    model="ActionItems",
    errors=_GEN_AI_CX_SUMMARY_ERRORS,
    retry=_GEN_AI_CX_SUMMARY_RETRY,
    concurrency=Concurrency(group="gen_ai", limit=10),
    pull=PullRule(kind="result"),
    tables=(
        Table(
            name="gen_ai_action_items", path=("actionItems",), columns=_VALUE, role="action_items"
        ),
    ),
    evidence="source",
)

GEN_AI_TOPICS: Operation[models.Topics] = Operation(
    id="gen_ai.topics",
    method="GET",
    path="/interactions/{interactionIdentifier}/gen-ai/topics",
    summary="List the topics",
    description=(
        "A list of the topics that were discussed during the interaction. Audio must have "
        "completed processing first, else the answer is an error; chats and transcripts "
        "can be read right after they are declared."
    ),
    parameters=(_INTERACTION_IDENTIFIER,),
    success=(200,),
    model="Topics",
    errors=_GEN_AI_CX_SUMMARY_ERRORS,
    retry=_GEN_AI_CX_SUMMARY_RETRY,
    concurrency=Concurrency(group="gen_ai", limit=10),
    pull=PullRule(kind="result"),
    tables=(Table(name="gen_ai_topics", path=("topics",), columns=_VALUE, role="topics"),),
    evidence="source",
)

GEN_AI_ASK: Operation[models.Answer] = Operation(
    id="gen_ai.ask",
    method="POST",
    path="/interactions/{interactionIdentifier}/gen-ai/ask",
    summary="Ask a question about the interaction",
    description=(
        "Asks a single question, of up to 250 characters, and returns the answer. Per "
        "interaction, up to a maximum of 5 successful questions or 5 error responses are "
        "allowed. Audio must have completed processing first, else the answer is an error; "
        "chats and transcripts can be asked about right after they are declared."
    ),
    parameters=(_INTERACTION_IDENTIFIER,),
    body=Body(
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
                description="A single question of up to 250 characters.",
            ),
        ),
    ),
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
    description=(
        "All prior pairs of question and answer for this interaction, failed questions and "
        "responses included. Audio must have completed processing first, else the answer "
        "is an error; chats and transcripts can be read right after they are declared."
    ),
    parameters=(_INTERACTION_IDENTIFIER,),
    success=(200,),
    model="AskHistory",
    errors=_GEN_AI_CX_SUMMARY_ERRORS,
    retry=_GEN_AI_CX_SUMMARY_RETRY,
    concurrency=Concurrency(group="gen_ai", limit=10),
    tables=(
        Table(
            name="gen_ai_ask_history_questions",
            path=("questions",),
            columns=_GEN_AI_CX_ASK_HISTORY_QUESTIONS_COLUMNS,
            role="history",
        ),
    ),
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

# Made by `elevatekit-codegen generate` from the spec. Do not edit: change the spec or a template.
"""The types of requests and responses.

`None` means null or absent; `client.raw` distinguishes them. Enums in responses are open: unlisted
values are accepted. Times are strings, unchanged.
"""

from __future__ import annotations

import typing

import msgspec


class _Model(
    msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, repr_omit_defaults=True
):
    pass


class ErrorBody(_Model, frozen=True, kw_only=True, gc=False):
    """The body of an error response. Documented for upload and delete, inferred for the others.
    Evidence: likely.
    """

    error_message: str = msgspec.field(name="errorMessage")
    """What is wrong."""


class AudioInteraction(_Model, frozen=True, kw_only=True, tag_field="type", tag="audio"):
    """A recorded conversation, to be downloaded by the service or uploaded to it. Evidence:
    documented.
    """

    language_tag: str = msgspec.field(name="languageTag")
    """The spoken language. The documentation names `en-us`, `en`, `es-419`, `pt-br` and `ja`;
    working clients also send `auto` and others.
    """
    vertical: str = msgspec.field(default_factory=lambda: "default")
    """The only known one is `default`."""
    model: typing.Literal["cx", "echo"] | None = None
    """The transcription model; `cx` by default."""
    audio_transcription_mode: typing.Literal["highAccuracy", "highSpeed"] | None = msgspec.field(
        default=None, name="audioTranscriptionMode"
    )
    """Everything is transcribed with high accuracy since version 1.11. Deprecated."""
    include_ai_results: bool | None = msgspec.field(default=None, name="includeAiResults")
    """Whether CX AI results are wanted. Evidence: code."""
    download_uri: str | None = msgspec.field(default=None, name="downloadUri")
    """Where the service downloads the file: an http, https or sftp address. Without it, the file
    must be uploaded.
    """
    original_file_name: str | None = msgspec.field(default=None, name="originalFileName")
    """The name of the file, for the caller's own use. Evidence: likely."""
    external_identifier: str | None = msgspec.field(default=None, name="externalIdentifier")
    """The caller's own id of the interaction. Evidence: code."""
    metadata: dict[str, typing.Any] | None = None
    """For Explore accounts only; any other account is answered with 400."""


class TranscriptInteraction(_Model, frozen=True, kw_only=True, tag_field="type", tag="transcript"):
    """A conversation that was already transcribed. Evidence: documented."""

    language_tag: str = msgspec.field(name="languageTag")
    """The language. The documentation names `en-us`, `en` and `es-419`."""
    vertical: str = msgspec.field(default_factory=lambda: "default")
    """The only known one is `default`."""
    transcript: Transcript
    include_ai_results: bool | None = msgspec.field(default=None, name="includeAiResults")
    """Whether CX AI results are wanted. Evidence: likely."""
    external_identifier: str | None = msgspec.field(default=None, name="externalIdentifier")
    """The caller's own id of the interaction. Evidence: likely."""
    metadata: dict[str, typing.Any] | None = None
    """For Explore accounts only; any other account is answered with 400."""


class ChatInteraction(_Model, frozen=True, kw_only=True, tag_field="type", tag="chat"):
    """A written conversation. Evidence: documented."""

    language_tag: str = msgspec.field(name="languageTag")
    """The language. The documentation names `en-us`, `en` and `es-419`."""
    vertical: str = msgspec.field(default_factory=lambda: "default")
    """The only known one is `default`."""
    chat: Chat
    include_ai_results: bool | None = msgspec.field(default=None, name="includeAiResults")
    """Whether CX AI results are wanted. Evidence: likely."""
    external_identifier: str | None = msgspec.field(default=None, name="externalIdentifier")
    """The caller's own id of the interaction. Evidence: likely."""
    metadata: dict[str, typing.Any] | None = None
    """For Explore accounts only; any other account is answered with 400."""


class Transcript(_Model, frozen=True, kw_only=True):
    """What each participant said. Which of its parts are mandatory is not known: give
    `allParticipants`, or one part for each participant. Evidence: documented.
    """

    all_participants: TranscriptPart | None = msgspec.field(default=None, name="allParticipants")
    participant_one: TranscriptPart | None = msgspec.field(default=None, name="participantOne")
    participant_two: TranscriptPart | None = msgspec.field(default=None, name="participantTwo")
    redaction_segments: list[RedactionSegment] | None = msgspec.field(
        default=None, name="redactionSegments"
    )


class TranscriptPart(_Model, frozen=True, kw_only=True):
    """The phrases of one participant, and when each was spoken. Evidence: documented."""

    phrases: list[str]
    phrase_segments: list[TranscriptSegment] | None = msgspec.field(
        default=None, name="phraseSegments"
    )


class TranscriptSegment(_Model, frozen=True, kw_only=True, gc=False):
    """When a phrase of a declared transcript was spoken. Evidence: documented."""

    start_time_offset: int = msgspec.field(name="startTimeOffset")
    """Milliseconds from the start of the conversation. At least 0."""
    end_time_offset: int = msgspec.field(name="endTimeOffset")
    """Milliseconds from the start of the conversation. At least 0."""
    phrase_index: int = msgspec.field(name="phraseIndex")
    """The place in `phrases`, from 0. At least 0."""
    score: float | None = None
    """Transcription confidence, 0 to 1."""


class Chat(_Model, frozen=True, kw_only=True):
    """The participants and messages of a chat. Evidence: documented."""

    participants: list[Participant]
    messages: list[ChatMessage]


class Participant(_Model, frozen=True, kw_only=True, gc=False):
    """A participant of a chat. Evidence: documented."""

    participant_id: str
    """The id that messages use for this participant."""
    name: str
    role: str
    """`agent` or `customer`; the letter case is an inference."""


class ChatMessage(_Model, frozen=True, kw_only=True, gc=False):
    """One message of a chat. Evidence: documented."""

    participant_id: str
    """The id of the author."""
    timestamp: str
    """ISO 8601, unchanged."""
    content: str


class DeclaredInteraction(_Model, frozen=True, kw_only=True, gc=False):
    """The response to a declaration. Evidence: documented."""

    interaction_identifier: str = msgspec.field(name="interactionIdentifier")
    """The id for reading everything about the interaction."""


class InteractionStatus(_Model, frozen=True, kw_only=True, gc=False):
    """The status of an interaction. Evidence: documented."""

    identifier: str
    status: (
        typing.Literal[
            "declared",
            "filePendingUpload",
            "fileUploading",
            "fileUploaded",
            "fileUploadFailed",
            "filePendingDownload",
            "fileDownloading",
            "fileDownloaded",
            "fileDownloadFailed",
            "pendingProcessing",
            "processing",
            "processed",
            "processingFailed",
        ]
        | str
    )
    """The state. Evidence: code."""
    declared: str
    """ISO 8601, unchanged."""
    uploaded: str | None
    """ISO 8601, unchanged."""
    downloaded: str | None
    """ISO 8601, unchanged."""
    processed: str | None
    """ISO 8601, unchanged."""
    error_message: str | None = msgspec.field(name="errorMessage")
    """The reason if it failed."""


class DeclaredParameters(_Model, frozen=True, kw_only=True):
    """The declared parameters. Evidence: documented."""

    identifier: str
    type: str
    language_tag: str = msgspec.field(name="languageTag")
    vertical: str
    audio_transcription_mode: str | None = msgspec.field(name="audioTranscriptionMode")
    transcript: Transcript | None
    """Null once it is processed."""
    chat: Chat | None
    """Null once it is processed."""
    download_uri: str | None = msgspec.field(name="downloadUri")
    include_ai_results: bool = msgspec.field(name="includeAiResults")
    external_identifier: str | None = msgspec.field(default=None, name="externalIdentifier")
    """The caller's own id. Whether it is returned is not known. Evidence: assumed."""
    original_file_name: str | None = msgspec.field(default=None, name="originalFileName")
    """Whether it is returned is not known. Evidence: assumed."""


class PhraseTranscript(_Model, frozen=True, kw_only=True):
    """The transcript of each participant, by phrase. Evidence: documented."""

    all_participants: PhraseTranscriptPart | None = msgspec.field(
        default=None, name="allParticipants"
    )
    participant_one: PhraseTranscriptPart | None = msgspec.field(
        default=None, name="participantOne"
    )
    participant_two: PhraseTranscriptPart | None = msgspec.field(
        default=None, name="participantTwo"
    )
    redaction_segments: list[RedactionSegment] | None = msgspec.field(
        default=None, name="redactionSegments"
    )


class PhraseTranscriptPart(_Model, frozen=True, kw_only=True):
    """The phrases of one participant, and when each was spoken. Evidence: documented."""

    phrases: list[str]
    phrase_segments: list[PhraseSegment] = msgspec.field(name="phraseSegments")


class PhraseSegment(_Model, frozen=True, kw_only=True, gc=False):
    """When a phrase was spoken. Evidence: documented."""

    start_time_offset: float = msgspec.field(name="startTimeOffset")
    """Milliseconds from the start of the conversation."""
    end_time_offset: float = msgspec.field(name="endTimeOffset")
    """Milliseconds from the start of the conversation."""
    phrase_index: int = msgspec.field(name="phraseIndex")
    """The place in `phrases`, from 0."""
    score: float
    """Transcription confidence, 0 to 1."""


class PunctuatedTranscript(_Model, frozen=True, kw_only=True):
    """The transcript, by sentence. Evidence: documented."""

    sentence_segments: list[SentenceSegment] = msgspec.field(name="sentenceSegments")
    redaction_segments: list[RedactionSegment] | None = msgspec.field(
        default=None, name="redactionSegments"
    )
    """Absent where the model does not redact."""


class SentenceSegment(_Model, frozen=True, kw_only=True, gc=False):
    """One sentence. Evidence: documented."""

    participant: str
    """`participantOne` and so on; working clients have met up to seven."""
    start_time_offset: float = msgspec.field(name="startTimeOffset")
    """Milliseconds from the start of the conversation."""
    end_time_offset: float = msgspec.field(name="endTimeOffset")
    """Milliseconds from the start of the conversation."""
    phrase: str
    """The sentence."""
    score: float
    """Transcription confidence, 0 to 1."""


class RedactionSegment(_Model, frozen=True, kw_only=True, gc=False):
    """A redacted passage. Evidence: documented."""

    start_time_offset: float = msgspec.field(name="startTimeOffset")
    """Milliseconds from the start of the conversation."""
    end_time_offset: float = msgspec.field(name="endTimeOffset")
    """Milliseconds from the start of the conversation."""
    result: str
    """The kind of content, for example `US_SSN`."""
    score: float
    """Confidence, 0 to 1."""


class CxAiResults(_Model, frozen=True, kw_only=True):
    """CX AI results of each participant. Evidence: documented."""

    all_participants: CxAiPart | None = msgspec.field(default=None, name="allParticipants")
    participant_one: CxAiPart | None = msgspec.field(default=None, name="participantOne")
    participant_two: CxAiPart | None = msgspec.field(default=None, name="participantTwo")


class CxAiPart(_Model, frozen=True, kw_only=True):
    """CX AI results of one participant. Evidence: documented."""

    enlighten_bundles: list[EnlightenBundle] = msgspec.field(name="enlightenBundles")
    voice_activity_segments: list[VoiceActivitySegment] = msgspec.field(
        name="voiceActivitySegments"
    )


class EnlightenBundle(_Model, frozen=True, kw_only=True):
    """A group of models. Evidence: documented."""

    name: str
    """The subject of the models."""
    models: list[EnlightenModel]


class EnlightenModel(_Model, frozen=True, kw_only=True, gc=False):
    """The scores of one model. Scores are signed, offsets are milliseconds. Evidence:
    documented.
    """

    name: str
    """The subject of the model."""
    score: float
    """The score of the whole interaction."""
    min_score: float = msgspec.field(name="minScore")
    min_score_offset: float = msgspec.field(name="minScoreOffset")
    """When it was reached."""
    max_score: float = msgspec.field(name="maxScore")
    max_score_offset: float = msgspec.field(name="maxScoreOffset")
    """When it was reached."""
    quartile1: float
    quartile2: float
    quartile3: float
    quartile4: float


class VoiceActivitySegment(_Model, frozen=True, kw_only=True, gc=False):
    """A stretch of voice or silence. Evidence: documented."""

    start_time_offset: float = msgspec.field(name="startTimeOffset")
    """Milliseconds from the start of the conversation."""
    end_time_offset: float = msgspec.field(name="endTimeOffset")
    """Milliseconds from the start of the conversation."""
    result: str
    """`voice` or `silence`; others are possible, the letter case is an inference."""


class CxSummary(_Model, frozen=True, kw_only=True, gc=False):
    """The summary of an interaction between agent and customer. Evidence: documented."""

    summary: str


class CxSummaryDetails(_Model, frozen=True, kw_only=True):
    """Details in addition to the summary. Evidence: documented."""

    reasons: list[str]
    """The reason or reasons for the interaction."""
    actions_taken_by_agent: list[str] = msgspec.field(name="actionsTakenByAgent")
    """The actions taken. The letter case of the name is an inference. Evidence: likely."""
    entities: list[CxEntity]
    """The entities mentioned."""
    is_resolved: bool = msgspec.field(name="isResolved")
    """Whether resolution was reached. The letter case of the name is an inference. Evidence:
    likely.
    """


class CxEntity(_Model, frozen=True, kw_only=True, gc=False):
    """An entity that was mentioned, for example a name, an amount or a date. Evidence:
    documented.
    """

    type: str
    """The kind of entity."""
    value: str
    """What was said."""


class CxAgentActionItems(_Model, frozen=True, kw_only=True):
    """The actions that the agent took. Evidence: assumed."""

    action_items: list[str] | None = msgspec.field(default=None, name="actionItems")
    """One text for each action."""


class CxCoachingAssistant(_Model, frozen=True, kw_only=True):
    """What the agent should have done for a more successful interaction. Evidence: assumed."""

    coaching: list[CxCoachingItem] | None = None
    """One item for each behavior."""


class CxCoachingItem(_Model, frozen=True, kw_only=True, gc=False):
    """A behavior and a recommendation. Evidence: assumed."""

    behavior: str | None = None
    """What the agent should have shown."""
    recommendation: str | None = None
    """How."""


class CxTopics(_Model, frozen=True, kw_only=True):
    """The topics discussed with the customer. Evidence: assumed."""

    topics: list[str] | None = None
    """One text for each topic."""


class CxConversationComposition(_Model, frozen=True, kw_only=True):
    """The customer's concerns. Evidence: assumed."""

    concerns: list[CxConcern] | None = None
    """One item for each concern."""


class CxConcern(_Model, frozen=True, kw_only=True):
    """A concern that the customer raised. Evidence: assumed."""

    concern: str | None = None
    """The concern."""
    actions_taken: list[str] | None = msgspec.field(default=None, name="actionsTaken")
    """The actions taken to resolve it."""
    is_resolved: bool | None = msgspec.field(default=None, name="isResolved")
    """Whether it was resolved."""


class Question(_Model, frozen=True, kw_only=True, gc=False):
    """A question about an interaction. Evidence: code."""

    question: typing.Annotated[str, msgspec.Meta(min_length=1, max_length=250, pattern="\\S")]
    """A single question. 1 to 250 characters. It must match `\\S`. Evidence: source."""


class CxAnswer(_Model, frozen=True, kw_only=True, gc=False):
    """The answer to a question. The schema is that of the operation's twin outside of `cx`.
    Evidence: likely.
    """

    answer: str


class CxAskHistory(_Model, frozen=True, kw_only=True):
    """All questions that were asked. The list may be at the top level instead. Evidence:
    assumed.
    """

    questions: list[CxAskedQuestion] | None = None
    """One item for each question, failed ones too."""


class CxAskedQuestion(_Model, frozen=True, kw_only=True, gc=False):
    """A question, and its answer or the reason if it failed. Evidence: assumed."""

    question: str | None = None
    answer: str | None = None
    """Null if it failed."""
    error_message: str | None = msgspec.field(default=None, name="errorMessage")
    """Reason of failure."""
    asked_at: str | None = msgspec.field(default=None, name="askedAt")
    """ISO 8601, unchanged."""


class Summary(_Model, frozen=True, kw_only=True, gc=False):
    """The summary of an interaction. Evidence: code."""

    summary: str


class SummaryDetails(_Model, frozen=True, kw_only=True):
    """The entities mentioned in an interaction. Evidence: assumed."""

    entities: list[Entity] | None = None
    """The entities mentioned."""


class Entity(_Model, frozen=True, kw_only=True, gc=False):
    """An entity that was mentioned, for example a name, an amount or a date. Evidence: assumed."""

    type: str | None = None
    """The kind of entity."""
    value: str | None = None
    """What was said."""


class ActionItems(_Model, frozen=True, kw_only=True):
    """The action items of an interaction. Evidence: assumed."""

    action_items: list[str] | None = msgspec.field(default=None, name="actionItems")
    """One text for each action item."""


class Topics(_Model, frozen=True, kw_only=True):
    """The topics discussed in an interaction. Evidence: assumed."""

    topics: list[str] | None = None
    """One text for each topic."""


class Answer(_Model, frozen=True, kw_only=True, gc=False):
    """The answer to a question. Evidence: code."""

    answer: str


class AskHistory(_Model, frozen=True, kw_only=True):
    """All questions that were asked. The list may be at the top level instead. Evidence:
    assumed.
    """

    questions: list[AskedQuestion] | None = None
    """One item for each question, failed ones too."""


class AskedQuestion(_Model, frozen=True, kw_only=True, gc=False):
    """A question, and its answer or the reason if it failed. Evidence: assumed."""

    question: str | None = None
    answer: str | None = None
    """Null if it failed."""
    error_message: str | None = msgspec.field(default=None, name="errorMessage")
    """Reason of failure."""
    asked_at: str | None = msgspec.field(default=None, name="askedAt")
    """ISO 8601, unchanged."""


Interaction: typing.TypeAlias = AudioInteraction | TranscriptInteraction | ChatInteraction
"""An interaction to declare. Its `type` distinguishes the three kinds."""

# Made by `elevatekit-codegen generate` from the spec. Do not edit: change the spec or a template.
"""The sync and the async client: a method for each operation, named by its id."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator, Callable, Iterable, Iterator
from functools import cached_property
from typing import TYPE_CHECKING, Unpack

from elevatekit.operations import (
    API,
    CX_AI_RESULTS,
    GEN_AI_ACTION_ITEMS,
    GEN_AI_ASK,
    GEN_AI_ASK_HISTORY,
    GEN_AI_CX_AGENT_ACTION_ITEMS,
    GEN_AI_CX_ASK,
    GEN_AI_CX_ASK_HISTORY,
    GEN_AI_CX_COACHING_ASSISTANT,
    GEN_AI_CX_CONVERSATION_COMPOSITION,
    GEN_AI_CX_SUMMARY,
    GEN_AI_CX_SUMMARY_DETAILS,
    GEN_AI_CX_TOPICS,
    GEN_AI_SUMMARY,
    GEN_AI_SUMMARY_DETAILS,
    GEN_AI_TOPICS,
    INTERACTIONS_DECLARE,
    INTERACTIONS_DELETE,
    INTERACTIONS_GET,
    INTERACTIONS_STATUS,
    INTERACTIONS_UPLOAD,
    TRANSCRIPTS_PHRASES,
    TRANSCRIPTS_PUNCTUATED,
)
from elevatekit_plugins.calls.waiter import Waited
from elevatekit_plugins.client import AsyncApiClient, SyncApiClient
from elevatekit_plugins.namespaces import (
    AsyncNamespace,
    AsyncRawNamespace,
    Namespace,
    RawNamespace,
    async_raw,
    raw,
)
from elevatekit_plugins.options import ClientSettings
from elevatekit_plugins.secrecy import Secret
from elevatekit_plugins.transport.protocol import AsyncTransport, Transport

if TYPE_CHECKING:
    from elevatekit import models


class InteractionsMethods(Namespace):
    """Declare interactions, upload audio, check their status, delete results."""

    def declare(
        self, body: models.Interaction, *, timeout: float | None = None
    ) -> models.DeclaredInteraction:
        """Declare an interaction.

        Declares an audio file, a transcript or a chat, and returns the identifier for reading
        its results. Audio without a `downloadUri` must be uploaded next. Each successful
        declaration counts against the monthly request quota, whatever its outcome. The body
        may contain more than is listed here: the parameters of a download with authentication
        are not published.

        Evidence: documented.
        """
        return self._call(INTERACTIONS_DECLARE, body=body, timeout=timeout)

    def upload(
        self,
        interaction_identifier: str,
        file: str | os.PathLike[str],
        *,
        timeout: float | None = None,
    ) -> None:
        """Upload the audio file of an interaction.

        Sends the file of an audio interaction that was declared without a `downloadUri`. The
        file extension tells the service which codec to expect. The response confirms the
        upload; the status shows when the file is processed.

        Evidence: documented.
        """
        return self._call(INTERACTIONS_UPLOAD, interaction_identifier, body=file, timeout=timeout)

    def status(
        self, interaction_identifier: str, *, timeout: float | None = None
    ) -> models.InteractionStatus:
        """Get the status of an interaction.

        The processing state and the time of each step. The documentation asks for no more
        than one poll every 30 seconds for audio and every 5 seconds for chats and
        transcripts.

        Evidence: documented.
        """
        return self._call(INTERACTIONS_STATUS, interaction_identifier, timeout=timeout)

    def wait(
        self,
        interaction_identifier: str,
        *,
        kind: str | None = None,
        poll: float | None = None,
        timeout: float | None = None,
        progress: Callable[[models.InteractionStatus], None] | None = None,
    ) -> models.InteractionStatus:
        """Wait until it is processed.

        Polls `interactions.status` every 30 s (audio), 5 s (chat), 5 s (transcript) (without
        `kind`, the longest), or every `poll` seconds, for at most `timeout` seconds (default:
        one hour). Calls `progress` with each response. Raises WaitFailedError on
        fileUploadFailed, fileDownloadFailed, processingFailed.
        """
        return self._wait(
            INTERACTIONS_STATUS,
            interaction_identifier,
            kind=kind,
            poll=poll,
            timeout=timeout,
            progress=progress,
        )

    def wait_all(
        self,
        interaction_identifiers: Iterable[str],
        *,
        kind: str | None = None,
        poll: float | None = None,
        timeout: float | None = None,
        progress: Callable[[models.InteractionStatus], None] | None = None,
    ) -> Iterator[Waited[models.InteractionStatus]]:
        """Wait until each of many is processed.

        Polls `interactions.status` every 30 s (audio), 5 s (chat), 5 s (transcript) (without
        `kind`, the longest), or every `poll` seconds, for at most `timeout` seconds in total
        (default: one hour). Yields each as it ends, with its response or error; an error does
        not stop the others. The ids may come from a generator: 1,000 are followed at once,
        and ten polled concurrently. Calls `progress` with each response.
        """
        return self._wait_all(
            INTERACTIONS_STATUS,
            interaction_identifiers,
            kind=kind,
            poll=poll,
            timeout=timeout,
            progress=progress,
        )

    def get(
        self, interaction_identifier: str, *, timeout: float | None = None
    ) -> models.DeclaredParameters:
        """Get the declared parameters.

        The parameters with which the interaction was declared. Transcript and chat are null
        once processed, because the source is deleted then.

        Evidence: documented.
        """
        return self._call(INTERACTIONS_GET, interaction_identifier, timeout=timeout)

    def delete(self, interaction_identifier: str, *, timeout: float | None = None) -> None:
        """Delete the results of an interaction.

        Permanently deletes everything stored about the interaction. Otherwise, results are
        kept for up to 45 days.

        Evidence: documented.
        """
        return self._call(INTERACTIONS_DELETE, interaction_identifier, timeout=timeout)


class RawInteractionsMethods(RawNamespace):
    """Declare interactions, upload audio, check their status, delete results."""

    declare = raw(InteractionsMethods.declare)
    upload = raw(InteractionsMethods.upload)
    status = raw(InteractionsMethods.status)
    get = raw(InteractionsMethods.get)
    delete = raw(InteractionsMethods.delete)


class AsyncInteractionsMethods(AsyncNamespace):
    """Declare interactions, upload audio, check their status, delete results."""

    async def declare(
        self, body: models.Interaction, *, timeout: float | None = None
    ) -> models.DeclaredInteraction:
        """Declare an interaction."""
        return await self._call(INTERACTIONS_DECLARE, body=body, timeout=timeout)

    async def upload(
        self,
        interaction_identifier: str,
        file: str | os.PathLike[str],
        *,
        timeout: float | None = None,
    ) -> None:
        """Upload the audio file of an interaction."""
        return await self._call(
            INTERACTIONS_UPLOAD, interaction_identifier, body=file, timeout=timeout
        )

    async def status(
        self, interaction_identifier: str, *, timeout: float | None = None
    ) -> models.InteractionStatus:
        """Get the status of an interaction."""
        return await self._call(INTERACTIONS_STATUS, interaction_identifier, timeout=timeout)

    async def wait(
        self,
        interaction_identifier: str,
        *,
        kind: str | None = None,
        poll: float | None = None,
        timeout: float | None = None,
        progress: Callable[[models.InteractionStatus], None] | None = None,
    ) -> models.InteractionStatus:
        """Wait until it is processed."""
        return await self._wait(
            INTERACTIONS_STATUS,
            interaction_identifier,
            kind=kind,
            poll=poll,
            timeout=timeout,
            progress=progress,
        )

    def wait_all(
        self,
        interaction_identifiers: Iterable[str],
        *,
        kind: str | None = None,
        poll: float | None = None,
        timeout: float | None = None,
        progress: Callable[[models.InteractionStatus], None] | None = None,
    ) -> AsyncIterator[Waited[models.InteractionStatus]]:
        """Wait until each of many is processed."""
        return self._wait_all(
            INTERACTIONS_STATUS,
            interaction_identifiers,
            kind=kind,
            poll=poll,
            timeout=timeout,
            progress=progress,
        )

    async def get(
        self, interaction_identifier: str, *, timeout: float | None = None
    ) -> models.DeclaredParameters:
        """Get the declared parameters."""
        return await self._call(INTERACTIONS_GET, interaction_identifier, timeout=timeout)

    async def delete(self, interaction_identifier: str, *, timeout: float | None = None) -> None:
        """Delete the results of an interaction."""
        return await self._call(INTERACTIONS_DELETE, interaction_identifier, timeout=timeout)


class AsyncRawInteractionsMethods(AsyncRawNamespace):
    """Declare interactions, upload audio, check their status, delete results."""

    declare = async_raw(AsyncInteractionsMethods.declare)
    upload = async_raw(AsyncInteractionsMethods.upload)
    status = async_raw(AsyncInteractionsMethods.status)
    get = async_raw(AsyncInteractionsMethods.get)
    delete = async_raw(AsyncInteractionsMethods.delete)


class TranscriptsMethods(Namespace):
    """Transcripts, by phrase or by punctuated sentence."""

    def phrases(
        self, interaction_identifier: str, *, timeout: float | None = None
    ) -> models.PhraseTranscript | None:
        """Read the transcript, phrase by phrase.

        The phrases of each participant and the time at which each was spoken. Available once
        the interaction is processed.

        Evidence: documented.
        """
        return self._call(TRANSCRIPTS_PHRASES, interaction_identifier, timeout=timeout)

    def punctuated(
        self, interaction_identifier: str, *, timeout: float | None = None
    ) -> models.PunctuatedTranscript | None:
        """Read the transcript, as punctuated sentences.

        The sentences of all participants in the order in which they were spoken. Available
        once the interaction is processed.

        Evidence: documented.
        """
        return self._call(TRANSCRIPTS_PUNCTUATED, interaction_identifier, timeout=timeout)


class RawTranscriptsMethods(RawNamespace):
    """Transcripts, by phrase or by punctuated sentence."""

    phrases = raw(TranscriptsMethods.phrases)
    punctuated = raw(TranscriptsMethods.punctuated)


class AsyncTranscriptsMethods(AsyncNamespace):
    """Transcripts, by phrase or by punctuated sentence."""

    async def phrases(
        self, interaction_identifier: str, *, timeout: float | None = None
    ) -> models.PhraseTranscript | None:
        """Read the transcript, phrase by phrase."""
        return await self._call(TRANSCRIPTS_PHRASES, interaction_identifier, timeout=timeout)

    async def punctuated(
        self, interaction_identifier: str, *, timeout: float | None = None
    ) -> models.PunctuatedTranscript | None:
        """Read the transcript, as punctuated sentences."""
        return await self._call(TRANSCRIPTS_PUNCTUATED, interaction_identifier, timeout=timeout)


class AsyncRawTranscriptsMethods(AsyncRawNamespace):
    """Transcripts, by phrase or by punctuated sentence."""

    phrases = async_raw(AsyncTranscriptsMethods.phrases)
    punctuated = async_raw(AsyncTranscriptsMethods.punctuated)


class CxAiMethods(Namespace):
    """Scores of CX AI models, and voice activity."""

    def results(
        self, interaction_identifier: str, *, timeout: float | None = None
    ) -> models.CxAiResults:
        """Read the CX AI results.

        Scores of the models of each bundle (customer satisfaction, vulnerable customer) for
        each participant, and when there was voice or silence. Available once the interaction
        is processed. Whether a chat has CX AI results is not known: a pull does not ask for
        them.

        Evidence: documented.
        """
        return self._call(CX_AI_RESULTS, interaction_identifier, timeout=timeout)


class RawCxAiMethods(RawNamespace):
    """Scores of CX AI models, and voice activity."""

    results = raw(CxAiMethods.results)


class AsyncCxAiMethods(AsyncNamespace):
    """Scores of CX AI models, and voice activity."""

    async def results(
        self, interaction_identifier: str, *, timeout: float | None = None
    ) -> models.CxAiResults:
        """Read the CX AI results."""
        return await self._call(CX_AI_RESULTS, interaction_identifier, timeout=timeout)


class AsyncRawCxAiMethods(AsyncRawNamespace):
    """Scores of CX AI models, and voice activity."""

    results = async_raw(AsyncCxAiMethods.results)


class GenAiCxMethods(Namespace):
    """Generative AI results about an interaction between an agent and a customer."""

    def summary(
        self,
        interaction_identifier: str,
        *,
        accept_language: str | None = None,
        timeout: float | None = None,
    ) -> models.CxSummary:
        """Summarize the interaction between agent and customer.

        A summary of the interaction between the agent and the customer, in the language of
        `Accept-Language` or in English. Audio must have completed processing first, otherwise
        an error is returned; chats and transcripts can be read right after they are declared.

        `accept_language`: not empty. At most 10 concurrent gen_ai requests per account.
        Evidence: source.
        """
        return self._call(
            GEN_AI_CX_SUMMARY, interaction_identifier, accept_language, timeout=timeout
        )

    def summary_details(
        self, interaction_identifier: str, *, timeout: float | None = None
    ) -> models.CxSummaryDetails:
        """Summarize reasons, actions, entities and resolution.

        Details in addition to the summary: the reason or reasons for the interaction, the
        actions taken, the entities mentioned, and whether a resolution was reached. Audio
        must have completed processing first, otherwise an error is returned; chats and
        transcripts can be read right after they are declared.

        At most 10 concurrent gen_ai requests per account. Evidence: source.
        """
        return self._call(GEN_AI_CX_SUMMARY_DETAILS, interaction_identifier, timeout=timeout)

    def agent_action_items(
        self, interaction_identifier: str, *, timeout: float | None = None
    ) -> models.CxAgentActionItems:
        """List the actions that the agent took.

        The actions that the agent took over the course of the interaction. Audio must have
        completed processing first, otherwise an error is returned; chats and transcripts can
        be read right after they are declared.

        At most 10 concurrent gen_ai requests per account. Evidence: source.
        """
        return self._call(GEN_AI_CX_AGENT_ACTION_ITEMS, interaction_identifier, timeout=timeout)

    def coaching_assistant(
        self, interaction_identifier: str, *, timeout: float | None = None
    ) -> models.CxCoachingAssistant:
        """Coach the agent.

        The behaviors and actions that the agent should have shown for the interaction with
        this customer to be more successful. Audio must have completed processing first,
        otherwise an error is returned; chats and transcripts can be read right after they are
        declared.

        At most 10 concurrent gen_ai requests per account. Evidence: source.
        """
        return self._call(GEN_AI_CX_COACHING_ASSISTANT, interaction_identifier, timeout=timeout)

    def topics(
        self, interaction_identifier: str, *, timeout: float | None = None
    ) -> models.CxTopics:
        """List the topics of the conversation with the customer.

        A list of the topics that were discussed during the interaction. Audio must have
        completed processing first, otherwise an error is returned; chats and transcripts can
        be read right after they are declared.

        At most 10 concurrent gen_ai requests per account. Evidence: source.
        """
        return self._call(GEN_AI_CX_TOPICS, interaction_identifier, timeout=timeout)

    def conversation_composition(
        self, interaction_identifier: str, *, timeout: float | None = None
    ) -> models.CxConversationComposition:
        """List the customer's concerns and their resolution.

        A list of the concerns that the customer raised, with the actions taken to resolve
        each concern and the resolution status of each. Audio must have completed processing
        first, otherwise an error is returned; chats and transcripts can be read right after
        they are declared.

        At most 10 concurrent gen_ai requests per account. Evidence: source.
        """
        return self._call(
            GEN_AI_CX_CONVERSATION_COMPOSITION, interaction_identifier, timeout=timeout
        )

    def ask(
        self, interaction_identifier: str, *, question: str, timeout: float | None = None
    ) -> models.CxAnswer:
        """Ask a question about the interaction with the customer.

        Asks a single question, of up to 250 characters, and returns the answer. Per
        interaction, up to a maximum of 5 successful questions or 5 error responses are
        allowed. Audio must have completed processing first, otherwise an error is returned;
        chats and transcripts can be asked about right after they are declared.

        `question`: 1 to 250 characters. At most 10 concurrent gen_ai requests per account. 5
        successes and 5 errors per interactionIdentifier. Evidence: source.
        """
        return self._call(
            GEN_AI_CX_ASK, interaction_identifier, body={"question": question}, timeout=timeout
        )

    def ask_history(
        self, interaction_identifier: str, *, timeout: float | None = None
    ) -> models.CxAskHistory:
        """Read all questions asked about the interaction with the customer.

        All prior pairs of question and answer for this interaction, failed questions and
        responses included. Audio must have completed processing first, otherwise an error is
        returned; chats and transcripts can be read right after they are declared.

        At most 10 concurrent gen_ai requests per account. Evidence: source.
        """
        return self._call(GEN_AI_CX_ASK_HISTORY, interaction_identifier, timeout=timeout)


class RawGenAiCxMethods(RawNamespace):
    """Generative AI results about an interaction between an agent and a customer."""

    summary = raw(GenAiCxMethods.summary)
    summary_details = raw(GenAiCxMethods.summary_details)
    agent_action_items = raw(GenAiCxMethods.agent_action_items)
    coaching_assistant = raw(GenAiCxMethods.coaching_assistant)
    topics = raw(GenAiCxMethods.topics)
    conversation_composition = raw(GenAiCxMethods.conversation_composition)
    ask = raw(GenAiCxMethods.ask)
    ask_history = raw(GenAiCxMethods.ask_history)


class AsyncGenAiCxMethods(AsyncNamespace):
    """Generative AI results about an interaction between an agent and a customer."""

    async def summary(
        self,
        interaction_identifier: str,
        *,
        accept_language: str | None = None,
        timeout: float | None = None,
    ) -> models.CxSummary:
        """Summarize the interaction between agent and customer."""
        return await self._call(
            GEN_AI_CX_SUMMARY, interaction_identifier, accept_language, timeout=timeout
        )

    async def summary_details(
        self, interaction_identifier: str, *, timeout: float | None = None
    ) -> models.CxSummaryDetails:
        """Summarize reasons, actions, entities and resolution."""
        return await self._call(GEN_AI_CX_SUMMARY_DETAILS, interaction_identifier, timeout=timeout)

    async def agent_action_items(
        self, interaction_identifier: str, *, timeout: float | None = None
    ) -> models.CxAgentActionItems:
        """List the actions that the agent took."""
        return await self._call(
            GEN_AI_CX_AGENT_ACTION_ITEMS, interaction_identifier, timeout=timeout
        )

    async def coaching_assistant(
        self, interaction_identifier: str, *, timeout: float | None = None
    ) -> models.CxCoachingAssistant:
        """Coach the agent."""
        return await self._call(
            GEN_AI_CX_COACHING_ASSISTANT, interaction_identifier, timeout=timeout
        )

    async def topics(
        self, interaction_identifier: str, *, timeout: float | None = None
    ) -> models.CxTopics:
        """List the topics of the conversation with the customer."""
        return await self._call(GEN_AI_CX_TOPICS, interaction_identifier, timeout=timeout)

    async def conversation_composition(
        self, interaction_identifier: str, *, timeout: float | None = None
    ) -> models.CxConversationComposition:
        """List the customer's concerns and their resolution."""
        return await self._call(
            GEN_AI_CX_CONVERSATION_COMPOSITION, interaction_identifier, timeout=timeout
        )

    async def ask(
        self, interaction_identifier: str, *, question: str, timeout: float | None = None
    ) -> models.CxAnswer:
        """Ask a question about the interaction with the customer."""
        return await self._call(
            GEN_AI_CX_ASK, interaction_identifier, body={"question": question}, timeout=timeout
        )

    async def ask_history(
        self, interaction_identifier: str, *, timeout: float | None = None
    ) -> models.CxAskHistory:
        """Read all questions asked about the interaction with the customer."""
        return await self._call(GEN_AI_CX_ASK_HISTORY, interaction_identifier, timeout=timeout)


class AsyncRawGenAiCxMethods(AsyncRawNamespace):
    """Generative AI results about an interaction between an agent and a customer."""

    summary = async_raw(AsyncGenAiCxMethods.summary)
    summary_details = async_raw(AsyncGenAiCxMethods.summary_details)
    agent_action_items = async_raw(AsyncGenAiCxMethods.agent_action_items)
    coaching_assistant = async_raw(AsyncGenAiCxMethods.coaching_assistant)
    topics = async_raw(AsyncGenAiCxMethods.topics)
    conversation_composition = async_raw(AsyncGenAiCxMethods.conversation_composition)
    ask = async_raw(AsyncGenAiCxMethods.ask)
    ask_history = async_raw(AsyncGenAiCxMethods.ask_history)


class GenAiMethods(Namespace):
    """Generative AI results about any interaction."""

    @cached_property
    def cx(self) -> GenAiCxMethods:
        """Generative AI results about an interaction between an agent and a customer."""
        return GenAiCxMethods(self._client)

    def summary(
        self,
        interaction_identifier: str,
        *,
        accept_language: str | None = None,
        timeout: float | None = None,
    ) -> models.Summary:
        """Summarize the interaction.

        A summary of the interaction, in the language of `Accept-Language` or in English.
        Audio must have completed processing first, otherwise an error is returned; chats and
        transcripts can be read right after they are declared.

        `accept_language`: not empty. At most 10 concurrent gen_ai requests per account.
        Evidence: source.
        """
        return self._call(GEN_AI_SUMMARY, interaction_identifier, accept_language, timeout=timeout)

    def summary_details(
        self, interaction_identifier: str, *, timeout: float | None = None
    ) -> models.SummaryDetails:
        """Summarize the entities mentioned.

        The entities that were mentioned within the interaction. Audio must have completed
        processing first, otherwise an error is returned; chats and transcripts can be read
        right after they are declared.

        At most 10 concurrent gen_ai requests per account. Evidence: source.
        """
        return self._call(GEN_AI_SUMMARY_DETAILS, interaction_identifier, timeout=timeout)

    def action_items(
        self, interaction_identifier: str, *, timeout: float | None = None
    ) -> models.ActionItems:
        """List the action items.

        The action items that were raised during the interaction. Audio must have completed
        processing first, otherwise an error is returned; chats and transcripts can be read
        right after they are declared.

        At most 10 concurrent gen_ai requests per account. Evidence: source.
        """
        return self._call(GEN_AI_ACTION_ITEMS, interaction_identifier, timeout=timeout)

    def topics(self, interaction_identifier: str, *, timeout: float | None = None) -> models.Topics:
        """List the topics.

        A list of the topics that were discussed during the interaction. Audio must have
        completed processing first, otherwise an error is returned; chats and transcripts can
        be read right after they are declared.

        At most 10 concurrent gen_ai requests per account. Evidence: source.
        """
        return self._call(GEN_AI_TOPICS, interaction_identifier, timeout=timeout)

    def ask(
        self, interaction_identifier: str, *, question: str, timeout: float | None = None
    ) -> models.Answer:
        """Ask a question about the interaction.

        Asks a single question, of up to 250 characters, and returns the answer. Per
        interaction, up to a maximum of 5 successful questions or 5 error responses are
        allowed. Audio must have completed processing first, otherwise an error is returned;
        chats and transcripts can be asked about right after they are declared.

        `question`: 1 to 250 characters. At most 10 concurrent gen_ai requests per account. 5
        successes and 5 errors per interactionIdentifier. Evidence: source.
        """
        return self._call(
            GEN_AI_ASK, interaction_identifier, body={"question": question}, timeout=timeout
        )

    def ask_history(
        self, interaction_identifier: str, *, timeout: float | None = None
    ) -> models.AskHistory:
        """Read all questions asked about the interaction.

        All prior pairs of question and answer for this interaction, failed questions and
        responses included. Audio must have completed processing first, otherwise an error is
        returned; chats and transcripts can be read right after they are declared.

        At most 10 concurrent gen_ai requests per account. Evidence: source.
        """
        return self._call(GEN_AI_ASK_HISTORY, interaction_identifier, timeout=timeout)


class RawGenAiMethods(RawNamespace):
    """Generative AI results about any interaction."""

    @cached_property
    def cx(self) -> RawGenAiCxMethods:
        """Generative AI results about an interaction between an agent and a customer."""
        return RawGenAiCxMethods(self._client)

    summary = raw(GenAiMethods.summary)
    summary_details = raw(GenAiMethods.summary_details)
    action_items = raw(GenAiMethods.action_items)
    topics = raw(GenAiMethods.topics)
    ask = raw(GenAiMethods.ask)
    ask_history = raw(GenAiMethods.ask_history)


class AsyncGenAiMethods(AsyncNamespace):
    """Generative AI results about any interaction."""

    @cached_property
    def cx(self) -> AsyncGenAiCxMethods:
        """Generative AI results about an interaction between an agent and a customer."""
        return AsyncGenAiCxMethods(self._client)

    async def summary(
        self,
        interaction_identifier: str,
        *,
        accept_language: str | None = None,
        timeout: float | None = None,
    ) -> models.Summary:
        """Summarize the interaction."""
        return await self._call(
            GEN_AI_SUMMARY, interaction_identifier, accept_language, timeout=timeout
        )

    async def summary_details(
        self, interaction_identifier: str, *, timeout: float | None = None
    ) -> models.SummaryDetails:
        """Summarize the entities mentioned."""
        return await self._call(GEN_AI_SUMMARY_DETAILS, interaction_identifier, timeout=timeout)

    async def action_items(
        self, interaction_identifier: str, *, timeout: float | None = None
    ) -> models.ActionItems:
        """List the action items."""
        return await self._call(GEN_AI_ACTION_ITEMS, interaction_identifier, timeout=timeout)

    async def topics(
        self, interaction_identifier: str, *, timeout: float | None = None
    ) -> models.Topics:
        """List the topics."""
        return await self._call(GEN_AI_TOPICS, interaction_identifier, timeout=timeout)

    async def ask(
        self, interaction_identifier: str, *, question: str, timeout: float | None = None
    ) -> models.Answer:
        """Ask a question about the interaction."""
        return await self._call(
            GEN_AI_ASK, interaction_identifier, body={"question": question}, timeout=timeout
        )

    async def ask_history(
        self, interaction_identifier: str, *, timeout: float | None = None
    ) -> models.AskHistory:
        """Read all questions asked about the interaction."""
        return await self._call(GEN_AI_ASK_HISTORY, interaction_identifier, timeout=timeout)


class AsyncRawGenAiMethods(AsyncRawNamespace):
    """Generative AI results about any interaction."""

    @cached_property
    def cx(self) -> AsyncRawGenAiCxMethods:
        """Generative AI results about an interaction between an agent and a customer."""
        return AsyncRawGenAiCxMethods(self._client)

    summary = async_raw(AsyncGenAiMethods.summary)
    summary_details = async_raw(AsyncGenAiMethods.summary_details)
    action_items = async_raw(AsyncGenAiMethods.action_items)
    topics = async_raw(AsyncGenAiMethods.topics)
    ask = async_raw(AsyncGenAiMethods.ask)
    ask_history = async_raw(AsyncGenAiMethods.ask_history)


class RawClient(RawNamespace):
    """The namespaces of the client, with undecoded responses."""

    @cached_property
    def interactions(self) -> RawInteractionsMethods:
        """Declare interactions, upload audio, check their status, delete results."""
        return RawInteractionsMethods(self._client)

    @cached_property
    def transcripts(self) -> RawTranscriptsMethods:
        """Transcripts, by phrase or by punctuated sentence."""
        return RawTranscriptsMethods(self._client)

    @cached_property
    def cx_ai(self) -> RawCxAiMethods:
        """Scores of CX AI models, and voice activity."""
        return RawCxAiMethods(self._client)

    @cached_property
    def gen_ai(self) -> RawGenAiMethods:
        """Generative AI results about any interaction."""
        return RawGenAiMethods(self._client)


class AsyncRawClient(AsyncRawNamespace):
    """The namespaces of the client, with undecoded responses."""

    @cached_property
    def interactions(self) -> AsyncRawInteractionsMethods:
        """Declare interactions, upload audio, check their status, delete results."""
        return AsyncRawInteractionsMethods(self._client)

    @cached_property
    def transcripts(self) -> AsyncRawTranscriptsMethods:
        """Transcripts, by phrase or by punctuated sentence."""
        return AsyncRawTranscriptsMethods(self._client)

    @cached_property
    def cx_ai(self) -> AsyncRawCxAiMethods:
        """Scores of CX AI models, and voice activity."""
        return AsyncRawCxAiMethods(self._client)

    @cached_property
    def gen_ai(self) -> AsyncRawGenAiMethods:
        """Generative AI results about any interaction."""
        return AsyncRawGenAiMethods(self._client)


class Client(SyncApiClient):
    """The synchronous client. Use it as a context manager, or close it.

    Args:
        token: the API token; by default that of `ELEVATEKIT_TOKEN`.
        transport: sends the requests; by default over HTTP.
        settings: see `ClientSettings`: base_url, timeout, auth, retry, plugins, disable, settings,
            headers, max_bytes, plain_http, ledger.

    Raises:
        ConfigError: an argument is invalid.
    """

    def __init__(
        self,
        token: str | Secret | None = None,
        *,
        transport: Transport | None = None,
        **settings: Unpack[ClientSettings],
    ) -> None:
        token = Secret.of(token)  # nothing may show it, not even a traceback with variables
        super().__init__(API, token, transport=transport, **settings)

    @cached_property
    def interactions(self) -> InteractionsMethods:
        """Declare interactions, upload audio, check their status, delete results."""
        return InteractionsMethods(self)

    @cached_property
    def transcripts(self) -> TranscriptsMethods:
        """Transcripts, by phrase or by punctuated sentence."""
        return TranscriptsMethods(self)

    @cached_property
    def cx_ai(self) -> CxAiMethods:
        """Scores of CX AI models, and voice activity."""
        return CxAiMethods(self)

    @cached_property
    def gen_ai(self) -> GenAiMethods:
        """Generative AI results about any interaction."""
        return GenAiMethods(self)

    @cached_property
    def raw(self) -> RawClient:
        """The same methods, returning undecoded responses."""
        return RawClient(self)


class AsyncClient(AsyncApiClient):
    """The asynchronous client. It accepts the same arguments as `Client`."""

    def __init__(
        self,
        token: str | Secret | None = None,
        *,
        transport: AsyncTransport | None = None,
        **settings: Unpack[ClientSettings],
    ) -> None:
        token = Secret.of(token)  # nothing may show it, not even a traceback with variables
        super().__init__(API, token, transport=transport, **settings)

    @cached_property
    def interactions(self) -> AsyncInteractionsMethods:
        """Declare interactions, upload audio, check their status, delete results."""
        return AsyncInteractionsMethods(self)

    @cached_property
    def transcripts(self) -> AsyncTranscriptsMethods:
        """Transcripts, by phrase or by punctuated sentence."""
        return AsyncTranscriptsMethods(self)

    @cached_property
    def cx_ai(self) -> AsyncCxAiMethods:
        """Scores of CX AI models, and voice activity."""
        return AsyncCxAiMethods(self)

    @cached_property
    def gen_ai(self) -> AsyncGenAiMethods:
        """Generative AI results about any interaction."""
        return AsyncGenAiMethods(self)

    @cached_property
    def raw(self) -> AsyncRawClient:
        """The same methods, returning undecoded responses."""
        return AsyncRawClient(self)

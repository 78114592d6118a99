"""Behaviour that nobody outside the vendor knows, each as a named setting.

A default is the best reading of the documentation. A switch that chooses a status only chooses
among those that the spec documents for an operation; where it documents another one, that is
sent. (Undocumented statuses are what faults are for.)

No switch names an operation or a property: they go by the rules and the evidence of the spec.
"""

from __future__ import annotations

from typing import Annotated, Literal

from msgspec import Meta, Struct

from elevatekit_plugins.api import Evidence

Count = Annotated[int, Meta(ge=0)]


def _about(description: str, *, where: str, evidence: Evidence, because: str) -> Meta:
    """What a switch does, where it applies, and how well its default is known."""
    facts = {"x-where": where, "x-evidence": evidence, "x-because": because}
    return Meta(description=description, extra_json_schema=facts)


class Switches(
    Struct,
    frozen=True,
    kw_only=True,
    forbid_unknown_fields=True,
    rename=lambda name: name.replace("_", ".", 1),
):
    """Every switch. Outside of Python the first word ends in a dot: `audio.unprocessed_status`."""

    # --------------------------------------------------------------------- tokens and ids
    token_likely_status: Annotated[
        Literal[401, 404],
        _about(
            "The status of a request without an active token.",
            where="operations whose 401 is likely or assumed",
            evidence="likely",
            because="no 401 is listed for them, but a wrong token must give something",
        ),
    ] = 401
    interaction_likely_status: Annotated[
        Literal[400, 404],
        _about(
            "The status of a request about an interaction that the account does not have.",
            where="operations whose 404 is likely or assumed",
            evidence="likely",
            because="all other operations document 404 for this",
        ),
    ] = 404

    # --------------------------------------------------------------------- errors and limits
    error_body: Annotated[
        Literal["documented", "message", "problem", "text", "html", "empty"],
        _about(
            "What errors carry: the documented object; one whose key is `message`; a problem of"
            " RFC 9457; the message as plain text or in HTML; nothing.",
            where="every error that is not a fault",
            evidence="likely",
            because="the body is shown for uploads and deletions only, and of a page whose letter"
            " case is lost",
        ),
    ] = "documented"
    limit_retry_after: Annotated[
        Count | None,
        _about(
            "Seconds in the Retry-After header of a 429; null: no such header.",
            where="every 429",
            evidence="assumed",
            because="no source mentions the header",
        ),
    ] = None
    limit_retry_after_form: Annotated[
        Literal["seconds", "date"],
        _about(
            "Whether Retry-After is a number, or an instant beside a Date header.",
            where="every 429, if `limit.retry_after` is set",
            evidence="assumed",
            because="no source mentions the header; HTTP allows both forms",
        ),
    ] = "seconds"
    limit_concurrent: Annotated[
        Count | None,
        _about(
            "How many requests of a group an account may have in flight; null: as the spec says.",
            where="operations with `x-concurrency`",
            evidence="documented",
            because="the documented limit is called a default: an account may have another one",
        ),
    ] = None

    # --------------------------------------------------------------------- declarations
    declare_takes: Annotated[
        Literal["anything", "listed", "known"],
        _about(
            "Which properties a declaration may have: any; those that the spec lists; of these only"
            " those that are better known than likely. Others are answered with 400.",
            where="the operation that declares",
            evidence="likely",
            because="the names of the properties that authenticate a download are not published",
        ),
    ] = "anything"
    declare_any_language: Annotated[
        bool,
        _about(
            "Whether languages are taken that the spec does not give as examples.",
            where="the operation that declares: its property with the role `language`",
            evidence="likely",
            because="working clients send `auto` and others that no page lists",
        ),
    ] = True
    declare_segments: Annotated[
        bool,
        _about(
            "Whether each part of a transcript must say when its phrases were spoken.",
            where="the operation that declares: objects with the role `phrases`",
            evidence="assumed",
            because="no source says which parts of a transcript are mandatory",
        ),
    ] = False
    declare_limit: Annotated[
        Count | None,
        _about(
            "How many declarations an account has in `declare.limit_per`; then 429. null: any.",
            where="the operation that declares",
            evidence="assumed",
            because="429 is listed; a quota by month is documented, its size is not",
        ),
    ] = None
    declare_limit_per: Annotated[
        Literal["minute", "month"],
        _about(
            "Whether 429 on a declaration means a rate or a quota: simulated time until it ends.",
            where="the operation that declares, if `declare.limit` is set",
            evidence="assumed",
            because="the documentation lists 429 and does not say which of the two it is",
        ),
    ] = "month"
    parameters_assumed: Annotated[
        bool,
        _about(
            "Whether what was declared comes back with the properties that are only assumed.",
            where="the operation that reads back what was declared",
            evidence="assumed",
            because="the samples do not show them",
        ),
    ] = True

    # --------------------------------------------------------------------- uploads
    upload_status: Annotated[
        Literal[200, 201],
        _about(
            "The status of an accepted upload.",
            where="the operation that uploads",
            evidence="documented",
            because="201 is documented, but two working clients take nothing but 200",
        ),
    ] = 201
    upload_any_part: Annotated[
        bool,
        _about(
            "Whether an upload may name its part otherwise than the spec says.",
            where="the operation that uploads",
            evidence="likely",
            because="working clients use five different names",
        ),
    ] = False
    upload_max_bytes: Annotated[
        Count | None,
        _about(
            "How large a file may be, in bytes; a larger one is answered with 413. null: any size.",
            where="the operation that uploads",
            evidence="assumed",
            because="413 is documented, the limit is not",
        ),
    ] = None

    # --------------------------------------------------------------------- readiness
    audio_unprocessed_status: Annotated[
        Literal[404, 409, 422, 500],
        _about(
            "The status of a generative request for audio that is not processed.",
            where="operations with `x-concurrency`",
            evidence="assumed",
            because="the documentation speaks of an error response, and lists these",
        ),
    ] = 409
    transcript_at_once: Annotated[
        bool,
        _about(
            "Whether a declared transcript is processed at once. If not, it takes the states of the"
            " processing before it has the results that only some types have; what is generative"
            " can be read at once all the same.",
            where="types that are waited for without a file (`x-pull`)",
            evidence="assumed",
            because="only for generative results it is documented that they can be read at once",
        ),
    ] = True
    transcript_unready_status: Annotated[
        Literal[204, 404],
        _about(
            "The status of a result that does not exist, or not yet.",
            where="results that document 204",
            evidence="likely",
            because="two working clients have met 204 for transcripts",
        ),
    ] = 204
    result_every_type: Annotated[
        bool,
        _about(
            "Whether a chat has the results that a pull asks of audio and transcripts only.",
            where="results of some types (`x-pull`)",
            evidence="assumed",
            because="no source says that a chat has a transcript or CX AI results",
        ),
    ] = False

    # --------------------------------------------------------------------- what results look like
    result_shape: Annotated[
        Literal["object", "bare"],
        _about(
            "Whether a result is an object of one property, or the bare value of that property.",
            where="answers whose schema is likely or assumed, but not the history of questions",
            evidence="assumed",
            because="these schemas are published nowhere",
        ),
    ] = "object"
    result_letter_case: Annotated[
        Literal["camel", "lower", "pascal", "snake"],
        _about(
            "The letter case of the names of properties whose spelling is an inference.",
            where="properties of answers that are likely themselves",
            evidence="likely",
            because="the only copy of the page that shows them is in lower case throughout",
        ),
    ] = "camel"

    # --------------------------------------------------------------------- questions
    ask_any_length: Annotated[
        bool,
        _about(
            "Whether a question may be longer than the spec says.",
            where="bodies with the role `question`",
            evidence="source",
            because="the source document gives the limit, but public code sends longer ones",
        ),
    ] = False
    ask_invalid_status: Annotated[
        Literal[400, 422],
        _about(
            "The status of a question that does not fit the spec.",
            where="operations with `x-quota`",
            evidence="assumed",
            because="no source says which status a question that is too long has",
        ),
    ] = 400
    ask_successes: Annotated[
        Count | None,
        _about(
            "How many answers a budget has; null: as the spec says.",
            where="operations with `x-quota`",
            evidence="source",
            because="stated in the source document alone",
        ),
    ] = None
    ask_errors: Annotated[
        Count | None,
        _about(
            "How many error responses a budget has; null: as the spec says.",
            where="operations with `x-quota`",
            evidence="source",
            because="stated in the source document alone",
        ),
    ] = None
    ask_failed_counts: Annotated[
        bool,
        _about(
            "Whether an error response uses up one of the errors of a budget.",
            where="operations with `x-quota`",
            evidence="source",
            because="the source document counts error responses, and does not say which",
        ),
    ] = True
    ask_refused_counts: Annotated[
        bool,
        _about(
            "Whether a refusal that costs nothing by `free` of `x-quota` counts as an error too.",
            where="operations with `x-quota`, for refusals that reach an interaction",
            evidence="assumed",
            because="that these are refused before a model is asked is an inference",
        ),
    ] = False
    ask_exhausted_status: Annotated[
        Literal[400, 409, 422, 429],
        _about(
            "The status of a question when the budget is spent.",
            where="operations with `x-quota`",
            evidence="assumed",
            because="no source says it",
        ),
    ] = 422
    ask_history_shape: Annotated[
        Literal["object", "list"],
        _about(
            "Whether the history of questions is an object with one list, or the list itself.",
            where="operations that `history` of `x-quota` names",
            evidence="assumed",
            because="the schema is published nowhere",
        ),
    ] = "object"

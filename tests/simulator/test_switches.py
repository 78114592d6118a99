"""Each switch, in more than one setting, and what a client then sees."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import httpx2
import pytest

from elevatekit import Client, ElevateKitError, models
from elevatekit.operations import API
from elevatekit_plugins.calls.quota import MemoryLedger
from elevatekit_plugins.simulator import switchboard
from elevatekit_plugins.simulator.server import Simulator
from elevatekit_plugins.simulator.switches import Switches

TOKEN = "0f0e0d0c-0b0a-0908-0706-050403020100"
NOBODY = "11111111-1111-4111-8111-111111111111"
ASK = "gen_ai.ask"
LONG = "Was it refunded? ".ljust(300, "?")
SAID = (
    ("customer", "I need a refund of $30 for my kettle."),
    ("agent", "The refund has been issued."),
)


class User:
    """A client of a simulator, without retries: what it meets is what a switch does."""

    def __init__(
        self, simulator: Simulator, wav: Callable[..., bytes], tmp_path: Path, stack: ExitStack
    ) -> None:
        self.simulator = simulator
        self._stack = stack
        self.client = self.another()
        self._file = tmp_path / "call.wav"
        self._file.write_bytes(wav())

    def another(self, token: str = TOKEN) -> Client:
        """A client that remembers no question."""
        settings: Mapping[str, Mapping[str, object]] = {"standard": {"retries": 0}}
        url, ledger = self.simulator.base_url, MemoryLedger()
        return self._stack.enter_context(
            Client(token, base_url=url, ledger=ledger, settings=settings)
        )

    def post(self, path: str, **more: Any) -> int:
        """What our client would not send."""
        headers = {"X-API-Token": TOKEN}
        url = f"{self.simulator.base_url}/interactions{path}"
        return httpx2.post(url, headers=headers, **more).status_code

    def chat(self, **more: Any) -> str:
        message, at = models.ChatMessage, "2025-01-06T09:00:00Z"
        chat = models.Chat(
            participants=[models.Participant(participant_id=w, name=w, role=w) for w, _ in SAID],
            messages=[message(participant_id=w, timestamp=at, content=text) for w, text in SAID],
        )
        more = {"language_tag": "en-us", "vertical": "default", **more}
        return self._declare(models.ChatInteraction(chat=chat, **more))

    def audio(self) -> str:
        return self._declare(models.AudioInteraction(language_tag="en", vertical="default"))

    def transcript(self) -> str:
        transcript = models.Transcript(
            participant_one=models.TranscriptPart(phrases=["The refund has been issued."])
        )
        body = models.TranscriptInteraction(
            language_tag="en", vertical="default", transcript=transcript
        )
        return self._declare(body)

    def upload(self) -> int:
        return self.client.raw.interactions.upload(self.audio(), self._file).status

    def _declare(self, body: models.Interaction) -> str:
        return str(self.client.interactions.declare(body).interaction_identifier)

    def asked(self, interaction: str) -> tuple[int, int]:
        """How many answers and how many errors the simulator counted."""
        spent = self.simulator.ledger.spent.get(interaction, {}).get(ASK)
        return (spent.successes, spent.errors) if spent else (0, 0)


def met(call: Callable[..., object], *arguments: object, **more: object) -> str:
    """The class of the error that a call ends with, or `fine`."""
    try:
        call(*arguments, **more)
    except ElevateKitError as error:
        return type(error).__name__
    return "fine"


def caught(call: Callable[..., object], *arguments: object) -> Any:
    with pytest.raises(ElevateKitError) as error:
        call(*arguments)
    return error.value


def bad_token(user: User) -> tuple[str, str]:
    other = user.another(NOBODY)
    return met(other.gen_ai.topics, NOBODY), met(other.interactions.get, NOBODY)


def no_interaction(user: User) -> tuple[str, str]:
    file = user._file
    return met(user.client.interactions.upload, NOBODY, file), met(
        user.client.cx_ai.results, NOBODY
    )


def error_body(user: User) -> tuple[str | None, str, bool]:
    error = caught(user.client.interactions.get, NOBODY)
    told = b" does not exist" in error.body
    return error.error_message, error.response.header("content-type"), told


def asked_to_wait(user: User) -> tuple[str, float | None]:
    """The class of the error of one question more than are free, and the wait it asked for."""
    error = caught(user.client.gen_ai.topics, user.chat())
    return type(error).__name__, error.attempts[-1].retry_after


def three_declarations(user: User) -> list[str]:
    met_so_far = [met(user.chat) for _ in range(2)]
    user.simulator.clock.advance(61)
    return [*met_so_far, met(user.chat)]


def three_properties(user: User) -> list[int]:
    body = {"type": "audio", "languageTag": "en", "vertical": "default"}
    more = [{"downloadUser": "ana"}, {"originalFileName": "a.wav"}, {"model": "cx"}]
    return [user.post("", json=body | one) for one in more]


def two_languages(user: User) -> list[str]:
    return [met(user.chat, language_tag=tag) for tag in ("EN-us", "tlh")]


def parameters(user: User) -> tuple[object, bool]:
    interaction = user.chat(external_identifier="A-1")
    got = user.client.interactions.get(interaction)
    raw = user.client.raw.interactions.get(interaction).json()
    return got.external_identifier, "externalIdentifier" in raw


def odd_part(user: User) -> int:
    return user.post(f"/{user.audio()}/upload", files={"file": ("a.wav", user._file.read_bytes())})


def unprocessed(user: User) -> str:
    return met(user.client.gen_ai.summary, user.audio())


def transcribed(user: User) -> tuple[str, str, str]:
    interaction, read = user.transcript(), user.client.cx_ai.results
    early = met(read, interaction)
    summary = met(user.client.gen_ai.summary, interaction)
    user.simulator.clock.advance(60)
    return early, summary, met(read, interaction)


def unready(user: User) -> str:
    interaction = user.audio()
    try:
        return str(user.client.transcripts.punctuated(interaction))
    except ElevateKitError as error:
        return type(error).__name__


def of_a_chat(user: User) -> tuple[int, str]:
    interaction = user.chat()
    raw = user.client.raw.transcripts.punctuated(interaction)
    return raw.status, met(user.client.cx_ai.results, interaction)


def topics(user: User) -> tuple[str, str, str]:
    interaction = user.chat()
    raw = user.client.raw.gen_ai.topics(interaction).json()
    summary = met(user.client.gen_ai.summary, interaction)
    return type(raw).__name__, met(user.client.gen_ai.topics, interaction), summary


def details(user: User) -> tuple[list[str], str]:
    interaction = user.chat()
    raw = user.client.raw.gen_ai.cx.summary_details(interaction).json()
    return list(raw), met(user.client.gen_ai.cx.summary_details, interaction)


def history(user: User) -> tuple[str, str]:
    interaction = user.chat()
    user.client.gen_ai.ask(interaction, question="Was it refunded?")
    raw = user.client.raw.gen_ai.ask_history(interaction).json()
    return type(raw).__name__, met(user.client.gen_ai.ask_history, interaction)


def long_question(user: User) -> tuple[int, int]:
    interaction = user.chat()
    status = user.post(f"/{interaction}/gen-ai/ask", json={"question": LONG})
    return status, len(user.client.gen_ai.ask_history(interaction).questions or ())


def empty_question(user: User) -> tuple[int, tuple[int, int]]:
    interaction = user.chat()
    return user.post(f"/{interaction}/gen-ai/ask", json={}), user.asked(interaction)


def seven_questions(user: User) -> list[str]:
    interaction = user.chat()
    return [met(user.another().gen_ai.ask, interaction, question=f"Refund {n}?") for n in range(7)]


def two_failures(user: User) -> tuple[str, str, tuple[int, int]]:
    """Questions about audio that is not processed: each is an error response."""
    interaction = user.audio()
    met_so_far = [met(user.another().gen_ai.ask, interaction, question="Why?") for _ in range(2)]
    return (*met_so_far, user.asked(interaction))  # type: ignore[return-value]


FINE, COLUMNS = "fine", ["reasons", "actionsTakenByAgent", "entities", "isResolved"]
DOCUMENTED = f"interaction {NOBODY} does not exist"
LIMITED = {"limit.concurrent": 0}
ONE = {"declare.limit": 1}

TABLE: list[tuple[str, object, Callable[[User], object], object, Mapping[str, object]]] = [
    ("token.likely_status", 401, bad_token, ("UnauthorizedError", "UnauthorizedError"), {}),
    ("token.likely_status", 404, bad_token, ("NotFoundError", "UnauthorizedError"), {}),
    ("interaction.likely_status", 404, no_interaction, ("NotFoundError", "NotFoundError"), {}),
    ("interaction.likely_status", 400, no_interaction, ("BadRequestError", "NotFoundError"), {}),
    ("error.body", "documented", error_body, (DOCUMENTED, "application/json", True), {}),
    ("error.body", "message", error_body, (None, "application/json", True), {}),
    ("error.body", "problem", error_body, (None, "application/problem+json", True), {}),
    ("error.body", "text", error_body, (None, "text/plain; charset=utf-8", True), {}),
    ("error.body", "html", error_body, (None, "text/html; charset=utf-8", True), {}),
    ("error.body", "empty", error_body, (None, None, False), {}),
    ("limit.retry_after", None, asked_to_wait, ("RateLimitError", None), LIMITED),
    ("limit.retry_after", 7, asked_to_wait, ("RateLimitError", 7), LIMITED),
    ("limit.retry_after_form", "seconds", asked_to_wait, ("RateLimitError", 7), LIMITED),
    ("limit.retry_after_form", "date", asked_to_wait, ("RateLimitError", 7), LIMITED),
    ("limit.concurrent", None, lambda u: met(u.client.gen_ai.topics, u.chat()), FINE, {}),
    ("limit.concurrent", 0, lambda u: met(u.client.gen_ai.topics, u.chat()), "RateLimitError", {}),
    ("declare.takes", "anything", three_properties, [201, 201, 201], {}),
    ("declare.takes", "listed", three_properties, [400, 201, 201], {}),
    ("declare.takes", "known", three_properties, [400, 400, 201], {}),
    ("declare.any_language", True, two_languages, [FINE, FINE], {}),
    ("declare.any_language", False, two_languages, [FINE, "BadRequestError"], {}),
    ("declare.segments", False, lambda u: met(u.transcript), FINE, {}),
    ("declare.segments", True, lambda u: met(u.transcript), "BadRequestError", {}),
    ("declare.limit", None, three_declarations, [FINE, FINE, FINE], {}),
    ("declare.limit", 2, three_declarations, [FINE, FINE, "RateLimitError"], {}),
    ("declare.limit_per", "month", three_declarations, [FINE, *["RateLimitError"] * 2], ONE),
    ("declare.limit_per", "minute", three_declarations, [FINE, "RateLimitError", FINE], ONE),
    ("parameters.assumed", True, parameters, ("A-1", True), {}),
    ("parameters.assumed", False, parameters, (None, False), {}),
    ("upload.status", 201, User.upload, 201, {}),
    ("upload.status", 200, User.upload, 200, {}),
    ("upload.any_part", False, odd_part, 400, {}),
    ("upload.any_part", True, odd_part, 201, {}),
    ("upload.max_bytes", None, lambda u: met(u.upload), FINE, {}),
    ("upload.max_bytes", 99, lambda u: met(u.upload), "PayloadTooLargeError", {}),
    ("audio.unprocessed_status", 404, unprocessed, "NotFoundError", {}),
    ("audio.unprocessed_status", 409, unprocessed, "ConflictError", {}),
    ("audio.unprocessed_status", 422, unprocessed, "UnprocessableError", {}),
    ("audio.unprocessed_status", 500, unprocessed, "InternalServerError", {}),
    ("transcript.at_once", True, transcribed, (FINE, FINE, FINE), {}),
    ("transcript.at_once", False, transcribed, ("NotFoundError", FINE, FINE), {}),
    ("transcript.unready_status", 204, unready, "None", {}),
    ("transcript.unready_status", 404, unready, "NotFoundError", {}),
    ("result.every_type", False, of_a_chat, (204, "NotFoundError"), {}),
    ("result.every_type", True, of_a_chat, (200, FINE), {}),
    ("result.shape", "object", topics, ("dict", FINE, FINE), {}),
    ("result.shape", "bare", topics, ("list", "DriftError", FINE), {}),
    ("result.letter_case", "camel", details, (COLUMNS, FINE), {}),
    (
        "result.letter_case",
        "lower",
        details,
        (["reasons", "actionstakenbyagent", "entities", "isresolved"], "DriftError"),
        {},
    ),
    (
        "result.letter_case",
        "pascal",
        details,
        (["reasons", "ActionsTakenByAgent", "entities", "IsResolved"], "DriftError"),
        {},
    ),
    (
        "result.letter_case",
        "snake",
        details,
        (["reasons", "actions_taken_by_agent", "entities", "is_resolved"], "DriftError"),
        {},
    ),
    ("ask.any_length", False, long_question, (400, 0), {}),
    ("ask.any_length", True, long_question, (200, 1), {}),
    ("ask.invalid_status", 400, empty_question, (400, (0, 0)), {}),
    ("ask.invalid_status", 422, empty_question, (422, (0, 1)), {}),
    ("ask.successes", None, seven_questions, [FINE] * 5 + ["UnprocessableError"] * 2, {}),
    ("ask.successes", 6, seven_questions, [FINE] * 6 + ["UnprocessableError"], {}),
    ("ask.errors", None, two_failures, ("ConflictError", "ConflictError", (0, 2)), {}),
    ("ask.errors", 1, two_failures, ("ConflictError", "UnprocessableError", (0, 1)), {}),
    ("ask.failed_counts", True, two_failures, ("ConflictError", "ConflictError", (0, 2)), {}),
    ("ask.failed_counts", False, two_failures, ("ConflictError", "ConflictError", (0, 0)), {}),
    ("ask.refused_counts", False, empty_question, (400, (0, 0)), {}),
    ("ask.refused_counts", True, empty_question, (400, (0, 1)), {}),
    ("ask.exhausted_status", 400, seven_questions, [FINE] * 5 + ["BadRequestError"] * 2, {}),
    ("ask.exhausted_status", 409, seven_questions, [FINE] * 5 + ["ConflictError"] * 2, {}),
    ("ask.exhausted_status", 422, seven_questions, [FINE] * 5 + ["UnprocessableError"] * 2, {}),
    ("ask.exhausted_status", 429, seven_questions, [FINE] * 5 + ["RateLimitError"] * 2, {}),
    ("ask.history_shape", "object", history, ("dict", FINE), {}),
    ("ask.history_shape", "list", history, ("list", "DriftError"), {}),
]


@pytest.fixture(scope="module")
def simulator() -> Iterator[Simulator]:
    with Simulator(API, self_check=True) as started:
        yield started


@pytest.mark.parametrize(
    ("name", "value", "look", "seen", "beside"),
    TABLE,
    ids=[f"{name}={value}-{number}" for number, (name, value, *_) in enumerate(TABLE)],
)
def test_a_client_sees_what_a_switch_says(
    name: str,
    value: object,
    look: Callable[[User], object],
    seen: object,
    beside: Mapping[str, object],
    simulator: Simulator,
    wav: Callable[..., bytes],
    tmp_path: Path,
) -> None:
    if name == "limit.retry_after_form":
        beside = {**beside, "limit.retry_after": 7}
    switches = switchboard.convert({name: value, **beside})
    inactive = [NOBODY] if look is bad_token else []
    simulator.reset(switches=switches, inactive=inactive)

    with ExitStack() as stack:
        assert look(User(simulator, wav, tmp_path, stack)) == seen
    assert simulator.ledger.violations == []


def test_the_table_has_every_switch_in_its_default_and_in_another_setting() -> None:
    for switch in switchboard.switches():
        tried = [value for name, value, *_ in TABLE if name == switch.name]
        assert switch.default in tried, switch.name
        assert len(tried) > 1, switch.name


def test_every_value_that_can_be_listed_is_in_the_table() -> None:
    tried = {(name, str(value).lower()) for name, value, *_ in TABLE}
    listed = {
        (switch.name, value)
        for switch in switchboard.switches()
        for value in switch.values
        if value != "null" and not value.startswith("a number")
    }

    assert listed - tried == set()


def test_every_switch_is_explained() -> None:
    for switch in switchboard.switches():
        assert switch.description.endswith("."), switch.name
        assert all((switch.values, switch.where, switch.evidence, switch.because)), switch.name


def test_settings_are_read_as_json_or_as_plain_words() -> None:
    parsed = switchboard.parse(
        ["audio.unprocessed_status=422", "ask.failed_counts=false", "limit.retry_after=null"]
    )

    assert switchboard.convert(parsed) == Switches(
        audio_unprocessed_status=422, ask_failed_counts=False
    )
    assert switchboard.parse(["error.body=html", 'error.body="text"']) == {"error.body": "text"}


@pytest.mark.parametrize(
    ("setting", "problem"),
    [
        ("ask.faled_counts=true", "did you mean ask.failed_counts"),
        ("zzz=1", "available: token.likely_status, "),
        ("ask.failed_counts", "write NAME=VALUE"),
        (
            "ask.failed_counts=no",
            "cannot be 'no': Expected `bool`, got `str`; allowed: true",
        ),
        ("ask.failed_counts=1", "cannot be 1"),
        ("upload.status=404", "cannot be 404: Invalid enum value 404; allowed: 200, 201"),
        ("error.body=xml", "allowed: documented, empty, html, message, problem, text"),
        ("limit.retry_after=-1", "allowed: a number, at least 0, null"),
    ],
)
def test_a_setting_that_cannot_be_used_is_explained(setting: str, problem: str) -> None:
    with pytest.raises(ValueError, match=problem):
        switchboard.convert(switchboard.parse([setting]))


@pytest.mark.parametrize(
    "text",
    [
        'ask.failed_counts = false\n[error]\nbody = "html"\n',
        '"ask.failed_counts" = false\nerror.body = "html" # for proxies\n',
        '[ask]\nfailed_counts = false\n[error]\nbody="html"',
    ],
)
def test_a_file_of_switches_is_read(text: str, tmp_path: Path) -> None:
    file = tmp_path / "switches.toml"
    file.write_text(text)

    assert switchboard.read(file) == {"ask.failed_counts": False, "error.body": "html"}


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("ask.failed_counts = no", "is not a TOML file: .*line 1"),
        ("\n[ask]\n# yes\nfailed_counts = 1\n", "line 4: the switch ask.failed_counts cannot be 1"),
        ('upload.status = 201\n"upload.any_part" = 3', "line 2: the switch upload.any_part"),
        ("[ask]\nfaled_counts = true", "line 2: unknown switch 'ask.faled_counts'; did you"),
        ("ask = 5", "line 1: unknown switch 'ask'"),
        ("a = [1]", "line 1: unknown switch 'a'"),
        ('[[ask]]\nfailed_counts = "x"', "unknown switch 'ask'"),
    ],
)
def test_a_file_of_switches_that_cannot_be_used_names_the_line(
    text: str, problem: str, tmp_path: Path
) -> None:
    file = tmp_path / "switches.toml"
    file.write_text(text)

    with pytest.raises(ValueError, match=problem) as error:
        switchboard.read(file)

    assert str(error.value).startswith(str(file))

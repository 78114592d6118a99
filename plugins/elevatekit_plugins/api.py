"""The words in which codegen describes an API to the host.

The generated package holds one `Api`: a table of operations and the rules that the spec gives
for each. The host, the command line, the exports and the simulator serve whatever that table
describes; none of them knows an operation by name.

Units are seconds and characters. Names of properties and parameters are those of the wire
unless a field says otherwise.
"""

from __future__ import annotations

import difflib
import functools
import importlib
import json
from base64 import b64decode, b64encode
from collections.abc import Mapping
from importlib import resources
from types import ModuleType
from typing import Any, Final, Generic, Literal, TypeVar

from msgspec import Struct

T = TypeVar("T")

Evidence = Literal["source", "documented", "probed", "code", "likely", "assumed"]
"""How well a fact is known, best first: stated in the source document of the API; documented
by the vendor; seen in answers of the service by a probe; seen in working code; a strong inference;
a best reading that nobody confirmed."""

ROLES: Final = frozenset(
    {
        "identifier",
        "key",
        "type",
        "language",
        "state",
        "state_message",
        "declared_at",
        "uploaded_at",
        "downloaded_at",
        "processed_at",
        "sentences",
        "phrases",
        "phrase",
        "speaker",
        "start",
        "end",
        "score",
        "index",
        "redactions",
        "summary",
        "reasons",
        "actions_taken",
        "entities",
        "entity_type",
        "entity_value",
        "resolved",
        "action_items",
        "action",
        "coaching",
        "behavior",
        "recommendation",
        "topics",
        "topic",
        "concerns",
        "concern",
        "concern_actions",
        "concern_resolved",
        "question",
        "answer",
        "history",
        "failure",
        "asked_at",
    }
)
"""The words of `x-role`: what the simulator fills in, and the host and exporters look for. What
each of them means stands in `spec/README.md`."""

ScalarType = Literal["string", "integer", "number", "boolean"]

OPTIONS_TAKEN = frozenset(
    {
        "base-url",
        "body",
        "disable",
        "help",
        "json",
        "kind",
        "max-bytes",
        "no-plugins",
        "plain-http",
        "plugin",
        "poll",
        "retry",
        "timeout",
        "token-file",
    }
)
"""The options that the commands of operations have of their own."""

METAVAR_LIMIT: Final = 40
"""Characters that the choices of a parameter may take in the usage of a command."""


class Parameter(Struct, frozen=True, kw_only=True):
    """One argument of an operation: in the path, the query, a header, or the body.

    It is a scalar, or a list of scalars; then everything that is said of a value is said of each.
    """

    name: str
    """The name on the wire, for example `Accept-Language`."""
    python: str
    """The keyword of the generated method, for example `accept_language`."""
    location: Literal["path", "query", "header", "body"]
    required: bool
    type: ScalarType = "string"
    format: str | None = None
    """`uuid`, `date-time`, `uri` or None. A `uuid` is checked before a URL is built."""
    min_length: int | None = None
    max_length: int | None = None
    pattern: str | None = None
    """A regular expression that must be found in the value (`re.search`)."""
    enum: tuple[str, ...] = ()
    many: Literal["repeated", "commas"] | None = None
    """For a list: whether each value is sent under the name again, or all between commas."""
    role: str | None = None
    """In a body, what it means: the `x-role` of the property."""

    @property
    def option(self) -> str:
        """Its option on the command line: `--accept-language`.

        A keyword of Python is none there (`class_` is `--class`). What every command has itself is
        told apart by its place: `--query-timeout`.
        """
        word = self.python.strip("_").replace("_", "-")
        return f"--{self.location}-{word}" if word in OPTIONS_TAKEN else f"--{word}"

    @property
    def metavar(self) -> str:
        """What stands for its value in the usage of a command: what may be given, or a name."""
        choices = "|".join(self.enum)
        if choices and len(choices) <= METAVAR_LIMIT:
            return choices
        if self.location == "path" and self.format == "uuid":
            return "ID"
        if self.location == "path" or choices:
            return self.python.strip("_").upper()
        return "TEXT" if self.type == "string" else self.type.upper()


class Body(Struct, frozen=True, kw_only=True):
    """What an operation takes as its request body."""

    content_type: str
    required: bool = True
    model: str | None = None
    """Of JSON, the name in the models module: a struct, a union of structs, a list. Else None."""
    fields: tuple[Parameter, ...] = ()
    """For a form, and for a JSON object of scalars only: the properties, each a keyword of the
    method and an option of the command line. Empty where JSON is passed whole, as `model`."""
    part: str | None = None
    """For multipart: the name of the form field that carries the file. `{extension}` in it stands
    for the extension of the file's name (`filename.{extension}` becomes `filename.wav`)."""

    @property
    def kind(self) -> Literal["json", "form", "multipart", "bytes"]:
        """How it is written. `bytes`: the content of a file, as it is."""
        match self.content_type:
            case "application/x-www-form-urlencoded":
                return "form"
            case "multipart/form-data":
                return "multipart"
            case content_type:
                return "json" if is_json(content_type) else "bytes"

    @property
    def takes_file(self) -> bool:
        """Whether the method takes the path of a file."""
        return self.part is not None or self.kind == "bytes"

    @property
    def question(self) -> Parameter | None:
        """The field that holds what is asked, if this is the body of a question."""
        return next((field for field in self.fields if field.role == "question"), None)


class RetryRule(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`x-retry`: when an operation may be sent again, and how long a call may take in all."""

    deadline: float
    """The default total deadline of a call in seconds, retries and waits included."""
    statuses: Mapping[int, Evidence]
    """The statuses that leave the operation retryable, each with how well that is known."""
    safe: bool
    """Whether sending it again, when the first outcome is unknown, changes nothing."""


class Concurrency(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`x-concurrency`: how many requests of a group may be in flight at once."""

    group: str
    limit: int
    scope: Literal["account"] = "account"


class Quota(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`x-quota`: a budget of successes and errors that the server keeps for each resource."""

    per: str
    """The path parameter that names the resource, for example `interactionIdentifier`."""
    successes: int
    errors: int
    free: tuple[int, ...] = ()
    """Statuses that are taken not to count as an error response."""
    history: str | None = None
    """The operation that reads back what was asked, to settle an unknown outcome."""


class Waiter(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`x-waiter`: how to follow a resource until it is done, by polling this operation."""

    method: str
    """The name of the generated method beside the operation, for example `wait`."""
    property: str
    """The property of the answer that tells the state."""
    done: tuple[str, ...]
    failed: tuple[str, ...]
    waiting: tuple[str, ...] = ()
    """The states in which the server still waits for a file, so that it may be sent again."""
    message: str | None = None
    """The property that says why a failed one failed."""
    intervals: Mapping[str, float]
    """Kind of resource to seconds between two polls. The longest is used for an unknown kind."""


class Column(Struct, frozen=True):
    """One column of an export table."""

    name: str
    path: tuple[str, ...]
    """Where the value stands in the payload, or in the list's item. Empty: the item itself."""
    type: Literal["string", "integer", "number", "boolean", "json"]
    """`json` is anything that is not a scalar: written as a JSON text."""
    role: str | None = None


class Table(Struct, frozen=True):
    """One export table of an operation's payload, derived from its response schema.

    A table with an empty `name` holds the columns that belong into the row of the interaction.
    Every other one is a list in the payload: a row for each item. Only a result is exported whole;
    of any other operation there is what has a role, by which the host finds it.
    """

    name: str
    path: tuple[str, ...]
    """Where the object (empty name) or the list (any other) stands in the payload."""
    columns: tuple[Column, ...]
    role: str | None = None


class PullRule(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`x-pull` on an operation: what a pull makes of it."""

    kind: Literal["result", "question", "state", "parameters"]
    """`result`: fetched for every interaction. `question`: sent once for each `--ask`.
    `state`: says how far an interaction is. `parameters`: says what was declared."""
    types: tuple[str, ...] = ()
    """The types of interaction that have this result. Empty: all of them."""


class UploadRule(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Which declared interactions need a file uploaded, and by which operation."""

    operation: str
    types: tuple[str, ...]
    unless: str
    """The property of the declare body that makes an upload unnecessary (`downloadUri`)."""


class WaitRule(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Which declared interactions have to be waited for before results can be read."""

    operation: str
    types: tuple[str, ...]


class TurnsRule(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How a list of turns stands in the body of a declared chat.

    Used in both directions: `pull --declare` turns `{"id": …, "turns": [{"role", "text"}]}` into
    such a body; the simulator reads the conversation back out of it.
    """

    body: Mapping[str, str]
    """The properties that every such body has, for example `{"type": "chat", …}`."""
    participants: tuple[str, ...]
    """The path to the list of participants."""
    messages: tuple[str, ...]
    """The path to the list of messages."""
    participant: str
    """The property that joins the two lists."""
    name: str
    role: str
    time: str
    text: str


class Pull(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`x-pull` at the root: how interactions come to be, and by which id they are read."""

    declare: str
    """The operation that creates an interaction."""
    type: str
    """The property of its body that tells the types apart."""
    key: str
    """The property of its body that carries the caller's own id (`externalIdentifier`)."""
    identifier: str
    """The property of its answer, and the path parameter of all others, that is the id."""
    upload: UploadRule
    wait: WaitRule
    turns: TurnsRule


class Operation(Struct, Generic[T], frozen=True, kw_only=True):
    """One operation of the API. `T` is what its typed method returns."""

    id: str
    """The dotted path of the method, for example `gen_ai.cx.summary`."""
    method: str
    path: str
    """Below the base URL, its parameters in braces: `/interactions/{interactionIdentifier}`."""
    summary: str
    """One line. What else the spec tells people is read from `Api.document`."""
    parameters: tuple[Parameter, ...] = ()
    """In the order of the method's arguments; path parameters first."""
    body: Body | None = None
    success: tuple[int, ...]
    """The documented statuses below 300."""
    model: str | None = None
    """The name of the answer in the models module. None: the answer is no JSON."""
    media: str | None = None
    """The media type of an answer that is no JSON: `str` for a text, else `bytes`, as it came.
    Where there is no `model` either, the answer has no body."""
    empty: tuple[int, ...] = ()
    """The statuses of `success` that come without a body; the method returns None for them."""
    errors: Mapping[int, str] = {}
    """Each documented status from 400 up, and the name of its class in the errors module."""
    others: Mapping[int, str] = {}
    """The same for all other statuses of a hundred, 4 or 5: what the spec says of `4XX`, `5XX` and
    `default`."""
    public: bool = False
    """Whether it is sent without the credential."""
    retry: RetryRule
    concurrency: Concurrency | None = None
    quota: Quota | None = None
    waiter: Waiter | None = None
    pull: PullRule | None = None
    tables: tuple[Table, ...] = ()
    evidence: Evidence

    def error(self, status: int) -> str | None:
        """The name of the error class of a status; None where the spec does not document it."""
        return self.errors.get(status) or self.others.get(status // 100)

    @property
    def words(self) -> tuple[str, ...]:
        """The id as words of the command line: `("gen-ai", "cx", "summary")`."""
        return tuple(part.replace("_", "-") for part in self.id.split("."))


class ApiKey(Struct, frozen=True, kw_only=True):
    """The security scheme of the API: a credential in a header of every request."""

    header: str
    scheme: Literal["Bearer", "Basic"] | None = None
    """The word before it (RFC 6750, RFC 7617). None: it stands alone. With `Basic` it is a user and
    a password, `user:password`, which are sent in base64."""
    description: str = ""

    def value(self, credential: str) -> str:
        """What the header holds for a credential."""
        if self.scheme == "Basic":
            credential = b64encode(credential.encode()).decode("ascii")
        return credential if self.scheme is None else f"{self.scheme} {credential}"

    def credential(self, value: str) -> str:
        """The credential in what the header holds; empty where there is none."""
        if self.scheme is None:
            return value
        scheme, _, credential = value.partition(" ")
        if scheme.lower() != self.scheme.lower():
            return ""
        if self.scheme == "Bearer":
            return credential.strip()
        try:
            return b64decode(credential, validate=True).decode()
        except ValueError:  # of base64, and of UTF-8
            return ""


class Api(Struct, frozen=True, kw_only=True):
    """Everything that the host knows of an API. Codegen writes it; `elevatekit.operations.API`."""

    name: str
    """The name of the command, of its configuration file and of its variables: `elevatekit`."""
    title: str
    version: str
    package: str
    """The generated package; `models`, `errors` and `openapi.json` are in it."""
    base_url: str
    key: ApiKey
    error_message: str
    """The property of an error body that carries the message (`errorMessage`)."""
    operations: tuple[Operation[Any], ...]
    pull: Pull | None = None

    def operation(self, id: str) -> Operation[Any]:
        """The operation with this dotted id.

        Raises:
            KeyError: there is none; the message names the nearest.
        """
        for operation in self.operations:
            if operation.id == id:
                return operation
        raise KeyError(
            f"unknown operation {id!r}{did_you_mean(id, [o.id for o in self.operations])}"
        )

    def of_kind(self, kind: str) -> tuple[Operation[Any], ...]:
        """The operations that a pull treats alike: those whose `PullRule` has this kind."""
        return tuple(o for o in self.operations if o.pull is not None and o.pull.kind == kind)

    def env(self, setting: str) -> str:
        """The environment variable of a setting: `token` is `ELEVATEKIT_TOKEN`."""
        return f"{self.name}_{setting}".upper()

    def model(self, name: str) -> Any:
        """The type of this name in the generated models module, imported on first use."""
        return getattr(_module(f"{self.package}.models"), name)

    def error(self, status: int, operation: Operation[Any]) -> Any:
        """The generated error class of a status, or None where the spec documents none."""
        name = operation.error(status)
        if name is None:
            return None
        return getattr(_module(f"{self.package}.errors"), name)

    def document(self) -> dict[str, Any]:
        """The OpenAPI document itself, from the package's `openapi.json`."""
        text = resources.files(self.package).joinpath("openapi.json").read_text("utf-8")
        document: dict[str, Any] = json.loads(text)
        return document


@functools.cache
def _module(name: str) -> ModuleType:
    """A module, whole: where another thread imports it just now, this waits for that thread.

    Asked for in every call, and importing what is there already takes longer than decoding.
    `sys.modules` is no answer: it holds a module from the first line of its import on.
    """
    return importlib.import_module(name)


def is_json(media_type: str) -> bool:
    """Whether a media type is JSON: itself, or one with its suffix (RFC 6838, 4.2.8)."""
    essence = media_type.partition(";")[0].strip().lower()
    return essence == "application/json" or essence.endswith("+json")


def did_you_mean(word: str, known: list[str]) -> str:
    """`"; did you mean a, b?"` with the nearest known words, or an empty string."""
    near = difflib.get_close_matches(word, known, n=3, cutoff=0.5)
    return f"; did you mean {', '.join(near)}?" if near else ""

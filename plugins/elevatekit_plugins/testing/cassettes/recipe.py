"""The options of vcrpy that make cassettes worth committing, and the persister that keeps them."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from importlib import import_module
from pathlib import Path
from typing import Any, Final, Self
from urllib.parse import urlsplit

from elevatekit_plugins.api import Api
from elevatekit_plugins.builtin.export.files import NewFile
from elevatekit_plugins.testing.cassettes import document
from elevatekit_plugins.testing.cassettes.canary import hidden
from elevatekit_plugins.testing.cassettes.canonical import (
    RecordedRequest,
    RecordedResponse,
    canonical_request,
    canonical_response,
    is_loopback,
    request_headers,
)
from elevatekit_plugins.testing.cassettes.errors import CassetteError

MAX_INTERACTIONS: Final = 50
"""Finding an interaction takes time that grows with the square of their number."""
MAX_BYTES: Final = 256 * 1024

_CREDENTIALS: Final = frozenset({"authorization", "cookie", "proxy-authorization"})


class Recipe:
    """Takes note of secrets as requests pass, and refuses to write a cassette that holds one.

    One serves a whole session: what was a secret once is looked for ever after.
    """

    def __init__(self, api: Api) -> None:
        self._base_url = api.base_url
        self._kept = request_headers(api)
        self._credentials = _CREDENTIALS | {api.key.header.lower()}
        self._secrets: dict[str, str] = {}
        """Each secret, and what it is."""
        if token := os.environ.get(api.env("token")):
            self._secrets[token] = f"the value of {api.env('token')}"

    def options(self) -> dict[str, Any]:
        """The options, for `vcr_config` of pytest-recording or `use_cassette` of vcrpy."""
        return {
            "before_record_request": self.request,
            "before_record_response": self.response,
            "decode_compressed_response": True,
            "match_on": ("method", "uri", "headers", "raw_body"),
            "persister": self,
        }

    def request(self, request: RecordedRequest) -> RecordedRequest:
        """What of a request is recorded and compared. Its secrets are noted."""
        for name, value in request.headers.items():
            if name.lower() in self._credentials:
                # `Authorization` has the scheme before the secret.
                for secret in (str(value), *str(value).split()[-1:]):
                    self._secrets.setdefault(secret, f"the value of the header {name}")
        parts = urlsplit(request.uri)
        if is_loopback(parts.hostname) and parts.port:
            self._secrets.setdefault(parts.netloc, "the address on this machine")
        canonical_request(request, self._base_url, self._kept)
        return request

    def response(self, response: RecordedResponse) -> RecordedResponse:
        """What of a response is recorded."""
        canonical_response(response)
        return response

    def load_cassette(self, cassette_path: str | os.PathLike[str], serializer: object) -> Any:
        """Read a cassette: vcrpy's requests and responses.

        Raises:
            CassetteError: it cannot be read, or is no cassette.
        """
        path = Path(cassette_path)
        if not path.exists():
            raise import_module("vcr.persisters.filesystem").CassetteNotFoundError(path)
        try:
            text = path.read_text("utf-8")
            return import_module("vcr.serialize").deserialize(text, document)
        except UnicodeDecodeError:
            problem = "it is no UTF-8"
        except OSError as error:
            problem = f"it cannot be read: {error.strerror}"
        except CassetteError as error:
            problem = str(error)
        raise CassetteError(
            f"cassette {path}: {problem}; restore it, or record it with --record-mode=rewrite"
        )

    def save_cassette(
        self,
        cassette_path: str | os.PathLike[str],
        cassette_dict: Mapping[str, Any],
        serializer: object,
    ) -> None:
        """Write a cassette whole, or nothing of it.

        Interactions are put in order by URI, method and body; those that are equal in all three
        keep the order in which they happened.

        Raises:
            CassetteError: it holds a secret or is too large. Nothing was written.
            ConfigError: there is no writing to that place.
        """
        path = Path(cassette_path)
        both = zip(cassette_dict["requests"], cassette_dict["responses"], strict=True)
        interactions = sorted(both, key=_order)
        if len(interactions) > MAX_INTERACTIONS:
            raise _refusal(
                path,
                f"{len(interactions)} interactions are more than {MAX_INTERACTIONS};"
                " split the test, or let it talk to the simulator",
            )
        for number, (request, response) in enumerate(interactions, 1):
            if leak := self._leak(request, response):
                raise _refusal(
                    path,
                    f"interaction {number} of {len(interactions)} ({request.method}): {leak};"
                    " keep it out of what is sent and answered, or remove it by a before_record"
                    " function of your own",
                )
        requests = [request for request, _ in interactions]
        responses = [response for _, response in interactions]
        text: str = import_module("vcr.serialize").serialize(
            {"requests": requests, "responses": responses}, document
        )
        content = text.encode("utf-8")
        if len(content) > MAX_BYTES:
            raise _refusal(
                path,
                f"{len(content) // 1024} KB are more than {MAX_BYTES // 1024} KB;"
                " split the test, or let it ask for less",
            )
        _write(path, content)

    def _leak(self, request: RecordedRequest, response: RecordedResponse) -> str | None:
        """Where an interaction holds a secret, which, and how it is written; never its value."""
        for place, data in _places(request, response):
            for secret, what in self._secrets.items():
                if how := hidden(secret, data):
                    return f"the {place} holds {what}, {how}"
        return None

    def __deepcopy__(self, memo: object) -> Self:
        # pytest-recording copies the options; the secrets have to be one set all the same.
        return self


def _order(interaction: tuple[RecordedRequest, RecordedResponse]) -> tuple[str, str, bytes]:
    request, _ = interaction
    return request.uri, request.method, _bytes(request.body)


def _places(request: RecordedRequest, response: RecordedResponse) -> Iterator[tuple[str, bytes]]:
    yield "URI of the request", request.uri.encode()
    yield "body of the request", _bytes(request.body)
    for name, values in request.headers.items():
        yield f"header {name} of the request", str(values).encode()
    yield "reason of the response", str(response["status"]["message"]).encode()
    for name, values in response["headers"].items():
        yield f"header {name} of the response", str(values).encode()
    yield "body of the response", _bytes(response["body"]["string"])


def _bytes(body: object) -> bytes:
    return body if isinstance(body, bytes) else str(body or "").encode()


def _refusal(path: Path, problem: str) -> CassetteError:
    return CassetteError(f"cassette {path}: nothing was written: {problem}")


def _write(path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    new = NewFile(path)
    try:
        new.file.write(content)
        new.close()
        new.appear()
    except BaseException:
        new.discard()
        raise

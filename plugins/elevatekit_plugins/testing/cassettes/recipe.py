"""The options of vcrpy that make cassettes worth committing, and the persister that keeps them."""

from __future__ import annotations

import os
from collections.abc import Mapping
from importlib import import_module
from pathlib import Path
from typing import Any, Final, Self

from elevatekit_plugins.api import Api
from elevatekit_plugins.builtin.export.files import NewFile
from elevatekit_plugins.testing.cassettes import document
from elevatekit_plugins.testing.cassettes.canonical import (
    RecordedRequest,
    RecordedResponse,
    canonical_request,
    canonical_response,
    request_headers,
)
from elevatekit_plugins.testing.cassettes.errors import CassetteError, UnreadableError
from elevatekit_plugins.testing.cassettes.leaks import Secrets, as_bytes

MAX_INTERACTIONS: Final = 50
"""Finding an interaction takes time that grows with the square of their number."""
MAX_BYTES: Final = 256 * 1024


class Recipe:
    """Takes note of secrets as requests pass, and refuses to write a cassette that holds one.

    One serves a whole session: what was a secret once is looked for ever after.
    """

    def __init__(self, api: Api) -> None:
        self._base_url = api.base_url
        self._kept = request_headers(api)
        self._secrets = Secrets(api)

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
        self._secrets.note(request)
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
            text = document.text_of(path)
            return import_module("vcr.serialize").deserialize(text, document)
        except UnreadableError as error:
            raise CassetteError(
                f"cassette {path}: {error}; restore it, or record it with --record-mode=rewrite"
            ) from None

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
            for leak in self._secrets.leaks(request, response):
                which = f"interaction {number} of {len(interactions)} ({request.method})"
                raise _refusal(
                    path,
                    f"{which}: {leak.reason}; keep it out of what is sent and answered,"
                    " or remove it by a before_record function of your own",
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

    def __deepcopy__(self, memo: object) -> Self:
        # pytest-recording copies the options; the secrets have to be one set all the same.
        return self


def _order(interaction: tuple[RecordedRequest, RecordedResponse]) -> tuple[str, str, bytes]:
    request, _ = interaction
    return request.uri, request.method, as_bytes(request.body)


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

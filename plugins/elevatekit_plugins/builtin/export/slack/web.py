"""Talking to Slack: at its pace, and with certainty about what has been done."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final, cast
from urllib.parse import urlencode

import msgspec

from elevatekit_plugins.builtin.export.slack.addresses import SLACK, check_address
from elevatekit_plugins.builtin.export.slack.refusals import RefusedError, UnsureError, refusal
from elevatekit_plugins.errors import ConfigError, TransportError
from elevatekit_plugins.hooks.descriptors import HttpSender
from elevatekit_plugins.messages import FileBody, Headers, Request, Response
from elevatekit_plugins.secrecy import Secret, redact

PACE: Final = 1.0
"""Seconds between two messages, and the wait where Slack asks for one in no sensible form."""
OBEYED: Final = 120.0
"""Seconds: the longest wait that Slack can ask for."""
TRIES: Final = 5

_JSON: Final = ("Content-Type", "application/json; charset=utf-8")
_FORM: Final = ("Content-Type", "application/x-www-form-urlencoded")
_BYTES: Final = ("Content-Type", "application/octet-stream")


class SlackWeb:
    """Sends requests to Slack, and again only where it is certain that nothing was done.

    All methods raise RefusedError where Slack did not do it, and UnsureError where it may have.
    Neither shows a token or an address.

    Args:
        clock: seconds of a clock that never goes back.
        sleep: waits for so many seconds.
    """

    def __init__(
        self,
        send: HttpSender,
        timeout: float,
        clock: Callable[[], float],
        sleep: Callable[[float], None],
    ) -> None:
        self._send = send
        self._timeout = timeout
        self._clock = clock
        self._sleep = sleep
        self._next_message = clock()

    def post_webhook(self, url: Secret, message: bytes) -> None:
        """Post a message to an incoming webhook."""
        request = Request(
            operation="slack.webhook",
            method="POST",
            url=url.reveal(),
            headers=(_JSON,),
            body=message,
        )
        response = self._message(request, (url.reveal(),))
        word = response.text.strip()
        if response.status != 200 or word != "ok":
            raise refusal(response, word)

    def post_message(self, api: str, token: Secret, message: bytes) -> dict[str, Any]:
        """`chat.postMessage`: post to a channel, and get where it went and when."""
        return self._call(api, token, "chat.postMessage", _JSON, message, message=True)

    def upload(self, api: str, token: Secret, path: str, name: str) -> str:
        """Give Slack a file, which nobody sees yet; the id of the file."""
        body = FileBody.of(path)
        form = urlencode({"filename": name, "length": len(body)}).encode()
        place = self._call(api, token, "files.getUploadURLExternal", _FORM, form)
        try:
            address = check_address("the upload address", str(place.get("upload_url")), SLACK)
        except ConfigError as error:
            raise RefusedError(f"Slack returned an unexpected upload address: {error}") from None
        request = Request(
            operation="slack.upload", method="POST", url=address, headers=(_BYTES,), body=body
        )
        response = self._sent(request, (address,))
        if response.status != 200:
            raise refusal(response)
        return str(place.get("file_id"))

    def share(self, api: str, token: Secret, file: str, title: str, at: tuple[str, str]) -> None:
        """`files.completeUploadExternal`: show a file in the thread of a message.

        Args:
            at: the message's channel and its `ts`.
        """
        channel, thread = at
        body = msgspec.json.encode(
            {"files": [{"id": file, "title": title}], "channel_id": channel, "thread_ts": thread}
        )
        self._call(api, token, "files.completeUploadExternal", _JSON, body, message=True)

    def _call(
        self,
        api: str,
        token: Secret,
        method: str,
        kind: tuple[str, str],
        body: bytes,
        *,
        message: bool = False,
    ) -> dict[str, Any]:
        headers: Headers = (kind, ("Authorization", f"Bearer {token.reveal()}"))
        request = Request(
            operation=f"slack.{method}",
            method="POST",
            url=f"{api}/{method}",
            headers=headers,
            body=body,
        )
        send = self._message if message else self._sent
        response = send(request, (token.reveal(),))
        answer = _object(response)
        if response.status != 200 or answer.get("ok") is not True:
            raise refusal(response, answer.get("error"), answer.get("needed"))
        return answer

    def _message(self, request: Request, secrets: tuple[str, ...]) -> Response:
        """Send what appears in a channel, a second after the last one."""
        wait = self._next_message - self._clock()
        if wait > 0:
            self._sleep(wait)
        try:
            return self._sent(request, secrets)
        finally:
            self._next_message = self._clock() + PACE

    def _sent(self, request: Request, secrets: tuple[str, ...]) -> Response:
        for _ in range(TRIES):
            try:
                response = self._send(request, timeout=self._timeout)
            except TransportError as error:
                kind = UnsureError if error.sent else RefusedError
                raise kind(redact(str(error), secrets)) from None
            if response.status != 429:
                return response
            self._sleep(_asked(response))
        raise RefusedError(
            f"Slack was too busy {TRIES} times in a row (HTTP 429); export again later"
        )


def _asked(response: Response) -> float:
    """Seconds to wait after a 429.

    Raises:
        RefusedError: they are too many.
    """
    text = (response.header("retry-after") or "").strip()
    if not (text.isascii() and text.isdigit()):
        return PACE
    if len(text) > 12 or int(text) > OBEYED:
        shown = text if len(text) <= 12 else f"{text[:12]}…"
        raise RefusedError(
            f"Slack asks to wait {shown} s (HTTP 429), more than the limit of {OBEYED:g} s;"
            " export again later"
        )
    return max(PACE, float(text))


def _object(response: Response) -> dict[str, Any]:
    try:
        answer = response.json()
    except ValueError:
        return {}
    return cast("dict[str, Any]", answer) if isinstance(answer, dict) else {}

"""What Slack answers when it does not do what it was asked: what it means, and what to do."""

from __future__ import annotations

import re
from typing import Final

from elevatekit_plugins.errors import ElevateKitError
from elevatekit_plugins.messages import Response

_CODE: Final = re.compile(r"[a-z_]{2,60}\Z")

_AUTH: Final = "set `token` in [plugins.slack] to the bot token of an installed app"
_WEBHOOK: Final = "create a new one in the settings of the Slack app and set `webhook` to it"
_FORM: Final = "this is a defect of elevatekit; please report it with the output of slack:-"
_ARCHIVED: Final = "the channel is archived; use another one"

_REMEDIES: Final = {
    "channel_not_found": "check the channel; if it is private, invite the app: /invite @app",
    "not_in_channel": "invite the app to the channel: /invite @app",
    "is_archived": _ARCHIVED,
    "channel_is_archived": _ARCHIVED,
    "invalid_auth": _AUTH,
    "not_authed": _AUTH,
    "account_inactive": _AUTH,
    "token_revoked": _AUTH,
    "token_expired": _AUTH,
    "no_service": _WEBHOOK,
    "no_team": _WEBHOOK,
    "invalid_token": _WEBHOOK,
    "action_prohibited": "an administrator of the workspace must allow it",
    "restricted_action": "an administrator of the workspace must allow it",
    "file_uploads_disabled": "the workspace does not accept files; set `file = false`",
    "file_upload_size_restricted": "the workspace rejects files of this size; set `file = false`",
    "invalid_payload": _FORM,
    "invalid_blocks": _FORM,
    "msg_blocks_too_long": _FORM,
}

# "It is possible that some aspect of the operation succeeded before the error was raised."
_UNSURE: Final = frozenset(
    {"fatal_error", "internal_error", "service_unavailable", "request_timeout", "rollup_error"}
)


class RefusedError(ElevateKitError):
    """Slack did not do what it was asked, for certain."""


class UnsureError(ElevateKitError):
    """Slack may or may not have done what it was asked."""


def refusal(response: Response, code: object = None, scope: object = None) -> ElevateKitError:
    """The error that says what an answer means.

    Args:
        code: Slack's word for it, where the answer has one.
        scope: the scope that a token lacks.
    """
    status = response.status
    if isinstance(code, str) and _CODE.match(code):
        text = f"Slack says {code}"
        if code == "missing_scope":
            lacking = f" {scope}" if isinstance(scope, str) and len(scope) < 200 else ""
            remedy = f"add the scope{lacking} to the Slack app and install it again"
        elif code in _REMEDIES:
            remedy = _REMEDIES[code]
        elif status in (404, 410):
            remedy = _WEBHOOK
        else:
            remedy = "docs.slack.dev/reference lists the errors of each method"
        unsure = code in _UNSURE or status >= 500
        return (UnsureError if unsure else RefusedError)(f"{text} (HTTP {status}); {remedy}")
    if status in (404, 410):
        return RefusedError(f"nothing exists at this address (HTTP {status}); {_WEBHOOK}")
    what = (response.header("content-type") or "no content type").split(";")[0][:60]
    text = (
        f"the response is not from Slack (HTTP {status}, {what}); is there a proxy in between,"
        " and is the address in [plugins.slack] right?"
    )
    return UnsureError(text) if status < 300 or status >= 500 else RefusedError(text)

"""What Slack answers when it does not do what it was asked: what it means, and what to do."""

from __future__ import annotations

import re
from typing import Final

from elevatekit_plugins.errors import ElevateKitError
from elevatekit_plugins.messages import Response

_CODE: Final = re.compile(r"[a-z_]{2,60}\Z")

_AUTH: Final = "set `token` in [plugins.slack] to the bot token of an app that is installed"
_WEBHOOK: Final = "make a new one in the settings of the Slack app and set `webhook` to it"
_FORM: Final = "this is a defect of elevatekit: please report it, with what slack:- writes"
_ARCHIVED: Final = "the channel is archived: name another one"

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
    "file_uploads_disabled": "the workspace takes no files: set `file = false`",
    "file_upload_size_restricted": "the workspace takes no file that large: set `file = false`",
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
            remedy = "docs.slack.dev/reference lists what each method can answer"
        unsure = code in _UNSURE or status >= 500
        return (UnsureError if unsure else RefusedError)(f"{text} (HTTP {status}); {remedy}")
    if status in (404, 410):
        return RefusedError(f"there is nothing at this address (HTTP {status}); {_WEBHOOK}")
    what = (response.header("content-type") or "no content type").split(";")[0][:60]
    text = (
        f"what answered does not speak like Slack (HTTP {status}, {what}); is there a proxy on"
        " the way, and is the address in [plugins.slack] right?"
    )
    return UnsureError(text) if status < 300 or status >= 500 else RefusedError(text)

"""What the user can set of the exporter `slack`."""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta, Struct

from elevatekit_plugins.secrecy import Secret

Lines = Annotated[int, Meta(ge=0, le=50)]


class SlackSettings(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Settings of the exporter `slack`."""

    token: Secret | None = None
    """The token of a bot (`xoxb-…`), to post to a channel. It needs the scope `chat:write`, and
    `files:write` for the file; the bot must be a member of the channel."""
    webhook: Secret | None = None
    """The URL of an incoming webhook, where no channel is named. It is posted to a channel of
    its own choice, and takes no file."""
    title: Annotated[str, Meta(pattern=r"\S")] = "Interactions"
    """The heading of the digest, up to 150 characters."""
    topics: Lines = 10
    """How many of the most frequent topics are shown, and of what is most often to be coached."""
    attention: Lines = 10
    """How many interactions are shown of each kind that needs attention: the first ones."""
    file: bool = True
    """Whether the table of the interactions follows as a CSV file, in the digest's thread."""
    repeat: bool = False
    """Whether a digest is posted again that was posted, or may have been, by an earlier export
    of the same journal. Otherwise it is posted once, until it changes."""
    timeout: Annotated[float, Meta(gt=0)] = 60.0
    """Seconds for each request."""
    api_url: str = "https://slack.com/api"
    """Where Slack's Web API is. The token goes there, so it must be Slack's own (`slack.com`,
    `slack-gov.com`), or on this machine."""

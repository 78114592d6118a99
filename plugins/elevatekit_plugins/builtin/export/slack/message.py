"""A digest as a message of Slack: blocks within Slack's limits, and the bytes that are posted."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, Final, Protocol

import msgspec
from slack_sdk.models.blocks import (
    HeaderBlock,
    MarkdownTextObject,
    PlainTextObject,
    SectionBlock,
)

from elevatekit_plugins.builtin.export.slack.plain import plain, size
from elevatekit_plugins.builtin.export.slack.tally import Digest, Listing

HEADER: Final = 150
SECTION: Final = 3_000
"""Slack's limits of a header's and of a section's text, in characters."""
MESSAGE: Final = 10_000
"""Our limit of all texts of a message together. Slack's is written nowhere: messages of 12,000
characters have been refused, depending on what else was in them."""
_MORE: Final = len("… 999,999,999 more\n")


class _Block(Protocol):
    """What we need of slack_sdk's blocks: a dictionary, once they have validated themselves."""

    def to_dict(self, *args: Any) -> dict[str, Any]: ...


def compose(digest: Digest, title: str, channel: str | None = None) -> bytes:
    """The JSON that is posted: to a webhook, or to a channel.

    It is readable, since people keep it as a file. Foreign text stands in `plain_text` objects
    alone, where Slack looks for no formatting. Nothing is unfurled.
    """
    heading = plain(title, HEADER)
    (_, interactions), *others = digest.counts
    numbers = [f"{interactions:,} in all", *(f"{n:,} {what.lower()}" for what, n in others)]
    blocks: list[_Block] = [
        HeaderBlock(text=_plain(heading)),
        SectionBlock(fields=[_ours(f"*{what}*\n{number:,}") for what, number in digest.counts]),
    ]
    room = MESSAGE - size(heading) - sum(size(what) + 20 for what, _ in digest.counts)
    for index, listing in enumerate(digest.listings):
        # What one does not need is left to those after it.
        share = room // (len(digest.listings) - index)
        bold = f"*{listing.heading}* ({listing.total:,})"
        lines = _fitting(listing, share - size(bold))
        room -= size(bold) + sum(size(line) + 1 for line in lines)
        blocks.append(SectionBlock(text=_ours(bold)))
        blocks += [SectionBlock(text=_plain(text)) for text in _sections(lines)]
    to = {} if channel is None else {"channel": channel}
    payload = {
        **to,
        "text": f"{heading}: {', '.join(numbers)}",
        "blocks": [block.to_dict() for block in blocks],
        "unfurl_links": False,
        "unfurl_media": False,
    }
    return msgspec.json.format(msgspec.json.encode(payload), indent=2) + b"\n"


def _plain(text: str) -> PlainTextObject:
    # Without `emoji`, `:name:` stays as it was written.
    return PlainTextObject(text=text, emoji=False)


def _ours(text: str) -> MarkdownTextObject:
    return MarkdownTextObject(text=text, verbatim=True)


def _fitting(listing: Listing, room: int) -> list[str]:
    """The lines for which there is room, and how many more there are."""
    lines: list[str] = []
    room -= _MORE
    for line in listing.lines:
        room -= size(line) + len("• \n")
        if room < 0:
            break
        lines.append(f"• {line}")
    if hidden := listing.total - len(lines):
        lines.append(f"… {hidden:,} more")
    return lines


def _sections(lines: Iterable[str]) -> Iterator[str]:
    """The lines in texts that each fit into a section; a line always does."""
    text = ""
    for line in lines:
        if text and size(text) + 1 + size(line) > SECTION:
            yield text
            text = line
        else:
            text = f"{text}\n{line}" if text else line
    yield text

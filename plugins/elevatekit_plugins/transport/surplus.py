"""Bytes that come behind an answer: they must not become the answer to the next request."""

from __future__ import annotations

from typing import Any

import httpx2


def end_surplus(response: httpx2.Response) -> None:
    """Have a connection closed with its response, where more came than that response.

    What a server (or whoever got hold of one that shares the connection) sends unasked is read
    together with the answer, and httpcore2 would keep it, and take it for what the next request
    was answered: another interaction's data, or a success of what never arrived. Neither of the
    two libraries offers a way to look, so this reaches into both; the fault matrix holds that it
    works (`second_answer`).
    """
    stream: Any = getattr(response.stream, "_httpcore_stream", None)
    if stream is None:
        return  # a cassette, or a mock of httpx2, answered in the place of a connection
    http: Any = stream._stream._connection._h11_state
    if http.trailing_data[0]:
        http.send_failed()  # then the connection cannot be used again, and is closed

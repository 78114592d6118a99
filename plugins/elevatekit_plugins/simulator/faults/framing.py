"""Bodies whose length is told wrongly: by Content-Length, by chunks, or by both."""

from __future__ import annotations

from elevatekit_plugins.simulator.faults.kinds import Case, Script, wire
from elevatekit_plugins.simulator.faults.raw import chunk, halves, head

_CHUNKED = ("transfer-encoding", "chunked")


@wire(spoils=True)
def short_length(case: Case) -> Script:
    """Content-Length is half of what comes."""
    content = case.answer.content
    yield head(case.answer, ("content-length", str(len(content) // 2))) + content


@wire(spoils=True)
def long_length(case: Case) -> Script:
    """Content-Length is ten bytes more than what comes before the connection is closed."""
    content = case.answer.content
    yield head(case.answer, ("content-length", str(len(content) + 10))) + content


@wire(spoils=True)
def two_lengths(case: Case) -> Script:
    """There are two Content-Length headers, and only the second is right."""
    content = case.answer.content
    lengths = ("content-length", str(len(content) // 2)), ("content-length", str(len(content)))
    yield head(case.answer, *lengths) + content


@wire(spoils=True)
def negative_length(case: Case) -> Script:
    """Content-Length is -1."""
    yield head(case.answer, ("content-length", "-1")) + case.answer.content


@wire(spoils=True)
def wordy_length(case: Case) -> Script:
    """Content-Length is `many`."""
    yield head(case.answer, ("content-length", "many")) + case.answer.content


@wire(spoils=True)
def both_lengths(case: Case) -> Script:
    """There are Content-Length and chunks: one side of a request smuggled past a proxy."""
    content = case.answer.content
    yield head(case.answer, ("content-length", str(len(content))), _CHUNKED)
    yield chunk(content) + chunk(b"")


@wire(spoils=True)
def no_length(case: Case) -> Script:
    """The true answer without any length; it ends where the connection is closed."""
    yield head(case.answer, ("connection", "close")) + case.answer.content


@wire(spoils=True)
def cut_without_length(case: Case) -> Script:
    """Half of the true answer without any length: that it was cut cannot be seen from HTTP."""
    yield head(case.answer, ("connection", "close")) + halves(case.answer.content)[0]


@wire(spoils=True)
def cut_chunk(case: Case) -> Script:
    """The connection is closed within a chunk."""
    yield head(case.answer, _CHUNKED) + halves(chunk(case.answer.content))[0]


@wire(spoils=True)
def missing_last_chunk(case: Case) -> Script:
    """All chunks come but the empty one that ends them."""
    yield head(case.answer, _CHUNKED) + chunk(case.answer.content)


@wire(spoils=True)
def bad_chunk_size(case: Case) -> Script:
    """The size of a chunk is no number."""
    yield head(case.answer, _CHUNKED) + b"zz\r\n" + case.answer.content + b"\r\n" + chunk(b"")


@wire(spoils=True)
def huge_chunk_size(case: Case) -> Script:
    """The size of a chunk is 16 exabytes."""
    yield head(case.answer, _CHUNKED) + b"f" * 16 + b"\r\n" + case.answer.content


@wire(spoils=True)
def long_chunk(case: Case) -> Script:
    """A chunk is longer than its size says."""
    content = case.answer.content
    yield head(case.answer, _CHUNKED)
    yield b"%x\r\n%s\r\n" % (len(content) // 2, content) + chunk(b"")


@wire(spoils=True)
def unknown_transfer_encoding(case: Case) -> Script:
    """Transfer-Encoding is one that HTTP does not have."""
    yield head(case.answer, ("transfer-encoding", "cbor")) + case.answer.content

"""Bodies that are no answer: pages, pieces of JSON, what breaks parsers, odd text encodings."""

from __future__ import annotations

import codecs
from typing import Final

import msgspec
from msgspec import UNSET

from elevatekit_plugins.simulator.contract import JSON
from elevatekit_plugins.simulator.faults.kinds import Answer, Case, application

_HTML: Final = "text/html; charset=utf-8"
_PAGE: Final = b"<!DOCTYPE html><html><head><title>%s</title></head><body><h1>%s</h1></body></html>"


def _page(status: int, title: bytes) -> Answer:
    return Answer(status=status, headers=(("content-type", _HTML),), content=_PAGE % (title, title))


def _json(case: Case, content: bytes) -> Answer:
    return case.answer.with_header("content-type", JSON).with_content(content)


def _beside(case: Case, member: bytes) -> Answer:
    """The true answer with one member more; where it is no object, that member alone."""
    content = case.answer.content
    if content.startswith(b"{") and content != b"{}":
        return _json(case, b"{" + member + b"," + content[1:])
    return _json(case, b"{" + member + b"}")


@application()
def html_200(case: Case) -> Answer:
    """A login page with 200, as a captive portal sends it."""
    return _page(200, b"Log in")


@application()
def html_404(case: Case) -> Answer:
    """A page with 404, as a web server sends it for a path that it does not know."""
    return _page(404, b"404 Not Found")


@application()
def html_502(case: Case) -> Answer:
    """A page with 502, as a gateway sends it."""
    return _page(502, b"502 Bad Gateway")


@application()
def html_503(case: Case) -> Answer:
    """A page with 503, as a service under maintenance sends it."""
    return _page(503, b"503 Service Unavailable")


@application()
def text_500(case: Case) -> Answer:
    """500 with a line of plain text."""
    return Answer(
        status=500, headers=(("content-type", "text/plain"),), content=b"Internal Server Error"
    )


@application()
def empty_500(case: Case) -> Answer:
    """500 without a body."""
    return Answer(status=500)


@application()
def odd_error_body(case: Case) -> Answer:
    """500 whose JSON has another form than the documented one."""
    return Answer(
        status=500,
        headers=(("content-type", JSON),),
        content=msgspec.json.encode({"error": {case.message: 17}, "errors": [None, []]}),
    )


@application()
def huge_error_body(case: Case) -> Answer:
    """500 whose message has a million characters."""
    content = msgspec.json.encode({case.message: "no! " * 250_000})
    return Answer(status=500, headers=(("content-type", JSON),), content=content)


@application(spoils=True)
def empty_200(case: Case) -> Answer:
    """An answer whose body is empty, although it is called JSON."""
    return _json(case, b"")


@application(spoils=True)
def blank_200(case: Case) -> Answer:
    """An answer whose body is blanks and line ends."""
    return _json(case, b" \r\n\t" * 8)


@application(spoils=True)
def wrong_content_type(case: Case) -> Answer:
    """The true answer, called HTML."""
    return case.answer.with_header("content-type", _HTML)


@application(spoils=True)
def no_content_type(case: Case) -> Answer:
    """The true answer without a Content-Type."""
    return case.answer.with_header("content-type")


@application(spoils=True)
def two_content_types(case: Case) -> Answer:
    """The true answer with two Content-Type headers that disagree."""
    return case.answer.with_header("content-type", JSON, _HTML)


@application(spoils=True)
def truncated_json(case: Case) -> Answer:
    """The first half of the true answer, with the length of that half."""
    content = case.answer.content or b"{}"
    return _json(case, content[: (len(content) + 1) // 2])


@application(spoils=True)
def garbage_after_json(case: Case) -> Answer:
    """The true answer and something behind it that is no JSON."""
    return _json(case, (case.answer.content or b"{}") + b"\n<!-- served by cache -->")


@application(spoils=True)
def two_documents(case: Case) -> Answer:
    """The true answer twice, one after the other."""
    return _json(case, (case.answer.content or b"{}") * 2)


@application(spoils=True)
def script_prefix(case: Case) -> Answer:
    """The true answer behind `)]}',`, as services guard JSON against being run as a script."""
    return _json(case, b")]}',\n" + case.answer.content)


@application(spoils=True)
def duplicate_keys(case: Case) -> Answer | None:
    """The true answer, in which each property comes twice and is null the first time."""
    if not case.properties:
        return None
    nulls = msgspec.json.encode(dict.fromkeys(case.properties))
    return _json(case, nulls[:-1] + b"," + case.answer.content[1:])


@application(spoils=True)
def not_a_number(case: Case) -> Answer:
    """The true answer and a NaN, which is no JSON."""
    return _beside(case, b'"score":NaN')


@application(spoils=True)
def infinite_number(case: Case) -> Answer:
    """The true answer and an Infinity, which is no JSON."""
    return _beside(case, b'"score":-Infinity')


@application(spoils=True)
def overflowing_number(case: Case) -> Answer:
    """The true answer and 1e999, which is JSON and no float."""
    return _beside(case, b'"score":1e999')


@application(spoils=True)
def huge_number(case: Case) -> Answer:
    """The true answer and an integer of 5,000 digits."""
    return _beside(case, b'"score":' + b"9" * 5000)


@application(spoils=True)
def deep_nesting(case: Case) -> Answer:
    """The true answer and 100,000 lists in each other."""
    return _beside(case, b'"deep":' + b"[" * 100_000 + b"]" * 100_000)


@application(spoils=True)
def bad_utf8(case: Case) -> Answer:
    """The true answer and a string with bytes that are no UTF-8."""
    return _beside(case, b'"note":"caf\xe9 \xff\xfe"')


@application(spoils=True)
def lone_surrogate(case: Case) -> Answer:
    """The true answer and a string with half of a surrogate pair, escaped."""
    return _beside(case, rb'"note":"\ud83d"')


@application(spoils=True)
def control_character(case: Case) -> Answer:
    """The true answer and a string with a NUL that is not escaped."""
    return _beside(case, b'"note":"a\x00b"')


@application(spoils=True)
def byte_order_mark(case: Case) -> Answer:
    """The true answer behind a byte order mark."""
    return _json(case, codecs.BOM_UTF8 + (case.answer.content or b"{}"))


@application(spoils=True)
def utf_16(case: Case) -> Answer:
    """The true answer in UTF-16, which its Content-Type says."""
    text = (case.answer.content or b"{}").decode()
    answer = case.answer.with_header("content-type", f"{JSON}; charset=utf-16")
    return answer.with_content(text.encode("utf-16"))


@application(spoils=True)
def latin_1(case: Case) -> Answer:
    """The true answer and an accented word in Latin-1, which its Content-Type says."""
    answer = _beside(case, '"note":"café"'.encode("latin-1"))
    return answer.with_header("content-type", f"{JSON}; charset=iso-8859-1")


@application(spoils=True)
def answer_with_500(case: Case) -> Answer | None:
    """The true answer, with 500."""
    if case.body is UNSET:
        return None
    return Answer(status=500, headers=case.answer.headers, content=case.answer.content)

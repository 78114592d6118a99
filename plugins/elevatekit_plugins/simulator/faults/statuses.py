"""Statuses that come instead of an answer, documented by an API or not, and redirects."""

from __future__ import annotations

from http import HTTPStatus
from typing import Final

from elevatekit_plugins.simulator.contract import JSON
from elevatekit_plugins.simulator.faults.kinds import Answer, Case, Kind, application

_ERRORS: Final = (
    *(
        400,
        401,
        402,
        403,
        404,
        405,
        406,
        408,
        409,
        410,
        413,
        415,
        418,
        422,
        425,
        429,
        431,
        451,
        499,
    ),
    *(500, 501, 502, 503, 504, 507, 511, 520, 529, 599),
)

OTHER_HOST: Final = "https://another-host.invalid/"
"""Where a redirect leads: a name that never resolves (RFC 6761)."""


def _error(status: int) -> Kind:
    def make(case: Case) -> Answer:
        return case.refusal(status)

    known = status in HTTPStatus._value2member_map_
    phrase = HTTPStatus(status).phrase if known else "a status that HTTP does not name"
    return Kind(
        name=f"status_{status}",
        plane="application",
        summary=f"{status}, {phrase}, with an error body of the documented form",
        make=make,
    )


ERRORS: Final = tuple(_error(status) for status in _ERRORS)


@application(spoils=True)
def status_202(case: Case) -> Answer:
    """The true answer comes with 202, a success that says that nothing is done yet."""
    return Answer(status=202, headers=case.answer.headers, content=case.answer.content)


@application(spoils=True)
def status_206(case: Case) -> Answer:
    """The first half of the true answer comes with 206, a range that nobody asked for."""
    half = case.answer.content[: len(case.answer.content) // 2]
    return Answer(status=206, headers=case.answer.headers, content=half)


@application(spoils=True)
def no_content(case: Case) -> Answer:
    """204 comes instead of the true answer."""
    return Answer(status=204)


@application()
def not_modified(case: Case) -> Answer:
    """304, although the request had no condition."""
    return Answer(status=304)


@application()
def redirect_to_another_host(case: Case) -> Answer:
    """302 to another host, which must never see the token."""
    return Answer(status=302, headers=(("location", OTHER_HOST),))


@application()
def redirect_to_plain_http(case: Case) -> Answer:
    """301 from where the service is to plain http."""
    return Answer(status=301, headers=(("location", OTHER_HOST.replace("https", "http")),))


@application()
def redirect_to_itself(case: Case) -> Answer:
    """307 to the very path that was asked for."""
    return Answer(status=307, headers=(("location", case.path),))


@application()
def redirect_without_location(case: Case) -> Answer:
    """302 that does not say where to."""
    return Answer(status=302, headers=(("content-type", JSON),), content=b"{}")

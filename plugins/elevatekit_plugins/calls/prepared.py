"""What plugins may make of a request before it is signed: anything, but one to another server."""

from __future__ import annotations

from collections.abc import Callable

from elevatekit_plugins.messages import FileBody, Request, are_headers


def check_prepared(request: Request) -> Callable[[Request], None]:
    """Checks what a plugin made of a request.

    It raises TypeError for what is no request that can be sent, and ValueError for one to another
    server: it would be sent the credential.
    """
    scheme, _, host, _ = request.url.split("/", 3)
    # To the letter: what two parsers may read in two ways is another place.
    place = f"{scheme}//{host}/"

    def check(changed: Request) -> None:
        _check_types(changed)
        if not changed.url.startswith(place):
            raise ValueError(f"it sends the request to a server other than {place}")
        if not changed.url.isprintable() or " " in changed.url:
            raise ValueError("it gives the request a URL with invalid characters")

    return check


def _check_types(request: Request) -> None:
    given: dict[str, object] = {n: getattr(request, n) for n in request.__struct_fields__}
    due = {"url": str, "method": str, "operation": str, "body": bytes | FileBody | None}
    for name, kind in due.items():
        if not isinstance(given[name], kind):
            raise TypeError(f"it returned a Request whose {name} is {type(given[name]).__name__}")
    if not are_headers(request.headers):
        raise TypeError("it returned a Request whose headers are not a tuple of pairs of strings")

# Made by `elevatekit-codegen generate` from the spec. Do not edit: change the spec or a template.
"""A class for each documented error status."""

from __future__ import annotations

from elevatekit_plugins.errors import StatusError


class BadRequestError(StatusError):
    """Status 400: The request is not valid."""


class ConflictError(StatusError):
    """Status 409: The interaction is in no state that takes a file, for example because it has
    one already.
    """


class GatewayTimeoutError(StatusError):
    """Status 504: Listed, not explained. Probably the model behind the service did not answer."""


class InternalServerError(StatusError):
    """Status 500: Listed, not explained."""


class NotFoundError(StatusError):
    """Status 404: The account has no interaction of this identifier."""


class PayloadTooLargeError(StatusError):
    """Status 413: The file is larger than the service takes. The limit is not published."""


class RateLimitError(StatusError):
    """Status 429: Too many interactions were declared, in this moment or in this month. The
    documentation lists the status and does not say which.
    """


class RequestTimeoutError(StatusError):
    """Status 408: The model did not answer in an acceptable time. The request may be sent again."""


class UnauthorizedError(StatusError):
    """Status 401: The token is missing, unknown or not active."""


class UnprocessableError(StatusError):
    """Status 422: Listed, not explained. Probably the model cannot work with this interaction."""

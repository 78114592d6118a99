# Made by `elevatekit-codegen generate` from the spec. Do not edit: change the spec or a template.
"""A class for each documented error status."""

from __future__ import annotations

from elevatekit_plugins.errors import StatusError


class BadRequestError(StatusError):
    """Status 400: The request is not valid."""


class ConflictError(StatusError):
    """Status 409: The interaction does not accept a file in its current state, for example
    because it already has one.
    """


class GatewayTimeoutError(StatusError):
    """Status 504: Documented without explanation. Probably the model did not answer in time."""


class InternalServerError(StatusError):
    """Status 500: Documented without explanation."""


class NotFoundError(StatusError):
    """Status 404: The account has no interaction with this identifier."""


class PayloadTooLargeError(StatusError):
    """Status 413: The file is larger than the service accepts. The limit is not published."""


class RateLimitError(StatusError):
    """Status 429: Too many interactions were declared, at this moment or in this month; the
    documentation does not say which.
    """


class RequestTimeoutError(StatusError):
    """Status 408: The model did not answer in an acceptable time. The request may be sent again."""


class UnauthorizedError(StatusError):
    """Status 401: The token is missing, unknown or not active."""


class UnprocessableError(StatusError):
    """Status 422: Documented without explanation. Probably the model cannot use this
    interaction.
    """

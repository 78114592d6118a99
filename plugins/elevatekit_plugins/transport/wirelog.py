"""What httpcore2 logs of our requests, without their credentials.

At DEBUG it writes down what a server answered, headers and all, and a server may send back what it
was sent. So that the log can be read and passed on, the credentials of the request are taken out.
"""

from __future__ import annotations

import logging
from typing import Final

from elevatekit_plugins.secrecy import redact
from elevatekit_plugins.transport.sending import credentials, current

_LOGGERS: Final = ("connection", "http11", "proxy", "socks")


def watch() -> None:
    """Have the log of every request that is sent here redacted. Others' are left as they are."""
    for name in _LOGGERS:
        # A logger takes the same filter once.
        logging.getLogger(f"httpcore2.{name}").addFilter(_redacted)


def _redacted(record: logging.LogRecord) -> bool:
    sending = current.get(None)
    if sending is not None:
        record.msg, record.args = redact(record.getMessage(), credentials(sending.request)), None
        record.exc_info = None
    return True

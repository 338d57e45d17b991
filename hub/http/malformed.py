"""Requests that are none: aiohttp would log each with a traceback that holds its bytes, where a secret may stand."""

from __future__ import annotations

import logging

from aiohttp.http_exceptions import BadHttpMessage


def tell_in_one_line() -> None:
    logging.getLogger("aiohttp.server").addFilter(_in_one_line)


def _in_one_line(record: logging.LogRecord) -> bool:
    """Anybody can send such a thing as often as they like, and nobody has to mend it."""
    if record.exc_info and isinstance(record.exc_info[1], BadHttpMessage):
        record.msg, record.args, record.exc_info = "malformed_request", (), None
        record.levelno, record.levelname = logging.INFO, "INFO"
    return True

"""Logs and metrics. One JSON line per decision, on standard error, with the request's or the job's id."""

from __future__ import annotations

import logging
import re
import sys

import structlog
from structlog.contextvars import merge_contextvars
from structlog.typing import EventDict, Processor

SHARED: list[Processor] = [
    merge_contextvars,
    structlog.stdlib.add_log_level,
    structlog.stdlib.add_logger_name,
    structlog.processors.TimeStamper(fmt="iso", utc=True),
    structlog.processors.format_exc_info,
]

_LIKE_A_SECRET = re.compile("[0-9a-fA-F]{32,}")


def without_secrets(logger: object, method: str, line: EventDict) -> EventDict:
    """Secrets of members, sessions and links are 32 or more hex digits: where one slips into a line, it is left out."""
    return {key: _LIKE_A_SECRET.sub("...", said) if isinstance(said, str) else said for key, said in line.items()}


def configure_logs(part: str) -> None:
    """Send every log line of this process, ours and the libraries', to standard error as JSON."""
    structlog.configure(
        processors=[*SHARED, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=SHARED,
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                without_secrets,
                structlog.processors.JSONRenderer(),
            ],
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(logging.INFO)
    # httpx2 would log the address of each request, and in some of them lies a secret.
    for name in ("aiohttp.access", "engineio", "socketio", "celery", "kombu", "redbeat", "amqp", "httpx2"):
        logging.getLogger(name).setLevel(logging.WARNING)
    structlog.contextvars.bind_contextvars(part=part)

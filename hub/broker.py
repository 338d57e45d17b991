"""Celery's broker: where it is, derived from the one Redis address, and how jobs are put into its workers' queue.

Celery itself writes one message, once, to nowhere; all that are sent are the same with another job and ids of their
own. What else its `.delay()` does for each of them costs fifty times as much.
"""

from __future__ import annotations

import json
from base64 import b64decode, b64encode
from collections.abc import Mapping, Sequence
from functools import cached_property
from itertools import count
from typing import Any
from urllib.parse import parse_qs, urlsplit
from uuid import uuid4

import redis
from celery import Celery
from kombu import Connection
from redis.backoff import NoBackoff
from redis.exceptions import ConnectionError as RedisConnectionError
from redis.retry import Retry

NAME = "hub"
JOB_TASK = "hub.job"
"""The one Celery task that jobs are handed over as; its argument is the job's id."""

SOCKET_SECONDS = 2.0
# Redis closes connections that lie idle, which is nothing to speak of. One that hangs is not asked twice.
ONCE_MORE = Retry(NoBackoff(), 1, supported_errors=(RedisConnectionError,))

SOME_JOB = 4_242_424_242_424_242
SOME_ID, SOME_TAG, SOME_BODY = "(the task's id)", "(the delivery's tag)", "(the body)"
"""What stands in the message that Celery writes wherever another message differs."""


def broker_address(redis_address: str) -> str:
    """The Redis address in Celery's spelling, which differs for unix sockets."""
    parts = urlsplit(redis_address)
    if parts.scheme != "unix":
        return redis_address
    number = parse_qs(parts.query).get("db", ["0"])[0]
    return f"redis+socket://{parts.path}?virtual_host={number}"


def client(redis_address: str) -> Client:
    """For handing jobs over, set up like the workers."""
    return Client(redis_address)


class Client:
    """Puts jobs into the workers' queue. It is for one thread, which it keeps waiting while Redis hangs."""

    def __init__(self, redis_address: str) -> None:
        self._address = redis_address
        self.celery = Celery(NAME, broker=broker_address(redis_address), set_as_current=False)
        self.celery.config_from_object("celeryconfig")

    def push(self, job_ids: Sequence[int]) -> None:
        """Hand these jobs over in this order, all by one command.

        A frozen Redis does when it thaws what it was told before: so this may fail and be done all the same. But
        tried again on a new connection, nothing is said there before Redis has answered.
        """
        self._redis.lpush(self._message.queue, *map(self._message.about, job_ids))

    def close(self) -> None:
        if "_redis" in vars(self):
            self._redis.close()

    @cached_property
    def _redis(self) -> redis.Redis:
        # One connection for good, and no pool, saves a third of what a command costs. It is opened here.
        return redis.from_url(
            self._address,
            single_connection_client=True,
            retry=ONCE_MORE,
            socket_timeout=SOCKET_SECONDS,
            socket_connect_timeout=SOCKET_SECONDS,
        )

    @cached_property
    def _message(self) -> Message:
        return Message(self.celery)


class Message:
    """What Celery puts into its queue for a job."""

    def __init__(self, celery: Celery) -> None:
        written = _written_by(celery)
        prefix = celery.conf.broker_transport_options["global_keyprefix"]
        self.queue = prefix + written["properties"]["delivery_info"]["routing_key"]
        # Encoded as a whole once it is filled in, unlike the rest.
        self._body = _form(b64decode(written["body"]).decode(), {str(SOME_JOB): "%(job)d"})
        written["properties"]["delivery_tag"] = SOME_TAG
        blanks = {str(SOME_JOB): "%(job)d", SOME_ID: _numbered_id(), SOME_TAG: _numbered_id(), SOME_BODY: "%(body)s"}
        self._whole = _form(json.dumps({**written, "body": SOME_BODY}), blanks)
        self._numbers = count()

    def about(self, job_id: int) -> str:
        body = b64encode((self._body % {"job": job_id}).encode()).decode()
        return self._whole % {"job": job_id, "number": next(self._numbers), "body": body}


def _written_by(celery: Celery) -> dict[str, Any]:
    """A message that Celery itself has sent, within this process."""

    # Not shared, or every Celery of this process would take it for the work.
    @celery.task(name=JOB_TASK, shared=False)
    def job(job_id: int) -> None:
        """What a worker does is in `workers`."""

    with Connection("memory://") as nowhere, nowhere.channel() as channel:
        job.apply_async((SOME_JOB,), task_id=SOME_ID, connection=nowhere)
        return channel.basic_get(celery.conf.task_default_queue, no_ack=True).serializable()


def _numbered_id() -> str:
    """The form of ids that nobody else gives out: a UUID made once, which ends in a number of ours.

    A UUID of its own for each message costs more than all the rest of the message.
    """
    return str(uuid4())[:-12] + "%(number)012x"


def _form(text: str, blanks: Mapping[str, str]) -> str:
    """The text with blanks to fill in."""
    text = text.replace("%", "%%")
    for said, blank in blanks.items():
        text = text.replace(said, blank)
    return text

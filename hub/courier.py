"""The couriers: they carry what a unit of work stored, after its commit, to nodes and workers.

Nothing depends on them but speed. What they drop, because Redis is away or the process dies, the nodes find in the
journal and the relay finds in the job table. The nodes' own courier is in `hub/realtime`, because workers load neither
the web server nor Socket.IO.
"""

from __future__ import annotations

import dataclasses
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress

import redis
import structlog
from celery import Celery
from kombu.exceptions import OperationalError
from redis.exceptions import RedisError

from hub.domain.journal import Entry
from hub.realtime.bus import CHANNEL, message

log = structlog.get_logger(__name__)

JOB_TASK = "hub.job"
"""The one Celery task that jobs are handed over as; its argument is the job's id."""


class HandOver:
    """Hands jobs to Celery, off the caller's thread: publishing to a Redis that hangs takes seconds."""

    def __init__(self, celery: Celery) -> None:
        self._celery = celery
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="hand-over")
        self._is_away = False

    def send(self, job_ids: list[int]) -> None:
        """Soon and perhaps; never waits."""
        for job_id in job_ids:
            self._thread.submit(self._send, job_id)

    def _send(self, job_id: int) -> None:
        try:
            self._celery.send_task(JOB_TASK, (job_id,))
            if self._is_away:
                log.info("redis_back", consequence="jobs are handed over again")
            self._is_away = False
        except (OperationalError, RedisError, OSError) as wrong:
            if not self._is_away:
                log.warning("redis_away", while_trying_to="hand over", reason=str(wrong), consequence="jobs wait")
            self._is_away = True

    def close(self) -> None:
        """Drop what is not sent yet; the relay finds it."""
        self._thread.shutdown(wait=False, cancel_futures=True)


class WorkerCourier:
    """For workers: everything goes by Redis."""

    def __init__(self, address: str, hand_over: HandOver) -> None:
        self._redis = redis.from_url(address, socket_timeout=2, socket_connect_timeout=2)
        self._hand_over = hand_over

    def hand_on(self, entries: list[Entry], job_ids: list[int]) -> None:
        with suppress(RedisError, OSError):
            for entry in entries:
                self._redis.publish(CHANNEL, message("worker", "entry", entry=dataclasses.asdict(entry)))
        self._hand_over.send(job_ids)

"""The couriers: they carry what a unit of work stored, after its commit, to nodes and workers.

Nothing depends on them but speed. What they drop, because Redis is away or the process dies, the nodes find in the
journal and the relay finds in the job table. The nodes' own courier is in `hub/realtime`, because workers load neither
the web server nor Socket.IO.
"""

from __future__ import annotations

import threading
import time
from contextlib import suppress
from queue import SimpleQueue

import redis
import structlog
from redis.exceptions import RedisError

from hub.broker import JOB_TASK, Client
from hub.domain.jobs import HAND_OVER_GRACE
from hub.domain.journal import Entry
from hub.realtime.bus import hint

__all__ = ["JOB_TASK", "HandOver", "WorkerCourier"]

log = structlog.get_logger(__name__)

AT_ONCE = 100
"""Jobs that are handed over by one command; many more would keep the process's other threads waiting."""
MOST_WAITING = 10_000
"""Jobs that wait to be handed over; beyond it they are left to the relay."""
GATHER_SECONDS = 0.01
"""How long the first one waits for others, because a command for many costs as much as a command for one."""
AGAIN_SECONDS = 0.25

Waiting = tuple[int, float]
"""A job, and until when it is ours to hand over."""
NOBODY: Waiting = (0, 0.0)


class HandOver:
    """Hands jobs to Celery, many at a time and off the caller's thread, for Redis may hang for seconds.

    A job waits here only for as long as the relay leaves it to us, so that neither hands over what the other does. A
    batch that hung in a frozen Redis may come twice all the same; then the lease decides.
    """

    def __init__(self, client: Client) -> None:
        self._client = client
        self._waiting: SimpleQueue[Waiting] = SimpleQueue()
        self._closed = threading.Event()
        self._starting = threading.Lock()
        self._thread: threading.Thread | None = None
        self._is_away = False

    def send(self, job_ids: list[int], *, within: float = HAND_OVER_GRACE.total_seconds()) -> None:
        """Soon and perhaps; never waits. What cannot be handed over within so many seconds is dropped."""
        if job_ids and self._thread is None:
            self._start()
        until = time.monotonic() + within
        for job_id in job_ids[: self.room()]:
            self._waiting.put((job_id, until))

    def room(self) -> int:
        """How many more jobs are taken now."""
        return max(0, MOST_WAITING - self._waiting.qsize())

    def close(self) -> None:
        """Drop what is not sent yet; the relay finds it."""
        self._closed.set()
        self._waiting.put(NOBODY)

    def _start(self) -> None:
        with self._starting:
            if self._thread is None:
                # A daemon, so that a broker that hangs cannot keep the process from ending.
                self._thread = threading.Thread(target=self._run, name="hand-over", daemon=True)
                self._thread.start()

    def _run(self) -> None:
        while not self._closed.is_set():
            try:
                self._hand_over(self._gathered())
            except Exception:
                # The edge: a hand-over that ends would leave every job undone from then on.
                log.exception("hand_over_failed", consequence="the relay tries these jobs again")
        self._client.close()

    def _gathered(self) -> list[Waiting]:
        batch = [self._waiting.get()]
        if self._waiting.qsize() < AT_ONCE:
            time.sleep(GATHER_SECONDS)
        while len(batch) < AT_ONCE and not self._waiting.empty():
            batch.append(self._waiting.get())
        return batch

    def _hand_over(self, batch: list[Waiting]) -> None:
        """Try until it is done, or until it is the relay's turn."""
        while job_ids := _still_ours(batch):
            if self._pushed(job_ids) or self._closed.wait(AGAIN_SECONDS):
                return

    def _pushed(self, job_ids: list[int]) -> bool:
        try:
            self._client.push(job_ids)
        except (RedisError, OSError) as wrong:
            self._silent(wrong)
            return False
        self._answered()
        return True

    def _silent(self, wrong: Exception) -> None:
        if not self._is_away:
            log.warning("redis_away", while_trying_to="hand over", reason=str(wrong), consequence="jobs wait")
        self._is_away = True

    def _answered(self) -> None:
        if self._is_away:
            log.info("redis_back", consequence="jobs are handed over again")
        self._is_away = False


def _still_ours(batch: list[Waiting]) -> list[int]:
    now = time.monotonic()
    return [job_id for job_id, until in batch if until > now]


class WorkerCourier:
    """For workers: everything goes by Redis."""

    def __init__(self, address: str, hand_over: HandOver) -> None:
        self._redis = redis.from_url(address, socket_timeout=2, socket_connect_timeout=2)
        self._hand_over = hand_over

    def hand_on(self, entries: list[Entry], job_ids: list[int]) -> None:
        with suppress(RedisError, OSError):
            for entry in entries:
                self._redis.publish(*hint("worker", entry))
        self._hand_over.send(job_ids)

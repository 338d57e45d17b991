"""The relay: once a second it hands over what is due and what the courier did not live to hand over.

It runs beside every server and every worker; a conditional update decides which of them takes a job.
"""

from __future__ import annotations

import secrets
import threading

import redis
import structlog
from redis.exceptions import RedisError

from hub import database
from hub.courier import HandOver
from hub.domain import jobs
from hub.perform import DatabaseAway, run

log = structlog.get_logger(__name__)

EVERY_SECONDS = 1.0
WRITABLE = "hub:writable"
MARK = "hub:mark"
"""A key that is always there, unless Redis was emptied."""


class Relay:
    def __init__(self, address: str, hand_over: HandOver) -> None:
        self._redis = redis.from_url(address, socket_timeout=2, socket_connect_timeout=2)
        self._hand_over = hand_over
        self._stopped = threading.Event()

    def round(self) -> None:
        """One look at the job table. While Redis is away nothing is marked as handed over."""
        try:
            # A Redis that is full or read-only answers questions, and yet takes no job: so it is asked by writing.
            self._redis.set(WRITABLE, "yes", ex=60)
            if not self._redis.exists(MARK):
                run(jobs.hand_over_again)
                # Set last: a round that fails before it is done over.
                self._redis.set(MARK, secrets.token_hex(8))
        except (RedisError, OSError):
            return
        self._hand_over_what_is_due()

    def _hand_over_what_is_due(self) -> None:
        # Of what is marked as handed over nothing may be dropped: it would be looked at again after a minute only.
        while not self._stopped.is_set() and self._hand_over.room() >= jobs.TAKEN_AT_ONCE:
            due = run(jobs.take_due)
            self._hand_over.send(due, within=jobs.HAND_OVER_AGAIN_SECONDS)
            if len(due) < jobs.TAKEN_AT_ONCE:
                return

    def run_until_stopped(self) -> None:
        while not self._stopped.wait(EVERY_SECONDS):
            self._round_or_wait()
        database.disconnect()

    def stop(self) -> None:
        """Let the round that runs be the last."""
        self._stopped.set()

    def _round_or_wait(self) -> None:
        try:
            self.round()
        except DatabaseAway:
            # Said by whoever noticed; the next round asks again.
            return
        except Exception:
            # The edge: a relay that stops would hold up every job of the hub.
            log.exception("relay_failed")

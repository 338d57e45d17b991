"""The Celery app: one task for jobs, one for each sweep, and the relay beside them."""

from __future__ import annotations

import multiprocessing
import os
import sys
import warnings
from typing import Any

from celery import Celery, signals
from celery.exceptions import CPendingDeprecationWarning
from celery.platforms import SecurityWarning

from hub import broker
from hub.courier import JOB_TASK, HandOver
from hub.observability import configure_logs
from hub.relay import Relay
from workers import (
    announcements,
    canary,
    expiry,
    figures,
    jobs,
    mail,
    notices,
    password_mail,
    payments,
    push,
    runtime,
    seating,
    sms,
    tutoring,
)
from workers.broker import guard

__all__ = [
    "announcements",
    "app",
    "canary",
    "expiry",
    "figures",
    "mail",
    "notices",
    "password_mail",
    "payments",
    "push",
    "seating",
    "sms",
    "tutoring",
]

# Celery warns against root because of pickle; the hub accepts JSON only.
warnings.filterwarnings("ignore", category=SecurityWarning)
# It announces a change of a setting that celeryconfig.py sets explicitly.
warnings.filterwarnings("ignore", category=CPendingDeprecationWarning)
guard()
_settings = runtime.settings()
_parent = os.getpid()
app = Celery(broker.NAME, broker=broker.broker_address(_settings.redis_address))
app.config_from_object("celeryconfig")
app.conf.update(
    worker_concurrency=_settings.workers,
    redbeat_redis_url=_settings.redis_address,
    redbeat_redis_options={"socket_timeout": 5, "socket_connect_timeout": 3},
    redbeat_key_prefix="hub:beat:",
    # A beat that was killed must not keep its successor waiting.
    redbeat_lock_timeout=3,
    beat_max_loop_interval=1,
    beat_schedule={
        name: {
            "task": f"hub.sweep.{name}",
            "schedule": scheduled.every,
            # What piled up while no worker ran is of no use to anybody.
            "options": {"expires": 3 * scheduled.every},
        }
        for name, scheduled in jobs.SWEEPS.items()
    },
)


@app.task(name=JOB_TASK, bind=True)
def do_job(task: Any, job_id: int) -> None:
    jobs.do(job_id, holder=task.request.id)


for _name, _scheduled in jobs.SWEEPS.items():
    app.task(name=f"hub.sweep.{_name}")(_scheduled.function)


@signals.setup_logging.connect
def _log_as_json(**_: Any) -> None:
    configure_logs("beat" if "beat" in sys.argv else "worker")


@signals.worker_process_init.connect
def _open_child(**_: Any) -> None:
    runtime.open_child(_parent)


@signals.worker_init.connect
def _start_relay(**_: Any) -> None:
    """The relay has a process of its own, because the worker's parent never opens the database."""
    multiprocessing.get_context("fork").Process(target=_relay, name="relay", daemon=True).start()


def _relay() -> None:
    runtime.open_child(_parent)
    address = _settings.redis_address
    Relay(address, HandOver(broker.client(address))).run_until_stopped()

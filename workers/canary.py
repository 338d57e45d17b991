"""The canary's job; see `/readyz`."""

from hub.domain import canary
from hub.perform import run
from workers.jobs import job, sweep


@sweep(every=10)
def send_canary() -> None:
    run(canary.send)


@job(canary.JOB)
def sing() -> None:
    run(canary.sing)

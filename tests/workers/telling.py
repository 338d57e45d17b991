"""Stories as tests ask for them: what a person's newest messages were, and what became of each."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from hub import clock
from hub.domain import hops, stories
from hub.domain.actors import OPERATOR, Actor
from hub.domain.hops import Acknowledged
from hub.perform import run, run_reading
from hub.wire import console_deliveries
from models import Account


def messages_of(person: Actor | int) -> list[dict[str, Any]]:
    """As the console shows them, newest first."""
    number = person if isinstance(person, int) else person.id
    username = run_reading(lambda: Account.get_by_id(number).username)
    told = run_reading(stories.of, username, before=None, size=25, by=OPERATOR)
    return [console_deliveries.message(one, now=clock.now()) for one in told.messages]


def newest(person: Actor | int) -> tuple[str, str]:
    """Title and verdict."""
    message = messages_of(person)[0]
    return message["title"], message["verdict"]


def verdict(person: Actor | int) -> str:
    return newest(person)[1]


def ways(person: Actor | int) -> list[tuple[str, str, str]]:
    """Channel, outcome and way of the newest message's hops."""
    return [(hop["channel"], hop["outcome"], hop["via"]) for hop in messages_of(person)[0]["hops"]]


def hear(person: Actor, seq: int, at: datetime, place: str = "messages") -> None:
    """A socket of theirs has heard the event of this number."""
    run(hops.acknowledged, [Acknowledged(person.id, f"user:{person.id}:{place}", seq - 1, seq, at, "node ab12")])

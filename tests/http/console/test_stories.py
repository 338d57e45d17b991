"""`people/{username}/story`: one person's story over HTTP."""

from __future__ import annotations

from contextlib import closing
from datetime import timedelta

import pytest
import redis

from hub import presence
from hub.domain import hops, sign_ins
from hub.domain.hops import Acknowledged
from hub.domain.sign_ins import Phone
from hub.perform import run
from hub.presence import HOLD, TEAMS, keys
from tests import people
from tests.build import Valkey
from tests.conftest import NOON
from tests.domain.tutoring import write


async def test_a_story_has_the_person_their_devices_and_each_message_with_its_hops(console, clock):
    ann, tom = (people.actor_of(people.join(name)) for name in ("Ann", "Tom"))
    write(tom, "A secret", by=ann)
    heard = Acknowledged(tom.id, f"user:{tom.id}:messages", 0, 1, NOON + timedelta(seconds=0.5), "node ab12")
    run(hops.acknowledged, [heard])
    run(sign_ins.sign_in, tom.id, Phone("apn", "70"))

    status, body = await console.get(f"people/{tom.username}/story")

    (message,) = body.pop("messages")
    assert (status, body) == (
        200,
        {
            "person": {"name": "Tom Lee", "username": "tom@example.org"},
            "presence": "gone",
            "devices": [{"kind": "apn", "registered_at": "2026-11-21T12:00:00Z"}],
            "next": None,
        },
    )
    assert {**message, "id": "its unit"} == {
        "id": "its unit",
        "at": "2026-11-21T12:00:00Z",
        "event": "message",
        "title": "A message from Ann",
        "hops": [
            {
                "channel": "socket",
                "outcome": "acknowledged",
                "via": "node ab12",
                "detail": None,
                "at": "2026-11-21T12:00:00.500000Z",
            }
        ],
        "verdict": "Arrived: a connected app heard it after 0.5 s.",
    }


async def test_what_people_write_to_each_other_is_not_in_it(console):
    ann, tom = (people.actor_of(people.join(name)) for name in ("Ann", "Tom"))
    write(tom, "A secret", by=ann)

    _, body = await console.get(f"people/{tom.username}/story")

    assert "A secret" not in str(body)


async def test_pages_follow_each_other(console, clock):
    ann, tom = (people.actor_of(people.join(name)) for name in ("Ann", "Tom"))
    for _ in range(30):
        write(tom, by=ann)
        clock.forward(seconds=1)

    first = (await console.get(f"people/{tom.username}/story"))[1]
    second = (await console.get(f"people/{tom.username}/story", params={"before": first["next"]}))[1]

    moments = [message["at"] for page in (first, second) for message in page["messages"]]
    assert (len(first["messages"]), len(moments), len(set(moments)), second["next"]) == (25, 30, 30, None)
    assert moments == sorted(moments, reverse=True)


@pytest.mark.parametrize("before", ["x", "2026-11-21T12:00:00", "2026-11-21T12:00:00Z~a", "~a", "2026-11-21T12:00:00~"])
async def test_an_odd_end_of_a_page_is_refused(console, before):
    status, body = await console.get(f"people/{console.actor.username}/story", params={"before": before})

    assert (status, body["error"]["field"]) == (400, "before")


@pytest.mark.parametrize("name", ["nobody", "a%00b"])
async def test_nobody_has_no_story(console, name):
    assert (await console.get(f"people/{name}/story"))[0] == 404


async def test_staff_who_may_not_read_people_read_no_story(as_staff):
    sam = as_staff(given={"event": ["read"]})

    assert (await sam.get(f"people/{sam.actor.username}/story"))[0] == 403


def test_somebody_is_as_present_as_they_are_at_any_place(valkey: Valkey):
    before = presence.anywhere(valkey.address, 7)
    with closing(redis.from_url(valkey.address)) as client:
        client.eval(HOLD, 2, *keys(7, TEAMS), "socket", 30_000, 0)

    assert (before, presence.anywhere(valkey.address, 7)) == ("gone", "idle")


def test_where_redis_is_away_nobody_knows(tmp_path):
    assert presence.anywhere(f"unix://{tmp_path}/nothing.sock", 7) is None

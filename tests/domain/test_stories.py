"""Stories: what was to reach a person, page by page, whatever it is known from."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from hub.delivery import Emit, Job
from hub.domain import accounts, hops, jobs, journal, stories
from hub.domain.actors import OPERATOR, Actor, StaffOnly
from hub.domain.hops import ACCEPTED, EMAIL, PUSH, Acknowledged
from hub.domain.privileges import PrivilegeMissing
from hub.domain.stories import Mark, Story
from hub.perform import run, run_reading
from hub.reactions import counters, streams
from models import Hop
from tests import people
from tests.conftest import NOON
from tests.domain.tutoring import sign_in, write


@pytest.fixture
def ada(database, clock) -> Actor:
    return people.make("Ada")


def tell(person: Actor, *, before: Mark | None = None, size: int = 25) -> Story:
    return run_reading(stories.of, person.username, before=before, size=size, by=OPERATOR)


def ids(story: Story) -> list[str]:
    return [message.id for message in story.messages]


def all_pages(person: Actor, size: int) -> list[list[str]]:
    pages, before = [], None
    while not pages or before is not None:
        story = tell(person, before=before, size=size)
        pages.append(ids(story))
        before = story.next
    return pages


def emit(person: Actor, unit: str, *names: str) -> None:
    stream = f"user:{person.id}:teams"
    run(journal.append, [Emit(stream, name, {}) for name in names], unit)


def add_job(person: Actor, unit: str, **more: Any) -> int:
    job_id = run(jobs.add, Job("mail.welcome", {"account_id": person.id}, **more), unit)
    assert job_id is not None
    return job_id


def test_the_words_that_it_shares_with_others_are_theirs():
    of_somebody = [of(7) for of in (streams.messages_of, streams.sessions_of, streams.members_of, streams.teams_of)]

    assert [journal.stream_of_person(7, place) for place in stories.PLACES] == of_somebody
    assert stories.SYNC_DEVICES == counters.SYNC_DEVICES


def test_every_message_is_told_once_over_all_pages_newest_first(ada, clock):
    """Some have an event, some only a hop, some only a job; and two came at the same moment."""
    for number in range(4):
        emit(ada, f"event-{number}", "a", "b")
        clock.forward(minutes=1)
        run(hops.note, ada.id, EMAIL, ACCEPTED, job_id=ended(add_job(ada, f"hop-{number}")))
        add_job(ada, f"job-{number}")
        clock.forward(minutes=1)

    pages = all_pages(ada, 5)

    told = [one for page in pages for one in page]
    assert [len(page) for page in pages] == [5, 5, 2]
    assert told == [f"{kind}-{number}" for number in (3, 2, 1, 0) for kind in ("job", "hop", "event")]


def ended(job_id: int) -> int:
    run(jobs.finish, run(jobs.lease, job_id, holder="one", seconds=60))
    return job_id


def test_what_follows_from_a_unit_is_told_with_its_event(ada, clock):
    emit(ada, "unit", "ticket")
    job_id = add_job(ada, "unit")
    run(hops.note, ada.id, EMAIL, "later", via="smtp", detail="451", job_id=job_id)

    (message,) = tell(ada).messages
    assert (message.id, message.at, [event.name for event in message.events]) == ("unit", NOON, ["ticket"])
    assert ([hop.detail for hop in message.hops], [job.id for job in message.jobs]) == (["451"], [job_id])


def test_what_an_older_hub_stored_is_told_too(ada):
    run(journal.append, [Emit(f"user:{ada.id}:teams", "ticket", {})])

    assert ids(tell(ada)) == [f"user:{ada.id}:teams-1"]


def test_nobody_else_s_messages_are_told(ada, clock):
    grace = people.make("Grace")
    emit(grace, "hers", "a")
    run(hops.note, grace.id, EMAIL, ACCEPTED, job_id=add_job(grace, "hers too"))
    run(hops.acknowledged, [Acknowledged(grace.id, f"user:{grace.id}:teams", 4, 5, NOON, "node")])
    emit(ada, "mine", "a")

    (message,) = tell(ada).messages
    assert (message.id, message.heard, message.hops, message.jobs) == ("mine", None, [], [])


def test_each_hears_their_own_view(ada):
    stream = f"user:{ada.id}:teams"
    run(journal.append, [Emit(stream, "a", {"of": "strangers"}, views={ada.id: {"of": "Ada"}})], "unit")

    assert tell(ada).messages[0].events[0].payload == {"of": "Ada"}


def hear(person, seq: int, via: str, seconds: float = 0) -> None:
    at = NOON + timedelta(seconds=seconds)
    run(hops.acknowledged, [Acknowledged(person.id, f"user:{person.id}:teams", seq - 1, seq, at, via)])


def test_of_several_sockets_the_first_that_heard_it_counts(ada):
    emit(ada, "unit", "a")
    hear(ada, 1, "node 2", 60)
    hear(ada, 1, "node 1", 1)

    (message,) = tell(ada).messages
    assert message.heard is not None
    assert message.heard.via == "node 1"


def test_whoever_heard_a_later_one_need_not_have_heard_this(ada):
    emit(ada, "missed", "a")
    emit(ada, "heard", "a")
    hear(ada, 2, "node", 1)

    assert {message.id: message.heard is not None for message in tell(ada).messages} == {"missed": False, "heard": True}


def test_a_node_whose_clock_is_behind_heard_it_all_the_same(ada):
    emit(ada, "unit", "a")
    hear(ada, 1, "node", -3600)

    (message,) = tell(ada).messages
    assert message.heard is not None


def pushed(*hops: tuple[str, str, int]) -> list[tuple[str, str]]:
    """Device and outcome of those that tell of the first push after noon, of hops so many seconds after it."""
    rows = [
        Hop(channel=PUSH, via=via, outcome=outcome, at=NOON + timedelta(seconds=after)) for via, outcome, after in hops
    ]
    return [(hop.via, hop.outcome) for hop in stories.first_pushes(rows, NOON)]


def test_of_each_device_the_first_push_that_was_decided_tells():
    assert pushed(
        ("", "postponed", 1),
        ("phone", "later", 2),
        ("watch", "accepted", 3),
        ("phone", "later", 4),
        ("phone", "accepted", 5),
        ("phone", "accepted", 60),
        ("watch", "gone", 61),
    ) == [("", "postponed"), ("phone", "later"), ("watch", "accepted"), ("phone", "accepted")]


def test_what_came_before_the_message_tells_nothing_of_it():
    assert pushed(("phone", "accepted", -1), ("", "left_out", 0), ("phone", "accepted", 60)) == [("", "left_out")]


def test_a_device_that_came_later_could_not_be_pushed_to(database, clock):
    ann, tom = (people.actor_of(people.join(name)) for name in ("Ann", "Tom"))
    write(tom, by=ann)
    clock.forward(minutes=1)
    sign_in(tom, phone="70")
    clock.forward(minutes=1)
    write(tom, by=ann)

    story = tell(tom)
    assert [(message.has_device, message.is_counted) for message in story.messages] == [(True, True), (False, True)]
    assert [device.kind for device in story.devices] == ["apn"]


def test_only_staff_who_may_read_people_read_their_stories(ada):
    sam = people.make("Sam", staff=True)
    without = Actor(**{**sam.__dict__, "privileges": frozenset()})

    for by, refusal in ((ada, StaffOnly), (without, PrivilegeMissing)):
        with pytest.raises(refusal):
            run_reading(stories.of, ada.username, before=None, size=25, by=by)
    with pytest.raises(accounts.AccountNotFound):
        run_reading(stories.of, "nobody", before=None, size=25, by=sam)

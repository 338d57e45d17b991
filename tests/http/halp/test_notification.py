"""`GET /notification`: what a push would say; the device that asks shows it then."""

import pytest

from hub.domain.counters import Counters
from hub.wire import halp
from tests.http.halp import acting
from tests.http.halp.saying import NOON, yes
from tests.http.halp.talking import notification, write

NOTHING = {
    "studentUnreadMessages": 0,
    "tutorUnreadMessages": 0,
    "studentNewMatches": 0,
    "tutorNewMatches": 0,
    "session": None,
    "message": "",
    "count": 0,
    "events": [],
}


async def test_where_nothing_is_new_everything_is_there_and_empty(hub, ann):
    assert await hub.get("/halp/notification", by=ann) == yes(notification=NOTHING)


async def test_all_that_is_new_on_both_sides_is_counted_and_said(hub, ann, tom, eve):
    await write(hub, tom, by=ann)
    await write(hub, tom, by=eve)
    await write(hub, tom, by=eve, mode="tutor")
    await acting.drop(hub, "tutor", by=tom)
    await acting.drop(hub, "student", by=ann)

    assert await notification(hub, by=tom) == {
        **NOTHING,
        "studentUnreadMessages": 1,
        "tutorUnreadMessages": 2,
        "tutorNewMatches": 1,
        "count": 4,
        "message": "You have 1 new match and 3 unread messages.",
    }


async def test_a_session_is_named_from_the_side_of_who_asks(hub, ann, tom):
    await acting.shake_hands(hub, ann, tom)

    running = {"startTimestamp": NOON, "rate": 22.5}
    assert (await notification(hub, by=ann))["session"] == {"otherUserId": tom.id, "mode": "student", **running}
    assert (await notification(hub, by=tom))["session"] == {"otherUserId": ann.id, "mode": "tutor", **running}

    await acting.end_session(hub, by=ann)
    assert (await notification(hub, by=ann), await notification(hub, by=tom)) == (NOTHING, NOTHING)


async def test_of_a_pin_that_ran_out_its_owner_is_told_once(hub, tom, clock):
    await acting.drop(hub, "tutor", by=tom, duration=60)
    await acting.drop(hub, "student", by=tom, duration=60)
    clock.forward(seconds=60)

    told = [(await notification(hub, by=tom))["events"] for _ in range(2)]

    assert told == [["student_pin_removed", "tutor_pin_removed"], []]


SENTENCES = {
    (0, 0, 0, 0): "",
    (0, 0, 1, 0): "You have 1 new match.",
    (0, 0, 1, 1): "You have 2 new matches.",
    (1, 0, 0, 0): "You have 1 unread message.",
    (1, 3, 0, 1): "You have 1 new match and 4 unread messages.",
    (0, 1, 2, 3): "You have 5 new matches and 1 unread message.",
}


@pytest.mark.parametrize(("figures", "sentence"), SENTENCES.items(), ids=str)
def test_the_sentence_counts_both_sides_together_and_each_kind_in_its_number(figures, sentence):
    assert halp.sentence(Counters(*figures, session=None, events=())) == sentence

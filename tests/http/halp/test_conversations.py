"""`GET /conversations`: one's threads in a mode, the most recent first."""

from tests.http.halp.saying import NOON, yes
from tests.http.halp.talking import inbox, read, write


async def test_each_thread_shows_with_whom_what_is_unread_and_what_was_written_last(hub, ann, tom, eve, clock):
    await write(hub, eve, "later", by=tom, mode="tutor")
    clock.forward(seconds=107)
    await write(hub, tom, "Hello", by=ann)
    await write(hub, tom, "Sweet, lets meet.", by=ann)

    assert await hub.get("/halp/conversations?mode=tutor", by=tom) == yes(
        conversations=[
            {
                "otherUser": {"userId": ann.id, "firstname": "Ann"},
                "unreadMessages": 2,
                "lastMessage": {"me": False, "timestamp": NOON + 107, "body": "Sweet, lets meet.", "id": 3},
            },
            {
                "otherUser": {"userId": eve.id, "firstname": "Eve"},
                "unreadMessages": 0,
                "lastMessage": {"me": True, "timestamp": NOON, "body": "later", "id": 1},
            },
        ],
        truncated=False,
    )


async def test_each_mode_has_its_own(hub, ann, tom, eve):
    await write(hub, tom, "from a student", by=eve)
    await write(hub, tom, "from a tutor", by=eve, mode="tutor")

    assert await inbox(hub, by=tom, mode="tutor") == [(eve.id, 1, "from a student")]
    assert await inbox(hub, by=tom, mode="student") == [(eve.id, 1, "from a tutor")]
    assert await inbox(hub, by=ann, mode="student") == []


async def test_within_one_second_the_thread_that_was_written_in_last_comes_first(hub, ann, tom, eve):
    for other in (tom, eve, tom):
        await write(hub, other, by=ann)

    assert [other for other, _, _ in await inbox(hub, by=ann, mode="student")] == [tom.id, eve.id]


async def test_looking_at_the_inbox_reads_nothing(hub, ann, tom):
    await write(hub, tom, by=ann)

    assert [await inbox(hub, by=tom, mode="tutor") for _ in range(2)] == [[(ann.id, 1, "Hi")]] * 2
    await read(hub, ann, by=tom, mode="tutor")
    assert await inbox(hub, by=tom, mode="tutor") == [(ann.id, 0, "Hi")]


async def test_the_inbox_comes_in_pages_for_whoever_asks(hub, ann, tom, eve):
    first, second = [await write(hub, other, by=ann) for other in (tom, eve)]

    assert await inbox(hub, by=ann, mode="student", limit=1) == [(eve.id, 0, "Hi")]
    assert await inbox(hub, by=ann, mode="student", limit=1, before=second) == [(tom.id, 0, "Hi")]
    assert await inbox(hub, by=ann, mode="student", limit=1, before=first) == []

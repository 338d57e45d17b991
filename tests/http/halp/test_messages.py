"""`GET /messages`: one thread as either of its two people sees it; what the other wrote is read then."""

from tests.http.halp.saying import NOON, SERVER_ERROR, said, yes
from tests.http.halp.talking import inbox, read, unread, write


async def test_a_thread_is_shown_to_each_from_their_own_side_with_the_newest_first(hub, ann, tom, clock):
    await write(hub, tom, "Can you help me with kinematics?", by=ann)
    clock.forward(seconds=5)
    await write(hub, ann, "Yes I can.", by=tom, mode="tutor")

    anns = await hub.get(f"/halp/messages?mode=student&otherUserId={tom.id}", by=ann)
    toms = await hub.get(f"/halp/messages?mode=tutor&otherUserId={ann.id}", by=tom)

    question = {"timestamp": NOON, "body": "Can you help me with kinematics?", "id": 1}
    answer = {"timestamp": NOON + 5, "body": "Yes I can.", "id": 2}
    assert anns == yes(
        otherUser={"userId": tom.id, "firstname": "Tom"},
        messages=[{"me": False, **answer}, {"me": True, **question}],
        truncated=False,
    )
    assert toms == yes(
        otherUser={"userId": ann.id, "firstname": "Ann"},
        messages=[{"me": True, **answer}, {"me": False, **question}],
        truncated=False,
    )


async def test_people_who_have_not_written_have_an_empty_thread(hub, ann, tom):
    reply = await hub.get(f"/halp/messages?mode=student&otherUserId={tom.id}", by=ann)

    assert reply == yes(otherUser={"userId": tom.id, "firstname": "Tom"}, messages=[], truncated=False)


async def test_the_same_two_people_have_two_threads(hub, tom, eve):
    await write(hub, eve, "teach me", by=tom, mode="student")
    await write(hub, eve, "I teach you", by=tom, mode="tutor")

    assert [await read(hub, eve, by=tom, mode=mode) for mode in ("student", "tutor")] == [["teach me"], ["I teach you"]]
    assert [await read(hub, tom, by=eve, mode=mode) for mode in ("student", "tutor")] == [["I teach you"], ["teach me"]]


async def test_nobody_else_sees_a_thread_in_any_mode(hub, ann, tom, eve):
    await write(hub, tom, "between us", by=ann)

    for other in (ann, tom):
        assert [await read(hub, other, by=eve, mode=mode) for mode in ("student", "tutor")] == [[], []]


async def test_reading_clears_that_thread_in_that_mode_alone(hub, ann, tom, eve):
    await write(hub, tom, by=ann)
    await write(hub, tom, by=eve)
    await write(hub, tom, by=eve, mode="tutor")
    assert await unread(hub, by=tom) == (1, 2)

    await read(hub, eve, by=tom, mode="tutor")

    assert await unread(hub, by=tom) == (1, 1)
    assert await inbox(hub, by=tom, mode="tutor") == [(eve.id, 0, "Hi"), (ann.id, 1, "Hi")]


async def test_looking_at_what_one_wrote_oneself_clears_nothing_for_the_other(hub, ann, tom):
    await write(hub, tom, by=ann)

    await read(hub, tom, by=ann, mode="student")

    assert (await unread(hub, by=ann), await unread(hub, by=tom)) == ((0, 0), (0, 1))


async def test_a_thread_comes_in_pages_for_whoever_asks_and_whole_otherwise(hub, ann, tom):
    numbers = [await write(hub, tom, str(number), by=ann) for number in range(5)]

    assert await read(hub, tom, by=ann, mode="student", limit=2) == ["4", "3"]
    assert await read(hub, tom, by=ann, mode="student", limit=2, before=numbers[3]) == ["2", "1"]
    assert await read(hub, tom, by=ann, mode="student", limit=2, before=numbers[1]) == ["0"]
    assert await read(hub, tom, by=ann, mode="student") == ["4", "3", "2", "1", "0"]


async def test_a_page_reads_what_is_on_it_and_before_and_leaves_what_came_since(hub, ann, tom):
    numbers = [await write(hub, tom, str(number), by=ann) for number in range(5)]

    assert await read(hub, ann, by=tom, mode="tutor", limit=1, before=numbers[2]) == ["1"]

    assert await unread(hub, by=tom) == (0, 3)


async def test_whether_there_is_more_than_was_asked_for_is_said(hub, ann, tom):
    for number in range(3):
        await write(hub, tom, str(number), by=ann)

    pages = [
        await hub.get(f"/halp/messages?mode=student&otherUserId={tom.id}&limit={limit}", by=ann) for limit in (2, 3, 4)
    ]

    assert [(reply["truncated"], len(reply["messages"])) for _, reply in pages] == [(True, 2), (False, 3), (False, 3)]


async def test_of_messages_within_one_second_the_last_comes_first(hub, ann, tom, clock):
    for number in range(4):
        author, mode = ((ann, "student"), (tom, "tutor"))[number % 2]
        await write(hub, (tom, ann)[number % 2], str(number), by=author, mode=mode)
        clock.forward(microseconds=1)

    assert await read(hub, tom, by=ann, mode="student") == ["3", "2", "1", "0"]


async def test_a_thread_with_nobody_or_with_oneself_is_refused(hub, ann):
    for other in (ann.id, 999):
        reply = await hub.get(f"/halp/messages?mode=student&otherUserId={other}", by=ann)
        assert said(reply) == SERVER_ERROR

"""Messages where databases differ: texts that one of them may choke on, and calls that come at once."""

import asyncio
from collections import Counter

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from models import Message
from tests.http.halp.talking import inbox, post, read, unread, write

TEXTS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), min_size=1, max_size=50)
ODD_TEXTS = st.text(" \t\n\x1c\u202e\u0130\ufffe\uffff\U0010ffff'\"\\%", min_size=1, max_size=5)


@pytest.fixture
def hub(hub_on_each):
    return hub_on_each


@settings(max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(body=TEXTS | ODD_TEXTS)
async def test_any_text_is_read_as_it_was_written(hub, ann, tom, body):
    await write(hub, tom, body, by=ann)

    assert await read(hub, ann, by=tom, mode="tutor", limit=1) == [body]


async def test_of_resends_at_the_same_moment_one_is_kept(hub, ann, tom, rows):
    replies = await asyncio.gather(*(post(hub, tom, by=ann, client_id=f"m{number % 2}") for number in range(12)))

    assert Counter(status for status, _ in replies) == {200: 12}
    assert len({reply["id"] for _, reply in replies}) == len(rows()[Message.__name__]) == 2


async def test_of_two_bodies_under_one_client_id_at_the_same_moment_one_is_kept(hub, ann, tom, rows):
    replies = await asyncio.gather(*(post(hub, tom, body, by=ann, client_id="m") for body in ("yes", "no")))

    assert sorted(status for status, _ in replies) == [200, 409]
    assert len(rows()[Message.__name__]) == 1


async def test_written_and_read_by_all_at_once_nothing_is_lost_and_all_is_read_in_the_end(hub, ann, tom, eve):
    written = [write(hub, tom, str(number), by=(ann, eve)[number % 2]) for number in range(20)]
    looks = [read(hub, (ann, eve)[number % 2], by=tom, mode="tutor") for number in range(6)]

    await asyncio.gather(*written, *looks)

    told = await unread(hub, by=tom)
    threads = [await read(hub, student, by=tom, mode="tutor") for student in (ann, eve)]
    assert [sorted(map(int, thread)) for thread in threads] == [list(range(0, 20, 2)), list(range(1, 20, 2))]
    assert 0 <= told[1] <= 20
    assert (await unread(hub, by=tom), {count for _, count, _ in await inbox(hub, by=tom, mode="tutor")}) == (
        (0, 0),
        {0},
    )

"""`app/feedback`: what members think of the app."""

from __future__ import annotations

import pytest

from hub.perform import run_reading
from models import Feedback
from tests.http.flux.acting import join, say

FEEDBACK = "/api/v1/app/feedback"
OKAY = (200, {"status": "okay"})
TOO_MUCH = (200, {"status": "error", "error": "You've submitted too much feedback!"})


def kept() -> list[str]:
    return run_reading(lambda: [row.text for row in Feedback.select().order_by(Feedback.id)])


async def test_what_is_said_is_kept(hub):
    ada = await join(hub)

    assert await say(hub, FEEDBACK, by=ada, feedback="x" * 10_000) == OKAY
    assert kept() == ["x" * 10_000]


async def test_the_eleventh_in_a_day_is_too_much(hub, clock):
    ada = await join(hub)
    said = [await say(hub, FEEDBACK, by=ada, feedback=f"Idea {number}") for number in range(11)]

    clock.forward(hours=24)

    assert said == [OKAY] * 10 + [TOO_MUCH]
    assert await say(hub, FEEDBACK, by=ada, feedback="Idea 12") == OKAY


async def test_what_is_sent_again_with_its_key_counts_once(hub):
    ada = await join(hub)

    said = [await say(hub, FEEDBACK, by=ada, headers={"Idempotency-Key": "k"}, feedback="Tea") for _ in range(12)]

    assert (said, kept()) == ([OKAY] * 12, ["Tea"])


@pytest.mark.parametrize("value", [None, "", " \n", 7, [], "x" * 10_001])
async def test_what_is_no_text_or_too_long_is_refused(hub, value):
    ada = await join(hub)

    status, said = await say(hub, FEEDBACK, by=ada, feedback=value)

    assert (status, list(said["error_args"]), kept()) == (400, ["feedback"], [])


async def test_strangers_are_refused(hub):
    assert (await say(hub, FEEDBACK, feedback="Tea"))[0] == 403
    assert (await say(hub, FEEDBACK, s="a" * 40, feedback="Tea"))[0] == 403
    assert kept() == []

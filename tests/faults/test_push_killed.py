"""kill -9 around a push: a person is told, and their provider sees at most one repeat of the very same push."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from hub.presence import Presence
from tests.processes import Site
from tests.pushing import QUICK, in_outbox, join, sync_job_of, unread, until_seen, until_settled, write
from tests.standins.apns import ApnsStandIn
from tests.standins.certificate import Certificate

PHONE = "0badc0de"
SHORT_LEASE = {"workers__jobs__LEASE_SECONDS": 2.0}
PUSHES_SEEN = {
    "in mid-job": 1,
    "after acceptance, before the device is marked": 2,
    "after the work, before it is marked": 1,
}


@pytest.fixture
def apple(certificate: Certificate) -> Iterator[ApnsStandIn]:
    with ApnsStandIn(certificate) as standing_in:
        yield standing_in


@pytest.fixture
def quick_site(site: Site) -> Site:
    site.environment |= QUICK
    return site


def told_by(apple: ApnsStandIn) -> list[tuple[str, str, Any]]:
    """To which device, under which collapse id, with which payload, in order."""
    return [(pushed.token, pushed.headers["apns-collapse-id"], pushed.body) for pushed in apple.pushes]


@pytest.mark.parametrize(("point", "seen"), PUSHES_SEEN.items(), ids=PUSHES_SEEN.keys())
async def test_whatever_the_worker_died_at_the_provider_sees_one_push_and_at_most_one_repeat(
    quick_site, apple, point, seen
):
    site = quick_site
    server = await site.serve()
    site.work(site.doom(point, **SHORT_LEASE), **apple.environment)
    ann, tom = join(site, "Ann"), join(site, "Tom", teaches=True, phone=PHONE)
    site.strike()

    await write(server, tom, by=ann)
    await until_settled(site, tom)

    aps = {"alert": "You have 1 unread message.", "sound": "default", "badge": 1, "content-available": 1}
    assert told_by(apple) == [(PHONE, f"sync-{tom.id}", {**unread(1), "aps": aps})] * seen
    assert (site.was_struck(), sync_job_of(site, tom).attempts) == (True, 2)


async def test_the_push_of_a_worker_that_died_whole_is_repeated_by_the_next_one(quick_site, apple):
    site = quick_site
    server = await site.serve()
    doom = site.doom("after acceptance, before the device is marked", **SHORT_LEASE)
    worker = site.work({**doom, "whole": True}, **apple.environment)
    ann, tom = join(site, "Ann"), join(site, "Tom", teaches=True, phone=PHONE)
    site.strike()
    await write(server, tom, by=ann)
    await worker.until_dead()
    seen_before = told_by(apple)

    site.work(**apple.environment)
    await until_settled(site, tom)

    assert len(seen_before) == 1
    assert told_by(apple) == seen_before * 2


async def test_who_was_active_on_a_node_that_was_killed_is_told_when_its_leases_have_run_out(quick_site):
    site = quick_site
    doomed = await site.serve({"leases": {"lease_seconds": 2.0, "renew_seconds": 0.5}})
    other = await site.serve()
    site.work()
    ann, tom = join(site, "Ann"), join(site, "Tom", teaches=True, phone=PHONE)
    desktop = await doomed.listen("/messages", by=tom)
    await desktop.client.call("activity", {"active": True}, namespace="/messages")
    await until_seen(site, tom, Presence.ACTIVE)

    await write(other, tom, by=ann)
    doomed.kill()
    await until_settled(site, tom)

    assert in_outbox(site, PHONE) == [unread(1)]
    await desktop.leave()

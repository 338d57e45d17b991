"""Why did this not arrive? What is heard and pushed: the verdict is true, whatever became of it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta
from typing import Any

import pytest
import redis

from hub.domain import counters, devices, jobs
from hub.perform import run, run_reading
from hub.presence import HOLD, keys
from models import Device, db
from tests import people
from tests.build import Sqlite, Valkey, settings
from tests.domain.tutoring import end, read, shake_hands, write
from tests.standins.apns import ApnsStandIn
from tests.standins.certificate import Certificate
from tests.workers.pushed import add_android
from tests.workers.telling import hear, messages_of, newest, verdict, ways
from workers.gateways import push as gateways
from workers.gateways.apns import Apns
from workers.gateways.errors import DeviceGone, GatewayError

DOWN = GatewayError("the provider answered 503")
NEVER = GatewayError("APNs answered 403: the key is wrong", permanent=True)
A_MESSAGE = "A message from Ann"


@pytest.fixture
def database_url(sqlite: Sqlite) -> str:
    """One kind is enough: what is asked of the database is tried in `tests/domain/test_stories.py`."""
    return sqlite.new_database()


@pytest.fixture
def tom(tom, worker):
    """What came of his joining is over."""
    worker.work_for(minutes=1)
    return tom


def look(person, valkey: Valkey) -> None:
    """They have the app open, and look at it."""
    with closing(redis.from_url(valkey.address)) as client:
        client.eval(HOLD, 2, *keys(person.id), "socket", 30_000, 30_000)


def from_ann(person) -> list[dict[str, Any]]:
    return [one for one in messages_of(person) if one["title"] == A_MESSAGE]


def test_what_a_socket_heard_has_arrived(worker, iphones, ann, tom, clock):
    write(tom, by=ann)
    hear(tom, 2, clock.moment + timedelta(seconds=0.4))

    assert newest(tom) == (A_MESSAGE, "Arrived: a connected app heard it after 0.4 s.")
    assert ways(tom) == [
        ("socket", "acknowledged", "node ab12"),
        ("job", "waiting", "job 1 push.sync_devices"),
    ]


def test_a_socket_that_heard_only_what_came_before_says_nothing(worker, iphones, ann, eve, clock):
    write(eve, by=ann)
    hear(eve, 2, clock.moment)
    clock.forward(minutes=1)
    write(eve, by=ann)
    clock.forward(minutes=1)

    later, earlier = from_ann(eve)
    assert earlier["verdict"] == "Arrived: a connected app heard it after 0 s."
    assert later["verdict"].startswith("Not confirmed: no connected app heard it, ")


def test_whoever_is_not_connected_and_has_no_device_gets_nothing_for_now(worker, ann, eve, clock):
    write(eve, by=ann)
    assert verdict(eve) == "On its way: a connected app confirms it within seconds."

    clock.forward(seconds=10)

    assert verdict(eve) == (
        "Not confirmed: no connected app heard it, and they had no device to push to. Apps that come or ask find it."
    )


def test_what_nothing_follows_from_says_so(worker, iphones, ann, tom, clock):
    shake_hands(ann, tom)
    clock.forward(minutes=1)

    offered = next(one for one in messages_of(tom) if one["event"] == "offered")
    assert (offered["title"], offered["verdict"]) == (
        "Somebody holds out a hand for a session",
        "Not confirmed: no connected app heard it, and nothing else is sent for it. Apps that come or ask find it.",
    )


def test_while_the_grace_lasts_a_push_is_on_its_way(worker, iphones, ann, tom):
    write(tom, by=ann)

    assert verdict(tom) == "On its way: a worker takes it in 5 s."


def test_without_workers_it_says_for_how_long_none_has_come(worker, iphones, ann, tom, clock):
    write(tom, by=ann)
    clock.forward(minutes=3, seconds=5)

    assert verdict(tom) == "Waiting: no worker has taken it for 3 minutes. See whether workers run."


def test_a_push_that_was_accepted(worker, iphones, ann, tom):
    write(tom, by=ann)
    worker.work_for(minutes=1)

    assert newest(tom) == (A_MESSAGE, "Sent: the push service took it after 5 s.")
    assert ways(tom) == [("push", "accepted", "apn (device 2)")]


def test_a_push_tells_of_all_that_came_before_it(worker, iphones, ann, tom):
    write(tom, by=ann)
    worker.work_for(seconds=2)
    write(tom, by=ann)
    worker.work_for(minutes=1)

    assert [one["verdict"] for one in from_ann(tom)] == [
        "Sent: the push service took it after 3 s.",
        "Sent: the push service took it after 5 s.",
    ]


def test_a_later_push_changes_nothing_about_an_earlier_one(worker, iphones, ann, tom):
    write(tom, by=ann)
    worker.work_for(minutes=1)
    write(tom, by=ann)

    later, earlier = from_ann(tom)
    assert (later["verdict"], earlier["verdict"]) == (
        "On its way: a worker takes it in 5 s.",
        "Sent: the push service took it after 5 s.",
    )
    assert [hop["channel"] for hop in earlier["hops"]] == ["push"]


def test_with_pushes_off_it_says_what_turns_them_on(worker, configure, ann, tom):
    configure(env="production")
    write(tom, by=ann)
    worker.work_for(minutes=1)

    assert verdict(tom) == (
        "Not sent: no connected app confirmed it, and pushes of its kind are off: set HUB_APNS_KEY."
    )


def test_in_development_it_is_in_the_outbox(worker, ann, tom):
    write(tom, by=ann)
    worker.work_for(minutes=1)

    assert verdict(tom) == "Sent: the outbox of this development hub took it after 5 s."


@pytest.fixture
def apple(tmp_path, monkeypatch) -> Iterator[ApnsStandIn]:
    """Apple's server, and the real gateway to it."""
    certificate = Certificate(tmp_path)
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate.authority))
    with ApnsStandIn(certificate) as apple, closing(Apns(settings(tmp_path, "", "", **apple.settings))) as gateway:
        gateways.use(apn=gateway)
        yield apple
        gateways.use()


def test_a_device_that_the_provider_calls_gone(worker, apple, ann, clock):
    tim = people.actor_of(people.join("Tim", phone="7070", teaches=True))
    apple.gone["7070"] = int(clock.moment.timestamp() * 1000) + 86_400_000
    write(tim, by=ann)
    worker.work_for(minutes=1)

    assert (run_reading(devices.are_there, tim.id), verdict(tim)) == (
        False,
        "Not delivered: no connected app confirmed it, and the device is gone (APNs: Unregistered).",
    )


def test_one_device_gone_and_another_told(worker, iphones, androids, ann, tom):
    add_android(tom, "droid")
    iphones.fails_with = DeviceGone("Unregistered")
    write(tom, by=ann)
    worker.work_for(minutes=1)

    assert verdict(tom) == "Sent: the push service took it after 5 s."
    assert sorted(ways(tom)) == [("push", "accepted", "gcm (device 3)"), ("push", "gone", "apn (device 2)")]


def test_one_device_told_and_another_that_fails_for_now(worker, iphones, androids, ann, tom):
    add_android(tom, "droid")
    androids.fails_with = DOWN
    write(tom, by=ann)
    worker.work_for(seconds=5)

    assert verdict(tom) == "Sent: the push service took it after 5 s. Not so elsewhere: the provider answered 503."
    assert ways(tom)[-1] == ("job", "waiting", "job 1 push.sync_devices")


def test_a_push_that_fails_is_tried_again_and_says_why(worker, iphones, ann, tom, clock):
    iphones.fails_with = DOWN
    write(tom, by=ann)
    worker.work_for(seconds=5)
    clock.moment = run_reading(jobs.listing)[0].due_at - timedelta(seconds=1)

    assert verdict(tom) == "On its way: tried again in 1 s, after 1 try: the provider answered 503."


def test_a_push_that_no_retry_heals_is_dead_and_says_which_job(worker, iphones, ann, tom):
    iphones.fails_with = NEVER
    write(tom, by=ann)
    worker.work_for(minutes=1)

    assert verdict(tom) == "Not delivered: given up after 1 try: APNs answered 403: the key is wrong. Retry job 1."


def test_whoever_looks_is_not_pushed_to(worker, iphones, ann, tom, valkey):
    look(tom, valkey)
    write(tom, by=ann)
    worker.work_for(seconds=5)
    assert verdict(tom) == "On its way: they were looking at the app; it is looked at again in 10 s."

    worker.work_for(seconds=25)

    # However often they were found looking, it is one hop.
    assert [way[:2] for way in ways(tom)] == [("push", "postponed"), ("job", "waiting")]


def test_whoever_read_it_meanwhile_needs_no_push(worker, iphones, ann, tom, valkey):
    look(tom, valkey)
    write(tom, by=ann)
    worker.work_for(seconds=5)
    read(ann, by=tom, mode="tutor")
    run(lambda: Device.update(shown=counters.of(tom.id).as_text()).execute())
    worker.work_for(minutes=1)

    message = next(one for one in messages_of(tom) if one["event"] == "message")
    assert message["verdict"] == "Read in their app after 5 s."
    assert [hop["outcome"] for hop in message["hops"]][-1] == "left_out"


def test_the_end_of_a_session_is_told_by_its_own_push(worker, iphones, ann, tom):
    shake_hands(ann, tom)
    worker.work_for(minutes=1)
    end(by=ann)
    worker.work_for(minutes=1)

    assert newest(tom) == ("A session ended", "Sent: the push service took it after 0 s.")


def test_one_s_own_message_is_told_to_one_s_own_other_apps_only(worker, ann, eve, clock):
    write(eve, by=ann)
    clock.forward(minutes=1)

    assert newest(ann) == (
        "Their own message to Eve",
        "Told to their own other apps only; none that is connected confirmed it.",
    )


def test_a_push_is_sent_once_also_where_no_hop_can_be_written(worker, iphones, ann, tom, clock):
    run(lambda: db.execute_sql("CREATE TRIGGER no_hops BEFORE INSERT ON hop BEGIN SELECT RAISE(ABORT, 'no'); END"))
    write(tom, by=ann)

    worker.work_for(minutes=4)

    assert len(iphones.pushes) == 1
    assert run_reading(jobs.counts) == {"done": 1}

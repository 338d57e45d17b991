"""Pushes that fail: what heals is tried again, what does not is seen, and no device pays for another."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta

import pytest
from structlog.testing import capture_logs

from hub.domain import counters, devices, jobs
from hub.domain.modes import TUTOR
from hub.perform import run, run_reading
from hub.reactions.counters import SYNC_DEVICES
from tests import people
from tests.build import Sqlite, settings
from tests.conftest import NOON
from tests.domain.tutoring import end, shake_hands, sign_in, write
from tests.standins.apns import ApnsStandIn
from tests.standins.certificate import Certificate
from tests.standins.server import Fault
from tests.workers.pushed import Meanwhile, add_android, state, told, unread
from workers import patience, push
from workers.gateways import push as gateways
from workers.gateways.apns import Apns
from workers.gateways.errors import DeviceGone, GatewayError

DOWN = GatewayError("the provider answered 503")
BUSY = GatewayError("the provider answered 429", retry_after=60)
NEVER = GatewayError("the key is wrong", permanent=True)


@pytest.fixture
def database_url(sqlite: Sqlite) -> str:
    """One kind is enough: nothing here is about the database."""
    return sqlite.new_database()


def test_a_device_that_fails_keeps_no_other_from_its_push(worker, iphones, androids, ann, tom):
    add_android(tom, "droid")
    androids.fails_with = DOWN
    write(tom, by=ann)

    worker.work_for(seconds=6)
    assert (told(iphones), state()) == ([("70", 1)], ("waiting", 1, "GatewayError: the provider answered 503"))

    androids.fails_with = None
    worker.work_for(minutes=1)
    assert (told(iphones), told(androids), state()) == ([("70", 1)], [("droid", 1)], ("done", 2, None))


def test_a_provider_that_was_away_for_an_hour_is_given_the_push_afterwards(worker, iphones, ann, tom):
    iphones.fails_with = DOWN
    write(tom, by=ann)
    worker.work_for(hours=1)

    iphones.fails_with = None
    worker.work_for(minutes=20)

    assert (iphones.pushes, state()[0]) == ([unread(tom, "70", 1)], "done")


def test_a_provider_that_never_comes_back_makes_a_dead_job_on_the_same_day(worker, iphones, ann, tom):
    iphones.fails_with = DOWN
    write(tom, by=ann)

    worker.work_for(hours=3)

    assert state() == ("dead", 16, "GatewayError: the provider answered 503")


def test_a_device_that_will_never_take_it_keeps_no_other_from_its_next_try(worker, iphones, androids, ann, tom):
    add_android(tom, "droid")
    iphones.fails_with, androids.fails_with = NEVER, DOWN
    write(tom, by=ann)
    worker.work_for(seconds=5)
    assert state() == ("waiting", 1, "GatewayError: the provider answered 503")

    androids.fails_with = None
    worker.work_for(minutes=1)

    assert (told(androids), state()) == ([("droid", 1)], ("dead", 2, "GatewayError: the key is wrong"))


def test_a_provider_that_asks_to_be_left_alone_is(worker, iphones, ann, tom):
    iphones.fails_with = BUSY
    write(tom, by=ann)
    worker.work_for(seconds=5)
    iphones.fails_with = None

    worker.work_for(seconds=59.9)
    assert iphones.pushes == []

    worker.work_for(seconds=0.1)
    assert iphones.pushes == [unread(tom, "70", 1)]


def test_news_meanwhile_reaches_the_others_and_leaves_alone_who_asked_for_it(worker, iphones, androids, ann, tom):
    add_android(tom, "droid")
    androids.fails_with = BUSY
    write(tom, by=ann)
    worker.work_for(seconds=10)
    androids.fails_with = None

    write(tom, by=ann)
    worker.work_for(seconds=54.9)
    assert (told(iphones), told(androids)) == ([("70", 1), ("70", 2)], [])

    worker.work_for(seconds=0.2)
    assert (told(androids), state()) == ([("droid", 2)], ("done", 2, None))


def test_a_provider_that_lets_us_wait_is_left_alone_by_everybody_s_jobs(
    worker, iphones, androids, ann, tom, monkeypatch
):
    """Or a few of them, each waiting for it, would hold up everything that workers do."""
    monkeypatch.setattr(patience, "SLOW_SECONDS", 0.0)
    add_android(tom, "droid")
    iphones.fails_with = DOWN
    write(tom, by=ann)
    with capture_logs() as said:
        worker.work_for(seconds=5)
    assert [line["provider"] for line in said if line["event"] == "provider_slow"] == ["apn"]
    iphones.fails_with = None

    write(ann, by=tom, mode=TUTOR)
    worker.work_for(seconds=29.9)
    assert (told(iphones), told(androids)) == ([], [("droid", 1)])

    worker.work_for(seconds=0.2)
    assert told(iphones) == [("70", 1), ("a0", 1)]


@pytest.fixture
def apple(tmp_path, monkeypatch) -> Iterator[ApnsStandIn]:
    """Apple's server, and the real gateway to it, which waits for a third of a second."""
    certificate = Certificate(tmp_path)
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate.authority))
    with (
        ApnsStandIn(certificate) as apple,
        closing(Apns(settings(tmp_path, "", "", **apple.settings), seconds=0.3)) as gateway,
    ):
        gateways.use(apn=gateway)
        yield apple
        gateways.use()


def test_a_provider_that_never_answers_holds_a_worker_up_once(worker, apple, monkeypatch):
    monkeypatch.setattr(patience, "SLOW_SECONDS", 0.2)
    ann = people.actor_of(people.join("Ann", phone="a0a0"))
    tom = people.actor_of(people.join("Tom", phone="7070", teaches=True))
    apple.script.append(Fault.HANG)
    write(tom, by=ann)
    write(ann, by=tom, mode=TUTOR)

    worker.work_for(seconds=30)
    asked_while_silent = len(apple.heard)
    worker.work_for(minutes=2)

    assert asked_while_silent == 1
    assert sorted((pushed.token, pushed.body["count"]) for pushed in apple.pushes) == [("7070", 1), ("a0a0", 1)]


def test_browsers_of_one_push_service_are_not_left_alone_for_the_trouble_of_another():
    def browser(endpoint: str) -> devices.Known:
        return devices.Known(1, devices.WEB, endpoint, None, NOON)

    providers = [push.provider_of(browser(f"https://{place}")) for place in ("a.example/1", "a.example/2", "b:8443/1")]

    assert providers == ["https://a.example", "https://a.example", "https://b:8443"]


def test_a_job_that_took_all_its_time_leaves_the_rest_to_the_next_try(worker, iphones, ann, tom, monkeypatch):
    monkeypatch.setattr(push, "LONGEST_SECONDS", -1.0)
    write(tom, by=ann)
    worker.work_for(seconds=5)
    assert (iphones.pushes, state()[:2]) == ([], ("waiting", 1))

    monkeypatch.setattr(push, "LONGEST_SECONDS", 25.0)
    worker.work_for(minutes=1)

    assert iphones.pushes == [unread(tom, "70", 1)]


def test_after_a_device_that_let_it_wait_a_job_leaves_the_others_to_the_next_try(
    worker, iphones, androids, ann, tom, monkeypatch
):
    """Somebody with many that hang must not keep a worker from everybody else's work."""
    monkeypatch.setattr(push, "SLOW_SECONDS", 0.0)
    add_android(tom, "droid")
    slow = Meanwhile(raise_down)
    gateways.use(apn=slow, gcm=slow)
    write(tom, by=ann)

    worker.work_for(seconds=5)
    asked_at_first = len(slow.pushes)
    worker.work_for(minutes=1)

    assert (asked_at_first, len(slow.pushes), state()) == (1, 3, ("done", 2, None))


def raise_down() -> None:
    raise DOWN


def test_of_many_devices_another_comes_first_at_each_try(worker, iphones, ann, tom):
    """Some that fail slowly must not have all the time of every try."""
    for number in range(71, 90):
        sign_in(tom, phone=str(number))
    orders = []
    for _ in range(3):
        write(tom, by=ann)
        worker.work_for(minutes=1)
        orders.append([given.address for given in iphones.pushes])
        iphones.pushes.clear()

    assert sorted(orders[0]) == sorted(orders[1]) == sorted(orders[2])
    assert len({tuple(order) for order in orders}) == 3


def test_a_device_that_is_gone_is_forgotten(worker, iphones, ann, tom):
    iphones.fails_with = DeviceGone("Unregistered")
    write(tom, by=ann)

    worker.work_for(minutes=1)

    assert (run_reading(devices.are_there, tom.id), state()) == (False, ("done", 1, None))


def test_a_device_that_was_registered_after_it_was_seen_to_be_gone_is_kept(worker, iphones, ann, tom):
    iphones.fails_with = DeviceGone("Unregistered", since=NOON - timedelta(seconds=1))
    write(tom, by=ann)

    worker.work_for(minutes=1)

    assert (run_reading(devices.are_there, tom.id), state()) == (True, ("done", 1, None))


def test_a_device_that_signs_in_again_while_its_provider_calls_it_gone_is_kept(worker, ann, tom, clock):
    def sign_in_again_and_fail() -> None:
        clock.forward(seconds=1)
        sign_in(tom, phone="70")
        raise DeviceGone("BadDeviceToken")

    gateways.use(apn=Meanwhile(sign_in_again_and_fail))
    write(tom, by=ann)
    worker.work_for(minutes=1)

    assert run_reading(devices.are_there, tom.id) is True


def test_what_no_retry_heals_is_a_dead_job_that_the_operator_sees_and_the_next_message_revives_it(
    worker, iphones, ann, tom
):
    iphones.fails_with = NEVER
    write(tom, by=ann)
    with capture_logs() as said:
        worker.work_for(minutes=10)
    (dead,) = run_reading(jobs.listing, "dead")
    assert (dead.name, dead.attempts, dead.last_error) == (SYNC_DEVICES, 1, "GatewayError: the key is wrong")
    assert [line["what_to_do"] for line in said if line["event"] == "job_dead"] == [
        f"mend the cause, then: hub jobs retry {dead.id}"
    ]

    iphones.fails_with = None
    write(tom, by=ann)
    worker.work_for(minutes=1)

    assert (iphones.pushes, state()) == ([unread(tom, "70", 2)], ("done", 1, None))


def test_a_dead_job_that_the_operator_retries_tells_what_is_true_now(worker, iphones, ann, tom):
    iphones.fails_with = NEVER
    write(tom, by=ann)
    worker.work_for(minutes=1)
    iphones.fails_with = None

    run(jobs.retry_dead)
    worker.work()

    assert iphones.pushes == [unread(tom, "70", 1)]


@pytest.mark.parametrize("kind", ["apn", "gcm", "web"])
def test_where_a_gateway_is_off_nothing_is_sent_nothing_is_dead_and_the_device_stays_out_of_date(
    worker, configure, ann, eve, kind
):
    configure(env="production")
    run(devices.register, eve.id, kind=kind, address="x", shown=run_reading(counters.of, eve.id).as_text())
    write(eve, by=ann)

    worker.work_for(minutes=1)

    lagging = run_reading(devices.out_of_date, eve.id, run_reading(counters.of, eve.id).as_text())
    assert (state(), [device.address for device in lagging]) == (("done", 1, None), ["x"])


def test_a_gateway_that_is_turned_on_later_tells_with_the_next_news(worker, configure, iphones, ann, tom):
    gateways.use(apn=None)
    write(tom, by=ann)
    worker.work_for(minutes=1)
    gateways.use(apn=iphones)

    write(tom, by=ann)
    worker.work_for(minutes=1)

    assert iphones.pushes == [unread(tom, "70", 2)]


def test_a_device_that_failed_is_told_of_the_end_later_and_the_others_no_more(worker, iphones, androids, ann, tom):
    add_android(tom, "droid")
    shake_hands(ann, tom)
    worker.work_for(minutes=1)
    iphones.pushes.clear()
    androids.pushes.clear()
    androids.fails_with = BUSY
    end(by=ann)
    worker.work_for(seconds=30)

    androids.fails_with = None
    worker.work_for(minutes=1)

    assert told(iphones) == [("70", 0), ("a0", 0)]
    assert [given.text for given in androids.pushes].count("Your session has ended.") == 1

"""Devices: whose they are, what each shows, and which of them are to be told."""

from __future__ import annotations

from datetime import timedelta
from functools import partial

import pytest

from hub.domain import counters, devices, login_sessions, sign_ins
from hub.domain.actors import Actor
from hub.domain.credentials import Claims
from hub.domain.devices import APN, GCM, WEB, Known
from hub.domain.refusals import Invalid
from hub.perform import run, run_reading
from models import Device
from tests.conftest import NOON
from tests.domain.doing import at_once
from tests.domain.tutoring import claims_of, sign_in, write

BROWSER = {"p256dh": "a public key", "auth": "a secret"}


def register(person: Actor, address: str = "70", *, kind: str = APN, shown: str = "old") -> None:
    run(devices.register, person.id, kind=kind, address=address, shown=shown)


def out_of_date(person: Actor, truth: str) -> list[str]:
    """The addresses of the person's devices that show something else."""
    return sorted(device.address for device in run_reading(devices.out_of_date, person.id, truth))


def not_told_of_end(person: Actor, session_number: int) -> list[str]:
    return sorted(device.address for device in run_reading(devices.not_told_of_end, person.id, session_number))


def the_device(address: str) -> Device:
    return run_reading(lambda: Device.get(Device.address == address))


def test_a_phone_that_signs_in_is_pushed_to_and_shows_what_is_true_then(ann):
    (phone,) = run_reading(lambda: list(Device.select().dicts()))

    assert phone == {
        "id": 1,
        "account": ann.id,
        "login_session": ann.login_session_id,
        "kind": APN,
        "address": "a0",
        "address_hash": phone["address_hash"],
        "keys": None,
        "jti": None,
        "registered_at": NOON,
        "shown": run_reading(counters.of, ann.id).as_text(),
        "session_end_shown": 0,
    }


def test_a_device_is_out_of_date_while_it_shows_something_else_than_the_truth(ann):
    register(ann, "new", shown="new")
    register(ann, "old", shown="old")

    assert out_of_date(ann, "new") == ["a0", "old"]
    run(devices.told, the_device("old").id, ann.id, "new")
    assert out_of_date(ann, "new") == ["a0"]


def test_what_is_known_of_a_device_keeps_its_address_out_of_logs(ann):
    run(devices.register, ann.id, kind=WEB, address="https://push.example/1", shown="old", keys=BROWSER)

    phone, browser = run_reading(devices.out_of_date, ann.id, "new")

    assert phone == Known(1, APN, "a0", None, NOON)
    assert browser == Known(2, WEB, "https://push.example/1", BROWSER, NOON)
    assert [secret for secret in ("push.example", *BROWSER.values()) if secret in repr(browser)] == []


def test_a_token_goes_along_with_its_latest_sign_in(ann, tom):
    sign_in(tom, phone="a0")

    assert (out_of_date(ann, "new"), out_of_date(tom, "new")) == ([], ["70", "a0"])
    assert run_reading(devices.are_there, ann.id) is False


def test_the_same_token_of_another_provider_is_another_device(ann, tom):
    register(tom, "a0", kind=GCM)

    assert (out_of_date(ann, "new"), out_of_date(tom, "new")) == (["a0"], ["70", "a0"])


def test_who_signed_in_before_and_signs_out_takes_no_device_from_who_has_it_now(ann, tom):
    sign_in(tom, phone="a0")

    run(login_sessions.end, claims_of(ann))

    assert out_of_date(tom, "new") == ["70", "a0"]


def test_signing_out_takes_the_device_along(ann):
    run(login_sessions.end, claims_of(ann))

    assert run_reading(devices.are_there, ann.id) is False


def test_a_token_that_two_sign_in_with_at_the_same_moment_is_one_of_theirs(ann, tom):
    at_once(partial(register, ann, "new"), partial(register, tom, "new"))

    owners = [out_of_date(person, "truth").count("new") for person in (ann, tom)]
    assert sorted(owners) == [0, 1]


def test_a_browser_goes_with_the_token_that_it_came_with(ann):
    run(sign_ins.add_browser, endpoint="https://push.example/1", keys=BROWSER, jti="token", by=ann)

    run(sign_ins.sign_out, Claims(ann.public_id, "another", NOON))
    assert out_of_date(ann, "new") == ["a0", "https://push.example/1"]
    run(sign_ins.sign_out, Claims(ann.public_id, "token", NOON))
    assert out_of_date(ann, "new") == ["a0"]


def test_a_browser_may_be_added_twice_and_taken_away_by_its_owner_alone(ann, tom):
    endpoint = "https://push.example/1"
    for _ in range(2):
        run(sign_ins.add_browser, endpoint=endpoint, keys=BROWSER, jti="token", by=ann)
    assert run_reading(lambda: Device.select().where(Device.kind == WEB).count()) == 1

    run(sign_ins.remove_browser, endpoint=endpoint, by=tom)
    assert out_of_date(ann, "new") == ["a0", endpoint]

    run(sign_ins.remove_browser, endpoint=endpoint, by=ann)
    assert out_of_date(ann, "new") == ["a0"]


def test_an_address_that_is_longer_than_any_is_refused(ann):
    register(ann, "a" * 4000)

    with pytest.raises(Invalid, match="pushToken: is too long"):
        register(ann, "a" * 4001)


def test_a_device_is_told_of_the_end_of_a_session_once(ann):
    assert not_told_of_end(ann, 7) == ["a0"]

    run(devices.told_of_end, the_device("a0").id, ann.id, "truth", 7)

    assert (not_told_of_end(ann, 7), out_of_date(ann, "truth")) == ([], [])
    assert not_told_of_end(ann, 8) == ["a0"]


def test_an_end_that_is_told_after_a_later_one_does_not_bring_that_one_back(ann):
    for number in (8, 7):
        run(devices.told_of_end, the_device("a0").id, ann.id, "truth", number)

    assert not_told_of_end(ann, 8) == []


def test_only_the_device_of_that_sign_in_counts_as_having_shown(ann):
    sign_in(ann, phone="a1")

    run(devices.note_shown, ann.login_session_id, "new")
    run(devices.note_shown, None, "newer")
    run(devices.note_shown, 999, "newer")

    assert out_of_date(ann, "new") == ["a1"]


def test_a_device_counts_as_having_shown_what_follows_only_if_it_showed_what_came_before(ann):
    before = run_reading(counters.of, ann.id).as_text()

    run(devices.note_shown, ann.login_session_id, "third", instead_of="second")
    assert the_device("a0").shown == before

    run(devices.note_shown, ann.login_session_id, "second", instead_of=before)
    assert the_device("a0").shown == "second"


def test_a_phone_that_signs_in_while_something_is_unread_need_not_be_told_of_it(ann, tom, clock):
    write(tom, by=ann)
    clock.forward(seconds=1)

    sign_in(tom, phone="71")

    truth = run_reading(counters.of, tom.id)
    assert (truth.tutor_unread, out_of_date(tom, truth.as_text())) == (1, ["70"])
    assert the_device("71").registered_at == NOON + timedelta(seconds=1)

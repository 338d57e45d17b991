"""Devices that are registered again and again, by one person or by two."""

from __future__ import annotations

from hub.domain import devices
from hub.domain.actors import Actor
from hub.domain.devices import APN, Known
from hub.perform import run, run_reading
from tests.domain.tutoring import end, shake_hands, sign_in


def register(person: Actor, address: str) -> None:
    run(devices.register, person.id, kind=APN, address=address, shown="seen")


def lagging(person: Actor) -> list[Known]:
    return run_reading(devices.out_of_date, person.id, "the truth")


def test_a_device_whose_owner_signs_in_again_is_not_told_of_an_end_once_more(ann, tom):
    session = shake_hands(ann, tom)
    end(by=tom)
    (device,) = run_reading(devices.not_told_of_end, ann.id, session.id)
    run(devices.told_of_end, device.id, ann.id, "seen", session.id)

    sign_in(ann, phone="a0")

    assert run_reading(devices.not_told_of_end, ann.id, session.id) == []


def test_a_provider_s_word_about_a_device_says_nothing_about_its_next_owner(ada, grace, clock):
    register(ada, "a0")
    (device,) = lagging(ada)
    clock.forward(seconds=1)
    register(grace, "a0")

    run(devices.gone, device.id, device.registered_at)

    assert [known.address for known in lagging(grace)] == ["a0"]


def test_of_more_devices_than_anybody_has_the_newest_are_kept(ada, grace, clock):
    register(grace, "of grace")
    for number in range(devices.MOST_DEVICES + 2):
        clock.forward(seconds=1)
        register(ada, str(number))
    clock.forward(seconds=1)
    register(ada, "2")
    register(ada, "new")

    kept = [str(number) for number in (2, *range(4, devices.MOST_DEVICES + 2))]
    assert [known.address for known in lagging(ada)] == [*kept, "new"]
    assert [known.address for known in lagging(grace)] == ["of grace"]

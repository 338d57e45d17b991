"""Patience: who is left alone after a failure, for how long, and who is not."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conftest import HeldClock
from workers import patience, runtime
from workers.gateways.errors import DeviceGone, GatewayError
from workers.patience import LeftAlone, Patience

BUSY = GatewayError("429", retry_after=60)
DOWN = GatewayError("503")


@pytest.fixture(autouse=True)
def _time_stands_still(clock: HeldClock) -> None:
    pass


@pytest.fixture(autouse=True)
def _children_know_each_other_by_this_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("HUB_DATA_DIR", str(tmp_path))
    runtime.settings.cache_clear()
    yield
    runtime.settings.cache_clear()


@pytest.fixture
def everything_is_slow(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(patience, "SLOW_SECONDS", 0.0)


def fail(patient: Patience, wrong: GatewayError, device: int = 1, provider: str = "apn") -> None:
    with pytest.raises(type(wrong)), patient.asking(device, provider):
        raise wrong


def left_alone_for(patient: Patience, device: int = 1, provider: str = "apn") -> float:
    try:
        with patient.asking(device, provider):
            return 0.0
    except LeftAlone as refused:
        return refused.retry_after or 0.0


def test_a_device_whose_provider_says_when_is_left_alone_until_then_and_no_other_is(clock):
    patient = Patience()
    fail(patient, BUSY)

    clock.forward(seconds=20)
    assert (left_alone_for(patient), left_alone_for(patient, device=2)) == (40, 0)
    clock.forward(seconds=40)
    assert left_alone_for(patient) == 0


def test_a_failure_that_came_quickly_and_names_no_time_leaves_nobody_alone():
    patient = Patience()
    fail(patient, DOWN)

    assert left_alone_for(patient) == 0


def test_a_provider_that_let_us_wait_is_left_alone_for_a_while_with_all_its_devices(everything_is_slow, clock):
    patient = Patience()
    fail(patient, DOWN)

    assert left_alone_for(patient, device=2) == patience.QUIET_SECONDS
    assert left_alone_for(patient, device=2, provider="gcm") == 0
    clock.forward(seconds=patience.QUIET_SECONDS)
    assert left_alone_for(patient, device=2) == 0


def test_of_a_device_and_its_provider_the_longer_wait_counts(everything_is_slow):
    patient = Patience()
    fail(patient, BUSY)

    assert (left_alone_for(patient), left_alone_for(patient, device=2)) == (60, patience.QUIET_SECONDS)


@pytest.mark.parametrize("wrong", [GatewayError("the key is wrong", permanent=True), DeviceGone("gone")])
def test_a_refusal_for_good_is_an_answer_and_says_nothing_of_trouble(everything_is_slow, wrong):
    patient = Patience()
    fail(patient, wrong)

    assert left_alone_for(patient) == 0


def test_being_left_alone_makes_no_wait_longer(everything_is_slow, clock):
    patient = Patience()
    fail(patient, BUSY)
    clock.forward(seconds=30)

    assert [left_alone_for(patient) for _ in range(3)] == [30, 30, 30]


def test_what_is_over_is_not_remembered(clock):
    patient = Patience()
    for device in range(100):
        fail(patient, BUSY, device=device)
        clock.forward(seconds=61)

    assert len(patient._until) == 1

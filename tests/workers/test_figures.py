"""The sweep that counts: at once on a hub that is new, then as often as the setting says, and safe in two workers."""

from __future__ import annotations

import json
from typing import Any

import pytest

from hub.perform import run, run_reading
from models import Account, FiguresRow, Member
from tests.conftest import NOON
from tests.domain.doing import at_once
from workers.figures import recount_figures


def join(name: str) -> None:
    def put() -> None:
        account = Account.create(username=name, name=name, created_at=NOON)
        Member.create(account=account, given="{}", signed_up_at=NOON, is_on_roll=True, state="nsw", postcode="2000")

    run(put)


def stored() -> list[dict[str, Any]]:
    """public_stats and getinfo; nothing where nothing was counted."""
    rows = run_reading(lambda: list(FiguresRow.select().order_by(FiguresRow.id)))
    return [json.loads(row.content) for row in rows]


def members_told() -> list[int]:
    return [run_reading(FiguresRow.select().count), *(len(told["signup_times"]) for told in stored()[:1])]


def test_a_hub_that_is_new_has_figures_after_the_first_sweep(worker):
    join("Ada")

    recount_figures()

    public_stats, getinfo = stored()
    assert (public_stats["id"], getinfo["id"]) == (0, 1)
    assert (public_stats["states"], getinfo["n_members"]) == ({"nsw": 1}, 1)


def test_figures_are_counted_anew_only_when_they_are_as_old_as_the_setting_allows(worker, configure, clock):
    configure(figures_seconds="7")
    recount_figures()
    join("Ada")

    clock.forward(seconds=6)
    recount_figures()
    assert members_told() == [2, 0]
    clock.forward(seconds=1)
    recount_figures()

    assert members_told() == [2, 1]


def test_small_groups_are_left_out_as_the_setting_says(worker, configure):
    configure(small_group="2")
    join("Ada")

    recount_figures()

    public_stats, getinfo = stored()
    assert (public_stats["postcodes"], public_stats["states"], public_stats["state_signup_times"]) == ({}, {}, {})
    assert (getinfo["n_members"], getinfo["n_members_state"]["nsw"]) == (1, 0)


@pytest.mark.parametrize("workers", [4])
def test_several_workers_that_count_at_once_leave_one_of_each(worker, workers):
    join("Ada")

    at_once(*[recount_figures] * workers)

    assert members_told() == [2, 1]

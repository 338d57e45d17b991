"""Two who govern each other: of all that they do at the same moment, the last superuser is left."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import pytest

from hub.domain import accounts, departures, privileges, roles, users
from hub.domain.actors import OPERATOR, Actor
from hub.domain.privileges import SuperusersOnly
from hub.domain.refusals import Refusal
from hub.perform import run, run_reading
from models import Account
from tests.domain.doing import at_once
from tests.people import password_hash

Deed = Callable[..., object]


def superuser(name: str) -> Actor:
    return run(
        accounts.create_staff,
        name=name,
        username=name,
        email=f"{name}@example.org",
        password_hash=password_hash(),
        is_superuser=True,
    )


def demote(username: str, *, by: Actor) -> None:
    privileges.change(username, state="normal", privileges=None, by=by)


DEEDS: list[Deed] = [demote, users.disable, departures.remove]


def superusers() -> int:
    is_one = Account.is_superuser & ~Account.is_disabled
    return run_reading(lambda: Account.select().where(is_one).count())


@pytest.mark.parametrize("deed", DEEDS)
@pytest.mark.parametrize("other", DEEDS)
def test_of_two_superusers_who_shut_each_other_out_one_is_left(database, deed: Deed, other: Deed):
    root, rita = superuser("root"), superuser("rita")

    outcomes = at_once(partial(run, deed, "rita", by=root), partial(run, other, "root", by=rita))

    assert superusers() == 1
    assert [isinstance(outcome, Refusal) for outcome in outcomes].count(True) == 1


@pytest.mark.parametrize("deed", DEEDS)
def test_who_was_demoted_since_they_came_shuts_nobody_out(database, deed: Deed):
    root, rita = superuser("root"), superuser("rita")
    run(demote, "rita", by=root)

    with pytest.raises(Refusal):
        run(deed, "root", by=rita)

    assert superusers() == 1


@pytest.mark.parametrize("deed", DEEDS)
def test_whoever_has_the_machine_may_do_it_to_everybody(database, deed: Deed):
    superuser("root")

    run(deed, "root", by=OPERATOR)

    assert superusers() == 0


@pytest.mark.parametrize("role", [roles.ADMIN, "phonebank"])
def test_only_superusers_meddle_with_whoever_has_a_role(ada, olga, role):
    run(accounts.grant_role, ada.username, role)
    deeds: list[Deed] = [
        partial(users.change, ada.username, {"email": "eve@example.org"}),
        partial(users.disable, ada.username),
        partial(departures.remove, ada.username),
    ]

    for deed in deeds:
        with pytest.raises(SuperusersOnly):
            run(deed, by=olga)

    run(deeds[0], by=superuser("root"))
    assert run_reading(lambda: Account.get_by_id(ada.id).email_key) == "eve@example.org"

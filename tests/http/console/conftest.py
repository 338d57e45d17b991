"""Who has the console open: a superuser, staff with some privileges, and somebody who is no staff."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping

import pytest

from hub.domain import accounts, privileges
from hub.domain.actors import OPERATOR, actor_of
from hub.perform import run, run_reading
from tests import people
from tests.http.console.browser import Browser, opened_by, superuser
from tests.running import RunningHub


@pytest.fixture
def console(hub: RunningHub) -> Browser:
    return superuser(hub)


@pytest.fixture
def as_staff(hub: RunningHub) -> Callable[..., Browser]:
    """A staff member with just these privileges; all that staff may have where none are given."""

    def staff(name: str = "Sam", given: Mapping[str, Collection[str]] | None = None) -> Browser:
        actor = people.make(name, staff=True)
        if given is not None:
            run(privileges.change, actor.username, state=None, privileges=given, by=OPERATOR)
            actor = run_reading(lambda: actor_of(accounts.named(actor.username)))
        return opened_by(hub, actor)

    return staff


@pytest.fixture
def nobody_special(hub: RunningHub) -> Browser:
    """Signed in, as somebody who was staff a moment ago still may be, and no staff."""
    return opened_by(hub, people.make("Nora"))

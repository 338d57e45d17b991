"""Who is let in where: made from the table in `hub/http/techfesia/access`, each call by everybody of whom it speaks."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest

from hub.domain import sign_outs
from hub.domain.privileges import SUBJECTS, VERBS
from hub.http.techfesia import TECHFESIA
from hub.http.techfesia.access import ANYBODY, WHO, Access
from hub.perform import run
from models import Account
from tests.http.techfesia.cast import Student, staff, student
from tests.http.techfesia.scene import Scene

NOT_HERE = {("GET", "/auth/oauth/{provider}"), ("GET", "/auth/oauth/{provider}/callback"), ("GET", "/image/{name}")}
"""Open to anybody, and without an outside or a picture they find nothing."""
CALLS = [call for call in WHO if call not in NOT_HERE]
LET_IN, NOT_SIGNED_IN, NOT_ALLOWED = "2xx", "not signed in", "not allowed"
ENDS_FOR_THE_DISABLED = {
    ("POST", "/auth/token"): NOT_SIGNED_IN,
    ("POST", "/auth/token/obtain"): NOT_SIGNED_IN,
    ("POST", "/auth/token/refresh"): NOT_SIGNED_IN,
    ("PATCH", "/users/{username}/password"): "4xx",
}
"""Open to anybody, and of no use to them."""


def test_every_call_stands_in_the_table_and_every_line_of_it_is_a_call():
    assert {(route.method, route.path) for route in TECHFESIA.routes} == set(WHO)


@dataclass(frozen=True)
class Role:
    """Somebody who calls, in a scene that was set for them alone."""

    name: str
    is_let_in: Callable[[Access], bool]
    cast: Callable[[Scene, Access], Student | None]
    is_disabled: bool = False
    tries_what_is_open: bool = False

    def tries(self, access: Access) -> bool:
        """What is open to anybody need not be tried by everybody."""
        return access != ANYBODY or self.tries_what_is_open


def _any_staff(access: Access) -> bool:
    return access.signed_in or access.privilege is not None


def _stranger(scene: Scene, access: Access) -> Student:
    return student(f"stranger{scene.number}")


def _owner(scene: Scene, access: Access) -> Student:
    return scene.owner


def _with_all_but(scene: Scene, access: Access) -> Student:
    """Staff who may do everything else."""
    others = {subject: [verb for verb in VERBS if (subject, verb) != access.privilege] for subject in SUBJECTS}
    return staff(f"others{scene.number}", privileges=others)


def _with_this_only(scene: Scene, access: Access) -> Student:
    subject, verb = access.privilege or ("user", "read")
    return staff(f"this{scene.number}", privileges={subject: [verb]})


def _superuser(scene: Scene, access: Access) -> Student:
    return staff(f"super{scene.number}", superuser=True)


def _disabled_owner(scene: Scene, access: Access) -> Student:
    def disable() -> None:
        Account.update(is_disabled=True).where(Account.id == scene.owner.id).execute()
        sign_outs.everywhere(scene.owner.id)

    run(disable)
    return scene.owner


ROLES = [
    Role("nobody who signed in", lambda access: False, lambda scene, access: None, tries_what_is_open=True),
    Role("a stranger", lambda access: access.signed_in, _stranger),
    Role("staff with every other privilege", lambda access: access.signed_in, _with_all_but),
    Role("the owner", lambda access: access.signed_in or access.owner is not None, _owner),
    Role("staff with this privilege", _any_staff, _with_this_only),
    Role("a superuser", lambda access: _any_staff(access) or access.superuser, _superuser),
    Role("the owner, disabled", lambda access: False, _disabled_owner, is_disabled=True, tries_what_is_open=True),
]


async def status_of(hub, call: tuple[str, str], scene: Scene, who: Student | None) -> int:
    method, path = call
    made, body = await scene.path(path), await scene.sent_with(call, who)
    status, said = await hub.call(method, f"/techfesia{made}", who, **body)
    if not 200 <= status < 300:
        assert isinstance(said, dict), (status, said)
    return status


@pytest.mark.parametrize("call", CALLS, ids=" ".join)
async def test_a_call_lets_in_whom_the_table_names_and_nobody_else(hub, call):
    expected = {role: expected_of(call, role) for role in ROLES if role.tries(WHO[call])}
    refused_scene = Scene(hub, 0)

    outcomes = {}
    for number, (role, outcome) in enumerate(expected.items(), 1):
        # Whoever is refused changes nothing, and the next may try in the same scene.
        scene = Scene(hub, number) if outcome == LET_IN else refused_scene
        await scene.path(call[1])
        status = await status_of(hub, call, scene, role.cast(scene, WHO[call]))
        outcomes[role] = {401: NOT_SIGNED_IN, 403: NOT_ALLOWED}.get(status, f"{status // 100}xx")

    assert {role.name: outcomes[role] for role in expected} == {role.name: expected[role] for role in expected}


def expected_of(call: tuple[str, str], role: Role) -> str:
    if role.is_disabled and call in ENDS_FOR_THE_DISABLED:
        return ENDS_FOR_THE_DISABLED[call]
    if WHO[call] == ANYBODY or role.is_let_in(WHO[call]):
        return LET_IN
    return NOT_SIGNED_IN if role.name == "nobody who signed in" or role.is_disabled else NOT_ALLOWED


def test_the_table_names_each_privilege_that_staff_can_have():
    named: set[Any] = {access.privilege for access in WHO.values() if access.privilege}

    of_the_festival = SUBJECTS[:9]
    unused = {(subject, verb) for subject in of_the_festival for verb in VERBS} - named
    assert unused == {
        # Everybody may read these, or make them, or there is nothing to change.
        *(("user", "create"), ("event", "read"), ("category", "read"), ("tag", "read"), ("registration", "create")),
        *(("team", "create"), ("ticket", "create"), ("ticket", "delete"), ("organiser", "read")),
        *(("organiser", "update"), ("volunteer", "read")),
    }

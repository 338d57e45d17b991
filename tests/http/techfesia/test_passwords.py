"""`users/{username}/password`: a first one, another one, and a new one by a token out of a mail."""

from __future__ import annotations

import asyncio
import json
from collections import Counter
from typing import Any

import pytest
from structlog.testing import capture_logs

from hub.domain import logins, magic_links, password_resets
from hub.perform import run, run_reading
from models import Account, JobRow, PasswordReset
from tests.http.techfesia.cast import MINTING, Student, signed_in, student
from tests.people import PASSWORD
from tests.running import Reply, RunningHub

LIMITED = pytest.mark.settings(rate_limits=True)
CHANGE = {"oldPassword": PASSWORD, "newPassword": "new_password"}
DEAD = (422, {"error": {"resetToken": "token is invalid, expired or already used. Please get a new token"}})
DONE = (200, {"message": "Password reset successfully"})
ASKED = (200, {"message": "If there is such a user, a mail with a reset token is on its way to them"})


async def give(hub: RunningHub, username: str, by: Student | None, body: Any) -> Reply:
    return await hub.post(f"/techfesia/users/{username}/password/", body, by)


async def change(hub: RunningHub, username: str, by: Student | None, body: Any) -> Reply:
    return await hub.call("PUT", f"/techfesia/users/{username}/password/", by, json=body)


async def reset(hub: RunningHub, username: str, token: object, password: str = "password") -> Reply:
    body = {"resetToken": token, "newPassword": password}
    return await hub.call("PATCH", f"/techfesia/users/{username}/password/", json=body)


async def ask(hub: RunningHub, username: str) -> Reply:
    return await hub.call("POST", f"/techfesia/users/{username}/password/reset")


async def asked(hub: RunningHub, username: str) -> str:
    """The token that is mailed; empty where nobody is."""
    assert await ask(hub, username) == ASKED
    row = run_reading(lambda: JobRow.select().order_by(JobRow.id.desc()).get())
    due = run_reading(password_resets.to_mail, **json.loads(row.arguments), keys=MINTING.keys)
    return due[1] if due else ""


async def sign_in(hub: RunningHub, username: str, password: str) -> int:
    return (await hub.post("/techfesia/auth/token/", {"username": username, "password": password}))[0]


def without_password(who: Student) -> Student:
    run(lambda: Account.update(password_hash=None).where(Account.id == who.id).execute())
    return who


async def test_who_has_no_password_sets_one_and_only_one(hub, ada):
    without_password(ada)

    answers = await asyncio.gather(*(give(hub, "ada", ada, {"password": word}) for word in ("Hello World", "Hello")))

    assert sorted(status for status, _ in answers) == [201, 422]
    assert (201, {"message": "new password created"}) in answers
    assert sorted([await sign_in(hub, "ada", word) for word in ("Hello World", "Hello")]) == [200, 401]


async def test_who_has_one_sets_no_other_without_knowing_it(hub, ada):
    refused = await give(hub, "ada", ada, {"password": "mine"})

    assert refused == (422, {"error": "You have a password already. Change it with PUT."})
    assert await sign_in(hub, "ada", PASSWORD) == 200


async def test_another_password_signs_out_everywhere_else_and_stays_signed_in_here(hub, ada, clock):
    other = signed_in(ada.id)
    _, vivere = await hub.post("/vivere/user/login", {"username": "ada", "password": PASSWORD})

    assert await change(hub, "ada", ada, CHANGE) == (200, {"message": "Password changed successfully"})

    vivere_token = {"X-MenloHacks-Authorization": vivere["data"]["token"]}
    assert (await hub.get("/techfesia/users/ada", other))[0] == 401
    assert (await hub.get("/vivere/mentorship/user/queue", headers=vivere_token))[0] == 401
    assert (await hub.get("/techfesia/users/ada", ada))[0] == 200
    assert [await sign_in(hub, "ada", word) for word in (PASSWORD, "new_password")] == [401, 200]
    clock.forward(minutes=20)
    status, renewed = await hub.post("/techfesia/auth/token/refresh", {"refresh": ada.pair.refresh})
    assert status == 200
    assert (await hub.get("/techfesia/users/ada", headers={"Authorization": f"Bearer {renewed['access']}"}))[0] == 200


async def test_the_old_password_has_to_be_right_and_there_has_to_be_one(hub, ada, grace, rows):
    without_password(grace)
    before = rows()

    wrong = await change(hub, "ada", ada, {**CHANGE, "oldPassword": "old_passord"})
    none = await change(hub, "grace", grace, CHANGE)

    assert wrong == (422, {"error": "The old password is wrong."})
    assert none == (422, {"error": "You have no password yet. Set one with POST."})
    assert rows() == before


@pytest.mark.parametrize("call", [give, change])
async def test_nobody_does_it_for_another_or_without_saying_it_all(hub, ada, grace, root, rows, call):
    before = rows()

    answers = [(await call(hub, username, by, {**CHANGE, "password": "x"}))[0] for username, by in TRIES(grace, root)]
    incomplete = [await call(hub, "ada", ada, body) for body in ({}, {"oldPassword": "", "password": ""})]

    assert answers == [401, 403, 403, 403]
    assert [(status, list(said)) for status, said in incomplete] == [(400, ["errors"])] * 2
    assert rows() == before


def TRIES(grace: Student, root: Student):
    return [("ada", None), ("ada", grace), ("ada", root), ("nobody", grace)]


@pytest.fixture
def three_tries(monkeypatch) -> None:
    monkeypatch.setattr(logins, "MOST_FROM_ONE_ADDRESS", 3)


@LIMITED
async def test_wrong_old_passwords_count_with_wrong_logins(hub, ada, three_tries):
    wrong = [(await change(hub, "ada", ada, {**CHANGE, "oldPassword": "x"}))[0] for _ in range(2)]
    at_login = await sign_in(hub, "ada", "x")

    assert (wrong, at_login) == ([422] * 2, 401)
    assert (await change(hub, "ada", ada, CHANGE))[0] == 429
    assert await sign_in(hub, "ada", PASSWORD) == 429


@LIMITED
async def test_a_right_old_password_begins_the_count_anew(hub, ada, three_tries):
    for _ in range(2):
        await change(hub, "ada", ada, {**CHANGE, "oldPassword": "x"})
    assert (await change(hub, "ada", ada, CHANGE))[0] == 200

    assert [await sign_in(hub, "ada", "x") for _ in range(3)] == [401] * 3


@pytest.mark.parametrize("name", ["ada", "ADA@example.org"])
async def test_a_token_sets_a_new_password_once_and_signs_out_everywhere(hub, ada, name):
    token = await asked(hub, name)

    assert await reset(hub, name, token) == DONE

    assert await reset(hub, "ada", token) == DEAD
    assert [await sign_in(hub, "ada", word) for word in (PASSWORD, "password")] == [401, 200]
    assert (await hub.get("/techfesia/users/ada", ada))[0] == 401


async def test_of_several_who_use_a_token_at_once_one_does(hub, ada):
    token = await asked(hub, "ada")

    answers = await asyncio.gather(*(reset(hub, "ada", token, f"password {number}") for number in range(5)))

    assert Counter(status for status, _ in answers) == {200: 1, 422: 4}
    assert Counter([await sign_in(hub, "ada", f"password {number}") for number in range(5)]) == {200: 1, 401: 4}


async def test_a_token_that_is_no_good_is_one_refusal_and_changes_nothing(hub, ada, grace, rows, clock):
    first, graces = await asked(hub, "ada"), await asked(hub, "grace")
    newest = await asked(hub, "ada")
    before = rows()

    tries = [("ada", first), ("ada", graces), ("grace", newest), ("nobody", newest), ("ada", "sampled_reset_token")]
    answers = [await reset(hub, username, token) for username, token in [*tries, ("ada", "x" * 4000)]]
    clock.forward(hours=1)
    answers.append(await reset(hub, "ada", newest))

    assert (answers, rows() == before) == ([DEAD] * 7, True)
    assert await reset(hub, "ada", await asked(hub, "ada")) == DONE


async def test_who_is_disabled_sets_no_password(hub, ada, olga):
    token = await asked(hub, "ada")
    run(lambda: Account.update(is_disabled=True).where(Account.id == ada.id).execute())

    assert await reset(hub, "ada", token) == DEAD
    assert await asked(hub, "ada") == ""


@pytest.mark.parametrize(
    "other", [{}, {"resetToken": "x"}, {"newPassword": "x"}, {"resetToken": 7, "newPassword": "x"}]
)
async def test_a_reset_says_both(hub, ada, other):
    status, said = await hub.call("PATCH", "/techfesia/users/ada/password", json=other)

    assert (status, list(said)) == (400, ["errors"])


async def test_a_reset_gives_a_first_password_to_who_has_none(hub, ada):
    without_password(ada)

    assert await reset(hub, "ada", await asked(hub, "ada")) == DONE
    assert await sign_in(hub, "ada", "password") == 200


@LIMITED
async def test_after_a_reset_one_signs_in_at_once_however_often_one_has_tried(hub, ada, three_tries):
    for _ in range(4):
        locked = await sign_in(hub, "ada", "forgotten"), await sign_in(hub, "ada@example.org", "forgotten")
    assert locked == (429, 429)

    assert await reset(hub, "ada", await asked(hub, "ada")) == DONE

    assert [await sign_in(hub, name, "password") for name in ("ada", "ada@example.org")] == [200, 200]


async def test_nobody_is_told_who_there_is_and_a_job_is_stored_in_any_case(hub, ada):
    jobs = []
    for name in ("ada", "nobody", "nobody@example.org", "%FF", "x" * 3000):
        assert await ask(hub, name) == ASKED
        jobs.append(run_reading(lambda: JobRow.select().count()))

    assert jobs == [1, 2, 3, 4, 5]
    assert run_reading(lambda: PasswordReset.select().count()) == 1


@LIMITED
async def test_one_name_is_mailed_to_five_times_an_hour_whether_there_is_somebody_or_not(hub, ada, clock):
    answers = {name: [(await ask(hub, name))[0] for _ in range(6)] for name in ("ada", "nobody")}

    assert answers == dict.fromkeys(("ada", "nobody"), [200] * 5 + [429])
    clock.forward(hours=1)
    assert await ask(hub, "ada") == ASKED


@LIMITED
async def test_by_no_other_name_more_mail_is_sent_and_nobody_learns_whose_address_it_is(hub, ada):
    by_name = [bool(await asked(hub, "ada")) for _ in range(magic_links.MAILS_TO_ONE)]

    by_address = [bool(await asked(hub, "ada@example.org")) for _ in range(2)]

    assert (by_name, by_address) == ([True] * 5, [False] * 2)


@pytest.mark.settings(env="production")
async def test_where_no_mail_is_sent_that_is_said_and_the_operator_told_once_a_minute(hub, clock):
    student("ada")
    with capture_logs() as lines:
        replies = [await ask(hub, name) for name in ("ada", "nobody")]
        clock.forward(minutes=1)
        await ask(hub, "ada")

    assert [status for status, _ in replies] == [503, 503]
    assert replies[0] == replies[1]
    assert [line["log_level"] for line in lines if line["event"] == "mail_is_off"] == ["error", "error"]
    assert run_reading(lambda: JobRow.select().count()) == 0


async def test_neither_tokens_nor_passwords_are_in_a_log_a_job_or_a_row(hub, ada):
    with capture_logs() as lines:
        token = await asked(hub, "ada")
        await change(hub, "ada", ada, {**CHANGE, "oldPassword": "s3cret wrong"})
        rows = run_reading(lambda: [*PasswordReset.select().dicts(), *JobRow.select().dicts()])
        await reset(hub, "ada", token, "s3cret new")

    words = (token, "s3cret", "ada@example.org")
    assert [word for word in words if word in repr(lines) or word in repr(rows)] == []

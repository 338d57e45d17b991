"""Notices: whoever was not connected is told by mail or push, as they prefer, once, and only what is still true."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import closing
from typing import Any

import pytest
import redis
from structlog.testing import capture_logs

from hub.domain import accounts, counters, help_tickets, invitations, registrations, sign_ins
from hub.domain.actors import Actor
from hub.domain.sign_ins import Phone
from hub.perform import run, run_reading
from hub.presence import HOLD, MESSAGES, TEAMS, keys
from hub.reactions.counters import SYNC_DEVICES
from hub.reactions.teams import PUSH_NOTICE, TELL
from models import Account, Device, JobRow
from tests.build import Sqlite, Valkey
from tests.domain.entering import enter, event, staff, student, team
from tests.domain.tutoring import write
from tests.people import actor_of, join
from tests.workers.pushed import NOTHING, Meanwhile
from tests.workers.working import states_of
from workers import mail, notices
from workers.gateways import mail as mail_gateways
from workers.gateways import push as push_gateways
from workers.gateways.errors import DeviceGone, GatewayError
from workers.gateways.memory import MemoryMail
from workers.patience import Patience


@pytest.fixture
def database_url(sqlite: Sqlite) -> str:
    """One kind is enough: what is asked of the database is tried in `tests/domain/test_notices.py`."""
    return sqlite.new_database()


@pytest.fixture(autouse=True)
def _of_this_test(configure: Callable[..., None], monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(mail, "patience", Patience())
    notices._say_mail_is_off.cache_clear()
    notices._whereabouts.cache_clear()
    yield
    mail_gateways.use()
    notices._whereabouts().close()
    notices._whereabouts.cache_clear()


@pytest.fixture
def mails(worker: object) -> MemoryMail:
    memory = MemoryMail()
    mail_gateways.use(memory)
    return memory


@pytest.fixture
def ada(worker: object) -> Actor:
    return student("ada")


@pytest.fixture
def grace(worker: object) -> Actor:
    return student("grace")


@pytest.fixture
def olga(worker: object) -> Actor:
    return staff("Olga")


@pytest.fixture
def rockets(ada: Actor) -> str:
    return team("Rockets", ada)


def invite(team_id: str, whom: Actor, *, by: Actor) -> None:
    run(invitations.invite, team_id, whom.username, by=by)


def solve_a_ticket(asker: Actor, olga: Actor, title: str = "No power") -> str:
    asked = {"title": title, "description": "Help", "is_public": False}
    ticket = run(help_tickets.ask, **asked, by=asker)
    run(help_tickets.solve, ticket.public_id, "It is <on>\nagain", by=olga)
    return ticket.public_id


def prefers(person: Actor, told_by: str) -> None:
    run(lambda: Account.update(told_by=told_by).where(Account.id == person.id).execute())


def give_phone(person: Actor, token: str, kind: str = "apn") -> None:
    run(sign_ins.sign_in, person.id, Phone(kind, token))


def connect(valkey: Valkey, person: Actor, place: str = TEAMS) -> None:
    """A node's lease, taken by hand."""
    with closing(redis.from_url(valkey.address)) as client:
        client.eval(HOLD, 2, *keys(person.id, place), "socket", 30_000, 0)


def written(mails: MemoryMail) -> list[tuple[str, str, str]]:
    """To whom, about what, and the sentence that says it."""
    return sorted((one.to, one.subject, one.text.split("\n\n")[1]) for one in mails.mails)


def test_an_invitation_is_mailed_after_the_grace_and_not_again(worker, mails, rockets, ada, grace):
    invite(rockets, grace, by=ada)

    worker.work_for(seconds=4)
    too_early = written(mails)
    worker.work_for(minutes=10)

    assert too_early == []
    sentence = 'Ada Lee invites you to the team "Rockets".'
    assert written(mails) == [("grace@example.org", "You are invited to a team", sentence)]
    assert mails.mails[0].text.startswith("Hello Grace Lee,\n\n")
    assert "Ada Lee invites you to the team &#34;Rockets&#34;." in mails.mails[0].html


def test_both_answers_are_mailed_to_the_leader(worker, mails, rockets, ada, grace):
    linus = student("linus")
    for person in (grace, linus):
        invite(rockets, person, by=ada)
    run(invitations.accept, "grace", rockets, by=grace)
    run(invitations.reject, "linus", rockets, by=linus)

    worker.work_for(minutes=10)

    # Their invitations are no news to anybody any more.
    assert written(mails) == [
        (
            "ada@example.org",
            "Your invitation was accepted",
            'Grace Lee has accepted your invitation to the team "Rockets".',
        ),
        (
            "ada@example.org",
            "Your invitation was rejected",
            'Linus Lee has rejected your invitation to the team "Rockets".',
        ),
    ]


def test_who_is_asked_again_after_a_no_is_told_again_on_another_day(worker, mails, rockets, ada, grace, clock):
    for answer in (invitations.reject, invitations.reject, invitations.accept):
        invite(rockets, grace, by=ada)
        worker.work_for(minutes=1)
        run(answer, "grace", rockets, by=grace)
        worker.work_for(minutes=1)
        clock.forward(hours=12)

    # Asked a second time on the first day, Grace is not written to.
    assert [one.to.partition("@")[0] for one in mails.mails] == ["grace", "ada", "ada", "grace", "ada"]


def test_of_many_invitations_a_few_are_mailed_and_the_log_says_of_the_others_why_not(worker, mails, ada, grace):
    for number in range(7):
        invite(team(f"Team {number}", ada), grace, by=ada)

    with capture_logs() as said:
        worker.work_for(minutes=1)

    assert (len(mails.mails), states_of(TELL)) == (5, ["done"] * 7)
    untold = [line for line in said if line["event"] == "notice_not_sent"]
    assert [(line["account"], line["log_level"]) for line in untold] == [(grace.id, "info")] * 2
    assert [word for word in ("@", "Team", "Ada", "Grace") if word in str(untold)] == []


def test_invitations_that_are_tried_again_are_counted_once(worker, mails, ada, grace):
    mails.fails_with = GatewayError("the mail server answered 451")
    for number in range(5):
        invite(team(f"Team {number}", ada), grace, by=ada)
    worker.work_for(minutes=5)

    mails.fails_with = None
    worker.work_for(minutes=30)

    assert (len(mails.mails), states_of(TELL)) == (5, ["done"] * 5)


def test_without_rate_limits_every_invitation_is_mailed(worker, mails, configure, ada, grace):
    configure(rate_limits="false")
    for number in range(6):
        invite(team(f"Team {number}", ada), grace, by=ada)

    worker.work_for(minutes=1)

    assert len(mails.mails) == 6


def test_an_invitation_that_was_taken_back_is_no_news(worker, mails, rockets, ada, grace):
    invite(rockets, grace, by=ada)
    run(invitations.take_back, rockets, "grace", by=ada)

    worker.work_for(minutes=10)

    assert (mails.mails, states_of(TELL)) == ([], ["done"])


def test_who_moves_up_from_the_waiting_list_is_mailed_once_the_whole_team(worker, mails, ada, grace):
    linus = student("linus")
    place = event(seats=1, sizes=(1, 2))
    first = enter(place, linus, team("Alone", linus))
    enter(place, ada, team("Rockets", ada, grace))
    worker.work_for(minutes=10)
    mails.mails.clear()

    run(registrations.withdraw, place, first, by=linus)
    worker.work_for(minutes=10)

    sentence = 'You have a seat: your registration for "Elektra" is confirmed.'
    assert written(mails) == [(f"{name}@example.org", "You have a seat", sentence) for name in ("ada", "grace")]


def test_a_payment_that_led_to_the_waiting_list_is_mailed_and_later_the_seat(worker, mails, ada, grace, olga, clock):
    place = event(seats=1, fee="Rs 300")
    first, second = enter(place, ada), enter(place, grace)
    for entrant in (first, second):
        run(registrations.receive_payment, place, entrant, by=olga)
        clock.forward(seconds=1)
    worker.work_for(minutes=1)
    run(registrations.withdraw, place, first, by=ada)
    worker.work_for(minutes=1)

    assert [(one.to, one.subject) for one in mails.mails] == [
        ("ada@example.org", "You have a seat"),
        ("grace@example.org", "You are on the waiting list"),
        ("grace@example.org", "You have a seat"),
    ]


def test_who_gave_the_seat_up_before_the_grace_was_over_is_not_told_of_it(worker, mails, ada, grace):
    place = event(seats=1)
    first, second = enter(place, ada), enter(place, grace)
    run(registrations.withdraw, place, first, by=ada)
    run(registrations.withdraw, place, second, by=grace)

    worker.work_for(minutes=10)

    assert (mails.mails, states_of(TELL)) == ([], ["done"])


def test_an_answered_ticket_is_mailed_with_its_answer(worker, mails, ada, olga):
    solve_a_ticket(ada, olga)

    worker.work_for(minutes=10)

    assert written(mails) == [
        ("ada@example.org", "Your question was answered", 'Your question "No power" was answered.')
    ]
    assert "\n\nIt is <on>\nagain\n\n" in mails.mails[0].text
    assert "It is &lt;on&gt;\nagain</p>" in mails.mails[0].html


def test_who_is_connected_to_teams_has_heard_it_and_gets_no_mail(worker, mails, ada, grace, olga, valkey):
    connect(valkey, ada)
    for asker in (ada, grace):
        solve_a_ticket(asker, olga)

    worker.work_for(minutes=10)

    assert [one.to for one in mails.mails] == ["grace@example.org"]
    assert states_of(TELL) == ["done", "done"]


def test_who_is_connected_elsewhere_gets_their_mail(worker, mails, ada, olga, valkey):
    connect(valkey, ada, MESSAGES)
    solve_a_ticket(ada, olga)

    worker.work_for(minutes=10)

    assert len(mails.mails) == 1


def test_who_is_connected_to_teams_is_pushed_to_when_somebody_writes_to_them(worker, iphones, valkey):
    ann, tom = actor_of(join("Ann")), actor_of(join("Tom", teaches=True, phone="70"))
    connect(valkey, tom)
    write(tom, by=ann)

    worker.work_for(minutes=1)

    assert [given.address for given in iphones.pushes] == ["70"]


def test_with_redis_away_everybody_counts_as_not_connected(worker, mails, configure, ada, olga):
    configure(redis_url="unix:///nowhere/valkey.sock?db=0")
    solve_a_ticket(ada, olga)

    worker.work_for(minutes=1)

    assert len(mails.mails) == 1


def test_who_wants_to_be_told_nothing_is_told_nothing(worker, mails, iphones, ada, olga):
    give_phone(ada, "a0")
    prefers(ada, "none")
    solve_a_ticket(ada, olga)

    worker.work_for(minutes=10)

    assert (mails.mails, iphones.pushes, states_of(TELL)) == ([], [], ["done"])


def a_push(given: Any) -> tuple[str, str, dict[str, Any]]:
    return given.address, given.text, given.payload


def test_who_prefers_pushes_gets_one_on_each_device_and_no_mail(worker, mails, iphones, androids, ada, olga):
    give_phone(ada, "a0")
    give_phone(ada, "droid", "gcm")
    prefers(ada, "push")
    public_id = solve_a_ticket(ada, olga)

    worker.work_for(minutes=10)

    text = 'Your question "No power" was answered.'
    payload = {**NOTHING, "message": text, "notice": {"kind": "ticket", "id": public_id}}
    assert [a_push(given) for given in iphones.pushes] == [("a0", text, payload)]
    assert [a_push(given) for given in androids.pushes] == [("droid", text, payload)]
    assert mails.mails == []


def test_a_push_has_a_collapse_id_of_its_own_and_the_same_one_whenever_it_is_sent(worker, iphones, ada, olga):
    give_phone(ada, "a0")
    prefers(ada, "push")
    solve_a_ticket(ada, olga)
    solve_a_ticket(ada, olga, "No water")
    worker.work_for(minutes=1)
    first, second = [given.collapse_id for given in iphones.pushes]

    run(lambda: JobRow.update(state="waiting").where(JobRow.name == PUSH_NOTICE).execute())
    worker.work()

    assert first != second
    assert [given.collapse_id for given in iphones.pushes[2:]] == [first, second]
    assert max(len(first), len(second)) <= 64


def test_who_prefers_pushes_and_has_nothing_to_push_to_gets_a_mail(worker, mails, iphones, ada, grace, olga):
    prefers(ada, "push")
    prefers(grace, "push")
    # Pushes to these are off.
    give_phone(grace, "droid", "gcm")
    for asker in (ada, grace):
        solve_a_ticket(asker, olga)

    worker.work_for(minutes=10)

    assert (sorted(one.to for one in mails.mails), iphones.pushes) == (["ada@example.org", "grace@example.org"], [])


def test_who_has_no_address_is_told_nothing(worker, mails, olga):
    eve = run(accounts.sign_up, name="Eve", username="eve", password_hash="")
    solve_a_ticket(eve, olga)

    worker.work_for(minutes=10)

    assert (mails.mails, states_of(TELL)) == ([], ["done"])


@pytest.mark.parametrize("how", ["deleted", "disabled"])
def test_nobody_is_written_to_who_has_left_or_was_disabled(worker, mails, ada, olga, how):
    solve_a_ticket(ada, olga)
    if how == "deleted":
        run(accounts.delete, ada.id)
    else:
        run(lambda: Account.update(is_disabled=True).where(Account.id == ada.id).execute())

    worker.work_for(minutes=10)

    assert (mails.mails, states_of(TELL)) == ([], ["done"])


def test_what_may_heal_is_tried_again_and_arrives_once(worker, mails, ada, olga):
    mails.fails_with = GatewayError("the mail server answered 451")
    solve_a_ticket(ada, olga)
    worker.work_for(minutes=1)

    mails.fails_with = None
    worker.work_for(minutes=20)

    assert (len(mails.mails), states_of(TELL)) == (1, ["done"])


def test_a_device_that_fails_keeps_no_other_waiting_and_no_other_is_told_twice(worker, iphones, androids, ada, olga):
    give_phone(ada, "a0")
    give_phone(ada, "droid", "gcm")
    prefers(ada, "push")
    iphones.fails_with = GatewayError("APNs answered 500")
    solve_a_ticket(ada, olga)
    worker.work_for(minutes=1)
    assert (len(iphones.pushes), len(androids.pushes)) == (0, 1)

    iphones.fails_with = None
    worker.work_for(minutes=10)

    assert (len(iphones.pushes), len(androids.pushes)) == (1, 1)


def test_whose_only_device_is_gone_gets_a_mail(worker, mails, iphones, ada, olga):
    give_phone(ada, "a0")
    prefers(ada, "push")
    iphones.fails_with = DeviceGone("APNs: Unregistered")
    solve_a_ticket(ada, olga)

    worker.work_for(minutes=1)

    assert [one.to for one in mails.mails] == ["ada@example.org"]
    assert run_reading(lambda: Device.select().count()) == 0


def test_a_device_that_went_to_somebody_else_meanwhile_is_told_nothing(worker, iphones, ada, grace, olga):
    give_phone(ada, "a0")
    prefers(ada, "push")
    iphones.fails_with = GatewayError("APNs answered 500")
    solve_a_ticket(ada, olga)
    worker.work_for(seconds=6)

    give_phone(grace, "a0")
    iphones.fails_with = None
    worker.work_for(minutes=10)

    assert iphones.pushes == []


def test_counters_that_move_while_a_notice_is_sent_come_to_the_device_after_it(worker, mails, olga):
    """The notice carries older ones, and may have come later than what told of the newer ones."""
    ann, tom = actor_of(join("Ann")), actor_of(join("Tom", teaches=True, phone="70"))
    prefers(tom, "push")

    def write_and_sync() -> None:
        write(tom, by=ann)
        truth = run_reading(counters.of, tom.id).as_text()
        run(lambda: Device.update(shown=truth).where(Device.account == tom.id).execute())
        run(lambda: JobRow.update(state="done").where(JobRow.name == SYNC_DEVICES).execute())

    meanwhile = Meanwhile(write_and_sync)
    push_gateways.use(apn=meanwhile, gcm=None, web=None)
    solve_a_ticket(tom, olga)
    worker.work_for(minutes=1)

    assert [given.payload["count"] for given in meanwhile.pushes] == [0, 1]


def test_where_mail_is_off_notices_say_so_once_an_hour(worker, configure, clock, ada, grace, olga):
    with capture_logs() as said:
        for asker in (ada, grace):
            solve_a_ticket(asker, olga)
        configure(env="production")
        worker.work_for(minutes=1)
        clock.forward(hours=1)
        solve_a_ticket(ada, olga, "No water")
        worker.work_for(minutes=1)

    errors = [line for line in said if line["event"] == "mail_is_off"]
    unsent = [line for line in said if line["event"] == "notice_not_sent"]
    assert (len(errors), "HUB_SMTP_URL" in errors[0]["what_to_do"]) == (2, True)
    assert [(line["account"], line["reason"]) for line in unsent] == [(one.id, mail.OFF) for one in (ada, grace, ada)]
    assert states_of(TELL) == ["done"] * 3


def test_what_is_logged_names_nobody_and_quotes_nothing(worker, mails, rockets, ada, grace):
    invite(rockets, grace, by=ada)

    with capture_logs() as said:
        worker.work_for(minutes=1)

    assert "mail_sent" in {line["event"] for line in said}
    assert [word for word in ("@", "Rockets", "Ada", "Grace") if word in str(said)] == []

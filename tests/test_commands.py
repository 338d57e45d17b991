"""The command line: what operators type, what they read, and one line where something is wrong."""

from __future__ import annotations

import fcntl
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from hub import migrations
from hub.__main__ import main
from hub.delivery import Job
from hub.domain import accounts, attendance, catalogue, jobs, journal, passwords
from hub.perform import run, run_reading
from models import Account, Role, db

ROOT = Path(__file__).parent.parent
ATTENDEES = """username,name,tshirt_size,photo_form,liability_form
ada@example.org,Ada,M,signed,
grace@example.org,Grace,,,signed
"""


class Operator:
    """Types commands on a machine with a data folder of its own."""

    def __init__(self, folder: Path) -> None:
        self.environment = {name: "" for name in os.environ if name.startswith("HUB_")}
        self.environment["HUB_DATA_DIR"] = str(folder / "a folder#1")

    def types(self, *words: str, text: str = "", **settings: str) -> Result:
        return CliRunner().invoke(main, words, input=text, env=self.environment | settings)

    def reads(self, *words: str, text: str = "") -> str:
        """What a command that succeeds says."""
        result = self.types(*words, text=text)
        assert (result.stderr, result.exit_code) == ("", 0)
        return result.stdout

    def is_told(self, *words: str, text: str = "", **settings: str) -> tuple[int, str]:
        """How a command that fails ends, and the last line of what it says."""
        result = self.types(*words, text=text, **settings)
        assert result.stdout == ""
        return result.exit_code, result.stderr.splitlines()[-1]


@pytest.fixture
def operator(tmp_path):
    yield Operator(tmp_path)
    if not db.is_closed():
        db.close()


@pytest.fixture
def migrated(operator) -> Operator:
    operator.reads("migrate")
    return operator


def test_migrating_twice_changes_nothing_the_second_time(operator):
    steps = "0001_initial, 0002_tutoring, 0003_membership, 0004_festival, 0005_hops"

    assert operator.reads("migrate") == f"migrated: {steps}\n"
    assert operator.reads("migrate") == "the schema is up to date\n"


def test_after_a_restored_backup_every_stream_begins_anew(migrated):
    run(journal.begin_all, ["mentor", "schedule"])
    before = run_reading(journal.head, "mentor").epoch

    said = migrated.reads("migrate", "--restored")

    assert said == (
        "the schema is up to date\nnew epochs on 2 streams; clients will be told that they missed something\n"
    )
    assert run_reading(journal.head, "mentor").epoch != before


@pytest.mark.parametrize(
    "words", [["seed"], ["jobs"], ["role", "grant", "ada", "mentor"], ["staff", "create", "olga", "--email", "o@x.org"]]
)
def test_before_the_schema_is_there_a_command_says_what_to_do(operator, words):
    assert operator.is_told(*words) == (2, "the database has no tables yet, or those of an older hub; run: hub migrate")


def test_staff_that_was_created_may_organise_and_sign_in(migrated):
    said = migrated.reads(
        "staff", "create", "olga", "--email", "Olga@example.org", "--password-stdin", text="correct horse\nrest\n"
    )

    account = run_reading(accounts.find, "olga@example.org")
    assert said == "olga may organise now\n"
    assert (account.username, account.is_staff, account.is_superuser) == ("olga", True, False)
    assert passwords.is_right("correct horse", account.password_hash)


def test_staff_may_be_a_superuser(migrated):
    migrated.reads(
        "staff", "create", "root", "--email", "r@example.org", "--superuser", "--password-stdin", text="pw\n"
    )

    assert run_reading(accounts.find, "root").is_superuser is True


def test_staff_needs_a_password_and_a_name_of_its_own(migrated):
    create = ["staff", "create", "olga", "--email", "olga@example.org", "--password-stdin"]

    assert migrated.is_told(*create, text="\n") == (1, "Error: the password is empty")
    migrated.reads(*create, text="pw\n")
    assert migrated.is_told(*create, text="pw\n") == (1, "Error: username taken")
    create[2] = "public"
    assert migrated.is_told(*create, text="pw\n") == (1, "Error: username: is a reserved word")


def test_staff_with_an_unfit_name_or_address_is_refused(migrated):
    def told(name: str, email: str) -> tuple[int, str]:
        return migrated.is_told("staff", "create", name, "--email", email, "--password-stdin", text="pw\n")

    assert told("", "olga@example.org") == (1, "Error: name: is blank")
    assert told("olga", " ") == (1, "Error: email: is blank")
    assert told("olga", "nonsense") == (1, "Error: email: is not an address")
    assert told("o" * 201, "olga@example.org") == (1, "Error: name: is too long")
    run(accounts.sign_up, name="Ada", username="ada@example.org", password_hash="")
    assert told("olga", "ADA@example.org") == (1, "Error: email taken")
    assert migrated.is_told("role", "grant", "ada@example.org", " ") == (1, "Error: role: is blank")


def test_dead_jobs_are_listed_first_however_many_others_there_are(migrated):
    run(lambda: jobs.add(Job("fails", {})))
    held = run(jobs.lease, 1, holder="one", seconds=60)
    run(jobs.bury, held, "it broke")
    run(lambda: [jobs.add(Job("canary.sing", {})) for _ in range(150)])

    assert "dead     fails" in migrated.reads("jobs").splitlines()[0]
    assert migrated.reads("jobs", "list", "--state", "leased") == "no leased jobs\n"


def test_an_account_is_signed_out_disabled_and_enabled(migrated):
    run(accounts.sign_up, name="Ada", username="ada@example.org", password_hash="hash")

    def ada() -> tuple[int, bool]:
        account = run_reading(lambda: Account.get(Account.username == "ada@example.org"))
        return account.sign_outs, account.is_disabled

    assert migrated.reads("account", "sign-out", "ada@example.org") == "ada@example.org is signed out everywhere\n"
    assert ada() == (1, False)
    assert migrated.reads("account", "disable", "ADA@example.org") == "ADA@example.org is disabled\n"
    assert ada() == (2, True)
    assert migrated.reads("account", "enable", "ada@example.org") == "ada@example.org may sign in again\n"
    assert ada() == (3, False)
    for command in ("sign-out", "disable", "enable"):
        assert migrated.is_told("account", command, "nobody") == (1, "Error: account not found")


def test_a_role_is_granted_by_username_or_address_as_often_as_one_likes(migrated):
    run(accounts.sign_up, name="Ada", username="ada@example.org", password_hash="")

    for name in ("ada@example.org", "ADA@example.org"):
        assert migrated.reads("role", "grant", name, "mentor") == f"{name} has the role mentor now\n"

    assert run_reading(lambda: [(role.account.username, role.name) for role in Role.select()]) == [
        ("ada@example.org", "mentor")
    ]
    assert migrated.is_told("role", "grant", "nobody", "mentor") == (1, "Error: account not found")
    assert migrated.reads("role", "revoke", "ada@example.org", "mentor").endswith("has no longer the role mentor\n")
    assert migrated.reads("role", "revoke", "ada@example.org", "mentor").endswith("had no role mentor\n")
    assert migrated.is_told("role", "revoke", "nobody", "mentor") == (1, "Error: account not found")


@pytest.fixture
def dead_job(migrated, clock) -> int:
    job_id = run(jobs.add, Job("push.sync", {}))
    lease = run(jobs.lease, job_id, holder="one", seconds=60)
    run(jobs.bury, lease, "TimeoutError: the gateway is silent")
    run(jobs.add, Job("canary.sing", {}))
    return job_id


def test_operators_see_what_is_dead_and_why(migrated, dead_job):
    everything = (
        "     1  dead     push.sync                    tries 1  due 2026-11-21 12:00:00"
        "  TimeoutError: the gateway is silent\n"
        "     2  waiting  canary.sing                  tries 0  due 2026-11-21 12:00:00\n"
    )

    assert migrated.reads("jobs", "list") == migrated.reads("jobs") == everything
    assert migrated.reads("jobs", "list", "--state", "dead") == everything.splitlines(keepends=True)[0]


def test_a_dead_job_is_retried_by_its_number_or_with_all_others(migrated, dead_job):
    assert migrated.reads("jobs", "retry", str(dead_job)) == "1 due again: 1\n"
    assert migrated.reads("jobs", "retry", "--all") == "no job is dead\n"
    assert migrated.is_told("jobs", "retry", str(dead_job)) == (1, "Error: job not found")
    assert run_reading(jobs.counts) == {"waiting": 2}


@pytest.mark.parametrize("words", [["retry"], ["retry", "1", "--all"]])
def test_retrying_needs_one_job_or_all(migrated, words):
    assert migrated.is_told("jobs", *words) == (2, "Error: name one job, or say --all")


def test_attendees_are_loaded_from_a_list(migrated, tmp_path):
    file = tmp_path / "attendees.csv"
    file.write_text(ATTENDEES)

    assert migrated.reads("load", "attendees", str(file)) == "2 attendees loaded\n"
    assert migrated.reads("load", "attendees", "-", text=ATTENDEES) == "2 attendees loaded\n"

    assert run(attendance.check_in, "ADA@example.org") == attendance.Badge("ada@example.org", "Ada", "M", "signed", "")


def test_a_list_with_a_line_that_says_too_little_is_not_loaded_at_all(migrated):
    told = migrated.is_told("load", "attendees", "-", text=ATTENDEES + ",Nobody,M,,\n")

    assert told == (1, "Error: line 4: needs username and name")
    assert run_reading(accounts.find, "ada@example.org") is None


def test_a_list_that_is_no_list_of_attendees_is_refused(migrated):
    assert migrated.is_told("load", "attendees", "-", text="name;size\nAda;M\n") == (
        1,
        "Error: line 2: needs username and name",
    )


def test_a_list_as_spreadsheets_write_it_is_loaded_and_one_in_another_alphabet_is_not(migrated, tmp_path):
    marked, latin = tmp_path / "marked.csv", tmp_path / "latin.csv"
    marked.write_bytes(b"\xef\xbb\xbf" + ATTENDEES.replace("\n", "\r\n").encode())
    latin.write_bytes("username,name\nzoe,Zoë\n".encode("latin-1"))

    assert migrated.reads("load", "attendees", str(marked)) == "2 attendees loaded\n"
    assert migrated.is_told("load", "attendees", str(latin)) == (1, "Error: file: is not CSV in UTF-8")


def test_a_list_comes_from_another_command_as_well(migrated):
    said = migrated.reads("load", "skills", "-", text="\ufeffKnitting\r\n\r\nArchery\r\n")

    assert said == "2 skills loaded\n"
    assert run_reading(catalogue.skills) == ["Archery", "Knitting"]


def test_an_empty_hub_is_seeded_once(migrated):
    assert "made 5 places, 14 events" in migrated.reads("seed")

    assert migrated.is_told("seed") == (1, "Error: there are events already; only an empty hub can be seeded")


@pytest.mark.parametrize("words", [["migrate"], ["jobs"], ["seed"]])
def test_a_database_that_does_not_answer_is_said_in_one_line(operator, words):
    away = "postgresql://nobody@127.0.0.1:1/hub"

    assert operator.is_told(*words, HUB_DATABASE_URL=away) == (
        1,
        "Error: the database does not answer; see HUB_DATABASE_URL",
    )


@pytest.mark.parametrize(
    ("words", "line"),
    [
        (["dance"], "Error: No such command 'dance'."),
        (
            ["load", "sponsors", "-"],
            "Error: Invalid value for '{attendees|universities|skills|courses|streets}': 'sponsors' is not one of",
        ),
        (
            ["load", "attendees", "nowhere.csv"],
            "Error: Invalid value for 'FILE': 'nowhere.csv': No such file or directory",
        ),
        (["staff", "create", "olga"], "Error: Missing option '--email'."),
        (["jobs", "list", "--state", "lost"], "Error: Invalid value for '--state': 'lost' is not one of"),
        (["role", "grant", "ada"], "Error: Missing argument 'ROLE'."),
    ],
)
def test_what_cannot_be_understood_is_said_in_one_line(operator, words, line):
    exit_code, told = operator.is_told(*words)

    assert exit_code == 2
    assert told.startswith(line)


def test_a_bad_setting_stops_every_command_with_one_line(tmp_path):
    ran = subprocess.run(
        [sys.executable, "-m", "hub", "migrate"],
        env={"HUB_DATA_DIR": str(tmp_path), "HUB_PORT": "eighty"},
        cwd=ROOT,
        capture_output=True,
        text=True,
    )

    line = "HUB_PORT: Input should be a valid integer, unable to parse string as an integer\n"
    assert (ran.returncode, ran.stdout, ran.stderr) == (2, "", line)


def test_what_is_pending_is_nothing_once_it_is_migrated(migrated):
    assert migrations.pending() == []


# -- links to the console -------------------------------------------------------------------------------------------


def test_in_development_anybody_with_the_machine_gets_a_link_of_the_first_operator_to_the_console(migrated):
    link = migrated.reads("staff", "link")

    assert re.fullmatch(r"http://127\.0\.0\.1:8080/console/link/[0-9a-f]{32}\n", link)
    assert [(row.username, row.is_superuser) for row in Account.select()] == [("operator", True)]


def test_a_link_is_for_a_staff_member_by_name(migrated):
    migrated.types("staff", "create", "olga", "--email", "o@example.org", "--password-stdin", text="secret\n")

    assert "/console/link/" in migrated.reads("staff", "link", "olga")


def test_nobody_else_gets_a_link(migrated):
    run(accounts.sign_up, name="Ada", username="ada", password_hash="x")

    assert migrated.is_told("staff", "link", "ada") == (1, "Error: staff only")
    assert migrated.is_told("staff", "link", "nobody") == (1, "Error: account not found")


def test_in_production_a_link_names_its_person(migrated):
    production = {"HUB_ENV": "production", "HUB_SECRET_KEY": "of its own, and long enough for that"}

    assert migrated.is_told("staff", "link", **production) == (2, "Error: name a staff member")
    assert migrated.is_told("staff", "link", "", **production) == (2, "Error: name a staff member")


def test_a_link_leads_to_where_the_hub_has_moved(migrated, tmp_path):
    folder = Path(migrated.environment["HUB_DATA_DIR"])
    (folder / ".address").write_text("http://127.0.0.1:8081")
    stale = migrated.reads("staff", "link")

    with (folder / ".lock").open("a+") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        running = migrated.reads("staff", "link")

    assert (stale[:21], running[:21]) == ("http://127.0.0.1:8080", "http://127.0.0.1:8081")

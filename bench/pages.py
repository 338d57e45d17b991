"""docs/benchmarks.md: what was measured last stands between markers, each part with its goals, dates and command."""

from __future__ import annotations

import importlib.metadata
import json
import platform
import re
import subprocess
from datetime import UTC, datetime
from pathlib import Path

from bench import workplace
from bench.comparing import Column, Goal, Medians, Part

PAGE = workplace.HOME / "docs/benchmarks.md"


def section(part: Part, medians: Medians, rounds: int, command: str) -> str:
    said = f"Measured {datetime.now(UTC):%F} in {rounds} round{'s' if rounds > 1 else ''} by `{command}`."
    return "\n".join([part.explained, "", said, "", *_table(part, medians), *_goals(part, medians)])


def _table(part: Part, medians: Medians) -> list[str]:
    rows = [["", *(column.title for column in part.columns)]]
    rows += [[server, *(_cell(figures, column) for column in part.columns)] for server, figures in medians.items()]
    return as_table(rows)


def _cell(figures: dict[str, float], column: Column) -> str:
    value = figures.get(column.key)
    return "-" if value is None else f"{value:,.{column.digits}f}"


def _goals(part: Part, medians: Medians) -> list[str]:
    if not part.goals:
        return []
    rows = [["goal", "at most", "measured", "met"], *(_judged(goal, medians) for goal in part.goals)]
    return ["", *as_table(rows)]


def _judged(goal: Goal, medians: Medians) -> list[str]:
    try:
        value = goal.reached(medians)
    except (KeyError, ZeroDivisionError):
        return [goal.words, _number(goal.at_most), "not measured", "-"]
    return [goal.words, _number(goal.at_most), _number(value), "yes" if goal.is_met_by(value) else "**no**"]


def _number(value: float) -> str:
    """Small shares as a fraction too, as the goals are said."""
    fraction = f" (1/{1 / value:.3g})" if 0 < value <= 0.2 else ""
    return f"{value:.3g}{fraction}"


def as_table(rows: list[list[str]]) -> list[str]:
    head, *others = (f"| {' | '.join(row)} |" for row in rows)
    return [head, "|---" + "|---:" * (len(rows[0]) - 1) + "|", *others]


def place() -> str:
    """The machine and the versions."""
    lines = [
        f"- machine: {_processor()}, Linux {platform.release()}; one core for the server, one for its clients",
        f"- hub: {_commit()}, Python {platform.python_version()}, {_versions('aiohttp', 'python-socketio', 'redis')}",
        f"- stock: Python {platform.python_version()}, {_frozen_peers()}",
        f"- Node: {_output(*workplace.node(), '--version')}, socket.io {_socket_io()}",
    ]
    return "\n".join(lines)


def _processor() -> str:
    found = re.search(r"^model name\s*: (.*)$", Path("/proc/cpuinfo").read_text(), re.MULTILINE)
    return found[1] if found else platform.machine()


def _commit() -> str:
    return _output("git", "-C", str(workplace.HOME), "describe", "--always", "--dirty") or "not under git"


def _versions(*names: str) -> str:
    return ", ".join(f"{name} {importlib.metadata.version(name)}" for name in names)


def _frozen_peers() -> str:
    wanted = ("aiohttp", "python-engineio", "python-socketio")
    frozen = _output(str(workplace.PYTHON), "-m", "pip", "freeze").splitlines()
    return ", ".join(line.replace("==", " ") for line in frozen if line.partition("==")[0] in wanted)


def _socket_io() -> str:
    return json.loads((workplace.PLACE / "node_modules/socket.io/package.json").read_text())["version"]


def _output(*command: str) -> str:
    return subprocess.run(command, capture_output=True, text=True).stdout.strip()


def write(name: str, text: str, page: Path = PAGE) -> None:
    """Put the text where the page has its markers; the rest of the page stays as somebody wrote it."""
    before = page.read_text()
    begin, end = f"<!-- {name}: written by ./run bench -->", f"<!-- end of {name} -->"
    head, found, rest = before.partition(begin)
    _, also_found, tail = rest.partition(end)
    if not (found and also_found):
        raise LookupError(f"{page.name} has no place for {name}")
    page.write_text(f"{head}{begin}\n{text}\n{end}{tail}")

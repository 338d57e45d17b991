"""The hand-over of jobs to Celery, against Celery's own `.delay()` with the same settings and the same Valkey."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from pathlib import Path

from bench import cores, workplace
from bench.comparing import Column, Figures, Goal, Part, Trial, against, of
from bench.generator import Spoilt
from bench.servers import valkey

KINDS = {".delay()": ("delay", 3_000), "hub": ("hub", 30_000)}


def measure(name: str, trial: Trial) -> Figures:
    kind, count = KINDS[name]
    with tempfile.TemporaryDirectory(prefix="bench-") as folder, valkey(Path(folder) / "valkey"):
        ran = subprocess.run(
            [sys.executable, "-m", "bench.hand_over", kind, f"unix://{folder}/valkey?db=0", str(count)],
            cwd=workplace.HOME,
            preexec_fn=cores.on_the_servers(),
            capture_output=True,
            text=True,
        )
    if ran.returncode:
        raise Spoilt(ran.stderr.strip()[-500:])
    return json.loads(ran.stdout)


JOBS = Part(
    "jobs",
    "Hand-over of jobs to Celery",
    "A loop makes twenty jobs in each turn. CPU is that of the process that hands over, until the last job is in the "
    "queue; Valkey runs on the other core.",
    list(KINDS),
    measure,
    [
        Column("cpu_us", "µs/job", 1),
        Column("blocked_us", "loop held, µs/job", 1),
        Column("lag_ms", "worst lag, ms", 1),
        Column("lost", "not arrived", 0),
    ],
    [
        Goal("CPU per job, against `.delay()`", against("hub", ".delay()", "cpu_us"), 1 / 10),
        Goal("jobs that did not arrive", of("hub", "lost"), 0),
    ],
)

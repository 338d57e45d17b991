"""How long the map takes: box queries among 200,000 live pins, on SQLite and on Postgres.

    .venv/bin/python -m bench.box_queries [--pins 200000] [--runs 15] [--postgres postgresql://…]

Pins lie like people do: most of them around a few hundred towns. Each figure is the median over boxes at many places,
of the whole action (query, owners, ratings, courses), in milliseconds, with the median count of pins found.
"""

from __future__ import annotations

import argparse
import random
import statistics
import tempfile
import time
from collections.abc import Callable
from datetime import timedelta

from hub import clock, database, migrations
from hub.domain import counters, pins
from hub.domain.pins import Box
from hub.perform import run, run_reading
from models import Account, Course, Pin, PinCourse, TutorCourse, TutorProfile, db

TOWNS = 400
CHUNK = 2000
VIEWER = 1


def main() -> None:
    said = arguments()
    with tempfile.TemporaryDirectory() as folder:
        addresses = [f"sqlite:///{folder}/bench.sqlite3", *([said.postgres] if said.postgres else [])]
        for address in addresses:
            measure(address, said.pins, said.runs)


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--pins", type=int, default=200_000)
    parser.add_argument("--runs", type=int, default=15)
    parser.add_argument("--postgres", help="an empty database to measure as well")
    return parser.parse_args()


def measure(address: str, count: int, runs: int) -> None:
    database.connect_to(address)
    migrations.migrate()
    chance = random.Random(7)
    towns = [(chance.uniform(-55, 65), chance.uniform(-180, 180)) for _ in range(TOWNS)]
    began = time.perf_counter()
    fill(chance, towns, count)
    print(f"\n{address.partition(':')[0]}: {count} live pins, made in {time.perf_counter() - began:.0f} s")
    print(f"{'what':<34}{'median ms':>10}{'worst ms':>10}{'found':>8}")
    for name, boxes in kinds_of_box(chance, towns).items():
        report(name, [lambda box=box: in_box(box) for box in boxes[:runs]])
    report("the counters of a student", [lambda person=person: of(person) for person in range(2, 2 + runs)])
    database.disconnect()


def in_box(box: Box) -> int:
    found, _ = run_reading(pins.in_box, "student", box, viewer=VIEWER)
    return len(found)


def of(account_id: int) -> int:
    return run_reading(counters.of, account_id).student_new


def kinds_of_box(chance: random.Random, towns: list[tuple[float, float]]) -> dict[str, list[Box]]:
    def around(half: float) -> list[Box]:
        return [Box(lat + half, lng - half, lat - half, lng + half) for lat, lng in towns[:50]]

    across = [Box(north, 179.0, north - 2, -179.0) for north in (chance.uniform(-50, 60) for _ in range(50))]
    return {
        "a street (0.02 degrees)": around(0.01),
        "a town (0.2 degrees)": around(0.1),
        "a region (2 degrees)": around(1.0),
        "2 degrees across the antimeridian": across,
        "the whole world (1,000 shown)": [Box(90, -180, -90, 180)] * 5,
    }


def report(name: str, asks: list[Callable[[], int]]) -> None:
    asks[0]()
    took, found = zip(*(timed(ask) for ask in asks), strict=True)
    print(f"{name:<34}{statistics.median(took):>10.2f}{max(took):>10.2f}{statistics.median(found):>8.0f}", flush=True)


def timed(ask: Callable[[], int]) -> tuple[float, int]:
    began = time.perf_counter()
    found = ask()
    return (time.perf_counter() - began) * 1000, found


def fill(chance: random.Random, towns: list[tuple[float, float]], count: int) -> None:
    """One pin a person; the first fiftieth teach, the others learn, of a thousand courses."""
    run(lambda: Course.insert_many({"university": "U", "subject": "S", "number": n} for n in range(1000)).execute())
    for first in range(1, count + 1, CHUNK):
        run(add, chance, towns, range(first, min(first + CHUNK, count + 1)), count // 50)
    with db.connection_context() if db.is_closed() else db.atomic():
        db.execute_sql("ANALYZE")


def add(chance: random.Random, towns: list[tuple[float, float]], people: range, tutors: int) -> None:
    Account.insert_many({"username": f"p{n}", "name": f"P {n}", "created_at": clock.now()} for n in people).execute()
    Pin.insert_many(pin(chance, towns, n, n <= tutors) for n in people).execute()
    learning, teaching = [n for n in people if n > tutors], [n for n in people if n <= tutors]
    if learning:
        PinCourse.insert_many({"pin": n, "course": chance.randint(1, 1000)} for n in learning).execute()
    if teaching:
        profile = {"bio": "b", "rate": 20.0, "skills": "[]", "courses": '[["U","S",1]]'}
        TutorProfile.insert_many({"account": n, **profile} for n in teaching).execute()
        TutorCourse.insert_many({"account": n, "course": chance.randint(1, 1000)} for n in teaching).execute()


def pin(chance: random.Random, towns: list[tuple[float, float]], person: int, teaches: bool) -> dict[str, object]:
    lat, lng = chance.choice(towns)
    now = clock.now()
    return {
        "account": person,
        "mode": "tutor" if teaches else "student",
        "latitude": max(-90.0, min(90.0, lat + chance.gauss(0, 0.2))),
        "longitude": max(-180.0, min(180.0, lng + chance.gauss(0, 0.2))),
        "dropped_at": now,
        "ends_at": now + timedelta(days=1),
        "courses": '[["U","S",1]]',
    }


if __name__ == "__main__":
    main()

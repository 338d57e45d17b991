"""A rolling restart with a crowd: two nodes behind a balancer are replaced one after the other, while somebody talks.

    .venv/bin/python -m bench.rolling [--clients 1000] [--every 0.25] [--postgres]

Two `hub serve`, a Valkey, the database, the balancer and the clients share this machine. Each client recovers, and
brings its resume ticket. Said is whether anybody missed, doubled or reordered anything (then the exit status is 1),
how many were connected at the least, how long each node took from SIGTERM to its end, how long until everybody was back
after that, and what became of the tickets.
"""

from __future__ import annotations

import argparse
import asyncio
import logging
import resource
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.build import Postgres, Sqlite, Valkey
from tests.processes import Nursery, Site
from tests.rolling import Rolling, rolling


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--clients", type=int, default=1000)
    parser.add_argument("--every", type=float, default=0.25, help="seconds between two announcements")
    parser.add_argument("--postgres", action="store_true", help="instead of SQLite")
    asked = parser.parse_args()
    logging.getLogger("asyncio").setLevel(logging.ERROR)
    # The clients, and both sides of the balancer.
    resource.setrlimit(resource.RLIMIT_NOFILE, (resource.getrlimit(resource.RLIMIT_NOFILE)[1],) * 2)
    with site_on(asked.postgres) as site:
        sys.exit(asyncio.run(measure(site, asked.clients, asked.every)))


@contextmanager
def site_on(postgres: bool) -> Iterator[Site]:
    nursery, broker = Nursery(), Valkey()
    with tempfile.TemporaryDirectory() as folder:
        database = Postgres() if postgres else Sqlite(Path(folder))
        site = Site(nursery, Path(folder), database.new_database(), broker.address)
        try:
            yield site
        finally:
            site.close()
            if isinstance(database, Postgres):
                database.stop()
            broker.stop()
            nursery.close()


async def measure(site: Site, clients: int, every: float) -> int:
    async with rolling(site, clients) as roll:
        talking = asyncio.create_task(roll.speaker.talk(every))
        await asyncio.sleep(1)
        for place in range(len(roll.nodes)):
            fewest_before, roll.crowd.fewest = roll.crowd.fewest, clients
            await roll.replace(place)
            other = await roll.tickets(1 - place)
            print(
                f"node {place}: ended after {roll.stopped_in[-1]:.1f} s, everybody back after {roll.back_in[-1]:.1f} s,"
                f" at least {roll.crowd.fewest} of {clients} connected; tickets at the other node: {other}"
            )
            roll.crowd.fewest = min(roll.crowd.fewest, fewest_before)
        await asyncio.sleep(1)
        talking.cancel()
        await roll.crowd.until_all_have_heard(len(roll.speaker.said))
        return judge(roll, clients)


def judge(roll: Rolling, clients: int) -> int:
    said, crowd = roll.speaker.said, roll.crowd
    wrong = [follower for follower in crowd.followers if follower.heard[: len(said)] != said]
    print(
        f"{len(said)} announcements to {clients} clients: {len(wrong)} of them missed, doubled or reordered one;"
        f" recovered {crowd.came_back} times, not recovered {crowd.missed} times;"
        f" turned away {crowd.turned_away} times, hung up {crowd.hung_up} times, refused {len(crowd.refused)} times"
    )
    return 1 if wrong or crowd.missed or crowd.refused or crowd.fewest < clients / 2 else 0


if __name__ == "__main__":
    main()

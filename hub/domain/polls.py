"""Polls: a member has one vote in each, and may move it.

How often an option was chosen is kept beside it and changes in the same unit of work as the vote, so that the sum of
all options is the number of those who voted at every moment.
"""

from __future__ import annotations

from dataclasses import dataclass

from hub.domain import accounts
from hub.domain.actors import Actor
from hub.domain.credentials import DeadCredential, Keys
from hub.domain.facts import record
from hub.domain.refusals import Invalid
from models import PollOption, Vote

POLLS = {1: tuple(str(number) for number in range(100, 108))}
"""The options of each poll, as the contract names them."""


@dataclass(frozen=True)
class VoteCast:
    account_id: int
    poll: int
    option: str


def cast(poll: int, option: str, *, keys: Keys, by: Actor) -> dict[str, int]:
    """Vote, or move one's vote; answers the poll's figures with it."""
    if option not in figures(poll):
        raise Invalid("option_id", "is no option of this poll")
    # Of two votes of one person the second has to see the first.
    accounts.hold(by.id)
    if not accounts.exists(by.id):
        raise DeadCredential()
    voter = keys.hashed("vote", f"{poll}\0{by.public_id}")
    before = Vote.get_or_none(Vote.voter_hash == voter)
    if before is None or before.option != option:
        _put(voter, poll, option)
        _count(poll, {option: 1} if before is None else {option: 1, before.option: -1})
        record(VoteCast(by.id, poll, option))
    return figures(poll)


def _put(voter: str, poll: int, option: str) -> None:
    row = Vote.insert(voter_hash=voter, poll=poll, option=option)
    row.on_conflict(conflict_target=[Vote.voter_hash], preserve=[Vote.option]).execute()


def _count(poll: int, changes: dict[str, int]) -> None:
    # Always in this order, so that two who swap their votes never wait for each other.
    for option, change in sorted(changes.items()):
        counted = PollOption.insert(poll=poll, option=option, votes=change)
        more = {PollOption.votes: PollOption.votes + change}
        counted.on_conflict(conflict_target=[PollOption.poll, PollOption.option], update=more).execute()


def figures(poll: int) -> dict[str, int]:
    """Votes by option, zeros too; raises Invalid for a poll that there is not."""
    if poll not in POLLS:
        raise Invalid("poll_id", "is no poll")
    chosen = PollOption.select(PollOption.option, PollOption.votes).where(PollOption.poll == poll)
    return dict.fromkeys(POLLS[poll], 0) | dict(chosen.tuples().execute())

"""How often people are written to because of invitations: strangers make them, as often as they like.

Only the notices are counted. The invitations themselves are made and heard on `/teams` without any limit.
"""

from __future__ import annotations

from datetime import timedelta

from hub.domain import tallies
from hub.domain.notices import INVITATION, Notice
from hub.domain.refusals import TooMany
from models import Invitation, Team

INVITATIONS_TO_ONE = 5
INVITATIONS_BY_ONE = 50
WINDOW = timedelta(hours=1)
DAY = timedelta(days=1)
"""How long one person is told of one team no second time."""


def count(notice: Notice) -> None:
    """Count an invitation that is about to be told, once however often that is tried. Raises TooMany."""
    team = _team_of(notice)
    if team is not None and _is_new(notice):
        person = str(notice.account_id)
        tallies.count(tallies.key_of("invited to a team", team.public_id, person), 1, DAY)
        tallies.count(tallies.key_of("told of invitations", person), INVITATIONS_TO_ONE, WINDOW)
        tallies.count(tallies.key_of("invitations told of", str(team.leader_id)), INVITATIONS_BY_ONE, WINDOW)


def _team_of(notice: Notice) -> Team | None:
    """The team that an invitation is to; None for what nobody else can cause, and for what is no more."""
    if notice.kind != INVITATION:
        return None
    return Team.select().join(Invitation).where(Invitation.id == int(notice.row)).get_or_none()


def _is_new(notice: Notice) -> bool:
    try:
        tallies.count(tallies.key_of("notice", notice.key), 1, DAY)
    except TooMany:
        return False
    return True

"""Ratings: what people say of each other after a session, once each."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta

from peewee import Case, fn

from hub import clock
from hub.domain.actors import Actor
from hub.domain.modes import TUTOR
from hub.domain.refusals import Conflict, Invalid
from models import TutoringSession, locked

MAY_BE_RATED_FOR = timedelta(days=7)
HIGHEST = 5


class NothingToRate(Conflict):
    code = "no_session"


class AlreadyRated(Conflict):
    code = "already_rated"


class RatingExpired(Conflict):
    code = "expired"


class MissingRatings(Invalid):
    code = "missing_fields"


@dataclass(frozen=True)
class Rating:
    """The mean, 0 to 5, over `count` sessions."""

    mean: float
    count: int


NONE = Rating(0.0, 0)


def rate(*, by: Actor, friendliness: int | None, knowledge: int | None, approval: int | None) -> None:
    """Say how one's last session was: who learnt gives 0 to 5 twice, who taught approves (1) or not (-1)."""
    session = _last_ended(by.id)
    if session.student_id == by.id:
        given: dict[str, int | None] = {"friendliness": friendliness, "knowledge": knowledge}
    else:
        given = {"approval": approval}
    for name, value in given.items():
        if value is None:
            raise MissingRatings(f"ratings.{name}", "is missing")
        if getattr(session, name) is not None:
            raise AlreadyRated()
    TutoringSession.update(**given).where(TutoringSession.id == session.id).execute()


def _last_ended(account_id: int) -> TutoringSession:
    theirs = (TutoringSession.student == account_id) | (TutoringSession.tutor == account_id)
    ended = TutoringSession.select().where(theirs & TutoringSession.ended_at.is_null(False))
    session = locked(ended.order_by(TutoringSession.ended_at.desc(), TutoringSession.id.desc()).limit(1)).first()
    if session is None:
        raise NothingToRate()
    if session.ended_at + MAY_BE_RATED_FOR <= clock.now():
        raise RatingExpired()
    return session


def of(mode: str, account_ids: Iterable[int]) -> dict[int, Rating]:
    """How these people were rated on one side; who was not is left out."""
    ids = set(account_ids)
    if not ids:
        return {}
    if mode == TUTOR:
        who, said = TutoringSession.tutor, TutoringSession.friendliness
        mean = fn.AVG((TutoringSession.friendliness + TutoringSession.knowledge) / 2.0)
    else:
        who, said = TutoringSession.student, TutoringSession.approval
        mean = fn.AVG(Case(None, [(TutoringSession.approval > 0, float(HIGHEST))], 0.0))
    rows = TutoringSession.select(who, mean, fn.COUNT(said)).where(who.in_(ids) & said.is_null(False)).group_by(who)
    return {person: Rating(round(float(average), 2), count) for person, average, count in rows.tuples().execute()}

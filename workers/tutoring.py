"""Tutoring's work: hands held out in vain, pins whose time is over, who is told of a match, pictures nobody shows."""

from hub import storage
from hub.domain import match_news, pins, tutoring_sessions
from hub.perform import run
from hub.reactions.tutoring import FORGET_IMAGES, TELL_MATCHES
from hub.reactions.tutoring_sessions import EXPIRE_OFFER
from workers.jobs import job, sweep
from workers.runtime import settings


@job(EXPIRE_OFFER)
def expire_offer(offer_id: int) -> None:
    run(tutoring_sessions.expire_offer, offer_id)


@job(TELL_MATCHES)
def tell_matches(told_mode: str, course_ids: list[int], but: int, after: int = 0) -> None:
    """One page of people; the next is a job of its own, so that none takes long however popular a course is."""
    run(match_news.tell_touched, told_mode, course_ids, but=but, after=after)


@job(FORGET_IMAGES)
def forget_images(names: list[str]) -> None:
    storage.forget(storage.store_at(settings().storage_address), names)


@sweep(every=1)
def expire_pins() -> None:
    while run(pins.expire_overdue):
        pass

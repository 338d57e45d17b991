"""Pins and profiles: a worker tells who may have gained or lost a match, and throws pictures away."""

from __future__ import annotations

from hub.delivery import Delivery, Job, deliveries
from hub.domain.match_news import MoreToTell
from hub.domain.profiles import ImagesDropped, OfferingChanged

TELL_MATCHES = "matches.tell"
FORGET_IMAGES = "images.forget"


@deliveries.register
def _(fact: OfferingChanged) -> list[Delivery]:
    touched = {"told_mode": fact.told_mode, "course_ids": list(fact.course_ids), "but": fact.account_id}
    return [Job(TELL_MATCHES, touched)] if fact.course_ids else []


@deliveries.register
def _(fact: MoreToTell) -> list[Delivery]:
    touched = {"told_mode": fact.told_mode, "course_ids": list(fact.course_ids), "but": fact.but, "after": fact.after}
    return [Job(TELL_MATCHES, touched)]


@deliveries.register
def _(fact: ImagesDropped) -> list[Delivery]:
    return [Job(FORGET_IMAGES, {"names": list(fact.names)})]

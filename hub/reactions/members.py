"""Members: what changes about them is heard on their own stream, and what has to be written to them is a job."""

from __future__ import annotations

from hub.delivery import Delivery, Emit, Job, deliveries
from hub.domain.magic_links import LinkAsked, MemberSecretAsked
from hub.domain.members import MemberRegistered, PhoneVerificationMoved, ValidationMoved
from hub.domain.phone_checks import CodeAsked
from hub.domain.polls import VoteCast
from hub.reactions.streams import members_of
from hub.wire import flux

MAIL_WELCOME = "mail.welcome"
MAIL_SECRET = "mail.member_secret"
MAIL_LINK = "mail.magic_link"
TEXT_CODE = "sms.phone_code"


@deliveries.register
def _(fact: MemberRegistered) -> list[Delivery]:
    return [Job(MAIL_WELCOME, {"secret_id": fact.secret_id}, account_id=fact.account_id)]


@deliveries.register
def _(fact: MemberSecretAsked) -> list[Delivery]:
    return [Job(MAIL_SECRET, {"secret_id": fact.secret_id}, account_id=fact.account_id)]


@deliveries.register
def _(fact: LinkAsked) -> list[Delivery]:
    return [Job(MAIL_LINK, {"link_id": fact.link_id, "round": fact.round}, account_id=fact.account_id)]


@deliveries.register
def _(fact: CodeAsked) -> list[Delivery]:
    return [Job(TEXT_CODE, {"check_id": fact.check_id, "round": fact.round})]


@deliveries.register
def _(fact: ValidationMoved) -> list[Delivery]:
    return [Emit(members_of(fact.member.account_id), "validation", flux.validation(fact.member))]


@deliveries.register
def _(fact: PhoneVerificationMoved) -> list[Delivery]:
    return [Emit(members_of(fact.account_id), "verification", {"phone": fact.is_verified})]


@deliveries.register
def _(fact: VoteCast) -> list[Delivery]:
    return [Emit(members_of(fact.account_id), "vote", {"poll_id": fact.poll, "option_id": fact.option})]

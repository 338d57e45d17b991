"""Flux: the membership contract. Sign-up, verification by phone and mail, votes, and calls to members."""

from hub.http.dialect import Dialect
from hub.http.flux import feedback, figures, links, members, phone_bank, phones, places, polls, validation
from hub.http.flux.paths import routes
from hub.http.flux.refusals import refuse

FLUX = Dialect(
    "flux",
    routes(
        v0=[*members.V0, *links.V0, *polls.V0, *validation.V0, *phone_bank.V0, *places.V0, *figures.V0],
        v1=[*phones.V1, *links.V1, *members.V1, *feedback.V1],
    ),
    refuse,
)
